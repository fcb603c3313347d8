"""`portal search …`: what editors run."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from click.testing import Result
from flask import Flask

from portal.core import clock
from portal.core.db import db
from portal.search import queries, service
from portal.search.empty_searches import EmptySearches
from portal.search.models import SYNONYMS
from portal.search.synonym_service import replace_synonyms


def run(app: Flask, *args: object) -> Result:
    result = app.test_cli_runner().invoke(args=["search", *map(str, args)])
    db.session.remove()
    assert "Traceback" not in result.output
    return result


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.txt"
    path.write_text("gks | giấy ks => giấy khai sinh\nở trọ => tạm trú\n", encoding="utf-8")
    return path


def test_empty_searches_by_count(app: Flask) -> None:
    counter = EmptySearches(db.engine)
    for text, times in (("ly hôn", 3), ("du học", 2), ("một lần", 1)):
        for _ in range(times):
            counter.count(text, "vi", clock.today())
    counter.count("cũ rồi", "vi", clock.today() - timedelta(days=31))
    counter.settle()
    lines = run(app, "empty").output.splitlines()
    assert [line.split(maxsplit=3)[-1] for line in lines] == ["ly hon", "du hoc"]
    assert "mot lan" in run(app, "empty", "--at-least", 1).output
    assert "cu roi" in run(app, "empty", "--at-least", 1, "--days", 60).output


def test_a_good_file_is_checked_loaded_and_exported(app: Flask, rules: Path, tmp_path: Path) -> None:
    assert run(app, "synonyms", "check", rules).output == "3 phrases, no fault\n"
    assert db.session.execute(SYNONYMS.select()).all() == []
    assert run(app, "synonyms", "load", rules).output == "synonyms: 3 phrases\n"
    copy = tmp_path / "copy.txt"
    copy.write_text(run(app, "synonyms", "export").output, encoding="utf-8")
    assert run(app, "synonyms", "load", copy).output == "synonyms: 3 phrases\n"
    assert run(app, "synonyms", "export", "--starter").output == ""


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"a => b\nb => a", "leads back"),
        (b"a => b\na => c", ":2: 'a' means something else in line 1"),
        (b"\xff\xfe", "not UTF-8"),
        (b"#" * 1_000_001, "larger than"),
    ],
)
def test_a_bad_file_changes_nothing(app: Flask, tmp_path: Path, rules: Path, content: bytes, complaint: str) -> None:
    run(app, "synonyms", "load", rules)
    bad = tmp_path / "bad.txt"
    bad.write_bytes(content)
    for command in ("check", "load"):
        result = run(app, "synonyms", command, bad)
        assert result.exit_code == 1
        assert complaint in result.output
    assert len(db.session.execute(SYNONYMS.select()).all()) == 3


def test_why_a_page_ranks_where_it_does(pages: Flask) -> None:
    replace_synonyms({"gks": ("giấy khai sinh",)}, is_starter=True)
    db.session.commit()
    output = run(pages, "explain", "lam gks bị mất").output
    assert "reading 0, as typed" in output
    assert "synonyms put in" in output
    assert "1. guide dang-ky-khai-sinh: Đăng ký khai sinh" in output
    assert "title or keywords: " in output
    output = run(pages, "explain", "khia sinh", "--limit", 1, "--page", "1.001193").output
    assert "a slip mended, worth 0.90: khai, sinh" in output
    assert "record 1.001193" in output
    assert "9.999999 is not among the hits" in run(pages, "explain", "khai sinh", "--page", "9.999999").output
    assert run(pages, "explain", "").exit_code == 0


def test_the_index_is_made_again(pages: Flask) -> None:
    before = queries.find("khai sinh", "vi")
    db.session.commit()
    assert run(pages, "rebuild").output == "12 pages\n"
    assert queries.find("khai sinh", "vi") == before


def test_an_index_whose_words_a_migration_emptied_is_made_again(pages: Flask) -> None:
    from portal.search.models import WORDS

    assert service.rebuild_if_stale() == 0
    before = queries.find("khai sinh", "vi")
    db.session.execute(WORDS.delete())
    assert service.rebuild_if_stale() == 12
    assert queries.find("khai sinh", "vi") == before
