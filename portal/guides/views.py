"""The public page of a guide."""

from __future__ import annotations

from flask import Blueprint, Response, abort, request

from portal.core import clock
from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.pages import Page, json_ld, render, renderer
from portal.fees.panel import fee_panels
from portal.fees.territories import chosen_commune
from portal.guides import queries
from portal.guides.page import guide_page, json_ld_of, led_to
from portal.procedures import queries as procedure_queries

guides_views = Blueprint("guides", __name__)


@guides_views.get("/huong-dan/<slug:slug>")
@public(parameters=("xa",))
def guide(slug: str) -> Response:
    locale = current_locale()
    row = queries.guide(slug, locale.code)
    if row is None:
        abort(404)
    facts = procedure_queries.record_facts(row.procedures)
    cards = {card.slug: card for card in queries.cards(locale.code, slugs=led_to(row))}
    commune, today = chosen_commune(request.args.get("xa", "")), clock.today()
    place = commune.slug if commune else None
    panels = fee_panels(facts, place, today, locale)
    shown = guide_page(row, facts, cards, panels, locale=locale, today=today)
    site = renderer().profile.sites[locale.code]
    page = Page(title=row.title, path=f"/huong-dan/{slug}", description=row.summary)
    data = json_ld_of(shown, site_url=renderer().config.site_url, locale=locale, province=site.province_name)
    page.json_ld = json_ld(data)
    return render("guides/guide.html", page=page, guide=shown)
