"""Pictures on disk."""

from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from portal.media.kept import KeptPictures


def refuse() -> bytes:
    raise AssertionError("drawn again")


def test_a_picture_is_made_once_for_all(tmp_path: Path) -> None:
    folder = tmp_path / "previews"
    assert KeptPictures(folder, 3).get("a.png", lambda: b"one") == b"one"
    assert KeptPictures(folder, 3).get("a.png", refuse) == b"one"
    assert [path.name for path in folder.iterdir()] == ["a.png"]


def test_no_more_than_so_many_stay_and_the_oldest_leave(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, 3)
    (tmp_path / "left-by-a-kill.part").write_bytes(b"half")
    os.utime(tmp_path / "left-by-a-kill.part", ns=(1, 1))
    for age, name in enumerate("abcde", 2):
        kept.get(name, name.encode)
        os.utime(tmp_path / name, ns=(age, age))
        assert len(list(tmp_path.iterdir())) <= 3
    assert {path.name for path in tmp_path.iterdir()} == set("cde")


def test_writers_at_once_leave_whole_files(tmp_path: Path) -> None:
    kept = KeptPictures(tmp_path, 4)
    answers: list[bytes] = []

    def ask(name: str) -> None:
        answers.extend(kept.get(name, lambda: name.encode() * 50_000) for _ in range(20))

    threads = [threading.Thread(target=ask, args=(name,)) for name in "ababcdef"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 160
    assert {(len(answer), len(set(answer))) for answer in answers} == {(50_000, 1)}
    assert all(path.stat().st_size == 50_000 for path in tmp_path.iterdir())
    assert len(list(tmp_path.iterdir())) <= 4


def test_a_disk_that_takes_nothing_costs_no_answer(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    (tmp_path / "previews").write_text("a file in the folder's place")
    assert KeptPictures(tmp_path / "previews", 3).get("a.png", lambda: b"one") == b"one"
    assert "can't be kept" in caplog.text
