"""Bulk files from the form to the file, by the worker; and who gets them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator

import pypdfium2
import pytest
import zxingcpp
from flask import Flask
from PIL import Image
from python_calamine import CalamineWorkbook

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.sharing import queries as links
from portal.teams import bulk_service
from portal.teams.models import Team
from tests.factories.staff import Browser
from tests.factories.teams import coordinator
from tests.unit.sharing.posters import words_of
from tests.web.bulk import (
    COMMUNE,
    ELSEWHERE,
    GUIDE,
    HERE,
    PHONE,
    FakePress,
    archive,
    asked,
    draw_nothing,
    few_teams,
    folder,
    job_at,
    link_codes,
    remove_files,
    taken,
    work,
)
from tests.web.page import check

pytestmark = pytest.mark.usefixtures("no_files")


@pytest.fixture
def no_files(app: Flask) -> Iterator[None]:
    yield
    remove_files()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> type[FakePress]:
    return draw_nothing(monkeypatch)


@pytest.fixture
def admin(app: Flask, content: None) -> Browser:
    few_teams()
    return Browser.with_roles(app, Role.ADMIN)


def test_a_zip_of_a_commune_holds_each_teams_codes_and_posters(admin: Browser) -> None:
    check(admin.get(HERE), HERE)
    page = asked(admin, trang=[GUIDE, "own"])
    waiting = check(admin.get(page), page)
    assert "Đang chờ" in waiting.words
    assert 'data-hx-get="' in admin.get(page).get_data(as_text=True)
    assert taken(admin, page) == 410, "nothing is offered before it is whole"
    work()
    done = check(admin.get(page), page)
    assert "Đã xong" in done.words
    assert "data-hx-get" not in admin.get(page).get_data(as_text=True)
    with archive(admin, page) as found:
        assert found.testzip() is None
        names = found.namelist()
        link = links.link_of("to-1", GUIDE)
        assert link
        stem = next(name for name in names if "to-1/01-" in name).removesuffix("-ap-phich-a4.pdf")
        assert re.fullmatch(rf"{COMMUNE}/000\d-to-1/01-dang-ky-khai-sinh", stem)
        assert {f"{stem}-ap-phich-a4.pdf", f"{stem}-ma-qr.svg", f"{stem}-ma-qr.png", "danh-sach.csv",
                "danh-sach.xlsx", "doc-truoc.txt"} < set(names)  # fmt: skip
        assert len(names) == 2 * 2 * 3 + 3
        assert not [name for name in names if "to-3" in name]
        picture = Image.open(io.BytesIO(found.read(f"{stem}-ma-qr.png")))
        assert zxingcpp.read_barcodes(picture)[0].text == f"http://localhost/g/{link.code}/q"
        said = words_of(found.read(f"{stem}-ap-phich-a4.pdf"))
        assert "Tổ Phước Thiện" in said
        assert PHONE in said
        assert "Giấu Tên" not in said
        assert "Tiết kiệm" not in said
        table = list(csv.reader(io.StringIO(found.read("danh-sach.csv").decode("utf-8-sig"))))
        assert len(table) == 5
        assert {row[1] for row in table[1:]} == {"Tổ Phước Thiện", "'=Tổ công thức()"}
        assert f"http://localhost/g/{link.code}/c" in {row[3] for row in table}
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(found.read("danh-sach.xlsx"))).get_sheet_by_index(0)
        assert {row[1] for row in sheet.to_python()[1:]} == {"Tổ Phước Thiện", "=Tổ công thức()"}
    assert [entry.action for entry in audit.entries(AuditFilter(), limit=1)] == ["bulk_asked"]


def test_one_pdf_has_a_page_for_each_poster(admin: Browser) -> None:
    page = asked(admin, noi="tat-ca", dang="pdf", kho="a5")
    work()
    with admin.get(f"{page}/tep") as answer:
        assert answer.mimetype == "application/pdf"
        document = pypdfium2.PdfDocument(answer.data)
    try:
        assert len(document) == 3
        codes = {found.text for one in document for found in zxingcpp.read_barcodes(one.render(scale=2).to_pil())}
    finally:
        document.close()
    assert codes == {f"http://localhost/g/{code}/q" for code in link_codes()}
    assert len(codes) == 3


def test_others_get_nothing(app: Flask, admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work()
    of_the_commune = coordinator(app, COMMUNE)
    assert taken(of_the_commune, page) == 200
    elsewhere = coordinator(app, ELSEWHERE)
    officer = Browser.with_roles(app, Role.OFFICER)
    for path in (page, f"{page}/tep"):
        assert elsewhere.get(path).status_code == 404
        assert officer.get(path).status_code == 403
        assert app.test_client().get(path).status_code == 303
    assert elsewhere.post(f"{page}/huy").status_code == 404
    assert page not in elsewhere.get(HERE).get_data(as_text=True)
    assert (
        elsewhere.post(HERE, {"noi": COMMUNE, "trang": [GUIDE], "khoa": "x", "dang": "zip", "kho": "a4"}).status_code
        == 422
    )
    everything = asked(admin, noi="tat-ca", khoa="k2")
    assert of_the_commune.get(everything).status_code == 404
    leader = Browser.with_roles(app, Role.TEAM_LEADER)
    assert "dành cho người phụ trách" in check(leader.get(HERE), HERE).words
    assert leader.get(page).status_code == 404


def test_a_right_that_ended_while_it_waited_gives_no_file(app: Flask, admin: Browser, quick: type[FakePress]) -> None:
    who = coordinator(app, COMMUNE)
    page = asked(who)
    with unit_of_work():
        db.session.execute(db.text("UPDATE users SET is_active = :no WHERE code = :code"),
                           {"no": False, "code": job_at(page).actor_key})  # fmt: skip
    work()
    assert (job_at(page).state, job_at(page).problem) == ("failed", "right_ended")
    assert list(folder().iterdir()) == []
    assert "không còn quyền" in check(admin.get(page), page).words


def test_a_form_sent_twice_makes_one_job_and_few_may_wait(admin: Browser) -> None:
    assert asked(admin) == asked(admin)
    asked(admin, khoa="k2")
    asked(admin, khoa="k3")
    values = {"noi": COMMUNE, "trang": [GUIDE], "dang": "zip", "kho": "a4"}
    refused = admin.post(HERE, {**values, "khoa": "k4"})
    assert refused.status_code == 422
    assert "chờ tạo" in check(refused, HERE).words
    assert admin.post(HERE, {**values, "khoa": "k1"}).status_code == 303
    for wrong in ({"khoa": ""}, {"khoa": "x" * 65}, {"khoa": "n", "dang": "exe"}, {"khoa": "n", "kho": "a0"}):
        assert admin.post(HERE, {**values, **wrong}).status_code == 400


def test_two_jobs_at_once_don_t_meet(admin: Browser, quick: type[FakePress]) -> None:
    first, second = asked(admin), asked(admin, noi="tat-ca", khoa="k2")
    work()
    with archive(admin, first) as one, archive(admin, second) as all_of_them:
        assert len(one.namelist()) == 2 * 3 + 3
        assert len(all_of_them.namelist()) == 3 * 3 + 3


@pytest.mark.parametrize(
    ("changes", "said"),
    [({"trang": []}, "ít nhất một trang"), ({"trang": ["https://evil.example/", "/can-bo"]}, "ít nhất một trang"),
     ({"noi": "xa-khong-co"}, "Bạn chọn một nơi"), ({"noi": ""}, "Bạn chọn một nơi")],
)  # fmt: skip
def test_what_can_t_be_made_is_refused(admin: Browser, changes: dict[str, str | list[str]], said: str) -> None:
    values = {"noi": COMMUNE, "trang": [GUIDE], "dang": "zip", "kho": "a4", "khoa": "k1", **changes}
    response = admin.post(HERE, values)
    assert response.status_code == 422
    assert said in check(response, HERE).words


def test_too_many_posters_are_refused(admin: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(bulk_service.MOST_POSTERS, bulk_service.BulkForm.PDF, 2)
    values = {"noi": "tat-ca", "trang": [GUIDE], "dang": "pdf", "kho": "a4", "khoa": "k1"}
    assert "nhiều nhất 2" in check(admin.post(HERE, values), HERE).words
    pages = ["own", GUIDE, "/giam-phi", "/tinh-phi", *(f"/tinh-phi?dv=1.00119{n}" for n in range(9))]
    monkeypatch.setattr(bulk_service, "MOST_PAGES", 3)
    assert "nhiều nhất 12 trang" in check(admin.post(HERE, {**values, "trang": pages}), HERE).words


def test_hostile_names_lead_to_no_other_folder(admin: Browser, quick: type[FakePress]) -> None:
    with unit_of_work():
        db.session.query(Team).filter_by(slug="to-1").update({"slug": "../../etc/pass wd", "name": "../../<b>=1+1"})
    page = asked(admin, trang=["own"])
    work()
    with archive(admin, page) as found:
        for name in found.namelist():
            assert re.fullmatch(r"(?:[a-z0-9-]+/)*[a-z0-9-]+\.[a-z]+", name), name
