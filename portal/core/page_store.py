"""What the page cache keeps: answers in every encoding, the least recently used leaving first.

Anybody can make up query strings, so pages with one have a room of their own: they never push out the others.
"""

from __future__ import annotations

import sys
import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeAlias

from portal.core.compression import (
    BEST_QUALITY,
    ENCODINGS,
    FAST_QUALITY,
    compress,
    decompress_brotli,
    is_worth_compressing,
)

# The declared parameters of a request, in order.
Query: TypeAlias = tuple[tuple[str, str], ...]
# Language, path, query, and whether it is a fragment.
PageKey: TypeAlias = tuple[str, str, Query, bool]
HeaderList: TypeAlias = list[tuple[str, str]]

_PLAIN, _BROTLI = "", "br"
# The objects and headers around the bytes of a page.
_OVERHEAD = 4_000
# From this time on a page is sent as small as brotli can make it, which takes tens of milliseconds once: most pages
# are never asked for so often.
_WORTH_BEST_QUALITY = 3
# The part of the budget for pages with a query string: one in so many.
_PART_FOR_QUERIES = 4
# A page that would take more than one part in so many of its room is not kept.
_PART_FOR_A_PAGE = 4
# What a 304 leaves out, because it describes a body (RFC 9110, section 15.4.5).
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})


class CachedPage:
    """One answer: its bytes in the encodings that somebody has asked for.

    They are kept as they are until somebody asks for brotli, from which they can be had again.

    Nobody changes a list of headers that is in here; what is sent is a copy.
    """

    __slots__ = ("_headers", "_tag", "charged", "encodings", "kept_as", "unchanged_headers", "until_best")

    def __init__(self, body: bytes, headers: HeaderList, mimetype: str | None) -> None:
        # The server says the date, and `_with` the length.
        self._headers = [(name, value) for name, value in headers if name.lower() not in {"content-length", "date"}]
        self._tag = next(value for name, value in headers if name.lower() == "etag").removeprefix("W/")
        self.unchanged_headers = [item for item in self._headers if item[0].lower() not in _OF_THE_BODY]
        plain = self._with(body)
        self.encodings = {_PLAIN: plain}
        self.until_best = _WORTH_BEST_QUALITY
        if not is_worth_compressing(body, mimetype):
            self.encodings |= dict.fromkeys(ENCODINGS, plain)
            self.until_best = 0
        # The key under which a store keeps it, and what that has counted for both; None and 0 while none does.
        self.kept_as: PageKey | None = None
        self.charged = 0

    @property
    def body(self) -> bytes:
        """The bytes as they are."""
        plain = self.encodings.get(_PLAIN)
        return plain[1] if plain is not None else decompress_brotli(self.encodings[_BROTLI][1])

    @property
    def size(self) -> int:
        """Bytes in memory, about."""
        return _OVERHEAD + sum(len(body) for _, body in self.encodings.values())

    def matches(self, tags: str) -> bool:
        """Whether an If-None-Match header names this page (weak comparison: RFC 9110, section 13.1.2)."""
        if tags.strip() == "*":
            return True
        # No tag of ours has a comma inside, so cutting at commas finds ours whole.
        return self._tag in tags and any(tag.strip().removeprefix("W/") == self._tag for tag in tags.split(","))

    def compressed(self, encoding: str, quality: int) -> tuple[HeaderList, bytes]:
        """Headers and bytes in an encoding."""
        if encoding == _PLAIN:
            return self._with(self.body)
        return self._with(compress(self.body, encoding, quality), ("Content-Encoding", encoding))

    def _with(self, body: bytes, *more: tuple[str, str]) -> tuple[HeaderList, bytes]:
        return [*self._headers, *more, ("Content-Length", str(len(body)))], body


class _Room:
    """Pages that share a budget. Whoever calls holds the store's lock."""

    __slots__ = ("budget", "pages", "size")

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.size = 0
        self.pages: OrderedDict[PageKey, CachedPage] = OrderedDict()

    def keep(self, key: PageKey, page: CachedPage) -> None:
        """Put a page under a key, in the place of another."""
        former = self.pages.pop(key, None)
        if former is not None:
            self._release(former)
        self.pages[key] = page
        page.kept_as = key
        self.charge(page)

    def charge(self, page: CachedPage) -> None:
        """Count a page that is kept anew, and make room for what it has grown by."""
        assert page.kept_as is not None  # noqa: S101 for the type checker
        size = page.size + size_of_key(page.kept_as)
        self.size += size - page.charged
        page.charged = size
        while self.size > self.budget:
            _, oldest = self.pages.popitem(last=False)
            self._release(oldest)

    def clear(self) -> None:
        """Keep nothing."""
        for page in self.pages.values():
            self._release(page)
        self.pages.clear()

    def _release(self, page: CachedPage) -> None:
        self.size -= page.charged
        page.charged = 0
        page.kept_as = None


class PageStore:
    """Pages of one generation, up to a budget of bytes. Asking for another generation forgets them all."""

    def __init__(self, budget: int) -> None:
        for_queries = budget // _PART_FOR_QUERIES
        self._without_query = _Room(budget - for_queries)
        self._with_query = _Room(for_queries)
        self._generation: Hashable = None
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._without_query.pages) + len(self._with_query.pages)

    @property
    def size(self) -> int:
        """Bytes in memory, about: never more than the budget."""
        return self._without_query.size + self._with_query.size

    def find(self, generation: Hashable, key: PageKey) -> CachedPage | None:
        """The page that is kept under a key in this generation."""
        with self._lock:
            if generation != self._generation:
                self._without_query.clear()
                self._with_query.clear()
                self._generation = generation
                return None
            pages = self._room(key).pages
            page = pages.get(key)
            if page is not None:
                pages.move_to_end(key)
            return page

    def keep(self, generation: Hashable, key: PageKey, page: CachedPage) -> None:
        """Keep a page, unless another generation has begun or the page would take more than a quarter of its room."""
        with self._lock:
            room = self._room(key)
            if generation != self._generation or page.size + size_of_key(key) > room.budget // _PART_FOR_A_PAGE:
                return
            if room is self._with_query:
                # Whoever makes up addresses must not order the dear compression with them.
                page.until_best = 0
            room.keep(key, page)

    def encoded(self, page: CachedPage, encoding: str) -> tuple[HeaderList, bytes]:
        """Headers and bytes of a page in an encoding, made when they are first asked for."""
        ready = page.encodings.get(encoding)
        if ready is None and encoding == _PLAIN:
            return page.compressed(_PLAIN, FAST_QUALITY)
        if ready is None:
            # Two threads may do this at once; that costs less than making one wait. The first result stays.
            made = page.compressed(encoding, FAST_QUALITY)
            with self._lock:
                ready = page.encodings.setdefault(encoding, made)
                if encoding == _BROTLI:
                    # Every browser takes it; who doesn't waits some microseconds for what takes four times the memory.
                    page.encodings.pop(_PLAIN, None)
                if page.kept_as is not None:
                    self._room(page.kept_as).charge(page)
        if page.until_best and encoding == _BROTLI:
            with self._lock:
                # Only whoever counts the last time is due, however many saw it coming.
                is_due = page.until_best == 1
                page.until_best -= page.until_best > 0
            if is_due:
                best = page.compressed(encoding, BEST_QUALITY)
                if len(best[1]) < len(ready[1]):
                    # Smaller, so what the store has counted stays enough.
                    ready = page.encodings[encoding] = best
        return ready

    def _room(self, key: PageKey) -> _Room:
        _, _, query, _ = key
        return self._with_query if query else self._without_query


def size_of_key(key: PageKey) -> int:
    """Bytes of a key in memory; the longest part is what people typed."""
    _, path, query, _ = key
    pairs = sum(sys.getsizeof(pair) + sys.getsizeof(pair[1]) for pair in query)
    return sys.getsizeof(key) + sys.getsizeof(path) + sys.getsizeof(query) + pairs
