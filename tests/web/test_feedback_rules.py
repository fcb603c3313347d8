"""Rules, promises and prepared answers as an admin keeps them; every case, masked."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from sqlalchemy import select

from portal.core.audit import AuditEntry
from portal.core.db import db
from portal.core.permissions import Role
from portal.feedback import queries
from portal.feedback.rules_staff import place_typed, subject_typed
from tests.factories.feedback import (
    COMMUNE,
    COMMUNE_CENTER,
    COMMUNE_COMMITTEE,
    OLD_COMMUNE,
    PROVINCE_CENTER,
    case_of,
    load_agencies,
    receive,
)
from tests.factories.officers import at_desk
from tests.factories.staff import Browser
from tests.web.page import check

RULES = "/can-bo/phan-anh-quy-tac"


@pytest.fixture(autouse=True)
def _agencies(app: Flask) -> None:
    load_agencies()


@pytest.fixture
def admin(app: Flask) -> Browser:
    """Who keeps the rules."""
    return Browser.with_roles(app, Role.ADMIN)


def add(admin: Browser, **values: str) -> int:
    return admin.post(f"{RULES}/them", dict(values)).status_code


def targets() -> list[str]:
    db.session.rollback()
    return [rule.target for rule in queries.rules()]


def actions() -> list[str]:
    db.session.rollback()
    return list(db.session.scalars(select(AuditEntry.action).order_by(AuditEntry.id)))


def test_rules_are_added_moved_changed_and_removed(admin: Browser) -> None:
    assert add(admin, category="conduct", target="place_center") == 303
    assert add(admin, place="Phường Cẩm Thành", target=f"agency:{COMMUNE_COMMITTEE}") == 303
    assert targets() == ["place_center", f"agency:{COMMUNE_COMMITTEE}"]
    first, second = (rule.code for rule in queries.rules())
    assert admin.post(f"{RULES}/{second}/len").status_code == 303
    assert targets() == [f"agency:{COMMUNE_COMMITTEE}", "place_center"]
    assert admin.post(f"{RULES}/{second}/len").status_code == 303, "nothing is above it"
    assert admin.post(f"{RULES}/{second}/xuong").status_code == 303
    assert targets() == ["place_center", f"agency:{COMMUNE_COMMITTEE}"]
    page = check(admin.get(RULES), "rules").words
    assert "Phản ánh mục “Thái độ, cách phục vụ” → Trung tâm" in page
    assert "Phản ánh ở Phường Cẩm Thành → " in page
    assert admin.post(f"{RULES}/{first}", {"category": "delay", "target": "place_committee"}).status_code == 303
    assert admin.post(f"{RULES}/{second}/xoa").status_code == 303
    assert targets() == ["place_committee"]
    assert [one for one in actions() if one.startswith("feedback_rule")] == [
        "feedback_rule_added", "feedback_rule_added", "feedback_rule_moved", "feedback_rule_moved",
        "feedback_rule_changed", "feedback_rule_removed",
    ]  # fmt: skip
    receive(category="delay", place=COMMUNE)
    assert queries.case_by_reference("PA-2026-00001").agency == COMMUNE_COMMITTEE  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"target": f"agency:{COMMUNE_CENTER}"}, "category"),
        ({"category": "emergency", "target": "place_center"}, "category"),
        ({"category": "delay", "target": ""}, "target"),
        ({"category": "delay", "target": "agency:khong-co"}, "target"),
        ({"category": "delay", "about": "khong-co", "target": "place_center"}, "about"),
        ({"place": "Atlantis", "target": "place_center"}, "place"),
        ({"place": "Quảng Ngãi", "target": "place_center"}, "place"),
    ],
)
def test_what_is_no_rule_is_refused_at_its_field(
    admin: Browser, values: dict[str, str | list[str]], field: str
) -> None:
    response = admin.post(f"{RULES}/them", values)
    assert response.status_code == 422
    assert f"#{field}" in check(response, "rule").links()
    assert targets() == []


def test_a_target_that_may_be_missing_needs_no_condition(admin: Browser) -> None:
    """Where it is missing, the rules after it are asked."""
    assert admin.post(f"{RULES}/them", {"target": "place_center"}).status_code == 303
    assert targets() == ["place_center"]


def test_the_default_is_changed_and_never_removed(admin: Browser) -> None:
    assert admin.post(f"{RULES}/mac-dinh", {"target": "khong-co"}).status_code == 422
    assert admin.post(f"{RULES}/mac-dinh", {"target": COMMUNE_CENTER}).status_code == 303
    assert admin.post(f"{RULES}/mac-dinh", {"target": PROVINCE_CENTER}).status_code == 303
    assert targets() == [f"agency:{PROVINCE_CENTER}"]
    code = queries.rules()[0].code
    assert admin.post(f"{RULES}/{code}/xoa").status_code == 422
    assert admin.post(f"{RULES}/{code}", {"category": "delay", "target": f"agency:{COMMUNE_CENTER}"}).status_code == 422
    assert targets() == [f"agency:{PROVINCE_CENTER}"]
    assert add(admin, category="delay", target="place_center") == 303
    assert targets() == ["place_center", f"agency:{PROVINCE_CENTER}"], "the default is asked last"


def test_the_dry_run_tells_the_rule_and_what_was_skipped(admin: Browser) -> None:
    admin.post(f"{RULES}/mac-dinh", {"target": PROVINCE_CENTER})
    add(admin, category="conduct", target="place_center")
    page = check(admin.get(f"{RULES}?muc=conduct&noi=Phường Cẩm Thành"), "trial").words
    assert "Đến: Trung tâm Phục vụ hành chính công phường Cẩm Thành" in page
    assert "Vì quy tắc 1. Phản ánh mục" in page
    page = check(admin.get(f"{RULES}?muc=conduct"), "trial").words
    assert "Đến: Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi" in page
    assert "Đã bỏ qua, vì khớp nhưng không có nơi nhận: 1. Phản ánh mục" in page
    asked = check(admin.get(f"{RULES}?muc=conduct&noi=quang ngai"), "trial")
    assert "Bạn muốn nói nơi nào?" in asked.words
    assert "Đến:" not in asked.words, "nobody chooses for them"
    chosen = check(admin.get(f"{RULES}?muc=conduct&noi=phuong nguyen nghiem&chon={OLD_COMMUNE}"), "trial").words
    assert "Đến: Trung tâm Phục vụ hành chính công phường Cẩm Thành" in chosen
    assert "nay là Phường Cẩm Thành" in chosen
    assert "Không tìm thấy nơi này" in check(admin.get(f"{RULES}?muc=conduct&noi=Atlantis"), "trial").words
    db.session.rollback()
    assert queries.case_by_reference("PA-2026-00001") is None, "nothing was sent"


def test_addresses_of_pages_are_read_as_subjects() -> None:
    assert subject_typed("https://x.example/en/huong-dan/khai-sinh?xa=1") == "guide:khai-sinh"
    assert subject_typed("/thu-tuc/1.001193") == "procedure:1.001193"
    assert subject_typed("guide:khai-sinh") == "guide:khai-sinh"
    assert subject_typed("https://x.example/") == subject_typed("javascript:x") == ""


def test_a_place_is_never_chosen_for_anybody() -> None:
    assert place_typed("Phường Cẩm Thành", "").slug == COMMUNE
    several = place_typed("quang ngai", "")
    assert several.slug == ""
    assert len(several.candidates) > 1
    assert place_typed("quang ngai", several.candidates[1][0]).slug == several.candidates[1][0]
    assert place_typed("quang ngai", "khong-co").slug == ""


def test_a_promise_has_a_source_and_at_most_sixty_days(admin: Browser) -> None:
    path = f"{RULES}/cam-ket"
    good = {"category": "", "agency": "", "days": "10", "source": "Quyết định 12/QĐ-UBND"}
    for wrong, field in (({"days": "0"}, "days"), ({"days": "61"}, "days"), ({"days": "x"}, "days"),
                         ({"source": " "}, "source"), ({"agency": "khong-co"}, "agency")):  # fmt: skip
        response = admin.post(f"{path}/them", {**good, **wrong})
        assert response.status_code == 422, wrong
        assert f"#{field}" in check(response, path).links()
    assert admin.post(f"{path}/them", good).status_code == 303  # type: ignore[arg-type]
    assert admin.post(f"{path}/them", good).status_code == 422, "there is one already"  # type: ignore[arg-type]
    page = check(admin.get(path), path).words
    assert "Quyết định 12/QĐ-UBND" in page
    assert "5 ngày làm việc, theo Nghị định 20/2008/NĐ-CP" in page
    assert "mới là dự kiến" in page, "nobody has confirmed this year's days off"
    assert receive().case.answer_source == "Quyết định 12/QĐ-UBND"
    code = queries.deadline_rows()[0].code
    assert admin.post(f"{path}/{code}", {**good, "days": "7"}).status_code == 303
    assert admin.post(f"{path}/{code}/xoa").status_code == 303
    assert case_of(receive()).answer_due is not None, "who was promised an answer keeps the day"
    assert [one for one in actions() if one.startswith("feedback_promise")] == [
        "feedback_promise_added", "feedback_promise_changed", "feedback_promise_removed",
    ]  # fmt: skip


def test_a_template_knows_its_variables(admin: Browser) -> None:
    path = f"{RULES}/mau"
    wrong = admin.post(f"{path}/them", {"title": "Mẫu", "text": "Chào {ten}, {reference}"})
    assert wrong.status_code == 422
    page = check(wrong, path)
    assert "Không có biến: ten" in page.words
    assert "Chào {ten}, {reference}" in page.words, "what was typed is kept"
    assert admin.post(f"{path}/them", {"title": "Mẫu", "text": "Chào {"}).status_code == 422
    assert admin.post(f"{path}/them", {"title": "", "text": "Chào"}).status_code == 422
    assert admin.post(f"{path}/them", {"title": "Mẫu", "text": "Chào, {reference}"}).status_code == 303
    (row,) = queries.templates()
    assert admin.post(f"{path}/{row.code}", {"title": "Mẫu mới", "text": "Chào"}).status_code == 303
    assert "Mẫu mới" in check(admin.get(path), path).words
    assert admin.post(f"{path}/{row.code}/xoa").status_code == 303
    db.session.rollback()
    assert queries.templates() == []


def test_who_saves_a_rule_over_somebody_elses_change_is_told(app: Flask, admin: Browser) -> None:
    add(admin, category="conduct", target="place_center")
    path = f"{RULES}/{queries.rules()[0].code}"
    stamp = re.findall(r'name="stamp" value="(\w+)"', admin.get(path).get_data(as_text=True))[0]
    other = Browser.with_roles(app, Role.ADMIN, Role.EDITOR)
    assert other.post(path, {"category": "delay", "target": "place_center"}).status_code == 303
    for act in (path, f"{path}/xoa"):
        later = admin.post(act, {"category": "technical", "target": "place_center", "stamp": stamp})
        assert later.status_code == 409
        assert "Có người vừa sửa trước bạn" in check(later, act).words
    db.session.rollback()
    assert [rule.category for rule in queries.rules()] == ["delay"]


def test_an_admin_sees_every_case_masked_and_sends_it_on(app: Flask, admin: Browser) -> None:
    received = receive(message="Căn cước 051203004567, gọi tôi.", contact_email="a@example.com")
    path = f"/can-bo/phan-anh-tat-ca/{received.case.reference.lower()}"
    for address in ("/can-bo/phan-anh-tat-ca", path, "/can-bo/phan-anh-tat-ca?xuat=csv"):
        text = admin.get(address).get_data(as_text=True)
        assert "051203004567" not in text
        assert "a@example.com" not in text
        assert received.case.reference in text
    assert admin.get(f"/can-bo/phan-anh/{received.case.reference.lower()}").status_code == 403
    assert admin.post(f"{path}/chuyen", {"agency": "", "forward": "x"}).status_code == 422
    assert admin.post(f"{path}/chuyen", {"agency": COMMUNE_CENTER, "forward": "Thuộc phường."}).status_code == 303
    assert case_of(received).agency == COMMUNE_CENTER
    assert at_desk(app, COMMUNE_CENTER).get("/can-bo/phan-anh-tat-ca").status_code == 403
