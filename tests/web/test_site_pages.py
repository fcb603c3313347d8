"""The search leads to the portal's own pages, and no guide that answers better stands behind them."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.pages import site_pages
from portal.pages.cli import load as load_starter
from portal.search import queries
from portal.search.models import ENTRIES
from tests.unit.search.test_questions import Question, read
from tests.web.page import Visitor

TITLES = {"Chính sách giảm phí", "Fee reductions"}


@pytest.fixture
def pages(app: Flask) -> Iterator[None]:
    """The content that ships, and the pages."""
    assert load_starter.main([], standalone_mode=False) is None
    with unit_of_work():
        site_pages.index_site_pages()
    db.session.remove()
    yield


def first(text: str, locale: str = "vi") -> list[str]:
    """The addresses of the first three hits."""
    return [hit.url for hit in queries.find(text, locale, limit=3).hits]


@pytest.mark.usefixtures("pages")
def test_a_page_is_among_the_first_three_for_what_people_call_it() -> None:
    missed = {
        text: first(text, locale)
        for url, locale, texts in (
            ("/giam-phi", "vi", ["giam phi", "giảm phí", "giảm 50% phí", "giam 50% le phi", "giảm lệ phí",
                                 "chính sách giảm phí"]),
            ("/tinh-phi", "vi", ["tính phí", "tinh phi", "tinh le phi", "tính lệ phí", "tính thử phí"]),
            ("/dia-ban", "vi", ["xã mới", "xa moi", "đổi tên xã", "doi ten xa", "sáp nhập xã", "tên xã cũ"]),
            ("/van-ban", "vi", ["văn bản pháp luật", "nghi quyet", "căn cứ pháp lý"]),
            ("/giam-phi", "en", ["fee reduction", "reduced fees"]),
            ("/tinh-phi", "en", ["fee calculator", "calculate fees"]),
            ("/dia-ban", "en", ["new commune", "renamed commune"]),
            ("/van-ban", "en", ["legal documents"]),
        )
        for text in texts
        if url not in first(text, locale)
    }  # fmt: skip
    assert missed == {}


def test_what_guides_answer_stays_among_the_first_three(app: Flask) -> None:
    load_starter.main([], standalone_mode=False)
    asked = [*read("starter.jsonl"), Question("giam phi khai sinh", frozenset({"dang-ky-khai-sinh"}), frozenset())]
    before = {question: question.place(question.text) for question in asked}
    with unit_of_work():
        site_pages.index_site_pages()
    db.session.remove()
    assert before[asked[-1]] <= 3
    pushed = {question.text for question in asked if before[question] <= 3 < question.place(question.text)}
    assert pushed == set()


def test_they_are_written_once_and_go_with_their_entry(app: Flask, monkeypatch: pytest.MonkeyPatch) -> None:
    for entries in (site_pages._entries, site_pages._entries, lambda: iter(())):
        monkeypatch.setattr(site_pages, "_entries", entries)
        with unit_of_work():
            site_pages.index_site_pages()
        kept = queries.keys("page")
        assert kept == {entry.key for entry in entries()}
    assert db.session.execute(ENTRIES.select()).all() == []


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_hits_and_suggestions_are_whole_pages(app: Flask, visitor: Visitor, prefix: str) -> None:
    with unit_of_work():
        site_pages.index_site_pages()
    text = "fee+reduction" if prefix else "giam+phi"
    for path in (f"{prefix}/tim-kiem?q={text}", f"{prefix}/tim-kiem/goi-y?q={text}"):
        page = visitor.get(path)
        assert f"{prefix}/giam-phi" in page.links()
        own = [one for tag in ("h2", "span") for one in page.all(tag) if "".join(one.itertext()) in TITLES]
        assert [one.get("lang") for one in own] == [None], path
