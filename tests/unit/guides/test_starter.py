"""The content that ships."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from flask import Flask

from portal.config import ROOT
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.guides import queries, service
from portal.guides.cli import read_guides, strict_faults
from portal.search import queries as search
from tests.factories import guide_data
from tests.factories.records import import_records, record_row

STARTER = ROOT / "portal" / "starter"


@pytest.fixture
def starter(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["starter", "load"])
    assert result.exit_code == 0, result.output


def test_the_guides_have_no_fault_and_cover_what_was_promised(app: Flask) -> None:
    guides, problems = read_guides(STARTER / "guides")
    assert problems == []
    kinds = [guide.kind for guide in guides]
    for kind, promised in (("service", 57), ("life_event", 8), ("how_to", 8)):
        assert kinds.count(kind) >= promised
    for guide in guides:
        complete = {text.locale for text in guide.texts if text.is_complete}
        assert complete == {"vi", "en"}, guide.slug


def test_the_guides_read_plainly_and_name_only_what_there_is(app: Flask) -> None:
    guides, _problems = read_guides(STARTER / "guides")
    assert strict_faults(STARTER / "guides", guides, STARTER / "procedures.jsonl") == []


def test_every_symbol_exists(app: Flask) -> None:
    guides, _problems = read_guides(STARTER / "guides")
    symbols = set(re.findall(r'<symbol id="([\w-]+)"', (ROOT / "static" / "icons.svg").read_text()))
    assert {guide.icon for guide in guides} - symbols == set()


@pytest.mark.usefixtures("starter")
def test_loading_again_changes_nothing(app: Flask) -> None:
    output = app.test_cli_runner().invoke(args=["starter", "load"]).output
    assert "already imported" not in output
    assert "0 new, 0 changed" in output
    count = len(list((STARTER / "guides").glob("*.yaml")))
    assert f"guides: 0 new, 0 changed, {count} unchanged" in output


@pytest.mark.usefixtures("starter")
def test_every_guide_is_in_the_index_in_each_language(app: Flask) -> None:
    for locale in ("vi", "en"):
        for card in queries.cards(locale):
            hits = search.find(card.title, locale, limit=3).hits
            assert card.slug in {hit.key for hit in hits}, card


def test_starter_records_hold_facts_and_no_official_sentences() -> None:
    rows = [json.loads(line) for line in (STARTER / "procedures.jsonl").read_text().splitlines()]
    assert len(rows) >= 20
    for row in rows:
        assert row["is_full"] is False
        assert not {"steps", "documents", "results", "requirements"} & row.keys()
        assert row["source_url"].startswith("https://dichvucong.gov.vn/")
        for fee in row.get("fees", []):
            assert "text" not in fee, row["code"]
        assert not any("text" in time for time in row.get("times", [])), row["code"]


def test_starter_facts_agree_with_the_records(app: Flask, shared_data: object) -> None:
    """What ships is what the real records say."""
    import gzip

    rows = {
        json.loads(line)["code"]: json.loads(line) for line in (STARTER / "procedures.jsonl").read_text().splitlines()
    }
    with gzip.open(f"{shared_data}/procedures-national.jsonl.gz", "rt", encoding="utf-8") as lines:
        real = {row["code"]: row for row in map(json.loads, lines) if row["code"] in rows}
    assert rows.keys() == real.keys()
    for code, row in rows.items():
        assert row["source_url"] == real[code]["source_url"]
        assert set(row["channels"]) == set(real[code]["channels"])
        printed = {fee["amount"] for fee in real[code]["fees"]} | {fee.get("raw_amount") for fee in real[code]["fees"]}
        for fee in row.get("fees", []):
            assert fee.get("is_derived") or fee.get("amount") in printed | {None}, code
        quantities = {time["qty"] for time in real[code]["processing_time"]}
        for time in real[code]["processing_time"]:
            quantities.update(int(number) for number in re.findall(r"(\d+) ngày", time["text"]))
        assert {time.get("quantity") for time in row.get("times", [])} <= quantities | {None}, code


def test_a_guide_that_leads_nowhere_is_refused(app: Flask) -> None:
    import_records([record_row()])
    wrong = guide_data(related=["khong-co"], procedures=["1.999999"])
    with pytest.raises(service.UnknownReferenceError) as raised, unit_of_work():
        service.import_guides([wrong], now=clock.now())
    assert raised.value.problems == [
        "dang-ky-khai-sinh: no guide 'khong-co'",
        "dang-ky-khai-sinh: no procedure 1.999999",
    ]
    assert queries.cards("vi") == []


def test_a_change_is_told_and_searched_at_once(app: Flask) -> None:
    import_records([record_row()])
    with unit_of_work():
        service.import_guides([guide_data()], now=clock.now())
    changed = guide_data(
        vi=guide_data().texts[0].body | {"title": "Làm giấy cho bé", "summary": "x", "keywords": ["y"]}
    )
    with unit_of_work():
        report = service.import_guides([changed], now=clock.now())
    assert (report.new, report.changed, report.unchanged) == ([], ["dang-ky-khai-sinh"], [])
    assert search.find("làm giấy cho bé", "vi").hits[0].title == "Làm giấy cho bé"
    assert queries.guide("dang-ky-khai-sinh", "vi").title == "Làm giấy cho bé"  # type: ignore[union-attr]


def test_what_the_province_wrote_survives_the_starter(app: Flask) -> None:
    import_records([record_row()])
    own = guide_data(vi=guide_data().texts[0].body | {"title": "Của tỉnh", "summary": "x", "keywords": ["y"]})
    with unit_of_work():
        service.import_guides([guide_data()], now=clock.now(), is_starter=True)
        service.import_guides([own], now=clock.now())
        report = service.import_guides([guide_data()], now=clock.now(), is_starter=True)
    assert report.kept == ["dang-ky-khai-sinh"]
    assert queries.guide("dang-ky-khai-sinh", "vi").title == "Của tỉnh"  # type: ignore[union-attr]


def test_a_guide_is_removed_unless_another_leads_to_it(app: Flask) -> None:
    import_records([record_row()])
    with unit_of_work():
        service.import_guides([guide_data(), guide_data("ket-hon", related=["dang-ky-khai-sinh"])], now=clock.now())
    runner = app.test_cli_runner()
    refused = runner.invoke(args=["guides", "remove", "dang-ky-khai-sinh"])
    assert (refused.exit_code, "ket-hon leads to" in refused.output) == (1, True)
    assert runner.invoke(args=["guides", "remove", "ket-hon"]).exit_code == 0
    assert runner.invoke(args=["guides", "remove", "ket-hon"]).exit_code == 1
    assert [card.slug for card in queries.cards("vi")] == ["dang-ky-khai-sinh"]
    assert {hit.key for hit in search.find("khai sinh", "vi", kinds=("guide",)).hits} == {"dang-ky-khai-sinh"}


def test_a_broken_starter_stops_the_start(app: Flask, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from portal.pages import cli

    (tmp_path / "guides").mkdir()
    (tmp_path / "guides" / "x.yaml").write_text("bogus: 1")
    (tmp_path / "procedures.jsonl").write_text((STARTER / "procedures.jsonl").read_text())
    monkeypatch.setattr(cli, "STARTER", tmp_path)
    assert app.test_cli_runner().invoke(args=["starter", "load"]).exit_code == 1


def test_links_may_lead_to_the_profiles_hosts_only(app: Flask) -> None:
    assert renderer().profile.allows("https://dichvucong.gov.vn/")
    assert not renderer().profile.allows("https://dichvucong.gov.vn.example/")
