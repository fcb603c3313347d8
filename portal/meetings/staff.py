"""The staff's screens for a meeting, what was frozen of them, and the links by which others read that."""

from __future__ import annotations

from flask import Blueprint, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts.mails import link_address
from portal.adoption import choosing
from portal.adoption.periods import Period
from portal.adoption.words import period_name
from portal.core import clock, links
from portal.core.access import requires
from portal.core.gate import principal, see_other, visit
from portal.core.i18n import current_locale
from portal.core.links import Door, Purpose, session_lasts
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line
from portal.core.tokens import new_token
from portal.meetings import queries, service
from portal.meetings.agenda import Agenda
from portal.meetings.collecting import collect
from portal.meetings.listing import months_of
from portal.meetings.models import MeetingSet
from portal.meetings.service import LONGEST_REASON, MeetingError
from portal.meetings.showing import asked_period, deck_of

meetings_staff = Blueprint("meetings_staff", __name__, url_prefix="/can-bo/hop")
_HOLD, _WITHDRAW, _LINK = Permission.HOLD_MEETINGS, Permission.WITHDRAW_MEETINGS, Purpose.MEETING
HERE = "/hop"
_KEPT = f"{HERE}/da-chot"
_LONGEST_NONCE = 64


def meeting_door() -> Door:
    """What the page behind a link says."""
    return Door(
        _("Số liệu họp đã chốt"),
        _("Liên kết này mở số liệu mà tỉnh đã chốt cho một buổi họp. Bạn chỉ xem, không thay đổi được gì."),
        _("Xem số liệu"), f"/can-bo{_KEPT}",
    )  # fmt: skip


@meetings_staff.get("")
@requires(_HOLD)
def live() -> ResponseReturnValue:
    return _live_page()


def _live_page(*, was_changed: bool = False) -> ResponseReturnValue:
    period = asked_period()
    if period is None:
        return render_staff("staff/meetings/none.html", title=_("Màn hình họp"))
    agenda = _collected(period)
    return render_staff(
        "staff/meetings/live.html", title=_title(period.code), status=409 if was_changed else 200, agenda=agenda,
        deck=deck_of(agenda, f"/can-bo{HERE}"), groups=choosing.offered(period, current_locale().code),
        here=staff_url(HERE), kept_url=staff_url(_KEPT), freeze_url=staff_url(f"{HERE}/chot"), mark=agenda.mark(),
        nonce=new_token(), period=period.code, was_changed=was_changed, made_at=clock.now(),
    )  # fmt: skip


def _collected(period: Period) -> Agenda:
    return collect(period, today=clock.today(), now=clock.now(), is_newest=choosing.is_newest(period), is_public=False)


def _title(code: str) -> str:
    period = Period.parse(code)
    name = period_name(period, current_locale().code) if period else code
    return str(_("Màn hình họp: %(period)s", period=name))


@meetings_staff.post("/chot")
@requires(_HOLD)
def freeze() -> ResponseReturnValue:
    """What is kept is what stood on the screen: where the figures have changed since, it is shown again first."""
    nonce = request.form.get("nonce", "")
    period = choosing.chosen(request.form.get("ky", ""))
    if not nonce or len(nonce) > _LONGEST_NONCE or period is None:
        abort(400)
    made = queries.by_nonce(nonce)
    if made is None:
        agenda = _collected(period)
        if agenda.mark() != request.form.get("mark", ""):
            return _live_page(was_changed=True)
        made = service.freeze(agenda, nonce, actor=principal().actor, now=clock.now())
    return see_other(_url(made))


def _url(one: MeetingSet, action: str = "") -> str:
    return staff_url(f"{_KEPT}/{one.code}{action}")


@meetings_staff.get("/da-chot")
@requires(_HOLD, or_link=_LINK)
def kept_sets() -> ResponseReturnValue:
    if visit().is_guest:
        return see_other(_url(_readable(_code_of_link())))
    months = months_of(queries.frozen_sets(), current_locale().code)
    rows = [(one, [(row, _url(row.row)) for row in one.rows]) for one in months]
    return render_staff(
        "staff/meetings/kept.html", title=_("Các buổi họp đã chốt"), crumbs=[(_("Màn hình họp"), staff_url(HERE))],
        months=rows, here=staff_url(HERE), heads=months[0].heads if months else [],
    )  # fmt: skip


@meetings_staff.get("/da-chot/<code>")
@requires(_HOLD, or_link=_LINK)
def kept(code: str) -> ResponseReturnValue:
    return _kept_page(_readable(code))


def _kept_page(one: MeetingSet, *, problem: str = "", status: int = 200) -> ResponseReturnValue:
    person, agenda = visit().principal, Agenda.read(one.data)
    crumbs = [(_("Màn hình họp"), staff_url(HERE)), (_("Các buổi họp đã chốt"), staff_url(_KEPT))]
    return render_staff(
        "staff/meetings/set.html", title=_title(one.period), crumbs=crumbs if person else [], status=status, row=one,
        deck=deck_of(agenda, f"/can-bo{_KEPT}/{one.code}"), is_whole=service.is_whole(one), problem=problem,
        may_hold=person is not None, may_withdraw=person is not None and person.may(_WITHDRAW),
        link_url=_url(one, "/lien-ket"), end_url=_url(one, "/lien-ket/huy"), withdraw_url=_url(one, "/rut"),
        link_until=links.open_until(_LINK, one.code, now=clock.now()), longest=LONGEST_REASON,
    )  # fmt: skip


@meetings_staff.post("/da-chot/<code>/lien-ket")
@requires(_HOLD)
def make_link(code: str) -> ResponseReturnValue:
    """The address is shown here and nowhere else: of its token, only the hash is kept."""
    one = _readable(code)
    token = service.make_link(one, actor=principal().actor, now=clock.now())
    return render_staff(
        "staff/meetings/link.html", title=_("Liên kết xem số liệu họp"), crumbs=[(_title(one.period), _url(one))],
        link=link_address(token, current_locale()), days=service.LINK_LASTS.days, here=_url(one),
        hours=int(session_lasts(_LINK).total_seconds() // 3600),
    )  # fmt: skip


@meetings_staff.post("/da-chot/<code>/lien-ket/huy")
@requires(_HOLD)
def end_link(code: str) -> ResponseReturnValue:
    one = _readable(code)
    service.end_link(one, actor=principal().actor, now=clock.now())
    return see_other(_url(one))


@meetings_staff.post("/da-chot/<code>/rut")
@requires(_WITHDRAW, is_confirmed=True)
def withdraw(code: str) -> ResponseReturnValue:
    one = _readable(code)
    why = clean_line(request.form.get("ly-do", ""), LONGEST_REASON)
    try:
        service.withdraw(one, why, actor=principal().actor, now=clock.now())
    except MeetingError:
        return _kept_page(one, problem=_("Bạn chưa ghi vì sao rút số liệu này."), status=422)
    return see_other(staff_url(_KEPT))


def _code_of_link() -> str:
    link = visit().link
    return link.subject if link else ""


def _readable(code: str) -> MeetingSet:
    """A set that is shown to whoever asks: of those with a link, the one that it is for."""
    one = queries.by_code(code)
    if one is None or one.withdrawn_at is not None or (visit().is_guest and _code_of_link() != code):
        abort(404)
    return one
