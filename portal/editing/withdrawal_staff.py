"""Guides that are taken off the portal: editors ask for it, a second person decides; and the way back."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, current_locale, localised_path
from portal.core.pages import renderer
from portal.core.permissions import Permission, Principal
from portal.core.staff import Waiting, render_staff, staff_url
from portal.core.text import clean_line, clean_paragraphs
from portal.editing import queries, withdrawal_queries, withdrawals
from portal.editing.events import EditingError
from portal.editing.labels import refusal
from portal.editing.staff import crumbs, draft_url, guide_url, shown_versions
from portal.editing.withdrawal_labels import withdrawal_states
from portal.editing.withdrawals import LONGEST_WORDS, RULES, Decision
from portal.guides.queries import URL_PREFIX, leading_to, values_of_guide, withdrawn
from portal.sharing.queries import count_to
from portal.sharing.targets import LONGEST, target_of

withdrawal_staff = Blueprint("withdrawal_staff", __name__, url_prefix="/can-bo/go-trang")
HERE = "/go-trang"
_WRITE = Permission.EDIT_CONTENT
_FIELDS = {"bad_target": "target", "no_explanation": f"explanation.{DEFAULT_LOCALE.code}", "no_words": "words"}
_CONFLICTS = ("changed_since_asked", "bad_target")


def _find(typed: str) -> str | None:
    found = target_of(typed, renderer().config.site_url)
    return found.path if found else None


def _url(slug: str, rest: str = "") -> str:
    return staff_url(f"{HERE}/{slug}{rest}")


@withdrawal_staff.get("")
@requires(_WRITE)
def withdrawals_list() -> ResponseReturnValue:
    code = current_locale().code
    return render_staff(
        "staff/editing/withdrawn_list.html", title=_("Trang đã gỡ"), crumbs=crumbs(),
        asked=[(row, _url(row.slug)) for row in withdrawal_queries.open_withdrawals()],
        gone=[(row.title(code)[0], row.at, row.target, _url(slug)) for slug, row in withdrawn().items()],
    )  # fmt: skip


@withdrawal_staff.get("/<slug:slug>")
@requires(_WRITE)
def withdrawal(slug: str) -> ResponseReturnValue:
    """The question about a guide, the form to ask it, or what is left of the guide."""
    return _withdrawn_page(slug) if slug in withdrawn() else _page(slug)


def _withdrawn_page(slug: str) -> Response:
    found, code = withdrawn()[slug], current_locale().code
    draft = queries.open_draft(slug)
    return render_staff(
        "staff/editing/withdrawn.html", title=found.title(code)[0],
        crumbs=[*crumbs(), (_("Trang đã gỡ"), staff_url(HERE))],
        found=found, languages=_languages(),
        page_url=localised_path(URL_PREFIX + slug, current_locale()),
        draft_url=draft_url(draft.code) if draft else "", can_begin=draft is None,
        versions=shown_versions(slug, ""), leading=_leading(slug), decided=_decided(slug),
        share_links=count_to(URL_PREFIX + slug),
    )  # fmt: skip


def _languages() -> list[tuple[str, str]]:
    return [(code, locale.name) for code, locale in LOCALES.items()]


def _leading(slug: str) -> list[tuple[str, str]]:
    """The guides that still lead to one, and where they are mended."""
    return [(card.title, guide_url(card.slug)) for card in leading_to(slug, current_locale().code)]


def _decided(slug: str) -> list[tuple[str, object]]:
    return [(withdrawal_states()[row.state], row) for row in withdrawal_queries.decided(slug)]


def _page(slug: str, typed: Mapping[str, str] | None = None, problem: str = "", status: int = 200) -> Response:
    guide = queries.guide_row(slug) or abort(404)
    title, person = values_of_guide(guide)[DEFAULT_LOCALE.code]["title"], principal()
    row, message = withdrawal_queries.open_withdrawal(slug), refusal(problem) if problem else ""
    return render_staff(
        "staff/editing/withdraw.html", title=_("Gỡ trang: %(title)s", title=title), crumbs=crumbs(slug, title),
        status=status, row=row, typed=typed or {},
        errors=[(message, _FIELDS.get(problem, "go-trang"))] if problem else [],
        problems={_FIELDS[problem]: message} if problem in _FIELDS else {}, languages=_languages(),
        url=_url(slug), answer_url=_url(slug, "/tra-loi"), longest=LONGEST_WORDS, longest_target=LONGEST,
        can=withdrawals.possible(row, person.actor, person.may) if row else [], leading=_leading(slug),
        share_links=count_to(URL_PREFIX + slug), draft=queries.open_draft(slug), decided=_decided(slug),
        target_url=localised_path(row.target, current_locale()) if row and row.target else "",
        is_changed=row is not None and row.base_digest != guide.digest,
    )  # fmt: skip


@withdrawal_staff.post("/<slug:slug>")
@requires(_WRITE)
def ask(slug: str) -> ResponseReturnValue:
    form = request.form
    typed = {
        f"explanation.{code}": clean_paragraphs(form.get(f"explanation.{code}", ""), LONGEST_WORDS) for code in LOCALES
    }
    typed |= {
        "target": clean_line(form.get("target", ""), LONGEST),
        "why": clean_paragraphs(form.get("why", ""), LONGEST_WORDS),
    }
    try:
        withdrawals.ask(
            slug, target=typed["target"], explanation={code: typed[f"explanation.{code}"] for code in LOCALES},
            why=typed["why"], actor=principal().actor, now=clock.now(), find=_find,
        )  # fmt: skip
    except EditingError as error:
        return _page(slug, typed, error.code, 409 if error.code == "asked_already" else 422)
    return see_other(_url(slug))


@withdrawal_staff.post("/<slug:slug>/tra-loi")
@requires(_WRITE)
def answer(slug: str) -> ResponseReturnValue:
    """Say yes or no, or take the question back; the form names the question that was read."""
    row = withdrawal_queries.open_withdrawal(slug)
    try:
        what = Decision(request.form.get("lam", ""))
    except ValueError:
        abort(400)
    if not principal().may(RULES[what].permission):
        abort(403)
    if row is None or row.code != request.form.get("code", ""):
        return see_other(_url(slug))
    words = clean_paragraphs(request.form.get("words", ""), LONGEST_WORDS)
    try:
        withdrawals.decide(row, what, words=words, actor=principal().actor, now=clock.now(), find=_find)
    except EditingError as error:
        if error.code == "not_possible":  # somebody else was quicker: what they decided is shown
            return see_other(_url(slug))
        return _page(slug, {"words": words}, error.code, 409 if error.code in _CONFLICTS else 422)
    return see_other(_url(slug))


def waiting_withdrawals(person: Principal) -> list[Waiting]:
    """The pages that somebody asked to take off."""
    if not person.may(Permission.REVIEW_CONTENT):
        return []
    count = withdrawal_queries.count_open()
    label = ngettext("đề nghị gỡ trang chờ duyệt", "đề nghị gỡ trang chờ duyệt", count)
    return [Waiting(label, count, f"/can-bo{HERE}")]
