"""Pictures and videos that editors upload, over HTTP: the staff's pages, the guide that shows them, their addresses."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.core.permissions import Role
from portal.editing.states import Act
from portal.guides.rules import parse
from portal.media import queries
from portal.media.shelf import forget_media_files, media_store
from portal.media.upload_rules import MAX_BYTES
from tests.factories.drafts import SLUG, begun, done, published, row_of, values
from tests.factories.media import film, photo, stored_files, uploaded, uploaded_video
from tests.factories.staff import Browser

HERE = "/can-bo/hinh"
TEXTS = {
    "ten": "Nút nộp hồ sơ",
    "alt.vi": "Nút màu xanh ghi Nộp hồ sơ.",
    "caption.vi": "Nút ở cuối trang",
    "credit": "Sở",
}


def sent(data: bytes, name: str = "anh.jpg", **changes: str) -> dict[str, Any]:
    return {**TEXTS, "loai": "picture", "tep": (io.BytesIO(data), name), **changes}


def upload(browser: Browser, form: dict[str, Any]) -> TestResponse:
    answer = browser.post(f"{HERE}/them", form)
    # The test client spools large forms into a file that it doesn't close.
    answer.request.environ["wsgi.input"].close()
    return answer


def steps(**picture: str) -> list[dict[str, str]]:
    return [{"title": "Mở cổng"}, {"title": "Bấm nộp", **picture}, {"title": "Xem"}]


@pytest.fixture(autouse=True)
def empty_store(app: Flask) -> None:
    for path in stored_files(app):
        path.unlink()


@pytest.fixture
def editor(app: Flask) -> Browser:
    return Browser.with_roles(app, Role.EDITOR)


def test_a_picture_from_the_form_to_the_guide(app: Flask, editor: Browser, client: FlaskClient) -> None:
    answer = upload(editor, sent(photo()))
    assert answer.status_code == 303 and answer.headers["Location"] == f"{HERE}/nut-nop-ho-so"
    assert "Chưa trang nào dùng" in editor.get(HERE).text
    published(steps=steps(picture="nut-nop-ho-so", picture_alt=""))
    page = client.get(f"/huong-dan/{SLUG}").text
    image = re.search(r'<img src="(/hinh/nut-nop-ho-so\.[0-9a-f]{12}\.400\.webp)" width="400" height="267"[^>]*>', page)
    assert image and 'alt="Nút màu xanh ghi Nộp hồ sơ."' in image[0] and 'loading="lazy"' in image[0]
    assert f"{image[1]} 400w, {image[1].replace('.400.', '.800.')} 800w" in image[0]
    assert "Nút ở cuối trang" in page and "Nguồn ảnh: Sở" in page
    file = client.get(image[1])
    assert file.data[8:12] == b"WEBP" and file.content_type == "image/webp"
    assert file.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert file.headers["X-Content-Type-Options"] == "nosniff" and "Set-Cookie" not in file.headers
    assert file.headers["Content-Security-Policy"] == "sandbox; default-src 'none'"
    for wrong in (image[1].replace(".400.", ".401."), re.sub(r"\.[0-9a-f]{12}\.", ".000000000000.", image[1])):
        assert client.get(wrong).status_code == 404


@pytest.mark.parametrize(
    ("data", "changes", "words"),
    [
        (b"", {}, "chưa chọn tệp"),
        (b"<svg onload=alert(1)>", {}, "Chỉ nhận hình"),
        (b"\0\0\0\x18ftypheic" + bytes(40), {}, "HEIC"),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), {}, "nặng quá 5 MB"),
        (b"\xff\xd8\xff" + bytes(99), {}, "Tệp hỏng"),
        (photo(), {"alt.vi": " "}, "Bạn chưa ghi hình cho thấy gì"),
        (photo(), {"ten": "!!"}, "Bạn chưa đặt tên"),
        (photo(), {"ten": "phone press"}, "Đã có hình"),
        (b"<html>", {"loai": "video"}, "MP4"),
    ],
)
def test_what_is_refused_says_why_and_loses_nothing(
    app: Flask, editor: Browser, data: bytes, changes: dict[str, str], words: str
) -> None:
    answer = upload(editor, sent(data, **changes))
    assert answer.status_code == 422
    assert words in answer.text and "Nút ở cuối trang" in answer.text
    assert queries.media_files() == [] and stored_files(app) == []


def test_the_same_form_twice_makes_one_and_another_file_needs_another_name(app: Flask, editor: Browser) -> None:
    for _time in range(2):
        assert upload(editor, sent(photo())).status_code == 303
    assert len(queries.media_files()) == 1
    answer = upload(editor, sent(photo(500, 500)))
    assert answer.status_code == 422 and "dùng tên này" in answer.text
    assert forget_media_files(clock.now() + timedelta(days=2), store=media_store(renderer(app).config)) == 4, (
        "files of no row"
    )
    assert len(stored_files(app)) == 2


def test_what_a_page_shows_is_neither_changed_nor_removed(app: Flask, editor: Browser) -> None:
    uploaded()
    here = f"{HERE}/nut-nop"
    assert editor.post(here, {"alt.vi": "Nói rõ hơn."}).status_code == 303
    published(steps=steps(picture="nut-nop", picture_alt=""))
    page = editor.get(here).text
    assert "Xem hồ sơ đến đâu" in page and "Bỏ tệp này" not in page
    for path, form in ((here, {"alt.vi": "Khác."}), (f"{here}/bo", {})):
        answer = editor.post(path, form)
        assert answer.status_code == 409 and "Có trang đang dùng" in answer.text
    assert queries.library().pictures["nut-nop"].alt == {"vi": "Nói rõ hơn."}


def test_a_draft_holds_a_picture_but_not_its_words_until_it_is_sent(app: Flask, editor: Browser) -> None:
    uploaded()
    published()
    code = begun()
    row = row_of(code)
    form = {"counter": str(row.counter), "vi.title": "Xem", "vi.steps.0.picture": "nut-nop", "vi.steps.0.title": "Mở"}
    assert editor.post(f"/can-bo/ban-thao/{code}", form).status_code == 303
    assert "(bản thảo)" in editor.get(HERE).text
    assert editor.post(f"{HERE}/nut-nop/bo", {}).status_code == 409
    assert editor.post(f"{HERE}/nut-nop", {"alt.vi": "Nói rõ hơn."}).status_code == 303
    done(code, Act.DROP)
    assert editor.post(f"{HERE}/nut-nop/bo", {}).status_code == 303
    assert queries.media_files() == []


def test_the_draft_offers_drawings_and_uploads_and_shows_them(app: Flask, editor: Browser) -> None:
    uploaded()
    published(steps=steps(picture="nut-nop", picture_alt=""))
    code = begun()
    page = editor.get(f"/can-bo/ban-thao/{code}").text
    assert '<option value="nut-nop" selected>' in page and '<option value="phone-press">' in page
    assert "/hinh/nut-nop." in editor.get(f"/can-bo/ban-thao/{code}/xem").text


def test_an_english_page_needs_english_words(app: Flask) -> None:
    uploaded()
    whole = values(steps=steps(picture="nut-nop", picture_alt=""))
    whole["en"] = {"title": "Look", "summary": "Where it is.", "keywords": ["look"], "steps": whole["vi"]["steps"]}
    _guide, faults = parse(whole)
    assert [(fault.part, fault.code) for fault in faults] == [("en.steps.1.picture", "picture_alt")]
    whole["en"]["steps"] = steps(picture="nut-nop", picture_alt="The button.")
    assert parse(whole)[1] == []


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.REVIEWER,), (Role.ANALYST,), (Role.TEAM_LEADER,)])
def test_others_see_and_change_nothing(app: Flask, roles: tuple[Role, ...]) -> None:
    uploaded()
    browser = Browser.with_roles(app, *roles) if roles else Browser(app)
    may_edit = Role.REVIEWER in roles  # reviewers write, too
    for path in (HERE, f"{HERE}/them", f"{HERE}/nut-nop"):
        assert browser.get(path).status_code == (200 if may_edit else 403 if roles else 303)
    if not may_edit:
        for path in (f"{HERE}/them", f"{HERE}/nut-nop", f"{HERE}/nut-nop/bo"):
            assert browser.post(path, {"alt.vi": "x"}).status_code in (303, 403)
        assert queries.library().pictures["nut-nop"].alt["vi"].startswith("Nút nộp")


def test_a_form_without_its_token_is_refused(editor: Browser) -> None:
    answer = editor.client.post(f"{HERE}/them", data=sent(photo()), content_type="multipart/form-data")
    assert answer.status_code == 403 and queries.media_files() == []


def test_words_that_are_code_stay_words(editor: Browser, client: FlaskClient) -> None:
    evil = '"><script>alert(1)</script>{{ 7*7 }}'
    uploaded(alt={"vi": evil}, caption=evil, credit=evil)
    published(steps=steps(picture="nut-nop", picture_alt=""))
    for page in (client.get(f"/huong-dan/{SLUG}").text, editor.get(HERE).text, editor.get(f"{HERE}/nut-nop").text):
        assert "<script>alert" not in page and "{{ 7*7 }}" in page


VIDEO = {"title": "Nộp trên điện thoại", "transcript": "Mở cổng, rồi bấm **Nộp**."}


def test_an_uploaded_video_says_what_it_costs_and_plays_in_parts(
    app: Flask, editor: Browser, client: FlaskClient
) -> None:
    form = {
        "ten": "Cách nộp",
        "loai": "video",
        "alt.vi": "Cách nộp.",
        "tep": (io.BytesIO(film(155, padding=3_000_000)), "x"),
    }
    assert upload(editor, form).status_code == 303
    assert "/video/cach-nop." in editor.get(f"{HERE}/cach-nop").text
    published(videos=[{**VIDEO, "file": "cach-nop", "step": "2"}])
    page = client.get(f"/huong-dan/{SLUG}").text
    tag = re.search(r'<video src="(/video/cach-nop\.[0-9a-f]{12}\.mp4)"[^>]*>', page)
    assert tag and 'preload="none"' in tag[0] and "autoplay" not in tag[0] and 'width="640" height="360"' in tag[0]
    assert "2 phút" in page and "35 giây" in page and "3,0 MB" in page and "<strong>Nộp</strong>" in page
    assert page.index("<video") < page.index("Xem</h3>"), "under its step"
    whole = client.get(tag[1])
    assert (whole.status_code, whole.content_type, whole.headers["Accept-Ranges"]) == (200, "video/mp4", "bytes")
    data = whole.data
    assert len(data) == int(whole.headers["Content-Length"]) > 3_000_000
    part = client.get(tag[1], headers={"Range": "bytes=0-"})
    assert part.status_code == 206 and part.data == data[: 1 << 20]
    assert part.headers["Content-Range"] == f"bytes 0-{(1 << 20) - 1}/{len(data)}"
    assert client.get(tag[1], headers={"Range": "bytes=5-9"}).data == data[5:10]
    assert client.get(tag[1], headers={"Range": "bytes=-7"}).data == data[-7:]
    late = client.get(tag[1], headers={"Range": f"bytes={len(data)}-"})
    assert late.status_code == 416 and late.headers["Content-Range"] == f"bytes */{len(data)}"
    assert client.get(tag[1], headers={"Range": "bytes=0-1,5-6"}).status_code == 200
    assert client.head(tag[1]).status_code == 200


def test_a_linked_video_opens_elsewhere_and_loads_nothing(client: FlaskClient) -> None:
    link = "https://dichvucong.gov.vn/video/nop"
    published(videos=[{**VIDEO, "url": link, "duration": "1:05", "megabytes": "8,5"}])
    page = client.get(f"/huong-dan/{SLUG}").text
    assert f'href="{link}" rel="noopener noreferrer"' in page and "dichvucong.gov.vn" in page
    assert "8,5 MB" in page and "1 phút" in page and "5 giây" in page
    assert "<iframe" not in page and "<video" not in page and "Xem video</h2>" in page
    assert '<div class="video" lang="vi">' in client.get(f"/en/huong-dan/{SLUG}").text


@pytest.mark.parametrize(
    ("video", "part", "code"),
    [
        ({}, "url", "video_of_what"),
        ({"url": "https://dichvucong.gov.vn/x", "file": "cach-nop"}, "url", "video_of_what"),
        ({"url": "https://evil.example/x", "duration": "1:00", "megabytes": "3"}, "url", "link"),
        ({"url": "javascript:alert(1)", "duration": "1:00", "megabytes": "3"}, "url", "link"),
        ({"url": "https://dichvucong.gov.vn/x", "megabytes": "3"}, "duration", "duration"),
        ({"url": "https://dichvucong.gov.vn/x", "duration": "1:75", "megabytes": "3"}, "duration", "duration"),
        ({"url": "https://dichvucong.gov.vn/x", "duration": "1:05"}, "megabytes", "megabytes"),
        ({"file": "khong-co"}, "file", "video"),
        ({"file": "cach-nop", "step": "9"}, "step", "video_step"),
        ({"file": "cach-nop", "transcript": " "}, "transcript", "missing"),
        ({"file": "cach-nop", "title": ""}, "title", "missing"),
        ({"file": "cach-nop", "transcript": "Nộp 50.000 đồng."}, "transcript", "money"),
    ],
)
def test_a_video_without_what_it_needs_is_a_fault(app: Flask, video: dict[str, str], part: str, code: str) -> None:
    uploaded_video()
    _guide, faults = parse(values(videos=[{**VIDEO, **video}]))
    assert (f"vi.videos.0.{part}", code) in [(fault.part, fault.code) for fault in faults]


def test_what_is_gone_leaves_a_page_that_still_works(app: Flask, client: FlaskClient) -> None:
    uploaded()
    uploaded_video()
    published(steps=steps(picture="nut-nop", picture_alt=""), videos=[{**VIDEO, "file": "cach-nop"}])
    with unit_of_work():
        for row in queries.media_files():
            db.session.delete(row)
    page = client.get(f"/huong-dan/{SLUG}").text
    assert "Bấm nộp" in page and "/hinh/" not in page and "<video" not in page
