"""Data sets in words of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _

from portal.adoption.periods import Period, PeriodKind
from portal.adoption.words import period_name
from portal.core import formats
from portal.core.i18n import Locale, localised_path
from portal.exchange.tables import Cell
from portal.opendata.edition import PATH, edition
from portal.opendata.files import dictionary
from portal.opendata.model import MOST_ROWS_OF_SHEET, Dataset, Rhythm


@dataclass(frozen=True, slots=True)
class Card:
    """A data set in the list."""

    title: str
    description: str
    url: str
    rows: str
    rhythm: str
    modified: str
    has_demo: bool
    files: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Described:
    """A data set on its page; `filters` are names and meanings, `covers` the time that it is of."""

    card: Card
    version: str
    covers: str
    has_sheet: bool
    most_rows: str
    dictionary: tuple[tuple[Cell, ...], ...]
    dictionary_url: str
    filters: tuple[tuple[str, str, str], ...]
    example: str
    notes: tuple[str, ...]
    page: str


def rhythm_words(rhythm: Rhythm) -> str:
    """How often it changes."""
    words: dict[Rhythm, str] = {
        Rhythm.MONTHLY: _("hằng tháng, khi có báo cáo"), Rhythm.HOURLY: _("hằng giờ"),
        Rhythm.IRREGULAR: _("khi có thay đổi"),
    }  # fmt: skip
    return str(words[rhythm])


def card(known: Dataset, locale: Locale) -> Card:
    """A data set in a list, with its files."""
    now = edition(known)
    url = localised_path(f"{PATH}/{known.slug}", locale)
    kinds = ["csv", "xlsx", "json"] if now.rows <= MOST_ROWS_OF_SHEET else ["csv", "json"]
    return Card(
        title=str(_(known.title)), description=str(_(known.description)), url=url,
        rows=formats.number(now.rows, locale.code), rhythm=rhythm_words(known.rhythm),
        modified=formats.instant(now.modified, locale.code) if now.modified else "", has_demo=now.has_demo,
        files=tuple((kind.upper(), f"{url}.{kind}") for kind in kinds),
    )  # fmt: skip


def described(known: Dataset, locale: Locale) -> Described:
    """A data set on its page."""
    now, shown = edition(known), card(known, locale)
    return Described(
        card=shown, version=now.version, covers=_covered(now.covers, locale.code),
        has_sheet=now.rows <= MOST_ROWS_OF_SHEET, most_rows=formats.number(MOST_ROWS_OF_SHEET, locale.code),
        dictionary=tuple(tuple(row) for row in dictionary(known)), dictionary_url=f"{shown.url}.dictionary.csv",
        filters=tuple((name, *_filters()[name]) for name in (*known.filters, "limit", "cursor")),
        example=_example(known, shown.url), notes=tuple(str(_(note)) for note in known.notes),
        page=localised_path(known.page, locale),
    )  # fmt: skip


def _covered(days: tuple[date, date] | None, locale: str) -> str:
    if days is None:
        return ""
    first, last = (period_name(Period.of(PeriodKind.MONTH, day), locale) for day in days)
    return first if first == last else f"{first} – {last}"


def _filters() -> dict[str, tuple[str, str]]:
    """What each parameter means, with an example."""
    return {
        "indicator": (str(_("mã chỉ số")), "online_filing"),
        "place": (str(_("mã định danh của địa bàn")), "xa-ba-xa"),
        "agency": (str(_("mã định danh của cơ quan")), "ubnd-xa-ba-xa"),
        "kind": (str(_("loại kỳ: day, month, quarter, year")), "month"),
        "from": (str(_("từ ngày hay kỳ này")), "2026-01"),
        "to": (str(_("đến hết ngày hay kỳ này")), "2026-q3"),
        "since": (str(_("chỉ những số vào cổng, hay bị rút, từ lúc này")), "2026-11-05T10:00:00+07:00"),
        "limit": (str(_("JSON: số dòng mỗi trang, nhiều nhất 5000")), "1000"),
        "cursor": (str(_("JSON: trang tiếp theo, lấy từ địa chỉ trong “next”")), ""),
    }


def _example(known: Dataset, url: str) -> str:
    given = [f"{name}={_filters()[name][1]}" for name in known.filters if name in {"indicator", "kind", "from"}]
    return f"{url}.csv?{'&'.join(given)}" if given else f"{url}.csv"
