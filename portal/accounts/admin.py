"""The staff as an admin sees it: people, roles and scopes, invitations, sessions."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import people, queries, sessions
from portal.accounts.forms import InvitationForm, RolesForm, grant_choices, grant_value, role_label
from portal.accounts.mails import is_mail_sent, link_address, send_invitation
from portal.accounts.models import StaffSession, User
from portal.accounts.people import PeopleError
from portal.core import clock
from portal.core.access import requires
from portal.core.db import db
from portal.core.forms import errors_of
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.permissions import Permission, Scope, scope_choices
from portal.core.staff import render_staff, staff_url
from portal.core.tables import Column, Link, Order, table_page
from portal.core.text import clean_line, fold
from portal.core.tokens import new_code

admin_views = Blueprint("people", __name__, url_prefix="/can-bo")
_MANAGE = Permission.MANAGE_PEOPLE
_QUERY_LIMIT = 100
# Where an invitation shows why it was refused.
_FIELDS = {"no_name": "name", "no_role": "roles", "bad_grant": "roles"}


def _crumbs() -> list[tuple[str, str | None]]:
    return [(_("Người dùng"), staff_url("/nguoi-dung"))]


def state_label(user: User) -> str:
    """Whether somebody can sign in, in words."""
    labels: dict[str, str] = {"invited": _("Đã mời"), "active": _("Đang hoạt động"), "disabled": _("Đã khóa")}
    return labels[user.state]


def scope_names() -> dict[Scope, str]:
    """What each scope is called."""
    return {choice.scope: choice.label for choice in scope_choices()}


def roles_label(user: User, names: dict[Scope, str]) -> str:
    """The roles of somebody with where they hold, in words."""
    return "; ".join(
        role_label(grant.role) + (f" – {names.get(grant.scope, grant.scope.key)}" if grant.scope.key else "")
        for grant in user.grants
    )


@dataclass(frozen=True)
class _People:
    """All of the staff, a few hundred at most: sorted and filtered here."""

    found: Sequence[User]
    labels: dict[str, str]

    def count(self) -> int:
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[User]:
        keys: dict[str, Callable[[User], object]] = {
            "ten": lambda user: fold(user.name),
            "thu": lambda user: user.email,
            "trang-thai": lambda user: user.state,
            "lan-cuoi": lambda user: user.signed_in_at.timestamp() if user.signed_in_at else 0.0,
        }
        ordered = sorted(self.found, key=keys[order.key], reverse=order.descending)  # type: ignore[arg-type]
        return ordered[offset : offset + limit]


@admin_views.get("/nguoi-dung")
@requires(_MANAGE)
def people_list() -> ResponseReturnValue:
    text = clean_line(request.args.get("q", ""), _QUERY_LIMIT)
    everyone = queries.people()
    names = scope_names()
    labels = {user.code: roles_label(user, names) for user in everyone}
    wanted = fold(text)
    found = [user for user in everyone if wanted in fold(f"{user.name} {user.email} {labels[user.code]}")]
    columns = [
        Column[User]("ten", _("Họ tên"), lambda user: Link(user.name, staff_url(f"/nguoi-dung/{user.code}")), True),
        Column[User]("thu", _("Thư điện tử"), lambda user: user.email, True),
        Column[User]("vai-tro", _("Vai trò"), lambda user: labels[user.code]),
        Column[User]("trang-thai", _("Trạng thái"), state_label, True),
        Column[User]("lan-cuoi", _("Đăng nhập lần cuối"), lambda user: user.signed_in_at, True),
    ]
    table = table_page(columns, _People(found, labels), Order("ten"), parameters={"q": text}, name="nguoi-dung")
    if isinstance(table, Response):
        return table
    return render_staff("staff/accounts/people.html", title=_("Người dùng"), table=table, text=text)


@admin_views.get("/nguoi-dung/moi")
@requires(_MANAGE, is_confirmed=True)
def invitation_page() -> ResponseReturnValue:
    return _invitation_page(InvitationForm())


@admin_views.post("/nguoi-dung/moi")
@requires(_MANAGE, is_confirmed=True)
def invite() -> ResponseReturnValue:
    form, now = InvitationForm(request.form), clock.now()
    if not form.validate():
        return _invitation_page(form, status=422)
    try:
        user, token = people.invite(
            form.email.data or "", form.name.data or "", form.grants, actor=principal().actor, now=now
        )
    except PeopleError as error:
        getattr(form, _FIELDS.get(error.code, "email")).errors = [people_problem(error)]
        return _invitation_page(form, status=422)
    return _invited(user, token)


def _invitation_page(form: InvitationForm, *, status: int = 200) -> Response:
    chosen = set(form.roles.data or ())
    return render_staff(
        "staff/accounts/invite.html", title=_("Mời người mới"), crumbs=_crumbs(), form=form, errors=errors_of(form),
        choices=[(value, label, value in chosen) for value, label in grant_choices()],
        status=status,
    )  # fmt: skip


def _invited(user: User, token: str) -> Response:
    """Send the invitation; where no mail is set up, show its link to the admin, once."""
    if is_mail_sent():
        send_invitation(user.email, user.name, token, key=f"invitation-{new_code()}", now=clock.now())
        return see_other(staff_url(f"/nguoi-dung/{user.code}"))
    return render_staff(
        "staff/accounts/invited.html", title=_("Gửi liên kết này cho người được mời"), crumbs=_crumbs(), user=user,
        link=link_address(token, current_locale()), days=people.INVITATION_LASTS.days,
    )  # fmt: skip


def people_problem(error: PeopleError) -> str:
    """Why a change of the staff was refused, in words."""
    messages: dict[str, str] = {
        "bad_email": _("Địa chỉ thư chưa đúng. Ví dụ: nguyen.van.an@quangngai.gov.vn."),
        "taken": _("Địa chỉ thư này đã có tài khoản."),
        "no_name": _("Bạn chưa điền họ tên."),
        "own_account": _(
            "Bạn không thể tự đổi vai trò hay tự khóa tài khoản của mình. Bạn nhờ một quản trị viên khác."
        ),
        "last_admin": _("Đây là quản trị viên cuối cùng. Bạn thêm một quản trị viên khác trước."),
        "bad_grant": _("Vai trò này không gắn với nơi đã chọn."),
        "no_role": _("Bạn chọn ít nhất một vai trò."),
    }
    return messages[error.code]


def _somebody(code: str) -> User:
    return queries.user_by_code(code) or abort(404)


@admin_views.get("/nguoi-dung/<slug:code>")
@requires(_MANAGE)
def person(code: str) -> ResponseReturnValue:
    return _person_page(_somebody(code))


def _person_page(user: User, *, problem: str = "", form: RolesForm | None = None, status: int = 200) -> Response:
    now = clock.now()
    chosen = set(form.roles.data or ()) if form else {grant_value(grant) for grant in user.grants}
    errors = [*([(problem, "noi-dung")] if problem else []), *(errors_of(form) if form else [])]
    return render_staff(
        "staff/accounts/person.html", title=user.name, crumbs=_crumbs(), user=user, errors=errors,
        state=state_label(user), roles=roles_label(user, scope_names()), form=form,
        choices=[(value, label, value in chosen) for value, label in grant_choices()],
        is_oneself=user.code == principal().code,
        sessions=queries.sessions_of(user, now, seen_since=now - sessions.IDLE), status=status,
    )  # fmt: skip


@admin_views.post("/nguoi-dung/<slug:code>/vai-tro")
@requires(_MANAGE, is_confirmed=True)
def change_roles(code: str) -> ResponseReturnValue:
    user, form = _somebody(code), RolesForm(request.form)
    if not form.validate():
        return _person_page(user, form=form, status=422)
    grants, actor, now = form.grants, principal().actor, clock.now()
    return _do(user, lambda: people.change_roles(user, grants, actor=actor, now=now))


@admin_views.post("/nguoi-dung/<slug:code>/khoa")
@requires(_MANAGE, is_confirmed=True)
def disable(code: str) -> ResponseReturnValue:
    user = _somebody(code)
    return _do(user, lambda: people.disable(user, actor=principal().actor, now=clock.now()))


@admin_views.post("/nguoi-dung/<slug:code>/mo-khoa")
@requires(_MANAGE, is_confirmed=True)
def enable(code: str) -> ResponseReturnValue:
    user = _somebody(code)
    return _do(user, lambda: people.enable(user, actor=principal().actor, now=clock.now()))


@admin_views.post("/nguoi-dung/<slug:code>/bo-hai-buoc")
@requires(_MANAGE, is_confirmed=True)
def remove_second_factor(code: str) -> ResponseReturnValue:
    user = _somebody(code)
    return _do(user, lambda: people.remove_second_factor(user, actor=principal().actor, now=clock.now()))


@admin_views.post("/nguoi-dung/<slug:code>/dang-xuat")
@requires(_MANAGE)
def sign_out_everywhere(code: str) -> ResponseReturnValue:
    user = _somebody(code)
    return _do(user, lambda: people.end_sessions(user, actor=principal().actor, now=clock.now()))


@admin_views.post("/nguoi-dung/<slug:code>/moi-lai")
@requires(_MANAGE, is_confirmed=True)
def invite_again(code: str) -> ResponseReturnValue:
    user = _somebody(code)
    if user.state != "invited":
        abort(409)
    return _invited(user, people.invite_again(user, actor=principal().actor, now=clock.now()))


def _do(user: User, change: Callable[[], None]) -> ResponseReturnValue:
    """Make a change, or show the person's page with why it is refused; nothing of it is kept then."""
    try:
        with db.session.begin_nested():
            change()
    except PeopleError as error:
        return _person_page(user, problem=people_problem(error), status=409)
    return see_other(staff_url(f"/nguoi-dung/{user.code}"))


@dataclass(frozen=True)
class _Sessions:
    found: Sequence[StaffSession]

    def count(self) -> int:
        return len(self.found)

    def rows(self, _order: Order, limit: int, offset: int) -> Sequence[StaffSession]:
        return self.found[offset : offset + limit]


@admin_views.get("/phien")
@requires(_MANAGE)
def all_sessions() -> ResponseReturnValue:
    now = clock.now()
    columns = [
        Column[StaffSession](
            "nguoi", _("Người"), lambda row: Link(row.user.name, staff_url(f"/nguoi-dung/{row.user.code}"))
        ),
        Column[StaffSession]("trinh-duyet", _("Trình duyệt"), lambda row: row.browser),
        Column[StaffSession]("dia-chi", _("Địa chỉ mạng"), lambda row: row.address),
        Column[StaffSession]("tu", _("Từ"), lambda row: row.created_at),
        Column[StaffSession]("dung", _("Dùng lần cuối"), lambda row: row.seen_at),
    ]
    source = _Sessions(queries.all_sessions(now, seen_since=now - sessions.IDLE))
    table = table_page(columns, source, Order("dung", descending=True), parameters={}, name="phien")
    if isinstance(table, Response):
        return table
    return render_staff("staff/accounts/sessions.html", title=_("Thiết bị đang đăng nhập"), table=table)
