"""What only tries or shows something, though its form is posted, takes no turn at the database from who writes."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Callable

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.core.permissions import Role
from portal.feedback import rulebook
from portal.search.synonym_service import replace_synonyms
from tests.factories.drafts import begun, fields, published, row_of
from tests.factories.feedback import MONDAY, OFFICER, PROVINCE_CENTER, load_agencies, receive
from tests.factories.officers import address, at_desk, opened
from tests.factories.staff import Browser

Post = tuple[Browser, str, dict[str, str]]


def _editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def _new_words(app: Flask) -> Post:
    return _editor(app), "/can-bo/tu-dong-nghia/them/thu", {"typed": "gks", "meanings": "khai sinh", "question": "gks"}


def _known_words(app: Flask) -> Post:
    with unit_of_work():
        replace_synonyms({"gks": ["giấy khai sinh"]}, is_starter=True)
    return (
        _editor(app),
        "/can-bo/tu-dong-nghia/sua/thu?tu=gks",
        {"meanings": "khai sinh", "question": "gks"},
    )


def _standing_text(app: Flask) -> Post:
    return _editor(app), "/can-bo/trang-cong/gioi-thieu/vi/xem-truoc", {"title": "Giới thiệu", "body": "Chữ."}


def _draft(app: Flask) -> Post:
    published()
    code = begun()
    return _editor(app), f"/can-bo/ban-thao/{code}/xem-thu", fields(row_of(code).content)


def _prepared_answer(app: Flask) -> Post:
    load_agencies()
    with unit_of_work():
        values = rulebook.TemplateValues(category="other", title="Đã nhận", text="Chào bạn.")
        code = rulebook.add_template(values, actor=OFFICER, now=MONDAY).code
    desk, path = at_desk(app, PROVINCE_CENTER), address(receive())
    return desk, f"{path}/mau", {"template": code, "answer": "", "stamp": opened(desk, path)}


@pytest.mark.usefixtures("content")
@pytest.mark.parametrize("what", [_new_words, _known_words, _standing_text, _draft, _prepared_answer])
def test_it_answers_while_somebody_writes(app: Flask, what: Callable[[Flask], Post]) -> None:
    if db.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL has no lock for all")
    browser, path, form = what(app)
    db.session.rollback()
    other = sqlite3.connect(str(db.engine.url.database), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    try:
        db.session.connection().exec_driver_sql("PRAGMA busy_timeout=50")
        began = time.monotonic()
        response = browser.post(path, form)
        took = time.monotonic() - began
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert response.status_code == 200 and took < 5, (response.status_code, took)
