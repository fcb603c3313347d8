"""A guide for the commune that the reader has chosen."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.agencies import queries, service
from portal.agencies.contacts import Contacts
from portal.agencies.standing import standing_agencies
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.core.profile_values import save_values
from portal.places.queries import atlas
from tests.factories.places import load_places
from tests.web.page import check

GUIDE = "/huong-dan/dang-ky-khai-sinh"
OPERATOR = Actor("command", "", "")
pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture(autouse=True)
def standing(app: Flask, content: None) -> None:
    load_places()
    with unit_of_work():
        service.add_missing(standing_agencies(atlas()))
    db.session.remove()


def enter(slug: str, **contacts: object) -> None:
    with unit_of_work():
        row = queries.agency(slug)
        assert row is not None
        service.write_contacts(row, Contacts(**contacts))  # type: ignore[arg-type]
    db.session.remove()


def words(client: FlaskClient, path: str) -> str:
    return check(client.get(path), path).words


def test_two_communes_in_turn_get_their_own_offices(client: FlaskClient) -> None:
    for _again in range(2):
        first = words(client, f"{GUIDE}?xa=xa-ba-xa")
        second = words(client, f"{GUIDE}?xa=phuong-cam-thanh")
        plain = words(client, GUIDE)
        assert "Trung tâm Phục vụ hành chính công xã Ba Xa" in first
        assert "UBND xã Ba Xa" in first
        assert "Ba Xa" not in second
        assert "Trung tâm Phục vụ hành chính công phường Cẩm Thành" in second
        assert "Ba Xa" not in plain
        assert "Cẩm Thành" not in plain


def test_what_is_not_known_is_said_and_the_province_stands_in(client: FlaskClient) -> None:
    page = words(client, f"{GUIDE}?xa=xa-ba-xa")
    assert "Chưa có số điện thoại, địa chỉ, giờ làm việc của các cơ quan này" in page
    assert "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi" in page
    enter("trung-tam-xa-ba-xa", phones=("19001234",), hours="7:30–11:30")
    page = words(client, f"{GUIDE}?xa=xa-ba-xa")
    assert "19001234" in page
    assert "7:30–11:30" in page
    assert "tỉnh Quảng Ngãi" not in page.partition("Ở xã Ba Xa, bạn đến đâu")[2].partition("Ai làm được")[0]


def test_a_former_name_leads_to_the_office_of_today(client: FlaskClient) -> None:
    page = words(client, f"{GUIDE}?xa=phuong-chanh-lo-thanh-pho-quang-ngai")
    assert "UBND phường Cẩm Thành" in page


@pytest.mark.parametrize("raw", ["khong-co", "x" * 5_000, "%00", "%ED%A0%80", "../../etc"])
def test_an_unknown_commune_gets_the_guide_for_all(client: FlaskClient, raw: str) -> None:
    page = words(client, f"{GUIDE}?xa={raw}")
    assert "bạn đến đâu" not in page
    assert "Chuẩn bị gì" in page


def test_english_readers_get_it_too(client: FlaskClient) -> None:
    page = words(client, f"/en{GUIDE}?xa=xa-ba-xa")
    assert "UBND xã Ba Xa" in page


def test_other_counters_are_named_once_a_document_says_so(app: Flask, client: FlaskClient) -> None:
    path, said = f"{GUIDE}?xa=xa-ba-xa", "nộp được ở trung tâm khác trong tỉnh, theo QĐ 1/QĐ-UBND"
    assert "trung tâm khác" not in words(client, path)
    with unit_of_work():
        save_values({("any_counter", ""): "QĐ 1/QĐ-UBND <b>"}, actor=OPERATOR, now=clock.now())
    db.session.remove()
    assert said in words(client, path)
    assert "<b>" not in client.get(path).get_data(as_text=True).partition(said)[2][:20]
    # The police takes no papers of the committee's counter.
    assert "trung tâm khác" not in words(client, "/huong-dan/dang-ky-tam-tru?xa=xa-ba-xa")


def test_a_communes_page_says_once_that_nothing_is_known(client: FlaskClient) -> None:
    page = words(client, "/dia-ban/xa-ba-xa")
    assert page.count("Chưa có số điện thoại, địa chỉ, giờ làm việc của các cơ quan này.") == 1
    assert "Chưa có địa chỉ, giờ làm việc và số điện thoại." not in page
    enter("trung-tam-xa-ba-xa", address="Thôn Một")
    page = words(client, "/dia-ban/xa-ba-xa")
    assert "của các cơ quan này." not in page
    assert page.count("Chưa có địa chỉ, giờ làm việc và số điện thoại.") == 1, "of the committee"
    assert "Thôn Một" in page
