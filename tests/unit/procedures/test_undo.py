"""Imports of records and catalogue names through batches: kept, listed, undone."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db, unit_of_work
from portal.exchange import queries as imports
from portal.procedures import queries
from portal.procedures.models import CatalogueEntry, Procedure
from portal.search import queries as search_queries
from portal.search.models import SearchEntry
from tests.factories.records import kept_versions, record_row


def run(app: Flask, *args: object, code: int = 0) -> str:
    result: Result = app.test_cli_runner().invoke(args=[*map(str, args)])
    db.session.remove()
    assert "Traceback" not in result.output
    assert result.exit_code == code, result.output
    return result.output


def load(app: Flask, folder: Path, *rows: dict[str, Any], options: tuple[str, ...] = (), kind: str = "import") -> str:
    """Import rows; the code of the batch, "" where none was kept."""
    path = folder / "file.jsonl"
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    before = {batch.code for batch in imports.batches()}
    run(app, "procedures", kind, *options, path)
    return "".join({batch.code for batch in imports.batches()} - before)


def said(code: str) -> dict[str, Any]:
    """What a record says, apart from its version and dates of change."""
    page = queries.record_page(code)
    assert page is not None
    facts = {name: getattr(page.facts, name) for name in page.facts.__slots__ if name != "version"}
    return {**facts, "texts": page.texts}


def indexed(kind: str = "record") -> dict[str, tuple[str, str]]:
    rows = db.session.execute(
        select(SearchEntry.key, SearchEntry.title, SearchEntry.summary).where(SearchEntry.kind == kind)
    )
    return {row.key: (row.title, row.summary) for row in rows}


def name_row(code: str, **changes: Any) -> dict[str, Any]:
    return {"code": code, "name": f"Thủ tục {code}", "source_url": "https://dichvucong.gov.vn/x"} | changes


def test_a_batch_is_kept_and_shown(app: Flask, tmp_path: Path) -> None:
    code = load(app, tmp_path, record_row(), record_row("1.004194"))
    listed = run(app, "imports", "list")
    assert re.search(rf"{code} .* procedures +applied +2 changes +file.jsonl", listed)
    shown = run(app, "imports", "show", code)
    for line in ("state: applied", "new: 2", "file_name: file.jsonl", "actor_name: command line"):
        assert line in shown
    assert load(app, tmp_path, record_row(), record_row("1.004194")) == ""
    again = run(app, "procedures", "import", tmp_path / "file.jsonl")
    assert f"already imported ({code})" in again
    assert run(app, "imports", "list", "--kind", "catalogue") == ""


def test_new_records_are_removed_again(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, name_row("1.001193"), kind="import-catalogue")
    code = load(app, tmp_path, record_row())
    assert (list(indexed()), list(indexed("catalogue"))) == (["1.001193"], [])
    assert f"Import {code} is undone." in run(app, "imports", "undo", code)
    assert (list(indexed()), list(indexed("catalogue"))) == ([], ["1.001193"])
    assert queries.record_page("1.001193") is None
    again = run(app, "imports", "undo", code, code=1)
    assert "only an applied one can be undone" in again


def test_a_changed_record_says_again_what_it_said(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, record_row(), record_row("1.004194"))
    before, entries = said("1.001193"), indexed()
    changes = record_row(
        name="Tên khác", agency="Sở Tư pháp", steps=["Một", "Hai"], fees=[], subjects=["Doanh nghiệp"],
        documents=[], crawled_at="2026-07-18T09:13:46Z",
    )  # fmt: skip
    code = load(app, tmp_path, changes, options=("--retire-gone",))
    assert said("1.001193") != before
    assert len(queries.sitemap_rows()) == 1
    run(app, "imports", "undo", code)
    assert said("1.001193") == before
    assert indexed() == entries
    assert len(queries.sitemap_rows()) == 2
    assert search_queries.find("doanh nghiệp", "vi").total == 0
    # History goes on: what was undone is kept as the version before.
    kept = [(version.version, version.payload["name"]) for version in kept_versions("1.001193")]
    assert kept == [(2, "Tên khác"), (1, record_row()["name"])]
    assert queries.record_facts(["1.001193"])["1.001193"].version == 3


def test_undoing_twice_in_a_row_goes_back_two_steps(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, record_row(decision_no="1/QĐ"))
    second = load(app, tmp_path, record_row(decision_no="2/QĐ"))
    third = load(app, tmp_path, record_row(decision_no="3/QĐ"))
    refused = run(app, "imports", "undo", second, code=1)
    assert "1.001193" in refused
    assert "Nothing was undone" in refused
    run(app, "imports", "undo", third)
    assert queries.record_facts(["1.001193"])["1.001193"].decision_no == "2/QĐ"
    run(app, "imports", "undo", second)
    assert queries.record_facts(["1.001193"])["1.001193"].decision_no == "1/QĐ"


def test_a_later_date_stands_on_a_batch(app: Flask, tmp_path: Path) -> None:
    first = load(app, tmp_path, record_row())
    confirmed = load(app, tmp_path, record_row(crawled_at="2026-07-18T09:13:46Z"))
    run(app, "imports", "undo", first, code=1)
    run(app, "imports", "undo", confirmed)
    assert str(queries.record_facts(["1.001193"])["1.001193"].as_of) == "<=2026-06-10"
    run(app, "imports", "undo", first)


def test_an_edit_stands_on_a_batch(app: Flask, tmp_path: Path) -> None:
    code = load(app, tmp_path, record_row())
    with unit_of_work():
        db.session.scalars(select(Procedure)).one().digest = "0" * 64
    assert "1.001193" in run(app, "imports", "undo", code, code=1)


def test_a_guide_stands_on_a_new_record(app: Flask, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    code = load(app, tmp_path, record_row(), record_row("1.004194"))
    finder = "portal.procedures.undo.guides_of_procedure"
    with monkeypatch.context() as patch:
        patch.setattr(finder, lambda code, locale: ["guide"] if code == "1.004194" else [])
        assert "something needs, 1.004194." in run(app, "imports", "undo", code, code=1)
    run(app, "imports", "undo", code)


def test_lent_conditions_are_taken_back(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, record_row())
    before = said("1.001193")
    fee = {"channel": "online", "status": "unknown", "condition_vi": "mỗi bản sao", "condition_en": "per copy"}
    facts = record_row(fees=[fee], is_full=False, steps=[], documents=[], results=[])
    code = load(app, tmp_path, facts)
    assert said("1.001193") != before
    run(app, "imports", "undo", code)
    assert said("1.001193") == before


def test_a_full_record_becomes_facts_again(app: Flask, tmp_path: Path) -> None:
    fee = {"channel": "online", "status": "unknown", "condition_vi": "mỗi bản sao", "condition_en": "per copy"}
    load(app, tmp_path, record_row(fees=[fee], is_full=False, steps=[], documents=[], results=[]))
    before = said("1.001193")
    code = load(app, tmp_path, record_row())
    run(app, "imports", "undo", code)
    assert said("1.001193") == before


def test_catalogue_names_come_back(app: Flask, tmp_path: Path) -> None:
    load(app, tmp_path, name_row("1.000001"), name_row("1.000002"), kind="import-catalogue")
    before = indexed("catalogue")
    rows = (name_row("1.000001", name="Tên khác"), name_row("1.000003"))
    code = load(app, tmp_path, *rows, kind="import-catalogue", options=("--retire-gone",))
    assert set(indexed("catalogue")) == {"1.000001", "1.000003"}
    run(app, "imports", "undo", code)
    assert indexed("catalogue") == before
    assert db.session.scalar(select(func.count()).select_from(CatalogueEntry)) == 2
    db.session.remove()
    assert "0 new, 0 changed" in run(app, "procedures", "import-catalogue", _names(tmp_path))


def _names(folder: Path) -> Path:
    path = folder / "again.jsonl"
    rows = (name_row("1.000001"), name_row("1.000002"))
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def test_refused_rows_are_kept_for_download(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "file.jsonl"
    rows = [record_row(), record_row("x"), record_row("1.004194", source_url="http://a")]
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    run(app, "procedures", "import", path, code=1)
    (batch,) = imports.batches()
    code = batch.code
    assert batch.state == "refused"
    assert "line 2, code: 'x' is not a procedure code" in run(app, "imports", "show", code)
    errors = tmp_path / "errors.csv"
    run(app, "imports", "show", code, "--errors", errors, "--locale", "vi")
    with errors.open(encoding="utf-8-sig", newline="") as file:
        found = list(csv.reader(file))
    assert found[0] == ["Dòng", "Cột", "Lý do"]
    assert [row[:2] for row in found[1:]] == [["2", "code"], ["3", "source_url"]]
    assert "mã thủ tục" in found[1][2]
    run(app, "imports", "discard", code)
    assert "refused" not in run(app, "imports", "list")
    assert "can't be discarded" in run(app, "imports", "discard", code, code=1)
    assert "0 files removed" in run(app, "imports", "sweep")


@pytest.mark.parametrize("command", ["show", "undo", "discard"])
def test_no_such_import(app: Flask, command: str) -> None:
    assert "no import" in run(app, "imports", command, "nosuch", code=1)


def test_a_table_in_an_older_encoding_with_notes(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "names.csv"
    rows = ("Danh mu\u0323c;;", "code;name;source_url", "1.000001;Thu\u0309 tu\u0323c;https://dichvucong.gov.vn/x")
    path.write_bytes("\n".join([*rows, ";;", "Ghi chu\u0301;;"]).encode("cp1258"))
    output = run(app, "procedures", "import-catalogue", path)
    for part in ("Read as cp1258", "  Thủ tục", "2 rows above or below", "line 5: Ghi chú", "1 new"):
        assert part in output
    assert indexed("catalogue")["1.000001"][0] == "Thủ tục"


def test_all_real_records_are_undone(app: Flask, shared_data: Path) -> None:
    run(app, "procedures", "import", shared_data / "procedures-national.jsonl.gz")
    (batch,) = imports.batches()
    run(app, "imports", "undo", batch.code)
    assert len(queries.sitemap_rows()) == 0
    assert indexed() == {}
