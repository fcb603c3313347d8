"""Behind a code: how a case stands, and what its person may do. The code is never in an address."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import visitor_form
from portal.core.db import unit_of_work
from portal.core.forms import errors_of
from portal.core.i18n import current_locale
from portal.core.pages import FORM_LINKS, render, renderer
from portal.core.rate_limits import has_used_up, is_over
from portal.feedback import citizen, labels, queries
from portal.feedback.codes import code_hash, lost_code_key, read_code
from portal.feedback.forms import FollowUpForm, LostCodeForm, RatingForm, one_line
from portal.feedback.models import FeedbackCase
from portal.feedback.states import Rating
from portal.feedback.status import status_view
from portal.feedback.uploading import upload_store
from portal.feedback.views import form_page
from portal.media.serving import stored_file

tracking_views = Blueprint("tracking", __name__)
PATH = FORM_LINKS["tracking"]
_FEEDBACK = FORM_LINKS["feedback"]
_RETRY_AFTER = "600"
Fault = tuple[str, str]
Act = Callable[[FeedbackCase, datetime], Response]


@tracking_views.get(PATH)
@visitor_form(is_findable=True)
def tracking_form() -> Response:
    return _ask("")


@tracking_views.post(PATH)
@visitor_form(opens_units=True)
def tracked() -> Response:
    return _opened(lambda case, _now: _status(case))


@tracking_views.post(f"{_FEEDBACK}/bo-sung")
@visitor_form()
def follow_up() -> Response:
    return _opened(_follow_up)


@tracking_views.post(f"{_FEEDBACK}/danh-gia")
@visitor_form()
def rated() -> Response:
    return _opened(_rate)


@tracking_views.post(f"{_FEEDBACK}/tep")
@visitor_form(opens_units=True)
def own_file() -> Response:
    return _opened(_own_file)


@tracking_views.post(f"{_FEEDBACK}/xoa")
@visitor_form(opens_units=True)
def erased() -> Response:
    """First asks whether it is meant."""
    return _opened(_erase if request.form.get("chac") == "1" else _confirm_erasure)


@tracking_views.get(f"{_FEEDBACK}/mat-ma")
@visitor_form()
def lost_code_form() -> Response:
    return _lost(LostCodeForm())


@tracking_views.post(f"{_FEEDBACK}/mat-ma")
@visitor_form()
def lost_code() -> Response:
    """The same answer whether anybody left this address or not."""
    form, config, now = LostCodeForm(request.form), renderer().config, clock.now()
    if not form.validate():
        return _lost(form, 422)
    if is_over("lost codes", config.codes_per_hour):
        form.email.errors = [_too_often()]
        return _lost(form, 429)
    email = form.email.data or ""
    citizen.ask_for_new_code(email, key=lost_code_key(email, config.secret_key, now), now=now)
    return render("feedback/lost_sent.html", page=form_page(str(_("Bạn xem hộp thư")), PATH), email=email)


def _opened(act: Act) -> Response:
    """What a view does with the case whose code was sent; unknown and malformed codes are answered alike."""
    typed, per_hour = one_line(request.form.get("ma", ""), 60), renderer().config.codes_per_hour
    if has_used_up("codes", per_hour):
        return _ask(typed, _too_often(), 429)
    code = read_code(typed)
    case = queries.case_by_code_hash(code_hash(code or typed))
    if code is None or case is None:
        is_over("codes", per_hour)
        return _ask(typed, str(_("Không có phản ánh nào mang mã này. Bạn xem lại từng chữ và số.")), 422)
    return act(case, clock.now())


def _ask(typed: str, fault: str = "", status: int = 200) -> Response:
    described = _("Gõ mã đã nhận khi gửi để xem phản ánh của bạn đang ở đâu, trả lời thế nào, và đánh giá.")
    page = form_page(str(_("Tra cứu phản ánh")), PATH, found_by=str(described))
    response = render(
        "feedback/track.html", status=status, page=page, typed=typed,
        faults=[(fault, "ma")] if fault else [],
    )  # fmt: skip
    return _later(response)


def _lost(form: LostCodeForm, status: int = 200) -> Response:
    page = form_page(str(_("Mất mã tra cứu")), f"{_FEEDBACK}/mat-ma")
    return _later(render("feedback/lost.html", status=status, page=page, form=form, faults=errors_of(form)))


def _later(response: Response) -> Response:
    if response.status_code == 429:
        response.headers["Retry-After"] = _RETRY_AFTER
    return response


def _too_often() -> str:
    return str(_("Nơi bạn đang dùng mạng vừa thử nhiều lần quá. Bạn chờ ít phút rồi bấm lại."))


def _status(case: FeedbackCase, *, said: str = "", faults: list[Fault] | None = None, **typed: str) -> Response:
    """The page of a case; `said` is what just happened, `typed` what comes back with a fault."""
    shown = status_view(case, now=clock.now(), locale=current_locale().code)
    code = read_code(request.form.get("ma", ""))
    return render(
        "feedback/status.html", status=422 if faults else 200, page=form_page(str(_("Phản ánh của bạn")), PATH),
        view=shown, code=code, said=said, fault_list=faults or [],
        faults={id_: message for message, id_ in faults or []}, typed=typed,
        ratings=[(one.value, labels.rating_label(one)) for one in Rating],
    )  # fmt: skip


def _follow_up(case: FeedbackCase, now: datetime) -> Response:
    form = FollowUpForm(request.form)
    if not form.validate():
        return _status(case, faults=errors_of(form), bo_sung=form.bo_sung.data or "")
    try:
        citizen.follow_up(case, form.bo_sung.data or "", now=now)
    except citizen.NotPossibleError as error:
        return _status(case, said=labels.refusal_for_person(error.code))
    return _status(case, said=str(_("Đã gửi điều bạn bổ sung.")))


def _rate(case: FeedbackCase, now: datetime) -> Response:
    form = RatingForm(request.form)
    if not form.validate():
        return _status(case, faults=errors_of(form), muc=form.muc.data or "", ly_do=form.ly_do.data or "")
    try:
        is_reopened = citizen.rate(case, Rating(form.muc.data), form.ly_do.data or "", now=now)
    except citizen.NotPossibleError as error:
        return _status(case, said=labels.refusal_for_person(error.code))
    if is_reopened:
        agency = labels.agency_name(case.agency)
        return _status(case, said=str(_("Phản ánh được mở lại và chuyển đến %(agency)s.", agency=agency)))
    return _status(case, said=str(_("Cảm ơn bạn đã đánh giá.")))


def _own_file(case: FeedbackCase, _now: datetime) -> Response:
    files = queries.files_of(case)
    code = one_line(request.form.get("tep", ""), 20)
    found = next(((number, file) for number, file in enumerate(files, 1) if file.code == code), None)
    if found is None:
        abort(404)
    number, file = found
    return stored_file(upload_store(renderer().config).path(file.store_key), f"phan-anh-{number}")


def _confirm_erasure(case: FeedbackCase, _now: datetime) -> Response:
    if citizen.is_erased(case):
        return _status(case, said=str(_("Thông tin của bạn đã được xóa rồi.")))
    page = form_page(str(_("Xóa thông tin của bạn?")), PATH)
    return render("feedback/erase.html", page=page, code=read_code(request.form.get("ma", "")))


def _erase(case: FeedbackCase, now: datetime) -> Response:
    if citizen.is_erased(case):
        return _status(case, said=str(_("Thông tin của bạn đã được xóa rồi.")))
    with unit_of_work():
        found = queries.case_by_reference(case.reference)
        gone = citizen.erase(found, now=now) if found is not None else []
    store = upload_store(renderer().config)
    for key in gone:
        store.delete(key)
    return _opened(lambda again, _now: _status(again, said=str(_("Đã xóa điều bạn viết, tệp và cách liên hệ."))))
