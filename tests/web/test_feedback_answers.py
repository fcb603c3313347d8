"""Questions and answers under the pages that they are about; nothing where there are none."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.feedback import publishing
from portal.feedback.models import PublishedAnswer
from portal.feedback.subjects import Subject
from tests.factories.feedback import MONDAY, OFFICER, answer, case_of, load_agencies, receive
from tests.queries import count_queries
from tests.web.page import Visitor

OTHER = Actor("user", "officer-2", "Lê Văn Bình")
GUIDE, RECORD = "/huong-dan/dang-ky-khai-sinh", "/thu-tuc/1.001193"
pytestmark = pytest.mark.usefixtures("content")


def published(kind: str, key: str) -> PublishedAnswer:
    load_agencies()
    received = receive(kind, subject=Subject(kind=kind, key=key, title="x", path="/x"))
    answer(received)
    with unit_of_work():
        row = publishing.propose(
            case_of(received), "Trẻ sinh ở <Lào>?", "Được.\n\nMang giấy & bản dịch.", actor=OFFICER, now=MONDAY
        )
    with unit_of_work():
        publishing.publish(row, actor=OTHER, now=MONDAY)
    db.session.rollback()
    return row


@pytest.mark.parametrize(("kind", "path"), [("guide", GUIDE), ("procedure", RECORD)])
def test_an_answer_stands_under_its_page_and_is_gone_at_once(visitor: Visitor, kind: str, path: str) -> None:
    before = visitor.get(path).response.data
    row = published(kind, path.rpartition("/")[2])
    for prefix in ("", "/en"):
        words = visitor.get(prefix + path).words
        assert "Trẻ sinh ở <Lào>?" in words and "Mang giấy & bản dịch." in words and "Quảng Ngãi" in words
    with unit_of_work():
        publishing.withdraw(row, actor=OFFICER, now=MONDAY)
    assert visitor.get(path).response.data == before, "not a byte more where there are none"


def test_other_pages_ask_nothing_of_it(client: FlaskClient) -> None:
    published("guide", "another")
    client.get(GUIDE)
    with count_queries() as asked:
        assert client.get(f"{GUIDE}?xa=").status_code == 200
    assert not any("published_answers" in one for one in asked)
