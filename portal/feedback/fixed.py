"""A page was mended after what people wrote about it: written into their cases, and told to who left an address."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from portal.feedback import history, queries
from portal.feedback.models import FeedbackCase
from portal.feedback.states import CaseState, EventKind

_MOST_MERGED = 200


def guide_fixed(
    case: FeedbackCase, titles: Mapping[str, str], notes: Mapping[str, str], *, path: str, once: str, now: datetime
) -> int:
    """Write down, once under this name, that the guide of a case was mended, for the cases merged into it too.

    `titles` and `notes` are by language, Vietnamese always among the titles; `path` is the guide's, without language.
    Returns how many cases it was written into.
    """
    count = 0
    for known in _with_merged(case):
        one = queries.locked(known)  # who asks to be forgotten at this moment is told nothing after it
        if one.state == CaseState.ABUSE:
            continue
        details = {"page": path, "title": titles.get(one.locale) or titles["vi"]}
        text = notes.get(one.locale) or notes.get("vi", "")
        event = history.happened_once(one, EventKind.GUIDE_FIXED, once, now=now, text=text, details=details)
        if event is not None:
            history.tell_person(one, event, now=now)
            count += 1
    return count


def _with_merged(case: FeedbackCase) -> list[FeedbackCase]:
    found, seen = [case], {case.id}
    for one in found:
        more = [other for other in queries.merged_into(one) if other.id not in seen]
        found += more[: _MOST_MERGED - len(found)]
        seen |= {other.id for other in more}
    return found
