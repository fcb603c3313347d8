"""Imports of units into a table of the tests' own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.exchange.storage import imports_folder
from tests.factories.units import UnitKind, unit_table


@pytest.fixture
def kind(app: Flask) -> Iterator[UnitKind]:
    """The kind "units", registered, its table empty."""
    with unit_table() as registered:
        yield registered


@pytest.fixture
def folder(kind: UnitKind, tmp_path: Path) -> Path:
    """Where uploads are kept."""
    return imports_folder(tmp_path)
