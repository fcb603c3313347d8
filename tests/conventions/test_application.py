"""Rules about routes, languages and migrations."""

from __future__ import annotations

import io
import subprocess
import sys
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from flask import Blueprint, Flask
from flask_migrate import check

from portal.config import ROOT
from portal.core import access
from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from tests import databases


def test_every_route_declares_its_access(app: Flask) -> None:
    rules = list(app.url_map.iter_rules())
    assert len(rules) > 20
    assert all(access.access_of(app.view_functions[rule.endpoint]) for rule in rules)


def test_a_route_without_declared_access_stops_the_start() -> None:
    app = Flask("bare", static_folder=None)
    blueprint = Blueprint("open", __name__)
    blueprint.get("/open")(lambda: "anyone")
    app.register_blueprint(blueprint)
    with pytest.raises(RuntimeError, match="/open"):
        access.require_declarations(app)


def test_migrations_are_one_line_that_ends_at_the_models(app: Flask, database: databases.Database) -> None:
    heads = subprocess.run(
        [str(Path(sys.executable).with_name("portal")), "db", "heads"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split()
    assert heads.count("(head)") == 1
    db.session.remove()
    check(directory=str(ROOT / "migrations"))


@pytest.mark.parametrize("code", [code for code in LOCALES if code != DEFAULT_LOCALE.code])
def test_every_string_is_translated(code: str, tmp_path: Path) -> None:
    template = tmp_path / "messages.pot"
    command = [
        str(Path(sys.executable).with_name("pybabel")),
        "-q",
        "extract",
        "-F",
        "babel.cfg",
        "-k",
        "_:1",
        "-k",
        "N_",
    ]
    subprocess.run([*command, "-o", str(template), "."], cwd=ROOT, check=True)
    wanted = {message.id for message in read_po(io.BytesIO(template.read_bytes())) if message.id}
    folder = ROOT / "translations" / code / "LC_MESSAGES"
    catalogue = read_po(io.BytesIO((folder / "messages.po").read_bytes()), locale=code)
    present = {message.id for message in catalogue if message.id}
    assert len(wanted) > 100
    assert wanted - present == set(), "run `make strings` and translate"
    assert present - wanted == set(), "no longer used"
    for message in catalogue:
        if message.id:
            strings = message.string if isinstance(message.string, tuple) else (message.string,)
            assert all(strings), f"not translated: {message.id}"
            assert not message.fuzzy, f"fuzzy: {message.id}"
            assert list(message.check(catalogue)) == [], f"placeholders differ: {message.id}"


def test_compiled_catalogues_are_current() -> None:
    for code in LOCALES:
        if code != DEFAULT_LOCALE.code:
            folder = ROOT / "translations" / code / "LC_MESSAGES"
            assert (folder / "messages.mo").stat().st_mtime >= (folder / "messages.po").stat().st_mtime, (
                "run `make locale`"
            )
