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


def named_by_code() -> set[str]:
    """The icons that Python code gives to a menu's entry or a picture's fact."""
    found: set[str] = set()
    for path in (ROOT / "portal").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and ast.unparse(node.func) in {"MenuEntry", "Waiting", "Fact"}:
                texts = [arg.value for arg in node.args if isinstance(arg, ast.Constant)]
                found.update(text for text in texts if isinstance(text, str))
    return found


def named_by_templates() -> tuple[set[str], set[str]]:
    """What templates call icons by name, and every text that could be such a name; the style guide shows all."""
    sure: set[str] = set()
    possible: set[str] = set()
    for path in (ROOT / "templates").rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        for call in re.findall(r"\bicon\(([^()]*)\)", text):
            # In `"a" if kind == "b" else "c"` the text after == is none.
            sure.update(re.findall(r'"([\w-]+)"', re.sub(r'==\s*"[^"]*"', "", call)))
        sure.update(re.findall(r"assets\.icons \}\}#([\w-]+)", text))
        if path.stem != "styleguide":
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
    assert set(symbols()) - used - icons_of_guides() - named_by_code() == set()
    assert len(symbols()) == len(set(symbols()))


def test_the_style_guide_shows_every_icon() -> None:
    text = (ROOT / "templates" / "pages" / "styleguide.html").read_text(encoding="utf-8")
    (names,) = re.findall(r"set names = \[(.*?)\]", text)
    assert set(re.findall(r'"([\w-]+)"', names)) == set(symbols()) - {"mark", "scene"}


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
