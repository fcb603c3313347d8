"""Tables of the adoption statistics. Public pages show all of them, so each is content."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, Integer, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base

# In the place of an import's code: counted by this portal itself.
PORTAL = "portal"
_BIG_ID = BigInteger().with_variant(Integer(), "sqlite")


class UnitKind(StrEnum):
    """Whom a figure is of."""

    PLACE = "place"
    AGENCY = "agency"


class Span(StrEnum):
    """What an observation covers. MONTH_OF_DAYS is the sum of a month's days, where no month was reported."""

    DAY = "day"
    MONTH = "month"
    MONTH_OF_DAYS = "days"
    QUARTER = "quarter"
    YEAR = "year"


class Form(StrEnum):
    """What a published figure is."""

    RATE = "rate"
    RANK = "rank"
    SCORE = "score"
    COUNT = "count"
    AMOUNT = "amount"


class FigureUnit(Base):
    """A place or an agency that figures are of, by its slug; a number instead of it keeps observations small."""

    __tablename__ = "figure_units"
    __table_args__ = (UniqueConstraint("kind", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[str] = mapped_column(String(10))
    key: Mapped[str] = mapped_column(String(120))
    # As it was called when its first figure came: what is shown where nobody knows the slug any more.
    name: Mapped[str] = mapped_column(Text)


class FigureReport(Base):
    """Where figures come from: a document, who brought it and when. `as_of` is the day that it says it is of.

    `batch` is the import's code, PORTAL for what this portal counted, "" for what was entered in another way.
    """

    __tablename__ = "figure_reports"

    id: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    as_of: Mapped[date | None]
    batch: Mapped[str] = mapped_column(String(16), index=True)
    entered_by: Mapped[str] = mapped_column(Text)
    recorded_at: Mapped[datetime]
    is_demo: Mapped[bool]


class Observation(Base):
    """What was last reported of an indicator, a unit and a period. A share's denominator holds its numerator.

    Kept in the order of its key, which is that of most questions: one indicator, one period, all units.
    """

    __tablename__ = "observations"
    __table_args__ = (
        CheckConstraint("numerator >= 0", name="numerator"),
        CheckConstraint("denominator IS NULL OR denominator >= numerator", name="share"),
        Index("ix_observations_of_unit", "unit_id", "indicator", "span", "starts_on"),
        {"sqlite_with_rowid": False},
    )

    indicator: Mapped[str] = mapped_column(String(40), primary_key=True)
    span: Mapped[str] = mapped_column(String(8), primary_key=True)
    starts_on: Mapped[date] = mapped_column(primary_key=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey(FigureUnit.id, ondelete="RESTRICT"), primary_key=True)
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    # Of how many days a MONTH_OF_DAYS is the sum; 0 for what was reported as it stands.
    days: Mapped[int] = mapped_column(Integer, default=0)
    report_id: Mapped[int] = mapped_column(ForeignKey(FigureReport.id, ondelete="RESTRICT"))


class ObservationRevision(Base):
    """An observation as it was until a later report, or the undoing of an import (`is_withdrawn`), replaced it."""

    __tablename__ = "observation_revisions"
    __table_args__ = (Index("ix_observation_revisions_of_unit", "unit_id", "indicator", "span", "starts_on"),)

    id: Mapped[int] = mapped_column(_BIG_ID, primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40))
    span: Mapped[str] = mapped_column(String(8))
    starts_on: Mapped[date]
    unit_id: Mapped[int] = mapped_column(ForeignKey(FigureUnit.id, ondelete="RESTRICT"))
    numerator: Mapped[int] = mapped_column(BigInteger)
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    report_id: Mapped[int] = mapped_column(ForeignKey(FigureReport.id, ondelete="RESTRICT"))
    replaced_at: Mapped[datetime]
    is_withdrawn: Mapped[bool]


class PublishedFigure(Base):
    """A figure as a source prints it, without what it was made of: a text, so that nobody reckons with it.

    `place` is the slug of the unit that it belongs to, "" for none; `scope_vi` says what exactly it is of.
    """

    __tablename__ = "published_figures"
    __table_args__ = (
        CheckConstraint("form IN ('rate', 'rank', 'score', 'count', 'amount')", name="form"),
        CheckConstraint("document <> '' OR url <> ''", name="has_source"),
        Index("ix_published_figures_place", "place", "starts_on"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(80), unique=True)
    indicator: Mapped[str] = mapped_column(String(40))
    form: Mapped[str] = mapped_column(String(10))
    name_vi: Mapped[str] = mapped_column(Text)
    name_en: Mapped[str] = mapped_column(Text)
    printed: Mapped[str] = mapped_column(String(60))
    scope_vi: Mapped[str] = mapped_column(Text)
    scope_en: Mapped[str] = mapped_column(Text)
    place: Mapped[str] = mapped_column(String(120))
    period_vi: Mapped[str] = mapped_column(Text)
    period_en: Mapped[str] = mapped_column(Text)
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    document: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    published_on: Mapped[date | None]
    note_vi: Mapped[str] = mapped_column(Text)
    note_en: Mapped[str] = mapped_column(Text)
    # True until the province writes it itself; then what ships no longer overwrites it.
    is_starter: Mapped[bool]
    # Taken back by staff: shown nowhere. The row stays, so that what ships doesn't bring it again.
    is_withdrawn: Mapped[bool] = mapped_column(default=False)


class Target(Base):
    """What a document wants of an indicator: at least `hundredths` of a percent, or at most where less is better.

    `applies_to` is "" for all, a type of place such as `xa`, or a unit as `place:xa-ba-xa`.
    """

    __tablename__ = "figure_targets"
    __table_args__ = (
        UniqueConstraint("indicator", "applies_to", "starts_on"),
        CheckConstraint("hundredths BETWEEN 0 AND 10000", name="percent"),
        CheckConstraint("ends_on IS NULL OR ends_on >= starts_on", name="ends_after_beginning"),
        CheckConstraint("document <> ''", name="has_document"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    indicator: Mapped[str] = mapped_column(String(40))
    applies_to: Mapped[str] = mapped_column(String(131))
    starts_on: Mapped[date]
    ends_on: Mapped[date | None]
    hundredths: Mapped[int] = mapped_column(Integer)
    document: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    is_demo: Mapped[bool]
