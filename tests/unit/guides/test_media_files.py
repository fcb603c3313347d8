"""Pictures and videos beside the guide files: a folder moves from one portal to another."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from flask import Flask

from portal.core.db import db, unit_of_work
from portal.media import queries
from tests.factories.drafts import SLUG, published
from tests.factories.media import uploaded, uploaded_video

STEPS = [{"title": "Mở"}, {"title": "Bấm", "picture": "nut-nop", "picture_alt": ""}, {"title": "Xem"}]
VIDEO = {"title": "Cách nộp", "file": "cach-nop", "transcript": "Mở cổng."}


@pytest.fixture
def folder(app: Flask, tmp_path: Path) -> Path:
    """What a portal exported that shows one picture and one video, and has another picture that nothing shows."""
    uploaded(caption="Nút ở cuối", credit="Sở")
    uploaded("khong-dung")
    uploaded_video()
    published(steps=STEPS, videos=[VIDEO])
    run(app, "export", tmp_path)
    return tmp_path


def run(app: Flask, command: str, folder: Path) -> tuple[int, str]:
    result = app.test_cli_runner().invoke(args=["guides", command, str(folder)])
    return result.exit_code, result.output


def forget_all() -> None:
    from portal.guides.models import Guide

    with unit_of_work():
        for row in [*queries.media_files(), *db.session.query(Guide)]:
            db.session.delete(row)


def listing(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_what_guides_show_goes_with_them(folder: Path) -> None:
    assert set(listing(folder)) == {f"{SLUG}.yaml", "media/media.yaml", "media/nut-nop.webp", "media/cach-nop.mp4"}
    assert "picture: nut-nop" in (folder / f"{SLUG}.yaml").read_text()


def test_an_import_of_the_export_changes_nothing(
    app: Flask, folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> None:
    assert run(app, "import", folder) == (
        0, "pictures and videos: 0 new, 2 unchanged\nguides: 0 new, 0 changed, 1 unchanged\n"
    )  # fmt: skip
    again = tmp_path_factory.mktemp("again")
    run(app, "export", again)
    assert listing(again) == listing(folder)


def test_an_empty_portal_takes_all_of_it(app: Flask, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    forget_all()
    assert run(app, "import", folder)[0] == 0
    found = queries.library()
    assert found.pictures["nut-nop"].caption == {"vi": "Nút ở cuối"} and found.videos["cach-nop"].seconds == 155
    again = tmp_path_factory.mktemp("again")
    run(app, "export", again)
    assert listing(again) == listing(folder)
    assert run(app, "import", folder)[1].startswith("pictures and videos: 0 new")


def test_what_is_missing_is_named_and_nothing_is_imported(app: Flask, folder: Path) -> None:
    forget_all()
    (folder / "media" / "nut-nop.webp").unlink()
    code, words = run(app, "import", folder)
    assert code == 1 and "nut-nop.webp" in words and "there is no picture 'nut-nop'" in words
    assert queries.media_files() == []


def test_another_file_under_a_known_name_is_refused(app: Flask, folder: Path) -> None:
    from tests.factories.media import photo

    (folder / "media" / "nut-nop.webp").write_bytes(photo(300, 300))
    code, words = run(app, "import", folder)
    assert code == 1 and "nut-nop: another picture has this name here" in words


@pytest.mark.parametrize("name", ["../../evil.webp", "/etc/passwd", "a b.webp", "x.svg", "x.html"])
def test_a_list_that_names_other_files_is_refused(app: Flask, folder: Path, name: str) -> None:
    path = folder / "media" / "media.yaml"
    path.write_text(yaml.safe_dump({name: {"alt": {"vi": "x"}}}))
    code, words = run(app, "import", folder)
    assert code == 1 and "a file is called by its slug" in words


@pytest.mark.parametrize("text", ["- a", "{", "x: &a [*a]", "nut-nop.webp: 5", "nut-nop.webp: {alt: 7}"])
def test_a_broken_list_is_named(app: Flask, folder: Path, text: str) -> None:
    (folder / "media" / "media.yaml").write_text(text)
    code, words = run(app, "check", folder)
    assert code == 1 and "media/" in words and "Traceback" not in words


def test_check_needs_no_database_for_it(app: Flask, folder: Path) -> None:
    forget_all()
    _code, words = run(app, "check", folder)
    assert "picture" not in words and "video" not in words, words


def test_all_content_holds_them_too(app: Flask, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    everything = tmp_path_factory.mktemp("all")
    result = app.test_cli_runner().invoke(args=["content", "export", str(everything)])
    assert result.exit_code == 0, result.output
    assert (everything / "guides" / "media" / "nut-nop.webp").is_file()
    forget_all()
    result = app.test_cli_runner().invoke(args=["content", "import", str(everything)])
    assert result.exit_code == 0, result.output
    assert set(queries.library().pictures) == {"nut-nop", "khong-dung"}, "what no guide shows is content too"


def test_a_file_that_is_gone_is_named(app: Flask, folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    from portal.core.pages import renderer
    from portal.media.shelf import media_store

    media_store(renderer().config).delete(queries.library().pictures["nut-nop"].files[-1].key)
    again = tmp_path_factory.mktemp("again")
    code, words = run(app, "export", again)
    assert code == 1 and "nut-nop: its file is gone" in words
    assert run(app, "check", again)[1].count("there is no picture 'nut-nop'") == 1
