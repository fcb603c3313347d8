"""What the staff's pages of fees and of reductions share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Generic, TypeVar

from flask_babel import gettext as _

from portal.core.days import EARLIEST, LATEST
from portal.core.pages import renderer
from portal.core.registry import links_to_pages
from portal.core.tables import Order
from portal.fees.service import FeeError
from portal.fees.territories import choices, territory_name
from portal.legal import queries as legal
from portal.legal.labels import own_work_in_words
from portal.places.queries import atlas

Row = TypeVar("Row")


def with_links(uses: Sequence[tuple[str, str]], prefix: str) -> list[tuple[str, str, int]]:
    """Pages by title and address, with how many short links and posters lead to each; `prefix` is the language's."""
    counts = links_to_pages({url.removeprefix(prefix) for _title, url in uses})
    return [(title, url, counts.get(url.removeprefix(prefix), 0)) for title, url in uses]


@dataclass(frozen=True)
class Rows(Generic[Row]):
    """All of them, some hundreds at most: sorted here by the given keys."""

    found: Sequence[Row]
    keys: dict[str, Callable[[Row], str]]

    def count(self) -> int:
        """How many there are."""
        return len(self.found)

    def rows(self, order: Order, limit: int, offset: int) -> Sequence[Row]:
        """Some of them in an order."""
        ordered = sorted(self.found, key=self.keys[order.key], reverse=order.descending)
        return ordered[offset : offset + limit]


def territory_choices(chosen: str, locale: str) -> list[tuple[str, str, bool]]:
    """The places that a fee can be set for; the whole province first."""
    places = atlas()
    options = [
        ("", territory_name("", locale, places)),
        *((place.slug, territory_name(place.slug, locale, places)) for place in choices()),
    ]
    return [(slug, label, slug == chosen) for slug, label in options]


def document_choices(chosen: str) -> list[tuple[str, str, bool]]:
    """The documents that a fee can rest on; those that nobody has vouched for say so."""
    unverified = _("chưa xác minh")
    return [
        (
            facts.slug,
            f"{facts.number} · {facts.issuer}" + ("" if facts.is_verified else f" ({unverified})"),
            facts.slug == chosen,
        )
        for facts in legal.documents(renderer().config.demo)
    ]


def iso(day: date | None) -> str:
    """A day as date fields take it."""
    return day.isoformat() if day else ""


def problem_in_words(error: FeeError) -> str:
    """Why a change was refused."""
    messages: dict[str, str] = {
        "no_procedure": _("Không có thủ tục mã này. Bạn nhập hồ sơ thủ tục trước."),
        "no_channel": _("Bạn chọn lại cách nộp."),
        "no_territory": _("Không có địa bàn này. Bạn chọn lại."),
        "no_document": _("Bạn chưa chọn văn bản. Mỗi mức phí, mỗi chính sách phải dựa vào một văn bản."),
        "bad_amount": _("Bạn điền số tiền lớn hơn 0. Nếu không thu thì chọn “Không thu”."),
        "bad_percent": _("Phần trăm là một số nguyên từ 1 đến 100."),
        "both": _("Bạn điền phần trăm hoặc số tiền, đúng một trong hai."),
        "bad_order": _("Ngày hết phải sau ngày bắt đầu."),
        "no_name": _("Bạn chưa điền tên chính sách."),
        "bad_day": _("Ngày nằm ngoài các năm %(first)s–%(last)s.", first=EARLIEST.year, last=LATEST.year),
        "no_end": _("Bạn chưa điền ngày cuối cùng, hoặc ngày chưa đúng."),
        "contradicts": _(
            "Trường hợp này, cách nộp này, nơi này đã có một mức khác (theo %(number)s) trong cùng những ngày đó. Bạn "
            "ghi ngày hết cho mức kia trước, hoặc điền trường hợp để phân biệt.",
            number=error.detail,
        ),
        "own_work": own_work_in_words(),
        "unknown_procedures": _("Không có thủ tục mã %(codes)s.", codes=error.detail),
        "unknown_fields": _(
            "Không có lĩnh vực “%(fields)s”. Bạn chép phần cuối địa chỉ của trang lĩnh vực.", fields=error.detail[:200]
        ),
    }
    return str(messages[error.code])
