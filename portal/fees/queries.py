"""Every SELECT of fees and reductions. Pages ask `tariff`, one small snapshot per content version.

Nothing in a snapshot depends on the day: whether something holds is asked of it anew for every page.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select

from portal.core.content import memoised_by_content
from portal.core.db import db
from portal.fees.arithmetic import Fee, FeeStatus, Reduction, Setter, narrowed
from portal.fees.models import FeeReduction, LocalFee
from portal.legal import queries as legal
from portal.legal.validity import DocumentFacts, IssuerKind


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalFeeFacts:
    """A fee of the province's own; its dates are no longer than its document's."""

    code: str
    procedure: str
    channel: str
    territory: str
    status: FeeStatus
    amount: int | None
    unit: str
    condition_vi: str
    condition_en: str
    valid_from: date | None
    valid_to: date | None
    document: DocumentFacts
    is_demo: bool
    is_checked: bool = True

    @property
    def is_verified(self) -> bool:
        """Whether somebody vouches for the document, and for what was entered from it."""
        return self.is_checked and self.document.is_verified

    def fee(self, channel: str, field: str) -> Fee:
        """The fee as the arithmetic takes it, for one way to file."""
        is_councils = self.document.issuer_kind is IssuerKind.COUNCIL
        return Fee(
            procedure=self.procedure, channel=channel, status=self.status, amount=self.amount, field=field,
            setter=Setter.COUNCIL if is_councils else Setter.NATIONAL, case=self.condition_vi,
            case_en=self.condition_en, unit=self.unit, territory=self.territory, valid_from=self.valid_from,
            valid_to=self.valid_to, is_verified=self.is_verified, source=self.code,
            is_for_every_channel=not self.channel,
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class ReductionFacts:
    """A reduction: its rule, whose dates are no longer than its document's, and its words."""

    rule: Reduction
    name_vi: str
    name_en: str
    document: DocumentFacts
    is_demo: bool

    def name(self, locale: str) -> str:
        """What it is called; in Vietnamese where the language has no name for it."""
        return (self.name_en if locale == "en" else self.name_vi) or self.name_vi


@dataclass(frozen=True, slots=True)
class Tariff:
    """All fees of the province's own, by procedure, and all reductions, by slug."""

    fees: Mapping[str, tuple[LocalFeeFacts, ...]]
    reductions: Mapping[str, ReductionFacts]
    rules: tuple[Reduction, ...]

    def fee(self, code: str) -> LocalFeeFacts | None:
        """One fee by its code."""
        return next((fee for fees in self.fees.values() for fee in fees if fee.code == code), None)


@memoised_by_content
def tariff(with_demo: bool) -> Tariff:
    """All fees and reductions, illustrative ones only where asked for: three statements per content version."""
    documents = {document.id: document for document in legal.documents(with_demo)}
    fees: defaultdict[str, list[LocalFeeFacts]] = defaultdict(list)
    for row in db.session.scalars(select(LocalFee).order_by(LocalFee.procedure, LocalFee.code)):
        if row.document_id in documents and (with_demo or not row.is_demo):
            fees[row.procedure].append(_fee(row, documents[row.document_id]))
    reductions = {
        row.slug: _reduction(row, documents[row.document_id])
        for row in db.session.scalars(select(FeeReduction).order_by(FeeReduction.slug))
        if row.document_id in documents and (with_demo or not row.is_demo)
    }
    rules = tuple(reduction.rule for reduction in reductions.values())
    return Tariff({code: tuple(own) for code, own in fees.items()}, reductions, rules)


def _fee(row: LocalFee, document: DocumentFacts) -> LocalFeeFacts:
    begins, ends = narrowed((row.valid_from, row.valid_to), (document.effective_from, document.effective_to))
    return LocalFeeFacts(
        code=row.code, procedure=row.procedure, channel=row.channel, territory=row.territory,
        status=FeeStatus(row.status), amount=row.amount, unit=row.unit, condition_vi=row.condition_vi,
        condition_en=row.condition_en, valid_from=begins, valid_to=ends, document=document, is_demo=row.is_demo,
        is_checked=row.verified_at is not None,
    )  # fmt: skip


def _reduction(row: FeeReduction, document: DocumentFacts) -> ReductionFacts:
    begins, ends = narrowed((row.valid_from, row.valid_to), (document.effective_from, document.effective_to))
    rule = Reduction(
        slug=row.slug, percent=row.percent, amount=row.amount, procedures=frozenset(row.procedures),
        fields=frozenset(row.fields), channels=frozenset(row.channels), territory=row.territory, valid_from=begins,
        valid_to=ends, is_verified=document.is_verified and row.verified_at is not None,
        applies_to_national_rates=row.applies_to_national_rates,
    )  # fmt: skip
    return ReductionFacts(rule=rule, name_vi=row.name_vi, name_en=row.name_en, document=document, is_demo=row.is_demo)


def local_fee(code: str) -> LocalFee | None:
    """A fee to change."""
    return db.session.scalar(select(LocalFee).where(LocalFee.code == code))


def fees_beside(fee: LocalFee) -> list[LocalFee]:
    """The other fees of the same procedure, case, way to file and territory, whatever their dates."""
    same = ("procedure", "condition_vi", "channel", "territory", "is_demo")
    alike = (getattr(LocalFee, name) == getattr(fee, name) for name in same)
    return list(db.session.scalars(select(LocalFee).where(LocalFee.code != fee.code, *alike).order_by(LocalFee.id)))


def reduction(slug: str) -> FeeReduction | None:
    """A reduction to change."""
    return db.session.scalar(select(FeeReduction).where(FeeReduction.slug == slug))


def reduction_slugs() -> set[str]:
    """The slugs that are taken."""
    return set(db.session.scalars(select(FeeReduction.slug)))


def sitemap_rows() -> list[tuple[str, datetime]]:
    """Slug and last change of every real reduction."""
    rows = db.session.execute(
        select(FeeReduction.slug, FeeReduction.updated_at)
        .where(FeeReduction.is_demo.is_(False))
        .order_by(FeeReduction.slug)
    )
    return [(row.slug, row.updated_at) for row in rows]
