"""The staff's pages of the notices that all readers see: downtimes, and what is urgent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.notices import NoticeKind, Shown, SiteNotice, shown_from
from portal.core.permissions import Permission
from portal.core.saving import Problem, saved_or_shown
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import sent_stamp, stamp_of
from portal.settings import notices
from portal.settings.notices import MOST_OPEN, NoticeError
from portal.settings.staff_forms import TEXT_LIMIT, TITLE_LIMIT, URL_LIMIT, NoticeForm, blank_form, form_of

notice_staff = Blueprint("notice_staff", __name__, url_prefix="/can-bo/thong-bao")
_EDIT = Permission.EDIT_CONTENT
HERE = "/thong-bao"


@dataclass(frozen=True, slots=True)
class Row:
    """A notice as the list shows it."""

    title: str
    url: str
    kind: str
    state: str
    where: str
    shown_from: datetime
    starts_at: datetime
    ends_at: datetime
    updated_by: str


def _kinds() -> dict[str, str]:
    return {NoticeKind.DOWNTIME: _("Bảo trì, tạm dừng"), NoticeKind.URGENT: _("Khẩn")}


def _places() -> dict[str, str]:
    return {Shown.EVERYWHERE: _("Mọi trang"), Shown.HOME: _("Trang đầu"), Shown.PAGES: _("Một số trang")}


def _state(row: SiteNotice, now: datetime) -> str:
    if row.ends_at <= now:
        return str(_("Đã hết"))
    return str(_("Đang hiện") if shown_from(row.kind, row.starts_at) <= now else _("Chờ tới giờ"))


@notice_staff.get("")
@requires(_EDIT)
def notice_list() -> ResponseReturnValue:
    now, kinds, places = clock.now(), _kinds(), _places()
    rows = [
        Row(
            row.texts[DEFAULT_LOCALE.code]["title"], staff_url(f"{HERE}/{row.code}"), kinds[row.kind],
            _state(row, now), places[row.shown_on], shown_from(row.kind, row.starts_at), row.starts_at, row.ends_at,
            row.updated_by,
        )
        for row in notices.notices()
    ]  # fmt: skip
    return render_staff(
        "staff/settings/notices.html", title=_("Thông báo cho người đọc"), rows=rows, add_url=staff_url(f"{HERE}/them")
    )


@notice_staff.get("/them")
@requires(_EDIT)
def new_notice() -> ResponseReturnValue:
    return _page(None, blank_form())


@notice_staff.post("/them")
@requires(_EDIT)
def add_notice() -> ResponseReturnValue:
    form, actor, now = NoticeForm(request.form), principal().actor, clock.now()
    return _save(None, form, lambda: notices.add(form.values, actor=actor, now=now))


def _row(code: str) -> SiteNotice:
    return notices.notice(code) or abort(404)


@notice_staff.get("/<slug:code>")
@requires(_EDIT)
def notice_page(code: str) -> ResponseReturnValue:
    row = _row(code)
    return _page(row, form_of(row))


@notice_staff.post("/<slug:code>")
@requires(_EDIT)
def change_notice(code: str) -> ResponseReturnValue:
    row, form, actor, now = _row(code), NoticeForm(request.form), principal().actor, clock.now()
    return _save(row, form, lambda: notices.change(row, form.values, actor=actor, now=now))


@notice_staff.post("/<slug:code>/go")
@requires(_EDIT)
def remove_notice(code: str) -> ResponseReturnValue:
    notices.remove(_row(code), actor=principal().actor, now=clock.now())
    return see_other(staff_url(HERE))


def _save(row: SiteNotice | None, form: NoticeForm, change: Callable[[], object]) -> ResponseReturnValue:
    return saved_or_shown(
        form, row, change, show=lambda problem, status: _page(row, form, problem, status), first="title_vi",
        refusals={NoticeError: lambda error: (_refusal(error.code), error.field)},
        then=lambda _done: see_other(staff_url(HERE)),
    )  # fmt: skip


def _page(row: SiteNotice | None, form: NoticeForm, problem: Problem | None = None, status: int = 200) -> Response:
    errors = [*([problem] if problem else []), *errors_of(form)]
    return render_staff(
        "staff/settings/notice.html", title=_("Sửa thông báo") if row else _("Thêm thông báo"), status=status,
        crumbs=[(_("Thông báo cho người đọc"), staff_url(HERE))], form=form, errors=errors,
        problems={field: message for message, field in errors}, row=row, languages=list(LOCALES.values()),
        kinds=[(key, label, form.kind.data == key) for key, label in _kinds().items()],
        places=[(key, label, form.shown_on.data == key) for key, label in _places().items()],
        limits={"title": TITLE_LIMIT, "text": TEXT_LIMIT, "url": URL_LIMIT},
        # A form that was refused keeps what it was opened over: sending it again is no way around the other's change.
        stamp=(sent_stamp() or stamp_of(row)) if row and status != 200 else stamp_of(row) if row else "",
        remove_url=staff_url(f"{HERE}/{row.code}/go") if row else "",
    )  # fmt: skip


def _refusal(code: str) -> str:
    messages = {
        "order": _("Giờ hết phải ở sau giờ bắt đầu."),
        "over": _("Giờ hết đã qua, nên thông báo sẽ không hiện. Bạn chọn giờ hết ở sau bây giờ."),
        "too_many": _("Đã có %(count)s thông báo đang chờ hoặc đang hiện. Bạn gỡ bớt rồi thêm.", count=MOST_OPEN),
    }
    return str(messages[code])
