"""Fees, reductions and documents in words' reach: formatted in one language, judged on one day."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.core import formats
from portal.core.i18n import Locale, localised_path
from portal.fees.arithmetic import Period, Price, Reduction, period_of
from portal.fees.queries import ReductionFacts
from portal.fees.territories import territory_name
from portal.legal.validity import DocumentFacts, DocumentState
from portal.places.atlas import Atlas

REDUCTIONS = "/giam-phi"
DOCUMENTS = "/van-ban"
# The ways to file, in the order of pages.
CHANNELS = ("online", "direct", "postal")


@dataclass(frozen=True, slots=True)
class DocumentLink:
    """A document as a line names it; `verified_on` None where nobody has checked that it holds, as in a demo."""

    number: str
    url: str
    verified_on: str | None
    is_demo: bool


def document_link(document: DocumentFacts, locale: Locale) -> DocumentLink:
    """The link to a document's page."""
    checked_on = None if document.is_demo else document.verified_on
    verified = formats.day(checked_on, locale.code) if checked_on else None
    return DocumentLink(
        document.number, localised_path(f"{DOCUMENTS}/{document.slug}", locale), verified, document.is_demo
    )


def money(amount: int, locale: str) -> str:
    """An amount in đồng."""
    return formats.money(amount, "VND", locale)


def off(rule: Reduction, locale: str) -> str:
    """What a reduction takes off: "50%" or "10.000 đ"."""
    return f"{rule.percent}%" if rule.percent is not None else money(rule.amount or 0, locale)


def reduction_url(slug: str, locale: Locale) -> str:
    """The page of a reduction."""
    return localised_path(f"{REDUCTIONS}/{slug}", locale)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionView:
    """A reduction on a page. `state` is current, coming, ended, or unverified, which ended ones never are."""

    slug: str
    name: str
    state: str
    off: str
    url: str
    territory: str
    begins: str | None
    ends: str | None
    channels: tuple[str, ...]
    procedures: tuple[str, ...]
    fields: tuple[str, ...]
    applies_to_national_rates: bool
    document: DocumentLink
    is_demo: bool
    is_vietnamese: bool

    @property
    def is_for_all(self) -> bool:
        """Whether it is about every fee that the council sets."""
        return not self.procedures and not self.fields


def state_of(reduction: ReductionFacts, day: date) -> str:
    """What a page may say of a reduction on a day."""
    period = period_of(reduction.rule.valid_from, reduction.rule.valid_to, day)
    if period is Period.ENDED or reduction.document.state_on(day) is DocumentState.REPLACED:
        return Period.ENDED.value
    return period.value if reduction.rule.is_verified else "unverified"


def reduction_view(reduction: ReductionFacts, day: date, locale: Locale, places: Atlas) -> ReductionView:
    """A reduction in one language on one day."""
    rule = reduction.rule
    return ReductionView(
        slug=rule.slug, name=reduction.name(locale.code), state=state_of(reduction, day), off=off(rule, locale.code),
        url=reduction_url(rule.slug, locale), territory=territory_name(rule.territory, locale.code, places),
        begins=formats.day(rule.valid_from, locale.code) if rule.valid_from else None,
        ends=formats.day(rule.valid_to, locale.code) if rule.valid_to else None,
        channels=tuple(sorted(rule.channels)), procedures=tuple(sorted(rule.procedures)),
        fields=tuple(sorted(rule.fields)), applies_to_national_rates=rule.applies_to_national_rates,
        document=document_link(reduction.document, locale), is_demo=reduction.is_demo or reduction.document.is_demo,
        is_vietnamese=locale.code == "vi" or not reduction.name_en,
    )  # fmt: skip


def channel_label(channel: str) -> str:
    """A way to file; "" is every one."""
    labels: dict[str, str] = {
        "": _("Mọi cách nộp"), "online": _("Nộp trực tuyến"), "direct": _("Nộp trực tiếp"),
        "postal": _("Qua bưu chính"),
    }  # fmt: skip
    return labels[channel]


def unknown_words(found: Iterable[Price], place: str | None) -> str:
    """Why an amount isn't known: some communes have a fee of their own, or nobody has published one."""
    if not any(one.fee.varies for one in found):
        return str(_("chưa rõ"))
    return str(_("tùy xã, phường: chọn xã để biết") if place is None else _("tùy nơi trong xã, phường"))


def unit_label(found: Sequence[Price]) -> str:
    """What is counted: the one unit that all these prices are for, else how often one files."""
    labels: dict[str, str] = {
        "trang": _("trang"), "bản": _("bản"), "thẻ": _("thẻ"), "hộ chiếu": _("hộ chiếu"), "hồ sơ": _("hồ sơ"),
        "giấy": _("giấy"), "người": _("người"), "trường hợp": _("trường hợp"), "giao dịch": _("giao dịch"),
        "": _("lần nộp"), "lần": _("lần nộp"), "lần cấp": _("lần cấp"), "lần đăng ký": _("lần đăng ký"),
    }  # fmt: skip
    units = {one.fee.unit for one in found if one.fee.amount is not None}
    unit = units.pop() if len(units) == 1 else ""
    return labels.get(unit, unit)
