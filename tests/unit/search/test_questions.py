"""What people ask, and how often the right page is among the first: floors that always hold.

`questions/starter.jsonl` asks the content that ships, `synthetic` a thousand made-up records, and
`questions/national.jsonl` the real records where they are beside the project. All were written without a look at the
synonyms.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.core.text import fold
from portal.pages.cli import load as load_starter
from portal.procedures.cli import import_command
from portal.search import queries, service
from tests.unit.search import synthetic

QUESTIONS = Path(__file__).parent / "questions"
Change = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Question:
    """A question and the pages that answer it."""

    text: str
    guides: frozenset[str]
    codes: frozenset[str]
    locale: str = "vi"

    def place(self, text: str) -> int:
        """Where the first right page stands; 99 where it isn't among ten."""
        hits = queries.find(text, self.locale, limit=10).hits
        right = (
            place
            for place, hit in enumerate(hits, start=1)
            if self.codes.intersection(hit.codes) or (hit.kind == "guide" and hit.key in self.guides)
        )
        return next(right, 99)


def read(name: str) -> list[Question]:
    rows: list[dict[str, Any]] = [json.loads(line) for line in (QUESTIONS / name).read_text("utf-8").splitlines()]
    return [
        Question(row["query"], frozenset(row.get("guides", ())), frozenset(row["codes"]), row.get("locale", "vi"))
        for row in rows
        if row["codes"] or row.get("guides")
    ]


def as_typed(text: str) -> str:
    return text


def slip(chance: random.Random, text: str) -> str:
    """One typing error in one of the longer words: swapped, left out, doubled or wrong."""
    words = text.split()
    places = [place for place, word in enumerate(words) if len(word) > 2]
    if not places:
        return text
    place = chance.choice(places)
    word, at = words[place], chance.randrange(len(words[place]) - 1)
    words[place] = chance.choice(
        [
            word[:at] + word[at + 1] + word[at] + word[at + 2 :],
            word[:at] + word[at + 1 :],
            word[:at] + word[at] + word[at:],
            word[:at] + chance.choice("abceghiklmnoprstuvxy") + word[at + 1 :],
        ]
    )
    return " ".join(words)


def shares(questions: list[Question], change: Change = as_typed) -> tuple[float, float]:
    """The parts of the questions whose answer is among the first 3, and among the first 10."""
    places = [question.place(change(question.text)) for question in questions]
    return sum(place <= 3 for place in places) / len(places), sum(place <= 10 for place in places) / len(places)


@pytest.fixture
def starter(app: Flask) -> None:
    """The content that ships, among a thousand other records."""
    load_starter.main([], standalone_mode=False)
    with unit_of_work():
        service.replace(synthetic.thousand_records())


def test_questions_to_the_content_that_ships(starter: None) -> None:
    questions = read("starter.jsonl")
    assert len(questions) >= 150
    first, ten = shares(questions)
    assert first >= 0.92
    assert ten >= 0.97
    assert shares(questions, fold)[0] >= first - 0.02
    assert shares(questions, partial(slip, random.Random(1)))[0] >= first - 0.05


def test_questions_to_a_thousand_records(app: Flask) -> None:
    with unit_of_work():
        service.replace(synthetic.thousand_records())
    questions = [Question(one.text, frozenset(), frozenset({one.code})) for one in synthetic.questions()]
    assert len(questions) >= 100
    assert shares(questions)[0] >= 0.98
    assert shares(questions, fold)[0] >= 0.95
    assert shares(questions, partial(slip, random.Random(2)))[0] >= 0.9


def test_questions_to_the_real_records(app: Flask, shared_data: Path) -> None:
    load_starter.main([], standalone_mode=False)
    import_command.main([str(shared_data / "procedures-national.jsonl.gz")], standalone_mode=False)
    questions = read("national.jsonl")
    first, ten = shares(questions)
    assert first >= 0.9
    assert ten >= 0.94
    assert shares(questions, fold)[0] >= first - 0.02
    tuning = [
        Question(row["query"], frozenset(), frozenset(row["codes"]))
        for row in map(json.loads, (shared_data / "search-tuning-queries.jsonl").read_text("utf-8").splitlines())
    ]
    stored = set(queries.keys("record"))
    tuning = [question for question in tuning if question.codes & stored]
    assert len(tuning) == 90
    assert shares(tuning)[0] >= 0.9
    assert shares(tuning, fold)[0] >= 0.9
    db.session.remove()
