"""The public pages of the reductions: all of them, and one, to which posters lead."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render
from portal.core.registry import answers_under
from portal.fees.panel import Here
from portal.fees.present import REDUCTIONS, ReductionView, reduction_view
from portal.fees.snapshot import snapshot
from portal.fees.territories import choice_of, line_of
from portal.fees.usage import services_of
from portal.places.kinds import lower_name
from portal.procedures import queries as procedures
from portal.search import queries as search

reductions_views = Blueprint("reductions", __name__)
_STATES = ("current", "coming", "unverified", "ended")


def state_label(state: str) -> str:
    """What may be said of a reduction, in words."""
    labels: dict[str, str] = {
        "current": _("Đang áp dụng"), "coming": _("Sắp áp dụng"), "unverified": _("Chưa xác minh hiệu lực"),
        "ended": _("Đã hết hiệu lực"),
    }  # fmt: skip
    return labels[state]


@reductions_views.get("/giam-phi")
@public
def reductions() -> Response:
    locale, today = current_locale(), clock.today()
    known = snapshot()
    views = [reduction_view(one, today, locale, known.atlas) for one in known.tariff.reductions.values()]
    groups = [(state, state_label(state), [view for view in views if view.state == state]) for state in _STATES]
    page = Page(title=_("Chính sách giảm phí"), path=REDUCTIONS)
    page.description = _("Các chính sách giảm phí, lệ phí: đang áp dụng, sắp áp dụng, đã hết và chưa xác minh.")
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    names = _names(views)
    return render("fees/reductions.html", page=page, groups=groups, names=names, as_of=formats.day(today, locale.code))


@reductions_views.get("/giam-phi/<slug:slug>")
@public(parameters=("xa",))
def reduction(slug: str) -> Response:
    locale, today = current_locale(), clock.today()
    known = snapshot()
    found = known.tariff.reductions.get(slug) or abort(404)
    view = reduction_view(found, today, locale, known.atlas)
    choice = choice_of(request.args.get("xa", ""))
    commune = choice.place
    services = services_of(found.rule, Here(known, commune.slug if commune else None, today, locale))
    page = Page(title=view.name, path=f"{REDUCTIONS}/{slug}")
    page.description = f"{state_label(view.state)}. {found.document.number}."
    page.breadcrumbs = [
        (_("Trang đầu"), localised_path("/", locale)),
        (_("Chính sách giảm phí"), localised_path(LINKS["reductions"], locale)),
        (view.name, None),
    ]
    return render(
        "fees/reduction.html", page=page, reduction=view, services=services, state_label=state_label(view.state),
        commune=lower_name(commune) if commune else "", names=_names([view]), line=line_of(choice, page.path),
        as_of=formats.day(today, locale.code), answers=answers_under("reduction", slug, locale.code),
    )  # fmt: skip


def _names(views: list[ReductionView]) -> dict[str, str]:
    """The names of the procedures and fields that reductions are narrowed to, by code and slug."""
    records = procedures.record_facts(sorted({code for view in views for code in view.procedures}))
    fields = {slug for view in views for slug in view.fields}
    return {code: record.name for code, record in records.items()} | {
        slug: search.facet_label("field", slug) or slug for slug in fields
    }
