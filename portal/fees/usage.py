"""Which pages use a fee or a reduction, and what their services cost today."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from portal.core.i18n import localised_path
from portal.core.registry import explained_procedures
from portal.fees.arithmetic import Price, Reduction, Setter, line, reach
from portal.fees.panel import Here, prices
from portal.fees.present import CHANNELS, channel_label, money, unknown_words
from portal.places.atlas import Coverage
from portal.procedures import queries as procedures
from portal.procedures.queries import RecordFacts
from portal.search.folding import sort_key


@dataclass(frozen=True, slots=True)
class Cost:
    """What one way to file costs today, in words."""

    channel: str
    text: str
    is_unknown: bool
    is_demo: bool


@dataclass(frozen=True, slots=True)
class Service:
    """A service that a reduction is about; `url` is its guide's, or its record's."""

    code: str
    title: str
    url: str
    title_locale: str
    costs: tuple[Cost, ...]


def cost_text(found: Sequence[Price], here: Here) -> tuple[str, bool]:
    """What is paid, in words, and whether that is unknown; a range where cases are open."""
    summed, locale = line(found, 1), here.locale.code
    if summed.low is None or summed.high is None:
        return unknown_words(found, here.place), True
    if summed.high == 0:
        return str(_("không thu phí")), False
    if summed.low == summed.high:
        return money(summed.low, locale), False
    low, high = money(summed.low, locale), money(summed.high, locale)
    return str(_("từ %(low)s đến %(high)s", low=low, high=high)), False


def services_of(rule: Reduction, here: Here) -> list[Service]:
    """The services with guides that a reduction is about, and those that it names, with what they cost today."""
    explained = explained_procedures(here.locale.code)
    records = procedures.record_facts(sorted({*explained, *rule.procedures}))
    found = []
    for code, record in records.items():
        costs = tuple(_costs(rule, here, record))
        if costs:
            guide = next(iter(explained.get(code, ())), None)
            title, path = (guide.title, guide.path) if guide else (record.name, f"/thu-tuc/{code}")
            url, title_locale = localised_path(path, here.locale), guide.title_locale if guide else "vi"
            found.append(Service(code, title, url, title_locale, costs))
    return sorted(found, key=lambda service: sort_key(service.title))


def _costs(rule: Reduction, here: Here, record: RecordFacts) -> Iterable[Cost]:
    for channel in CHANNELS:
        if channel not in record.channels:
            continue
        found = prices(here, record, channel)
        is_meant = record.code in rule.procedures and channel in (rule.channels or CHANNELS)
        if is_meant or any(_is_about(rule, one, here) for one in found):
            is_demo = any(_is_demo(one, here) for one in found)
            yield Cost(channel_label(channel), *cost_text(found, here), is_demo)


def _is_demo(one: Price, here: Here) -> bool:
    """Whether an illustrative fee or reduction made this price."""
    known = here.known.tariff
    fee = known.fee(one.fee.source) if one.fee.source else None
    applied = known.reductions[one.applied.slug] if one.applied else None
    return any(made.is_demo or made.document.is_demo for made in (fee, applied) if made is not None)


def _is_about(rule: Reduction, one: Price, here: Here) -> bool:
    """Whether the fee is surely among those that the reduction is for, wherever it is paid."""
    is_known = one.fee.setter is not Setter.UNKNOWN
    return is_known and reach(rule, one.fee, None, here.known.atlas.coverage) is not Coverage.NONE
