"""`prepare` from outside: what comes back, what is refused, and that the other process is all that suffers."""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from portal.config import ROOT
from portal.media import upload_process, uploads
from portal.media.upload_rules import EICAR
from portal.media.uploads import MAX_BYTES, Prepared, UploadRefused, prepare
from tests.unit.media.samples import decoded, document, empty_png, encoded, hostile_document, picture, saved


def refusal(data: bytes, scanner: tuple[str, ...] = ()) -> str:
    with pytest.raises(UploadRefused) as refused:
        prepare(data, scanner=scanner)
    return refused.value.code


def shell(script: str) -> tuple[str, ...]:
    return ("/bin/sh", "-c", script)


def instead_of_the_converter(monkeypatch: pytest.MonkeyPatch, code: str) -> None:
    """Let another program play the process that decodes, as if an upload had taken it over."""
    monkeypatch.setattr(upload_process, "_START", code)


def test_a_photo_is_prepared() -> None:
    prepared = prepare(encoded(picture(), "PNG"))
    assert prepared == Prepared(prepared.content, "image/jpeg", ".jpg", 60, 40, None)
    assert decoded(prepared.content).size == (60, 40)


def test_a_pdf_is_prepared() -> None:
    prepared = prepare(saved(hostile_document()))
    assert prepared == Prepared(prepared.content, "application/pdf", ".pdf", None, None, 2)
    assert prepared.content.startswith(b"%PDF-")
    assert b"evil" not in prepared.content


def test_size_is_limited_to_the_byte() -> None:
    assert refusal(b"") == "empty"
    jpeg = encoded(picture())
    assert prepare(jpeg.ljust(MAX_BYTES, b"\0")).width == 60
    assert refusal(jpeg.ljust(MAX_BYTES + 1, b"\0")) == "too_large"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"<html>",
        b"MZ\x90\0",
        b"PK\x03\x04" + b"\0" * 40,
        b" %PDF-1.7",
        b"RIFF\0\0\0\0AVI ",
        b"\x00",
        encoded(picture(), "GIF"),
        encoded(picture(), "TIFF"),
        encoded(picture(), "BMP"),
        encoded(picture(), "AVIF"),
    ],
    ids=lambda data: repr(data[:6]),
)
def test_other_types_are_refused(data: bytes) -> None:
    assert refusal(data) == "wrong_type"


def test_the_format_of_iphones_is_named() -> None:
    with pytest.raises(UploadRefused) as refused:
        prepare(b"\0\0\0\x18ftypheic\0\0\0\0mif1heic")
    assert (refused.value.code, refused.value.found) == ("wrong_type", "heic")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (empty_png(20_000, 20_000), "too_many_pixels"),
        (saved(document(21)), "too_many_pages"),
        (encoded(picture(400, 300))[:2_000], "broken"),
        (b"\xff\xd8\xff", "broken"),
        (b"%PDF-1.7\n", "broken"),
        (EICAR, "infected"),
        (encoded(picture()) + EICAR, "infected"),
    ],
    ids=["png-bomb", "pages", "cut", "start", "pdf-start", "eicar", "eicar-behind"],
)
def test_refusals_of_the_other_process_arrive(data: bytes, code: str) -> None:
    assert refusal(data) == code


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "PDF"])
def test_cut_anywhere_it_is_refused_or_whole(kind: str) -> None:
    whole = saved(document(3)) if kind == "PDF" else encoded(picture(400, 300), kind)
    chance = random.Random(kind)
    for length in [chance.randrange(1, len(whole) - 1) for _ in range(13)]:
        try:
            prepared = prepare(whole[:length])
        except UploadRefused as refused:
            assert refused.code in {"broken", "wrong_type"}
        else:
            # The last bytes of a file may be of no use to its reader.
            assert kind == "PDF" or length > len(whole) - 40
            assert prepared.media_type == ("application/pdf" if kind == "PDF" else "image/jpeg")


def test_bytes_changed_anywhere_never_break_the_caller() -> None:
    chance = random.Random(7)
    for whole in (encoded(picture(400, 300)), saved(hostile_document())):
        for _ in range(6):
            data = bytearray(whole)
            for place in [chance.randrange(8, len(data)) for _ in range(20)]:
                data[place] = chance.randrange(256)
            try:
                assert prepare(bytes(data)).content
            except UploadRefused as refused:
                assert refused.code in {"broken", "encrypted", "too_large", "too_many_pixels"}


@pytest.mark.parametrize(
    ("code", "refused"),
    [
        ("import os; os.abort()", "broken"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGSEGV)", "broken"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGXCPU)", "too_slow"),
        ("while True: pass", "too_slow"),
        ("import time; time.sleep(60)", "too_slow"),
        ("raise SystemExit(1)", "broken"),
        ("", "broken"),
        ("print('<html>')", "broken"),
        ("print('[' * 100_000)", "broken"),
        ('print(\'{"code": "", "width": 1, "height": 1}\\n<html>\')', "broken"),
        ('import os; os.write(1, b\'{"code": "", "width": 99999}\\n\\xff\\xd8\\xff\')', "broken"),
        ('print(\'{"code": "made up"}\')', "broken"),
        ("print('{\"code\": {}}')", "broken"),
    ],
    ids=lambda text: text[:40],
)
def test_whatever_the_other_process_does_it_costs_one_upload(
    code: str, refused: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    instead_of_the_converter(monkeypatch, code)
    monkeypatch.setattr(upload_process, "CONVERTER_SECONDS", 1.0)
    assert refusal(encoded(picture())) == refused


def test_the_other_process_gets_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SECRET_KEY", "evil-secret")
    instead_of_the_converter(
        monkeypatch, "import os, json; print(json.dumps({'code': 'x', **os.environ}), os.getcwd())"
    )
    code, output = upload_process.run_converter("jpeg", b"x")
    assert code == 0
    assert b"LC_ALL" in output
    assert b"SECRET" not in output
    assert output.endswith(b" /\n")


# The package without the application around it, as the other process has it.
BARE = upload_process._START.partition("runpy.run_module")[0]


def test_the_other_process_loads_nothing_of_the_portal(monkeypatch: pytest.MonkeyPatch) -> None:
    code = BARE + "import portal.media.convert_document, portal.media.convert_photo\nprint(sorted(sys.modules))"
    instead_of_the_converter(monkeypatch, code)
    _, output = upload_process.run_converter("jpeg", b"x")
    for name in (b"portal.media.convert_photo", b"PIL.Image", b"pikepdf"):
        assert name in output
    for name in (b"portal.core", b"portal.config", b"portal.wiring", b"flask", b"sqlalchemy", b"werkzeug"):
        assert name not in output


def limited(code: str) -> subprocess.CompletedProcess[str]:
    start = BARE + "from portal.media.convert import limit_resources; limit_resources()\n"
    words = [sys.executable, "-I", "-c", start + code, str(ROOT / "portal")]
    return subprocess.run(words, capture_output=True, text=True, check=False, timeout=60)


def test_the_other_process_is_limited(tmp_path: Path) -> None:
    assert "MemoryError" in limited("bytearray(600 << 20)").stderr
    code = "import resource as r\nprint(*(r.getrlimit(x)[0] for x in (r.RLIMIT_CPU, r.RLIMIT_CORE, r.RLIMIT_NPROC)))"
    assert limited(code).stdout.split() == ["12", "0", "0"]
    assert "File too large" in limited(f"open({str(tmp_path / 'big')!r}, 'wb').write(bytes(20 << 20))").stderr


def test_memory_of_the_caller_does_not_grow() -> None:
    prepare(encoded(picture()))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for data in (empty_png(7_000, 5_700), empty_png(20_000, 20_000)):
        try:
            prepare(data)
        except UploadRefused as refused:
            assert refused.code == "too_many_pixels"
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 4_000, "in kB"


def test_few_are_decoded_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    running, most, lock = 0, 0, threading.Lock()

    def slow(kind: str, data: bytes) -> tuple[int, bytes]:
        nonlocal running, most
        with lock:
            running += 1
            most = max(most, running)
        time.sleep(0.2)
        with lock:
            running -= 1
        return 0, b'{"code": "", "pages": 1}\n%PDF-'

    monkeypatch.setattr(uploads, "run_converter", slow)
    threads = [threading.Thread(target=prepare, args=(b"%PDF-",)) for _ in range(6)]
    for thread in threads:
        thread.start()
    monkeypatch.setattr(upload_process, "SLOT_SECONDS", 0.01)
    assert refusal(b"%PDF-") == "too_slow"
    for thread in threads:
        thread.join()
    assert most == upload_process.SLOTS
    assert prepare(b"%PDF-").pages == 1


def test_the_scanner_gets_the_bytes_that_came(tmp_path: Path) -> None:
    data = encoded(picture()) + b"evil"
    assert prepare(data, scanner=shell(f"cat > {tmp_path}/seen")).width == 60
    assert (tmp_path / "seen").read_bytes() == data


@pytest.mark.parametrize(
    ("scanner", "code"),
    [
        (shell("cat > /dev/null; exit 1"), "infected"),
        (shell("exit 2"), "scanner_away"),
        (shell("exit 127"), "scanner_away"),
        (shell("kill -9 $$"), "scanner_away"),
        (shell("sleep 60"), "scanner_away"),
        (("/no/such/scanner",), "scanner_away"),
        ((str(ROOT),), "scanner_away"),
    ],
    ids=["infected", "error", "not-found", "killed", "hangs", "missing", "folder"],
)
def test_without_a_clean_answer_nothing_is_let_through(
    scanner: tuple[str, ...], code: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upload_process, "SCANNER_SECONDS", 0.5)
    monkeypatch.setattr(uploads, "run_converter", lambda *_: pytest.fail("decoded what was not clean"))
    assert refusal(encoded(picture()), scanner) == code


def test_a_scanner_that_hangs_is_ended_with_its_children(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upload_process, "SCANNER_SECONDS", 0.5)
    refusal(encoded(picture()), shell(f"sleep 60 & echo $! > {tmp_path}/child; wait"))
    child = int((tmp_path / "child").read_text())
    for _ in range(50):
        if not Path(f"/proc/{child}/stat").exists() or " Z " in Path(f"/proc/{child}/stat").read_text():
            return
        time.sleep(0.05)
    os.kill(child, 9)
    pytest.fail("the scanner's child is still running")


def test_no_file_stays_open() -> None:
    prepare(encoded(picture()))
    before = len(list(Path("/proc/self/fd").iterdir()))
    prepare(encoded(picture()), scanner=shell("exit 0"))
    refusal(b"\xff\xd8\xff")
    assert len(list(Path("/proc/self/fd").iterdir())) == before
