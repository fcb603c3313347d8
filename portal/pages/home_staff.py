"""The staff's page of what stands on the home page: which guides, in which order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock, site_content
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.pages import LINKS, renderer
from portal.core.permissions import Permission
from portal.core.site_content import ChangedMeanwhileError
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_counter
from portal.core.text import clean_line, fold
from portal.guides import picks
from portal.guides import queries as guide_queries
from portal.guides.picks import KEY, MOST_PICKS, SECTIONS, PickError
from portal.guides.queries import URL_PREFIX, GuideCard

home_staff = Blueprint("home_staff", __name__, url_prefix="/can-bo/trang-dau")
HERE = "/trang-dau"
# More titles than this would make the page slow on a phone; whoever looks for another one types it.
_MOST_OFFERED = 300


@dataclass(frozen=True, slots=True)
class Pick:
    """A pick as the page shows it; without a title where its guide is gone or can't stand there any more."""

    slug: str
    title: str


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the home page."""

    name: str
    label: str
    url: str
    picks: list[Pick]
    is_own: bool
    error: str
    typed: str


def _labels() -> dict[str, str]:
    return {"featured": _("Việc thường gặp"), "life_events": _("Việc trong đời"), "how_tos": _("Cách làm trên mạng")}


@home_staff.get("")
@requires(Permission.EDIT_CONTENT)
def home_picks() -> ResponseReturnValue:
    return _page()


@home_staff.post("/<name>")
@requires(Permission.EDIT_CONTENT)
def change_section(name: str) -> ResponseReturnValue:
    if name not in SECTIONS:
        abort(404)
    cards = guide_queries.cards(current_locale().code)
    act, typed = request.form.get("act", ""), clean_line(request.form.get("page", ""), 300)
    try:
        slugs = None if act == "reset" else _wanted(name, cards, act, typed)
        picks.save(name, slugs, counter=sent_counter(), actor=principal().actor, now=clock.now())
    except PickError as error:
        return _page(name, _refusal(error.code), typed, status=422)
    except ChangedMeanwhileError:
        return _page(name, changed_meanwhile(), typed, status=409)
    return see_other(staff_url(f"{HERE}#{name}"))


def _wanted(name: str, cards: Sequence[GuideCard], act: str, typed: str) -> list[str]:
    """What stands in the section from now on; raises PickError."""
    shipped = renderer().profile.featured_guides
    slug = request.form.get("slug", "")[:200]
    if act == "add":
        card = _named(cards, typed)
        if card is None:
            raise PickError("unknown")
        if not picks.fits(name, card.kind):
            raise PickError("wrong_kind")
        slug = card.slug
    return picks.changed(picks.section_slugs(name, cards, shipped), act, slug)


def _named(cards: Sequence[GuideCard], typed: str) -> GuideCard | None:
    """The guide that somebody means: by its title, or by its address as the browser shows it."""
    slug = typed.partition("?")[0].partition("#")[0].rpartition(URL_PREFIX)[2]
    return next((card for card in cards if card.slug == slug or fold(card.title) == fold(typed)), None)


def _page(named: str = "", error: str = "", typed: str = "", *, status: int = 200) -> Response:
    cards = guide_queries.cards(current_locale().code)
    shipped, own = renderer().profile.featured_guides, picks.picked()
    by_slug = {card.slug: card for card in cards}
    sections = [
        Section(
            name, label, staff_url(f"{HERE}/{name}"),
            [_pick(name, slug, by_slug) for slug in picks.section_slugs(name, cards, shipped)],
            name in own, error if name == named else "", typed if name == named else "",
        )
        for name, label in _labels().items()
    ]  # fmt: skip
    return render_staff(
        "staff/pages/home.html", title=_("Trang đầu"), status=status, sections=sections,
        counter=site_content.counter_of(KEY), offered=[card.title for card in cards[:_MOST_OFFERED]],
        errors=[(error, f"page-{named}")] if error else [], most=MOST_PICKS, home_url=LINKS["home"],
    )  # fmt: skip


def _pick(name: str, slug: str, by_slug: dict[str, GuideCard]) -> Pick:
    card = by_slug.get(slug)
    return Pick(slug, card.title if card is not None and picks.fits(name, card.kind) else "")


def _refusal(code: str) -> str:
    messages = {
        "unknown": _("Không có hướng dẫn tên như vậy. Bạn chọn trong danh sách gợi ý hoặc dán địa chỉ trang."),
        "wrong_kind": _("Trang này thuộc loại khác nên không đứng ở phần này được."),
        "there": _("Trang này đã có trong phần này."),
        "full": _("Mỗi phần nhiều nhất %(count)s trang. Bạn bỏ bớt rồi thêm.", count=MOST_PICKS),
    }
    return str(messages[code])
