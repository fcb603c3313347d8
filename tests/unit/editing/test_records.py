"""What changed in official records past a guide, what is carried over, and guides begun from records."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask import Flask

from portal.core import clock
from portal.core.audit import AuditEntry
from portal.core.db import db, unit_of_work
from portal.core.i18n import LOCALES
from portal.editing import queries, record_queries, records
from portal.editing.record_words import as_of_words, part_changes
from portal.editing.service import EditingError
from portal.editing.states import Act
from portal.editing.unwritten import MARK, unwritten
from portal.guides.models import Guide
from portal.procedures.models import Procedure
from tests.factories.drafts import SECOND, SLUG, VALUES, WRITER, done, published, row_of
from tests.factories.records import import_records, record_row

CODE = "1.001193"
FEE = {"channel": "direct", "amount": 8000, "currency": "VND", "text": ""}
NEW_PAPER = {"group": "", "name": "Giấy xác nhận nơi cư trú", "original": 1, "copy": 0, "form": []}
VI = LOCALES["vi"]


@pytest.fixture
def guide(app: Flask, monkeypatch: pytest.MonkeyPatch) -> str:
    """A guide on one record."""
    monkeypatch.setitem(VALUES, "procedures", [CODE])
    import_records([record_row(CODE)])
    published(prepare=[{"item": "Giấy chứng sinh", "note": "Bản chính."}, {"item": "Căn cước"}])
    return SLUG


def changed(**changes: Any) -> None:
    import_records([record_row(CODE, **changes)])


def row(slug: str) -> Guide:
    db.session.rollback()
    found = queries.guide_row(slug)
    assert found is not None
    return found


def parts(slug: str) -> dict[str, str]:
    """What is said to have changed, `-gone` and `+new`."""
    (change,) = record_queries.record_changes(row(slug))
    return {
        part.name: "|".join("".join({"del": "-", "ins": "+", "": ""}[one.kind] + one.text for one in pieces)
                            for pieces in part.lines)
        for part in part_changes(change, VI)
    }  # fmt: skip


def slugs() -> list[str]:
    db.session.rollback()
    return [one.slug for one in record_queries.changed_guides()]


def see(slug: str, mark: str = "") -> None:
    found = row(slug)
    (change,) = record_queries.record_changes(found)
    with unit_of_work():
        records.see(found, [(CODE, mark or change.mark)], actor=WRITER, now=clock.now())


def test_a_change_after_the_guide_is_told_and_one_before_is_not(app: Flask, guide: str) -> None:
    assert slugs() == []
    changed(fees=[FEE], legal_basis=[{"code": "60/2014/QH13", "name": None}, {"code": "18/2026/NĐ-CP", "name": "X"}])
    assert slugs() == [guide]
    published(guide, summary="Đã xem lại.", prepare=[{"item": "Giấy chứng sinh"}])
    assert slugs() == []


def test_differences_are_in_words(app: Flask, guide: str) -> None:
    changed(
        fees=[FEE], documents=[NEW_PAPER], channels=["direct"], steps=["Người đi đăng ký nộp hồ sơ tại xã."],
        processing_time=[{"channel": "online", "qty": 3, "unit": "ngày làm việc", "text": ""}],
        legal_basis=[{"code": "18/2026/NĐ-CP", "name": None}],
    )  # fmt: skip
    with app.test_request_context():
        said = parts(guide)
    assert said["Phí, lệ phí"] == "-Nộp trực tuyến: chưa rõ mức thu|+Nộp trực tiếp: 8.000\xa0đ"
    assert said["Giấy tờ"] == "-Giấy chứng sinh (1 bản chính)|+Giấy xác nhận nơi cư trú (1 bản chính)"
    assert said["Thời hạn"] == "Nộp trực tuyến: -1 +3 ngày làm việc"
    assert "18/2026/NĐ-CP" in said["Căn cứ pháp lý"]
    assert "tại xã" in said["Trình tự thực hiện"]
    assert "-Nộp trực tuyến" in said["Cách nộp"]


def test_what_went_and_came_back_is_no_change(app: Flask, guide: str) -> None:
    changed(fees=[FEE])
    changed()
    assert row_version() == 3
    assert slugs() == []
    assert record_queries.record_changes(row(guide)) == []


def row_version() -> int:
    db.session.rollback()
    return db.session.scalars(db.select(Procedure.version).where(Procedure.code == CODE)).one()


def test_a_retired_record_is_told(app: Flask, guide: str) -> None:
    import_records([record_row("1.000001")], retire_gone=True)
    assert slugs() == [guide]
    see(guide)
    assert slugs() == []


def test_seen_holds_until_the_record_changes_again(app: Flask, guide: str) -> None:
    changed(fees=[FEE])
    see(guide)
    assert slugs() == []
    (change,) = record_queries.record_changes(row(guide))
    assert (change.is_open, change.seen_by) == (False, WRITER.name)
    changed(fees=[FEE], steps=["Nộp ở quầy."])
    assert slugs() == [guide]
    with app.test_request_context():
        assert list(parts(guide)) == ["Trình tự thực hiện"], "what was seen before is told no more"
    told = db.session.scalars(db.select(AuditEntry).where(AuditEntry.action == "guide_record_seen")).all()
    assert [(one.actor_name, one.after) for one in told] == [(WRITER.name, {"code": CODE, "version": 2})]


def test_nobody_says_seen_of_what_they_have_not_seen(app: Flask, guide: str) -> None:
    changed(fees=[FEE])
    (change,) = record_queries.record_changes(row(guide))
    changed(fees=[FEE], steps=["Nộp ở quầy."])
    for mark in (change.mark, "", "9", "x"):
        with pytest.raises(EditingError, match="record_changed"), unit_of_work():
            records.see(row(guide), [(CODE, mark)], actor=WRITER, now=clock.now())
        db.session.rollback()
    with pytest.raises(EditingError, match="record_changed"), unit_of_work():
        records.see(row(guide), [], actor=WRITER, now=clock.now())
    assert slugs() == [guide]


def prepared(slug: str) -> str:
    with unit_of_work():
        return records.prepare(slug, actor=WRITER, now=clock.now()).code


def test_a_prepared_draft_marks_papers_and_invents_nothing(app: Flask, guide: str) -> None:
    changed(documents=[NEW_PAPER])
    code = prepared(guide)
    content = row_of(code).content
    gone, kept, new = content["vi"]["prepare"]
    assert gone["item"] == "Giấy chứng sinh" and gone["note"].startswith(MARK) and gone["note"].endswith("Bản chính.")
    assert kept["item"] == "Căn cước"
    assert new["item"] == f"{MARK} Giấy xác nhận nơi cư trú"
    assert {**content, "vi": {**content["vi"], "prepare": []}} == {
        **values_of(guide), "vi": {**values_of(guide)["vi"], "prepare": []},
    }  # fmt: skip
    with pytest.raises(EditingError) as caught:
        done(code, Act.SUBMIT)
    assert {fault.code for fault in caught.value.faults} == {"unwritten"}
    assert prepared(guide) == code


def values_of(slug: str) -> dict[str, Any]:
    from portal.guides.queries import values_of_guide

    return values_of_guide(row(slug))


def test_an_open_draft_is_not_overwritten(app: Flask, guide: str) -> None:
    with unit_of_work():
        from portal.editing import service

        code = service.start(guide, actor=SECOND, now=clock.now()).code
    before = copy.deepcopy(row_of(code).content)
    changed(documents=[NEW_PAPER])
    assert prepared(guide) == code
    assert row_of(code).content == before


def test_a_guide_that_is_full_already_still_gets_its_draft(app: Flask, guide: str) -> None:
    published(guide, who="x" * 199_000, prepare=[{"item": "Giấy chứng sinh"}])
    changed(documents=[{**NEW_PAPER, "name": f"Giấy {number} " + "rất dài " * 100} for number in range(50)])
    content = row_of(prepared(guide)).content
    assert [one["item"] for one in content["vi"]["prepare"]] == ["Giấy chứng sinh"]


def test_sources_take_the_records_date_as_it_is_known(app: Flask, guide: str) -> None:
    url = record_row(CODE)["source_url"]
    found = {
        "sources": [{"title": "Hồ sơ", "url": url, "as_of": "2026-01-01"}, {"title": "Khác", "url": "x"}],
        "vi": {},
    }
    changed(fees=[FEE], crawled_at="<=2026-09-30")
    changes = record_queries.record_changes(row(guide))
    sources = records.carried_over(found, changes)["sources"]
    assert sources == [{"title": "Hồ sơ", "url": url, "as_of": "<=2026-09-30"}, {"title": "Khác", "url": "x"}]
    assert found["sources"][0]["as_of"] == "2026-01-01"
    with app.test_request_context():
        assert as_of_words("<=2026-09-30", VI) == "bản lấy về muộn nhất ngày 30/09/2026"
        assert as_of_words("2026-09", VI) == "bản lấy về tháng 09/2026"


def test_unwritten_finds_half_a_mark_too() -> None:
    values = {"vi": {"who": f"{MARK} x", "tips": ["a", "b ⟫"], "channels": {"online": "⟪ y"}}, "kind": "service"}
    assert [one.part for one in unwritten(values)] == ["vi.who", "vi.tips.1", "vi.channels.online"]


def begun_from(code: str = "1.000002") -> str:
    with unit_of_work():
        return records.start_from_record(code, actor=WRITER, now=clock.now(), today=clock.today()).code


def test_a_guide_from_a_record_has_what_the_record_has(app: Flask, guide: str) -> None:
    import_records([record_row("1.000002", name="THỦ TỤC CẤP BẢN SAO TẠI VIỆT NAM", channels=["direct", "online"])])
    draft = row_of(begun_from())
    vi = draft.content["vi"]
    assert (draft.slug, draft.title) == ("cap-ban-sao-tai-viet-nam", "Cấp bản sao tại Việt Nam")
    assert draft.content["procedures"] == ["1.000002"]
    (source,) = draft.content["sources"]
    assert (source["as_of"], source["number"]) == ("<=2026-06-10", "1.000002")
    assert [one["item"] for one in vi["prepare"]] == [f"{MARK} Giấy chứng sinh"]
    assert set(vi["channels"]) == {"online", "direct"}
    assert not {"steps", "who", "result", "summary", "questions"} & set(vi), "what nobody wrote stays empty"
    assert begun_from() == draft.code


@pytest.mark.parametrize(("code", "why"), [("9.999999", "no_record"), (CODE, "has_guide")])
def test_no_guide_from_nothing_or_twice(app: Flask, guide: str, code: str, why: str) -> None:
    with pytest.raises(EditingError, match=why):
        begun_from(code)


def test_a_taken_address_gets_the_code(app: Flask, guide: str) -> None:
    published("dang-ky-khai-sinh")
    import_records([record_row("1.000002")])
    assert row_of(begun_from()).slug == "dang-ky-khai-sinh-1-000002"


def test_hundreds_of_long_papers_still_make_a_draft(app: Flask, guide: str) -> None:
    papers = [{**NEW_PAPER, "name": f"Giấy {number} " + "rất dài " * 400} for number in range(200)]
    import_records([record_row("1.000002", documents=papers)])
    assert len(row_of(begun_from()).content["vi"]["prepare"]) == 60


def test_the_records_without_a_guide(app: Flask, guide: str) -> None:
    import_records([record_row("1.000002"), record_row("1.000003", name="Cấp thẻ")])
    code = begun_from("1.000003")
    found = {one.code: one for one in record_queries.unexplained(clock.now())}
    assert set(found) == {"1.000002", "1.000003"}
    assert (found["1.000003"].draft, found["1.000002"].draft) == (code, "")
    assert found["1.000002"].as_of == "<=2026-06-10"


def test_base_is_what_the_guide_was_published_over() -> None:
    stands = [
        record_queries.Stand(number, str(number), clock.now().replace(year=2000 + number)) for number in (1, 2, 3)
    ]
    at = clock.now().replace(year=2002)
    assert record_queries.base_of(stands, at).version == 2
    assert record_queries.base_of(stands, at, seen_version=3).version == 3
    assert record_queries.base_of(stands, at, seen_version=1).version == 2
    assert record_queries.base_of(stands, at.replace(year=1990)).version == 1
