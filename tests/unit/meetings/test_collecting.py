"""What a meeting looks at: fair to those who are behind, and asked for in few statements."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest
from flask import Flask

from portal.adoption.periods import Period
from portal.core.db import db, unit_of_work
from portal.core.permissions import Actor
from portal.directives import service as directives
from portal.directives.service import DirectiveValues, TaskValues
from portal.meetings.agenda import Agenda, Kind
from portal.meetings.collecting import collect
from portal.places.queries import overview
from tests.factories.meetings import NOW, report, want
from tests.factories.places import load_places
from tests.queries import count_queries

TODAY = date(2026, 11, 22)
OCTOBER = Period.parse("2026-10") or pytest.fail()
ACTOR = Actor("command", "", "")


@pytest.fixture(autouse=True)
def places(app: Flask) -> Iterator[None]:
    load_places()
    yield
    db.session.rollback()


def agenda(*, is_public: bool = False) -> Agenda:
    return collect(OCTOBER, today=TODAY, now=NOW, is_newest=True, is_public=is_public)


def of_kind(found: Agenda, kind: str = "xa") -> Kind:
    return next(one for one in found.laggards[0].kinds if one.kind == kind)


def communes(kind: str = "xa") -> list[str]:
    return sorted(place.slug for place in overview() if place.kind == kind)


def test_laggards_are_of_one_type_below_the_target_and_of_enough_papers() -> None:
    first, second, third, small, met, *_rest = communes()
    ward = communes("phuong")[0]
    report("2026-10", {first: (10, 100), second: (20, 100), third: (79, 100), small: (0, 29), met: (80, 100),
                       ward: (5, 100)})  # fmt: skip
    want("80")
    found = of_kind(agenda())
    assert [(one.place, one.rank) for one in found.behind] == [(first, 4), (second, 3), (third, 2)]
    assert (found.ranked, found.too_few, found.unnamed) == (4, 1, 0)
    assert found.silent == len(communes()) - 5
    alone = of_kind(agenda(), "phuong")
    assert (alone.behind, alone.ranked) == ((), 1)


def test_who_is_level_with_the_last_one_named_is_named_or_none_of_them_is() -> None:
    slugs = communes()
    report("2026-10", dict(zip(slugs, [(10, 100)] * 3 + [(20, 100)] * 4 + [(90, 100)] * 2, strict=False)))
    want("80")
    found = of_kind(agenda())
    assert [one.place for one in found.behind] == sorted(slugs[:3], reverse=True)
    assert found.unnamed == 4
    report("2026-10", {slugs[6]: (30, 100)})
    assert {one.place for one in of_kind(agenda()).behind} == set(slugs[:6])


def test_without_a_target_the_last_third_is_behind_and_nobody_where_all_are_level() -> None:
    slugs = communes()[:9]
    report("2026-10", {slug: (10 + number, 100) for number, slug in enumerate(slugs)})
    assert [one.place for one in of_kind(agenda()).behind] == slugs[:3]
    report("2026-10", dict.fromkeys(slugs, (50, 100)))
    assert of_kind(agenda()).behind == ()


def test_the_silent_are_named_and_an_old_figure_says_so() -> None:
    first, second = communes()[:2]
    report("2026-09", {first: (10, 100)}, "on_time")
    report("2026-10", {first: (10, 100), second: (20, 100)})
    found = agenda()
    assert found.expected == 96
    assert len(found.silent) == 94
    assert not {first, second} & {one.slug for one in found.silent}
    filing, _payment, on_time, _satisfaction = found.headlines
    assert filing.figure is not None
    assert (filing.figure.numerator, filing.figure.denominator, filing.is_stale) == (30, 200, False)
    assert (on_time.period, on_time.is_stale) == ("2026-09", True)
    assert filing.origin is not None
    assert (filing.origin.document, filing.origin.entered_by) == ("Báo cáo 2026-10", "Trần Văn Nhập")


def test_an_agenda_reads_back_as_it_was_and_its_mark_knows_no_time() -> None:
    report("2026-10", dict.fromkeys(communes()[:4], (10, 100)))
    found = agenda()
    assert Agenda.read(found.text()) == found
    assert replace(found, made_at="2026-11-23T00:00:00+00:00").mark() == found.mark()
    report("2026-10", {communes()[0]: (11, 100)})
    assert agenda().mark() != found.mark()


def test_statements_are_as_many_for_10_communes_as_for_96() -> None:
    counts = []
    for slugs in (communes()[:10], [place.slug for place in overview()]):
        for indicator in ("online_filing", "online_payment", "on_time", "satisfaction"):
            report("2026-10", {slug: (number, 100) for number, slug in enumerate(slugs)}, indicator)
        agenda()
        db.session.rollback()
        with count_queries() as counted:
            agenda()
        counts.append(len(counted))
    assert counts[0] == counts[1]
    assert counts[1] <= 16


def ledger(*, is_historic: bool = False, is_public: bool = False) -> None:
    with unit_of_work():
        values = DirectiveValues(
            title=f"Chỉ thị {is_historic} {is_public}", issuer="UBND tỉnh", source="bản gốc", is_historic=is_historic,
            is_public=is_public,
        )  # fmt: skip
        document = directives.create(values, actor=ACTOR, now=NOW)
        task = TaskValues(text="Việc", owner="Các sở", deadline=date(2026, 1, 5))
        directives.add_task(document, task, actor=ACTOR, now=NOW)


def test_tasks_are_public_by_choice_alone_and_historic_ones_never_count() -> None:
    report("2026-10", {communes()[0]: (10, 100)})
    ledger()
    ledger(is_historic=True, is_public=False)
    public, own = agenda(is_public=True), agenda()
    assert public.tasks is None
    assert own.tasks is not None
    assert own.tasks.total == 1
    ledger(is_historic=True, is_public=True)
    silent = agenda(is_public=True).tasks
    assert silent is not None
    assert silent.total == 0
    ledger(is_public=True)
    shown = agenda(is_public=True).tasks
    assert shown is not None
    assert shown.total == 1
