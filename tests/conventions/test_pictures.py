"""Icons and drawings: what is named exists, what exists is used, and each reads in light and dark."""

from __future__ import annotations

import ast
import re
from pathlib import Path
from xml.etree import ElementTree

import pytest
import yaml

from portal.config import ROOT

SPRITE = ROOT / "static" / "icons.svg"
PICTURES = sorted((ROOT / "static" / "pictures").glob("*.svg"))
GUIDES = sorted((ROOT / "portal" / "starter" / "guides").glob("*.yaml"))
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*")


def symbols() -> list[str]:
    return re.findall(r'<symbol id="([\w-]+)"', SPRITE.read_text(encoding="utf-8"))


def constants(path: Path) -> set[str]:
    """The texts in a Python file."""
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return {node.value for node in nodes if isinstance(node, ast.Constant) and isinstance(node.value, str)}


def named_by_templates() -> tuple[set[str], set[str]]:
    """What templates call icons by name, and every text in them that could be such a name."""
    sure: set[str] = set()
    possible: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for call in re.findall(r"\bicon\(([^()]*)\)", text):
            # In `"a" if kind == "b" else "c"` the text after == is none.
            sure.update(re.findall(r'"([\w-]+)"', re.sub(r'==\s*"[^"]*"', "", call)))
        sure.update(re.findall(r"assets\.icons \}\}#([\w-]+)", text))
        possible.update(re.findall(r'"([\w-]+)"', text))
    return sure, sure | possible


def icons_of_guides() -> set[str]:
    return {yaml.safe_load(path.read_text(encoding="utf-8"))["icon"] for path in GUIDES}


def test_every_icon_that_is_named_exists() -> None:
    sure, _possible = named_by_templates()
    assert len(sure) > 15
    assert (sure | icons_of_guides()) - set(symbols()) == set()


def test_no_icon_is_there_twice_or_for_nothing() -> None:
    _sure, used = named_by_templates()
    used |= icons_of_guides()
    for path in (ROOT / "portal").rglob("*.py"):
        used |= constants(path)
    assert set(symbols()) - used == set()
    assert len(symbols()) == len(set(symbols()))


@pytest.mark.parametrize("path", PICTURES, ids=lambda path: path.stem)
def test_a_drawing_is_small_and_reads_in_light_and_dark(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert _NAME.fullmatch(path.stem)
    assert len(text.encode()) < 3_000
    root = ElementTree.fromstring(text)
    assert (root.get("width"), root.get("height"), root.get("viewBox")) == ("240", "160", "0 0 240 160")
    assert "prefers-color-scheme:dark" in text
    tags = {element.tag.rpartition("}")[2] for element in root.iter()}
    assert tags <= {"svg", "style", "g", "rect", "path", "circle", "clipPath"}, "no text, script, image or link"


def test_every_drawing_is_shown_somewhere() -> None:
    named = {
        step["picture"]
        for path in GUIDES
        for content in yaml.safe_load(path.read_text(encoding="utf-8")).values()
        if isinstance(content, dict)
        for step in content.get("steps", [])
        if "picture" in step
    }
    assert len(PICTURES) >= 10
    assert {path.stem for path in PICTURES} - named == set()
