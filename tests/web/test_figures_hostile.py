"""Attacks on the adoption figures: slips and spite in imports, hostile names in charts, odd addresses, huge sums."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path
from urllib.parse import quote

import pytest
from flask import Flask

from portal.adoption import service
from portal.adoption.models import PublishedFigure
from portal.adoption.periods import Period
from portal.adoption.queries import Key, agency_unit, place_unit
from portal.adoption.service import Counted, Provenance
from portal.agencies.models import Agency
from portal.core.db import db, unit_of_work
from portal.exchange.errors import ExchangeError
from tests.factories.figures import NOW, batch, bring, check, reasons, stored, table
from tests.factories.places import load_places
from tests.web.page import Visitor

HERE = "/so-lieu"
EVIL = "</style></title><script>alert(1)</script>\"'><svg/onload=alert(2)> &#x202e;{{7*7}}"
FIRST, SECOND = "xa-ba-xa", "xa-ba-vinh"


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "imports"
    made.mkdir()
    return made


@pytest.mark.parametrize("period", ["10/0226", "01/0001", "quý 1/0001", "0001-q1", "05/11/0026", "12/1899"])
def test_a_slip_in_a_year_is_refused(folder: Path, visitor: Visitor, period: str) -> None:
    """Such a period would make every page list thousands of months, and some of them fail."""
    bring(folder, table("Xã Ba Xa;10/2026;10;9;;"))
    found = check(folder, table(f"Xã Ba Xa;{period};10;9;;"), "cu.csv")
    assert [code for _line, _column, code in reasons(found)] == ["bad_period"]
    assert len(visitor.get(HERE).all("option")) < 20


@pytest.mark.parametrize("option", ["0001-01", "0226", "1899-q4"])
def test_a_slip_in_the_period_of_a_whole_file_is_refused(folder: Path, option: str) -> None:
    found = check(folder, table("Xã Ba Xa;;10;9;;"), period=option)
    assert reasons(found)


def test_a_day_to_come_never_outranks_every_later_file(folder: Path) -> None:
    """What says that it is of the year 2062 would be newer than whatever comes until then."""
    header = "Đơn vị;Kỳ số liệu;Hồ sơ tiếp nhận;Hồ sơ nộp trực tuyến;Số liệu tính đến ngày"
    first = check(folder, table("Xã Ba Xa;10/2026;10;9;05/11/2062", header=header))
    assert [(column, code) for _line, column, code in reasons(first)] == [("as_of", "in_future")]
    bring(folder, table("Xã Ba Xa;10/2026;10;9;05/11/2026", header=header), "dung.csv")
    bring(folder, table("Xã Ba Xa;10/2026;10;8;06/11/2026", header=header), "sau.csv")
    assert stored()[FIRST, "online_filing", "month", "2026-10-01"] == (8, 10)


@pytest.mark.parametrize(
    "number", ["9" * 40, "9" * 5000, "9223372036854775808", "1e400", "-1", "NaN", "0x10", "1" + "0" * 18]
)
def test_numbers_that_no_database_holds(folder: Path, number: str) -> None:
    found = check(folder, table(f"Xã Ba Xa;10/2026;{number};9;;"))
    assert reasons(found)
    assert stored() == {}


@pytest.mark.parametrize(
    "raw", ["1e400", "NaN", "-Infinity", "9" * 5000, "1e308", "[1]", '{"a": 1}', "true", '"\\u0000"']
)
def test_numbers_as_json_writes_them(folder: Path, raw: str) -> None:
    line = f'{{"unit": "Xã Ba Xa", "period": "10/2026", "received": {raw}, "filed_online": 1}}\n'
    try:
        assert reasons(check(folder, line, "thang.jsonl"))
    except ExchangeError as error:
        assert error.message("vi"), "the whole file is refused"
    assert stored() == {}


def put(unit: str, numerator: int, denominator: int, month: str = "2026-10", name: str = "") -> None:
    period = Period.parse(month)
    assert period is not None
    with unit_of_work():
        of = agency_unit(unit) if name else place_unit(unit)
        source = service.add_report(
            Provenance(document=EVIL, url="https://x.example/?a=1&b='\"<", entered_by=EVIL), now=NOW
        )
        number = service.add_units({of: name or unit})[of]
        service.write(
            {Key("online_filing", "month", period.start, number): Counted(numerator, denominator, source)}, now=NOW
        )
    db.session.remove()


def test_sums_beyond_64_bit_are_shown(visitor: Visitor) -> None:
    """Nobody imports such numbers; whoever writes them otherwise must not take the pages away."""
    for unit, month in ((FIRST, "2026-10"), (SECOND, "2026-10"), (FIRST, "2026-09"), (SECOND, "2026-08")):
        put(unit, 10**12, 10**12, month)
    for path in ("", "/chi-tieu/nop-truc-tuyen", f"/dia-ban/{FIRST}", f"/so-sanh?noi-1={FIRST}&noi-2={SECOND}"):
        for period in ("", "2026", "2026-q4", "2026-10"):
            address = f"{HERE}{path}{'&' if '?' in path else '?'}ky={period}"
            assert "2.000.000.000.000" in visitor.get(HERE).words
            visitor.get(address)


def test_names_are_text_wherever_they_stand(app: Flask, visitor: Visitor) -> None:
    put(FIRST, 5, 100)
    put(SECOND, 50, 100)
    put("so-doc", 9, 100, name=EVIL)
    with unit_of_work():
        db.session.add(Agency(slug="so-doc", name=EVIL))
        texts = dict.fromkeys(
            ("name_vi", "name_en", "scope_vi", "scope_en", "period_vi", "period_en", "document", "note_vi", "note_en"),
            EVIL,
        )
        db.session.add(
            PublishedFigure(
                slug="x", indicator="online_filing", form="rate", printed="<b>1</b>", place=FIRST, is_starter=False,
                starts_on=date(2026, 1, 1), ends_on=date(2026, 1, 31), url="https://x.example/\"><", **texts,
            )
        )  # fmt: skip
    for path in (
        "",
        "/chi-tieu/nop-truc-tuyen",
        f"/dia-ban/{FIRST}",
        "/co-quan/so-doc",
        f"/so-sanh?noi-1={FIRST}&noi-2={SECOND}",
    ):
        for prefix in ("", "/en"):
            page = visitor.get(f"{prefix}{HERE}{path}")
            assert "<script>alert" not in page.response.get_data(as_text=True)
            assert not [one for one in page.root.iter() if any(name.startswith("on") for name in one.attrib)], path
            assert "49" not in re.findall(r"&#x202e;(\d+)", page.response.get_data(as_text=True))


ADDRESSES = ["?ky=2026-13", "?ky=9999", "?ky=0000", "?ky=0001-01", "?ky=2026-10-05", "?ky=%00", "?ky=٢٠٢٦", "?loai=%00",
             "?loai=thon", "/chi-tieu/x", "/dia-ban/x", "/co-quan/x", "/so-sanh?noi-1=x", "/so-sanh?chi-tieu=x",
             f"/so-sanh?noi-1={FIRST}&noi-2=%00", "?ky=" + "9" * 300, "/dia-ban/tinh-quang-ngai-khong-co"]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_addresses_that_mean_nothing_are_404(visitor: Visitor, address: str) -> None:
    put(FIRST, 5, 100)
    visitor.get(HERE + address, status=404)


def test_parameters_that_no_page_declares_change_nothing(visitor: Visitor) -> None:
    put(FIRST, 5, 100)
    put(SECOND, 50, 100)
    plain = visitor.get(HERE).response.data
    for query in ("noi-1=xa-ba-xa", "KY=2026-10", "x=" + quote(EVIL), "ky=&loai=", "_=1"):
        assert visitor.get(f"{HERE}?{query}").response.data == plain, query
    both = visitor.get(f"{HERE}/so-sanh?noi-1={FIRST}&noi-2={SECOND}")
    turned = visitor.get(f"{HERE}/so-sanh?noi-2={FIRST}&noi-1={SECOND}")
    assert both.response.data != turned.response.data, "each address has its own page"
    assert EVIL not in visitor.get(f"{HERE}/so-sanh?noi-1={FIRST}&noi-6={quote(EVIL)}").response.get_data(as_text=True)


@pytest.mark.parametrize("path", ["", "/so-sanh", "/chi-tieu/nop-truc-tuyen"])
def test_before_the_first_report_an_address_is_text_too(visitor: Visitor, path: str) -> None:
    page = visitor.get(f"{HERE}{path}?ky={quote(EVIL)}&loai={quote(EVIL)}")
    assert "<script>alert" not in page.response.get_data(as_text=True)


def test_whole_files_of_odd_units_name_their_rows(folder: Path) -> None:
    rows = [
        f"{name};10/2026;10;9;;" for name in ("=HYPERLINK(1)", EVIL.replace(";", ""), "\u202eXã Ba Bốn", "a" * 9000)
    ]
    found = check(folder, table(*rows))
    assert found.state == "refused"
    assert len(reasons(found)) == 4
    assert batch(found.code).code == found.code
