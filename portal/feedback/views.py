"""The form of feedback: filled in, looked over, sent; and the code that comes back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import MappingProxyType

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import visitor_form
from portal.core.db import db, unit_of_work
from portal.core.errors import UNAVAILABLE, note_unavailable
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import FORM_LINKS, Page, render, renderer
from portal.core.rate_limits import is_over
from portal.feedback import labels, personal
from portal.feedback.categories import Diversion
from portal.feedback.codes import read_code
from portal.feedback.deadlines import PASS_ON_DAYS
from portal.feedback.filling import Filling, came, opened
from portal.feedback.placing import NOT_LISTED
from portal.feedback.receiving import MOST_FILES, Received, preview, submit, taken_before

feedback_views = Blueprint("feedback", __name__)
PATH = FORM_LINKS["feedback"]
# Three files of five megabytes each, and the words.
_MOST_BYTES = 16_000_000
_RETRY_AFTER = {429: "600", 503: "60"}


def form_page(title: str, path: str = PATH, *, found_by: str = "") -> Page:
    """A page of a form; search engines show only the empty form, described by `found_by`."""
    is_findable = bool(found_by) and request.method == "GET" and not request.query_string
    page = Page(title=title, path=path, description=found_by, noindex=not is_findable)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale())), (title, None)]
    return page


@feedback_views.get(PATH)
@visitor_form(parameters=("loai", "ve", "xa"), is_findable=True)
def feedback_form() -> Response:
    filling = opened()
    if filling.category is not None and filling.category.diversion:
        return _diverted(filling, filling.category.diversion)
    return _form(filling)


@feedback_views.post(PATH)
@visitor_form(most_bytes=_MOST_BYTES, opens_units=True)
def feedback_sent() -> Response:
    filling, step = came(), request.form.get("viec", "")
    if filling.category is not None and filling.category.diversion:
        return _diverted(filling, filling.category.diversion)
    if step == "sua":
        return _form(filling)
    if step != "gui":
        filling.take_files()
    filling.check()
    if filling.faults:
        return _form(filling, 422)
    return _send(filling) if step == "gui" else _preview(filling)


@feedback_views.post(f"{PATH}/ma")
@visitor_form()
def code_file() -> Response:
    """The code as a file to keep: what the page has said, nothing looked up."""
    code = read_code(request.form.get("ma", ""))
    address = renderer().config.site_url + localised_path(FORM_LINKS["tracking"], current_locale())
    lines = [str(_("Mã tra cứu phản ánh: %(code)s", code=code or "—")), str(_("Tra cứu tại: %(url)s", url=address))]
    lines.append(str(_("Ai có mã này đều xem được phản ánh. Bạn giữ cho riêng mình.")))
    response = Response("\r\n".join([*lines, ""]), mimetype="text/plain")
    response.headers["Content-Disposition"] = "attachment; filename=ma-phan-anh.txt"
    return response


def _form(filling: Filling, status: int = 200) -> Response:
    choices = [(key, name, labels.category_hint(key)) for key, name in labels.category_choices(taken_only=True)]
    described = _("Báo điều chưa đúng, chưa tốt khi làm thủ tục, không cần tài khoản. Biết trước ai trả lời, ngày nào.")
    return render(
        "feedback/form.html", "feedback/_form.html", status=status,
        page=form_page(str(_("Gửi phản ánh")), found_by=str(described)),
        filling=filling, form=filling.form, faults={id_: message for message, id_ in reversed(filling.faults)},
        choices=choices, diversions=[(one.value, labels.category_label(one.value)) for one in Diversion],
        category_name=labels.category_label(filling.form.loai.data) if filling.category else "",
        files=filling.shown_files(), most_files=MOST_FILES, not_listed=NOT_LISTED,
    )  # fmt: skip


def _diverted(filling: Filling, diversion: Diversion) -> Response:
    """What to do instead: nothing of it is kept here."""
    title = {
        Diversion.COMPLAINT: _("Khiếu nại có đường đi riêng"),
        Diversion.DENUNCIATION: _("Tố cáo có đường đi riêng"),
        Diversion.EMERGENCY: _("Khẩn cấp thì gọi ngay"),
    }[diversion]
    filling.form.loai.data = ""  # the way back asks for another
    return render("feedback/diverted.html", page=form_page(str(title)), filling=filling, diversion=diversion.value)


def _preview(filling: Filling, status: int = 200) -> Response:
    """The form once more, as it would be sent; the token is good again, whatever it was."""
    filling.refresh()
    if filling.form.trang_web.data:
        filling.notes.append(_("Ô ẩn phải để trống đã có chữ, có thể do trình duyệt tự điền. Chúng tôi đã xóa chữ ấy."))
    message, locale = filling.form.noi_dung.data or "", current_locale().code
    expected = preview(filling.form.loai.data or "", filling.placing.given, filling.subject, now=clock.now())
    response = render(
        "feedback/preview.html", status=status, page=form_page(str(_("Xem lại trước khi gửi"))), filling=filling,
        form=filling.form, files=filling.shown_files(), expected=expected,
        agency=labels.agency_name(expected.route.agency), reason=labels.route_for_person(expected.route),
        category_name=labels.category_label(filling.form.loai.data or ""),
        personal=labels.personal_labels(personal.kinds_in(message, filling.placing.given)),
        masked=personal.mask(message),
        pass_days=PASS_ON_DAYS, pass_source=labels.pass_on_source(),
        keep_days=renderer().config.feedback_keep_days, pass_due=labels.day_in_words(expected.pass_due, locale),
        answer_due=labels.day_in_words(expected.answer_due, locale) if expected.answer_due else "",
    )  # fmt: skip
    if status in _RETRY_AFTER:
        response.headers["Retry-After"] = _RETRY_AFTER[status]
    return response


def _send(filling: Filling) -> Response:
    submission, config, now = filling.submission(), renderer().config, clock.now()
    known = taken_before(submission, secret=config.secret_key)
    if known is None and not _is_good(filling):
        # Its twin may have become a case since, and have taken the files.
        db.session.rollback()
        known = taken_before(submission, secret=config.secret_key)
        if known is None:
            return _preview(filling)
    if known is not None:
        return _done(_Done.of(known))
    if is_over("feedback", config.feedback_per_hour):
        filling.notes.append(_("Nơi bạn đang dùng mạng vừa gửi nhiều phản ánh quá. Bạn chờ ít phút rồi bấm Gửi."))
        return _preview(filling, 429)
    # The page is made, and the case routed, outside of the unit of work: SQLite has one writer at a time.
    expected = preview(submission.category, submission.place, submission.subject, now=now)
    names = {expected.route.agency: labels.agency_name(expected.route.agency)}
    try:
        with unit_of_work():
            done = _Done.of(submit(submission, secret=config.secret_key, now=now, expected=expected))
    except UNAVAILABLE as error:
        note_unavailable(error)
        # Sent again it can't become two cases, even where this one was stored in spite of the error.
        filling.notes.append(
            _("Máy đang bận nên chưa nhận được. Mọi điều bạn viết còn nguyên: chờ một phút rồi bấm Gửi.")
        )
        return _preview(filling, 503)
    return _done(done, names)


def _is_good(filling: Filling) -> bool:
    """Whether a new case may be made of it; else `notes` say why not yet."""
    token, now = filling.token, clock.now()
    if filling.is_foreign or token.is_expired(now) or filling.form.trang_web.data:
        return False
    if token.is_hasty(now):
        filling.notes.append(_("Bạn gửi nhanh quá. Bạn đọc lại một lượt rồi bấm Gửi."))
        return False
    if filling.files and len(shown := filling.shown_files()) < len(filling.files):
        filling.files = tuple(file.code for file in shown)
        filling.notes.append(_("Có tệp không còn nữa. Bạn bấm Sửa lại để chọn lại, hoặc gửi không có tệp."))
        return False
    return True


@dataclass(frozen=True, slots=True)
class _Done:
    """What the last page says of a case."""

    code: str | None
    is_new: bool
    agency: str
    email: str
    received_at: datetime
    pass_due: date
    answer_due: date | None
    answer_source: str

    @classmethod
    def of(cls, received: Received) -> _Done:
        case = received.told
        return cls(
            received.code, received.is_new, case.agency, case.contact_email, case.received_at, case.pass_due,
            case.answer_due, case.answer_source,
        )  # fmt: skip


def _done(done: _Done, names: Mapping[str, str] = MappingProxyType({})) -> Response:
    """The last page; `names` are those of agencies that needn't be asked for again."""
    locale = current_locale().code
    return render(
        "feedback/done.html", page=form_page(str(_("Đã nhận phản ánh"))), code=done.code, email=done.email,
        is_new=done.is_new, agency=names.get(done.agency) or labels.agency_name(done.agency),
        received=formats.instant(done.received_at, locale),
        pass_due=labels.day_in_words(done.pass_due, locale), pass_days=PASS_ON_DAYS,
        answer_due=labels.day_in_words(done.answer_due, locale) if done.answer_due else "",
        answer_source=done.answer_source, site_url=renderer().config.site_url,
    )  # fmt: skip
