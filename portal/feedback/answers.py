"""What people asked about a page, and what agencies answered, as a section of that page."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from portal.core import formats
from portal.core.i18n import LOCALES, Locale
from portal.core.kept import KeptByVersion
from portal.core.pages import renderer
from portal.feedback.labels import agency_name
from portal.feedback.publishing import Shown, answered_subjects, answers_of

# Which pages have any: asked for on every page, so the database is asked once for each version.
_answered: KeptByVersion[None, frozenset[tuple[str, str]]] = KeptByVersion(1)


class Answer(NamedTuple):
    """A question and answer as its page shows it; the texts are lines, each a paragraph."""

    question: str
    lines: list[str]
    agency: str
    day: str
    is_demo: bool


def section_under(kind: str, key: str, locale: str) -> Markup:
    """The section of a page; nothing where nobody has asked."""
    if (kind, key) not in _answered.get(None, answered_subjects):
        return Markup("")
    answers = [_answer(one, LOCALES[locale]) for one in answers_of(kind, key)]
    return Markup(renderer().text("feedback/_answers.html", LOCALES[locale], answers=answers))


def _answer(one: Shown, locale: Locale) -> Answer:
    lines = [line for line in one.answer.splitlines() if line.strip()]
    return Answer(
        one.question, lines, agency_name(one.agency), formats.moment(one.published_at, locale.code), one.is_demo
    )
