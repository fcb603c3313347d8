"""Time: stored in UTC, shown in Asia/Ho_Chi_Minh."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

LOCAL_ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def now() -> datetime:
    """This moment, in UTC."""
    return datetime.now(UTC)


def today() -> date:
    """Today's date as people in Việt Nam know it."""
    return local_day(now())


def local_day(moment: datetime) -> date:
    """The date of a moment as people in Việt Nam know it."""
    return moment.astimezone(LOCAL_ZONE).date()
