"""Stored uploads as answers."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import unquote

import pytest
from werkzeug.exceptions import NotFound

from portal.core import security
from portal.media.serving import stored_file
from portal.media.uploads import Prepared, UploadStore


def stored(tmp_path: Path, suffix: str) -> Path:
    media_type = {".jpg": "image/jpeg", ".pdf": "application/pdf"}[suffix]
    store = UploadStore(tmp_path / "uploads")
    path = store.path(store.save(Prepared(b"content", media_type, suffix, None, None, None)))
    assert path
    return path


@pytest.mark.parametrize(
    ("suffix", "media_type", "way"), [(".jpg", "image/jpeg", "inline"), (".pdf", "application/pdf", "attachment")]
)
def test_nothing_in_it_runs_and_nobody_keeps_it(tmp_path: Path, suffix: str, media_type: str, way: str) -> None:
    response = stored_file(stored(tmp_path, suffix), "x")
    security.add_headers(response.headers, https=True)
    assert response.data == b"content"
    assert response.headers["Content-Type"] == media_type
    assert response.headers["Content-Disposition"].partition(";")[0] == way
    assert response.headers.getlist("X-Content-Type-Options") == ["nosniff"]
    assert response.headers.getlist("Content-Security-Policy") == ["sandbox; default-src 'none'"]
    assert response.headers.getlist("Cache-Control") == ["private, no-store"]


@pytest.mark.parametrize(
    ("name", "plain", "full"),
    [
        ("Ảnh đường Nguyễn Trãi.jpg", "anh-duong-nguyen-trai.jpg", "Ảnh đường Nguyễn Trãi.jpg"),
        ("photo.JPEG", "photo.jpg", "photo.jpg"),
        ("evil.html", "evil-html.jpg", "evil.html.jpg"),
        ('a"; filename="evil.exe', "a-filename-evil-exe.jpg", "a filename= evil.exe.jpg"),
        ("a\r\nSet-Cookie: evil=1", "a-set-cookie-evil-1.jpg", "a Set-Cookie evil=1.jpg"),
        ("../../etc/passwd", "etc-passwd.jpg", "etc passwd.jpg"),
        ("\u202egpj.exe", "gpj-exe.jpg", "gpj.exe.jpg"),
        ("", "tep.jpg", "tep.jpg"),
        ("..", "tep.jpg", "tep.jpg"),
        ("照片", "tep.jpg", "照片.jpg"),
        ("x" * 500, "x" * 80 + ".jpg", "x" * 80 + ".jpg"),
    ],
)
def test_names_are_safe(tmp_path: Path, name: str, plain: str, full: str) -> None:
    header = stored_file(stored(tmp_path, ".jpg"), name).headers["Content-Disposition"]
    start, _, encoded = header.partition("; filename*=UTF-8''")
    assert start == f'inline; filename="{plain}"'
    assert unquote(encoded) == full
    assert header.isascii()


def test_what_is_gone_is_not_found(tmp_path: Path) -> None:
    path = stored(tmp_path, ".jpg")
    path.unlink()
    for gone in (path, None):
        with pytest.raises(NotFound):
            stored_file(gone, "x")
