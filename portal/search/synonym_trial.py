"""What a question finds before and after a change of the synonyms, without making the change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import select

from portal.core.db import db
from portal.search.finding import Outcome, search
from portal.search.knowledge import Knowledge, knowledge
from portal.search.lexicon import Lexicon
from portal.search.models import ENTRIES
from portal.search.retrieval import Scope

_SHOWN = 5


@dataclass(frozen=True, slots=True)
class TrialHit:
    """A page that is found; `is_new`: not among the first ones on the other side."""

    title: str
    url: str
    is_new: bool


@dataclass(frozen=True, slots=True)
class Trial:
    """The first hits of a question by the rules that hold, and by others."""

    question: str
    before: tuple[TrialHit, ...]
    after: tuple[TrialHit, ...]

    @property
    def is_same(self) -> bool:
        """Whether the change changes nothing for this question."""
        return [hit.url for hit in self.before] == [hit.url for hit in self.after]


def trial(question: str, locale: str, rules: Mapping[str, Sequence[str]]) -> Trial:
    """Search by what is known now, and with these rules in the place of the synonyms."""
    known = knowledge()
    lexicon = Lexicon(rules)
    others: Knowledge = replace(known, lexicon=lexicon, vocabulary=frozenset(lexicon.words.union(known.ordered)))
    before, after = (search(question, Scope([], locale), one) for one in (known, others))
    rows = _rows([*_first(before), *_first(after)])
    return Trial(question, _hits(rows, before, after), _hits(rows, after, before))


def _first(outcome: Outcome) -> list[int]:
    return [one.id for one in outcome.judgements[:_SHOWN]]


def _rows(ids: Sequence[int]) -> dict[int, tuple[str, str]]:
    columns = ENTRIES.c
    found = db.session.execute(select(columns.id, columns.title, columns.url).where(columns.id.in_(ids)))
    return {row.id: (row.title, row.url) for row in found}


def _hits(rows: Mapping[int, tuple[str, str]], outcome: Outcome, other: Outcome) -> tuple[TrialHit, ...]:
    known = set(_first(other))
    return tuple(TrialHit(*rows[id_], id_ not in known) for id_ in _first(outcome) if id_ in rows)
