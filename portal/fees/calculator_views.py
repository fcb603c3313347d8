"""The calculator: one page of GET forms whose result is its address."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from urllib.parse import urlencode

from flask import Blueprint, Response, request
from flask_babel import gettext as _

from portal.core import clock, formats
from portal.core.access import public
from portal.core.forms import parse_day
from portal.core.gate import see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, Page, render, renderer
from portal.core.registry import explained_procedures
from portal.core.text import clean_line
from portal.fees import selection as chosen
from portal.fees.calculator import Bill, bill
from portal.fees.panel import Here
from portal.fees.selection import MOST_LINES, MOST_TIMES, Selection, SelectionError
from portal.fees.snapshot import snapshot
from portal.fees.territories import choice_of, communes, line_of
from portal.places.atlas import PlaceFact
from portal.places.kinds import lower_name
from portal.procedures import queries as procedures
from portal.search import queries as search
from portal.search.folding import sort_key

calculator_views = Blueprint("calculator", __name__)
PATH = LINKS["calculator"]
_FOUND = 8


@dataclass(frozen=True, slots=True)
class Typed:
    """What the address says, as it was typed."""

    dv: str
    xa: str
    ngay: str
    q: str
    them: str
    dong: str
    sl: str
    ca: str

    def address(self, selection: Selection, **more: str) -> str:
        """The address of the page with these lines; place and day stay."""
        query = {"dv": chosen.text_of(selection), "xa": self.xa, "ngay": self.ngay, **more}
        kept = {name: value for name, value in query.items() if value}
        return localised_path(f"{PATH}?{urlencode(kept)}" if kept else PATH, current_locale())


@dataclass(frozen=True, slots=True)
class Faults:
    """What is wrong, in words, by the field that it is about; `line` is the key of the line."""

    messages: tuple[tuple[str, str], ...] = ()
    line: str = ""

    def of(self, field: str) -> str:
        """The message for a field, or ""."""
        return next((message for message, id_ in self.messages if id_ == field), "")


@calculator_views.get("/tinh-phi")
@public(parameters=("dv", "xa", "ngay", "q", "them", "dong", "sl", "ca"), is_costly=True)
def calculator() -> Response:
    typed = Typed(
        request.args.get("dv", ""), clean_line(request.args.get("xa", ""), 120),
        clean_line(request.args.get("ngay", ""), 40), clean_line(request.args.get("q", ""), 200),
        request.args.get("them", ""), request.args.get("dong", ""), clean_line(request.args.get("sl", ""), 20),
        request.args.get("ca", ""),
    )  # fmt: skip
    selection, faults = _selection(typed)
    if not faults.messages and (typed.them or typed.dong):
        edited, faults = _edited(selection, typed)
        if not faults.messages:
            return see_other(_unless_today(typed).address(edited))
    elif not faults.messages and "them" in request.args:
        if selection:
            return see_other(typed.address(selection))
        faults = Faults(((str(_("Bạn chọn một dịch vụ trước, rồi bấm Tính.")), "them"),))
    return _page(typed, selection, faults)


def _unless_today(typed: Typed) -> Typed:
    """Without the day where it is today, as the form begins: the result then speaks of the day it is opened."""
    return replace(typed, ngay="") if parse_day(typed.ngay) == clock.today() else typed


def _selection(typed: Typed) -> tuple[Selection, Faults]:
    try:
        selection = chosen.parse(typed.dv)
    except SelectionError as error:
        return (), Faults(((in_words(error), "them"),))
    known = procedures.known_codes({one.code for one in selection})
    missing = sorted({one.code for one in selection} - known)
    kept = tuple(one for one in selection if one.code in known)
    return kept, Faults(((_unknown_services(missing), "them"),) if missing else ())


def _edited(selection: Selection, typed: Typed) -> tuple[Selection, Faults]:
    try:
        if typed.dong:
            return chosen.changed(selection, typed.dong, typed.sl, typed.ca), Faults()
        edited = chosen.added(selection, typed.them)
    except SelectionError as error:
        is_line = any(one.key == typed.dong for one in selection)
        field = f"sl-{typed.dong.replace('.', '-')}" if is_line else "them"
        return selection, Faults(((in_words(error), field),), typed.dong if is_line else "")
    missing = {one.code for one in edited} - procedures.known_codes({one.code for one in edited})
    return edited, Faults(((_unknown_services(sorted(missing)), "them"),) if missing else ())


def _unknown_services(codes: list[str]) -> str:
    return str(_("Không có dịch vụ mã %(codes)s ở đây. Các dòng khác vẫn giữ.", codes=", ".join(codes[:5])))


def in_words(error: SelectionError) -> str:
    """What is wrong with a selection."""
    messages: dict[str, str] = {
        "bad_line": _("Không hiểu dòng “%(typed)s” trong địa chỉ. Bạn chọn lại dịch vụ.", typed=error.typed),
        "too_many": _("Nhiều quá %(count)s dòng. Bạn tính làm nhiều lần.", count=MOST_LINES),
        "bad_times": _(
            "Số lượng “%(typed)s” chưa đúng. Bạn điền một số từ 1 đến %(count)s.", typed=error.typed, count=MOST_TIMES
        ),
        "no_line": _("Dòng này không còn trong danh sách."),
    }
    return str(messages[error.code])


def _day(typed: Typed, today: date) -> tuple[date, str]:
    """The day to reckon for, and what is wrong with what was typed."""
    if not typed.ngay:
        return today, ""
    day = parse_day(typed.ngay)
    if day is None:
        return today, str(_("Ngày “%(typed)s” chưa đúng. Ví dụ: 22/11/2026.", typed=typed.ngay))
    if not chosen.is_in_range(day, today):
        years = {"first": chosen.FIRST_DAY.year, "last": today.year + chosen.LAST_YEARS}
        return today, str(_("Chỉ tính được cho các năm %(first)s–%(last)s.", **years))
    return day, ""


def _page(typed: Typed, selection: Selection, faults: Faults) -> Response:
    locale, today, hits = current_locale(), clock.today(), _hits(typed.q)
    choice = choice_of(typed.xa)
    commune = choice.place
    day, day_fault = _day(typed, today)
    messages = list(faults.messages)
    if choice.is_unknown:
        messages.append(
            (str(_("Không có xã, phường nào tên “%(typed)s”. Bạn chọn trong danh sách.", typed=typed.xa)), "xa")
        )
    if day_fault:
        messages.append((day_fault, "ngay"))
    faults = replace(faults, messages=tuple(messages))
    page = Page(title=_("Tính thử phí"), path=PATH, query=_canonical(selection, commune, day, typed))
    page.description = _("Chọn dịch vụ, xem phí nộp trực tuyến, trực tiếp và qua bưu chính, từng dòng một.")
    page.breadcrumbs = [(_("Trang đầu"), localised_path("/", locale)), (page.title, None)]
    page.noindex = bool(request.args)
    response = render(
        "fees/calculator.html", page=page, status=422 if messages else 200, typed=typed, faults=faults,
        bill=_bill(selection, commune, day) if selection else None, services=_services(),
        communes=_communes(commune, day), hits=hits,
        line=line_of(choice, PATH, dv=chosen.text_of(selection), ngay=typed.ngay) if choice.candidates else None,
        place=lower_name(commune) if commune else "", day=day,
        as_of=formats.day(day, locale.code),
        is_today=day == today, dv=chosen.text_of(selection), is_full=len(selection) >= MOST_LINES, most=MOST_TIMES,
        site_url=renderer().config.site_url, share_path=replace(typed, ngay=day.isoformat()).address(selection),
        today_url=replace(typed, ngay="").address(selection),
        removals={one.key: typed.address(selection, dong=one.key, sl="0") for one in selection},
        add_urls={code: typed.address(selection, them=code) for code, _title in hits},
    )  # fmt: skip
    if messages:
        response.headers["Cache-Control"] = "no-store"
    return response


def _canonical(selection: Selection, commune: PlaceFact | None, day: date, typed: Typed) -> tuple[tuple[str, str], ...]:
    """The parameters that choose the content, in one order."""
    values = {
        "dv": chosen.text_of(selection),
        "ngay": day.isoformat() if typed.ngay else "",
        "xa": commune.slug if commune else "",
    }
    return tuple((name, value) for name, value in values.items() if value)


def _bill(selection: Selection, commune: PlaceFact | None, day: date) -> Bill:
    records = procedures.record_facts(sorted({one.code for one in selection}))
    return bill(selection, records, Here(snapshot(), commune.slug if commune else None, day, current_locale()))


def _services() -> list[tuple[str, str]]:
    """The services with guides, by name: code and name."""
    names = {code: guides[0].title for code, guides in explained_procedures(current_locale().code).items()}
    known = procedures.known_codes(names)
    return sorted(((code, name) for code, name in names.items() if code in known), key=lambda item: sort_key(item[1]))


def _communes(commune: PlaceFact | None, day: date) -> list[tuple[str, str, bool]]:
    return [(place.slug, lower_name(place), place is commune) for place in communes(max(day, clock.today()))]


def _hits(text: str) -> list[tuple[str, str]]:
    """The records that a search finds: code and name."""
    if not text:
        return []
    found = search.find(text, current_locale().code, kinds=("record",), limit=_FOUND)
    return [(hit.codes[0], hit.title) for hit in found.hits if hit.codes]
