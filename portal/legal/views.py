"""The public pages of the legal documents: the list, and each with everything that cites it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render, renderer
from portal.legal import queries
from portal.legal.citations import Citation, citations
from portal.legal.validity import DocumentFacts, DocumentState

legal_views = Blueprint("legal", __name__)
# What is illustrative counts as verified on a demo's pages, and was checked by nobody.
ILLUSTRATIVE = "illustrative"
_KINDS = ("reduction", "fee", "guide", "record", "page")


@dataclass(frozen=True, slots=True)
class DocumentView:
    """A document on a page, its dates formatted; `state` is a DocumentState, or "illustrative" instead of verified."""

    facts: DocumentFacts
    state: str
    state_label: str
    url: str
    title: str
    title_locale: str
    summary: str
    issued: str | None
    begins: str | None
    ends: str | None
    verified: str | None
    successor: tuple[str, str] | None


def state_label(state: str) -> str:
    """What may be said of a document, in words."""
    labels: dict[str, str] = {
        "verified": _("Đã xác minh"), "unverified": _("Chưa xác minh hiệu lực"), "coming": _("Chưa có hiệu lực"),
        "expired": _("Đã hết hiệu lực"), "replaced": _("Đã có văn bản thay thế"),
        ILLUSTRATIVE: _("Minh họa, không có thật"),
    }  # fmt: skip
    return labels[state]


def state_of(facts: DocumentFacts, day: date) -> str:
    """What a page says of a document on a day."""
    state = facts.state_on(day)
    return ILLUSTRATIVE if facts.is_demo and state is DocumentState.VERIFIED else state.value


def _view(facts: DocumentFacts, day: date) -> DocumentView:
    locale = current_locale()
    state = state_of(facts, day)
    successor = queries.facts_of(facts.replaced_by, with_demo=True) if facts.replaced_by else None

    def shown(value: date | None) -> str | None:
        return formats.day(value, locale.code) if value else None

    return DocumentView(
        facts, state, state_label(state), localised_path(f"{LINKS['documents']}/{facts.slug}", locale),
        *facts.title_in(locale.code), facts.summary(locale.code),
        shown(facts.issued_on), shown(facts.effective_from), shown(facts.effective_to),
        None if facts.is_demo else shown(facts.verified_on),
        (successor.number, localised_path(f"{LINKS['documents']}/{successor.slug}", locale)) if successor else None,
    )  # fmt: skip


def groups_of(found: Sequence[Citation]) -> list[tuple[str, list[Citation]]]:
    """Citations by their kinds, each kind by its name; kinds without any are left out."""
    labels: dict[str, str] = {
        "reduction": _("Chính sách giảm phí"), "fee": _("Mức phí của tỉnh"), "guide": _("Hướng dẫn"),
        "record": _("Hồ sơ thủ tục"), "page": _("Trang chung"),
    }  # fmt: skip
    groups = [(labels[kind], [one for one in found if one.kind == kind]) for kind in _KINDS]
    return [(label, group) for label, group in groups if group]


@legal_views.get("/van-ban")
@public(parameters=("trang-thai",))
def documents() -> Response:
    wanted = request.args.get("trang-thai", "")
    if wanted and wanted not in list(DocumentState):
        abort(404)
    locale, today = current_locale(), clock.today()
    shown = [_view(facts, today) for facts in queries.documents(renderer().config.demo)]
    page = Page(title=_("Văn bản"), path=LINKS["documents"], query=(("trang-thai", wanted),) if wanted else ())
    page.description = _("Các văn bản mà phí, giảm phí và hướng dẫn dựa vào, còn hiệu lực hay chưa xác minh.")
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    states = [("", _("Tất cả"), not wanted), *((one.value, state_label(one), one == wanted) for one in DocumentState)]
    return render(
        "legal/list.html", page=page, states=states, as_of=formats.day(today, locale.code), is_filtered=bool(wanted),
        documents=[view for view in shown if wanted in {"", view.state}],
    )  # fmt: skip


@legal_views.get("/van-ban/<slug:slug>")
@public
def document(slug: str) -> Response:
    locale = current_locale()
    facts = queries.facts_of(slug, with_demo=renderer().config.demo)
    if facts is None:
        abort(404)
    view = _view(facts, clock.today())
    page = Page(title=facts.number, path=f"{LINKS['documents']}/{slug}", description=view.summary or view.title)
    page.breadcrumbs = [
        (_("Trang đầu"), localised_path("/", locale)),
        (_("Văn bản"), localised_path(LINKS["documents"], locale)),
        (facts.number, None),
    ]
    return render(
        "legal/document.html", page=page, document=view, groups=groups_of(citations(facts, locale.code)),
        as_of=formats.day(clock.today(), locale.code),
    )  # fmt: skip
