"""Home, the standing texts, the style guide."""

from __future__ import annotations

from flask import Blueprint, Response
from flask_babel import gettext as _

from portal.core.access import development, public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, json_ld, render, renderer
from portal.guides import picks
from portal.guides import queries as guide_queries
from portal.guides.queries import GuideCard
from portal.pages import texts
from portal.pages.chart_samples import chart_samples
from portal.pages.samples import sample

pages_views = Blueprint("pages", __name__)


@pages_views.get("/")
@public
def home() -> Response:
    locale = current_locale()
    cards = guide_queries.cards(locale.code)
    site = renderer().site(locale)
    page = Page(
        title=_("Bạn cần làm gì?"),
        path="/",
        description=_(
            "Hướng dẫn dễ hiểu về thủ tục và dịch vụ công trực tuyến của %(province)s: chuẩn bị gì, bao nhiêu tiền, "
            "mất mấy ngày, nộp ở đâu.",
            province=site.province_name,
        ),
        json_ld=json_ld(_website(site.portal_name)),
    )
    return render(
        "pages/home.html",
        page=page,
        featured=featured(cards),
        life_events=picks.section("life_events", cards, ()),
        how_tos=picks.section("how_tos", cards, ()),
    )


def featured(cards: list[GuideCard]) -> list[GuideCard]:
    """The guides that staff have picked, or else those that the profile names first, in that order."""
    return picks.section(picks.FEATURED, cards, renderer().profile.featured_guides)


def _website(name: str) -> dict[str, object]:
    """schema.org WebSite with its search, so that search engines may offer the box."""
    base = renderer().config.site_url
    target = base + localised_path(LINKS["search"], current_locale()) + "?q={search_term_string}"
    return {
        "@context": "https://schema.org",
        "@type": "WebSite",
        "name": name,
        "url": base + localised_path("/", current_locale()),
        "potentialAction": {
            "@type": "SearchAction",
            "target": {"@type": "EntryPoint", "urlTemplate": target},
            "query-input": "required name=search_term_string",
        },
    }


def _text_page(name: str) -> Response:
    locale = current_locale()
    title, html, description = texts.rendered(name, locale)
    page = Page(title=title, path=f"/{name}", description=description)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (title, None)]
    return render("pages/text.html", page=page, html=html)


@pages_views.get("/gioi-thieu")
@public
def about() -> Response:
    return _text_page("gioi-thieu")


@pages_views.get("/quyen-rieng-tu")
@public
def privacy() -> Response:
    return _text_page("quyen-rieng-tu")


@pages_views.get("/chung-toi-dem-gi")
@public
def counting() -> Response:
    return _text_page("chung-toi-dem-gi")


@pages_views.get("/tro-nang")
@public
def accessibility() -> Response:
    return _text_page("tro-nang")


@pages_views.get("/dieu-khoan")
@public
def terms() -> Response:
    return _text_page("dieu-khoan")


@pages_views.get("/styleguide")
@development
def styleguide() -> Response:
    page = Page(title=_("Các thành phần giao diện"), path="/styleguide", noindex=True)
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale())), (page.title, None)]
    return render("pages/styleguide.html", page=page, sample=sample, charts=chart_samples())
