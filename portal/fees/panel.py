"""What a guide says of the fees here beside its record: the province's own fee, the saving, and what is uncertain."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from flask_babel import gettext as _

from portal.core import formats
from portal.core.i18n import Locale
from portal.core.text import slugify
from portal.fees.arithmetic import Fee, FeeStatus, Price, Reduction, Setter, candidates, covered, price
from portal.fees.present import DocumentLink, document_link, money, off, reduction_url
from portal.fees.queries import LocalFeeFacts, Tariff
from portal.fees.records import official_fees
from portal.fees.snapshot import Snapshot, snapshot
from portal.fees.territories import territory_name
from portal.places.atlas import Coverage
from portal.procedures.present import per_unit
from portal.procedures.queries import RecordFacts

# How long a page says that a reduction has ended; after that nobody expects it any more.
_SAID_FOR = timedelta(days=400)
# Every guide's records in a few communes; more would be another page cache.
_MOST_KEPT = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnFee:
    """A fee that the province sets. `status` is amount, free, unknown, or what isn't paid: unverified, ended."""

    status: str
    amount: str | None
    unit: str
    case: str
    ends: str | None
    document: DocumentLink
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Saving:
    """What a verified reduction takes off a known fee, today; `others` are the names of those that it outdoes."""

    amount: str
    paid: str
    full: str
    case: str
    name: str
    url: str
    ends: str | None
    document: DocumentLink
    others: tuple[str, ...]
    is_demo: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A reduction that changes no amount here; `kind` is one of `Price`'s (unverified, unsure, unpriced, …)."""

    kind: str
    name: str
    url: str
    off: str
    territory: str
    day: str | None
    is_demo: bool


@dataclass(frozen=True, slots=True)
class ChannelPanel:
    """One way to file: everything beside the official record's own lines.

    `varies`: the province's fee is another one in some communes, and it isn't known whether in this.
    """

    own: tuple[OwnFee, ...]
    savings: tuple[Saving, ...]
    told: tuple[Told, ...]
    varies: bool = False


Panels = Mapping[str, Mapping[str, ChannelPanel]]


def fee_panels(records: Mapping[str, RecordFacts], place: str | None, day: date, locale: Locale) -> Panels:
    """The panels by procedure and channel, where there is something to say; `place` is the chosen commune's slug."""
    known = snapshot()
    if not known.tariff.fees and not known.tariff.rules:
        return {}
    here = Here(known, place, day, locale)
    panels = {code: _panels(here, record) for code, record in records.items()}
    return {code: found for code, found in panels.items() if found}


def saving_line(panels: Mapping[str, ChannelPanel]) -> str:
    """What filing online surely saves, in one sentence with its document and last day; "" where nothing does.

    For what is said of a page elsewhere: nothing illustrative is.
    """
    online = panels.get("online")
    saving = next((one for one in online.savings if not one.case and not one.is_demo), None) if online else None
    return in_one_sentence(saving) if saving else ""


def in_one_sentence(saving: Saving) -> str:
    """A saving with its document and last day."""
    words = {"amount": saving.amount, "document": saving.document.number}
    if saving.ends is None:
        return str(_("Nộp trực tuyến tiết kiệm %(amount)s (%(document)s).", **words))
    words["date"] = saving.ends
    return str(_("Nộp trực tuyến tiết kiệm %(amount)s (%(document)s, đến %(date)s).", **words))


def _panels(here: Here, record: RecordFacts) -> Mapping[str, ChannelPanel]:
    """The panels of one record: the same for everybody until something is published, or the day ends."""
    made, key = here.known.made, (record.code, here.place, here.day, here.locale.code)
    found: Mapping[str, ChannelPanel] | None = made.get(key)
    if found is None:
        panels = ((channel, _Panel(here, record, channel).make()) for channel in record.channels)
        found = {channel: panel for channel, panel in panels if panel}
        if len(made) >= _MOST_KEPT:
            made.clear()
        made[key] = found
    return found


@dataclass(frozen=True, slots=True)
class Here:
    """Where, when and for whom fees are told; `place` is the chosen commune's slug, None where none was chosen."""

    known: Snapshot
    place: str | None
    day: date
    locale: Locale


def prices(here: Here, record: RecordFacts, channel: str) -> tuple[Price, ...]:
    """What may be asked for by this channel on the day, each after reductions; never empty: unknown is a price too."""
    local = local_fees(here.known.tariff, record, channel)
    official = official_fees(record, channel, here.day)
    found = candidates(local, official, here.place, here.day, here.known.atlas.coverage)
    # A record that prints no fee, or only ended ones, says nothing of the council.
    unknown = Fee(
        procedure=record.code, channel=channel, status=FeeStatus.UNKNOWN, setter=Setter.NATIONAL,
        field=slugify(record.field),
    )  # fmt: skip
    rules, covers = here.known.tariff.rules, here.known.atlas.coverage
    return tuple(price(fee, rules, here.place, here.day, covers) for fee in found or (unknown,))


def local_fees(known: Tariff, record: RecordFacts, channel: str) -> list[Fee]:
    """The province's own fees for filing by a channel, whatever their dates and territories."""
    field = slugify(record.field)
    own = known.fees.get(record.code, ())
    return [fee.fee(channel, field) for fee in own if fee.channel in {"", channel}]


def ended_fees(here: Here, record: RecordFacts, channel: str, found: Iterable[Price]) -> list[LocalFeeFacts]:
    """The province's fees that ended lately and that nothing of the province's follows; the last one of each case."""
    held = {one.fee.case for one in found if one.fee.source or one.fee.varies}
    last: dict[str, LocalFeeFacts] = {}
    for facts in here.known.tariff.fees.get(record.code, ()):
        is_here = covered(facts.territory, here.place, here.known.atlas.coverage) is Coverage.WHOLE
        is_meant = facts.is_verified and is_here and facts.channel in {"", channel} and facts.condition_vi not in held
        if is_meant and facts.valid_to and facts.valid_to < here.day <= facts.valid_to + _SAID_FOR:
            known = last.get(facts.condition_vi)
            if known is None or (known.valid_to or date.min) < facts.valid_to:
                last[facts.condition_vi] = facts
    return list(last.values())


@dataclass(frozen=True, slots=True)
class _Panel:
    here: Here
    record: RecordFacts
    channel: str

    def make(self) -> ChannelPanel | None:
        found = prices(self.here, self.record, self.channel)
        own = tuple(self._own(found))
        savings = tuple(self._saving(one, one.applied) for one in found if one.applied)
        told = tuple(self._told(found))
        varies = any(one.fee.varies for one in found)
        return ChannelPanel(own, savings, told, varies) if own or savings or told or varies else None

    def _own(self, found: Iterable[Price]) -> Iterable[OwnFee]:
        """Those that hold, then those that nobody has checked, then those that ended lately."""
        for one in found:
            if one.fee.source and (facts := self.here.known.tariff.fee(one.fee.source)):
                yield self._own_fee(facts, facts.status.value)
        for facts in self.here.known.tariff.fees.get(self.record.code, ()):
            fee = facts.fee(self.channel, "")
            is_here = covered(fee.territory, self.here.place, self.here.known.atlas.coverage) is Coverage.WHOLE
            if not fee.is_verified and is_here and facts.channel in {"", self.channel} and self._is_current(fee):
                yield self._own_fee(facts, "unverified")
        for facts in ended_fees(self.here, self.record, self.channel, found):
            yield self._own_fee(facts, "ended")

    def _is_current(self, fee: Fee) -> bool:
        return (fee.valid_from or self.here.day) <= self.here.day <= (fee.valid_to or self.here.day)

    def _own_fee(self, facts: LocalFeeFacts, status: str) -> OwnFee:
        code = self.here.locale.code
        return OwnFee(
            status=status, amount=money(facts.amount, code) if facts.amount else None, unit=per_unit(facts.unit, code),
            case=(facts.condition_en if code == "en" else "") or facts.condition_vi, ends=self._day(facts.valid_to),
            document=document_link(facts.document, self.here.locale), is_demo=facts.is_demo or facts.document.is_demo,
        )  # fmt: skip

    def _saving(self, one: Price, applied: Reduction) -> Saving:
        facts, code = self.here.known.tariff.reductions[applied.slug], self.here.locale.code
        return Saving(
            amount=money(one.saving, code), paid=money(one.paid or 0, code), full=money(one.fee.amount or 0, code),
            case=(one.fee.case_en if code == "en" else "") or one.fee.case, name=facts.name(code),
            url=reduction_url(applied.slug, self.here.locale), ends=self._day(applied.valid_to),
            document=document_link(facts.document, self.here.locale),
            others=tuple(self.here.known.tariff.reductions[other.slug].name(code) for other in one.outdone),
            is_demo=facts.is_demo or facts.document.is_demo,
        )  # fmt: skip

    def _told(self, found: Iterable[Price]) -> Iterable[Told]:
        said: set[str] = set()
        for one in found:
            for kind in ("unpriced", "unsure", "unverified", "coming", "ended"):
                for rule in getattr(one, kind):
                    is_old = kind == "ended" and rule.valid_to and rule.valid_to + _SAID_FOR < self.here.day
                    if rule.slug not in said and not is_old:
                        said.add(rule.slug)
                        yield self._line(kind, rule)

    def _line(self, kind: str, rule: Reduction) -> Told:
        facts = self.here.known.tariff.reductions[rule.slug]
        territory = territory_name(rule.territory, self.here.locale.code, self.here.known.atlas, is_short=True)
        day = {"coming": rule.valid_from, "ended": rule.valid_to}.get(kind)
        return Told(
            kind=kind, name=facts.name(self.here.locale.code), url=reduction_url(rule.slug, self.here.locale),
            off=off(rule, self.here.locale.code), territory=territory,
            day=self._day(day), is_demo=facts.is_demo or facts.document.is_demo,
        )  # fmt: skip

    def _day(self, day: date | None) -> str | None:
        return formats.day(day, self.here.locale.code) if day else None
