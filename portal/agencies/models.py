"""Table of the agencies."""

from __future__ import annotations

from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class AgencyKind(StrEnum):
    """What an agency is to somebody who needs it."""

    COMMITTEE = "committee"
    DEPARTMENT = "department"
    SERVICE_CENTER = "service_center"
    POLICE = "police"
    LAND_OFFICE = "land_office"
    POST_OFFICE = "post_office"
    HOTLINE = "hotline"
    OTHER = "other"


class Agency(Base):
    """A department, a commune's committee, a service centre. `slug` names it in addresses and in the staff's scopes.

    Its territory is a place; contacts that nobody has entered are empty. `confirmed_on` has, by the name of a contact,
    the ISO day on which somebody last said that it is right.
    """

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(String(20), default=AgencyKind.OTHER.value)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="SET NULL"), index=True)
    territory_id: Mapped[int | None] = mapped_column(ForeignKey("places.id", ondelete="SET NULL"), index=True)
    address: Mapped[str] = mapped_column(Text, default="")
    hours: Mapped[str] = mapped_column(Text, default="")
    phones: Mapped[list[str]] = mapped_column(default=list)
    email: Mapped[str] = mapped_column(Text, default="")
    website: Mapped[str] = mapped_column(Text, default="")
    confirmed_on: Mapped[dict[str, Any]] = mapped_column(default=dict)
    is_demo: Mapped[bool] = mapped_column(default=False)
