"""The share kit, from its page to the files; and what those see who may not."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
import zxingcpp
from flask import Flask
from PIL import Image

from portal.accounts import people
from portal.agencies import service as agencies
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import EVERYWHERE, Grant, Role, Scope
from portal.places.models import Place
from portal.sharing import queries as links
from portal.sharing import service
from portal.teams.models import Team, TeamMember
from tests.factories.fees import COMMUNE, ELSEWHERE, document, few_places, local_fee, reduction
from tests.factories.staff import OPERATOR, Browser, hashed
from tests.unit.sharing.posters import pictures, words_of
from tests.web.page import check

GUIDE = "/huong-dan/dang-ky-khai-sinh"
FILES = ("ma-qr.svg", "ma-qr.png", "ap-phich-a4.pdf", "ap-phich-a5.pdf", "the-de-ban.pdf")
PHONE = "0905 123 456"


@pytest.fixture
def teams(content: None) -> None:
    """Two teams in two communes; of the first, one member agreed to be named and one did not."""
    few_places()
    with unit_of_work():
        places = {row.slug: row.id for row in db.session.query(Place)}
        for slug, name, place in (("to-1", "Tổ Phước Thiện", COMMUNE), ("to-2", "Tổ Đăk Tô", ELSEWHERE)):
            team = Team(slug=slug, name=name, place_id=places[place], updated_at=clock.now())
            db.session.add(team)
            db.session.flush()
            for code, person, phone, agreed in (
                ("a", "Nguyễn Giấu Tên", "0911 000 111", None), ("b", "Trần Công Khai", PHONE, date(2026, 1, 1)),
            ):  # fmt: skip
                db.session.add(
                    TeamMember(code=f"{slug}-{code}", team_id=team.id, name=person, phone=phone, consented_on=agreed)
                )


def browser(app: Flask, role: Role, scope: Scope) -> Browser:
    with unit_of_work():
        address = f"{role}-{scope.key or 'all'}@quangngai.gov.vn"
        user, _token = people.invite(address, "Lê Thị Sen", [Grant(role, scope)], actor=OPERATOR, now=clock.now())
        user.password_hash = hashed()
        code = user.code
    return Browser.of(app, code)


@pytest.fixture
def leader(app: Flask, teams: None) -> Browser:
    return browser(app, Role.TEAM_LEADER, Scope("team", "to-1"))


def made(who: Browser, path: str = GUIDE, team: str = "to-1") -> str:
    """The address of the kit of a new link."""
    response = who.post("/can-bo/chia-se", {"to": team, "trang": path})
    assert response.status_code == 303, response.get_data(as_text=True)[-3000:]
    return response.headers["Location"]


def half_off(**changes: object) -> None:
    is_verified = bool(changes.pop("is_verified", True))
    paper = document()
    local_fee(paper)
    reduction(paper, is_verified=is_verified, **changes)


def text_of(who: Browser, path: str) -> str:
    page = check_staff(who, path)
    return " ".join("".join(page.root.itertext()).split())


def check_staff(who: Browser, path: str):
    response = who.get(path)
    assert response.status_code == 200, path
    return check(response, path)


def test_a_leader_finds_a_guide_and_gets_its_link(leader: Browser) -> None:
    page = text_of(leader, "/can-bo/chia-se?q=khai+sinh")
    assert "Đăng ký khai sinh" in page
    kit = made(leader)
    assert made(leader) == kit, "the same link however often it is asked for"
    assert "Đăng ký khai sinh" in text_of(leader, "/can-bo/chia-se")
    code = kit.rpartition("/")[2]
    link = links.link_by_code(code)
    assert link
    assert (link.team, link.path, link.title) == ("to-1", GUIDE, "Đăng ký khai sinh")
    said = text_of(leader, kit)
    addresses = [f"http://localhost/g/{code}/c", f"http://localhost/g/{code}/z", f"localhost/g/{code}"]
    for part in (*addresses, "Tổ Phước Thiện", "Dang ky khai sinh"):
        assert part in said
    html = leader.get(kit).get_data(as_text=True)
    assert f"sharer.php?u=http%3A%2F%2Flocalhost%2Fg%2F{code}%2Ff" in html
    assert 'src="http' not in html


def test_the_files_carry_the_link(leader: Browser) -> None:
    kit = made(leader)
    code = kit.rpartition("/")[2]
    answers = {name: leader.get(f"{kit}/{name}") for name in FILES}
    for name, answer in answers.items():
        assert answer.status_code == 200, name
        stem, _, suffix = name.partition(".")
        assert answer.headers["Content-Disposition"] == f'attachment; filename="{stem}-{code}.{suffix}"'
        assert answer.headers["Cache-Control"] == "no-store"
    assert [answers[name].mimetype for name in FILES] == ["image/svg+xml", "image/png", *["application/pdf"] * 3]
    wanted = f"http://localhost/g/{code}/q"
    assert zxingcpp.read_barcodes(Image.open(io.BytesIO(answers["ma-qr.png"].data)))[0].text == wanted
    for name in FILES[2:]:
        (page,) = pictures(answers[name].data)
        assert {found.text for found in zxingcpp.read_barcodes(page)} == {wanted}
    said = words_of(answers["ap-phich-a4.pdf"].data)
    for part in ("Đăng ký khai sinh", "Bước số 1", "Bước số 3", "Còn 2 bước nữa", "Tổ Phước Thiện", PHONE,
                 "Trần Công Khai", f"/g/{code}"):  # fmt: skip
        assert part in said, said
    assert "Bước số 4" not in said
    assert "Giấu Tên" not in said
    assert "Tiết kiệm" not in said


def test_a_verified_saving_is_told_with_its_document_and_last_day(leader: Browser) -> None:
    half_off(valid_to=date(2099, 12, 31))
    kit = made(leader)
    said = words_of(leader.get(f"{kit}/ap-phich-a4.pdf").data)
    for part in ("Tiết kiệm 4.000", "chỉ 4.000", "thay vì 8.000", "05/2025/NQ-HĐND", "31/12/2099", "Phí tính ngày"):
        assert part in said
    assert "(05/2025/NQ-HĐND, đến 31/12/2099)" in text_of(leader, kit)


@pytest.mark.parametrize(
    "changes", [{"is_verified": False}, {"valid_to": date(2025, 12, 31)}, {"valid_from": date(2099, 1, 1)}]
)
def test_what_is_unverified_ended_or_yet_to_come_never_stands_on_a_poster(
    leader: Browser, changes: dict[str, object]
) -> None:
    half_off(**changes)
    kit = made(leader)
    assert "Tiết kiệm" not in words_of(leader.get(f"{kit}/ap-phich-a4.pdf").data)
    assert "tiết kiệm 4" not in text_of(leader, kit)
    slug = re.search(r"/giam-phi/([a-z0-9-]+)", leader.get("/giam-phi").get_data(as_text=True))
    assert slug
    assert leader.post("/can-bo/chia-se", {"to": "to-1", "trang": slug[0]}).status_code == 422


def test_a_link_to_a_reduction_that_ended_promises_nothing_any_more(leader: Browser) -> None:
    half_off(valid_to=date(2025, 12, 31))
    slug = re.search(r"/giam-phi/([a-z0-9-]+)", leader.get("/giam-phi").get_data(as_text=True))
    assert slug
    with unit_of_work():
        code = service.share_link("to-1", slug[0], "Giảm 50% khi nộp trực tuyến", now=clock.now()).code
    said = words_of(leader.get(f"/can-bo/chia-se/{code}/ap-phich-a4.pdf").data)
    assert "50%" not in said
    assert "Chính sách giảm phí" in said


def test_a_contact_whose_consent_ended_is_gone_from_the_next_poster(leader: Browser) -> None:
    kit = made(leader)
    assert PHONE in words_of(leader.get(f"{kit}/ap-phich-a4.pdf").data)
    with unit_of_work():
        db.session.query(TeamMember).filter_by(code="to-1-b").update({"withdrawn_on": date(2026, 2, 2)})
    said = words_of(leader.get(f"{kit}/ap-phich-a4.pdf").data)
    assert PHONE not in said
    assert "Công Khai" not in said
    assert "Tổ Phước Thiện" in said
    assert "Áp phích chưa có số điện thoại" in text_of(leader, kit)


def test_another_teams_leader_sees_nothing(app: Flask, leader: Browser) -> None:
    kit = made(leader)
    other = browser(app, Role.TEAM_LEADER, Scope("team", "to-2"))
    for path in (kit, *(f"{kit}/{name}" for name in FILES)):
        assert other.get(path).status_code == 404, path
    assert other.post("/can-bo/chia-se", {"to": "to-1", "trang": GUIDE}).status_code == 404
    assert other.post("/can-bo/chia-se", {"to": "", "trang": GUIDE}).status_code == 422
    assert "Tổ Phước Thiện" not in text_of(other, "/can-bo/chia-se?to=to-1")
    stranger = app.test_client()
    for path in (kit, *(f"{kit}/{name}" for name in FILES)):
        assert stranger.get(path).status_code == 303, path
    editor = browser(app, Role.EDITOR, EVERYWHERE)
    assert editor.get(kit).status_code == 403


def test_an_admin_shares_for_every_team_and_for_the_portal(app: Flask, leader: Browser) -> None:
    admin = browser(app, Role.ADMIN, EVERYWHERE)
    assert admin.get(made(leader)).status_code == 200
    own = made(admin, team="")
    said = words_of(admin.get(f"{own}/the-de-ban.pdf").data)
    assert "Tổ" not in said
    assert leader.get(own).status_code == 404


def test_a_coordinator_shares_for_the_teams_of_the_agencys_territory(app: Flask, leader: Browser) -> None:
    with unit_of_work():
        agency = agencies.add("ubnd-phuong", "UBND phường")
        agency.territory_id = db.session.query(Place).filter_by(slug=COMMUNE).one().id
    coordinator = browser(app, Role.COORDINATOR, Scope("agency", "ubnd-phuong"))
    assert coordinator.get(made(coordinator)).status_code == 200
    assert coordinator.post("/can-bo/chia-se", {"to": "to-2", "trang": GUIDE}).status_code == 404
    said = text_of(coordinator, "/can-bo/chia-se")
    assert "Tổ Phước Thiện" in said
    assert "Tổ Đăk Tô" not in said


@pytest.mark.parametrize(
    "path",
    ["", "//evil.example", "https://evil.example/", "/can-bo", "/huong-dan/khong-co", "/huong-dan/../can-bo",
     f"{GUIDE}/", "/giam-phi/khong-co", "/tinh-phi?dv=<b>", "javascript:alert(1)",
     "/to-cong-nghe-so/khong-co", "/huong-dan/" + "x" * 600, "/tinh-phi?dv=" + "x" * 600],
)  # fmt: skip
def test_nothing_but_pages_of_ours_is_shared(leader: Browser, path: str) -> None:
    response = leader.post("/can-bo/chia-se", {"to": "to-1", "trang": path})
    assert response.status_code == 422
    check(response, "/can-bo/chia-se")
    assert links.links_of_team("to-1") == []


@pytest.mark.parametrize(
    ("path", "title"),
    [("/giam-phi", "Chính sách giảm phí"), ("/tinh-phi", "Tính thử phí"), ("/tinh-phi?dv=1.001193x2", "Tính thử phí"),
     ("/to-cong-nghe-so/to-1", "Tổ Phước Thiện")],
)  # fmt: skip
def test_other_pages_have_kits_too(leader: Browser, path: str, title: str) -> None:
    assert title in text_of(leader, f"/can-bo/chia-se?q={path}")
    said = words_of(leader.get(f"{made(leader, path)}/ap-phich-a5.pdf").data)
    assert title in said


def test_names_with_markup_stay_text(app: Flask, leader: Browser) -> None:
    with unit_of_work():
        db.session.query(Team).filter_by(slug="to-1").update({"name": '<img src=x onerror="alert(1)">'})
    kit = made(leader)
    assert "<img src=x" not in leader.get(kit).get_data(as_text=True)
    assert "<img src=x onerror" in words_of(leader.get(f"{kit}/ap-phich-a4.pdf").data)


def test_a_busy_machine_says_so(leader: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    from portal.sharing import drawing_process

    monkeypatch.setattr(drawing_process, "_SECONDS", 0.001)
    assert leader.get(f"{made(leader)}/ap-phich-a4.pdf").status_code == 503
