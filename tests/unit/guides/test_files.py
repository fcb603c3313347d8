"""Guides leave the portal as the files that they came from."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask

from portal.config import ROOT
from portal.core import clock
from portal.core.db import unit_of_work
from portal.guides.files import guide_file
from portal.guides.rules import parse_file
from portal.guides.service import import_guides
from portal.guides.written import values_of
from tests.factories.drafts import SLUG, published
from tests.factories.withdrawals import withdrawn

FILES = sorted((ROOT / "portal" / "starter" / "guides").glob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_guide_that_ships_survives_the_round(app: Flask, file: Path) -> None:
    guide, errors = parse_file(file.read_text("utf-8"), file.stem)
    assert guide is not None, errors
    text = guide_file(values_of(guide))
    again, errors = parse_file(text, file.stem)
    assert errors == []
    assert again == guide
    assert guide_file(values_of(again)) == text


def test_export_and_import_change_nothing(app: Flask, tmp_path: Path) -> None:
    published()
    runner = app.test_cli_runner()
    for folder in ("a", "b"):
        result = runner.invoke(args=["guides", "export", str(tmp_path / folder)])
        assert result.exit_code == 0, result.output
        result = runner.invoke(args=["guides", "import", str(tmp_path / folder)])
        assert "0 new, 0 changed, 1 unchanged" in result.output
    assert (tmp_path / "a" / f"{SLUG}.yaml").read_bytes() == (tmp_path / "b" / f"{SLUG}.yaml").read_bytes()


def test_awkward_texts_survive(app: Flask) -> None:
    published(
        summary="Có: dấu hai chấm, # thăng, 'nháy' và \"kép\"", mistakes=["- gạch", "1.001193", "có", "null", " a\n\nb"]
    )
    with unit_of_work():
        from portal.guides.queries import all_values

        (values,) = all_values()
        guide, errors = parse_file(guide_file(values), SLUG)
        assert guide is not None, errors
        assert import_guides([guide], now=clock.now()).unchanged == [SLUG]


def test_what_was_withdrawn_comes_back_only_when_told_to(app: Flask, tmp_path: Path) -> None:
    published()
    runner = app.test_cli_runner()
    runner.invoke(args=["guides", "export", str(tmp_path)])
    withdrawn()
    result = runner.invoke(args=["guides", "import", "--starter", str(tmp_path)])
    assert "0 new, 0 changed, 0 unchanged, 1 withdrawn and left out" in result.output
    assert "1 new" in runner.invoke(args=["guides", "import", "--bring-back", str(tmp_path)]).output
