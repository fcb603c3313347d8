"""The village pack: one file that asks for nothing, and names nobody who didn't agree."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import html5lib
import pytest
import zxingcpp
from flask import Flask
from PIL import Image, ImageDraw

from portal.core import audit
from portal.core.audit import AuditFilter
from portal.core.permissions import Grant, Role, Scope
from portal.guides import queries as guides
from portal.pages.cli import load as load_starter
from portal.sharing import queries as links
from portal.teams import pack
from tests.factories import team_rows as rows
from tests.factories.fees import COMMUNE, ELSEWHERE, document, few_places, local_fee, reduction
from tests.factories.staff import Browser
from tests.factories.teams import coordinator, signed_in
from tests.web.page import check

HERE = "/can-bo/chia-se/goi-thon"
SLUG = "dang-ky-khai-sinh"
PHONE = "0905 123 456"
SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def leader(app: Flask, content: None) -> Browser:
    few_places()
    rows.team("to-1", COMMUNE, name='Tổ <b>Phước</b> "Thiện"')
    rows.member("to-1", "Trần Công Khai", phone=PHONE)
    rows.member("to-1", "Nguyễn Giấu Tên", phone="0911 000 111", consented_on=None, role="member")
    rows.team("to-3", ELSEWHERE, name="Tổ Đăk Tô")
    return signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", "to-1")))


def made(who: Browser, slugs: list[str], team: str = "to-1", prefix: str = "") -> str:
    """The pack's HTML."""
    response = who.post(prefix + HERE, {"to": team, "hd": slugs})
    assert response.status_code == 303, response.get_data(as_text=True)[-2000:]
    answer = who.get(response.headers["Location"])
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Content-Disposition"] == f'attachment; filename="goi-thon-{team}.html"'
    return answer.get_data(as_text=True)


def fetched(html: str) -> list[str]:
    """Whatever a browser would ask for when it opens the file."""
    root = html5lib.parse(html)
    found = [element.get(name) for element in root.iter() for name in ("src", "srcset", "data", "poster", "xlink:href")]
    found += [element.get("href") for element in root.iter() if element.tag.endswith(("}link", "}use", "}image"))]
    found += re.findall(r"(?:url\(|@import)[^;}]*", html)
    return [one for one in found if one]


def decoded(html: str) -> list[str]:
    """What the codes hold, drawn from their SVG as a phone sees them."""
    found = []
    for text in re.findall(r'<svg[^>]*class="qr".*?</svg>', html, re.DOTALL):
        root = ET.fromstring(text)
        size = int(root.get("viewBox", "").split()[2])
        image = Image.new("L", (size * 8, size * 8), 255)
        pen = ImageDraw.Draw(image)
        strokes = [one for one in root.iter() if one.get("stroke")]
        assert len(strokes) == 1
        x = y = 0.0
        for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?:[ ,]?(-?[\d.]+))?", strokes[0].get("d", "")):
            if command == "h":
                pen.rectangle([x * 8, (y - 0.5) * 8, (x + float(first)) * 8 - 1, (y + 0.5) * 8 - 1], fill=0)
                x += float(first)
            elif command == "M":
                x, y = float(first), float(second)
            else:
                x, y = x + float(first), y + float(second)
        found += [one.text for one in zxingcpp.read_barcodes(image)]
    return found


def test_a_leader_gets_one_file_for_the_village(leader: Browser) -> None:
    form = check(leader.get(HERE), HERE)
    assert "Đăng ký khai sinh" in form.words
    html = made(leader, [SLUG])
    parser = html5lib.HTMLParser(strict=False)
    root = parser.parse(html)
    assert [error for error in parser.errors if error[1] != "unexpected-char-in-doctype"] == []
    ids = [one.get("id") for one in root.iter() if one.get("id")]
    assert len(ids) == len(set(ids))
    words = " ".join("".join(root.itertext()).split())
    for part in ('Tổ <b>Phước</b> "Thiện"', "Trần Công Khai", PHONE, "xác nhận ngày 01/11/2026", "Lập ngày", "Các bước",
                 "Nguồn:", "Rà soát ngày", "Đường dây nóng", "chưa có thông tin", "OTP"):  # fmt: skip
        assert part in words, part
    assert "Giấu Tên" not in html
    assert "0911" not in html
    assert fetched(html) == []
    assert "<script" not in html
    assert not re.search(r"\sstyle=|\son[a-z]+=", html)
    anchors = [one.get("href", "") for one in root.iter() if one.tag.endswith("}a")]
    assert not [
        one for one in anchors if not one.startswith(("#", "tel:", "https://", "http://localhost/", "http://localhost"))
    ]
    assert {one[1:] for one in anchors if one.startswith("#")} <= set(ids)
    codes = {link.code for link in links.links_of_team("to-1")}
    assert len(codes) == 2
    assert set(decoded(html)) == {f"http://localhost/g/{code}/q" for code in codes}
    assert [entry.action for entry in audit.entries(AuditFilter(), limit=1)] == ["village_pack_made"]


def test_a_saving_is_told_only_where_it_is_verified(leader: Browser) -> None:
    paper = document()
    local_fee(paper)
    reduction(paper, is_verified=False)
    assert "Tiết kiệm" not in made(leader, [SLUG])


def test_a_verified_saving_comes_with_its_document(leader: Browser) -> None:
    paper = document()
    local_fee(paper)
    reduction(paper)
    html = made(leader, [SLUG])
    assert "Tiết kiệm 4.000" in html
    assert "05/2025/NQ-HĐND" in html


def test_the_twelve_longest_guides_stay_below_a_megabyte(app: Flask) -> None:
    load_starter.main([], standalone_mode=False)
    rows.team("to-1", "xa-ba-xa")
    leader = signed_in(app, Grant(Role.TEAM_LEADER, Scope("team", "to-1")))
    sizes = {card.slug: len(str(row.body)) for card in guides.cards("vi") if (row := guides.guide(card.slug, "vi"))}
    longest = sorted(sizes, key=lambda slug: -sizes[slug])[: pack.MOST_GUIDES]
    html = made(leader, longest)
    assert 100_000 < len(html.encode()) < 1_000_000
    assert fetched(html) == []
    assert len(decoded(html)) == 13
    english = made(leader, longest, prefix="/en")
    assert '<html lang="en">' in english
    assert len(english.encode()) < 1_000_000


def test_a_file_that_is_too_large_is_not_made(leader: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pack, "MOST_BYTES", 10_000)
    page = leader.post(HERE, {"to": "to-1", "hd": [SLUG]}).headers["Location"]
    refused = leader.get(page)
    assert refused.status_code == 422
    assert "ít hướng dẫn hơn" in check(refused, page).words


def test_a_consent_that_ended_is_in_no_new_file(leader: Browser) -> None:
    rows.end_consent(rows.member("to-1", "Lê Thôi Nêu", phone="0977 000 000", role="deputy"))
    html = made(leader, [SLUG])
    assert "Thôi Nêu" not in html
    assert "0977" not in html


def test_who_may_not_gets_nothing(app: Flask, leader: Browser) -> None:
    made(leader, [SLUG])
    file = f"{HERE}/to-1.html?hd={SLUG}"
    other = coordinator(app, ELSEWHERE)
    assert other.get(file).status_code == 404
    assert other.post(HERE, {"to": "to-1", "hd": [SLUG]}).status_code == 404
    assert "Phước" not in other.get(f"{HERE}?to=to-1").get_data(as_text=True)
    assert Browser.with_roles(app, Role.OFFICER).get(file).status_code == 403
    assert app.test_client().get(file).status_code == 303
    rows.disband("to-1")
    assert leader.get(file).status_code == 404


def test_nothing_but_guides_of_ours_is_packed(leader: Browser) -> None:
    for wrong in ([], ["khong-co"], ["../can-bo"], [SLUG, "x"], [f"x{n}" for n in range(13)]):
        response = leader.post(HERE, {"to": "to-1", "hd": wrong})
        assert response.status_code == 422, wrong
        check(response, HERE)
    assert leader.get(f"{HERE}/to-1.html?hd={SLUG}").status_code == 404, "a GET makes no links"
    assert links.links_of_team("to-1") == []
    assert leader.get(f"{HERE}/to-1.html").status_code == 404
