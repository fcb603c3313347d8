"""The pictures that messengers show of a page."""

from __future__ import annotations

import io
import re
import shutil
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from portal.config import ROOT
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.pages import renderer
from portal.guides import queries, service
from portal.media import views
from portal.media.drawing import title_lines
from portal.places.models import Level
from tests.factories import guide_data
from tests.factories.fees import document, local_fee, reduction
from tests.factories.places import load_places, shipped_facts
from tests.web.page import Visitor

GUIDE = "/huong-dan/dang-ky-khai-sinh"


def picture_of(client: FlaskClient, path: str) -> str:
    """The address in a page's head, without the host."""
    found = re.search(r'property="og:image" content="http://localhost([^"]+)"', client.get(path).get_data(as_text=True))
    assert found, path
    return found[1]


def publish(**changes: object) -> None:
    with unit_of_work():
        service.import_guides([guide_data(**changes)], now=clock.now())


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_a_guide_names_its_picture(visitor: Visitor, prefix: str) -> None:
    page = visitor.get(prefix + GUIDE)
    tags = {meta.get("property"): meta.get("content") for meta in page.all("meta") if meta.get("property")}
    assert (tags["og:image:width"], tags["og:image:height"]) == ("1200", "630")
    assert tags["og:image:alt"] == page.text("h1")
    address = picture_of(visitor.client, prefix + GUIDE)
    assert address.startswith(f"{prefix}/xem-truoc{GUIDE}.")
    response = visitor.client.get(address)
    assert response.status_code == 200
    assert response.mimetype == "image/png"
    assert response.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert "Set-Cookie" not in response.headers
    assert Image.open(io.BytesIO(response.data)).size == (1200, 630)
    assert visitor.client.head(address).status_code == 200


@pytest.mark.usefixtures("content")
def test_the_languages_have_pictures_of_their_own(client: FlaskClient) -> None:
    addresses = [picture_of(client, prefix + GUIDE) for prefix in ("", "/en")]
    assert len({address.rpartition("/")[2] for address in addresses}) == 2
    assert len({client.get(address).data for address in addresses}) == 2


@pytest.mark.usefixtures("app")
def test_a_place_has_its_picture(client: FlaskClient) -> None:
    load_places()
    standing = next(fact for fact in shipped_facts() if fact.level == Level.COMMUNE and fact.valid_to is None)
    ended = next(fact for fact in shipped_facts() if fact.valid_to is not None)
    addresses = [picture_of(client, f"/dia-ban/{fact.slug}") for fact in (standing, ended)]
    pictures = {client.get(address).data for address in addresses}
    assert len(pictures) == 2
    assert all(Image.open(io.BytesIO(picture)).size == (1200, 630) for picture in pictures)


@pytest.mark.usefixtures("app")
def test_other_pages_keep_the_portals(client: FlaskClient) -> None:
    address = picture_of(client, "/")
    assert address.startswith("/static/og.")
    with Image.open(ROOT / "static" / "og.png") as picture:
        assert picture.size == (1200, 630)


@pytest.mark.usefixtures("content")
def test_a_picture_is_drawn_once(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    address = picture_of(client, GUIDE)
    first = client.get(address).data
    monkeypatch.setattr(views, "draw", lambda _preview: b"drawn again")
    assert client.get(address).data == first


@pytest.mark.usefixtures("content")
def test_another_title_has_another_address_to_which_the_old_one_leads(client: FlaskClient) -> None:
    before = picture_of(client, GUIDE)
    values = {"title": "Đăng ký khai sinh cho con", "summary": "Làm giấy.", "keywords": ["khai sinh"]}
    old = guide_data()
    publish(vi={**dict(old.texts[0].body), **values})
    after = picture_of(client, GUIDE)
    assert after != before
    response = client.get(before)
    assert (response.status_code, response.headers["Location"]) == (302, after)
    assert "immutable" not in response.headers.get("Cache-Control", "")
    assert client.get(after).status_code == 200


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize(
    "rest",
    [
        "huong-dan/khong-co.00000000.png", "huong-dan/dang-ky-khai-sinh.png", "khac/dang-ky-khai-sinh.00000000.png",
        "huong-dan/dang-ky-khai-sinh.0000000.png", "huong-dan/dang-ky-khai-sinh.ABCDEF00.png",
        "huong-dan/dang-ky-khai-sinh...png", "huong-dan/..%2f..%2fetc.00000000.png",
        "huong-dan/dang-ky-khai-sinh.00000000%00.png", "huong-dan/dang-ky-khai-sinh.%d9%a0%d9%a0%d9%a0%d9%a0.png",
        "huong-dan/dang-ky-khai-sinh." + "0" * 5_000 + ".png", "huong-dan/dang-ky-khai-sinh.00000000.jpg",
    ],
)  # fmt: skip
def test_an_address_that_we_never_gave_is_not_found(client: FlaskClient, rest: str) -> None:
    assert client.get(f"/xem-truoc/{rest}").status_code == 404


@pytest.mark.usefixtures("content")
def test_the_disk_is_bounded(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(views, "MOST_PICTURES", 2)
    folder = renderer().config.data_dir / "previews"
    shutil.rmtree(folder, ignore_errors=True)
    for icon in ("baby", "heart", "home"):
        with unit_of_work():
            for guide in service.db.session.query(service.Guide):
                guide.icon = icon
        assert client.get(picture_of(client, GUIDE)).status_code == 200
        assert len(list(folder.iterdir())) <= 2


@pytest.mark.usefixtures("content")
def test_a_province_has_its_name_and_colours(
    another_app: Callable[..., Flask], client: FlaskClient, tmp_path: Path
) -> None:
    shipped = (ROOT / "portal" / "starter" / "profile.toml").read_text("utf-8")
    path = tmp_path / "another.toml"
    path.write_text(shipped + '\n[colours]\nprimary = "#14532d"\n', "utf-8")
    other = another_app(PROFILE=str(path)).test_client(use_cookies=False)
    address = picture_of(other, GUIDE)
    assert address != picture_of(client, GUIDE)
    picture = Image.open(io.BytesIO(other.get(address).data))
    assert picture.getpixel((5, 5)) == (0x14, 0x53, 0x2D)


def test_every_guide_that_ships_has_a_whole_picture_in_both_languages(app: Flask, client: FlaskClient) -> None:
    assert app.test_cli_runner().invoke(args=["starter", "load"]).exit_code == 0
    for prefix, locale in (("", "vi"), ("/en", "en")):
        cards = queries.cards(locale)
        assert len(cards) >= 73
        for card in cards:
            response = client.get(f"{prefix}/xem-truoc/huong-dan/{card.slug}.00000000.png", follow_redirects=True)
            picture = Image.open(io.BytesIO(response.data))
            picture.load()
            assert (picture.format, picture.size) == ("PNG", (1200, 630)), card
            _font, lines = title_lines(card.title)
            assert " ".join(lines) == card.title, "nothing is cut off"


@pytest.mark.parametrize("is_verified", [True, False])
@pytest.mark.usefixtures("content")
def test_messengers_are_told_of_a_saving_only_where_it_is_verified(visitor: Visitor, is_verified: bool) -> None:
    paper = document()
    local_fee(paper)
    reduction(paper, is_verified=is_verified, valid_to=date(2099, 12, 31))
    page = visitor.get(GUIDE)
    tags = {meta.get("property"): meta.get("content") for meta in page.all("meta") if meta.get("property")}
    said = "Nộp trực tuyến tiết kiệm 4.000\u00a0đ (05/2025/NQ-HĐND, đến 31/12/2099)."
    assert tags["og:description"].startswith("Làm giấy khai sinh cho con.")
    assert (said in tags["og:description"]) == is_verified
