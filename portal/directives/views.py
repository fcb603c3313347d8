"""The public pages of the ledger: the documents that the province shows, each with its tasks and what came of them."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.directives import queries
from portal.directives.labels import OVERDUE, state_label

directives_views = Blueprint("directives", __name__)
PATH = "/nhiem-vu-chi-dao"


@directives_views.get(PATH)
@public
def documents() -> Response:
    found, locale = queries.directives(public_only=True), current_locale()
    if not found:
        abort(404)
    page = Page(title=_("Nhiệm vụ chỉ đạo"), path=PATH)
    page.description = _("Lãnh đạo giao việc gì, giao cho ai, đến ngày nào và kết quả ra sao.")
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    shown = [
        (row, localised_path(f"{PATH}/{row.slug}", locale),
         formats.day(row.issued_on, locale.code) if row.issued_on else row.dated)
        for row in found
    ]  # fmt: skip
    return render("directives/list.html", page=page, documents=shown)


@directives_views.get(f"{PATH}/<slug:slug>")
@public
def document(slug: str) -> Response:
    row, locale, today = queries.directive(slug), current_locale(), clock.today()
    if row is None or not row.is_public:
        abort(404)
    facts = queries.tasks(slug=slug)
    last = queries.last_reports([fact.code for fact in facts])
    page = Page(title=row.number or row.title, path=f"{PATH}/{slug}", description=row.title)
    page.breadcrumbs = [
        (_("Trang đầu"), localised_path("/", locale)),
        (_("Nhiệm vụ chỉ đạo"), localised_path(PATH, locale)),
        (page.title, None),
    ]
    tasks = [
        (fact, *_worded(fact.text, fact.text_en, locale.code),
         OVERDUE if fact.is_overdue(today) else fact.state,
         state_label(OVERDUE if fact.is_overdue(today) else fact.state), last.get(fact.code))
        for fact in facts
    ]  # fmt: skip
    return render(
        "directives/document.html", page=page, document=row, tasks=tasks, as_of=formats.day(today, locale.code),
        issued=formats.day(row.issued_on, locale.code) if row.issued_on else row.dated,
    )  # fmt: skip


def _worded(text: str, text_en: str, locale: str) -> tuple[str, str]:
    """The text in a language and the language that it is in."""
    return (text_en, "en") if locale == "en" and text_en else (text, "vi")
