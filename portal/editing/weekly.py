"""The weekly mail: what waits for an editor, and where; nothing of what anybody wrote to us."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from html import unescape

from flask_babel import gettext as _

from portal.accounts import queries as account_queries
from portal.accounts.mails import language_of
from portal.accounts.models import User
from portal.core import clock
from portal.core.clock import LOCAL_ZONE, local_day
from portal.core.db import db, unit_of_work
from portal.core.i18n import Locale, localised_path, speaking
from portal.core.pages import renderer
from portal.core.permissions import ROLE_PERMISSIONS, Actor, Permission
from portal.core.second_person import has_written
from portal.editing import queries
from portal.editing.attention import MOST_LINES, Attention, Page, attention
from portal.editing.attention_links import Broken
from portal.editing.charges import of_others
from portal.editing.ending import Ending
from portal.editing.states import DraftState
from portal.outbox.mail import InvalidAddress, is_asked_for, send_later
from portal.outbox.registry import Delivery
from portal.outbox.service import enqueue

WEEKLY = "weekly_attention"
_AT = time(7)
_LAST_DAY = 2  # Wednesday
_MOST_LINES = 3
_HERE = "/can-bo/can-xem"
_DRAFTS = "/can-bo/ban-thao/"
_GUIDES = "/can-bo/huong-dan/"
_ENDING = {"documents": "/can-bo/van-ban/", "reductions": "/can-bo/giam-phi/"}


@dataclass(frozen=True, slots=True)
class Section:
    """One kind of work: how much there is, and the first of it with where to do it (paths without a language)."""

    heading: str
    count: int
    lines: Sequence[tuple[str, str]]


def ask_for_weekly(now: datetime) -> None:
    """Have this week's mails written from Monday at seven in Việt Nam on; once for each week, whoever asks when.

    A worker that was away catches up until Wednesday; then the next Monday is nearer.
    """
    local = now.astimezone(LOCAL_ZONE)
    if local.weekday() <= _LAST_DAY and (local.weekday(), local.time()) >= (0, _AT):
        week = week_of(local.date())
        enqueue(WEEKLY, {"week": week}, key=week, now=now)


def week_of(day: date) -> str:
    """The ISO week of a day, such as 2026-W53."""
    year, week, _weekday = day.isocalendar()
    return f"{year}-W{week:02}"


def send_weekly(delivery: Delivery) -> None:
    """Write to every editor for whom something waits and who wants it; begun anew, nobody gets a second mail."""
    codes = [user.code for user in account_queries.holding(Permission.EDIT_CONTENT) if user.weekly_mail]
    db.session.rollback()
    for code in codes:
        delivery.renew()
        write_to(code, str(delivery.payload["week"]), now=clock.now())


def write_to(code: str, week: str, *, now: datetime) -> bool:
    """One editor's mail of a week; False where they have it already, want none, or nothing waits."""
    key = f"weekly:{week}:{code}"
    user = account_queries.user_by_code(code)
    if user is None or user.is_demo or not user.is_active or not user.weekly_mail or is_asked_for(key):
        return False
    locale, email = language_of(user), user.email
    with speaking(locale.code):
        found = _sections(user, local_day(now))
        if not found:
            return False
        subject, text = _letter(found, locale)
    db.session.rollback()  # what was read is not part of the work of sending
    try:
        with unit_of_work():
            send_later(email, subject, text, key=key, now=now)
    except InvalidAddress:
        return False
    return True


def _letter(sections: Sequence[Section], locale: Locale) -> tuple[str, str]:
    origin = renderer().config.site_url + localised_path("", locale)
    text = renderer().text(
        "email/weekly.txt", locale, sections=sections, origin=origin, most=MOST_LINES, all_url=origin + _HERE,
        off_url=f"{origin}/can-bo/tai-khoan",
    )  # fmt: skip
    # Templates escape for HTML; in a plain text the characters stand for themselves.
    lines = [line.strip() for line in unescape(text).splitlines() if line.strip()]
    return lines[0], "\n".join(f"\n{line}" if line.startswith("* ") else line for line in lines[1:])


def _sections(user: User, today: date) -> list[Section]:
    found = [*_draft_sections(user), *_attention_sections(attention(today, user.code))]
    return [section for section in found if section.count]


def _draft_sections(user: User) -> list[Section]:
    permissions = {one for grant in user.grants for one in ROLE_PERMISSIONS[grant.role]}
    me, others = Actor("user", user.code, user.name), of_others(user.code)
    drafts = queries.open_drafts()
    review = [
        row for row in drafts
        if row.state == DraftState.IN_REVIEW and Permission.REVIEW_CONTENT in permissions
        and not has_written(row.writers, me)
    ]  # fmt: skip
    approved = [row for row in drafts if row.state == DraftState.APPROVED and row.slug not in others]
    lists = ((_("Bản thảo chờ bạn duyệt"), review), (_("Bản thảo đã duyệt, chờ đăng"), approved))
    return [
        Section(heading, len(rows), [(row.title or row.slug, _DRAFTS + row.code) for row in rows[:_MOST_LINES]])
        for heading, rows in lists
    ]


def _attention_sections(found: Attention) -> list[Section]:
    headings = {
        "feedback": _("Trang đang có phản ánh chưa xong"), "broken": _("Liên kết hỏng"),
        "records": _("Thủ tục chính thức đã đổi sau lần sửa trang"), "reviews": _("Trang đến hạn rà soát"),
        "useless": _("Trang nhiều người thấy chưa hữu ích"), "searches": _("Tìm mà không thấy gì"),
        "stale": _("Bản dịch cũ"), "untranslated": _("Chưa dịch đủ"),
        "documents": _("Văn bản chưa xác minh, sắp hết hoặc mới hết hiệu lực"),
        "reductions": _("Giảm phí sắp hết hoặc mới hết"),
    }  # fmt: skip
    return [
        Section(headings[name], len(rows), [line for row in rows[:_MOST_LINES] if (line := _line(name, row))])
        for name, rows in found.lists.items()
    ]


def _line(name: str, row: object) -> tuple[str, str] | None:
    """Nothing of what was searched for: people type names and numbers there."""
    if isinstance(row, Page):
        return row.title, _GUIDES + row.slug
    if isinstance(row, Ending):
        return row.name, _ENDING[name] + row.slug
    return (row.url, row.pages[0][1]) if isinstance(row, Broken) else None
