"""Bulk files from the form to the file, by the worker; and who gets them."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pypdfium2
import pytest
import time_machine
import zxingcpp
from flask import Flask
from PIL import Image
from python_calamine import CalamineWorkbook

from portal.core import audit, clock
from portal.core.audit import AuditFilter
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.core.permissions import Role
from portal.outbox import registry
from portal.outbox import service as outbox
from portal.outbox.registry import Stopped
from portal.sharing import drawing_process
from portal.sharing import queries as links
from portal.sharing.poster import Poster, Sheet
from portal.teams import bulk_files, bulk_queries, bulk_service, bulk_work, members, roster
from portal.teams.bulk_models import BulkJob
from portal.teams.models import Team, TeamMember
from portal.teams.queries import team_fact
from tests.factories import team_rows as rows
from tests.factories.fees import few_places
from tests.factories.staff import OPERATOR, Browser
from tests.factories.teams import coordinator
from tests.unit.sharing.posters import words_of
from tests.web.page import check

HERE = "/can-bo/chia-se/hang-loat"
GUIDE = "/huong-dan/dang-ky-khai-sinh"
COMMUNE, ELSEWHERE = "phuong-cam-thanh", "xa-dak-to"
PHONE = "0905 123 456"


class FakePress:
    """Draws nothing, quickly; calls `before` ahead of each poster."""

    before = staticmethod(lambda _number: None)
    drawn = 0

    def __init__(self, _sheet: Sheet, *, together: bool = False) -> None:
        self.posters: list[Poster] = []

    def __enter__(self) -> FakePress:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def draw(self, poster: Poster) -> bytes:
        FakePress.drawn += 1
        FakePress.before(FakePress.drawn)
        self.posters.append(poster)
        return b"%PDF"

    def finish(self, file: io.BytesIO) -> None:
        file.write(b"%PDF of all")


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[FakePress]]:
    monkeypatch.setattr(bulk_work, "PosterPress", FakePress)
    monkeypatch.setattr(FakePress, "before", staticmethod(lambda _number: None))
    monkeypatch.setattr(FakePress, "drawn", 0)
    yield FakePress


@pytest.fixture
def teams(content: None) -> None:
    """Two teams in one commune, one in another."""
    few_places()
    for slug, name, place in (("to-1", "Tổ Phước Thiện", COMMUNE), ("to-2", "=Tổ công thức()", COMMUNE),
                              ("to-3", "Tổ Đăk Tô", ELSEWHERE)):  # fmt: skip
        rows.team(slug, place, name=name)
        rows.member(slug, f"Công Khai {slug}", phone=PHONE)
        rows.member(slug, "Nguyễn Giấu Tên", phone="0911 000 111", consented_on=None, role="member")


@pytest.fixture
def admin(app: Flask, teams: None) -> Browser:
    return Browser.with_roles(app, Role.ADMIN)


def asked(who: Browser, **changes: str | list[str]) -> str:
    """The address of a new job."""
    values = {"noi": COMMUNE, "trang": [GUIDE], "dang": "zip", "kho": "a4", "khoa": "k1", **changes}
    response = who.post(HERE, values)
    assert response.status_code == 303, response.get_data(as_text=True)[-2500:]
    return response.headers["Location"]


def work(*, attempts: int = 9, renew: object = None) -> None:
    """What the worker does until nothing is left; a message that fails is left as its worker would be killed."""
    handlers = {kind.name: kind.handler for kind in registry.kinds() if kind.name.startswith("teams.")}
    for kind, handler in handlers.items():
        while True:
            with unit_of_work():
                held = outbox.claim(kind, worker="w", now=clock.now(), lease=timedelta(minutes=1), attempts=attempts)
            if held is None:
                break
            handler(
                registry.Delivery(held.id, held.code, kind, held.key, held.payload, held.attempt, held.created_at,
                                  renew or (lambda: None))  # type: ignore[arg-type]
            )  # fmt: skip
            with unit_of_work():
                outbox.mark_sent(held.id, held.lease, now=clock.now())
    db.session.rollback()


def folder() -> Path:
    return bulk_files.bulk_folder(renderer().config.data_dir)


@pytest.fixture(autouse=True)
def no_files(app: Flask) -> Iterator[None]:
    yield
    for path in folder().iterdir():
        path.unlink()


def job_at(page: str) -> BulkJob:
    db.session.rollback()
    found = bulk_queries.job(page.rpartition("/")[2])
    assert found is not None
    return found


def link_codes() -> set[str]:
    """The codes of the links of all teams."""
    return {link.code for slug in ("to-1", "to-2", "to-3") for link in links.links_of_team(slug)}


def taken(who: Browser, page: str) -> int:
    """Whether the file is handed out: the status."""
    with who.get(f"{page}/tep") as answer:
        return answer.status_code


def archive(who: Browser, page: str) -> zipfile.ZipFile:
    with who.get(f"{page}/tep") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        named = re.fullmatch(
            r"attachment; filename=ap-phich-[a-z0-9-]+-\d{8}\.zip", answer.headers["Content-Disposition"]
        )
        assert named, answer.headers["Content-Disposition"]
        return zipfile.ZipFile(io.BytesIO(answer.data))


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


@pytest.mark.parametrize("ends", ["consent", "name", "team"])
def test_what_is_not_so_any_more_is_not_handed_out(admin: Browser, quick: type[FakePress], ends: str) -> None:
    page = asked(admin)
    work()
    assert taken(admin, page) == 200
    with unit_of_work():
        if ends == "consent":
            db.session.query(TeamMember).filter_by(phone=PHONE).update({"withdrawn_on": date(2026, 11, 2)})
        else:
            changes = {"name": "Tổ tên mới"} if ends == "name" else {"ended_on": date(2026, 11, 2)}
            db.session.query(Team).filter_by(slug="to-1").update(changes)
    refused = admin.get(f"{page}/tep")
    assert refused.status_code == 409
    assert "tạo lại" in check(refused, f"{page}/tep").words
    assert f'href="{page}/tep"' not in admin.get(page).get_data(as_text=True)
    with unit_of_work():
        bulk_service.ask_to_clean(clock.now(), why="test")
    work()
    assert list(folder().iterdir()) == []
    assert job_at(page).problem == "outdated"


def test_withdrawn_consent_has_the_worker_remove_the_file_at_once(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work()
    team = db.session.query(Team).filter_by(slug="to-1").one()
    with unit_of_work():
        found = next(one for one in roster.members_of(team) if members.is_public(one))
        members.withdraw(team, found, actor=OPERATOR, now=clock.now())
    work()
    assert list(folder().iterdir()) == []
    assert job_at(page).state == "removed"


def test_a_consent_that_ends_while_it_is_drawn_is_in_no_file(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    def withdraw(number: int) -> None:
        if number == 2:
            with unit_of_work():
                db.session.query(TeamMember).filter_by(phone=PHONE).update({"withdrawn_on": date(2026, 11, 2)})

    quick.before = staticmethod(withdraw)  # type: ignore[method-assign, assignment]
    with pytest.raises(RuntimeError):
        work()
    assert job_at(page).state == "working"
    assert list(folder().iterdir()) == []
    with unit_of_work():
        outbox.take_back("w", now=clock.now())
    work()
    assert job_at(page).state == "done"
    assert team_fact("to-1")


def test_a_worker_that_was_killed_leaves_nothing_half(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    class Killed(BaseException):
        pass

    def kill(number: int) -> None:
        if number == 2:
            # As after kill -9: nothing is tidied up behind it.
            Path(folder() / f"{page.rpartition('/')[2]}.zip.0-dead.part").write_bytes(b"half")
            raise Killed

    quick.before = staticmethod(kill)  # type: ignore[method-assign, assignment]
    with pytest.raises(Killed):
        work()
    db.session.rollback()
    assert job_at(page).state == "working"
    assert taken(admin, page) == 410
    made = link_codes()
    quick.before = staticmethod(lambda _number: None)  # type: ignore[method-assign, assignment]
    with unit_of_work():
        assert outbox.take_back("w", now=clock.now()) == 1
    work()
    assert job_at(page).state == "done"
    assert link_codes() == made
    with archive(admin, page) as found:
        assert found.testzip() is None


def test_a_worker_that_should_end_gives_the_work_back(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)

    def stop() -> None:
        raise Stopped

    with pytest.raises(Stopped):
        work(renew=stop)
    assert job_at(page).state == "working"
    assert list(folder().iterdir()) == []


def test_an_older_attempt_finds_out_that_another_is_at_work(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    code = page.rpartition("/")[2]

    def overtake() -> None:
        with unit_of_work():
            assert bulk_service.begin(code, "another", 2, now=clock.now())

    work(renew=overtake)
    assert (job_at(page).state, job_at(page).run) == ("working", "another")
    assert list(folder().iterdir()) == []


def test_a_job_is_cancelled_while_it_runs_and_its_file_removed_by_hand(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work(renew=lambda: admin.post(f"{page}/huy"))
    assert job_at(page).state == "cancelled"
    assert quick.drawn == 0
    assert list(folder().iterdir()) == []
    again = asked(admin, khoa="k2")
    work()
    assert len(list(folder().iterdir())) == 1
    assert admin.post(f"{again}/huy").status_code == 303
    assert list(folder().iterdir()) == []
    assert taken(admin, again) == 410
    assert "Tệp đã xóa" in check(admin.get(again), again).words


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


def test_a_file_is_kept_for_a_week_and_orphans_for_less(admin: Browser, quick: type[FakePress]) -> None:
    page = asked(admin)
    work()
    (folder() / "nobody.zip").write_bytes(b"x")
    for days, is_there in ((6, True), (8, False)):
        with time_machine.travel(clock.now() + timedelta(days=days), tick=True):
            with unit_of_work():
                bulk_service.ask_to_clean(clock.now(), why="test")
            work()
        assert [path.stem for path in folder().iterdir()] == ([job_at(page).code] if is_there else [])
        if is_there:
            assert job_at(page).state == "done"
    assert job_at(page).problem == "old"


def test_a_drawing_process_that_fails_is_tried_again_and_then_given_up(
    admin: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(drawing_process, "_SECONDS", 0.01)
    page = asked(admin)
    for _attempt in range(bulk_work.ATTEMPTS):
        with pytest.raises(drawing_process.DrawingBusyError):
            work()
        with unit_of_work():
            outbox.take_back("w", now=clock.now())
            db.session.execute(db.text("UPDATE outbox_messages SET due_at = wanted_at WHERE due_at IS NOT NULL"))
    assert (job_at(page).state, job_at(page).problem) == ("failed", "internal")
    assert list(folder().iterdir()) == []
