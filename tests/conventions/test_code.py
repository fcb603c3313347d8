"""The rules of docs/architecture.md that a reader of the code relies on."""

from __future__ import annotations

import ast
import inspect
import os
import re
import statistics
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from portal.config import ROOT, SETTINGS
from portal.core.access import access_of

LINE_LIMIT = 400
FUNCTION_LIMIT = 50
VIEW_LIMIT = 40
VIEW_MEDIAN = 15
# What a view is declared with (`portal/core/access.py`); a route without one stops the start.
ACCESS = {"public", "visitor_form", "by_key", "development", "requires", "signed_in", "entrance", "by_link"}


def ours(*patterns: str) -> list[Path]:
    """Our own files, by name."""
    folders = ("portal", "templates", "static", "translations", "migrations", "tests", "bench", "docs")
    found = {path for folder in folders for pattern in patterns for path in (ROOT / folder).rglob(pattern)}
    found |= {path for pattern in patterns for path in ROOT.glob(pattern)}
    return sorted(path for path in found if path.is_file() and "vendor" not in path.parts)


def functions(path: Path) -> Iterator[ast.FunctionDef]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef):
            yield node


def views(path: Path) -> list[ast.FunctionDef]:
    """The functions of a file that declare who may use them, however that is spelled."""

    def declares(decorator: ast.expr) -> bool:
        called = decorator.func if isinstance(decorator, ast.Call) else decorator
        return ast.unparse(called).rpartition(".")[2] in ACCESS

    return [node for node in functions(path) if any(map(declares, node.decorator_list))]


def length(node: ast.FunctionDef) -> int:
    assert node.end_lineno is not None
    return node.end_lineno - node.lineno + 1


def test_files_are_small() -> None:
    files = ours("*.py", "*.html", "*.css", "*.js")
    assert len(files) > 60
    long = {
        str(path.relative_to(ROOT)): lines
        for path in files
        if (lines := len(path.read_text().splitlines())) > LINE_LIMIT
    }
    assert long == {}


def test_functions_are_small() -> None:
    long = [
        f"{path.relative_to(ROOT)}:{node.lineno} {node.name} {length(node)}"
        for path in [path for path in ours("*.py") if "tests" not in path.parts and "versions" not in path.parts]
        for node in functions(path)
        if length(node) > FUNCTION_LIMIT
    ]
    assert long == []


def test_views_are_short_and_ask_queries() -> None:
    lengths, selects = {}, []
    for path in [path for path in ours("*.py") if path.is_relative_to(ROOT / "portal")]:
        found = views(path)
        lengths |= {f"{path.relative_to(ROOT)} {node.name}": length(node) for node in found}
        for node in ast.walk(ast.parse(path.read_text())) if found else ():
            if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "sqlalchemy":
                selects += [f"{path.name}: {name.name}" for name in node.names if name.name != "text"]
    assert {view: lines for view, lines in lengths.items() if lines > VIEW_LIMIT} == {}
    assert statistics.median(lengths.values()) <= VIEW_MEDIAN
    assert selects == []


def test_no_view_escapes_the_rules(app: Flask) -> None:
    """Every route of ours is among the functions that the rule above measures."""
    measured = {(path, node.name) for path in ours("*.py") for node in views(path)}
    routed = [view for rule in app.url_map.iter_rules() if access_of(view := app.view_functions[rule.endpoint])]
    assert len(routed) > 20
    assert {(Path(inspect.getfile(inspect.unwrap(view))), view.__name__) for view in routed} <= measured


def test_public_functions_say_what_they_do() -> None:
    silent = []
    for path in [path for path in ours("*.py") if "portal" in path.parts]:
        tree = ast.parse(path.read_text())
        if path.read_text().strip() and ast.get_docstring(tree) is None:
            silent.append(str(path.relative_to(ROOT)))
        for node in tree.body:
            if not isinstance(node, (ast.FunctionDef, ast.ClassDef)) or node.name.startswith("_"):
                continue
            is_view = any(
                any(f"attr='{name}'" in ast.dump(d) for name in ("route", "get", "post")) for d in node.decorator_list
            )
            is_overload = any("overload" in ast.dump(d) for d in node.decorator_list)
            if ast.get_docstring(node) is None and not is_view and not is_overload:
                silent.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}")
    assert silent == []


def test_packages_import_downward() -> None:
    result = subprocess.run(
        [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stdout


def test_decoders_of_uploads_stay_out_of_the_web_process() -> None:
    code = (
        "import sys, portal.media.uploads, portal.media.serving; print('PIL' in sys.modules, 'pikepdf' in sys.modules)"
    )
    result = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert result.stdout.split() == ["False", "False"]


def test_a_web_process_loads_what_few_pages_need_only_for_them(tmp_path: Path) -> None:
    # The dialect of the other database, and libraries for editors' texts, pictures, QR codes and tables.
    rare = (
        "sqlalchemy.dialects.postgresql", "psycopg", "markdown_it", "nh3", "segno", "xml.etree", "PIL", "pikepdf",
        "xlsxwriter", "python_calamine", "fpdf", "alembic", "holidays",
    )  # fmt: skip
    code = f"import sys, wsgi; print([name for name in {rare!r} if name in sys.modules])"
    environ = {**os.environ, "DATA_DIR": str(tmp_path), "DATABASE_URL": ""}
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True, env=environ
    )
    assert result.stdout.strip() == "[]"


def test_every_setting_is_documented() -> None:
    documented = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs" / "configuration.md").read_text(), re.MULTILINE))
    assert documented == set(SETTINGS)


def test_locks_carry_hashes_and_no_addresses() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text()
        assert "://" not in text
        assert "--index" not in text
        assert text.count("--hash=sha256:") > text.count("==") > 20


@pytest.mark.parametrize("path", ours("*.html"), ids=lambda path: path.name)
def test_templates_keep_the_rules(path: Path) -> None:
    text = re.sub(r"\{#.*?#\}", "", path.read_text(), flags=re.DOTALL)
    assert not re.search(r"\sstyle=", text), "no style attributes"
    assert not re.search(r"\son[a-z]+=", text), "no inline handlers"
    assert not re.search(r"[\s\"]hx-", text), "data-hx-* only"
    assert "url_for(" not in text, "addresses come ready from the view"
    assert text.count("<table") == text.count("<caption"), "a table says what it shows"
    for script in re.findall(r"<script[^>]*>", text):
        assert "src=" in script or "application/ld+json" in script, "no inline script"
    assert "|safe" not in text.replace(" ", ""), "HTML that is safe arrives as Markup"


def test_text_is_composed() -> None:
    """NFC everywhere: a decomposed accent looks the same and matches nothing."""
    import unicodedata

    broken = [
        str(path.relative_to(ROOT))
        for path in ours("*.py", "*.html", "*.md", "*.yaml", "*.toml", "*.po", "*.jsonl")
        if not unicodedata.is_normalized("NFC", path.read_text())
    ]
    assert broken == []
