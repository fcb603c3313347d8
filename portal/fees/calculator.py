"""The calculator's bill: every line by every way to file, in words, and totals that say what isn't in them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import formats
from portal.core.i18n import Locale, localised_path
from portal.core.registry import explained_procedures
from portal.fees.arithmetic import Fee, Line, Price, Reduction, Total, cheaper_by, line, total
from portal.fees.panel import Here, ended_fees, prices
from portal.fees.present import (
    CHANNELS,
    DocumentLink,
    channel_label,
    document_link,
    money,
    off,
    reduction_url,
    unit_label,
    unknown_words,
)
from portal.fees.records import has_waivers
from portal.fees.selection import Chosen, Selection, case_key
from portal.fees.territories import territory_name
from portal.procedures.present import record_view
from portal.procedures.queries import RecordFacts


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What one line costs by one way to file, in words; `kind` is amount, range, unknown or none (no such way)."""

    channel: str
    kind: str
    text: str
    saving: str
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BillLine:
    """One service, so many times; `unit` says what is counted.

    `cases` are those to choose from: key, words, whether chosen; `is_open` where none is yet.

    `has_waivers`: some people or cases pay nothing; no amount counts on that.
    """

    chosen: Chosen
    unit: str
    title: str
    title_locale: str
    url: str
    cases: tuple[tuple[str, str, bool], ...]
    is_open: bool
    has_waivers: bool
    cells: tuple[Cell, ...]
    as_of: str
    source_url: str
    documents: tuple[DocumentLink, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sum:
    """The total of one way to file, in words; `is_whole` where no service is missing from it."""

    channel: str
    text: str
    missing: tuple[str, ...]
    saving: str
    is_whole: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A reduction, or an ended fee of the province's, that is in no total: its name, page and why."""

    name: str
    url: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """Everything that the page shows."""

    lines: tuple[BillLine, ...]
    sums: tuple[Sum, ...]
    cheaper: str
    said: tuple[Said, ...]
    is_demo: bool


Found = dict[str, tuple[Price, ...]]


def bill(selection: Selection, records: Mapping[str, RecordFacts], here: Here) -> Bill:
    """The bill; every service of the selection must be among the records."""
    lines, sums = [], {channel: list[Line]() for channel in CHANNELS}
    undecided = dict.fromkeys(CHANNELS, 0)
    told: dict[str, dict[str, Reduction]] = {}
    ended: dict[str, Said] = {}
    is_demo = False
    for chosen in selection:
        record = records[chosen.code]
        found = {channel: prices(here, record, channel) for channel in CHANNELS if channel in record.channels}
        picked = {channel: _picked(options, chosen.case) for channel, options in found.items()}
        counted = {
            channel: line(picked.get(channel, ()), chosen.times, is_offered=channel in picked) for channel in CHANNELS
        }
        for channel, one in counted.items():
            sums[channel].append(one)
            undecided[channel] += one.is_unknown and _is_undecided(picked.get(channel, ()))
        service = _Service(chosen, record, found, picked, counted)
        lines.append(_line(service, here))
        is_demo = is_demo or any(document.is_demo for document in lines[-1].documents)
        _tell(picked, told)
        ended |= {one.name: one for one in _ended(service, lines[-1].title, here)}
    totals = {channel: total(found) for channel, found in sums.items()}
    shown = (_sum(channel, one, len(lines), undecided[channel], here.locale) for channel, one in totals.items())
    return Bill(
        lines=tuple(lines), sums=tuple(shown),
        cheaper=_cheaper(totals, here.locale), said=(*_said(told, here), *ended.values()), is_demo=is_demo,
    )  # fmt: skip


def _picked(options: Sequence[Price], case: str) -> tuple[Price, ...]:
    """The chosen case where this way to file knows it, else all of them."""
    return tuple(one for one in options if case and case_key(one.fee.case) == case) or tuple(options)


def _is_undecided(options: Sequence[Price]) -> bool:
    """Whether the amount hangs on a choice that the person hasn't made."""
    return len({one.paid for one in options}) > 1


def _cases(found: Found, chosen: Chosen, locale: str) -> tuple[tuple[str, str, bool], ...]:
    """Each case once; those that a translation calls alike by their Vietnamese wording too."""
    fees: dict[str, Fee] = {}
    for options in found.values():
        for one in options if _is_undecided(options) else ():
            fees.setdefault(case_key(one.fee.case), one.fee)
    usual = str(_("Trường hợp thường"))
    words = {key: (fee.case_en if locale == "en" else "") or fee.case or usual for key, fee in fees.items()}
    said = Counter(words.values())
    return tuple(
        (key, label if said[label] == 1 else f"{label} ({fees[key].case or usual})", key == chosen.case)
        for key, label in words.items()
    )


@dataclass(frozen=True, slots=True)
class _Service:
    """One line on its way: all prices by way to file, those of the chosen case, and what they come to."""

    chosen: Chosen
    record: RecordFacts
    found: Found
    picked: Found
    counted: Mapping[str, Line]


def _line(service: _Service, here: Here) -> BillLine:
    locale, chosen, record, picked = here.locale, service.chosen, service.record, service.picked
    guide = next(iter(explained_procedures(locale.code).get(chosen.code, ())), None)
    title, path = (guide.title, guide.path) if guide else (record.name, f"/thu-tuc/{chosen.code}")
    shown = record_view(record, locale=locale, today=here.day)
    cases = _cases(service.found, chosen, locale.code)
    return BillLine(
        chosen=chosen, unit=unit_label([one for options in picked.values() for one in options]), title=title,
        title_locale=guide.title_locale if guide else "vi",
        url=localised_path(path, locale), cases=cases,
        is_open=bool(cases) and not any(is_chosen for _key, _label, is_chosen in cases),
        has_waivers=has_waivers(record, here.day),
        cells=tuple(_cell(channel, one, picked.get(channel, ()), here) for channel, one in service.counted.items()),
        as_of=shown.as_of, source_url=shown.source_url, documents=tuple(_documents(picked, here)),
    )  # fmt: skip


def _cell(channel: str, one: Line, picked: Sequence[Price], here: Here) -> Cell:
    locale = here.locale.code
    saving, note = "", ""
    if not one.is_offered:
        kind, text = "none", str(_("không có cách nộp này"))
    elif one.low is None or one.high is None:
        kind = "unknown"
        text = str(_("chưa chọn trường hợp")) if _is_undecided(picked) else unknown_words(picked, here.place)
    elif one.low != one.high:
        kind, text = (
            "range",
            str(_("từ %(low)s đến %(high)s", low=money(one.low, locale), high=money(one.high, locale))),
        )
    else:
        kind, text = "amount", money(one.low, locale) if one.low else str(_("không thu phí"))
    if one.saving:
        saving = str(_("đã giảm %(amount)s", amount=money(one.saving, locale)))
    if kind == "range":
        note = str(_("chưa chọn trường hợp"))
    elif any(price.outdone for price in picked):
        note = str(_("Có nhiều chính sách cùng lúc, chỉ tính chính sách lợi nhất."))
    return Cell(channel=channel_label(channel), kind=kind, text=text, saving=saving, note=note)


def _documents(picked: Found, here: Here) -> Iterable[DocumentLink]:
    """The documents that the amounts of a line rest on, each once."""
    found = {}
    for one in (price for options in picked.values() for price in options):
        facts = here.known.tariff.fee(one.fee.source) if one.fee.source else None
        for document in (
            facts.document if facts else None,
            here.known.tariff.reductions[one.applied.slug].document if one.applied else None,
        ):
            if document is not None:
                found[document.id] = document_link(document, here.locale)
    return found.values()


def _sum(channel: str, one: Total, count: int, undecided: int, locale: Locale) -> Sum:
    known = count - one.unknown - one.not_offered
    low, high = money(one.low, locale.code), money(one.high, locale.code)
    amount = low if one.low == one.high else str(_("từ %(low)s đến %(high)s", low=low, high=high))
    if known == count:
        text = amount
    elif known:
        # A zero would read as a sum.
        said = {"known": known, "count": count, "amount": amount if one.high else _("không thu phí")}
        text = str(_("Chưa tính hết: mới được %(known)s trong %(count)s dịch vụ, %(amount)s", **said))
    else:
        text = str(_("không nộp được bằng cách này") if one.not_offered == count else _("chưa rõ"))
    saving = str(_("đã giảm %(amount)s", amount=money(one.saving, locale.code))) if one.saving else ""
    missing = tuple(_missing(one.unknown - undecided, undecided, one.not_offered if one.not_offered < count else 0))
    return Sum(channel=channel_label(channel), text=text, missing=missing, saving=saving, is_whole=known == count)


def _missing(unknown: int, undecided: int, not_offered: int) -> Iterable[str]:
    """How many services are not in a total, and why."""
    if unknown:
        yield str(ngettext("%(num)s dịch vụ chưa rõ phí", "%(num)s dịch vụ chưa rõ phí", unknown))
    if undecided:
        yield str(ngettext("%(num)s dịch vụ chưa chọn trường hợp", "%(num)s dịch vụ chưa chọn trường hợp", undecided))
    if not_offered:
        yield str(
            ngettext(
                "%(num)s dịch vụ không nộp được bằng cách này",
                "%(num)s dịch vụ không nộp được bằng cách này",
                not_offered,
            )
        )


def _cheaper(totals: Mapping[str, Total], locale: Locale) -> str:
    saved = cheaper_by(totals["online"], totals["direct"])
    return money(saved, locale.code) if saved else ""


def _tell(picked: Found, told: dict[str, dict[str, Reduction]]) -> None:
    for one in (price for options in picked.values() for price in options):
        for kind in ("unpriced", "unsure", "unverified", "coming", "ended"):
            told.setdefault(kind, {}).update({rule.slug: rule for rule in getattr(one, kind)})


def _ended(service: _Service, title: str, here: Here) -> Iterable[Said]:
    for channel, found in service.found.items():
        for facts in ended_fees(here, service.record, channel, found):
            name = f"{_('Mức thu của tỉnh')}: {title}" + (f" ({facts.condition_vi})" if facts.condition_vi else "")
            day = formats.day(facts.valid_to, here.locale.code) if facts.valid_to else ""
            reason = str(_("Đã hết hiệu lực ngày %(date)s.", date=day))
            yield Said(name=name, url=document_link(facts.document, here.locale).url, reason=reason)


def _said(told: Mapping[str, Mapping[str, Reduction]], here: Here) -> Iterable[Said]:
    locale = here.locale
    for kind, rules in told.items():
        for slug, rule in rules.items():
            reasons: dict[str, str] = {
                "unpriced": _("Giảm %(off)s, nhưng mức phí gốc chưa rõ.", off=off(rule, locale.code)),
                "unsure": _(
                    "Chỉ dành cho %(place)s.", place=territory_name(rule.territory, locale.code, here.known.atlas)
                ),
                "unverified": _(
                    "Chưa xác minh hiệu lực. Dành cho %(place)s.",
                    place=territory_name(rule.territory, locale.code, here.known.atlas),
                ),
                "coming": _("Chưa áp dụng vào ngày này."),
                "ended": _("Đã hết hiệu lực vào ngày này."),
            }
            name = here.known.tariff.reductions[slug].name(locale.code)
            yield Said(name=name, url=reduction_url(slug, locale), reason=str(reasons[kind]))
