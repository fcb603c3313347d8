"""Undoing a batch: everything comes back, or nothing is touched because something later stands on it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from flask import Flask
from sqlalchemy import select, update

from portal.core.db import db, unit_of_work
from portal.exchange import applying, jobs, sweeping
from portal.exchange.applying import UndoRefusedError
from portal.exchange.models import Change
from portal.exchange.service import UndoTooOldError, WrongStateError
from tests.factories.units import MOMENT, UnitKind, batch, bring, clock, stored, units

HEAD = "code;name;people\n"
FIRST = HEAD + "A;Một;1\nB;Hai;2\n"
SECOND = HEAD + "A;Một mới;10\nC;Ba;3\n"


def undo(code: str) -> None:
    jobs.run_undo(code, clock=clock)


def refused(code: str) -> tuple[str, ...]:
    before = stored()
    with pytest.raises(UndoRefusedError) as caught:
        undo(code)
    assert stored() == before
    assert batch(code).state == "applied"
    return caught.value.subjects


def test_new_and_changed_things_come_back(folder: Path) -> None:
    bring(folder, FIRST)
    before = stored()
    second = bring(folder, SECOND)
    assert stored() == {"A": ("Một mới", 10), "B": ("Hai", 2), "C": ("Ba", 3)}
    undo(second.code)
    assert stored() == before
    assert (batch(second.code).state, batch(second.code).undone_at) == ("undone", MOMENT)
    with pytest.raises(WrongStateError):
        undo(second.code)


def test_the_later_batch_goes_first(folder: Path) -> None:
    first, second = bring(folder, FIRST), bring(folder, SECOND)
    assert refused(first.code) == ("A",)
    undo(second.code)
    undo(first.code)
    assert stored() == {}
    bring(folder, FIRST)
    assert stored() == {"A": ("Một", 1), "B": ("Hai", 2)}


def test_a_later_batch_that_left_the_same_state_still_stands_on_it(folder: Path) -> None:
    first = bring(folder, FIRST)
    bring(folder, SECOND)
    bring(folder, FIRST)
    assert refused(first.code) == ("A",)


def test_a_batch_of_other_things_is_in_nobodys_way(folder: Path) -> None:
    first = bring(folder, FIRST)
    other = bring(folder, HEAD + "X;Khác;9\n")
    undo(first.code)
    assert set(stored()) == {"X"}
    undo(other.code)


@pytest.mark.parametrize(
    "edit",
    [
        lambda session: session.execute(update(units).where(units.c.code == "B").values(name="Sửa tay")),
        lambda session: session.execute(units.delete().where(units.c.code == "B")),
    ],
)
def test_what_a_person_edited_or_removed_since_refuses(folder: Path, edit: Callable[..., object]) -> None:
    first = bring(folder, FIRST)
    with unit_of_work() as session:
        edit(session)
    assert refused(first.code) == ("B",)


def test_what_something_needs_refuses(folder: Path, kind: UnitKind) -> None:
    first = bring(folder, FIRST)
    kind.needed.add("A")
    assert refused(first.code) == ("A",)


def test_only_the_first_subjects_are_named(folder: Path) -> None:
    first = bring(folder, HEAD + "".join(f"{number:04};x;1\n" for number in range(700)))
    bring(folder, HEAD + "".join(f"{number:04};y;1\n" for number in range(700)))
    assert len(refused(first.code)) == 20


def test_a_failure_in_the_middle_leaves_everything(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = bring(folder, HEAD + "".join(f"{number:04};x;1\n" for number in range(1200)))
    before = stored()
    calls = []

    def fail_later(*arguments: object) -> None:
        calls.append(arguments)
        if len(calls) == 2:
            raise RuntimeError("lost connection")

    monkeypatch.setattr(UnitKind, "remove", fail_later)
    with pytest.raises(RuntimeError):
        undo(first.code)
    assert len(calls) == 2
    assert stored() == before
    assert batch(first.code).state == "applied"


def test_thousands_are_undone_in_pieces(folder: Path) -> None:
    first = bring(folder, HEAD + "".join(f"{number:04};x;1\n" for number in range(1700)))
    assert len(stored()) == 1700
    undo(first.code)
    assert stored() == {}


def test_undoing_joins_the_callers_unit(folder: Path) -> None:
    first = bring(folder, FIRST)
    with pytest.raises(ZeroDivisionError), unit_of_work():
        applying.undo(first.code, now=MOMENT)
        raise ZeroDivisionError
    assert len(stored()) == 2


def test_what_is_swept_away_is_not_undone_any_more(app: Flask, folder: Path) -> None:
    first, second = bring(folder, FIRST), bring(folder, SECOND)
    keep = timedelta(days=90)
    with unit_of_work():
        sweeping.sweep(folder, clock() + timedelta(days=89), keep=keep)
    assert {path.name for path in folder.iterdir()} == {first.stored_name, second.stored_name}
    with unit_of_work():
        assert sweeping.sweep(folder, clock() + timedelta(days=91), keep=keep) == 2
    assert list(folder.iterdir()) == []
    assert db.session.scalars(select(Change)).all() == []
    before = stored()
    for one in (second, first):
        with pytest.raises(UndoTooOldError):
            undo(one.code)
        assert (batch(one.code).state, stored()) == ("applied", before)
    refused = app.test_cli_runner().invoke(args=["imports", "undo", first.code])
    assert refused.exit_code == 1
    assert "too old to be undone" in refused.output
