"""Files of places: every fault named by its line, all or nothing, only what changed is written."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.places import queries, service
from portal.places.atlas import PlaceFact, Successor
from portal.places.checks import check_places
from portal.places.rows import COLUMNS, parse_places
from tests.factories.places import SHIPPED, load_places, shipped_facts

GOOD = """tinh-a;province;tinh;A;01;2025-07-01;;;;;;
huyen-b;district;huyen;B;;;2025-06-30;;;;;
xa-c;commune;xa;C;001;2025-07-01;;tinh-a;;15.1;108.2;Xê|Cê
xa-d-cu;commune;xa;D;001;;2025-06-30;huyen-b;xa-c;;;
xa-e-cu;commune;xa;E;002;;2025-06-30;huyen-b;xa-c:part|xa-f:part;;;
xa-f;commune;xa;F;002;2025-07-01;;tinh-a;;;;
"""


def faults_of(text: str, header: str = ";".join(COLUMNS)) -> list[tuple[int, str]]:
    rows, faults = parse_places([header, *text.splitlines()])
    return [(fault.line, fault.message) for fault in faults or check_places(rows)]


def test_a_good_file_is_read() -> None:
    rows, faults = parse_places([";".join(COLUMNS), *GOOD.splitlines()])
    assert faults == check_places(rows) == []
    assert rows[2].fact == PlaceFact(
        slug="xa-c", level="commune", kind="xa", name="C", code="001", valid_from=date(2025, 7, 1), valid_to=None,
        superior="tinh-a", latitude=15.1, longitude=108.2, former_names=("Xê", "Cê"), successors=(), predecessors=(),
    )  # fmt: skip
    assert rows[4].fact.successors == (Successor("xa-c", is_whole=False), Successor("xa-f", is_whole=False))
    assert faults_of(GOOD, "slug;name") == [(1, "the first line must be " + ";".join(COLUMNS))]


@pytest.mark.parametrize(
    ("old", "new", "line", "message"),
    [
        ("xa-c;commune;xa;C", "xa-c;commune;xa", 4, "11 cells instead of 12"),
        ("xa-c;commune", "Xã-C;commune", 4, "slug 'Xã-C' is no slug"),
        ("xa-c;commune;xa;C", "xa-c;hamlet;xa;C", 4, "level 'hamlet' is none of"),
        ("xa-c;commune;xa;C", "xa-c;commune;huyen;C", 4, "kind 'huyen' is none of xa, phuong"),
        ("xa;C;", "xa;Ca\u0300;", 4, "not composed Unicode"),
        ("xa;C;", "xa;;", 4, "name '' is empty"),
        ("xa;C;001", "xa;C;0-01", 4, "code '0-01' is not"),
        (
            "001;2025-07-01;;tinh-a;;15.1",
            "001;2025-02-30;;tinh-a;;15.1",
            4,
            "valid_from '2025-02-30' is not a day",
        ),
        (
            "001;2025-07-01;;tinh-a;;15.1",
            "001;2025-07-01;2025-06-01;tinh-a;;15.1",
            4,
            "ends (2025-06-01) before it begins",
        ),
        ("tinh-a;;15.1;", "tinh-a;;95.1;", 4, "latitude '95.1' is not a number of degrees up to 90"),
        ("15.1;108.2", "15.1;nan", 4, "longitude 'nan' is not"),
        ("tinh-a;;15.1", "tinh-x;;15.1", 4, "superior 'tinh-x' is unknown"),
        ("tinh-a;;15.1", "xa-f;;15.1", 4, "superior 'xa-f' is a commune, which can't hold a commune"),
        ("tinh-a;;15.1", "huyen-b;;15.1", 4, "superior 'huyen-b' did not exist at the same time"),
        ("huyen-b;xa-c;", "huyen-b;xa-x;", 5, "successor 'xa-x' is unknown"),
        ("huyen-b;xa-c;", "huyen-b;xa-e-cu;", 5, "successor 'xa-e-cu' did not outlast"),
        ("xa-c:part|xa-f:part", "xa-c:part|xa-c:part", 6, "successor 'xa-c' stands there twice"),
        ("xa-c:part|xa-f:part", "xa-c|xa-f:part", 6, "of several successors each takes over a part"),
        (";2025-06-30;huyen-b;xa-c;", ";;huyen-b;xa-c;", 5, "has successors but no last day"),
        ("xa-f;commune;xa;F", "xa-c;commune;xa;F", 7, "slug 'xa-c' was already on line 4"),
        ("F;002;", "F;001;", 7, "code '001' belongs to 'xa-c' and 'xa-f' at the same time"),
    ],
)
def test_each_fault_is_named_by_its_line(old: str, new: str, line: int, message: str) -> None:
    assert GOOD.count(old) == 1
    found = faults_of(GOOD.replace(old, new))
    assert any(at == line and message in text for at, text in found), found


def test_circles_are_faults_and_end() -> None:
    circle = "a;commune;xa;A;;;2025-06-30;;b;;;\nb;commune;xa;B;;;2025-06-30;;a;;;\nc;commune;xa;C;;;2025-06-30;;a;;;\n"
    assert [line for line, text in faults_of(circle) if "circle of successors" in text] == [2, 3, 4]


def test_all_faults_are_named_at_once() -> None:
    text = GOOD.replace("xa;C;001", "xa;;0-1").replace("002;2025-07-01", "002;soon")
    assert [line for line, _ in faults_of(text)] == [4, 4, 7]


def run(app: Flask, *arguments: str) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["places", *arguments])
    return result.exit_code, re.sub(r"\S*/", "", result.output)


def test_the_command_writes_all_or_nothing(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "places.csv"
    file.write_text(";".join(COLUMNS) + "\n" + GOOD.replace("xa-c;;;\n", "xa-x;;;\n"))
    assert run(app, "import", str(file)) == (1, "places.csv:5: successor 'xa-x' is unknown\n")
    assert list(queries.atlas().places) == []
    file.write_text("\ufeff" + ";".join(COLUMNS) + "\n" + GOOD)
    assert run(app, "check", str(file)) == (0, "6 places, no fault\n")
    assert list(queries.atlas().places) == []
    assert run(app, "import", str(file)) == (0, "places: 6 new, 0 changed, 0 unchanged\n")
    file.write_text(";".join(COLUMNS) + "\n" + GOOD.replace("xa;F;", "xa;Phờ;"))
    assert run(app, "import", str(file)) == (0, "places: 0 new, 1 changed, 5 unchanged\n")
    file.write_bytes(b"\xff\xfe")
    assert run(app, "import", str(file))[0] == 1
    db.session.rollback()
    atlas = queries.atlas()
    assert atlas.get("xa-f").name == "Phờ"  # type: ignore[union-attr]
    assert {one.slug for one in atlas.current("xa-e-cu")} == {"xa-c", "xa-f"}
    assert atlas.get("xa-c").predecessors == ("xa-d-cu", "xa-e-cu")  # type: ignore[union-attr]


@pytest.mark.usefixtures("app")
def test_what_the_province_wrote_itself_outlasts_what_ships() -> None:
    load_places()
    facts = list(shipped_facts())
    changed = [replace(fact, name="Ba Xa Mới") if fact.slug == "xa-ba-xa" else fact for fact in facts]
    with unit_of_work():
        report = service.import_places(changed)
    assert report.changed == ["xa-ba-xa"]
    with unit_of_work():
        again = service.import_places(facts, is_starter=True)
    assert (again.new, again.changed, again.kept) == ([], [], ["xa-ba-xa"])
    db.session.rollback()
    assert queries.atlas().get("xa-ba-xa").name == "Ba Xa Mới"  # type: ignore[union-attr]


@pytest.mark.usefixtures("app")
def test_the_starter_holds_what_is_read_from_its_file() -> None:
    load_places()
    assert {place.slug: place for place in queries.atlas().places} == {place.slug: place for place in shipped_facts()}
    assert SHIPPED.stat().st_size < 100_000


@pytest.mark.usefixtures("app")
def test_a_code_means_a_unit_of_its_day() -> None:
    load_places()
    atlas = queries.atlas()
    before, after = date(2025, 6, 30), date(2025, 7, 1)
    old, new = (queries.place_by_code(atlas, "21025", "commune", day) for day in (before, after))
    assert old is not None
    assert new is not None
    assert (old.slug, new.slug) == ("phuong-nguyen-nghiem-thanh-pho-quang-ngai", "phuong-cam-thanh")
    assert queries.place_by_code(atlas, "21025", "district", after) is None
    assert queries.place_by_code(atlas, "99999", "commune", after) is None
    shared = [one for one in atlas.places if one.level == "commune" and one.code and one.valid_to is None]
    reused = [one for one in shared if queries.place_by_code(atlas, one.code or "", "commune", before)]
    assert len(reused) == 95


@pytest.mark.usefixtures("app")
def test_two_units_may_swap_their_codes() -> None:
    load_places()
    one, other = (fact for fact in shipped_facts() if fact.slug in {"xa-ba-xa", "xa-ba-to"})
    swapped = [replace(one, code=other.code), replace(other, code=one.code)]
    with unit_of_work():
        assert len(service.import_places(swapped).changed) == 2
    db.session.remove()
    found = [queries.atlas().get(fact.slug) for fact in (one, other)]
    assert [place.code for place in found if place] == [other.code, one.code]
