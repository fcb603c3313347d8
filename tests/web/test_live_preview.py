"""A draft shown from what stands in its form: the guide's own page, and nothing of it stored."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.permissions import Role
from portal.editing.states import Act
from tests.factories.drafts import SLUG, begun, done, fields, published, row_of
from tests.factories.media import uploaded
from tests.factories.staff import Browser
from tests.web.test_editing import PAYLOADS


@pytest.fixture
def code(app: Flask) -> str:
    published()
    return begun()


def here(code: str, prefix: str = "") -> str:
    return f"{prefix}/can-bo/ban-thao/{code}/xem-thu"


def form(code: str, **changes: str) -> dict[str, str]:
    return {**fields(row_of(code).content), **changes}


def test_it_shows_what_is_typed_and_stores_nothing(app: Flask, code: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    before = (row_of(code).counter, row_of(code).content, row_of(code).writers)
    answer = editor.post(here(code), form(code, **{"vi.who": "Ai **cũng** làm được", "vi.title": "Tên mới"}))
    assert answer.status_code == 200 and "<strong>cũng</strong>" in answer.text and "<h1>Tên mới</h1>" in answer.text
    assert (row_of(code).counter, row_of(code).content, row_of(code).writers) == before
    assert answer.headers["Cache-Control"] == "no-store" and answer.headers["X-Robots-Tag"] == "noindex"


def test_it_is_what_the_published_page_shows(app: Flask, code: str) -> None:
    """The same templates over the same renderer: the body is the page's, letter by letter."""
    answer = Browser.with_roles(app, Role.EDITOR).post(here(code), form(code)).text
    page = app.test_client().get(f"/huong-dan/{SLUG}").text
    for part in ("cac-buoc", "hay-nham"):
        section = page[page.index(f'aria-labelledby="{part}"') :]
        assert section[: section.index("</section>")] in answer


def test_it_is_in_the_language_that_is_asked_for(app: Flask, code: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    steps = {f"en.steps.{number}.title": title for number, title in enumerate(("Open the portal", "Type", "Look"))}
    english = {"en.title": "See my file", "en.summary": "Where it is.", **steps}
    answer = editor.post(here(code, "/en"), form(code, **english)).text
    assert '<html lang="en">' in answer and "See my file" in answer and "Open the portal" in answer


def test_an_uploaded_picture_shows_before_it_is_saved(app: Flask, code: str) -> None:
    uploaded()
    editor = Browser.with_roles(app, Role.EDITOR)
    assert "/hinh/nut-nop." in editor.post(here(code), form(code, **{"vi.steps.0.picture": "nut-nop"})).text


@pytest.mark.parametrize("payload", PAYLOADS)
def test_code_stays_words(app: Flask, code: str, payload: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    changes = dict.fromkeys(
        ("vi.title", "vi.summary", "vi.who", "vi.result", "vi.steps.0.title", "vi.steps.0.text", "vi.mistakes.0",
         "vi.videos.0.title", "vi.videos.0.url", "vi.videos.0.transcript", "vi.videos.0.megabytes",
         "vi.steps.0.picture", "vi.videos.0.step", "sources.0.url", "icon", "procedures", "related"),
        payload,
    )  # fmt: skip
    answer = editor.post(here(code), form(code, **changes))
    assert answer.status_code == 200
    assert (
        "<script>alert" not in answer.text and "<img src=x" not in answer.text and 'href="javascript' not in answer.text
    )
    assert ">49<" not in answer.text


@pytest.mark.parametrize(
    "changes",
    [
        {
            "vi.videos.0.url": "https://dichvucong.gov.vn/x",
            "vi.videos.0.megabytes": "nhiều",
            "vi.videos.0.duration": "x",
        },
        {"vi.videos.0.url": "https://[", "vi.videos.0.title": "x"},
        {"vi.videos.0.url": "https://x", "vi.videos.0.megabytes": "1e999", "vi.videos.0.duration": "9" * 50 + ":1"},
        {"vi.videos.0.file": "x", "vi.videos.0.step": "-1"},
        {"vi.videos.0.title": "Chỉ có tên"},
        {"reviewed_on": "hôm qua", "next_review_on": "2026-02-31"},
    ],
)
def test_what_is_half_written_shows_as_far_as_it_goes(app: Flask, code: str, changes: dict[str, str]) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.post(here(code), form(code, **changes)).status_code == 200
    saved = editor.post(f"/can-bo/ban-thao/{code}", form(code, counter=str(row_of(code).counter), **changes))
    assert saved.status_code == 303
    assert editor.get(f"/can-bo/ban-thao/{code}").status_code == 200
    assert editor.get(f"/can-bo/ban-thao/{code}/xem").status_code == 200


def test_too_much_is_refused_in_words(app: Flask, code: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    answer = editor.post(here(code), form(code, **{"vi.who": "x" * 200_001}))
    assert answer.status_code == 422 and "200.000" in answer.text and answer.mimetype == "text/plain"
    assert editor.post(here(code), form(code, **{"vi.who": "x" * 5_000_000})).status_code == 413


def test_only_what_can_be_written_in_is_shown(app: Flask, code: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.post(here("khong-co"), {}).status_code == 404
    done(code, Act.SUBMIT)
    assert editor.post(here(code), form(code)).status_code == 409


@pytest.mark.parametrize("roles", [(), (Role.OFFICER,), (Role.ANALYST,), (Role.TEAM_LEADER,)])
def test_others_see_nothing(app: Flask, code: str, roles: tuple[Role, ...]) -> None:
    browser = Browser.with_roles(app, *roles) if roles else Browser(app)
    answer = browser.client.post(here(code), data={"csrf_token": "x"})
    assert answer.status_code == (403 if roles else 303) and "Gõ mã hồ sơ" not in answer.text


def test_a_form_without_its_token_is_refused(app: Flask, code: str) -> None:
    editor = Browser.with_roles(app, Role.EDITOR)
    assert editor.client.post(here(code), data=form(code)).status_code == 403
    assert editor.post(here(code), form(code), **{"Sec-Fetch-Site": "cross-site"}).status_code == 403
