"""A document is called by its English name in English, and by its own where it has no other."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.db import db
from portal.core.permissions import Role
from portal.legal import queries
from portal.pages.cli import STARTER
from tests.factories.fees import COUNCIL, document
from tests.factories.staff import Browser
from tests.web.page import HtmlPage, Visitor

pytestmark = pytest.mark.usefixtures("app")


def language(page: HtmlPage, text: str) -> str | None:
    """The language in which a paragraph or a fact stands."""
    (found,) = (one for tag in ("p", "dd") for one in page.all(tag) if "".join(one.itertext()).strip() == text)
    return found.get("lang")


@pytest.mark.parametrize("path", ["/van-ban", "/van-ban/05-2025-nq-hdnd"])
def test_titles_in_english(visitor: Visitor, path: str) -> None:
    document(title_en="Resolution on fees")
    page = visitor.get(f"/en{path}")
    assert language(page, "Resolution on fees") == "en"
    assert ("Nghị quyết về phí" in page.words) == (path != "/van-ban"), "its page names it as it is cited, too"
    words = visitor.get(path).words
    assert "Nghị quyết về phí" in words
    assert "Resolution" not in words


@pytest.mark.parametrize("path", ["/van-ban", "/van-ban/05-2025-nq-hdnd"])
def test_without_an_english_one_the_vietnamese_is_marked_as_such(visitor: Visitor, path: str) -> None:
    document()
    assert language(visitor.get(f"/en{path}"), "Nghị quyết về phí") == "vi"


def test_staff_give_it_without_asking_for_another_check(app: Flask) -> None:
    slug, editor = document(), Browser.with_roles(app, Role.EDITOR)
    values = {
        "number": "05/2025/NQ-HĐND", "issuer": COUNCIL, "issuer_kind": "council", "title": "Nghị quyết về phí",
        "effective_from": "2025-01-01", "source": "Công báo tỉnh", "title_en": "Resolution on fees",
    }  # fmt: skip
    assert editor.post(f"/can-bo/van-ban/{slug}", values).status_code == 303
    assert 'value="Resolution on fees"' in editor.get(f"/can-bo/van-ban/{slug}").get_data(as_text=True)
    db.session.remove()
    row = queries.document(slug)
    assert row is not None
    assert (row.title_en, row.verified_at is not None) == ("Resolution on fees", True)


def test_all_that_ship_have_one(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["legal", "load", str(STARTER / "legal.yaml")]).exit_code == 0
    assert {document.number for document in queries.documents(False) if not document.title_en} == set()
