"""Coming by a private link: accepting an invitation, setting a forgotten password anew."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import passwords, people, queries, sign_in
from portal.accounts.doors import client, let_in, secret
from portal.accounts.forms import NewPasswordForm
from portal.accounts.models import User
from portal.core import clock, links
from portal.core.access import by_link
from portal.core.db import unit_of_work
from portal.core.forms import errors_of
from portal.core.gate import link_cookie, visit
from portal.core.links import Door, Purpose
from portal.core.staff import render_staff

arrivals_views = Blueprint("arrivals", __name__, url_prefix="/can-bo")


def invitation_door() -> Door:
    """What the page behind an invitation says."""
    return Door(
        _("Lời mời dùng trang cán bộ"),
        _("Bạn được mời làm việc trên cổng. Bước sau bạn chọn mật khẩu của mình."),
        _("Nhận lời mời"),
        "/can-bo/loi-moi",
    )


def reset_door() -> Door:
    """What the page behind a reset link says."""
    return Door(
        _("Đặt lại mật khẩu"),
        _("Bước sau bạn chọn mật khẩu mới. Các thiết bị đang đăng nhập sẽ bị đăng xuất."),
        _("Tiếp tục"),
        "/can-bo/mat-khau-moi",
    )


def _arrived() -> User:
    link = visit().link
    user = queries.user_by_code(link.subject) if link else None
    if user is None or not user.is_active:
        abort(410)
    return user


@arrivals_views.get("/loi-moi")
@by_link(Purpose.INVITATION)
def invitation() -> ResponseReturnValue:
    return _password_page(_arrived())


@arrivals_views.post("/loi-moi")
@by_link(Purpose.INVITATION, opens_units=True)
def accept_invitation() -> ResponseReturnValue:
    return _set_password(Purpose.INVITATION)


@arrivals_views.get("/mat-khau-moi")
@by_link(Purpose.PASSWORD_RESET)
def new_password() -> ResponseReturnValue:
    return _password_page(_arrived())


@arrivals_views.post("/mat-khau-moi")
@by_link(Purpose.PASSWORD_RESET, opens_units=True)
def set_new_password() -> ResponseReturnValue:
    return _set_password(Purpose.PASSWORD_RESET)


def _password_page(user: User, form: NewPasswordForm | None = None, *, status: int = 200) -> Response:
    form = form or NewPasswordForm(user=user)
    return render_staff(
        "staff/doors/new_password.html", title=_("Chọn mật khẩu"), user=user, form=form, errors=errors_of(form),
        shortest=passwords.SHORTEST, status=status,
    )  # fmt: skip


def _set_password(purpose: Purpose) -> ResponseReturnValue:
    user = _arrived()
    form = NewPasswordForm(request.form, user=user)
    if not form.validate():
        return _password_page(user, form, status=422)
    # Outside of a unit: hashing takes a while, and would hold the database's write lock.
    password_hash = passwords.hash_password(form.new_password.data or "")
    with unit_of_work():
        if not links.spend(link_cookie(purpose).read(), purpose, now=clock.now()):
            abort(410)
        user = _arrived()
        people.set_password(user, password_hash, now=clock.now())
        if not user.is_active:  # an admin was quicker
            abort(410)
        sign_in.begin_anew(user, secret=secret())
        entered = sign_in.enter(user, client(), now=clock.now())
    return let_in(entered)
