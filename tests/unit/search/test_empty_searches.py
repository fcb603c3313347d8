"""Searches without an answer are counted, and nobody can be known by them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.core.db import db
from portal.search import empty_searches
from portal.search.empty_searches import EmptySearches, countable, most_unanswered
from portal.search.models import EMPTY_SEARCHES

DAY = date(2026, 11, 22)


@pytest.fixture
def counts(app: Flask) -> Iterator[EmptySearches]:
    counter = EmptySearches(db.engine)
    yield counter
    counter.settle()


def rows() -> list[tuple[str, str, date, int]]:
    db.session.rollback()
    columns = EMPTY_SEARCHES.c
    found = db.session.execute(select(EMPTY_SEARCHES).order_by(columns.text, columns.locale, columns.day))
    return [(row.text, row.locale, row.day, row[3]) for row in found]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("Ly Hôn ở Tòa?", "ly hon o toa"),
        ("số 0905123456 của tôi", "so cua toi"),
        ("cccd 051203001234 mất", "cccd mat"),
        ("gửi a.b@example.vn nhé", "gui nhe"),
        ("gửi a.b @ example.vn nhé", "gui nhe"),
        ("gọi 090 512 34 56 nhé", "goi nhe"),
        ("gọi 0905.123.456 hoặc (0255) 3 822 822", "goi hoac"),
        ("cccd 051-203-001-234", "cccd"),
        ("sinh ngày 2/9/1990", "sinh ngay"),
        ("số 1234", "so"),
        ("xem https://example.vn/x?y=1 đi", "xem di"),
        ("vào lớp 6 năm 26", "vao lop 6 nam 26"),
        ("\x00 \ud800 ???", ""),
        ("", ""),
        ("từ " * 100, "tu " * 26 + "tu"),
    ],
)
def test_only_folded_words_without_numbers_and_addresses_are_kept(text: str, kept: str) -> None:
    assert countable(text) == kept


def test_the_same_text_is_counted_by_language_and_day(counts: EmptySearches) -> None:
    for text in ("ly hôn", "LY HON", "Ly hôn?"):
        counts.count(text, "vi", DAY)
    counts.count("ly hôn", "en", DAY)
    counts.count("ly hôn", "vi", DAY + timedelta(days=1))
    counts.settle()
    counts.count("ly hôn", "vi", DAY)
    counts.count("   ", "vi", DAY)
    counts.settle()
    assert rows() == [
        ("ly hon", "en", DAY, 1), ("ly hon", "vi", DAY, 4), ("ly hon", "vi", DAY + timedelta(days=1), 1),
    ]  # fmt: skip


def test_nothing_finer_than_a_day_and_no_address_is_kept() -> None:
    assert set(EMPTY_SEARCHES.c.keys()) == {"text", "locale", "day", "count"}


def test_two_processes_count_together(counts: EmptySearches, app: Flask) -> None:
    other = EmptySearches(db.engine)
    for _ in range(20):
        counts.count("ly hôn", "vi", DAY)
        other.count("ly hôn", "vi", DAY)
    counts.settle()
    other.settle()
    assert rows() == [("ly hon", "vi", DAY, 40)]


def test_a_flood_of_nonsense_is_bounded(counts: EmptySearches, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(empty_searches, "MAX_TEXTS_A_DAY", 5)
    counts.count("ly hôn", "vi", DAY)
    for number in range(30):
        counts.count(f"nhảm {number}", "vi", DAY)
    counts.settle()
    counts.count("ly hôn", "vi", DAY)
    counts.settle()
    assert db.session.execute(select(func.count()).select_from(EMPTY_SEARCHES)).scalar_one() == 5
    assert ("ly hon", "vi", DAY, 2) in rows()


def test_what_is_a_year_old_is_forgotten(counts: EmptySearches) -> None:
    counts.count("cũ", "vi", DAY - timedelta(days=empty_searches.KEPT_DAYS + 1))
    counts.settle()
    counts.count("mới", "vi", DAY)
    counts.settle()
    assert [row[0] for row in rows()] == ["moi"]


def test_a_database_that_is_away_harms_nobody(counts: EmptySearches, app: Flask) -> None:
    EMPTY_SEARCHES.drop(db.engine)
    try:
        counts.count("ly hôn", "vi", DAY)
        counts.settle()
    finally:
        EMPTY_SEARCHES.create(db.engine)
    counts.count("ly hôn", "vi", DAY)
    counts.settle()
    assert rows() == [("ly hon", "vi", DAY, 1)]


def test_the_most_frequent_come_first(counts: EmptySearches) -> None:
    for text, times in (("ly hôn", 3), ("du học", 5), ("một lần", 1)):
        for _ in range(times):
            counts.count(text, "vi", DAY)
    counts.count("du học", "vi", DAY - timedelta(days=40))
    counts.settle()
    found = most_unanswered(DAY - timedelta(days=30), at_least=2)
    assert [(one.text, one.count, one.last_day) for one in found] == [("du hoc", 5, DAY), ("ly hon", 3, DAY)]
    assert len(most_unanswered(DAY - timedelta(days=60), limit=1)) == 1
