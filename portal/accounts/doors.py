"""The doors of the staff: signing in, the second factor, a forgotten password."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.accounts import forgotten, passwords, people, second_factor, sessions, sign_in
from portal.accounts.attempts import DAY, TooManyAttemptsError
from portal.accounts.forms import CodeForm, EmailForm, SignInForm
from portal.accounts.models import StaffSession
from portal.accounts.sessions import KNOWN_BROWSER_LASTS, Client
from portal.accounts.sign_in import Candidate, SignedIn
from portal.core import clock
from portal.core.access import entrance
from portal.core.db import unit_of_work
from portal.core.forms import errors_of
from portal.core.gate import NEXT, SESSION_COOKIE, Cookie, next_address, remove_link_cookies, see_other
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.core.qr import qr_svg
from portal.core.staff import render_staff, staff_url

doors_views = Blueprint("doors", __name__, url_prefix="/can-bo")
BROWSER_COOKIE = Cookie("gandan-browser")
_STAGES = {"second_factor": "/dang-nhap/ma", "enrolment": "/dang-nhap/thiet-lap"}


def client() -> Client:
    """Where the request comes from."""
    return Client(request.remote_addr or "", request.headers.get("User-Agent", "")[:300], BROWSER_COOKIE.read())


def secret() -> str:
    """The portal's secret, under which attempts are counted."""
    return renderer().config.secret_key


def let_in(signed_in: SignedIn) -> Response:
    """Give the browser its cookies and lead it on: to the missing step, or to where it wanted to go.

    A visit by a private link ends: with it, the browser would go on as somebody else once the session is over.
    """
    wanted = request.args.get(NEXT, "")
    if signed_in.stage == "full":
        target = next_address(wanted)
    else:
        target = staff_url(_STAGES[signed_in.stage]) + (f"?{request.query_string.decode('latin-1')}" if wanted else "")
    response = see_other(target)
    give_cookies(response, signed_in)
    remove_link_cookies(response)
    return response


def give_cookies(response: Response, signed_in: SignedIn) -> None:
    """Set the cookies of a session, and of a browser that is known from now on."""
    SESSION_COOKIE.write(response, signed_in.token)
    if signed_in.browser_token:
        BROWSER_COOKIE.write(response, signed_in.browser_token, lasts=KNOWN_BROWSER_LASTS)


@doors_views.get("/dang-nhap")
@entrance
def sign_in_page() -> ResponseReturnValue:
    return _sign_in_page(SignInForm())


@doors_views.post("/dang-nhap")
@entrance
def sign_in_now() -> ResponseReturnValue:
    form, came = SignInForm(request.form), client()
    if not form.validate():
        return _sign_in_page(form, status=422)
    email, password = form.email.data or "", form.password.data or ""
    try:
        with unit_of_work():
            candidate = sign_in.admit(email, came, secret=secret(), now=clock.now())
    except TooManyAttemptsError as error:
        return _sign_in_page(form, problem=too_often(error), status=429)
    is_right = passwords.matches(password, candidate.password_hash) and _may_come(candidate)
    with unit_of_work():
        entered = sign_in.complete(candidate, came, secret=secret(), now=clock.now()) if is_right else None
        sessions.end_presented(SESSION_COOKIE.read() if entered else "", now=clock.now())
        if entered is None:
            sign_in.refuse(candidate, secret=secret(), now=clock.now())
    if entered is None:
        problem = _("Địa chỉ thư hoặc mật khẩu chưa đúng. Bạn xem lại phím Caps Lock và bộ gõ tiếng Việt.")
        return _sign_in_page(form, problem=problem, status=422)
    return let_in(entered)


def _may_come(candidate: Candidate) -> bool:
    """Illustrative people are let in where there is a demo only."""
    return renderer().config.demo or not candidate.is_demo


def _sign_in_page(form: SignInForm, *, problem: str = "", status: int = 200) -> Response:
    errors = [*([(problem, "email")] if problem else []), *errors_of(form)]
    return render_staff(
        "staff/doors/sign_in.html", title=_("Đăng nhập"), form=form, errors=errors, problem=problem, status=status
    )


def too_often(error: TooManyAttemptsError) -> str:
    """How long somebody has to wait who tried too often, and what they can do at once."""
    if error.window >= DAY:
        return str(_("Đã nhập sai quá nhiều lần trong ngày. Bạn chờ đến ngày mai, hoặc đặt lại mật khẩu để vào ngay."))
    return str(_("Đã thử quá nhiều lần. Bạn chờ 15 phút rồi thử lại, hoặc đặt lại mật khẩu."))


def _unfinished(stage: str) -> StaffSession | None:
    """The session that has got this far."""
    session = sessions.find(SESSION_COOKIE.read(), clock.now())
    return session if session is not None and session.stage == stage else None


def _again() -> Response:
    return see_other(staff_url("/dang-nhap"))


@doors_views.get("/dang-nhap/ma")
@entrance
def code_page() -> ResponseReturnValue:
    return _code_page(CodeForm()) if _unfinished("second_factor") else _again()


@doors_views.post("/dang-nhap/ma")
@entrance
def code_now() -> ResponseReturnValue:
    form = CodeForm(request.form)
    with unit_of_work():
        session = _unfinished("second_factor")
        if session is None:
            return _again()
        try:
            entered = (
                sign_in.finish_with_code(session, form.code.data, client(), secret=secret(), now=clock.now())
                if form.validate()
                else None
            )
        except TooManyAttemptsError as error:
            return _code_page(form, problem=too_often(error), status=429)
    return let_in(entered) if entered else _code_page(form, problem=wrong_code(), status=422)


def wrong_code() -> str:
    """What to tell somebody whose code is wrong."""
    return str(_("Mã chưa đúng hoặc đã dùng rồi. Bạn chờ ứng dụng hiện mã mới rồi nhập lại."))


def _code_page(form: CodeForm, *, problem: str = "", status: int = 200) -> Response:
    return render_staff(
        "staff/doors/code.html", title=_("Nhập mã xác thực"), form=form, problem=problem,
        errors=[(problem, "code")] if problem else [], status=status,
    )  # fmt: skip


@doors_views.get("/dang-nhap/thiet-lap")
@entrance
def enrolment_page() -> ResponseReturnValue:
    return _enrolment_page(CodeForm())


@doors_views.post("/dang-nhap/thiet-lap")
@entrance
def enrol_now() -> ResponseReturnValue:
    form = CodeForm(request.form)
    with unit_of_work():
        session = _unfinished("enrolment")
        if session is None:
            return _again()
        done = sign_in.enrol(session, form.code.data or "", client(), now=clock.now())
    if done is None:
        return _enrolment_page(form, problem=wrong_code(), status=422)
    entered, codes = done
    response = recovery_codes_page(codes, next_address(request.args.get(NEXT, "")))
    give_cookies(response, entered)
    return response


def recovery_codes_page(codes: list[str], next_url: str) -> Response:
    """The recovery codes, once: they are answered directly, because a redirect would have to keep them somewhere."""
    return render_staff(
        "staff/doors/recovery_codes.html", title=_("Mã khôi phục của bạn"), codes=codes, next_url=next_url
    )


def _enrolment_page(form: CodeForm, *, problem: str = "", status: int = 200) -> Response:
    session = _unfinished("enrolment")
    return enrolment_of(session, form, problem=problem, status=status) if session else _again()


def enrolment_of(session: StaffSession, form: CodeForm, *, problem: str = "", status: int = 200) -> Response:
    """The page that shows the second factor which a session offers, as a QR code and as text."""
    site, offered = renderer().site(current_locale()), session.offered_secret or ""
    uri = second_factor.enrolment_uri(offered, session.user.email, site.portal_name)
    return render_staff(
        "staff/doors/enrolment.html", title=_("Bật xác thực hai bước"), form=form, problem=problem,
        errors=[(problem, "code")] if problem else [], qr=qr_svg(uri), offered=offered, status=status,
    )  # fmt: skip


@doors_views.get("/quen-mat-khau")
@entrance
def forgotten_page() -> ResponseReturnValue:
    return _forgotten_page(EmailForm())


@doors_views.post("/quen-mat-khau")
@entrance
def forgotten_now() -> ResponseReturnValue:
    form = EmailForm(request.form)
    if not form.validate():
        return _forgotten_page(form, status=422)
    with unit_of_work():
        forgotten.ask(form.email.data or "", client(), secret=secret(), now=clock.now())
    return see_other(staff_url("/quen-mat-khau/da-gui"))


@doors_views.get("/quen-mat-khau/da-gui")
@entrance
def forgotten_sent() -> ResponseReturnValue:
    hours = people.RESET_LASTS // timedelta(hours=1)
    return render_staff("staff/doors/forgotten_sent.html", title=_("Mở hộp thư của bạn"), hours=hours)


def _forgotten_page(form: EmailForm, *, status: int = 200) -> Response:
    return render_staff(
        "staff/doors/forgotten.html", title=_("Quên mật khẩu"), form=form, errors=errors_of(form), status=status
    )
