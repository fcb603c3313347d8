"""The outbox as staff see it: what waits, what has gone out, what failed and can be sent again."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.audit import Subject
from portal.core.gate import principal, see_other
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.tables import Column, Link, Order, table_page
from portal.outbox import mail, queries, service, webhooks
from portal.outbox.models import CANCELLED, DEAD, LEASED, SENT, STATES, WAITING, OutboxMessage
from portal.outbox.queries import Listed
from portal.outbox.service import CannotChange

outbox_staff = Blueprint("outbox_staff", __name__, url_prefix="/can-bo/thu-di")
_MANAGE = Permission.MANAGE_OUTBOX
KindLabels = Callable[[], Mapping[str, str]]
_labels: list[KindLabels] = []


def register_kind_labels(*labels: KindLabels) -> None:
    """Say who has words for the kinds of messages that other domains send; `wiring` calls it."""
    _labels[:] = labels


def state_label(state: str) -> str:
    """A state in words."""
    labels: dict[str, str] = {
        WAITING: _("Đang chờ"),
        LEASED: _("Đang gửi"),
        SENT: _("Đã gửi"),
        DEAD: _("Không gửi được"),
        CANCELLED: _("Đã hủy"),
    }
    return labels[state]


def kind_label(kind: str) -> str:
    """What a message is, in words; the key itself where a later version wrote it."""
    labels: dict[str, str] = {mail.KIND: _("Thư điện tử"), webhooks.KIND: _("Báo cho hệ thống khác")}
    for more in _labels:
        labels |= more()
    return labels.get(kind, kind)


@dataclass(frozen=True)
class _Messages:
    state: str
    total: int

    def count(self) -> int:
        return self.total

    def rows(self, _order: Order, limit: int, offset: int) -> Sequence[Listed]:
        return queries.messages(self.state, limit=limit, offset=offset)


@outbox_staff.get("")
@requires(_MANAGE)
def messages() -> ResponseReturnValue:
    counts = queries.counts()
    wanted = request.args.get("trang-thai", "")
    state = wanted if wanted in STATES else DEAD if counts[DEAD] else WAITING
    columns = [
        Column[Listed]("ma", _("Mã"), lambda row: Link(row.code, staff_url(f"/thu-di/{row.code}"))),
        Column[Listed]("loai", _("Loại"), lambda row: kind_label(row.kind)),
        Column[Listed]("tao", _("Tạo lúc"), lambda row: row.created_at),
        Column[Listed]("lan", _("Số lần thử"), lambda row: row.attempts, is_number=True),
        Column[Listed]("hen", _("Lần tới"), lambda row: row.due_at),
        Column[Listed]("xong", _("Kết thúc"), lambda row: row.finished_at),
        Column[Listed]("loi", _("Lỗi gần nhất"), lambda row: row.last_error),
    ]
    source = _Messages(state, counts[state])
    table = table_page(columns, source, Order("tao", descending=True), parameters={"trang-thai": state}, name="thu-di")
    if isinstance(table, Response):
        return table
    here = staff_url("/thu-di")
    tabs = [(state_label(name), counts[name], f"{here}?trang-thai={name}", name == state) for name in STATES]
    return render_staff(
        "staff/outbox/list.html", title=_("Thư đi"), table=table, tabs=tabs, condition=queries.condition(clock.now()),
        now=clock.now(),
    )  # fmt: skip


@outbox_staff.get("/<slug:code>")
@requires(_MANAGE)
def message(code: str) -> ResponseReturnValue:
    row = queries.message(code) or abort(404)
    return render_staff(
        "staff/outbox/message.html", title=_("Thư đi %(code)s", code=row.code), message=row,
        crumbs=[(_("Thư đi"), staff_url("/thu-di"))], state=state_label(row.state), kind=kind_label(row.kind),
        can_cancel=row.state in {WAITING, DEAD},
    )  # fmt: skip


@outbox_staff.post("/<slug:code>/gui-lai")
@requires(_MANAGE)
def resend(code: str) -> ResponseReturnValue:
    return _change(code, "message_resent", service.resend)


@outbox_staff.post("/<slug:code>/bo")
@requires(_MANAGE)
def cancel(code: str) -> ResponseReturnValue:
    return _change(code, "message_cancelled", service.cancel)


def _change(code: str, action: str, change: Callable[..., OutboxMessage]) -> ResponseReturnValue:
    now: datetime = clock.now()
    if queries.message(code) is None:
        abort(404)
    try:
        row = change(code, now=now)
    except CannotChange:
        abort(409)
    audit.record(principal().actor, action, Subject("message", row.code, f"{row.kind} {row.code}"), at=now)
    return see_other(staff_url(f"/thu-di/{row.code}"))


def dead_letters(person: Principal) -> list[Waiting]:
    """What the start page says of the outbox to those who look after it."""
    if not person.may(_MANAGE):
        return []
    label = _("thư không gửi được")
    return [Waiting(label, queries.counts()[DEAD], staff_url("/thu-di?trang-thai=dead"), is_urgent=True)]
