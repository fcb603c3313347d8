"""Which pages and drafts show what editors uploaded."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from portal.core.content import memoised_by_content
from portal.core.i18n import LOCALES
from portal.editing import queries
from portal.editing.states import DraftState
from portal.guides.queries import all_values


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


def shown_in(values: Mapping[str, Any]) -> set[str]:
    """The names of pictures and videos that the values of a guide name, drawings too."""
    return {name for locale in LOCALES for name in _names(values.get(locale, {})) if name}


def _names(texts: Mapping[str, Any]) -> Iterator[str]:
    for step in texts.get("steps", []):
        yield step.get("picture", "")
    for video in texts.get("videos", []):
        yield video.get("file", "")
