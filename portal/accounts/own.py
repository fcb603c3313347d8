"""What somebody does about their own account: proving again who they are, password, second factor, sessions."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import attempts, passwords, people, queries, sessions, sign_in
from portal.accounts.attempts import Counted, TooManyAttemptsError
from portal.accounts.doors import client, enrolment_of, give_cookies, recovery_codes_page, secret, too_often, wrong_code
from portal.accounts.forms import ChangePasswordForm, CodeForm, ConfirmationForm
from portal.accounts.models import StaffSession, User
from portal.accounts.records import note_refusal
from portal.core import clock, links
from portal.core.access import signed_in
from portal.core.db import unit_of_work
from portal.core.forms import errors_of
from portal.core.gate import (
    NEXT,
    SESSION_COOKIE,
    link_tokens,
    next_address,
    principal,
    remove_link_cookies,
    see_other,
)
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.pages import renderer
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url

own_views = Blueprint("own", __name__, url_prefix="/can-bo")


def _session() -> StaffSession:
    session = queries.session_by_code(principal().session_code)
    return session or abort(403)


def _me() -> User:
    return queries.user_by_code(principal().code) or abort(403)


@own_views.post("/dang-xuat")
@signed_in
def sign_out() -> ResponseReturnValue:
    people.sign_out(_session(), now=clock.now())
    for token in link_tokens():
        links.leave(token)
    response = see_other(staff_url("/dang-nhap"))
    SESSION_COOKIE.remove(response)
    remove_link_cookies(response)
    return response


@own_views.get("/xac-nhan")
@signed_in
def confirm_page() -> ResponseReturnValue:
    return _confirm_page(ConfirmationForm())


@own_views.post("/xac-nhan")
@signed_in(opens_units=True)
def confirm_now() -> ResponseReturnValue:
    form, me = ConfirmationForm(request.form), _me()
    if me.totp_secret is None:
        del form.code
    if not form.validate():
        return _confirm_page(form, status=422)
    problem = _password_problem(form.password.data or "")
    if problem:
        form.password.errors = [problem]
        return _confirm_page(form, status=422)
    problem = wrong_code()
    with unit_of_work():
        session = _session()
        try:
            is_proved = "code" not in form or sign_in.prove_second_factor(
                session.user, form.code.data or "", client(), secret=secret(), now=clock.now()
            )
        except TooManyAttemptsError as error:
            is_proved, problem = False, too_often(error)
        token = sessions.replace(session, client(), "full", now=clock.now()) if is_proved else None
    if not is_proved:
        form.code.errors = [problem]
        return _confirm_page(form, status=422)
    if token is None:  # ended meanwhile, in another browser
        return see_other(staff_url("/dang-nhap"))
    response = see_other(next_address(request.args.get(NEXT, "")))
    SESSION_COOKIE.write(response, token)
    return response


def _password_problem(password: str) -> str:
    """Why the current password, typed again, isn't believed; "" where it is right."""
    limits, now = (attempts.CONFIRMATION_DAY, attempts.CONFIRMATION), clock.now()
    counted = [Counted(limit, principal().code) for limit in limits]
    try:
        with unit_of_work():
            used_up = attempts.take_all(counted, secret=secret(), now=now)
    except TooManyAttemptsError as error:
        return too_often(error)
    is_right = passwords.matches(password, _me().password_hash)
    with unit_of_work():
        if is_right:
            attempts.give_back(counted, secret=secret())
        else:
            note_refusal("confirmation_refused", _me(), used_up, secret=secret(), now=now)
    return "" if is_right else str(_("Mật khẩu chưa đúng."))


def _confirm_page(form: ConfirmationForm, *, status: int = 200) -> Response:
    return render_staff(
        "staff/doors/confirm.html", title=_("Xác nhận lại là bạn"), form=form, errors=errors_of(form),
        asks_code=_me().totp_secret is not None, status=status,
    )  # fmt: skip


@own_views.get("/tai-khoan")
@signed_in
def account() -> ResponseReturnValue:
    me, now = _me(), clock.now()
    left = sum(code.used_at is None for code in queries.recovery_codes(me))
    return render_staff(
        "staff/accounts/own.html", title=_("Tài khoản của tôi"), user=me, codes_left=left,
        sessions=queries.sessions_of(me, now, seen_since=now - sessions.IDLE), here=principal().session_code,
        gets_weekly=principal().may(Permission.EDIT_CONTENT),
        languages=[
            (code, LOCALES[code].name, code == me.locale) for code in renderer().profile.languages
        ],
    )  # fmt: skip


@own_views.post("/tai-khoan/thu")
@signed_in
def weekly_mail() -> ResponseReturnValue:
    locale = request.form.get("locale", "")
    people.choose_mail(
        _me(), is_wanted=request.form.get("weekly") == "1",
        locale=locale if locale in renderer().profile.languages else DEFAULT_LOCALE.code, now=clock.now(),
    )  # fmt: skip
    return see_other(staff_url("/tai-khoan") + "#thu-hang-tuan")


@own_views.get("/tai-khoan/mat-khau")
@signed_in(is_confirmed=True)
def password_page() -> ResponseReturnValue:
    return _password_page(ChangePasswordForm(user=_me()))


@own_views.post("/tai-khoan/mat-khau")
@signed_in(is_confirmed=True, opens_units=True)
def change_password() -> ResponseReturnValue:
    form = ChangePasswordForm(request.form, user=_me())
    if not form.validate():
        return _password_page(form, status=422)
    problem = _password_problem(form.password.data or "")
    if problem:
        form.password.errors = [problem]
        return _password_page(form, status=422)
    password_hash = passwords.hash_password(form.new_password.data or "")
    with unit_of_work():
        me = queries.locked_user(principal().code) or abort(403)
        _session()  # a new password by mail may have ended it since the former one was typed
        people.set_password(me, password_hash, now=clock.now(), but=principal().session_code)
    return see_other(staff_url("/tai-khoan"))


def _password_page(form: ChangePasswordForm, *, status: int = 200) -> Response:
    return render_staff(
        "staff/accounts/password.html", title=_("Đổi mật khẩu"), form=form, errors=errors_of(form),
        shortest=passwords.SHORTEST, status=status,
    )  # fmt: skip


@own_views.post("/tai-khoan/hai-buoc/bat-dau")
@signed_in(is_confirmed=True)
def begin_second_factor() -> ResponseReturnValue:
    sign_in.offer_second_factor(_session())
    return see_other(staff_url("/tai-khoan/hai-buoc"))


@own_views.get("/tai-khoan/hai-buoc")
@signed_in(is_confirmed=True)
def second_factor_page() -> ResponseReturnValue:
    session = _session()
    if session.offered_secret is None:
        return see_other(staff_url("/tai-khoan"))
    return enrolment_of(session, CodeForm())


@own_views.post("/tai-khoan/hai-buoc")
@signed_in(is_confirmed=True)
def enrol_second_factor() -> ResponseReturnValue:
    form, session = CodeForm(request.form), _session()
    done = sign_in.enrol(session, form.code.data or "", client(), now=clock.now())
    if done is None:
        return enrolment_of(session, form, problem=wrong_code(), status=422)
    entered, codes = done
    response = recovery_codes_page(codes, staff_url("/tai-khoan"))
    give_cookies(response, entered)
    return response


@own_views.post("/tai-khoan/ma-khoi-phuc")
@signed_in(is_confirmed=True)
def new_recovery_codes() -> ResponseReturnValue:
    me = _me()
    if me.totp_secret is None:
        abort(409)
    codes = sign_in.renew_recovery_codes(me, now=clock.now())
    return recovery_codes_page(codes, staff_url("/tai-khoan"))


@own_views.post("/tai-khoan/phien/<slug:code>")
@signed_in
def end_session(code: str) -> ResponseReturnValue:
    session = queries.session_by_code(code)
    if session is None or session.user.code != principal().code:
        abort(404)
    people.end_session(session, now=clock.now())
    return see_other(staff_url("/tai-khoan"))


@own_views.post("/tai-khoan/dang-xuat-noi-khac")
@signed_in
def end_other_sessions() -> ResponseReturnValue:
    people.end_sessions(_me(), actor=principal().actor, now=clock.now(), but=principal().session_code)
    return see_other(staff_url("/tai-khoan"))
