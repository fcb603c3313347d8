"""The officers' queue: what waits, by the time that is left; given to people, searched, exported."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.tables import EXPORT, EXPORT_LIMIT, Column, Order, table_page
from portal.core.text import clean_line, fold
from portal.feedback import handling, personal, queue
from portal.feedback.beside import provisional_years
from portal.feedback.desk import Desk, Officer, desk_of, officers, officers_for
from portal.feedback.labels import agency_name, category_choices, category_label, outcome_label, state_label
from portal.feedback.queue import MOST_COUNTED, MOST_LISTED, NOBODY, Listed, Tab, Wanted
from portal.feedback.staff_forms import AGENCY, CATEGORY, OFFICER, PLACE, TAB, Filters, read_filters
from portal.feedback.staff_words import TimeLeft, place_name, refusal, tab_label, time_left
from portal.feedback.states import PENDING
from portal.places.kinds import full_name
from portal.places.models import Level
from portal.places.queries import atlas

feedback_staff = Blueprint("feedback_staff", __name__, url_prefix="/can-bo/phan-anh")
QUEUE = "/phan-anh"
_PATH = "/can-bo/phan-anh"
_ANSWER = Permission.ANSWER_CASES
_EXCERPT = 110
_MOST_PASSED_ON = 100
_MOST_AT_ONCE = 200
_LONGEST_REFERENCE = 20
# Not so far ahead does a deadline that is set today lie.
_AHEAD = timedelta(days=90)


@dataclass
class _Cases:
    """The cases of the queue; remembers which of them the page shows."""

    wanted: Wanted
    most: int
    shown: list[Listed] = field(default_factory=list)

    def count(self) -> int:
        return queue.count(self.wanted, clock.today(), self.most)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Listed]:
        self.shown = queue.cases(
            self.wanted, clock.today(), limit=limit, offset=offset, by_arrival=order.key == "nhan",
            descending=order.descending,
        )  # fmt: skip
        return self.shown


def case_url(reference: str, query: str = "") -> str:
    """The address of a case."""
    return staff_url(f"{QUEUE}/{reference.lower()}{query}")


def excerpt(text: str, most: int = _EXCERPT) -> str:
    """The beginning of a message, on one line, with what looks personal masked."""
    line = " ".join(personal.mask(text).split())
    return line if len(line) <= most else line[:most].rsplit(" ", 1)[0] + "…"


@dataclass(frozen=True, slots=True)
class Line:
    """A case as the page of the queue shows it."""

    reference: str
    url: str
    left: TimeLeft
    category: str
    place: str
    text: str
    agency: str
    officer: str
    received_at: datetime


def _line(row: Listed, filters: Filters, names: dict[str, str]) -> Line:
    left = time_left(row.state, row.due_on, clock.today())
    return Line(
        row.reference, case_url(row.reference, filters.query),
        left if left.text else TimeLeft(ending(row), left.urgency), category_label(row.category),
        place_name(row.place), excerpt(row.message),
        agency_name(row.agency) if len(filters.wanted.desk.agencies) > 1 else "",
        names.get(row.assignee, row.assignee), row.received_at,
    )  # fmt: skip


def _columns(desk: Desk) -> list[Column[Listed]]:
    """The heads of the page's table; its template fills the cells."""
    who = _("Cơ quan, người xử lý") if len(desk.agencies) > 1 else _("Người xử lý")
    return [
        Column[Listed]("han", _("Thời gian còn"), lambda row: row.due_on, True),
        Column[Listed]("nhan", _("Mã, ngày nhận"), lambda row: row.reference, True),
        Column[Listed]("noi-dung", _("Nội dung"), lambda row: row.category),
        Column[Listed]("nguoi", who, lambda row: row.assignee),
    ]


def ending(row: Listed) -> str:
    """How a case ended, in words."""
    return outcome_label(row.outcome) if row.outcome else state_label(row.state)


def export_columns(names: dict[str, str]) -> list[Column[Listed]]:
    """What may leave the portal in a file: nothing that anybody wrote, nobody's contact."""
    return [
        Column[Listed]("ma", _("Mã"), lambda row: row.reference),
        Column[Listed]("muc", _("Mục"), lambda row: category_label(row.category)),
        Column[Listed]("noi", _("Nơi"), lambda row: place_name(row.place)),
        Column[Listed]("co-quan", _("Cơ quan xử lý"), lambda row: agency_name(row.agency)),
        Column[Listed]("trang-thai", _("Trạng thái"), lambda row: state_label(row.state)),
        Column[Listed]("han", _("Hạn"), lambda row: row.due_on, True),
        Column[Listed]("nguoi", _("Người xử lý"), lambda row: names.get(row.assignee, row.assignee)),
        Column[Listed]("nhan", _("Nhận lúc"), lambda row: row.received_at, True),
        Column[Listed]("xong", _("Kết thúc lúc"), lambda row: row.ended_at),
        Column[Listed]("ket-qua", _("Kết quả"), lambda row: outcome_label(row.outcome) if row.outcome else ""),
    ]


@feedback_staff.get("")
@requires(_ANSWER, is_scoped=True)
def queue_page() -> ResponseReturnValue:
    return _queue(desk_of(principal()))


def _queue(desk: Desk, error: str = "", picked: Sequence[str] = ()) -> Response:
    filters, known = read_filters(desk), officers()
    names = {one.code: one.name for one in known}
    is_export = EXPORT in request.args
    source = _Cases(filters.wanted, EXPORT_LIMIT + 1 if is_export else MOST_LISTED)
    columns = export_columns(names) if is_export else _columns(desk)
    table = table_page(columns, source, Order("han"), parameters=filters.parameters, name="phan-anh", path=_PATH)
    if isinstance(table, Response):
        return table
    today, mine = clock.today(), _officers_of(desk, known)
    return render_staff(
        "staff/feedback/queue.html", title=_("Phản ánh cần xử lý"), table=table, filters=filters,
        tabs=tabs_of(desk, filters), status=422 if error else 200, errors=[(error, "officer")] if error else [],
        rows=[_line(row, filters, names) for row in source.shown],
        is_more=table.pagination.total >= MOST_LISTED, picked=set(picked), choices=_choices(filters.wanted, mine),
        officers=[(one.code, one.name) for one in mine], me=principal().code, done=request.args.get("xong", ""),
        assign_url=staff_url(f"{QUEUE}/giao{filters.query}"), passed_on_url=staff_url(f"{QUEUE}/da-chuyen"),
        years=provisional_years(today, today + _AHEAD),
        is_ended=filters.wanted.tab is Tab.ENDED, is_all=desk.is_all,
    )  # fmt: skip


def tabs_of(desk: Desk, filters: Filters) -> list[tuple[Tab, str, str, str, bool]]:
    """The parts of the queue: which, its name, how many (with + where there are more), where, and whether it shows."""
    counted, kept = queue.counts(desk, clock.today()), {**filters.parameters}
    kept.pop(TAB, None)
    order = (
        Tab.OVERDUE, Tab.ESCALATED, Tab.TODAY, Tab.WEEK, Tab.OPEN, Tab.NO_DEADLINE, Tab.WAITING, Tab.UNASSIGNED,
        Tab.ENDED,
    )  # fmt: skip
    found = []
    for tab in order:
        number = counted.get(tab)
        if tab is Tab.ESCALATED and not number and filters.wanted.tab is not tab:
            continue  # few agencies are ever told of another's cases
        text = "" if number is None else str(number) if number < MOST_COUNTED else f"{MOST_COUNTED - 1}+"
        url = Filters(filters.wanted, {**kept, TAB: tab.value}).query
        found.append((tab, tab_label(tab), text, staff_url(QUEUE + url), tab is filters.wanted.tab))
    return found


def _officers_of(desk: Desk, known: Sequence[Officer]) -> list[Officer]:
    if desk.is_all:
        return list(known)
    above = agencies.superiors()
    codes = {one.code for slug in desk.agencies for one in officers_for(known, slug, above)}
    return [one for one in known if one.code in codes]


def _choices(wanted: Wanted, mine: Sequence[Officer]) -> dict[str, list[tuple[str, str, bool]]]:
    """The options of each filter: value, words, whether it is chosen."""
    held = [one for one in agencies.agencies() if wanted.desk.holds(one.slug)]
    communes = [one for one in atlas().places if one.level == Level.COMMUNE and one.valid_to is None]
    places = sorted(((one.slug, full_name(one)) for one in communes), key=lambda pair: fold(pair[1]))
    people = [(NOBODY, str(_("Chưa giao ai"))), *((one.code, one.name) for one in mine)]
    return {
        CATEGORY: [(key, label, key == wanted.category) for key, label in category_choices(taken_only=True)],
        AGENCY: [(one.slug, one.name, one.slug == wanted.agency) for one in held] if len(held) > 1 else [],
        PLACE: [(slug, name, slug == wanted.place) for slug, name in places],
        OFFICER: [(code, name, code == wanted.assignee) for code, name in people],
    }


@feedback_staff.post("/giao")
@requires(_ANSWER, is_scoped=True)
def assign_many() -> ResponseReturnValue:
    desk, actor, now = desk_of(principal()), principal().actor, clock.now()
    references = [clean_line(one, _LONGEST_REFERENCE) for one in request.form.getlist("case")[:_MOST_AT_ONCE]]
    code = request.form.get("officer", "")
    rows = queue.cases_by_reference(references)
    if not all(desk.holds(row.agency) for row in rows):
        abort(403)
    known, above = officers(), agencies.superiors()
    officer = next((one for one in known if one.code == code), None)
    if not rows:
        return _queue(desk, _("Bạn chưa chọn phản ánh nào."))
    if code != NOBODY and (
        officer is None or any(officer not in officers_for(known, row.agency, above) for row in rows)
    ):
        return _queue(desk, refusal("no_officer"), references)
    for row in rows:
        if row.state in PENDING:
            handling.assign(row, officer.code if officer else "", officer.name if officer else "", actor=actor, now=now)
    filters = read_filters(desk)
    return see_other(staff_url(QUEUE + Filters(filters.wanted, {**filters.parameters, "xong": "giao"}).query))


@feedback_staff.get("/da-chuyen")
@requires(_ANSWER, is_scoped=True)
def passed_on() -> ResponseReturnValue:
    rows = [
        (row.reference, row.at, agency_name(row.by), agency_name(row.to))
        for row in queue.passed_on(desk_of(principal()), limit=_MOST_PASSED_ON)
    ]
    return render_staff(
        "staff/feedback/passed_on.html", title=_("Phản ánh đã chuyển đi"), rows=rows, most=_MOST_PASSED_ON,
        crumbs=[(_("Phản ánh cần xử lý"), staff_url(QUEUE))],
    )  # fmt: skip


def waiting_cases(person: Principal) -> list[Waiting]:
    """What the start page says of the queue to an officer."""
    if not person.may_somewhere(_ANSWER):
        return []
    counted = queue.counts(desk_of(person), clock.today())

    late, told, today, week, free = (
        counted[tab] for tab in (Tab.OVERDUE, Tab.ESCALATED, Tab.TODAY, Tab.WEEK, Tab.UNASSIGNED)
    )
    above = ngettext("phản ánh quá hạn được báo lên", "phản ánh quá hạn được báo lên", told)

    def one(tab: Tab, label: str, *, is_urgent: bool = False) -> Waiting:
        return Waiting(label, counted[tab], staff_url(f"{QUEUE}?{TAB}={tab}"), is_urgent=is_urgent)

    return [
        one(Tab.OVERDUE, ngettext("phản ánh quá hạn", "phản ánh quá hạn", late), is_urgent=True),
        one(Tab.ESCALATED, above, is_urgent=True),
        one(Tab.TODAY, ngettext("phản ánh đến hạn hôm nay", "phản ánh đến hạn hôm nay", today), is_urgent=True),
        one(Tab.WEEK, ngettext("phản ánh đến hạn trong tuần", "phản ánh đến hạn trong tuần", week)),
        one(Tab.UNASSIGNED, ngettext("phản ánh chưa giao ai", "phản ánh chưa giao ai", free)),
    ]
