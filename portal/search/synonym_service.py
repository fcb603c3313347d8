"""Every change of the synonyms. Functions flush, and never commit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, insert, select, update

from portal.core import audit
from portal.core.audit import Subject
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.text import clean_line
from portal.search.knowledge import stored_rules
from portal.search.models import SYNONYMS
from portal.search.synonyms import (
    MAX_MEANINGS,
    MAX_PHRASE,
    MAX_PHRASE_WORDS,
    MAX_RULES,
    Rules,
    circles,
    key_of,
    means_itself,
)

# Phrases that are entered at once.
MOST_PHRASES = 50
_CHUNK = 500


def replace_synonyms(rules: Rules, *, is_starter: bool) -> int:
    """Put the rules in the place of those that came from the same hand; how many there are now.

    A province's own rule stands against the starter's for the same phrase, and leaves it untouched.
    """
    session = db.session()
    session.execute(delete(SYNONYMS).where(SYNONYMS.c.is_starter == is_starter))
    rows = [
        {"phrase": phrase, "meanings": list(meanings), "is_starter": is_starter}
        for phrase, meanings in sorted(rules.items())
    ]
    for start in range(0, len(rows), _CHUNK):
        session.execute(insert(SYNONYMS), rows[start : start + _CHUNK])
    return len(rows)


def take_over(rules: Rules) -> int:
    """Make these the rules that hold: what differs from those that ship is the province's own. How many changed.

    A rule that ships and isn't among these stays.
    """
    shipped, before = stored_rules(is_starter=True), stored_rules(is_starter=False)
    own = {phrase: tuple(meanings) for phrase, meanings in rules.items() if list(meanings) != shipped.get(phrase)}
    after = {phrase: list(meanings) for phrase, meanings in own.items()}
    changed = [phrase for phrase in {*after, *before} if after.get(phrase) != before.get(phrase)]
    if changed:
        replace_synonyms(own, is_starter=False)
    return len(changed)


class SynonymError(Exception):
    """Why a rule is refused; `text` is what it is about, `field` the form's.

    Codes: no_phrase, long_phrase, many_phrases, no_meaning, long_meaning, many_meanings, itself, circle, taken (it is
    explained otherwise), full (more rules than a search can bear).
    """

    def __init__(self, code: str, field: str, text: str = "") -> None:
        self.code, self.field, self.text = code, field, text
        super().__init__(code)


def effective_rules() -> dict[str, list[str]]:
    """The rules that hold: the province's own stand against those that ship."""
    return {**stored_rules(is_starter=True), **stored_rules(is_starter=False)}


def tidy_meanings(typed: Iterable[str]) -> tuple[str, ...]:
    """Meanings as they are stored."""
    found = (clean_line(one, 4 * MAX_PHRASE).lower() for one in typed)
    return tuple(dict.fromkeys(one for one in found if one))


def checked(typed: Sequence[str], meanings: Sequence[str], rules: Rules) -> dict[str, tuple[str, ...]]:
    """`rules` with new ones for what is typed; raises SynonymError where a file with them would be wrong."""
    phrases = [phrase for one in typed if one.strip() and (phrase := key_of(one))]
    if not phrases:
        raise SynonymError("no_phrase", "typed")
    if len(phrases) > MOST_PHRASES:
        raise SynonymError("many_phrases", "typed")
    if longer := [line for one in typed if len(line := clean_line(one, 4 * MAX_PHRASE)) > MAX_PHRASE]:
        raise SynonymError("long_phrase", "typed", longer[0][:MAX_PHRASE])
    for phrase in phrases:
        if len(phrase) > MAX_PHRASE or len(phrase.split()) > MAX_PHRASE_WORDS:
            raise SynonymError("long_phrase", "typed", phrase[:MAX_PHRASE])
        if means_itself(phrase, meanings):
            raise SynonymError("itself", "meanings", phrase)
    if len(meanings) > MAX_MEANINGS:
        raise SynonymError("many_meanings", "meanings")
    for meaning in meanings:
        if len(meaning) > MAX_PHRASE or not key_of(meaning) or any(sign in meaning for sign in ("|", "=>", "#")):
            raise SynonymError("long_meaning", "meanings", meaning[:MAX_PHRASE])
    before = {phrase: tuple(known) for phrase, known in rules.items()}
    after = {**before, **dict.fromkeys(phrases, tuple(meanings))}
    if len(after) > MAX_RULES:
        raise SynonymError("full", "typed")
    if new := sorted(circles(after) - circles(before)):
        raise SynonymError("circle", "meanings", new[0])
    return after


def add_rules(typed: Sequence[str], meanings: Sequence[str], *, actor: Actor, now: datetime) -> list[str]:
    """Rules of the province's own for phrases that have none; raises SynonymError. Returns the phrases."""
    if not meanings:
        raise SynonymError("no_meaning", "meanings")
    rules = effective_rules()
    after = checked(typed, meanings, rules)
    new = list(dict.fromkeys(phrase for one in typed if (phrase := key_of(one))))
    for phrase in new:
        if phrase in rules and tuple(rules[phrase]) != after[phrase]:
            raise SynonymError("taken", "typed", phrase)
    own = stored_rules(is_starter=False)
    for phrase in new:
        if phrase not in own:
            _store(phrase, meanings, None, actor, now)
    return new


def change_rule(phrase: str, meanings: Sequence[str], *, actor: Actor, now: datetime) -> None:
    """What a phrase means from now on, in the province's own words; nothing where there are no meanings.

    Raises SynonymError.
    """
    checked([phrase], meanings, effective_rules())
    _store(phrase, meanings, own_rule(phrase), actor, now)


def remove_rule(phrase: str, *, actor: Actor, now: datetime) -> None:
    """Take the province's own rule away; one that ships holds again."""
    before = own_rule(phrase)
    if before is not None:
        db.session.execute(delete(SYNONYMS).where(SYNONYMS.c.phrase == phrase, SYNONYMS.c.is_starter.is_(False)))
        audit.record(actor, "synonym_removed", _subject(phrase), at=now, before={"meanings": before})


def own_rule(phrase: str) -> list[str] | None:
    """What the province says that a phrase means; None where it says nothing. Nobody changes it until the end."""
    return _rule(phrase, is_starter=False, lock=True)


def shipped_rule(phrase: str) -> list[str] | None:
    """What ships for a phrase, or None."""
    return _rule(phrase, is_starter=True)


def _rule(phrase: str, *, is_starter: bool, lock: bool = False) -> list[str] | None:
    wanted = select(SYNONYMS.c.meanings).where(SYNONYMS.c.phrase == phrase, SYNONYMS.c.is_starter.is_(is_starter))
    found: list[str] | None = db.session.scalar(wanted.with_for_update() if lock else wanted)
    return found


def _store(phrase: str, meanings: Sequence[str], before: list[str] | None, actor: Actor, now: datetime) -> None:
    values = {"phrase": phrase, "is_starter": False, "meanings": list(meanings)}
    if before is None:
        db.session.execute(insert(SYNONYMS).values(**values))
    elif before != values["meanings"]:
        own = (SYNONYMS.c.phrase == phrase, SYNONYMS.c.is_starter.is_(False))
        db.session.execute(update(SYNONYMS).where(*own).values(meanings=values["meanings"]))
    else:
        return
    action = "synonym_added" if before is None else "synonym_changed"
    described = None if before is None else {"meanings": before}
    audit.record(actor, action, _subject(phrase), at=now, before=described, after={"meanings": values["meanings"]})


def _subject(phrase: str) -> Subject:
    return Subject("synonym", phrase, phrase)
