"""Tables of the community digital teams.

A team, its members and its hours are content: whatever changes there is gone from every kept page at once. The tally
is not.
"""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from portal.core.db import Base


class MemberRole(StrEnum):
    """A member's part in the team."""

    LEADER = "leader"
    DEPUTY = "deputy"
    MEMBER = "member"


class Team(Base):
    """A team of a commune. `slug` names it in addresses, in share links and as the scope of its leader.

    `confirmed_on` is the day on which somebody last said that all of it is right, `ended_on` the last day of a team
    that was disbanded: its page stays and says so. `notes` are the staff's own.
    """

    __tablename__ = "teams"
    __table_args__ = (Index(None, "place_id", "ended_on"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    slug: Mapped[str] = mapped_column(String(120), unique=True)
    name: Mapped[str] = mapped_column(Text)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="RESTRICT"))
    meeting_place: Mapped[str] = mapped_column(Text, default="")
    meeting_hours: Mapped[str] = mapped_column(Text, default="")
    notes: Mapped[str] = mapped_column(Text, default="")
    confirmed_on: Mapped[date | None]
    ended_on: Mapped[date | None]
    is_demo: Mapped[bool] = mapped_column(default=False)
    updated_at: Mapped[datetime]


class TeamVillage(Base):
    """A village that a team serves; a team without any serves its whole commune."""

    __tablename__ = "team_villages"

    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), primary_key=True)
    place_id: Mapped[int] = mapped_column(ForeignKey("places.id", ondelete="RESTRICT"), primary_key=True, index=True)


class TeamMember(Base):
    """Somebody of a team. Their name, telephone and Zalo number are public from `consented_on` until `withdrawn_on`.

    `code` names them in addresses of the staff. `confirmed_on` is the day on which their contact was last confirmed.
    """

    __tablename__ = "team_members"
    __table_args__ = (
        Index(None, "team_id", "position"),
        CheckConstraint("withdrawn_on IS NULL OR consented_on IS NOT NULL", name="withdrawn_after_consent"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    position: Mapped[int] = mapped_column(default=0)
    role: Mapped[str] = mapped_column(String(10), default=MemberRole.MEMBER.value)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(String(20), default="")
    zalo: Mapped[str] = mapped_column(String(20), default="")
    consented_on: Mapped[date | None]
    withdrawn_on: Mapped[date | None]
    confirmed_on: Mapped[date | None]


class TeamShift(Base):
    """When somebody of the team is at the commune's counter: a weekday (1 is Monday), times in minutes of the day."""

    __tablename__ = "team_shifts"
    __table_args__ = (
        CheckConstraint("weekday BETWEEN 1 AND 7", name="weekday"),
        CheckConstraint("starts >= 0 AND ends > starts AND ends <= 1440", name="times"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"), index=True)
    member_id: Mapped[int | None] = mapped_column(ForeignKey(TeamMember.id, ondelete="SET NULL"))
    weekday: Mapped[int]
    starts: Mapped[int]
    ends: Mapped[int]


class TeamTally(Base):
    """How many people a team helped with a guide on a day (Asia/Ho_Chi_Minh), as its leader entered it.

    `key` is made by the form that was sent: what arrives twice, as after a time without network, counts once. What was
    taken back, at `undone_at`, counts no more but stays, so that its key, arriving late, doesn't bring it back.
    """

    __tablename__ = "team_tallies"
    __table_args__ = (
        UniqueConstraint("team_id", "key"),
        Index(None, "team_id", "day"),
        CheckConstraint("people > 0", name="people"),
        {"info": {"content": False}},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    team_id: Mapped[int] = mapped_column(ForeignKey(Team.id, ondelete="CASCADE"))
    key: Mapped[str] = mapped_column(String(64))
    guide: Mapped[str] = mapped_column(String(100), default="")
    day: Mapped[date]
    people: Mapped[int]
    recorded_at: Mapped[datetime]
    undone_at: Mapped[datetime | None]
