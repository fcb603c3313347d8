"""Figures through the screens and the command line: template, upload, preview, confirm, undo."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
import time_machine
from flask import Flask

from portal.adoption import queries
from portal.adoption.periods import Period
from portal.adoption.queries import place_unit
from portal.core.permissions import Role
from tests.factories.figures import history, stored, table
from tests.factories.places import load_places
from tests.factories.staff import Browser
from tests.web.page import check

HERE = "/can-bo/nhap-du-lieu"
TEMPLATE = f"{HERE}/mau/figures"
OCTOBER = Period.parse("2026-10")


@pytest.fixture(autouse=True)
def places(app: Flask) -> None:
    load_places()


def test_the_template_is_filled_in_previewed_and_imported(app: Flask) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    assert "Số liệu của hệ thống một cửa: Excel, CSV" in check(analyst.get(HERE), HERE).words
    header = next(csv.reader(io.StringIO(analyst.get(f"{TEMPLATE}.csv").get_data().decode("utf-8-sig"))))
    assert header[0] == "Đơn vị"
    row = {"Đơn vị": "Xã Ba Xa", "Kỳ số liệu": "10/2026", "Hồ sơ tiếp nhận": "1.200", "Hồ sơ nộp trực tuyến": "900"}
    text = ";".join(header) + "\n" + ";".join(row.get(name, "") for name in header) + "\n"
    values = {"csrf_token": analyst.form_token, "loai": "figures", "tep": (io.BytesIO(text.encode()), "mau.csv")}
    sent = analyst.client.post(HERE, data=values, content_type="multipart/form-data")
    address = sent.headers["Location"]
    preview = check(analyst.get(address), address)
    assert "Chờ xác nhận" in preview.words
    assert "1.200 tổng cột “Hồ sơ tiếp nhận”" in preview.words
    assert "900/1200" in preview.words
    assert analyst.post(f"{address}/xac-nhan").status_code == 303
    assert stored() == {("xa-ba-xa", "online_filing", "month", "2026-10-01"): (900, 1200)}


def test_the_preview_says_where_a_files_own_total_is_not_that_of_its_rows(app: Flask, tmp_path: Path) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    rows = ["Xã Ba Xa;10/2026;1200;900;10;9", "Xã Ba Vì;10/2026;100;50;5;5"]
    for total, told in (
        ("Tổng cộng;;1.400;950;15;14", "tệp ghi 1.400, các dòng đọc được cộng lại là 1.300, lệch 100"),
        ("Tổng cộng;;1.300;950;15;14", "Dòng tổng trong tệp khớp với các dòng của nó."),
    ):
        file = io.BytesIO(table(*rows, total).encode())
        values = {"csrf_token": analyst.form_token, "loai": "figures", "tep": (file, "bao-cao.csv")}
        address = analyst.client.post(HERE, data=values, content_type="multipart/form-data").headers["Location"]
        words = check(analyst.get(address), address).words
        assert told in words
        assert ("Dòng 4, cột “Hồ sơ tiếp nhận”" in words) is ("lệch" in told)
        assert "Xác nhận nhập" in words
    path = tmp_path / "bao-cao.csv"
    path.write_text(table(*rows, "Tổng cộng;;1.400;950;15;14"))
    done = app.test_cli_runner().invoke(args=["figures", "import", str(path)])
    assert done.exit_code == 0, done.output
    assert "line 4, Hồ sơ tiếp nhận: the file's total says 1400, its rows add up to 1300" in done.output


def test_a_groups_template_names_todays_communes_and_is_read_back(app: Flask, tmp_path: Path) -> None:
    analyst = Browser.with_roles(app, Role.ANALYST)
    here = "/can-bo/so-lieu"
    assert "Cung cấp dịch vụ trực tuyến: Excel, CSV" in check(analyst.get(here), here).words
    assert analyst.get(f"{here}/mau/truc-tuyen.xlsx").data[:2] == b"PK"
    assert analyst.get(f"{here}/mau/cong-khai.csv").status_code == 404
    assert Browser.with_roles(app, Role.EDITOR).get(f"{here}/mau/truc-tuyen.csv").status_code == 403
    with time_machine.travel("2026-11-22T03:00:00Z", tick=False):
        text = analyst.get(f"{here}/mau/truc-tuyen.csv").get_data().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert (len(rows), rows[0]["Kỳ số liệu"], list(rows[0])[2:4]) == (
        96, "10/2026", ["Hồ sơ tiếp nhận", "Hồ sơ nộp trực tuyến"],
    )  # fmt: skip
    filled = [{**row, "Hồ sơ tiếp nhận": "10", "Hồ sơ nộp trực tuyến": "5"} for row in rows]
    file = tmp_path / "dien.csv"
    with file.open("w", encoding="utf-8", newline="") as opened:
        writer = csv.DictWriter(opened, list(rows[0]))
        writer.writeheader()
        writer.writerows(filled)
    with time_machine.travel("2026-11-22T03:00:00Z", tick=False):
        done = app.test_cli_runner().invoke(args=["figures", "import", str(file)])
    assert "96 new" in done.output, done.output
    made = app.test_cli_runner().invoke(args=["figures", "template", str(tmp_path / "m.csv"), "--group", "hai-long"])
    assert made.exit_code == 0
    assert "Lượt đánh giá" in (tmp_path / "m.csv").read_text("utf-8-sig")


def test_templates_are_for_those_who_may_import_that_kind(app: Flask) -> None:
    assert Browser.with_roles(app, Role.ADMIN).get(f"{TEMPLATE}.xlsx").data[:2] == b"PK"
    assert Browser.with_roles(app, Role.OFFICER).get(f"{TEMPLATE}.csv").status_code == 404
    assert Browser.with_roles(app, Role.ANALYST).get(f"{HERE}/mau/teams.csv").status_code == 404


def test_the_command_line_takes_a_file_with_headings_of_people(app: Flask, tmp_path: Path) -> None:
    run, file = app.test_cli_runner(), tmp_path / "xuat.csv"
    file.write_text(table("Xã Ba Xa;;1.200;900;10;9"), "utf-8")
    assert run.invoke(args=["figures", "import", str(file)]).exit_code == 1
    assert stored() == {}
    document = ["--period", "2026-10", "--document", "Báo cáo 12/BC", "--as-of", "2026-11-05"]
    done = run.invoke(args=["figures", "import", str(file), *document])
    assert (done.exit_code, "1 new" in done.output) == (0, True), done.output
    assert OCTOBER is not None
    source = history("on_time", place_unit("xa-ba-xa"), OCTOBER)[0].source
    assert (source.document, str(source.as_of)) == ("Báo cáo 12/BC", "2026-11-05")
    again = run.invoke(args=["figures", "import", str(file), *document])
    assert "1 unchanged" in again.output
    file.write_text("Thôn;Ghi chú\nA;B\n", "utf-8")
    refused = run.invoke(args=["figures", "import", str(file), *document])
    assert refused.exit_code in {1, 2}
    assert "Nothing was imported" in refused.output


def test_targets_are_set_by_command(app: Flask) -> None:
    run = app.test_cli_runner()
    args = ["figures", "target", "online_filing", "80", "--from", "2026-01-01", "--document", "KH 189/KH-UBND"]
    assert run.invoke(args=args).exit_code == 0
    assert [target.hundredths for target in queries.targets("online_filing")] == [8000]
    args[3] = "81,5"
    assert run.invoke(args=args).exit_code == 1
    args[3] = "101"
    assert run.invoke(args=args).exit_code == 1
    args[3] = "77.5"
    assert run.invoke(args=args).exit_code == 0
    assert [target.hundredths for target in queries.targets("online_filing")] == [7750]
