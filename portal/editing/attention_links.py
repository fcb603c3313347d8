"""Links in need of an editor, with the pages of ours that carry them."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.linkcheck.models import CheckedLink, Outcome
from portal.linkcheck.queries import AGENCY, DOCUMENT, FIGURE, GUIDE, RECORD, guides_changed_at, with_outcome

# Where each kind of page is mended. What others than editors mend leads to the public page: an agency's links stand in
# the list of agencies, published figures on one page.
_PLACES = {GUIDE: "/can-bo/huong-dan/", DOCUMENT: "/can-bo/van-ban/", RECORD: "/thu-tuc/"}
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
    slugs = {one["key"] for row in rows for one in row.carriers if one["kind"] == GUIDE}
    changed = guides_changed_at(slugs) if slugs else {}
    found = []
    for row in rows:
        pages = [
            (one["title"], _PUBLIC.get(one["kind"]) or _PLACES[one["kind"]] + one["key"])
            for one in row.carriers
            if one["kind"] in {*_PLACES, *_PUBLIC} and not _is_passed_over(one, row, changed, others)
        ]
        if pages:
            found.append(Broken(row.url, row.reason, row.status, row.failed_since, row.moved_to, pages))
    return found


def _is_passed_over(
    page: Mapping[str, str], row: CheckedLink, changed: Mapping[str, datetime], others: Collection[str]
) -> bool:
    """Of a guide that was changed since its links were looked for, the coming night knows more."""
    if page["kind"] != GUIDE:
        return False
    key = page["key"]
    return key in others or key not in changed or changed[key] > row.seen_at
