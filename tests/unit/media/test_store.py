"""Stored uploads: whole or not there, found by their keys alone, swept when nobody's."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Collection
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from portal.media import upload_store
from portal.media.uploads import Prepared, UploadStore

PHOTO = Prepared(b"\xff\xd8\xffphoto", "image/jpeg", ".jpg", 6, 4, None)
PAPER = Prepared(b"%PDF-paper", "application/pdf", ".pdf", None, None, 1)
NOW = datetime(2026, 11, 2, 8, 0, tzinfo=UTC)


@pytest.fixture
def store(tmp_path: Path) -> UploadStore:
    return UploadStore(tmp_path / "uploads")


def files(tmp_path: Path) -> list[str]:
    return sorted(path.name for path in (tmp_path / "uploads").rglob("*") if path.is_file())


def aged(store: UploadStore, key: str, written: datetime) -> str:
    path = store.path(key)
    assert path
    os.utime(path, (written.timestamp(), written.timestamp()))
    return key


def test_what_is_saved_is_found_again(store: UploadStore, tmp_path: Path) -> None:
    for prepared in (PHOTO, PAPER):
        key = store.save(prepared)
        assert re.fullmatch(r"[0-9a-f]{32}" + re.escape(prepared.suffix), key)
        path = store.path(key)
        assert path == tmp_path / "uploads" / key[:2] / key[2:4] / key
        assert path.read_bytes() == prepared.content
    assert store.save(PHOTO) != store.save(PHOTO)
    assert UploadStore(tmp_path / "uploads").path(key)


def test_only_the_portal_may_read(store: UploadStore) -> None:
    path = store.path(store.save(PHOTO))
    assert path
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    for folder in (path.parent, path.parent.parent, path.parent.parent.parent):
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_file_and_folders_are_synced_before_and_after_the_rename(
    store: UploadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[str] = []
    sync, replace = os.fsync, Path.replace

    def watched_sync(descriptor: int) -> None:
        done.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def watched_replace(path: Path, target: Path) -> Path:
        done.append("rename")
        return replace(path, target)

    monkeypatch.setattr(os, "fsync", watched_sync)
    monkeypatch.setattr(Path, "replace", watched_replace)
    key = store.save(PHOTO)
    assert done == ["uploads", key[:2], f".{key}.part", "rename", key[2:4]]


@pytest.mark.parametrize("broken", ["fsync", "replace", "write", "folder-fsync"])
def test_a_failure_leaves_nothing(
    store: UploadStore, tmp_path: Path, broken: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise OSError(28, "No space left on device")

    if broken == "replace":
        monkeypatch.setattr(Path, "replace", fail)
    elif broken == "folder-fsync":
        monkeypatch.setattr(upload_store, "_sync", fail)
    elif broken == "write":
        monkeypatch.setattr(upload_store, "_write", fail)
    else:
        monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="No space"):
        store.save(PHOTO)
    assert files(tmp_path) == []


def test_killed_before_the_rename_it_is_not_there(store: UploadStore, tmp_path: Path) -> None:
    """A child is killed between the writing and the rename; what it left is no upload, and is swept later."""
    child = os.fork()
    if child == 0:
        Path.replace = lambda *_: os._exit(9)  # type: ignore[assignment,method-assign]
        store.save(PHOTO)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    (name,) = files(tmp_path)
    assert name.startswith(".")
    assert store.path(name) is None
    assert store.path(name.removeprefix(".").removesuffix(".part")) is None
    assert store.forget_orphans(lambda keys: keys, older_than=datetime.now(UTC) + timedelta(minutes=1)) == 1
    assert files(tmp_path) == []


KEY = "0123456789abcdef0123456789abcdef.jpg"
BAD_KEYS = [
    "", ".", "..", "../../etc/passwd", "/etc/passwd", "..%2f" + KEY, KEY + "\n", KEY + "\0", "\0", KEY.upper(),
    KEY[:-4], KEY[:-4] + ".html", "../" + KEY, KEY + "/..", "٠" * 32 + ".jpg", KEY[:-4] + ".jpg.part", "." + KEY,
    "01/23/" + KEY, "\\..\\" + KEY, "x" * 10_000,
]  # fmt: skip


@pytest.mark.parametrize("key", BAD_KEYS, ids=lambda key: repr(key[:20]))
def test_no_key_leads_out_of_the_folder(store: UploadStore, tmp_path: Path, key: str) -> None:
    outside = tmp_path / KEY
    outside.write_bytes(b"outside")
    assert store.path(key) is None
    store.delete(key)
    assert outside.exists()


def test_a_link_is_no_upload(store: UploadStore, tmp_path: Path) -> None:
    place = tmp_path / "uploads" / "01" / "23" / KEY
    place.parent.mkdir(parents=True)
    place.symlink_to("/etc/passwd")
    assert store.path(KEY) is None


def test_deleting_twice_is_no_error(store: UploadStore) -> None:
    key = store.save(PHOTO)
    other = store.save(PAPER)
    store.delete(key)
    store.delete(key)
    assert store.path(key) is None
    assert store.path(other)


def test_orphans_go_and_all_else_stays(store: UploadStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_store, "_ASKED_AT_ONCE", 2)
    kept = {aged(store, store.save(PHOTO), NOW - timedelta(days=9)) for _ in range(5)}
    orphans = {aged(store, store.save(PAPER), NOW - timedelta(days=2)) for _ in range(4)}
    young = aged(store, store.save(PHOTO), NOW)
    foreign = tmp_path / "uploads" / "ab" / "cd" / "notes.txt"
    foreign.parent.mkdir(parents=True, exist_ok=True)
    foreign.write_text("not ours")
    os.utime(foreign, (0, 0))
    asked: list[str] = []

    def known(keys: Collection[str]) -> Collection[str]:
        assert len(keys) <= 2
        asked.extend(keys)
        return [key for key in keys if key in kept]

    assert store.forget_orphans(known, older_than=NOW - timedelta(days=1)) == 4
    assert sorted(asked) == sorted(kept | orphans)
    assert all(store.path(key) for key in kept | {young})
    assert not any(store.path(key) for key in orphans)
    assert foreign.exists()
    assert store.forget_orphans(known, older_than=NOW - timedelta(days=1)) == 0


def test_where_the_rows_cannot_be_asked_nothing_is_removed(store: UploadStore) -> None:
    key = aged(store, store.save(PHOTO), NOW - timedelta(days=9))

    def broken(keys: Collection[str]) -> Collection[str]:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        store.forget_orphans(broken, older_than=NOW)
    assert store.path(key)
