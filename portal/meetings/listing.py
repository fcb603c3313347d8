"""The sets that were frozen as a list: month beside month, with the province's figures of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.adoption.periods import Period
from portal.adoption.words import drawn, period_name
from portal.core.charts import Figure, Gap
from portal.meetings.agenda import Agenda
from portal.meetings.models import MeetingSet
from portal.meetings.screens import figure_of, indicator_of


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A set with the province's figures as they were, in the order of the heads."""

    row: MeetingSet
    figures: tuple[Figure, ...]
    is_demo: bool


@dataclass(frozen=True, slots=True)
class KeptMonth:
    """The sets of one period; `heads` name the figures."""

    name: str
    heads: tuple[str, ...]
    rows: tuple[KeptRow, ...]


def months_of(sets: Sequence[MeetingSet], locale: str) -> list[KeptMonth]:
    """The sets by period in the order given; those that were withdrawn have no figures any more."""
    agendas = [(one, Agenda.read(one.data)) for one in sets]
    heads = {one.known.key: str(_(one.known.short_name)) for _row, agenda in agendas for one in agenda.headlines}
    found: dict[str, list[KeptRow]] = {}
    for row, agenda in agendas:
        found.setdefault(row.period, []).append(
            KeptRow(row, _figures(row, agenda, list(heads), locale), agenda.has_demo)
        )
    return [KeptMonth(_name(code, locale), tuple(heads.values()), tuple(rows)) for code, rows in found.items()]


def _figures(row: MeetingSet, agenda: Agenda, keys: Sequence[str], locale: str) -> tuple[Figure, ...]:
    if row.withdrawn_at is not None:
        return ()
    known = {one.known.key: one for one in agenda.headlines}
    return tuple(
        drawn(figure_of(one.figure), indicator_of(one.known), locale)
        if (one := known.get(key)) and one.figure and one.period == agenda.period
        else Figure(None, gap=Gap.NOT_REPORTED)
        for key in keys
    )


def _name(code: str, locale: str) -> str:
    period = Period.parse(code)
    return period_name(period, locale) if period else code
