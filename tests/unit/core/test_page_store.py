"""What the page cache keeps, how much of it, and in which encodings."""

from __future__ import annotations

import gzip
import random
import threading
import time
import tracemalloc

import brotli
import pytest

from portal.core import page_store
from portal.core.compression import FAST_QUALITY, choose_encoding, compress
from portal.core.page_store import CachedPage, PageKey, PageStore, size_of_key

HTML = "text/html"


def a_page(words: int = 3_000, tag: str = "abc", mimetype: str = HTML) -> CachedPage:
    picked = random.Random(words).choices(["khai", "sinh", "đăng", "ký", "hộ", "tịch", "xã"], k=words)
    headers = [("Content-Type", mimetype), ("ETag", f'W/"{tag}"'), ("Content-Length", "1")]
    return CachedPage(" ".join(picked).encode(), headers, mimetype)


def a_key(path: str) -> PageKey:
    return ("vi", path, (), False)


def a_search(value: str) -> PageKey:
    return ("vi", "/tim-kiem", (("linh-vuc", value),), False)


def of_hex(number: int, length: int) -> CachedPage:
    """A page that compresses to half of its length, as no text of words does."""
    body = random.Random(number).randbytes(length // 2).hex().encode()
    return CachedPage(body, [("ETag", f'W/"{number}"')], HTML)


def a_store(budget: int = 1_000_000) -> PageStore:
    store = PageStore(budget)
    assert store.find("one", a_key("/")) is None  # begins the generation
    return store


def test_ten_thousand_pages_take_no_more_than_the_budget() -> None:
    store = a_store(2_000_000)
    tracemalloc.start()
    for number in range(10_000):
        page = CachedPage(f"khai sinh {number} ".encode() * 60, [("ETag", f'W/"{number}"')], HTML)
        store.keep("one", a_key(f"/{number}"), page)
        for encoding in ("br", "gzip")[: number % 3]:
            store.encoded(page, encoding)
    used, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert store.size <= 2_000_000
    assert len(store) > 200
    assert used < 2_000_000


def test_the_least_recently_used_leave_first() -> None:
    store = a_store(200_000)
    store.keep("one", a_key("/used"), a_page())
    for number in range(50):
        store.keep("one", a_key(f"/{number}"), a_page())
        assert store.find("one", a_key("/used")) is not None
    assert store.find("one", a_key("/0")) is None


def test_a_page_beyond_a_quarter_of_its_room_is_not_kept() -> None:
    store = a_store(100_000)
    store.keep("one", a_key("/big"), of_hex(1, 18_000))
    store.keep("one", a_search("big"), of_hex(1, 6_000))
    assert len(store) == store.size == 0
    store.keep("one", a_key("/small"), of_hex(1, 12_000))
    store.keep("one", a_search("small"), of_hex(1, 1_000))
    assert len(store) == 2


def test_made_up_queries_push_out_no_page_without_one() -> None:
    store = a_store(1_000_000)
    paths = [f"/huong-dan/{number}" for number in range(40)]
    for number, path in enumerate(paths):
        store.keep("one", a_key(path), of_hex(number, 10_000))
    kept = store.size
    assert 500_000 < kept <= 750_000
    for number in range(400):
        page = of_hex(number, 10_000)
        store.keep("one", a_search(f"q{number}"), page)
        store.encoded(page, "br")
        assert store.size - kept <= 250_000
    assert all(store.find("one", a_key(path)) for path in paths)
    # The last used of them stay, in their own room.
    assert 5 < len(store) - len(paths) < 30
    assert store.find("one", a_search("q399"))
    assert store.find("one", a_search("q0")) is None


def test_pages_without_a_query_push_out_no_search() -> None:
    store = a_store(1_000_000)
    store.keep("one", a_search("khai sinh"), of_hex(0, 10_000))
    for number in range(200):
        store.keep("one", a_key(f"/{number}"), of_hex(number, 10_000))
    assert store.find("one", a_search("khai sinh"))
    assert store.size <= 1_000_000


def test_what_was_typed_counts_too() -> None:
    """Emoji take four bytes each, and five of the longest values are longer than many a page."""
    store = a_store(4_000_000)
    tracemalloc.start()
    for number in range(1_000):
        query = tuple((name, f"{number}" + "😀" * 250) for name in ("doi-tuong", "linh-vuc", "loai", "q", "trang"))
        store.keep("one", ("vi", "/tim-kiem", query, False), of_hex(number, 400))
    used, _peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(store) > 50
    assert used < 1_000_000
    assert store.size <= 1_000_000


def test_compressed_forms_are_counted() -> None:
    store = a_store(400_000)
    pages = [of_hex(number, 10_000) for number in range(20)]
    for number, page in enumerate(pages):
        store.keep("one", a_key(f"/{number}"), page)
    assert len(store) == 20
    before = store.size
    assert before <= 300_000
    store.encoded(pages[19], "br")
    assert before - store.size == pytest.approx(5_000, rel=0.2)  # in the place of twice as much
    for page in pages:
        for encoding in ("gzip", "br"):
            store.encoded(page, encoding)
            kept = [page for page in pages if page.charged]
            assert sum(len(body) for page in kept for _, body in page.encodings.values()) < store.size <= 300_000
    assert 10 < len(store) < 20


def test_a_new_generation_forgets_the_old_one() -> None:
    store = a_store()
    page = a_page()
    store.keep("one", a_key("/"), page)
    store.keep("two", a_key("/late"), a_page())  # made under a generation that never began here
    assert store.find("two", a_key("/")) is None
    assert len(store) == store.size == 0
    store.keep("one", a_key("/"), page)  # overtaken while it was made
    assert len(store) == 0
    store.encoded(page, "br")
    assert store.size == 0


def test_replacing_a_page_counts_it_once() -> None:
    store = a_store()
    for _time in range(5):
        store.keep("one", a_key("/"), a_page())
    assert (len(store), store.size) == (1, a_page().size + size_of_key(a_key("/")))


def test_encodings_are_made_once_and_brotli_gets_better_with_the_third(monkeypatch: pytest.MonkeyPatch) -> None:
    made: list[tuple[str, int]] = []

    def noting(body: bytes, encoding: str, quality: int) -> bytes:
        made.append((encoding, quality))
        return compress(body, encoding, quality)

    monkeypatch.setattr(page_store, "compress", noting)
    store, page = a_store(), a_page()
    bodies = [store.encoded(page, "br")[1] for _time in range(6)]
    assert made == [("br", FAST_QUALITY), ("br", 11)]
    assert len(bodies[2]) < len(bodies[1])
    assert bodies[2:] == [bodies[2]] * 4
    assert {brotli.decompress(body) for body in bodies} == {page.body}
    zipped = {store.encoded(page, "gzip")[1] for _time in range(6)}
    assert [gzip.decompress(body) for body in zipped] == [page.body]
    assert made[2:] == [("gzip", FAST_QUALITY)]
    assert store.encoded(page, "")[1] == page.body


@pytest.mark.parametrize("encoding", ["", "br", "gzip"])
def test_headers_say_what_the_body_is(encoding: str) -> None:
    headers, body = a_store().encoded(a_page(), encoding)
    assert [value for name, value in headers if name == "Content-Length"] == [str(len(body))]
    assert [value for name, value in headers if name == "Content-Encoding"] == ([encoding] if encoding else [])


@pytest.mark.parametrize(("words", "mimetype"), [(20, HTML), (3_000, "image/png")])
def test_what_gains_nothing_is_not_compressed(words: int, mimetype: str) -> None:
    page = a_page(words, mimetype=mimetype)
    headers, body = a_store().encoded(page, "br")
    assert body == page.body
    assert "Content-Encoding" not in dict(headers)


@pytest.mark.parametrize(
    ("tags", "known"),
    [
        ('W/"abc"', True), ('"abc"', True), ("*", True), (" * ", True), ('"x", W/"abc"', True), ('W/"x","abc" ', True),
        ('"ab"', False), ("abc", False), ('"abcd"', False), ("", False), ('W/"x"', False), ('"x*"', False),
    ],
)  # fmt: skip
def test_tags_are_compared_weakly(tags: str, known: bool) -> None:
    assert a_page().matches(tags) is known


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        ("", ""), ("br", "br"), ("gzip, deflate, br, zstd", "br"), ("gzip", "gzip"), ("br;q=0", ""), ("zstd", ""),
        ("br;q=0, gzip", "gzip"), ("br; q=0.5, gzip;q=0.8", "gzip"), ("BR", "br"), ("*", "br"), ("br;q=0, *", "gzip"),
        ("*;q=0", ""), ("identity", ""), ("br;q=0.5, identity;q=0.9", ""), ("br;q=x", ""), ("gzip;Q=0.1", "gzip"),
        ("br;q=0,gzip;q=0", ""), (";;,,=", ""), ("br" + " " * 5_000 + ", gzip", "br"), ("br;level=3", "br"),
    ],
)  # fmt: skip
def test_the_reader_chooses_the_encoding(accepted: str, chosen: str) -> None:
    assert choose_encoding(accepted) == chosen


def test_searches_are_never_worth_the_best_compression(monkeypatch: pytest.MonkeyPatch) -> None:
    qualities: list[int] = []

    def noting(body: bytes, encoding: str, quality: int) -> bytes:
        qualities.append(quality)
        return compress(body, encoding, quality)

    monkeypatch.setattr(page_store, "compress", noting)
    store, page = a_store(), a_page(1_000)
    store.keep("one", a_search("x"), page)
    assert len({store.encoded(page, "br")[1] for _time in range(10)}) == 1
    assert qualities == [FAST_QUALITY]


def test_one_thread_makes_the_best_compression(monkeypatch: pytest.MonkeyPatch) -> None:
    store, page, qualities = a_store(), a_page(), []
    store.encoded(page, "br")
    store.encoded(page, "br")
    assert page.until_best == 1

    def noting(body: bytes, encoding: str, quality: int) -> bytes:
        qualities.append(quality)
        return compress(body, encoding, quality)

    monkeypatch.setattr(page_store, "compress", noting)
    # All see that the next time is the third before one of them counts it.
    with store._lock:
        threads = [threading.Thread(target=store.encoded, args=(page, "br")) for _thread in range(8)]
        for thread in threads:
            thread.start()
        time.sleep(0.1)
    for thread in threads:
        thread.join()
    assert qualities == [11]
    assert brotli.decompress(page.encodings["br"][1]) == page.body


def test_a_slow_first_compression_does_not_undo_the_best(monkeypatch: pytest.MonkeyPatch) -> None:
    store, page = a_store(), a_page()
    store.keep("one", a_key("/"), page)

    def overtaken(body: bytes, encoding: str, quality: int) -> bytes:
        monkeypatch.setattr(page_store, "compress", compress)
        for _time in range(3):
            store.encoded(page, "br")
        return compress(body, encoding, quality)

    monkeypatch.setattr(page_store, "compress", overtaken)
    store.encoded(page, "br")
    assert page.encodings["br"][1] == compress(page.body, "br", 11)
    assert store.size >= page.size


def test_threads_leave_the_books_in_order() -> None:
    store, budget = a_store(200_000), 200_000
    failures: list[BaseException] = []

    def work(seed: int) -> None:
        picked = random.Random(seed)
        try:
            for _round in range(400):
                key = picked.choice([a_key, a_search])(f"/{picked.randrange(30)}")
                generation = picked.choice(["one", "one", "one", "two"])
                page = store.find(generation, key)
                if page is None:
                    page = a_page(picked.randrange(50, 900))
                    store.keep(generation, key, page)
                store.encoded(page, picked.choice(["", "br", "gzip"]))
        except BaseException as error:  # noqa: BLE001 a thread's failure must reach the test
            failures.append(error)

    threads = [threading.Thread(target=work, args=(seed,)) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    rooms = (store._without_query, store._with_query)
    assert store.size == sum(page.charged for room in rooms for page in room.pages.values()) <= budget
    assert all(key == page.kept_as for room in rooms for key, page in room.pages.items())
    store.find("three", a_key("/"))
    assert store.size == 0
