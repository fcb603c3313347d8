"""The staff's page of the working days: a year at a time, a form for each day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, workdays
from portal.core.access import requires
from portal.core.formats import day as format_day
from portal.core.formats import weekday
from portal.core.forms import errors_of, parse_day
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.workdays import FIRST_YEAR, LAST_YEAR, CalendarDay, CalendarError
from portal.settings.forms import DayForm, NewDayForm

calendar_views = Blueprint("calendar", __name__, url_prefix="/can-bo/ngay-nghi")
YEAR = "nam"
# How far the page counts, to show what the list does.
EXAMPLE_DAYS = 5


@dataclass(frozen=True, slots=True)
class Row:
    """A day as the page shows it."""

    entry: CalendarDay
    weekday: str
    kind: str
    url: str


def kind_label(kind: str) -> str:
    """Whether offices work on a day, in words."""
    labels: dict[str, str] = {workdays.OFF: _("Nghỉ"), workdays.WORK: _("Làm bù")}
    return labels[kind]


def _rows(entries: Sequence[CalendarDay]) -> list[Row]:
    locale = current_locale().code
    return [
        Row(entry, weekday(entry.day, locale), kind_label(entry.kind), staff_url(f"/ngay-nghi/{entry.day}"))
        for entry in entries
    ]


def _year() -> int:
    text = request.args.get(YEAR, "")
    if not text:
        return clock.today().year
    if not text.isascii() or not text.isdecimal() or not FIRST_YEAR <= int(text[:5]) <= LAST_YEAR:
        abort(404)
    return int(text)


def _year_url(year: int) -> str:
    return staff_url(f"/ngay-nghi?{YEAR}={year}")


def _crumbs(year: int) -> list[tuple[str, str | None]]:
    return [(_("Ngày nghỉ, ngày làm bù"), _year_url(year))]


@calendar_views.get("")
@requires(Permission.MANAGE_SETTINGS)
def year_page() -> ResponseReturnValue:
    year, today, calendar = _year(), clock.today(), workdays.calendar()
    entries = workdays.days_of(year)
    ends = calendar.add_working_days(today, EXAMPLE_DAYS)
    return render_staff(
        "staff/settings/calendar.html", title=_("Ngày nghỉ, ngày làm bù"), year=year, rows=_rows(entries),
        years=[(shown, _year_url(shown)) for shown in range(year - 1, year + 2) if FIRST_YEAR <= shown <= LAST_YEAR],
        is_known=year in calendar.known_years(), unconfirmed=sum(not entry.is_confirmed for entry in entries),
        example=EXAMPLE_DAYS, ends=ends, ends_on=weekday(ends, current_locale().code),
        is_example_known={today.year, ends.year} <= calendar.known_years(),
        add_url=staff_url(f"/ngay-nghi/moi?{YEAR}={year}"),
    )  # fmt: skip


@calendar_views.get("/moi")
@requires(Permission.MANAGE_SETTINGS)
def new_day_page() -> ResponseReturnValue:
    return _new_day_page(NewDayForm(data={"kind": workdays.OFF, "is_confirmed": False}))


@calendar_views.post("/moi")
@requires(Permission.MANAGE_SETTINGS)
def add_day() -> ResponseReturnValue:
    form = NewDayForm(request.form)
    day = parse_day(form.day.data or "")
    if not form.validate() or day is None:
        return _new_day_page(form, status=422)
    try:
        workdays.add_day(day, form.values, actor=principal().actor, now=clock.now())
    except CalendarError as error:
        return _new_day_page(form, problem=_problem(error), status=422)
    return see_other(_year_url(day.year))


def _new_day_page(form: NewDayForm, *, problem: str = "", status: int = 200) -> Response:
    # In the order of the page: the day stands first in it, and last in the form, which inherits the rest.
    errors = sorted(errors_of(form), key=lambda error: error[1] != "day")
    return render_staff(
        "staff/settings/day.html", title=_("Thêm ngày"), crumbs=_crumbs(_year()), form=form, entry=None,
        problem=problem, errors=[(problem, "day"), *errors] if problem else errors, kinds=_kinds(form),
        remove_url="", status=status,
    )  # fmt: skip


def _kinds(form: DayForm) -> list[tuple[str, str, bool]]:
    labels = [
        (workdays.OFF, _("Ngày nghỉ (cơ quan không làm việc)")),
        (workdays.WORK, _("Ngày làm bù (thứ Bảy, Chủ nhật đi làm)")),
    ]
    return [(kind, label, kind == form.kind.data) for kind, label in labels]


def _problem(error: CalendarError) -> str:
    """Why a day was refused, in words."""
    messages: dict[str, str] = {
        "taken": _("Ngày này đã có trong danh sách. Bạn mở ngày đó ra để sửa."),
        "bad_year": _("Danh sách chỉ giữ các năm %(first)s–%(last)s.", first=FIRST_YEAR, last=LAST_YEAR),
        "no_weekend": _("Ngày này vốn đã là ngày làm việc. Chỉ thứ Bảy, Chủ nhật mới có thể là ngày làm bù."),
    }
    return messages[error.code]


def _entry(code: str) -> CalendarDay:
    """The day that an address names, in its one spelling."""
    day = parse_day(code)
    return (workdays.find_day(day) if day is not None and code == day.isoformat() else None) or abort(404)


@calendar_views.get("/<slug:code>")
@requires(Permission.MANAGE_SETTINGS)
def day_page(code: str) -> ResponseReturnValue:
    entry = _entry(code)
    return _day_page(entry, DayForm(obj=entry))


@calendar_views.post("/<slug:code>")
@requires(Permission.MANAGE_SETTINGS)
def change_day(code: str) -> ResponseReturnValue:
    entry, form = _entry(code), DayForm(request.form)
    if not form.validate():
        return _day_page(entry, form, status=422)
    try:
        workdays.change_day(entry, form.values, actor=principal().actor, now=clock.now())
    except CalendarError as error:
        return _day_page(entry, form, problem=_problem(error), status=422)
    return see_other(_year_url(entry.day.year))


def _day_page(entry: CalendarDay, form: DayForm, *, problem: str = "", status: int = 200) -> Response:
    (row,), locale = _rows([entry]), current_locale().code
    errors = [*([(problem, "kind")] if problem else []), *errors_of(form)]
    return render_staff(
        "staff/settings/day.html", title=f"{row.weekday} {format_day(entry.day, locale)}",
        crumbs=_crumbs(entry.day.year), form=form, entry=entry, problem=problem, errors=errors, kinds=_kinds(form),
        remove_url=f"{row.url}/xoa", status=status,
    )  # fmt: skip


@calendar_views.post("/<slug:code>/xac-nhan")
@requires(Permission.MANAGE_SETTINGS)
def confirm_day(code: str) -> ResponseReturnValue:
    entry = _entry(code)
    workdays.confirm_day(entry, actor=principal().actor, now=clock.now())
    return see_other(_year_url(entry.day.year))


@calendar_views.post("/<slug:code>/xoa")
@requires(Permission.MANAGE_SETTINGS)
def remove_day(code: str) -> ResponseReturnValue:
    entry = _entry(code)
    workdays.remove_day(entry, actor=principal().actor, now=clock.now())
    return see_other(_year_url(entry.day.year))
