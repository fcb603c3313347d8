"""Sets are made once, and at most withdrawn."""

from __future__ import annotations

from datetime import timedelta
from unittest import mock

import pytest

from portal.core import links
from portal.core.db import db, unit_of_work
from portal.core.links import Purpose
from portal.core.permissions import Actor
from portal.meetings import queries, service
from portal.meetings.agenda import Agenda
from portal.meetings.service import MeetingError
from tests.factories.meetings import NOW

ACTOR = Actor("user", "leader-1", "Lãnh đạo")
pytestmark = pytest.mark.usefixtures("app")


def agenda(period: str = "2026-10") -> Agenda:
    return Agenda(
        made_at=NOW.isoformat(), today="2026-11-22", period=period, expected=0, headlines=(), laggards=(), silent=(),
        tasks=None, cases=None, is_public=False,
    )  # fmt: skip


def freeze(nonce: str = "once") -> str:
    with unit_of_work():
        code = service.freeze(agenda(), nonce, actor=ACTOR, now=NOW).code
    db.session.remove()
    return code


def test_the_slower_of_two_presses_at_once_gets_the_set_of_the_quicker_one() -> None:
    first = freeze()
    asked = mock.Mock(side_effect=[None, queries.by_nonce("once")])
    with mock.patch.object(queries, "by_nonce", asked):
        assert freeze() == first
    assert [one.code for one in queries.frozen_sets()] == [first]


def test_a_link_lasts_into_the_next_year_and_ends_with_the_set() -> None:
    one = queries.by_code(freeze())
    assert one is not None
    with unit_of_work():
        former = service.make_link(one, actor=ACTOR, now=NOW)
        token = service.make_link(one, actor=ACTOR, now=NOW)
    late = NOW + timedelta(days=399)
    assert links.purpose_of(former, now=late) is None
    assert links.purpose_of(token, now=late) is Purpose.MEETING
    with unit_of_work():
        service.withdraw(one, "Nhầm kỳ", actor=ACTOR, now=NOW)
    assert links.purpose_of(token, now=NOW) is None
    for refused in (lambda: service.make_link(one, actor=ACTOR, now=NOW),
                    lambda: service.withdraw(one, "Lại", actor=ACTOR, now=NOW)):  # fmt: skip
        with pytest.raises(MeetingError):
            refused()


def test_months_stand_beside_each_other_the_latest_first() -> None:
    with unit_of_work():
        for number, period in enumerate(("2026-09", "2026-11", "2026-10", "2026-q3")):
            service.freeze(agenda(period), str(number), actor=ACTOR, now=NOW)
    assert [one.period for one in queries.frozen_sets()] == ["2026-11", "2026-10", "2026-09", "2026-q3"]
