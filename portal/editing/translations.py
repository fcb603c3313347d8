"""Of which Vietnamese the translations in a draft are: what is known, and what becomes of it when somebody saves."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.editing.models import GuideDraft
from portal.editing.values import Values
from portal.guides.models import Guide
from portal.guides.queries import values_of_text
from portal.guides.translating import known_after, pairs

# By language, what `guides.translating` knows.
Known = Mapping[str, Sequence[str]]


def others() -> list[str]:
    """The languages into which the Vietnamese is translated."""
    return [code for code in LOCALES if code != DEFAULT_LOCALE.code]


def known_of_guide(row: Guide) -> dict[str, list[str]]:
    """What is known of a published guide; of one from before that was kept, that it is of today's Vietnamese."""
    texts = {text.locale: text for text in row.texts}
    source = values_of_text(texts[DEFAULT_LOCALE.code])
    return {
        code: pairs(source, values_of_text(text)) if text.translated is None else list(text.translated)
        for code, text in texts.items()
        if code != DEFAULT_LOCALE.code
    }


def known_of_draft(row: GuideDraft) -> dict[str, list[str]]:
    """What is known of a draft; of one from before that was kept, that it is of its own Vietnamese."""
    if row.translated is None:
        return after_saving({}, row.content)
    return {code: list(known) for code, known in row.translated.items()}


def after_saving(
    known: Known, values: Values, confirmed: Mapping[str, Collection[str]] | None = None
) -> dict[str, list[str]]:
    """What is known once these values are saved."""
    source, still_right = values.get(DEFAULT_LOCALE.code, {}), confirmed or {}
    found = {
        code: known_after(known.get(code, ()), source, values.get(code, {}), still_right.get(code, ()))
        for code in others()
    }
    return {code: pairs for code, pairs in found.items() if pairs}
