"""Videos beside their translation: words of their own, the same film or another, the Vietnamese one until then."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Role
from portal.editing import queries
from portal.editing.events import EditingError
from portal.guides.rules import parse
from portal.guides.service import import_guides
from portal.guides.translating import missing_fields
from tests.factories.drafts import SLUG, values
from tests.factories.media import uploaded, uploaded_video
from tests.factories.staff import Browser
from tests.web.test_translating import ENGLISH, HERE, changed, fields, publish, stale_of

LINK, OWN = "https://dichvucong.gov.vn/video/nop", "https://dichvucong.gov.vn/video/file"
FILM = {"url": LINK, "duration": "1:05", "megabytes": "8"}
FIRST = {"title": "Nộp trên điện thoại", "transcript": "Mở cổng.", **FILM, "step": "2"}
SECOND = {"title": "Xem kết quả", "transcript": "Gõ mã số.", **FILM}
WORDS = {"en.videos.0.title": "File by phone", "en.videos.0.transcript": "Open the **portal**."}
MARK = "The video and its transcript are in Vietnamese.", "Video và lời bằng tiếng Việt."


@pytest.fixture
def editor(app: Flask) -> Browser:
    written = values(SLUG)
    written["vi"]["videos"] = [copy.deepcopy(FIRST)]
    written["en"] = copy.deepcopy(ENGLISH)
    guide, errors = parse(written)
    assert guide is not None, errors
    with unit_of_work():
        import_guides([guide], now=clock.now())
    return Browser.with_roles(app, Role.EDITOR)


def saved(editor: Browser, **said: str) -> Any:
    """What the draft has of the videos once this is saved, beside what the form had."""
    answer = editor.post(HERE, fields(editor.get(HERE).text) | said)
    assert answer.status_code == 303
    return draft().content["en"].get("videos", [])


def draft() -> Any:
    found = queries.open_draft(SLUG)
    assert found is not None
    return found


def test_a_video_has_words_of_its_own_and_the_same_film(editor: Browser, client: FlaskClient) -> None:
    form = fields(editor.get(HERE).text)
    assert {name.rpartition(".")[2] for name in form if name.startswith("en.videos.0.")} == {
        "title", "transcript", "url", "file", "duration", "megabytes"
    }  # fmt: skip
    (video,) = saved(editor, **WORDS)
    assert {key: text for key, text in video.items() if text} == {
        **FILM, "title": "File by phone", "transcript": "Open the **portal**.", "step": "2"
    }  # fmt: skip
    publish(draft().code)
    page = client.get(f"/en/huong-dan/{SLUG}").text
    assert "File by phone" in page and "Open the <strong>portal</strong>." in page and f'href="{LINK}"' in page
    assert "Nộp trên điện thoại" not in page and '<div class="video">' in page
    assert "Nộp trên điện thoại" in client.get(f"/huong-dan/{SLUG}").text


def test_a_language_may_have_a_film_of_its_own(editor: Browser, client: FlaskClient) -> None:
    film = {"en.videos.0.url": f" {OWN}\n", "en.videos.0.duration": "2:00", "en.videos.0.megabytes": "9"}
    (video,) = saved(editor, **WORDS, **film)
    assert (video["url"], video["duration"], video["megabytes"], video["step"]) == (OWN, "2:00", "9", "2")
    uploaded_video("how-to-file")
    (video,) = saved(editor, **{"en.videos.0.url": "", "en.videos.0.file": "how-to-file"})
    assert (video["url"], video["file"]) == ("", "how-to-file")
    publish(draft().code)
    assert "/video/how-to-file." in client.get(f"/en/huong-dan/{SLUG}").text
    assert "/video/how-to-file." not in client.get(f"/huong-dan/{SLUG}").text


def test_a_file_takes_the_place_of_the_link_that_was_taken_over(editor: Browser) -> None:
    saved(editor, **WORDS)
    (video,) = saved(editor, **{"en.videos.0.file": "how-to-file"})
    assert (video["url"], video["file"]) == ("", "how-to-file")
    (video,) = saved(editor, **{"en.videos.0.file": ""})
    assert (video["url"], video["file"]) == (LINK, "")


def test_readers_keep_the_vietnamese_one_marked_until_all_are_translated(editor: Browser, client: FlaskClient) -> None:
    assert not any(path.startswith("videos") and path.endswith(("url", "file", "duration", "megabytes"))
                   for path in missing_fields(values()["vi"] | {"videos": [FIRST]}, {}))  # fmt: skip
    assert not any(any(video.values()) for video in saved(editor)), "nothing typed, nothing taken over"
    changed(draft().code, videos=[FIRST, SECOND])
    saved(editor, **WORDS)
    publish(draft().code)
    page = client.get(f"/en/huong-dan/{SLUG}").text
    assert "Open the portal" in page, "the steps are English"
    assert page.count('<div class="video" lang="vi">') == 2 and any(mark in page for mark in MARK)
    assert "File by phone" not in page
    assert not any(mark in client.get(f"/huong-dan/{SLUG}").text for mark in MARK)


def test_pictures_of_translated_steps_are_described_in_their_language(editor: Browser, client: FlaskClient) -> None:
    """A video that isn't translated takes nothing from the steps."""
    uploaded("nut-nop", alt={"vi": "Nút nộp.", "en": "The button."})
    saved(editor)
    changed(draft().code, steps=[{**step, "picture": "nut-nop"} for step in values()["vi"]["steps"]])
    saved(editor)
    publish(draft().code)
    page = client.get(f"/en/huong-dan/{SLUG}").text
    assert "Open the portal" in page and 'lang="vi">' in page
    assert 'alt="The button."' in page and 'alt="Nút nộp."' not in page
    assert 'alt="Nút nộp."' in client.get(f"/huong-dan/{SLUG}").text


def test_a_translation_in_the_middle_keeps_its_place(editor: Browser, client: FlaskClient) -> None:
    saved(editor)
    changed(draft().code, videos=[FIRST, SECOND])
    first, second = saved(editor, **{"en.videos.1.title": "See the result", "en.videos.1.transcript": "Type it."})
    assert not any(first.values()) and second["title"] == "See the result"
    publish(draft().code)
    assert client.get(f"/en/huong-dan/{SLUG}").text.count('<div class="video" lang="vi">') == 2


def test_words_of_a_former_vietnamese_are_marked(editor: Browser) -> None:
    saved(editor, **WORDS)
    assert "Bản dịch cũ" not in editor.get(HERE).text
    changed(draft().code, videos=[{**FIRST, "transcript": "Mở cổng, bấm Nộp.", "url": OWN}])
    page = editor.get(HERE).text
    assert page.count("Bản dịch cũ") == 2 and "Mở cổng, bấm Nộp." in page
    (video,) = saved(editor, **{"en.videos.0.transcript": "Open it, press File.", "en.videos.0.url": ""})
    assert video["url"] == OWN
    assert "Bản dịch cũ" not in editor.get(HERE).text
    publish(draft().code)
    assert stale_of() == 0


def test_what_is_typed_runs_nowhere(editor: Browser, client: FlaskClient) -> None:
    evil = "<script>alert(1)</script>"
    saved(editor, **{"en.videos.0.title": evil, "en.videos.0.transcript": evil})
    assert evil not in editor.get(HERE).text and "&lt;script&gt;alert(1)" in editor.get(HERE).text
    publish(draft().code)
    page = client.get(f"/en/huong-dan/{SLUG}").text
    assert evil not in page and "alert(1)" in page


@pytest.mark.parametrize("url", ["javascript:alert(1)", "https://evil.example/x", "http://dichvucong.gov.vn/x"])
def test_a_film_from_elsewhere_is_not_published(editor: Browser, url: str) -> None:
    saved(editor, **WORDS, **{"en.videos.0.url": url, "en.videos.0.duration": "1:00", "en.videos.0.megabytes": "3"})
    with pytest.raises(EditingError):
        publish(draft().code)
