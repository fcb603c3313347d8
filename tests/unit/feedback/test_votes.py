"""Votes are counted, never kept by themselves."""

from __future__ import annotations

from datetime import date
from threading import Barrier, Thread

from flask import Flask

from portal.core.db import db, unit_of_work
from portal.feedback.votes import MOST_REASONS, add_reason, count_vote, votes_of

DAY, NEXT = date(2026, 11, 9), date(2026, 11, 10)


def vote(slug: str, is_useful: bool, day: date = DAY) -> None:
    with unit_of_work():
        count_vote(slug, is_useful, day=day)


def test_votes_add_up_by_guide_and_day(app: Flask) -> None:
    for useful in (True, True, False):
        vote("a", useful)
    vote("a", True, NEXT)
    vote("b", False)
    mine = votes_of("a", since=DAY)
    assert (mine.useful, mine.not_useful) == (3, 1)
    assert (votes_of("a", since=NEXT).useful, votes_of("c", since=DAY).useful) == (1, 0)


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
    mine = votes_of("a", since=DAY)
    assert (mine.useful, mine.not_useful) == (20, 20)


def test_a_reason_is_one_clean_line_without_numbers_of_people(app: Flask) -> None:
    with unit_of_work():
        add_reason("a", "  Gọi\n\0 0912345678 \u202emà  không ai nghe ", day=DAY)
        add_reason("a", "   ", day=DAY)
        add_reason("a", "x" * 2000, day=NEXT)
    (_, longest), (day, text) = votes_of("a", since=DAY).reasons
    assert (day, text) == (DAY, "Gọi ••••••••78 mà không ai nghe")
    assert len(longest) == 500


def test_a_day_has_so_many_reasons_and_no_more(app: Flask) -> None:
    with unit_of_work():
        for number in range(MOST_REASONS + 5):
            add_reason("a", f"lý do {number}", day=DAY)
        add_reason("b", "khác", day=DAY)
    assert len(votes_of("a", since=DAY, most=200).reasons) == MOST_REASONS
    assert len(votes_of("b", since=DAY).reasons) == 1
