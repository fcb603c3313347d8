"""Votes are counted, never kept by themselves."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

from flask import Flask
from sqlalchemy import select

from portal.core.db import db, unit_of_work
from portal.feedback.models import GuideVotes
from portal.feedback.votes import MOST_REASONS, add_reason, count_vote
from tests.factories.feedback import reasons_of

DAY, NEXT = date(2026, 11, 9), date(2026, 11, 10)


def vote(slug: str, is_useful: bool, day: date = DAY) -> None:
    with unit_of_work():
        count_vote(slug, is_useful, day=day)


def counted() -> dict[tuple[str, date], tuple[int, int]]:
    rows = db.session.scalars(select(GuideVotes))
    return {(row.slug, row.day): (row.useful, row.not_useful) for row in rows}


def test_votes_add_up_by_guide_and_day(app: Flask) -> None:
    for useful in (True, True, False):
        vote("a", useful)
    vote("a", True, NEXT)
    vote("b", False)
    assert counted() == {("a", DAY): (2, 1), ("a", NEXT): (1, 0), ("b", DAY): (0, 1)}


def test_votes_of_one_moment_are_all_counted(app: Flask) -> None:
    threads, each = 4, 10
    ready = Barrier(threads)

    def many() -> None:
        with app.app_context():
            ready.wait()
            for number in range(each):
                vote("a", number % 2 == 0)
            db.session.remove()

    started = [Thread(target=many) for _ in range(threads)]
    for thread in started:
        thread.start()
    for thread in started:
        thread.join()
    assert counted() == {("a", DAY): (20, 20)}


def test_a_reason_is_one_clean_line_without_numbers_of_people(app: Flask) -> None:
    with unit_of_work():
        add_reason("a", "  Gọi\n\0 0912345678 \u202emà  không ai nghe ", day=DAY)
        add_reason("a", "   ", day=DAY)
        add_reason("a", "x" * 2000, day=NEXT)
    (day, text), (_, longest) = reasons_of("a")
    assert (day, text) == (DAY, "Gọi ••••••••78 mà không ai nghe")
    assert len(longest) == 500


def test_a_day_has_so_many_reasons_and_no_more(app: Flask) -> None:
    with unit_of_work():
        for number in range(MOST_REASONS + 5):
            add_reason("a", f"lý do {number}", day=DAY)
        add_reason("b", "khác", day=DAY)
    assert len(reasons_of("a")) == MOST_REASONS
    assert len(reasons_of("b")) == 1
