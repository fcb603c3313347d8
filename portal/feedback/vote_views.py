"""Was a guide useful: one press to say so, one to confirm; why not, for who wants to say."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import visitor_form
from portal.core.i18n import current_locale
from portal.core.pages import FORM_LINKS, render, renderer
from portal.core.rate_limits import is_over
from portal.feedback.codes import FormToken, read_form_token
from portal.feedback.filling import TOKEN
from portal.feedback.forms import one_line
from portal.feedback.views import form_page
from portal.feedback.votes import LONGEST_REASON, add_reason, count_vote
from portal.guides import queries as guides

vote_views = Blueprint("votes", __name__)
PATH = FORM_LINKS["useful"]
_ANSWERS = {"co": True, "chua": False}
_RETRY_AFTER = "600"


@vote_views.get(f"{PATH}/<slug:slug>")
@visitor_form(parameters=("tra-loi",))
def vote_form(slug: str) -> Response:
    return _page(slug, "asking", request.args.get("tra-loi", ""))


@vote_views.post(f"{PATH}/<slug:slug>")
@visitor_form()
def voted(slug: str) -> Response:
    answer = request.form.get("tra-loi", "")
    if answer not in _ANSWERS or not _is_own():
        return _page(slug, "asking", answer, 422)
    if is_over("votes", renderer().config.feedback_per_hour):
        return _page(slug, "asking", answer, 429)
    response = _page(slug, "why" if answer == "chua" else "thanks", answer)
    count_vote(slug, _ANSWERS[answer], day=clock.today())
    return response


@vote_views.post(f"{PATH}/<slug:slug>/ly-do")
@visitor_form()
def reason_given(slug: str) -> Response:
    reason = one_line(request.form.get("ly_do", ""), LONGEST_REASON)
    if not _is_own():
        return _page(slug, "why", "chua", 422, reason)
    if is_over("votes", renderer().config.feedback_per_hour):
        return _page(slug, "why", "chua", 429, reason)
    response = _page(slug, "thanks", "chua")
    add_reason(slug, reason, day=clock.today())
    return response


def _is_own() -> bool:
    """Whether a page of ours, not too old, has sent it."""
    token = read_form_token(request.form.get(TOKEN, ""), renderer().config.secret_key)
    return token is not None and not token.is_expired(clock.now())


def _page(slug: str, step: str, answer: str, status: int = 200, reason: str = "") -> Response:
    guide = guides.guide(slug, current_locale().code) or abort(404)
    notes = {
        422: _("Trang này đã mở quá lâu. Bạn bấm lại."),
        429: _("Nơi bạn đang dùng mạng vừa gửi nhiều lần quá. Bạn chờ ít phút rồi bấm lại."),
    }
    response = render(
        "feedback/vote.html", "feedback/_vote.html", status=status,
        page=form_page(str(_("Trang này có hữu ích?")), f"{PATH}/{slug}"), guide=guide, step=step,
        answer=answer if answer in _ANSWERS else "", reason=reason, note=notes.get(status, ""),
        token=FormToken.new(clock.now()).written(renderer().config.secret_key), longest=LONGEST_REASON,
    )  # fmt: skip
    if status == 429:
        response.headers["Retry-After"] = _RETRY_AFTER
    return response
