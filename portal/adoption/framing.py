"""What every page of the adoption statistics has around it: address, breadcrumbs."""

from __future__ import annotations

from collections.abc import Mapping

from flask import request
from flask_babel import gettext as _

from portal.adoption.present import PATH
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page


def framed(title: str, path: str, others: Mapping[str, str] | None = None) -> Page:
    """A page of figures; with a chosen period it is nothing for search engines."""
    asked = {"ky": request.args.get("ky", ""), "loai": request.args.get("loai", ""), **(others or {})}
    kept = tuple((name, value) for name, value in asked.items() if value)
    page = Page(title=title, path=PATH + path, query=kept, noindex=bool(kept))
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", current_locale()))]
    if path:
        page.breadcrumbs.append((_("Số liệu dịch vụ công"), localised_path(PATH, current_locale())))
    page.breadcrumbs.append((title, None))
    return page
