"""Which pages and drafts show what editors uploaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from typing import NamedTuple

from portal.core.content import memoised_by_content
from portal.editing import queries
from portal.editing.states import DraftState
from portal.guides.queries import all_values
from portal.guides.shown import shown_in


class Use(NamedTuple):
    """A page that shows something; `code` is that of its draft where it is a draft that does.

    It `is_settled` where somebody has approved what is shown, or is about to.
    """

    slug: str
    title: str
    code: str = ""
    is_settled: bool = True


@memoised_by_content
def _published() -> Mapping[str, tuple[Use, ...]]:
    found: defaultdict[str, list[Use]] = defaultdict(list)
    for values in all_values():
        for name in shown_in(values):
            found[name].append(Use(values["slug"], values["vi"]["title"]))
    return {name: tuple(uses) for name, uses in found.items()}


def uses() -> Mapping[str, list[Use]]:
    """The published pages, then the open drafts, by the slug of what they show."""
    found = defaultdict(list, {name: list(known) for name, known in _published().items()})
    for draft in queries.open_drafts_with_content():
        for name in shown_in(draft.content):
            found[name].append(Use(draft.slug, draft.title, draft.code, draft.state != DraftState.DRAFT))
    return found
