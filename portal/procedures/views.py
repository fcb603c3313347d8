"""The public page of an official record."""

from __future__ import annotations

from flask import Blueprint, Response, abort
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render
from portal.core.registry import answers_under, guides_of_procedure
from portal.core.text import slugify
from portal.procedures import queries
from portal.procedures.present import record_view

procedures_views = Blueprint("procedures", __name__)


@procedures_views.get("/thu-tuc/<code:code>")
@public
def record(code: str) -> Response:
    locale = current_locale()
    found = queries.record_page(code)
    if found is None:
        abort(404)
    shown = record_view(found.facts, locale=locale, today=clock.today())
    page = Page(title=found.facts.name, path=f"/thu-tuc/{code}")
    page.description = _("Hồ sơ thủ tục %(code)s: cách nộp, giấy tờ, phí và thời hạn theo nguồn chính thức.", code=code)
    field_url = localised_path(f"{LINKS['fields']}/{slugify(shown.field)}", locale)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (shown.field, field_url), (code, None)]
    guides = guides_of_procedure(code, locale.code)
    answers = answers_under("procedure", code, locale.code)
    return render("procedures/record.html", page=page, record=shown, texts=found.texts, guides=guides, answers=answers)
