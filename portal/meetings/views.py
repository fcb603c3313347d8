"""The public screens for a meeting: what public pages show anyway, in letters for a room."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.adoption import choosing
from portal.adoption.present import PATH as FIGURES
from portal.adoption.words import period_name
from portal.core import clock
from portal.core.access import public
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render
from portal.meetings.collecting import collect
from portal.meetings.showing import asked_period, deck_of

meetings_views = Blueprint("meetings", __name__)
PATH = f"{FIGURES}/hop"


@meetings_views.get(PATH)
@public(parameters=("ky", "man"), is_costly=True)
def meeting() -> Response:
    period, locale = asked_period(), current_locale()
    kept = tuple((name, value) for name, value in (("ky", request.args.get("ky", "")),) if value)
    page = Page(title=_("Màn hình họp"), path=PATH, query=kept, noindex=True)
    page.description = _("Số liệu dịch vụ công của tỉnh trên màn hình lớn, từng màn một.")
    page.breadcrumbs = [
        (_("Trang đầu"), localised_path("/", locale)),
        (_("Số liệu dịch vụ công"), localised_path(FIGURES, locale)),
        (page.title, None),
    ]
    if period is None:
        return render("adoption/empty.html", page=page)
    page.title = _("Màn hình họp: %(period)s", period=period_name(period, locale.code))
    agenda = collect(period, today=clock.today(), now=clock.now(), is_newest=choosing.is_newest(period), is_public=True)
    return render(
        "meetings/live.html", page=page, deck=deck_of(agenda, PATH), groups=choosing.offered(period, locale.code),
        here=localised_path(PATH, locale), day=clock.today(),
    )  # fmt: skip
