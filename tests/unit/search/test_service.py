"""Keeping the index: what is written, what is left alone, what goes."""

from __future__ import annotations

import time
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import func, select, text

from portal.core.db import db, unit_of_work
from portal.search import queries, service
from portal.search.entries import Facet
from portal.search.fulltext import TEXTS, TITLES
from portal.search.indexing import MAX_BODY
from portal.search.models import BODIES, ENTRIES, FACETS
from tests.unit.search.corpus import (
    BIRTH,
    PAGES,
    catalogue,
    counted_statements,
    guide,
    keys,
    look_alikes,
    record,
    words_in_index,
)


def rows_of(table: str) -> int:
    return int(db.session.execute(text(f"SELECT count(*) FROM {table}")).scalar_one())


def test_same_pages_again_write_nothing(pages: Flask) -> None:
    before = db.session.execute(select(ENTRIES).order_by(ENTRIES.c.id)).all()
    with counted_statements() as statements:
        assert service.replace(PAGES) == 0
    assert not [statement for statement in statements if statement.startswith(("INSERT", "DELETE FROM search_e"))]
    assert db.session.execute(select(ENTRIES).order_by(ENTRIES.c.id)).all() == before


def test_changed_page_is_found_by_its_new_words_only(pages: Flask) -> None:
    changed = replace(BIRTH, title="Giấy tờ cho trẻ", keywords=("bé chào đời",), body="", summary="", facets=())
    assert service.replace([changed]) == 1
    assert keys("chào đời") == ["guide dang-ky-khai-sinh"]
    assert "guide dang-ky-khai-sinh" not in keys("khai sinh")
    assert rows_of("search_entries") == rows_of(TITLES) == rows_of(TEXTS) == len(PAGES)
    assert queries.facet_label("field", "ho-tich") == "Hộ tịch"


@pytest.mark.parametrize(
    "change",
    [{"url": "/khac"}, {"codes": ("9.999999",)}, {"facets": (Facet("field", "khac", "Khác"),)}, {"body": "Mới"}],
)
def test_every_kind_of_change_is_written(pages: Flask, change: dict[str, object]) -> None:
    assert service.replace([replace(BIRTH, **change)]) == 1  # type: ignore[arg-type]


def test_languages_are_pages_of_their_own(pages: Flask) -> None:
    assert keys("birth", "en") == ["guide dang-ky-khai-sinh"]
    assert keys("birth", "vi") == []
    assert service.remove("guide", ["dang-ky-khai-sinh"], locale="en") == 1
    assert keys("birth", "en") == []
    assert keys("khai sinh cho con")[0] == "guide dang-ky-khai-sinh"


def test_removed_pages_are_gone(pages: Flask) -> None:
    assert service.remove("guide", ["dang-ky-khai-sinh", "gone-before"]) == 2
    assert service.remove("record", ["dang-ky-khai-sinh"]) == 0
    assert service.remove("guide", []) == 0
    assert "guide dang-ky-khai-sinh" not in keys("khai sinh") + keys("birth", "en")
    assert rows_of("search_entries") == rows_of(TITLES) == rows_of(TEXTS) == len(PAGES) - 2
    gone = select(func.count()).select_from(FACETS).where(FACETS.c.entry_id.not_in(select(ENTRIES.c.id)))
    assert db.session.execute(gone).scalar_one() == 0


def test_word_counts_stay_those_of_a_fresh_index(pages: Flask) -> None:
    service.replace(look_alikes(60))
    service.replace(look_alikes(50, seed=2))
    service.replace([replace(BIRTH, title="Giấy tờ cho trẻ", body="Khác hẳn")])
    service.remove("record", ["1.001193", "1.000001"])
    kept = words_in_index()
    assert service.rebuild() == rows_of("search_entries")
    assert words_in_index() == kept
    assert kept[""] == (rows_of("search_entries"),) * 2
    service.remove("guide", queries.keys("guide"))
    service.remove("record", queries.keys("record"))
    service.remove("catalogue", queries.keys("catalogue"))
    assert words_in_index() == {}


def test_rebuild_mends_a_broken_index(pages: Flask) -> None:
    before = {text: keys(text) for text in ("khai sinh", "tạm trú", "lớp 6", "1.001193")}
    for table in (TITLES, TEXTS, "search_words"):
        db.session.execute(text(f"DELETE FROM {table}"))
    assert keys("khai sinh") == []
    assert service.rebuild() == len(PAGES)
    assert {text: keys(text) for text in before} == before
    assert service.replace(PAGES) == 0


def test_nothing_is_committed(app: Flask) -> None:
    service.replace(PAGES)
    db.session.rollback()
    assert keys("khai sinh") == []
    with unit_of_work():
        service.replace(PAGES)
    db.session.rollback()
    assert keys("khai sinh")[0] == "guide dang-ky-khai-sinh"


def test_same_page_twice_in_one_call_counts_once(app: Flask) -> None:
    assert service.replace([record("1.000001", "Cũ"), record("1.000001", "Mới")]) == 1
    assert keys("mới") == ["record 1.000001"]
    assert keys("cũ") == []


def test_unknown_kind_is_refused(app: Flask) -> None:
    with pytest.raises(ValueError, match="poster"):
        service.replace([replace(BIRTH, kind="poster")])


def test_absurd_pages_are_stored(app: Flask) -> None:
    absurd = [
        guide("empty", ""),
        guide("control", "A\x00b\x07 \ud800 \u202e", "\x00", summary="\x00", body="c\x00d\x1f"),
        record("1.000001", "x" * 10_000, "y" * 100_000, summary="z " * 5_000),
        catalogue("1.000002", '\'; DROP TABLE "search" -- & | ! <-> :* \\'),
        guide("marks", "e\u0301\u0302\u0301 " * 50, body="\u0301" * 100 + "🙂" * 100 + "漢字 ไทย"),
        guide("words", " ".join(f"tu{n}" for n in range(300)), *(f"khoa {n}" for n in range(500))),
    ]
    assert service.replace(absurd) == len(absurd)
    assert service.replace(absurd) == 0
    assert keys("drop table") == ["catalogue 1.000002"]
    stored = db.session.execute(
        select(BODIES.c.body).join_from(BODIES, ENTRIES).where(ENTRIES.c.key == "1.000001")
    ).scalar_one()
    assert len(stored) == MAX_BODY
    assert service.rebuild() == len(absurd)


def test_thousands_of_pages_in_seconds(app: Flask) -> None:
    pages = look_alikes(3_000)
    started = time.process_time()
    assert service.replace(iter(pages)) == 3_000
    assert time.process_time() - started < 20
    started = time.process_time()
    assert service.replace(pages) == 0
    assert time.process_time() - started < 10


def test_another_office_is_a_change(app: Flask) -> None:
    assert service.replace([record("1.000001", "Đăng ký xe", remoteness=2), record("1.000002", "Đăng ký xe")]) == 2
    assert keys("đăng ký xe") == ["record 1.000002", "record 1.000001"]
    assert service.replace([record("1.000001", "Đăng ký xe"), record("1.000002", "Đăng ký xe", remoteness=1)]) == 2
    assert keys("đăng ký xe") == ["record 1.000001", "record 1.000002"]
