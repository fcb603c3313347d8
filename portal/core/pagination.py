"""Pages of a list."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from flask import abort

MAXIMUM_PAGE = 500


@dataclass(frozen=True, slots=True)
class PageLink:
    """One link of a pagination; `label` is the page's number, or "…" (url None) for those left out."""

    label: str
    url: str | None
    is_current: bool


@dataclass(frozen=True, slots=True)
class Pagination:
    """Where the reader is in a list of `total` things; pages count from 1."""

    current: int
    per_page: int
    total: int
    path: str
    parameters: tuple[tuple[str, str], ...] = ()
    parameter: str = "trang"

    @property
    def total_pages(self) -> int:
        """At least one page, also for an empty list."""
        return max(1, min(MAXIMUM_PAGE, -(-self.total // self.per_page)))

    def url(self, number: int) -> str:
        """The address of a page; the first carries no number."""
        parameters = [*self.parameters, *([(self.parameter, str(number))] if number > 1 else [])]
        return f"{self.path}?{urlencode(parameters)}" if parameters else self.path

    @property
    def previous_url(self) -> str | None:
        return self.url(self.current - 1) if self.current > 1 else None

    @property
    def next_url(self) -> str | None:
        return self.url(self.current + 1) if self.current < self.total_pages else None

    @property
    def links(self) -> list[PageLink]:
        """The first, the last and those around the current page."""
        shown = sorted({1, self.total_pages, *range(self.current - 1, self.current + 2)})
        links: list[PageLink] = []
        before = 0
        for number in (number for number in shown if 1 <= number <= self.total_pages):
            if number > before + 1:
                links.append(PageLink("…", None, False))
            links.append(PageLink(str(number), self.url(number), number == self.current))
            before = number
        return links


def page_number(text: str) -> int:
    """The page that a query parameter asks for; 404 for what can't be a page."""
    if not text:
        return 1
    if not (text.isascii() and text.isdigit() and len(text) <= 6 and 1 <= int(text) <= MAXIMUM_PAGE):
        abort(404)
    return int(text)


def paginate(
    current: int, per_page: int, total: int, path: str, parameters: tuple[tuple[str, str], ...] = ()
) -> Pagination:
    """A pagination whose current page exists; 404 for one beyond the last."""
    pagination = Pagination(current, per_page, total, path, parameters)
    if current > pagination.total_pages:
        abort(404)
    return pagination
