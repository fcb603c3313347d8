"""Was a guide useful: counted per guide and day, and nothing else kept."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from portal.core import clock
from portal.core.db import db
from portal.feedback.models import GuideVoteReason, GuideVotes
from tests.web.feedback_forms import Person, fields_of, opened_ago

SLUG = "dang-ky-khai-sinh"
VOTE, REASON = f"/huu-ich/{SLUG}", f"/huu-ich/{SLUG}/ly-do"

pytestmark = pytest.mark.usefixtures("content")


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


def votes() -> list[tuple[str, int, int]]:
    db.session.rollback()
    return [(one.slug, one.useful, one.not_useful) for one in db.session.scalars(select(GuideVotes))]


def test_the_guide_leads_to_both_answers(person: Person) -> None:
    body = person.client.get(f"/huong-dan/{SLUG}").get_data(as_text=True)
    assert f'href="{VOTE}?tra-loi=co"' in body
    assert f'href="{VOTE}?tra-loi=chua"' in body
    assert "<form" not in body.split("guide-foot")[1].split("</main>")[0], "a cached page holds no form"


def test_looking_counts_nothing_and_confirming_counts_one(person: Person) -> None:
    page = person.get(f"{VOTE}?tra-loi=co")
    assert votes() == []
    assert [button.get("value") for button in page.all("button") if button.get("name")] == ["co"]
    thanks = person.post(VOTE, {**fields_of(page, VOTE), "tra-loi": "co"})
    assert "Cảm ơn bạn" in thanks.words
    assert votes() == [(SLUG, 1, 0)]


def test_why_not_can_be_said_or_left(person: Person) -> None:
    page = person.get(f"{VOTE}?tra-loi=chua")
    why = person.post(VOTE, {**fields_of(page, VOTE), "tra-loi": "chua"})
    assert votes() == [(SLUG, 0, 1)]
    assert f"/phan-anh?loai=page_error&ve=guide:{SLUG}" in why.links()
    person.post(REASON, {**fields_of(why, REASON), "ly_do": "Thiếu giờ làm việc <b>"})
    person.post(REASON, {**fields_of(why, REASON), "ly_do": ""})
    assert [one.reason for one in db.session.scalars(select(GuideVoteReason))] == ["Thiếu giờ làm việc <b>"]
    assert votes() == [(SLUG, 0, 1)]


@pytest.mark.parametrize("answer", ["", "khong", "co\x00x", "<b>"])
def test_other_answers_ask_again(person: Person, answer: str) -> None:
    page = person.get(VOTE, 200)
    assert len([button for button in page.all("button") if button.get("name") == "tra-loi"]) == 2
    person.post(VOTE, {**fields_of(page, VOTE), "tra-loi": answer}, 422)
    assert votes() == []


@pytest.mark.parametrize("token", ["", "x.y.z", "old"])
def test_a_form_that_is_not_ours_counts_nothing(person: Person, token: str) -> None:
    fields = fields_of(person.get(f"{VOTE}?tra-loi=co"), VOTE)
    fields["phieu"] = opened_ago(fields["phieu"], timedelta(hours=13)) if token == "old" else token
    again = person.post(VOTE, {**fields, "tra-loi": "co"}, 422)
    assert votes() == []
    person.post(VOTE, {**fields_of(again, VOTE), "tra-loi": "co"})
    assert votes() == [(SLUG, 1, 0)]
    held = person.post(REASON, {"phieu": token if token != "old" else fields["phieu"], "ly_do": "Giữ lại"}, 422)
    assert fields_of(held, REASON)["ly_do"] == "Giữ lại"


@pytest.mark.parametrize("method", ["get", "post"])
def test_an_unknown_guide_is_not_found_and_not_counted(person: Person, method: str) -> None:
    data = {"tra-loi": "co", **fields_of(person.get(f"{VOTE}?tra-loi=co"), VOTE)}
    assert getattr(person.client, method)("/huu-ich/khong-co", data=data).status_code == 404
    assert person.client.post("/huu-ich/khong-co/ly-do", data=data).status_code == 404
    assert votes() == []


def test_a_fragment_for_the_guide(person: Person) -> None:
    response = person.client.get(f"{VOTE}?tra-loi=co", headers={"HX-Request": "true"})
    text = response.get_data(as_text=True)
    assert "<html" not in text
    assert 'id="huu-ich"' in text
    assert "HX-Request" in response.headers["Vary"]


def test_a_flood_of_votes_is_held_back(another_app: Callable[..., Flask]) -> None:
    app = another_app(FEEDBACK_PER_HOUR="2")
    with app.app_context():
        person = Person(app.test_client(use_cookies=False))
        fields = {**fields_of(person.get(f"{VOTE}?tra-loi=co"), VOTE), "tra-loi": "co"}
        for _ in range(2):
            person.post(VOTE, fields)
        person.post(VOTE, fields, 429)
        assert votes() == [(SLUG, 2, 0)]


def test_votes_are_of_the_day_in_viet_nam(person: Person) -> None:
    person.post(VOTE, {**fields_of(person.get(f"{VOTE}?tra-loi=co"), VOTE), "tra-loi": "co"})
    assert db.session.scalars(select(GuideVotes.day)).all() == [clock.today()]
