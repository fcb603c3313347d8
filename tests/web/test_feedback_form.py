"""The form of feedback: filled in, looked over, sent once, and nothing lost on the way."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import func, select
from sqlalchemy.exc import OperationalError

from portal.core.db import db
from portal.feedback import queries, uploading, views
from portal.feedback.codes import code_hash
from portal.feedback.models import FeedbackCase, FeedbackFile
from tests.factories.feedback import COMMUNE, OLD_COMMUNE, PROVINCE_CENTER, SPLIT, load_agencies, promise
from tests.web.feedback_forms import FORM, TYPED, Person, code_on, fields_of, opened_ago, submit_names
from tests.web.page import HtmlPage

PROVINCE_CENTER_NAME = "Trung tâm Phục vụ hành chính công tỉnh Quảng Ngãi"


@pytest.fixture
def person(client: FlaskClient) -> Person:
    return Person(client)


@pytest.fixture
def places(app: object) -> None:
    load_agencies()


def cases() -> int:
    return db.session.scalar(select(func.count()).select_from(FeedbackCase)) or 0


def case_behind(page: HtmlPage) -> FeedbackCase:
    case = queries.case_by_code_hash(code_hash(code_on(page)))
    assert case is not None
    return case


def photo() -> tuple[io.BytesIO, str]:
    content = io.BytesIO()
    Image.new("RGB", (40, 30), "navy").save(content, "PNG")
    content.seek(0)
    return content, "anh.png"


@pytest.mark.usefixtures("places", "content")
def test_from_a_guide_to_the_code(person: Person) -> None:
    guide = person.client.get("/huong-dan/dang-ky-khai-sinh").get_data(as_text=True)
    link = "/phan-anh?ve=guide:dang-ky-khai-sinh&amp;loai=fee_error"
    assert link in guide
    path = link.replace("&amp;", "&")
    assert "Đăng ký khai sinh" in person.get(path).words
    page = person.preview(path, loai="fee_error", noi_dung="Thu 50.000 đ mà trang ghi khác.", noi="Phường Cẩm Thành")
    assert PROVINCE_CENTER_NAME in page.words
    assert "chuyển cơ quan có thẩm quyền trong 5 ngày làm việc" in page.words
    assert "Nghị định 20/2008/NĐ-CP" in page.words
    assert "tỉnh chưa công bố hạn trả lời" in page.words
    assert "Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15" in page.words
    assert cases() == 0, "looking is not sending"
    case = case_behind(person.send(page))
    assert (case.category, case.subject_kind, case.subject_key) == ("fee_error", "guide", "dang-ky-khai-sinh")
    assert (case.place, case.agency, case.message) == (COMMUNE, PROVINCE_CENTER, "Thu 50.000 đ mà trang ghi khác.")
    assert case.subject_version


@pytest.mark.usefixtures("places")
def test_sent_twice_it_is_one_case_with_one_code(person: Person) -> None:
    page = person.preview()
    first, second = person.send(page), person.send(page)
    assert code_on(first) == code_on(second)
    assert "đã gửi rồi" in second.words
    assert cases() == 1
    # Back to the form, other words, the same token: another case.
    other = person.send(page, noi_dung="Chuyện khác hẳn.")
    assert code_on(other) != code_on(first)
    assert cases() == 2


@pytest.mark.usefixtures("places")
def test_a_promised_answer_is_named_as_the_agencys_own_word(person: Person) -> None:
    promise(10)
    page = person.preview()
    assert "Cam kết của cơ quan: cam kết" in page.words
    assert "(10 ngày làm việc)" in page.words
    assert "Cam kết của cơ quan: cam kết" in person.send(page).words


@pytest.mark.usefixtures("places")
def test_personal_data_is_pointed_out_and_masked_before_it_is_sent(person: Person) -> None:
    page = person.preview(noi_dung="Căn cước 051234567890, gọi 0912 345 678.")
    assert "Trong bài có số căn cước (12 số), số điện thoại" in page.words
    assert "Căn cước ••••••••••90" in page.words
    assert submit_names(page) == {"gui", "sua"}
    assert "Trong bài có" not in person.preview(noi_dung="Hẹn ngày 20-11-2026, thu 1.250.000 đ.").words


def test_what_was_typed_survives_every_fault(person: Person) -> None:
    typed = {
        "loai": "delay", "noi_dung": "Hồ sơ trễ.", "ten": "Lan", "email": "lan@", "dien_thoai": "12",
    }  # fmt: skip
    page = person.preview(status=422, **typed)
    for words in ("Địa chỉ e-mail chưa đúng", "Số điện thoại chưa đúng", "Bạn tích vào ô đồng ý"):
        assert words in page.words
    assert {name: fields_of(page)[name] for name in typed} == typed
    empty = person.preview(status=422, loai="", noi_dung=" \r\n ")
    assert "Bạn chọn một mục" in empty.words
    assert "Bạn viết điều bạn muốn phản ánh" in empty.words


def test_too_long_a_message_comes_back_whole(person: Person) -> None:
    text = "Đường lầy. " * 2_000
    page = person.preview(status=422, noi_dung=text)
    assert "Dài quá 5000 ký tự" in page.words
    assert fields_of(page)["noi_dung"] == text.strip()


@pytest.mark.usefixtures("places")
def test_consent_is_never_ticked_for_anybody(person: Person) -> None:
    boxes = [box for box in person.get(FORM).all("input") if box.get("name") == "dong_y"]
    assert [box.get("checked") for box in boxes] == [None]
    page = person.preview(email="Lan@Example.vn", dong_y="1")
    assert case_behind(person.send(page)).contact_email == "lan@example.vn"


@pytest.mark.usefixtures("places")
def test_back_to_the_form_keeps_everything(person: Person) -> None:
    typed = {"loai": "delay", "noi_dung": "Một\nhai  ba", "noi": "Phường Cẩm Thành", "ten": "Lan", "dong_y": "1"}
    page = person.post(FORM, {**fields_of(person.preview(**typed)).to_dict(flat=False), "viec": "sua"})
    fields = fields_of(page)
    assert {name: fields[name].replace("\r\n", "\n") for name in typed} == typed
    assert fields["xa"] == COMMUNE


@pytest.mark.parametrize("category", ["complaint", "denunciation", "emergency"])
@pytest.mark.usefixtures("places")
def test_what_has_its_own_way_is_shown_it_and_not_stored(person: Person, category: str) -> None:
    expected = {"complaint": "Luật Khiếu nại", "denunciation": "25/2018/QH14", "emergency": "115"}[category]
    assert expected in person.get(f"{FORM}?loai={category}").words
    fields = {**fields_of(person.preview()).to_dict(flat=False), "loai": category, "tep_moi": photo()}
    for step in ("xem", "gui", "sua"):
        page = person.post(FORM, {**fields, "viec": step, "tep_moi": photo()})
        assert expected in page.words
    assert cases() == 0
    assert db.session.scalar(select(func.count()).select_from(FeedbackFile)) == 0
    again = person.post(FORM, {**fields_of(page).to_dict(flat=False), "viec": "sua"})
    assert fields_of(again)["noi_dung"] == TYPED["noi_dung"], "who meant something else loses nothing"


@pytest.mark.usefixtures("places")
def test_a_subject_can_be_taken_away_and_an_unknown_one_is_none(person: Person) -> None:
    path = f"{FORM}?ve=agency:{PROVINCE_CENTER}"
    fields = fields_of(person.get(path))
    assert fields["ve"] == f"agency:{PROVINCE_CENTER}"
    del fields["ve"]
    page = person.post(FORM, {**fields.to_dict(flat=False), **TYPED, "viec": "xem"})
    assert "ve" not in fields_of(page)
    for unknown in ("agency:khong-co", "guide:", ":", "x" * 3_000, "user:1", "guide:../../etc"):
        fields = fields_of(person.get(FORM + "?ve=" + unknown))
        assert "ve" not in fields
        assert "ve" not in fields_of(person.preview(ve=unknown))


@pytest.mark.usefixtures("places")
def test_an_old_name_leads_to_the_place_of_today(person: Person) -> None:
    page = person.preview(f"{FORM}?xa={OLD_COMMUNE}")
    assert "nay là Phường Cẩm Thành" in page.words
    case = case_behind(person.send(page))
    assert (case.place, case.place_given) == (COMMUNE, OLD_COMMUNE)


@pytest.mark.usefixtures("places")
def test_a_split_place_is_settled_by_the_person_alone(person: Person) -> None:
    page = person.preview(status=422, noi="xa tra bui")
    options = [box.get("value") for box in page.all("input") if box.get("name") == "xa"]
    assert SPLIT in options
    assert len(options) >= 4, "both parts, the old one and none of them"
    assert [box.get("checked") for box in page.all("input") if box.get("name") == "xa"] == [None] * len(options)
    fields = {**fields_of(page).to_dict(flat=False), "viec": "xem", "xa": SPLIT}
    unsure = person.post(FORM, fields)
    assert "đã tách về nhiều nơi" in unsure.words
    case = case_behind(person.send(unsure))
    assert (case.place, case.place_given) == ("", SPLIT)


@pytest.mark.usefixtures("places")
def test_a_pick_counts_for_the_words_it_was_offered_for(person: Person) -> None:
    fields = fields_of(person.preview(status=422, noi="xa tra bui"))
    fields["xa"] = SPLIT
    fields["noi"] = "Phường Cẩm Thành"
    page = person.post(FORM, {**fields.to_dict(flat=False), "viec": "xem"})
    assert fields_of(page)["xa"] == COMMUNE


@pytest.mark.usefixtures("places")
def test_an_unknown_place_can_go_as_it_was_written(person: Person) -> None:
    page = person.preview(status=422, noi="Xóm Zzyx")
    assert "Không có xã, phường nào tên “Xóm Zzyx”" in page.words
    fields = {**fields_of(page).to_dict(flat=False), "viec": "xem", "xa": "-"}
    case = case_behind(person.send(person.post(FORM, fields)))
    assert (case.place, case.place_given) == ("", "Xóm Zzyx")


@pytest.mark.usefixtures("places")
def test_photos_wait_for_the_case_and_can_be_taken_back(person: Person) -> None:
    page = person.preview(tep_moi=photo())
    assert "Ảnh 1 (" in page.words
    back = fields_of(person.post(FORM, {**fields_of(page).to_dict(flat=False), "viec": "sua"}))
    assert len(back.getlist("tep")) == 1
    without = back.to_dict(flat=False)
    del without["tep"]
    page = person.post(FORM, {**without, "viec": "xem", "tep_moi": [photo(), photo()]})
    assert len(fields_of(page).getlist("tep")) == 2, "the one that was taken back made room"
    case = case_behind(person.send(page))
    assert len(queries.files_of(case)) == 2
    assert db.session.scalar(select(func.count()).select_from(FeedbackFile)) == 2


@pytest.mark.usefixtures("places")
def test_a_twin_that_took_the_files_is_found(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    """Pressed twice at one moment: when the second one looks for its files, they are the first one's already."""
    page = person.preview(tep_moi=photo())
    code = code_on(person.send(page))
    known, answers = queries.case_by_submission, iter([None])
    monkeypatch.setattr(queries, "case_by_submission", lambda key: next(answers, known(key)))
    assert code_on(person.send(page)) == code
    assert cases() == 1


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"", "rong.jpg", "tệp trống"),
        (b"<svg onload=alert(1)>", "x.svg", "chỉ nhận ảnh"),
        (b"\0\0\0\x18ftypheic", "IMG_1.HEIC", "HEIC"),
        (b"\xff\xd8\xff\xe0broken", "h.jpg", "bị hỏng"),
    ],
)
@pytest.mark.usefixtures("places")
def test_a_file_that_is_refused_says_why_and_the_others_stay(
    person: Person, content: bytes, name: str, words: str
) -> None:
    page = person.preview(status=422, tep_moi=[photo(), (io.BytesIO(content), name)])
    assert words in page.words
    assert name in page.words
    fields = fields_of(page)
    assert len(fields.getlist("tep")) == 1
    assert fields["noi_dung"] == TYPED["noi_dung"]
    assert submit_names(person.post(FORM, {**fields.to_dict(flat=False), "viec": "xem"})) == {"gui", "sua"}


def test_at_most_three_files(person: Person) -> None:
    page = person.preview(status=422, tep_moi=[photo() for _ in range(4)])
    assert "Chỉ gửi được 3 tệp" in page.words
    assert len(fields_of(page).getlist("tep")) == 3


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"ago": timedelta(seconds=1)}, "Bạn gửi nhanh quá"),
        ({"ago": timedelta(hours=13)}, "Trang này đã mở quá lâu"),
        ({"ago": -timedelta(hours=1)}, "Trang này đã mở quá lâu"),
    ],
)
@pytest.mark.usefixtures("places")
def test_too_fast_or_too_late_the_preview_comes_again_and_then_it_goes(
    person: Person, changes: dict[str, Any], words: str
) -> None:
    page = person.preview(noi_dung="Còn nguyên.")
    token = opened_ago(fields_of(page)["phieu"], **changes)
    again = person.send(page, phieu=token)
    assert words in again.words
    assert cases() == 0
    case = case_behind(person.send(again))
    assert case.message == "Còn nguyên."
    assert code_on(person.send(page)) == code_on(person.send(again)), "it stayed the same form"


@pytest.mark.usefixtures("places")
def test_the_box_that_nobody_sees_stops_programs_and_not_people(person: Person) -> None:
    page = person.preview()
    again = person.send(page, trang_web="http://spam.example")
    assert "Chúng tôi đã xóa chữ ấy" in again.words
    assert cases() == 0
    assert fields_of(again)["trang_web"] == ""
    code_on(person.send(again))


@pytest.mark.usefixtures("places")
def test_the_code_as_a_file(person: Person) -> None:
    page = person.send(person.preview())
    fields = fields_of(page, f"{FORM}/ma")
    response = person.client.post(f"{FORM}/ma", data=fields)
    assert response.mimetype == "text/plain"
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert response.headers["Cache-Control"] == "no-store"
    assert code_on(page) in response.get_data(as_text=True)
    assert "<" not in person.client.post(f"{FORM}/ma", data={"ma": "<script>"}).get_data(as_text=True)


@pytest.mark.usefixtures("places")
def test_in_english_too(person: Person) -> None:
    page = person.get("/en/phan-anh?loai=delay")
    assert page.all("html")[0].get("lang") == "en"
    fields = {**fields_of(page).to_dict(flat=False), **TYPED, "viec": "xem"}
    done = person.post(
        "/en/phan-anh", {**fields_of(person.post("/en/phan-anh", fields)).to_dict(flat=False), "viec": "gui"}
    )
    assert case_behind(done).locale == "en"


def test_a_fragment_for_a_page_that_asks_for_one(person: Person) -> None:
    response = person.client.get(f"{FORM}?loai=page_error", headers={"HX-Request": "true"})
    text = response.get_data(as_text=True)
    assert "<html" not in text
    assert 'id="phieu-phan-anh"' in text
    assert "HX-Request" in response.headers["Vary"]
    assert response.headers["Cache-Control"] == "no-store"


@pytest.mark.usefixtures("places")
def test_where_the_database_is_busy_nothing_is_lost(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def is_locked(*_given: object, **_named: object) -> None:
        raise OperationalError("INSERT", {}, Exception("database is locked"))

    with monkeypatch.context() as busy:
        busy.setattr(uploading, "unit_of_work", is_locked)
        page = person.preview(status=422, tep_moi=photo())
        assert "có tệp thì chọn lại tệp" in page.words and TYPED["noi_dung"] in page.words
    preview = person.post(FORM, {**fields_of(page).to_dict(flat=False), "viec": "xem"})
    with monkeypatch.context() as busy:
        busy.setattr(views, "unit_of_work", is_locked)
        page = person.send(preview, 503)
        assert "Mọi điều bạn viết còn nguyên" in page.words and TYPED["noi_dung"] in page.words
    assert case_behind(person.send(page)).message == TYPED["noi_dung"]
    assert cases() == 1
