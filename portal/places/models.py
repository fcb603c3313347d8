"""Tables of the places."""

from __future__ import annotations

from datetime import date
from enum import StrEnum

from sqlalchemy import CheckConstraint, Float, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Level(StrEnum):
    """Tiers, those that ended in 2025 included."""

    PROVINCE = "province"
    DISTRICT = "district"
    COMMUNE = "commune"
    VILLAGE = "village"


class Place(Base):
    """A unit for as long as it existed. Statistical codes are used again for other units: the slug is the identity.

    `name` is without its type word ("Cẩm Thành"), `kind` is the type ("phuong"). `valid_to` is the last day; None
    stands for "still" there, and for "since before anybody asked" in `valid_from`.
    """

    __tablename__ = "places"
    __table_args__ = (
        UniqueConstraint("level", "code", "valid_from"),
        CheckConstraint(
            "valid_to IS NULL OR valid_from IS NULL OR valid_to >= valid_from", name="ends_after_beginning"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    level: Mapped[str] = mapped_column(String(10), index=True)
    kind: Mapped[str] = mapped_column(String(20))
    name: Mapped[str] = mapped_column(Text)
    code: Mapped[str | None] = mapped_column(String(10), index=True)
    valid_from: Mapped[date | None]
    valid_to: Mapped[date | None]
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="RESTRICT"), index=True)
    latitude: Mapped[float | None] = mapped_column(Float)
    longitude: Mapped[float | None] = mapped_column(Float)
    # Other names that people know the same unit by.
    former_names: Mapped[list[str]]
    # True until the province writes the place itself; then what ships no longer overwrites it.
    is_starter: Mapped[bool]


class Succession(Base):
    """What became of a unit: all of it went into the successor (`is_whole`), or a part."""

    __tablename__ = "place_successions"

    predecessor_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True)
    successor_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="CASCADE"), primary_key=True, index=True)
    is_whole: Mapped[bool]
