"""Error pages: rendered at start and whenever the profile changes, so that showing one can't fail."""

from __future__ import annotations

import logging
import sqlite3
from collections.abc import Callable

from flask import Flask, Response, request
from sqlalchemy.exc import DataError, IntegrityError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from werkzeug.exceptions import HTTPException

from portal.core.gate import STAFF
from portal.core.i18n import LOCALES, catalogue, current_locale, localised_path
from portal.core.pages import Look, Page, Renderer, is_api_request
from portal.core.problems import problem

logger = logging.getLogger("portal.errors")
# The database can't be reached, or others keep it busy for longer than anybody is made to wait.
UNAVAILABLE = (InterfaceError, PoolTimeoutError, OperationalError, sqlite3.OperationalError)


def _(message: str) -> str:
    """Marks a string for extraction; it is translated when the page is made."""
    return message


# status -> (title, explanation)
MESSAGES: dict[int, tuple[str, str]] = {
    400: (_("Yêu cầu chưa đúng"), _("Địa chỉ hoặc nội dung gửi lên có chỗ không đọc được. Bạn thử tìm lại từ đầu.")),
    403: (
        _("Bạn chưa được vào trang này"),
        _("Trang này chỉ dành cho người có quyền. Các hướng dẫn thì ai cũng xem được."),
    ),
    404: (
        _("Không tìm thấy trang"),
        _("Trang có thể đã đổi địa chỉ, hoặc đường liên kết bị thiếu chữ. Bạn thử tìm theo việc cần làm."),
    ),
    405: (_("Trang này không nhận cách gửi đó"), _("Bạn mở lại trang từ đầu rồi làm tiếp.")),
    409: (
        _("Có người vừa sửa trước bạn"),
        _("Nội dung đã đổi trong lúc bạn làm. Bạn mở lại trang để xem bản mới nhất rồi làm tiếp."),
    ),
    410: (
        _("Liên kết này không còn dùng được"),
        _(
            "Liên kết đã hết hạn, đã dùng rồi hoặc đã có liên kết mới thay. Bạn xin liên kết mới, hoặc nhờ người mời "
            "bạn gửi lại."
        ),
    ),
    413: (_("Nội dung gửi lên lớn quá"), _("Bạn rút ngắn nội dung hoặc chọn tệp nhỏ hơn rồi gửi lại.")),
    414: (_("Địa chỉ dài quá"), _("Bạn tìm lại bằng ít chữ hơn, vài từ chính là đủ.")),
    422: (_("Có chỗ điền chưa đúng"), _("Bạn quay lại trang trước, sửa chỗ được đánh dấu rồi gửi lại.")),
    429: (_("Bạn gửi nhanh quá"), _("Bạn chờ một phút rồi thử lại. Những gì đã lưu vẫn còn.")),
    500: (_("Trang đang gặp trục trặc"), _("Lỗi ở phía chúng tôi và đã được ghi lại. Bạn thử lại sau ít phút.")),
    503: (_("Trang tạm nghỉ"), _("Hệ thống đang bận hoặc đang bảo trì. Bạn thử lại sau một phút.")),
}  # fmt: skip
# What somebody of the staff meets at their work: those pages lead back to it.
_WITH_A_WAY_BACK = frozenset({403, 404, 409})
_RETRY_AFTER_SECONDS = {429: "60", 503: "60"}


def note_unavailable(error: Exception) -> None:
    """Log one of `UNAVAILABLE`, by whoever answers it."""
    logger.error("database unavailable", exc_info=error, extra={"endpoint": request.endpoint})


def init_errors(app: Flask, renderer: Renderer) -> None:
    """Render every error page in every language and register the handlers."""
    pages: dict[tuple[int, str, bool], bytes] = {}
    renderer.on_new_look(lambda look: pages.update(_pages_of(look)))

    def answer(status: int) -> Response:
        shown = status if status in MESSAGES else 500 if status >= 500 else 400
        if is_api_request():
            title, explanation = (catalogue(current_locale().code).ugettext(text) for text in MESSAGES[shown])
            response = problem(status, title, explanation)
        else:
            if status < 500:
                renderer.look()  # a process that shows nothing but errors learns of a changed profile too
            of_staff = shown in _WITH_A_WAY_BACK and request.path.startswith(f"{STAFF}/")
            response = Response(pages[shown, current_locale().code, of_staff], status, mimetype="text/html")
        response.headers["Cache-Control"] = "no-store"
        if status in _RETRY_AFTER_SECONDS:
            response.headers["Retry-After"] = _RETRY_AFTER_SECONDS[status]
        return response

    _register(app, answer)


def _pages_of(look: Look) -> dict[tuple[int, str, bool], bytes]:
    """Every error page in every language; some once more for the staff's addresses."""
    pages = {}
    for status, (title, explanation) in MESSAGES.items():
        for code in look.sites:
            locale = LOCALES[code]
            translate = catalogue(code).ugettext
            page = Page(title=translate(title), path="/", description=translate(explanation), noindex=True)
            for of_staff in (False, True) if status in _WITH_A_WAY_BACK else (False,):
                text = look.text(
                    "errors/error.html", locale, page=page, code=status, title=page.title,
                    explanation=page.description, back=localised_path(STAFF, locale) if of_staff else "",
                )  # fmt: skip
                pages[status, code, of_staff] = text.encode()
    return pages


def _register(app: Flask, answer: Callable[[int], Response]) -> None:
    """Say which error gets which page."""

    @app.errorhandler(HTTPException)
    def http_error(error: HTTPException) -> Response:
        if error.code is None or error.code < 400:
            redirect = error.get_response()
            return Response(redirect.data, redirect.status_code, dict(redirect.headers))
        response = answer(error.code)
        allowed = getattr(error, "valid_methods", None)
        if error.code == 405 and allowed:
            response.headers["Allow"] = ", ".join(sorted(allowed))
        return response

    def database_error(error: Exception) -> Response:
        note_unavailable(error)
        return answer(503)

    for kind in UNAVAILABLE:
        app.register_error_handler(kind, database_error)

    @app.errorhandler(IntegrityError)
    def conflict(error: IntegrityError) -> Response:
        """Two people did what can be done once; the database let the first one."""
        logger.warning("conflict", extra={"endpoint": request.endpoint, "kind": type(error.orig).__name__})
        return answer(409)

    @app.errorhandler(DataError)
    def unfit(error: DataError) -> Response:
        """What was sent is nothing that the database can hold or look for, such as a text with a NUL on PostgreSQL."""
        logger.warning("unfit data", extra={"endpoint": request.endpoint, "kind": type(error.orig).__name__})
        return answer(400)

    @app.errorhandler(Exception)
    def unexpected(error: Exception) -> Response:
        logger.error("unhandled error", exc_info=error, extra={"endpoint": request.endpoint})
        return answer(500)
