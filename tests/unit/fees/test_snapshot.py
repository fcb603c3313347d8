"""What pages share of fees is never older than what was published, and never what was not."""

from __future__ import annotations

from datetime import date
from threading import Thread

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.i18n import DEFAULT_LOCALE
from portal.fees import service as fees
from portal.fees.panel import fee_panels
from portal.fees.service import ReductionValues
from portal.fees.snapshot import snapshot
from portal.places.queries import atlas
from portal.procedures.queries import record_facts
from tests.factories.fees import document, local_fee, reduction
from tests.factories.records import import_records, record_row
from tests.factories.staff import OPERATOR
from tests.queries import count_queries


def names() -> set[str]:
    return {one.name_vi for one in snapshot().tariff.reductions.values()}


def test_it_is_read_once_per_version(app: Flask) -> None:
    rests_on = document()
    reduction(rests_on, name_vi="Một")
    assert names() == {"Một"}
    db.session.remove()
    with count_queries() as seen:
        assert names() == {"Một"}
    assert seen == []
    reduction(rests_on, name_vi="Hai")
    assert names() == {"Một", "Hai"}


def test_what_is_taken_back_is_never_kept(app: Flask) -> None:
    rests_on = document()
    values = ReductionValues(name_vi="Một", percent=5, document=rests_on)
    with pytest.raises(RuntimeError), unit_of_work():
        fees.add_reduction(values, actor=OPERATOR, now=clock.now())
        assert names() == {"Một"}
        raise RuntimeError
    db.session.remove()
    assert names() == set()


def test_an_older_transaction_leaves_nothing_behind(app: Flask) -> None:
    rests_on = document()
    reduction(rests_on, name_vi="Một")
    db.session.remove()
    atlas()  # begins to read before the next publish

    def publish() -> None:
        with app.app_context():
            reduction(rests_on, name_vi="Hai")
            db.session.remove()

    other = Thread(target=publish)
    other.start()
    other.join()
    names()
    db.session.remove()
    assert names() == {"Một", "Hai"}


def test_a_panel_is_kept_by_day_and_place(app: Flask) -> None:
    import_records([record_row(fees=[])])
    rests_on = document()
    local_fee(rests_on)
    reduction(rests_on, valid_to=date(2026, 12, 31))
    records = record_facts(["1.001193"])

    def saves(day: date) -> bool:
        return bool(fee_panels(records, None, day, DEFAULT_LOCALE)["1.001193"]["online"].savings)

    assert [saves(date(2026, 12, 31)), saves(date(2027, 1, 1)), saves(date(2026, 12, 31))] == [True, False, True]
    same = [fee_panels(records, None, date(2026, 12, 31), DEFAULT_LOCALE)["1.001193"] for _ in range(2)]
    assert same[0] is same[1]
