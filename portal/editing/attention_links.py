"""Links in need of an editor, with the pages of ours that carry them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.core import clock
from portal.linkcheck.models import CheckedLink, Outcome
from portal.linkcheck.queries import (
    AGENCY,
    DOCUMENT,
    FIGURE,
    GUIDE,
    NOTICE,
    RECORD,
    TEXT,
    guides_changed_at,
    notices_changed_at,
    texts_changed_at,
    with_outcome,
)  # fmt: skip

# Where each kind of page is mended. What others than editors mend leads to the public page: an agency's links stand in
# the list of agencies, published figures on one page.
_PLACES = {GUIDE: "/can-bo/huong-dan/", DOCUMENT: "/can-bo/van-ban/", RECORD: "/thu-tuc/", NOTICE: "/can-bo/thong-bao/"}
_PUBLIC = {AGENCY: "/co-quan", FIGURE: "/so-lieu"}


@dataclass(frozen=True, slots=True)
class Broken:
    """A link that is dead or has moved. `pages` are titles and paths without a language; `reason` as in `linkcheck`."""

    url: str
    reason: str
    status: int | None
    since: datetime | None
    moved_to: str
    pages: Sequence[tuple[str, str]]


def broken_links(others: Collection[str], *, limit: int) -> list[Broken]:
    """Links that were dead on several days, or lead to a closed site; none that only the guides of `others` carry."""
    return _shown(with_outcome(Outcome.DEAD, Outcome.RETIRED, limit=limit * 4), others)[:limit]


def moved_links(others: Collection[str], *, limit: int) -> list[Broken]:
    """Links whose pages say that they are elsewhere for good."""
    return _shown(with_outcome(Outcome.MOVED, limit=limit * 4), others)[:limit]


def _shown(rows: Sequence[CheckedLink], others: Collection[str]) -> list[Broken]:
    changed = _changed_at(rows)
    found = []
    for row in rows:
        pages = [
            (one["title"], _place_of(one))
            for one in row.carriers
            if one["kind"] in {*_PLACES, *_PUBLIC, TEXT} and not _is_passed_over(one, row, changed, others)
        ]
        if pages:
            found.append(Broken(row.url, row.reason, row.status, row.failed_since, row.moved_to, pages))
    return found


def _place_of(page: Mapping[str, str]) -> str:
    kind, key = page["kind"], page["key"]
    if kind == TEXT:
        _text, name, locale = key.split(".")
        return f"/can-bo/trang-cong/{name}/{locale}"
    return _PUBLIC.get(kind) or _PLACES[kind] + key


def _changed_at(rows: Sequence[CheckedLink]) -> Mapping[str, Mapping[str, datetime]]:
    """By kind, when the pages that editors change were changed."""
    keys: defaultdict[str, set[str]] = defaultdict(set)
    for row in rows:
        for one in row.carriers:
            keys[one["kind"]].add(one["key"])
    return {
        GUIDE: guides_changed_at(keys[GUIDE]) if keys[GUIDE] else {},
        NOTICE: notices_changed_at(keys[NOTICE], clock.now()) if keys[NOTICE] else {},
        TEXT: texts_changed_at(keys[TEXT]) if keys[TEXT] else {},
    }


def _is_passed_over(
    page: Mapping[str, str], row: CheckedLink, changed: Mapping[str, Mapping[str, datetime]], others: Collection[str]
) -> bool:
    """Of a page that was changed since its links were looked for, the coming night knows more."""
    kind, key = page["kind"], page["key"]
    at = changed.get(kind, {}).get(key)
    if kind in (GUIDE, NOTICE) and at is None:
        return True  # it is gone, or over
    return (kind == GUIDE and key in others) or (at is not None and at > row.seen_at)
