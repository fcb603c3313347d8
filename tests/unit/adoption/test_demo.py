"""The illustrative figures: what is loaded, and that all of it goes away."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest
from flask import Flask
from sqlalchemy import func, select

from portal.adoption import queries, reading, service
from portal.adoption.demo import FIGURES, MONTHS
from portal.adoption.models import FigureReport, FigureUnit, Observation, ObservationRevision, Span, Target
from portal.adoption.periods import Period, PeriodKind
from portal.adoption.queries import Key, place_unit
from portal.adoption.registry import HEADLINES, INDICATORS
from portal.adoption.service import Counted, Provenance
from portal.core.db import db, unit_of_work
from portal.places.queries import overview
from tests.factories.places import load_places

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
TODAY = date(2026, 11, 22)
LAST = Period(date(2026, 10, 1), PeriodKind.MONTH)


@pytest.fixture(autouse=True)
def demo(app: Flask) -> None:
    load_places()
    with unit_of_work():
        FIGURES.load(NOW)
    db.session.remove()


def rows() -> set[tuple[object, ...]]:
    db.session.remove()
    table = Observation.__table__
    return {tuple(row) for row in db.session.execute(select(table).with_only_columns(*list(table.c)[:6]))}


def test_all_communes_over_two_years_with_gaps() -> None:
    keys = [one.key for one in INDICATORS]
    first = LAST.shifted(1 - MONTHS)
    tables = {key: reading.table(key, "", first, LAST, today=TODAY) for key in keys}
    assert {len(table) for table in tables.values()} == {96}
    reported = sum(point.figure is not None for _, points in tables["on_time"] for point in points)
    assert 96 * MONTHS * 0.93 < reported < 96 * MONTHS
    assert reading.not_reported(keys, LAST)
    assert all(figure and figure.is_demo for figure in reading.totals(keys, LAST, today=TODAY).values())


def test_rates_are_plausible_and_some_units_are_too_small_to_be_ranked() -> None:
    for one in HEADLINES:
        total = reading.totals([one.key], LAST, today=TODAY)[one.key]
        assert total is not None
        assert total.rate is not None
        assert 50 < total.rate < 99
    standings = [row for kind in ("xa", "phuong") for row in reading.ranking("online_filing", LAST, kind, today=TODAY)]
    assert any(row.rank is None and row.figure is not None for row in standings)
    assert any(row.figure is None for row in standings)


def test_a_second_load_changes_nothing_and_a_month_later_there_is_one_more() -> None:
    before = rows()
    with unit_of_work():
        FIGURES.load(NOW)
    assert rows() == before
    with unit_of_work():
        FIGURES.load(datetime(2026, 12, 3, tzinfo=UTC))
    db.session.remove()
    assert reading.latest_period("on_time", PeriodKind.MONTH) == LAST.shifted(1)


def test_what_was_drawn_is_the_same_every_time() -> None:
    before = rows()
    with unit_of_work():
        FIGURES.remove()
        FIGURES.load(NOW)
    assert {row[:3] + row[4:] for row in rows()} == {row[:3] + row[4:] for row in before}


def test_removing_leaves_what_is_real() -> None:
    slug = overview()[0].slug
    with unit_of_work():
        unit = service.add_units({place_unit(slug): "x"})[place_unit(slug)]
        report = service.add_report(Provenance(document="Báo cáo"), now=NOW)
        key = Key("on_time", Span.MONTH.value, LAST.start, unit)
        assert service.write({key: Counted(3, 4, report)}, now=NOW) == 1
        FIGURES.remove()
    db.session.remove()
    figure = reading.figures_of_unit(place_unit(slug), ["on_time"], LAST, today=TODAY)["on_time"]
    assert figure is not None
    assert (figure.numerator, figure.denominator, figure.is_demo) == (3, 4, False)
    assert not queries.has_demo()
    for model, left in ((Observation, 1), (ObservationRevision, 0), (FigureReport, 1), (FigureUnit, 1), (Target, 0)):
        assert db.session.scalar(select(func.count()).select_from(model)) == left


def test_the_days_that_an_illustrative_month_stood_over_count_when_it_is_gone() -> None:
    slug = overview()[0].slug
    with unit_of_work():
        unit = service.add_units({place_unit(slug): "x"})[place_unit(slug)]
        report = service.add_report(Provenance(document="Báo cáo"), now=NOW)
        service.write({Key("on_time", Span.DAY.value, LAST.start, unit): Counted(1, 2, report)}, now=NOW)
        FIGURES.remove()
    db.session.remove()
    figure = reading.figures_of_unit(place_unit(slug), ["on_time"], LAST, today=TODAY)["on_time"]
    assert figure is not None
    assert (figure.numerator, figure.denominator, figure.days) == (1, 2, 1)
