"""The commands: exit codes, messages, formats, the catalogue, and the starter facts."""

from __future__ import annotations

import csv
import json
import re
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select

from portal.config import ROOT
from portal.core.db import db
from portal.procedures import queries
from portal.procedures.exchange import RECORD_COLUMNS
from portal.procedures.models import CatalogueEntry, Procedure
from portal.search.models import SearchEntry
from tests.factories.records import import_records, record_row

COLUMNS = (
    "code", "name", "field", "channels", "fees", "times", "documents", "legal_basis", "steps", "source_url", "as_of",
)  # fmt: skip
CELLS = (
    "1.001193", "Đăng ký khai sinh", "Hộ tịch", "online\ndirect", "online | 10.000 | VND | 10.000 đồng/lần",
    "online | 1 | ngày làm việc |", "Tờ khai | 1 | 0", "60/2014/QH13 | Luật Hộ tịch", "Nộp hồ sơ\nNhận kết quả",
    "https://dichvucong.gov.vn/x", "<=2026-06-10",
)  # fmt: skip


def run(app: Flask, *args: object) -> Result:
    result = app.test_cli_runner().invoke(args=["procedures", *map(str, args)])
    db.session.remove()
    assert "Traceback" not in result.output
    return result


def jsonl(folder: Path, *rows: dict[str, Any], name: str = "file.jsonl") -> Path:
    path = folder / name
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")
    return path


def names(folder: Path, *codes: str, **changes: Any) -> Path:
    url = "https://dichvucong.gov.vn/thu-tuc-hanh-chinh/x"
    rows = [{"code": code, "name": f"Thủ tục {code}", "source_url": url} | changes for code in codes]
    return jsonl(folder, *rows, name="names.jsonl")


def count(model: type[Any]) -> int:
    return db.session.scalar(select(func.count()).select_from(model)) or 0


def shown(kind: str) -> list[str]:
    return sorted(db.session.scalars(select(SearchEntry.key).where(SearchEntry.kind == kind)))


def test_three_formats_bring_the_same_record(app: Flask, tmp_path: Path) -> None:
    table = tmp_path / "records.csv"
    with table.open("w", newline="", encoding="utf-8-sig") as file:
        csv.writer(file, delimiter=";").writerows([COLUMNS, CELLS])
    book = tmp_path / "records.xlsx"
    with xlsxwriter.Workbook(str(book)) as workbook:
        sheet = workbook.add_worksheet()
        for line, cells in enumerate((COLUMNS, CELLS)):
            sheet.write_row(line, 0, cells)
    row = {
        "code": "1.001193", "name": "Đăng ký khai sinh", "field": "Hộ tịch", "channels": ["direct", "online"],
        "fees": [{"channel": "online", "amount": 10000, "currency": "VND", "text": "10.000 đồng/lần"}],
        "processing_time": [{"channel": "online", "qty": 1, "unit": "ngày làm việc", "text": ""}],
        "documents": [{"name": "Tờ khai", "original": 1, "copy": 0}],
        "legal_basis": [{"code": "60/2014/QH13", "name": "Luật Hộ tịch"}], "steps": ["Nộp hồ sơ", "Nhận kết quả"],
        "source_url": "https://dichvucong.gov.vn/x", "crawled_at": "<=2026-06-10",
    }  # fmt: skip
    assert "1 new" in run(app, "import", jsonl(tmp_path, row)).output
    assert "1 unchanged" in run(app, "import", table).output
    assert "1 unchanged" in run(app, "import", book).output
    facts = queries.record_facts(["1.001193"])["1.001193"]
    assert (facts.fees[0].amount, facts.fees[0].unit, facts.is_full) == (10000, "lần", True)


def test_refused_rows_end_with_1_and_name_themselves(app: Flask, tmp_path: Path) -> None:
    path = jsonl(tmp_path, record_row(), record_row("x"), record_row("1.004194", source_url="http://a"))
    result = run(app, "import", path)
    assert result.exit_code == 1
    assert "line 2, code: 'x' is not a procedure code" in result.output
    assert "line 3, source_url" in result.output
    assert "2 of 3 rows are refused. Nothing was imported." in result.output
    assert count(Procedure) == 0
    skipped = run(app, "import", "--skip-bad", path)
    assert (skipped.exit_code, count(Procedure)) == (0, 1)
    assert "2 rows skipped" in skipped.output


def test_thousands_of_bad_rows_stay_readable(app: Flask, tmp_path: Path) -> None:
    result = run(app, "import", jsonl(tmp_path, record_row(), *[record_row("x")] * 1500))
    assert result.exit_code == 1
    assert len(result.output.splitlines()) < 120
    assert "1500 of 1501" in result.output


@pytest.mark.parametrize(
    ("name", "data", "said"),
    [
        ("missing.jsonl", None, "There is no file"),
        ("empty.jsonl", b"", "empty"),
        ("names.jsonl", b'{"title": "x"}\n', "Unknown: title"),
        ("cp1252.csv", "code;Fähre\n".encode("cp1252"), "UTF-8"),
        ("utf16.csv", "code;name\n".encode("utf-16-le"), "UTF-16"),
        ("broken.jsonl.gz", b"\x1f\x8b\x08\x00rubbish", "gzip"),
        ("records.xlsx", b"rubbish", "not an XLSX"),
        ("records.pdf", b"rubbish", "format"),
    ],
)
def test_unusable_files_end_with_2(app: Flask, tmp_path: Path, name: str, data: bytes | None, said: str) -> None:
    path = tmp_path / name
    if data is not None:
        path.write_bytes(data)
    for command in ("import", "import-catalogue"):
        result = run(app, command, path)
        assert result.exit_code == 2
        assert said in result.output
        assert "Nothing was imported." in result.output
    assert count(Procedure) == count(CatalogueEntry) == 0


def test_two_hundred_megabytes(app: Flask, tmp_path: Path) -> None:
    path = tmp_path / "big.jsonl"
    with path.open("wb") as file:
        file.truncate(200 * 1024 * 1024)
    result = run(app, "import", path)
    assert result.exit_code == 2
    assert "200 MB" in result.output


def test_the_report_names_what_changed_and_what_is_gone(app: Flask, tmp_path: Path) -> None:
    import_records([record_row(), record_row("1.004194")])
    path = jsonl(tmp_path, record_row(agency="Sở Tư pháp"))
    dry = run(app, "import", "--dry-run", path)
    assert "Dry run: nothing was written." in dry.output
    assert queries.record_facts(["1.001193"])["1.001193"].version == 1
    result = run(app, "import", path)
    assert "1.001193 changed" in result.output
    assert "  agency: Ủy ban nhân dân cấp xã → Sở Tư pháp" in result.output
    assert "Gone from the file, still shown: 1.004194" in result.output
    assert "0 new, 1 changed, 0 unchanged" in result.output
    retired = run(app, "import", "--retire-gone", path)
    assert "retired: 1.004194" in retired.output
    assert "no longer retired: 1.004194" in run(app, "import", jsonl(tmp_path, record_row("1.004194"))).output


def test_nothing_retired_when_a_row_is_unreadable(app: Flask, tmp_path: Path) -> None:
    import_records([record_row(), record_row("1.004194")])
    path = jsonl(tmp_path, record_row())
    path.write_text(path.read_text(encoding="utf-8") + "{\n", encoding="utf-8")
    assert "Nothing was retired" in run(app, "import", "--skip-bad", "--retire-gone", path).output
    assert len(queries.sitemap_rows()) == 2


def test_catalogue_names_lead_out_where_there_is_no_record(app: Flask, tmp_path: Path) -> None:
    import_records([record_row()])
    assert "2 new" in run(app, "import-catalogue", names(tmp_path, "1.001193", "1.004194")).output
    assert (shown("record"), shown("catalogue")) == (["1.001193"], ["1.004194"])
    url = db.session.scalars(select(SearchEntry.url).where(SearchEntry.kind == "catalogue")).one()
    assert url.startswith("https://dichvucong.gov.vn/")
    import_records([record_row(), record_row("1.004194")])
    assert (shown("record"), shown("catalogue")) == (["1.001193", "1.004194"], [])
    import_records([record_row()], retire_gone=True)
    assert (shown("record"), shown("catalogue")) == (["1.001193"], ["1.004194"])


def test_the_catalogue_is_idempotent_and_retires_only_when_asked(app: Flask, tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    path = names(tmp_path, "1.004194", "1.004222", executing=["Sở Y tế"], promulgating="Bộ Y tế", fields=["Y tế"])
    run(app, "import-catalogue", path)
    assert "0 new, 0 changed, 2 unchanged" in run(app, "import-catalogue", path).output
    one = names(tmp_path / "one", "1.004194", name="Tên mới")
    assert "0 new, 1 changed, 0 unchanged, 1 gone, 0 retired" in run(app, "import-catalogue", one).output
    assert shown("catalogue") == ["1.004194", "1.004222"]
    assert "1 retired" in run(app, "import-catalogue", "--retire-gone", one).output
    assert shown("catalogue") == ["1.004194"]
    assert "0 new, 2 changed" in run(app, "import-catalogue", path).output
    assert shown("catalogue") == ["1.004194", "1.004222"]


def test_bad_catalogue_rows(app: Flask, tmp_path: Path) -> None:
    path = names(tmp_path, "1.004194", "x" * 21, "1.004194")
    result = run(app, "import-catalogue", path)
    assert result.exit_code == 1
    assert "line 3, code: code 1.004194 was already on line 1" in result.output
    assert run(app, "import-catalogue", "--skip-bad", path).exit_code == 0
    assert shown("catalogue") == ["1.004194"]


def test_the_catalogue_keeps_codes_as_printed(app: Flask, tmp_path: Path) -> None:
    printed = ["1.014955-Xoa", " 1.014325", "1.014325", "2.009182739"]
    assert "4 new" in run(app, "import-catalogue", names(tmp_path, *printed)).output
    assert shown("catalogue") == sorted(printed)


def test_the_real_catalogue_is_taken_whole(app: Flask, shared_data: Path) -> None:
    result = run(app, "import-catalogue", shared_data / "catalogue-national.jsonl.gz")
    assert "5670 new" in result.output


def test_export_keeps_facts_and_drops_sentences(app: Flask, tmp_path: Path) -> None:
    secret = "Câu chữ chính thức"
    fees = [
        {"channel": "online", "amount": 7000, "currency": "VND", "text": f"{secret}: 7.000 đồng/lần đăng ký"},
        {"channel": "direct", "amount": 0, "currency": "VND", "text": f"Miễn lệ phí cho {secret}"},
    ]
    times = [{"channel": "online", "qty": 3, "unit": "ngày", "text": f"{secret} 03 ngày làm việc"}]
    row = record_row(
        fees=fees, processing_time=times, requirements=secret, results=[secret], steps=[secret],
        documents=[{"name": secret, "original": 1, "copy": 0}], legal_basis=[{"code": "60/2014/QH13", "name": secret}],
    )  # fmt: skip
    import_records([row])
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text(
        '- {code: "1.001193", channel: online, amount: 7000, unit: lần, condition_vi: mỗi lần, condition_en: each}\n'
        '- {code: "1.001193", channel: direct, amount: 0, condition_vi: người nghèo, condition_en: the poor}\n',
        encoding="utf-8",
    )
    output = tmp_path / "out.jsonl"
    result = run(app, "export-facts", "1.001193", "--conditions", conditions, "--output", output)
    assert result.exit_code == 0, result.output
    text = output.read_text(encoding="utf-8")
    assert secret not in text
    written = json.loads(text)
    assert written["fees"][0] | {"legal": None} == {
        "channel": "online", "status": "amount", "amount": 7000, "unit": "lần", "condition_vi": "mỗi lần",
        "condition_en": "each", "legal": None,
    }  # fmt: skip
    assert (written["fees"][1]["status"], written["fees"][1]["condition_en"]) == ("exempt", "the poor")
    assert written["times"] == [{"channel": "online", "quantity": 3, "unit": "working_day"}]
    assert (written["legal_basis"], written["is_full"]) == (["60/2014/QH13"], False)
    assert "1 kept" in run(app, "import", output).output


def test_export_names_what_does_not_fit(app: Flask, tmp_path: Path) -> None:
    import_records([record_row()])
    conditions = tmp_path / "conditions.yaml"
    conditions.write_text(
        '- {code: "1.001193", channel: online, amount: 999}\n- {channel: x}\n- {code: "1.1", channel: x, other: 1}\n',
        encoding="utf-8",
    )
    output = tmp_path / "out.jsonl"
    result = run(app, "export-facts", "1.001193", "9.999999", "--conditions", conditions, "--output", output)
    assert result.exit_code == 1
    for said in ("no fee of 999 by online", "no record 9.999999", "code and channel are needed", "other"):
        assert said in result.output
    assert not output.exists()


def test_the_starter_file_is_clean_and_idempotent(app: Flask) -> None:
    path = ROOT / "portal" / "starter" / "procedures.jsonl"
    first = run(app, "import", path)
    assert first.exit_code == 0, first.output
    assert "0 new, 0 changed" in run(app, "import", path).output
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    for row in rows:
        assert row["is_full"] is False
        assert not {"steps", "documents", "results", "requirements"} & set(row)
        assert all("text" not in line for name in ("fees", "times") for line in row.get(name, []))
        assert all(isinstance(number, str) for number in row["legal_basis"])


def test_the_documented_columns_and_examples(app: Flask, tmp_path: Path) -> None:
    text = (ROOT / "docs" / "howto" / "import-records.md").read_text(encoding="utf-8")
    table = text.split("## Columns")[1].split("JSONL, one object a line")[0]
    documented = set(re.findall(r"`([a-z_]+)`", table))
    known = RECORD_COLUMNS.required | RECORD_COLUMNS.optional | set(RECORD_COLUMNS.aliases) | RECORD_COLUMNS.ignored
    assert known <= documented
    for kind, name in (("json", "example.jsonl"), ("csv", "example.csv")):
        example = re.search(rf"```{kind}\n(.*?)```", text, re.DOTALL)
        assert example is not None
        (tmp_path / name).write_text(example[1], encoding="utf-8")
        result = run(app, "import", tmp_path / name)
        assert result.exit_code == 0, result.output


def test_all_real_records(app: Flask, shared_data: Path) -> None:
    result = run(app, "import", shared_data / "procedures-national.jsonl.gz")
    assert result.exit_code == 0, result.output
    assert "records: 1031 new" in result.output
    page = queries.record_page("1.004194")
    assert page is not None
    assert page.texts.documents
    starter = run(app, "import", ROOT / "portal" / "starter" / "procedures.jsonl")
    assert "kept" in starter.output
    assert "0 new, 0 changed" in starter.output
    again = run(app, "import", shared_data / "procedures-national.jsonl.gz")
    assert "0 new, 0 changed, 1031 unchanged" in again.output
