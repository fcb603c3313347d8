"""What the page cache keeps: answers in every encoding, the least recently used leaving first."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Hashable
from typing import TypeAlias

from portal.core.compression import BEST_QUALITY, ENCODINGS, FAST_QUALITY, compress, is_worth_compressing

# The declared parameters of a request, in order.
Query: TypeAlias = tuple[tuple[str, str], ...]
# Language, path, query, and whether it is a fragment.
PageKey: TypeAlias = tuple[str, str, Query, bool]
HeaderList: TypeAlias = list[tuple[str, str]]

# The objects and headers around the bytes of a page.
_OVERHEAD = 4_000
# From this time on a page is sent as small as brotli can make it, which takes tens of milliseconds once: most pages
# are never asked for so often.
_WORTH_BEST_QUALITY = 3
# What a 304 leaves out, because it describes a body (RFC 9110, section 15.4.5).
_OF_THE_BODY = frozenset({"content-type", "content-length", "content-encoding"})


class CachedPage:
    """One answer: its bytes as they are, and in the encodings that somebody has asked for.

    Nobody changes a list of headers that is in here; what is sent is a copy.
    """

    __slots__ = ("_headers", "_tag", "body", "charged", "encodings", "unchanged_headers", "until_best")

    def __init__(self, body: bytes, headers: HeaderList, mimetype: str | None) -> None:
        self.body = body
        # The server says the date, and `_with` the length.
        self._headers = [(name, value) for name, value in headers if name.lower() not in {"content-length", "date"}]
        self._tag = next(value for name, value in headers if name.lower() == "etag").removeprefix("W/")
        self.unchanged_headers = [item for item in self._headers if item[0].lower() not in _OF_THE_BODY]
        plain = self._with(body)
        self.encodings = {"": plain}
        self.until_best = _WORTH_BEST_QUALITY
        if not is_worth_compressing(body, mimetype):
            self.encodings |= dict.fromkeys(ENCODINGS, plain)
            self.until_best = 0
        # What the store has counted for it; 0 while no store keeps it.
        self.charged = 0

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
        return self._with(compress(self.body, encoding, quality), ("Content-Encoding", encoding))

    def _with(self, body: bytes, *more: tuple[str, str]) -> tuple[HeaderList, bytes]:
        return [*self._headers, *more, ("Content-Length", str(len(body)))], body


class PageStore:
    """Pages of one generation, up to a budget of bytes. Asking for another generation forgets them all."""

    def __init__(self, budget: int) -> None:
        self.budget = budget
        self.size = 0
        self._generation: Hashable = None
        self._pages: OrderedDict[PageKey, CachedPage] = OrderedDict()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._pages)

    def find(self, generation: Hashable, key: PageKey) -> CachedPage | None:
        """The page that is kept under a key in this generation."""
        with self._lock:
            if generation != self._generation:
                self._forget_all()
                self._generation = generation
                return None
            page = self._pages.get(key)
            if page is not None:
                self._pages.move_to_end(key)
            return page

    def keep(self, generation: Hashable, key: PageKey, page: CachedPage) -> None:
        """Keep a page, unless another generation has begun or the page would take more than a quarter of the room."""
        with self._lock:
            if generation != self._generation or page.size > self.budget // 4:
                return
            former = self._pages.pop(key, None)
            if former is not None:
                self._release(former)
            self._pages[key] = page
            self._charge(page)

    def encoded(self, page: CachedPage, encoding: str) -> tuple[HeaderList, bytes]:
        """Headers and bytes of a page in an encoding, made when they are first asked for."""
        ready = page.encodings.get(encoding)
        if ready is None:
            # Two threads may do this at once; that costs less than making one wait.
            ready = page.encodings[encoding] = page.compressed(encoding, FAST_QUALITY)
            with self._lock:
                if page.charged:
                    self._charge(page)
        if page.until_best and encoding == "br":
            with self._lock:
                page.until_best -= page.until_best > 0
                is_due = page.until_best == 0
            if is_due:
                # It only gets smaller, so what the store has counted stays enough.
                ready = page.encodings[encoding] = page.compressed(encoding, BEST_QUALITY)
        return ready

    def _charge(self, page: CachedPage) -> None:
        self.size += page.size - page.charged
        page.charged = page.size
        while self.size > self.budget:
            _, oldest = self._pages.popitem(last=False)
            self._release(oldest)

    def _release(self, page: CachedPage) -> None:
        self.size -= page.charged
        page.charged = 0

    def _forget_all(self) -> None:
        for page in self._pages.values():
            page.charged = 0
        self._pages.clear()
        self.size = 0
