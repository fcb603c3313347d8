"""The JSON search for other systems; described in docs/api.md."""

from __future__ import annotations

from urllib.parse import urljoin

from flask import Blueprint, Response, jsonify, request

from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import renderer
from portal.core.text import clean_line
from portal.pages.forms import QUERY_LIMIT
from portal.search import queries as search

api_views = Blueprint("api", __name__, url_prefix="/api/v1")
DEFAULT_LIMIT = 10
MAXIMUM_LIMIT = 50


@api_views.get("/search")
@public(parameters=("q", "limit"), is_costly=True)
def search_json() -> Response:
    locale = current_locale()
    text = clean_line(request.args.get("q", ""), QUERY_LIMIT)
    wanted = request.args.get("limit", "")
    limit = min(int(wanted), MAXIMUM_LIMIT) if wanted.isascii() and wanted.isdigit() and len(wanted) < 7 else 0
    found = search.find(text, locale.code, limit=limit or DEFAULT_LIMIT)
    base = renderer().config.site_url
    results = [
        {
            "kind": hit.kind,
            "title": hit.title,
            "url": urljoin(base, localised_path(hit.url, locale) if hit.url.startswith("/") else hit.url),
            "codes": list(hit.codes),
        }
        for hit in found.hits
    ]
    response = jsonify(results=results)
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response
