"""What pages share is as new as the last publish, and never what was not published."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.core.kept import KeptByVersion
from portal.guides import queries
from tests.factories.records import import_records, record_row
from tests.web.caching import publish


@pytest.fixture(autouse=True)
def record(app: Flask) -> None:
    """What the guide is about."""
    import_records([record_row()])


def title() -> str:
    return queries.cards("vi")[0].title


def test_it_is_made_once_per_version_and_key() -> None:
    kept: KeptByVersion[str, str] = KeptByVersion(10)
    publish("Một")
    assert [kept.get("a", title), kept.get("a", lambda: "again"), kept.get("b", lambda: "other")] == [
        "Một", "Một", "other",
    ]  # fmt: skip
    publish("Hai")
    assert [kept.get("a", title), kept.get("b", lambda: "anew")] == ["Hai", "anew"]


def test_nothing_is_kept_of_a_transaction_that_was_taken_back() -> None:
    kept: KeptByVersion[str, str] = KeptByVersion(10)
    publish("Một")
    with pytest.raises(RuntimeError), unit_of_work():
        db.session.query(queries.GuideText).update({"title": "Chưa bao giờ"})
        assert kept.get("a", title) == "Chưa bao giờ"
        raise RuntimeError
    db.session.remove()
    assert kept.get("a", title) == "Một"


def test_it_forgets_rather_than_grow() -> None:
    kept: KeptByVersion[int, int] = KeptByVersion(3)
    made: list[int] = []

    def make(key: int) -> int:
        made.append(key)
        return key

    for key in (1, 2, 3, 4, 4, 1):
        assert kept.get(key, lambda key=key: make(key)) == key
    assert made == [1, 2, 3, 4, 1]
