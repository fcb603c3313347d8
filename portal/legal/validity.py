"""Whether a document holds on a day; pure, so that a page can ask for any day."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class IssuerKind(StrEnum):
    """Who issued a document, as far as fees care: only what a provincial council set is the province's to cut."""

    COUNCIL = "council"
    PROVINCE = "province"
    NATIONAL = "national"
    OTHER = "other"


class DocumentState(StrEnum):
    """What may be said of a document on one day."""

    VERIFIED = "verified"
    UNVERIFIED = "unverified"
    COMING = "coming"
    EXPIRED = "expired"
    REPLACED = "replaced"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """A document as pages know it. Dates are inclusive; None is "not known" or, at the end, "until further notice"."""

    id: int
    slug: str
    number: str
    issuer: str
    issuer_kind: IssuerKind
    issued_on: date | None
    title: str
    title_en: str
    url: str
    effective_from: date | None
    effective_to: date | None
    verified_on: date | None
    replaced_by: str | None
    summary_vi: str
    summary_en: str
    source: str
    is_demo: bool

    @property
    def is_verified(self) -> bool:
        """Whether somebody has checked that it holds between its dates."""
        return self.verified_on is not None

    def title_in(self, locale: str) -> tuple[str, str]:
        """What it is called, and the language of that: Vietnamese where the language has no name for it."""
        return (self.title_en, "en") if locale == "en" and self.title_en else (self.title, "vi")

    def summary(self, locale: str) -> str:
        """What it says, in our words; in Vietnamese where the language has none."""
        return (self.summary_en if locale == "en" else self.summary_vi) or self.summary_vi

    def state_on(self, day: date) -> DocumentState:
        """What may be said of it on a day in Việt Nam; what has ended has ended, checked or not."""
        if self.effective_to is not None and day > self.effective_to:
            return DocumentState.REPLACED if self.replaced_by else DocumentState.EXPIRED
        if not self.is_verified:
            return DocumentState.UNVERIFIED
        if self.effective_from is not None and day < self.effective_from:
            return DocumentState.COMING
        return DocumentState.VERIFIED


Allows = Callable[[str], bool]
