"""What a lower domain may ask of a higher one; `wiring` fills it in.

A record's page names the guides that explain it, but `procedures` must not import `guides`.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from markupsafe import Markup


class Card(Protocol):
    """A page in a list."""

    @property
    def title(self) -> str:
        """Its name."""

    @property
    def url(self) -> str:
        """Its address in the reader's language."""


@dataclass(frozen=True, slots=True)
class Explained:
    """A procedure as the guide that explains it calls it; `path` is the guide's, without language."""

    title: str
    path: str
    title_locale: str


GuideFinder = Callable[[str, str], Sequence[Card]]
GuideIndex = Callable[[str], Mapping[str, Sequence[Explained]]]
_guide_finders: list[GuideFinder] = []
_guide_indexes: list[GuideIndex] = []


def register_guide_finder(finder: GuideFinder) -> None:
    """Say who knows the guides of a procedure: called with a code and a locale."""
    _guide_finders[:] = [finder]


def guides_of_procedure(code: str, locale: str) -> list[Card]:
    """The guides that explain a procedure; none where no domain knows guides."""
    return [card for finder in _guide_finders for card in finder(code, locale)]


@dataclass(frozen=True, slots=True)
class PlaceSection:
    """A part of a commune's page that a higher domain fills: its offices, teams, figures. `id` is the heading's."""

    id: str
    title: str
    html: Markup


SectionMaker = Callable[[str, str], PlaceSection | None]
_place_sections: list[SectionMaker] = []


def register_place_sections(*makers: SectionMaker) -> None:
    """Say who adds to a commune's page, in this order: each is called with the place's slug and a locale."""
    _place_sections[:] = makers


def sections_of_place(slug: str, locale: str) -> list[PlaceSection]:
    """What the domains have to say of a commune; nothing where none knows it."""
    return [section for maker in _place_sections if (section := maker(slug, locale)) is not None]


def register_guide_index(index: GuideIndex) -> None:
    """Say who knows which procedures have guides: called with a locale."""
    _guide_indexes[:] = [index]


def explained_procedures(locale: str) -> Mapping[str, Sequence[Explained]]:
    """Every procedure that guides explain, by code; none where no domain knows guides."""
    return _guide_indexes[0](locale) if _guide_indexes else {}


AnswerShower = Callable[[str, str, str], Markup]
_answer_showers: list[AnswerShower] = []


def register_answers(shower: AnswerShower) -> None:
    """Say who knows what people asked about a page: called with the kind and key of its subject, and a locale."""
    _answer_showers[:] = [shower]


def answers_under(kind: str, key: str, locale: str) -> Markup:
    """The section of questions and answers under a page; not a byte where there are none."""
    return Markup("").join(show(kind, key, locale) for show in _answer_showers)


HelperShower = Callable[[str, str], Markup]
_helper_showers: list[HelperShower] = []


def register_helpers(shower: HelperShower) -> None:
    """Say who knows the people that help near a reader: called with a commune's slug and a locale."""
    _helper_showers[:] = [shower]


def helpers_near(commune: str, locale: str) -> Markup:
    """The section that names the people who help in a commune; not a byte where no domain knows any."""
    return Markup("").join(show(commune, locale) for show in _helper_showers)


LinkCounter = Callable[[Collection[str]], Mapping[str, int]]
_link_counters: list[LinkCounter] = []


def register_link_counter(counter: LinkCounter) -> None:
    """Say who knows how many short links and posters lead to pages: called with their paths, without language."""
    _link_counters[:] = [counter]


def links_to_pages(paths: Collection[str]) -> Mapping[str, int]:
    """How many short links, and with them posters, lead to each of these pages; none where there are none."""
    return _link_counters[0](paths) if _link_counters else {}


@dataclass(frozen=True, slots=True)
class Drafting:
    """How a person may have a page mended that feedback is about: where a press begins it, and what has been begun.

    `drafts` are (label, address).
    """

    url: str
    drafts: Sequence[tuple[str, str]]


DraftingFinder = Callable[[str, str, str, int], Drafting | None]
_drafting_finders: list[DraftingFinder] = []


def register_drafting(finder: DraftingFinder) -> None:
    """Say who knows how pages are mended: called with the kind and key of a subject, and a case's reference and row."""
    _drafting_finders[:] = [finder]


def drafting_for(kind: str, key: str, reference: str, case_id: int) -> Drafting | None:
    """How whoever asks may mend the page that a case is about; None where they may not, or it is no such page."""
    return next((found for find in _drafting_finders if (found := find(kind, key, reference, case_id))), None)


TitleFinder = Callable[[str], str | None]
_shared_pages: dict[str, TitleFinder] = {}


def register_shared_pages(folder: str, finder: TitleFinder) -> None:
    """Say who knows the pages of a folder that may be shared by a short link: called with the last part of a path, ""
    for the folder's own page; answers with the page's Vietnamese title, None where there is no such page."""
    _shared_pages[folder] = finder


def shared_page_titles() -> Mapping[str, TitleFinder]:
    """Who knows the titles of the pages in a folder, for the folders of higher domains."""
    return _shared_pages
