"""Table of the agencies."""

from __future__ import annotations

from sqlalchemy import ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class Agency(Base):
    """A department, a commune's committee, a service centre. `slug` names it in addresses and in the staff's scopes."""

    __tablename__ = "agencies"

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(Text, unique=True)
    name: Mapped[str] = mapped_column(Text)
    superior_id: Mapped[int | None] = mapped_column(ForeignKey("agencies.id", ondelete="SET NULL"), index=True)
    is_demo: Mapped[bool] = mapped_column(default=False)
