"""Importing: what changes, what stays, what is kept of before."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, unit_of_work
from portal.exchange.errors import ExchangeError
from portal.procedures import exchange, queries
from portal.procedures.exchange import ImportOptions, RowsRefusedError
from portal.procedures.fee_lines import FeeStatus
from portal.procedures.models import ImportBatch, Procedure, ProcedureVersion
from portal.procedures.service import ImportReport
from portal.search.models import SearchEntry, SearchFacet
from tests.factories.records import kept_versions, record_row

pytestmark = pytest.mark.usefixtures("app")
MOMENT = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)


def clock() -> datetime:
    return MOMENT


def write(folder: Path, rows: Sequence[dict[str, Any] | str], name: str = "records.jsonl") -> Path:
    path = folder / name
    lines = (row if isinstance(row, str) else json.dumps(row, ensure_ascii=False) for row in rows)
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
    return path


@pytest.fixture
def load(tmp_path: Path) -> Iterator[Any]:
    """Imports rows from a file, as the command does."""

    def run(*rows: dict[str, Any] | str, **options: bool) -> ImportReport:
        checked = exchange.check_records(write(tmp_path, rows))
        with unit_of_work():
            report = exchange.import_records(checked, ImportOptions(**options), clock=clock)
        db.session.remove()
        return report

    yield run


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def indexed(kind: str = "record") -> list[str]:
    return sorted(db.session.scalars(select(SearchEntry.key).where(SearchEntry.kind == kind)))


def test_a_first_import(load: Any) -> None:
    report = load(record_row(), record_row("1.004194", field="Cư trú"))
    assert report.new == ["1.001193", "1.004194"]
    assert indexed() == ["1.001193", "1.004194"]
    facets = {tuple(row) for row in db.session.execute(select(SearchFacet.facet, SearchFacet.slug))}
    assert {("field", "ho-tich"), ("field", "cu-tru"), ("audience", "citizen")} <= facets
    assert ("agency", "uy-ban-nhan-dan-cap-xa") in facets
    batch = db.session.scalars(select(ImportBatch)).one()
    assert (batch.file_name, batch.counts["new"], batch.finished_at) == ("records.jsonl", 2, MOMENT)
    assert len(batch.file_sha256) == 64


def test_the_same_file_again_changes_nothing(load: Any) -> None:
    load(record_row())
    before = db.session.execute(select(Procedure.__table__)).all()
    report = load(record_row())
    assert (report.new, report.changed, report.unchanged, report.batch_id) == ([], {}, 1, None)
    assert db.session.execute(select(Procedure.__table__)).all() == before
    assert (count(ImportBatch), count(ProcedureVersion)) == (1, 0)


def test_a_change_is_reported_field_by_field_and_the_old_version_kept(load: Any) -> None:
    load(record_row())
    fee = {"channel": "online", "amount": 8000, "currency": "VND", "text": "8.000 đồng"}
    report = load(record_row(agency="Sở Tư pháp", fees=[fee], steps=["Người đi đăng ký nộp hồ sơ.", "Nhận."]))
    changes = {change.field: change for change in report.changed["1.001193"]}
    assert set(changes) == {"agency", "fees", "steps"}
    assert (changes["agency"].before, changes["agency"].after) == ("Ủy ban nhân dân cấp xã", "Sở Tư pháp")
    assert (changes["fees"].removed, changes["fees"].added) == (1, 1)
    assert "8000" in changes["fees"].after
    assert str(changes["steps"]) == "steps (-0 +1): (nothing) → Nhận."
    page = queries.record_page("1.001193")
    assert page is not None
    assert (page.facts.version, page.facts.agencies, page.facts.fees[0].amount) == (2, ("Sở Tư pháp",), 8000)
    (version,) = kept_versions("1.001193")
    batch = db.session.get_one(ImportBatch, version.import_batch_id)
    assert (version.version, batch.file_name) == (1, "records.jsonl")
    assert version.payload["agency"] == "Ủy ban nhân dân cấp xã"
    assert version.payload["steps"] == ["Người đi đăng ký nộp hồ sơ."]
    assert version.payload["as_of"] == "<=2026-06-10"


def test_every_version_is_kept(load: Any) -> None:
    for number in range(4):
        load(record_row(decision_no=f"{number}/QĐ-BTP"))
    found = [(version.version, version.payload["decision_no"]) for version in kept_versions("1.001193")]
    assert found == [(3, "2/QĐ-BTP"), (2, "1/QĐ-BTP"), (1, "0/QĐ-BTP")]


def test_long_changes_are_shortened_around_the_difference(load: Any) -> None:
    text = "Đoạn rất dài. " * 100
    load(record_row(requirements=text + "Cũ"))
    (change,) = load(record_row(requirements=text + "Mới")).changed["1.001193"]
    assert change.before.startswith("…")
    assert change.before.endswith("Cũ")
    assert change.after.endswith("Mới")
    assert len(change.after) < 100


def test_seen_again_later_is_confirmed_without_a_version(load: Any) -> None:
    load(record_row())
    report = load(record_row(crawled_at="2026-07-18T09:13:46Z"))
    assert (report.unchanged, report.confirmed) == (1, 1)
    assert str(queries.record_facts(["1.001193"])["1.001193"].as_of) == "2026-07-18T09:13:46Z"
    assert load(record_row(crawled_at="2025-12")).confirmed == 0
    assert str(queries.record_facts(["1.001193"])["1.001193"].as_of) == "2026-07-18T09:13:46Z"
    assert count(ProcedureVersion) == 0


def test_going_back_to_an_older_date_is_said(load: Any) -> None:
    load(record_row())
    assert load(record_row(crawled_at="2025-12", agency="Sở Tư pháp")).older == ["1.001193"]


def test_gone_is_reported_and_retired_only_when_asked(load: Any) -> None:
    load(record_row(), record_row("1.004194"))
    assert (load(record_row()).gone, indexed()) == (["1.004194"], ["1.001193", "1.004194"])
    report = load(record_row(), retire_gone=True)
    assert report.retired == ["1.004194"]
    retired = queries.record_facts(["1.004194"])["1.004194"]
    assert retired.retired_at == MOMENT
    assert indexed() == ["1.001193"]
    assert [code for code, _ in queries.sitemap_rows()] == ["1.001193"]
    assert load(record_row()).gone == []
    back = load(record_row(), record_row("1.004194"))
    assert (back.returned, back.changed) == (["1.004194"], {})
    assert queries.record_facts(["1.004194"])["1.004194"].retired_at is None
    assert indexed() == ["1.001193", "1.004194"]


def test_nothing_is_half_imported(load: Any, tmp_path: Path) -> None:
    load(record_row())
    rows = [record_row(agency="Sở Tư pháp"), record_row("1.004194"), record_row("bad"), record_row("1.004222")]
    with pytest.raises(RowsRefusedError):
        load(*rows)
    assert count(Procedure) == 1
    assert queries.record_facts(["1.001193"])["1.001193"].agency == "Ủy ban nhân dân cấp xã"
    checked = exchange.check_records(write(tmp_path, rows))
    assert [(error.line, error.column) for error in checked.errors] == [(3, "code")]


def test_bad_rows_can_be_skipped(load: Any) -> None:
    report = load(record_row(), "{", record_row("bad"), record_row("1.004194"), skip_bad=True)
    assert report.new == ["1.001193", "1.004194"]


def test_a_failure_while_writing_leaves_nothing(load: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise RuntimeError("disk full")

    monkeypatch.setattr("portal.search.service.replace", fail)
    with pytest.raises(RuntimeError):
        load(record_row())
    db.session.remove()
    assert (count(Procedure), count(ImportBatch), indexed()) == (0, 0, [])


def test_a_code_twice_in_a_file(load: Any, tmp_path: Path) -> None:
    rows = [record_row(name="Một"), record_row("1.004194"), record_row(name="Hai")]
    checked = exchange.check_records(write(tmp_path, rows))
    assert [(error.line, error.code, error.params["first"]) for error in checked.errors] == [(3, "duplicate_code", 1)]
    load(*rows, skip_bad=True)
    assert queries.record_facts(["1.001193"])["1.001193"].name == "Một"


def test_a_skipped_row_does_not_make_its_record_gone(load: Any) -> None:
    load(record_row(), record_row("1.004194"), record_row("1.004222"))
    report = load(record_row(), record_row("1.004194", name=""), skip_bad=True, retire_gone=True)
    assert report.retired == ["1.004222"]


def test_with_a_nameless_bad_row_nothing_is_retired(load: Any) -> None:
    load(record_row(), record_row("1.004194"))
    report = load(record_row(), "{", skip_bad=True, retire_gone=True)
    assert (report.gone, report.retired) == (["1.004194"], [])


def test_a_dry_run_says_the_same_and_writes_nothing(load: Any, tmp_path: Path) -> None:
    load(record_row(), record_row("1.004194"))
    before = db.session.execute(select(Procedure.__table__)).all()
    changed = [record_row(agency="Sở Tư pháp"), record_row("1.004222")]
    checked = exchange.check_records(write(tmp_path, changed))
    report = exchange.import_records(checked, ImportOptions(dry_run=True, retire_gone=True), clock=clock)
    assert (report.new, list(report.changed), report.gone) == (["1.004222"], ["1.001193"], ["1.004194"])
    db.session.commit()
    assert db.session.execute(select(Procedure.__table__)).all() == before
    assert (count(ImportBatch), count(ProcedureVersion)) == (1, 0)


def test_a_file_changed_after_the_check(tmp_path: Path) -> None:
    path = write(tmp_path, [record_row()])
    checked = exchange.check_records(path)
    write(tmp_path, [record_row(name="Khác")])
    with pytest.raises(ExchangeError) as caught, unit_of_work():
        exchange.import_records(checked, clock=clock)
    assert caught.value.code == "changed_meanwhile"
    assert count(Procedure) == 0


def facts_row(**changes: Any) -> dict[str, Any]:
    fee = {
        "channel": "online", "status": "unknown", "condition_vi": "mỗi bản sao", "condition_en": "per copy",
        "unit": "bản",
    }  # fmt: skip
    return record_row(fees=[fee], is_full=False, steps=[], documents=[], results=[], **changes)


def test_facts_only_never_overwrites_a_full_record(load: Any) -> None:
    load(record_row())
    report = load(facts_row(agency="Sở Tư pháp"))
    assert (report.kept, report.changed, report.batch_id) == (["1.001193"], {}, None)
    page = queries.record_page("1.001193")
    assert page is not None
    assert (page.facts.is_full, page.facts.agency) == (True, "Ủy ban nhân dân cấp xã")
    assert page.texts.steps == ("Người đi đăng ký nộp hồ sơ.",)
    assert page.facts.fees[0].condition_en == "per copy"


def test_a_full_record_replaces_facts_and_keeps_the_written_conditions(load: Any) -> None:
    load(facts_row())
    report = load(record_row())
    assert "is_full" in {change.field for change in report.changed["1.001193"]}
    facts = queries.record_facts(["1.001193"])["1.001193"]
    assert facts.is_full
    assert (facts.fees[0].status, facts.fees[0].condition_vi, facts.fees[0].unit) == (
        FeeStatus.UNKNOWN, "mỗi bản sao", "bản",
    )  # fmt: skip
    assert load(record_row()).unchanged == 1
    assert queries.record_facts(["1.001193"])["1.001193"].fees[0].condition_vi == "mỗi bản sao"
    load(facts_row())
    assert load(facts_row()).kept == ["1.001193"]


def test_gone_concerns_the_same_kind_of_file(load: Any) -> None:
    load(record_row("1.004194"), record_row("1.004222"))
    assert load(facts_row()).gone == []
    assert load(record_row("1.004194")).gone == ["1.004222"]
    load(facts_row(code="2.000635"))
    assert set(load(facts_row(code="2.000635")).gone) == {"1.001193"}


def test_facts_follow_the_code_that_derives_them(load: Any) -> None:
    """After an upgrade that reads fees better, the same file brings the better lines, without a new version."""
    load(record_row())
    with unit_of_work():
        row = db.session.scalars(select(Procedure)).one()
        row.facts = {**row.facts, "fees": []}
    report = load(record_row())
    assert (report.unchanged, report.changed) == (1, {})
    assert len(queries.record_facts(["1.001193"])["1.001193"].fees) == 1


def test_queries_for_other_packages(load: Any, app: Flask) -> None:
    load(record_row(), record_row("1.004194", field="Cư trú", agency="Công an xã", subjects=["Doanh nghiệp"]))
    assert queries.known_codes({"1.001193", "9.999999"}) == {"1.001193"}
    assert queries.record_facts([]) == {}
    assert queries.record_page("9.999999") is None
    found = {(facet.facet, facet.slug) for facet in queries.facets(("1.001193", "1.004194"))}
    assert {("field", "ho-tich"), ("field", "cu-tru"), ("audience", "business"), ("agency", "cong-an-cap-xa")} <= found
    assert len(queries.sitemap_rows()) == 2
