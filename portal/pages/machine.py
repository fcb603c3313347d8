"""What machines read: robots.txt, sitemap.xml, readiness. (`/healthz` is in `core/alive.py`.)"""

from __future__ import annotations

import json
from datetime import datetime
from xml.sax.saxutils import escape

from flask import Blueprint, Response

from portal.core import clock
from portal.core.access import public
from portal.core.clock import LOCAL_ZONE
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path
from portal.core.pages import FORM_LINKS, LINKS, renderer
from portal.directives import queries as directive_queries
from portal.directives.views import PATH as DIRECTIVES
from portal.fees import queries as fee_queries
from portal.guides import queries as guide_queries
from portal.legal import queries as legal_queries
from portal.opendata.registry import DATASETS
from portal.outbox.health import readiness
from portal.places import queries as place_queries
from portal.procedures import queries as procedure_queries
from portal.teams import queries as team_queries

machine_views = Blueprint("machine", __name__)
# The protocol's limit is 50,000 addresses a file (sitemaps.org); this leaves room for both languages.
SITEMAP_LIMIT = 20_000
# The page about open data leads to it; no page's head or foot does.
_FIGURES = "/so-lieu-phan-anh"
_FORMS = (FORM_LINKS["feedback"], FORM_LINKS["tracking"])


@machine_views.get("/robots.txt")
@public
def robots() -> Response:
    lines = ["User-agent: *", "Disallow: /tim-kiem?", "Disallow: /tim-kiem/", "Disallow: /en/tim-kiem?",
             "Disallow: /en/tim-kiem/", "Disallow: /dia-ban?", "Disallow: /dia-ban/goi-y", "Disallow: /en/dia-ban?",
             "Disallow: /en/dia-ban/goi-y", "Disallow: /to-cong-nghe-so?", "Disallow: /to-cong-nghe-so/goi-y",
             "Disallow: /en/to-cong-nghe-so?", "Disallow: /en/to-cong-nghe-so/goi-y", "Disallow: /tinh-phi?",
             "Disallow: /en/tinh-phi?", "Disallow: /phan-anh?", "Disallow: /en/phan-anh?",
             "Disallow: /huu-ich/", "Disallow: /en/huu-ich/", "Disallow: /api/", "",
             f"Sitemap: {renderer().config.site_url}/sitemap.xml", ""]  # fmt: skip
    return Response("\n".join(lines), mimetype="text/plain")


def _directive_paths() -> list[str]:
    shown = [f"{DIRECTIVES}/{row.slug}" for row in directive_queries.directives(public_only=True)]
    return [DIRECTIVES, *shown] if shown else []


@machine_views.get("/sitemap.xml")
@public
def sitemap() -> Response:
    rows: list[tuple[str, datetime | None]] = [(path, None) for path in (*LINKS.values(), *_FORMS, _FIGURES)]
    rows += [(f"/huong-dan/{slug}", changed) for slug, changed in guide_queries.sitemap_rows()]
    rows += [(f"/van-ban/{slug}", changed) for slug, changed in legal_queries.sitemap_rows()]
    rows += [(f"/giam-phi/{slug}", changed) for slug, changed in fee_queries.sitemap_rows()]
    rows += [(f"/thu-tuc/{code}", changed) for code, changed in procedure_queries.sitemap_rows()]
    rows += [(f"/dia-ban/{place.slug}", None) for place in place_queries.overview()]
    rows += [(f"/to-cong-nghe-so/{slug}", changed) for slug, changed in team_queries.sitemap_rows()]
    rows += [(path, None) for path in _directive_paths()]
    rows += [(f"{LINKS['open_data']}/{one.slug}", None) for one in DATASETS]
    body = "".join(_sitemap_entry(path, changed) for path, changed in rows[:SITEMAP_LIMIT])
    return Response(
        '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
        f'xmlns:xhtml="http://www.w3.org/1999/xhtml">\n{body}</urlset>\n',
        mimetype="application/xml",
    )


def _sitemap_entry(path: str, changed: datetime | None) -> str:
    base = escape(renderer().config.site_url)
    alternates = "".join(
        f'<xhtml:link rel="alternate" hreflang="{code}" href="{base}{escape(localised_path(path, locale))}"/>'
        for code, locale in LOCALES.items()
        if code in renderer().profile.languages
    )
    modified = f"<lastmod>{changed.astimezone(LOCAL_ZONE).date().isoformat()}</lastmod>" if changed else ""
    return f"<url><loc>{base}{escape(localised_path(path, DEFAULT_LOCALE))}</loc>{modified}{alternates}</url>\n"


@machine_views.get("/readyz")
@public
def ready() -> Response:
    """503 where pages can't be served; `degraded` with 200 where something else needs a look (docs/operating.md)."""
    report = readiness(clock.now())
    status = 503 if report["status"] == "unavailable" else 200
    response = Response(json.dumps(report) + "\n", status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
