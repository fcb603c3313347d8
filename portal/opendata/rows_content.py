"""Rows of places, guides, fees and reductions."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

from portal.core.i18n import LOCALES, localised_path
from portal.core.pages import renderer
from portal.fees.present import state_of
from portal.fees.queries import LocalFeeFacts, Tariff
from portal.fees.queries import tariff as all_fees
from portal.fees.territories import territory_name
from portal.guides.queries import URL_PREFIX, cards
from portal.opendata import queries
from portal.opendata.model import Asked, Part, Row
from portal.places.atlas import PlaceFact
from portal.places.history import former_districts
from portal.places.kinds import full_name
from portal.places.queries import atlas
from portal.procedures.queries import RecordFacts, record_facts

# The fees of so many records are read at once.
_RECORDS = 100


def joined(values: Iterable[object]) -> str:
    """Several values in one cell."""
    return "; ".join(str(value) for value in values)


def _address(path: str, locale: str) -> str:
    return renderer().config.site_url + localised_path(path, LOCALES[locale])


def places(asked: Asked) -> Sequence[Row]:
    """Every unit of today and of before."""
    known = atlas()
    return [_place(one, known.get(one.superior or "")) for one in known.places if asked.place in {"", one.slug}]


def _place(one: PlaceFact, superior: PlaceFact | None) -> Row:
    districts = former_districts(atlas(), one)
    return (
        one.slug, one.code, full_name(one), one.kind, one.level, one.superior,
        full_name(superior) if superior else None, one.valid_from, one.valid_to, one.valid_to is None,
        joined(full_name(district) for district in districts),
        joined(one.former_names), one.latitude, one.longitude, joined(after.slug for after in one.successors),
    )  # fmt: skip


def successions(asked: Asked) -> Sequence[Row]:
    """What became of each unit: a row for each that took over all of it or a part."""
    known = atlas()
    rows: list[Row] = []
    for one in known.places:
        for after in one.successors:
            heir = known.get(after.slug)
            if heir is not None and asked.place in {"", one.slug, heir.slug}:
                rows.append(
                    (one.slug, full_name(one), one.code, one.valid_to, heir.slug, full_name(heir), heir.code,
                     heir.valid_from, after.is_whole)
                )  # fmt: skip
    return rows


def guides(asked: Asked) -> Sequence[Row]:
    """A row for each procedure that a guide explains; one without for a guide that explains none."""
    titles = {card.slug: card for card in cards(asked.locale)}
    found = [row for row in queries.guides() if row.slug in titles]
    records = record_facts({code for row in found for code in row.procedures})
    return [
        (
            row.slug, row.kind, titles[row.slug].title, titles[row.slug].summary,
            _address(URL_PREFIX + row.slug, asked.locale), code or None, *_of_record(records.get(code)),
            row.reviewed_on, row.next_review_on, row.updated_at,
        )
        for row in found
        for code in row.procedures or [""]
    ]  # fmt: skip


def _of_record(record: RecordFacts | None) -> Row:
    if record is None:
        return (None,) * 8
    return (
        record.name, record.field, joined(record.agencies), joined(record.levels), joined(record.channels),
        record.source_url, record.decision_no, str(record.as_of),
    )  # fmt: skip


def fees(asked: Asked) -> Part:
    """The fees of the next records: as the official record gives them, and as the province sets them.

    A cursor is the code of the last record.
    """
    if asked.position and not all(part.isdigit() for part in asked.position.split(".")):
        raise ValueError(asked.position)
    rows: list[Row] = []
    last = asked.position
    own = tariff()
    while len(rows) < asked.limit:
        codes = queries.record_codes_after(last, _RECORDS)
        records = record_facts(codes)
        for code in codes:
            rows += _fees_of(records[code], own)
            last = code
            if len(rows) >= asked.limit:
                return Part(rows, last)
        if len(codes) < _RECORDS:
            return Part(rows)
    return Part(rows, last)


def count_fees(_asked: Asked, most: int | None) -> int:
    """How many rows of fees there are."""
    number, last, own = 0, "", tariff()
    while codes := queries.record_codes_after(last, _RECORDS):
        number += sum(len(_fees_of(record, own)) for record in record_facts(codes).values())
        last = codes[-1]
        if most is not None and number >= most:
            return most
    return number


def tariff() -> Tariff:
    """The province's fees and reductions; illustrative ones only where this is a demo."""
    return all_fees(renderer().config.demo)


def _fees_of(record: RecordFacts, own: Tariff) -> list[Row]:
    official: list[Row] = [
        (
            record.code, record.name, "official", line.channel, line.status.value, line.amount, line.currency,
            line.unit or None, line.percent, line.condition_vi or None, line.text, line.valid_from, line.valid_to, None,
            joined(line.legal), None, str(record.as_of), record.source_url, False,
        )
        for line in record.fees
    ]  # fmt: skip
    return official + [_own_fee(record, fee) for fee in own.fees.get(record.code, ())]


def _own_fee(record: RecordFacts, fee: LocalFeeFacts) -> Row:
    document = fee.document
    return (
        record.code, record.name, "province", fee.channel or None, fee.status.value, fee.amount, "VND",
        fee.unit or None, None, fee.condition_vi or None, None, fee.valid_from, fee.valid_to, fee.territory or None,
        document.number,
        fee.is_verified, None, document.url or None, fee.is_demo or document.is_demo,
    )  # fmt: skip


def reductions(asked: Asked) -> Sequence[Row]:
    """Every reduction, with what may be said of it today."""
    known = atlas()
    return [
        (
            one.rule.slug, one.name(asked.locale), one.rule.percent, one.rule.amount, _all(one.rule.channels),
            _all(one.rule.procedures), _all(one.rule.fields), one.rule.territory or None,
            territory_name(one.rule.territory, asked.locale, known), one.rule.valid_from, one.rule.valid_to,
            state_of(one, asked.today), one.rule.is_verified, one.rule.applies_to_national_rates, one.document.number,
            one.document.title_in(asked.locale)[0], one.document.issued_on, one.document.url or None,
            one.is_demo or one.document.is_demo,
        )
        for one in tariff().reductions.values()
    ]  # fmt: skip


def _all(values: Collection[str]) -> str:
    return joined(sorted(values))


def has_demo_fees() -> bool:
    """Whether an illustrative fee is among them."""
    return any(fee.is_demo or fee.document.is_demo for fees in tariff().fees.values() for fee in fees)


def has_demo_reductions() -> bool:
    """Whether an illustrative reduction is among them."""
    return any(one.is_demo or one.document.is_demo for one in tariff().reductions.values())
