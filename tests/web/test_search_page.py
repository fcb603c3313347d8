"""The search page and the suggestions below its box."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote
from xml.etree.ElementTree import Element

import html5lib
import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from portal.pages import search
from portal.pages.forms import QUERY_LIMIT, was_cut
from portal.search import queries
from portal.search.queries import Hit, Results, Term
from portal.search.snippets import SnippetPart
from portal.search.suggest import Suggestion
from tests.web.page import XHTML, HtmlPage, Visitor

SUGGESTIONS = "/tim-kiem/goi-y"
HTMX = {"HX-Request": "true"}


def hit(kind: str = "guide", locale: str | None = "vi", title: str = "Đăng ký khai sinh") -> Hit:
    url = "https://dichvucong.gov.vn/x" if kind == "catalogue" else "/huong-dan/dang-ky-khai-sinh"
    part = (SnippetPart(title, False),)
    return Hit(kind, "dang-ky-khai-sinh", locale, title, url, "Tóm tắt.", ("1.001193",), part, part)


def suggestion(title: str, kind: str = "guide", url: str = "/huong-dan/dang-ky-khai-sinh") -> Suggestion:
    return Suggestion(kind, title, url, (SnippetPart(title[:4], True), SnippetPart(title[4:], False)))


@pytest.fixture
def found(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes every search answer what the test says."""

    def answer(*hits: Hit, **changes: Any) -> None:
        told = {"total": len(hits), "words": ("khai",), "total_is_capped": False, **changes}
        results = Results(hits, **told)
        monkeypatch.setattr(queries, "find", lambda *_args, **_kwargs: results)

    return answer


@pytest.fixture
def suggests(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Makes the next suggestions those that the test says; returns the texts that they were asked for."""

    def answer(*items: Suggestion) -> list[str]:
        asked: list[str] = []

        def suggest(text: str, _locale: str, *, limit: int) -> tuple[Suggestion, ...]:
            asked.append(text)
            return items[:limit]

        monkeypatch.setattr(search, "suggest", suggest)
        return asked

    return answer


def fragment(client: FlaskClient, path: str) -> Element:
    """The one root of a fragment, which is no page."""
    response = client.get(path, headers=HTMX)
    assert response.status_code == 200
    assert "HX-Request" in response.headers["Vary"]
    text = response.get_data(as_text=True)
    assert "<html" not in text
    parser = html5lib.HTMLParser(strict=False)
    roots = [element for element in parser.parseFragment(text) if isinstance(element.tag, str)]
    assert parser.errors == []
    assert len(roots) == 1
    root: Element = roots[0]
    assert root.get("id")
    return root


@pytest.fixture
def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The searches that were counted as unanswered."""
    texts: list[str] = []

    class Counter:
        def count(self, text: str, *_rest: object) -> None:
            texts.append(text)

    monkeypatch.setattr(search, "empty_searches", Counter)
    return texts


def status_line(page: HtmlPage) -> str:
    (line,) = [element for element in page.root.iter() if element.get("id") == "so-ket-qua"]
    assert line.get("role") == "status"
    return words(line)


def words(element: Element) -> str:
    return " ".join("".join(element.itertext()).split())


def options(root: Element) -> list[Element]:
    return [element for element in root.iter(XHTML + "a") if element.get("role") == "option"]


@pytest.mark.parametrize(
    ("prefix", "status", "kind"),
    [("", "2 gợi ý", "Tên thủ tục, mở Cổng quốc gia"), ("/en", "2 suggestions", "Listed on the National Portal")],
)
@pytest.mark.usefixtures("app")
def test_suggestions_are_links_in_a_list(
    client: FlaskClient, suggests: Any, prefix: str, status: str, kind: str
) -> None:
    suggests(suggestion("Khai sinh"), suggestion("Khai tử", "catalogue", "https://dichvucong.gov.vn/x"))
    root = fragment(client, f"{prefix}{SUGGESTIONS}?q=kha")
    assert (root.get("role"), root.get("id"), root.get("data-status")) == ("listbox", "goi-y", status)
    guide, entry, everything = options(root)
    assert guide.get("href") == prefix + "/huong-dan/dang-ky-khai-sinh"
    assert [words(mark) for mark in guide.iter(XHTML + "mark")] == ["Khai"]
    assert entry.get("href") == "https://dichvucong.gov.vn/x"
    assert entry.get("rel") == "noopener"
    assert kind in words(entry)
    assert everything.get("href") == f"{prefix}/tim-kiem?q=kha"
    ids = [option.get("id") for option in options(root)]
    assert len(set(ids)) == len(ids)
    assert all(option.get("tabindex") == "-1" for option in options(root))


@pytest.mark.usefixtures("app")
def test_at_most_five_are_suggested(client: FlaskClient, suggests: Any) -> None:
    suggests(*[suggestion(f"Việc số {number}") for number in range(9)])
    assert len(options(fragment(client, SUGGESTIONS + "?q=viec"))) == 5 + 1


@pytest.mark.parametrize("text", ["", "k", " k ", "%00", "%20%20", "%CC%81"])
@pytest.mark.usefixtures("app")
def test_one_letter_suggests_nothing(client: FlaskClient, suggests: Any, text: str) -> None:
    asked = suggests(suggestion("Khai sinh"))
    root = fragment(client, f"{SUGGESTIONS}?q={text}")
    assert options(root) == asked == []
    assert root.get("data-status") == "Không có gợi ý"


@pytest.mark.usefixtures("content")
def test_real_suggestions(client: FlaskClient) -> None:
    assert "Đăng ký khai sinh" in words(fragment(client, SUGGESTIONS + "?q=khai+sinh"))


@pytest.mark.parametrize("path", [SUGGESTIONS, SUGGESTIONS + "?q=khai+sinh", "/en" + SUGGESTIONS + "?q=birth"])
@pytest.mark.usefixtures("content")
def test_a_plain_visit_gets_a_page_that_leads_on(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    assert page.response.headers["Vary"].count("HX-Request") == 1
    assert [box.get("name") for box in page.all("input")] == ["q"]
    if "?" in path:
        assert any("/tim-kiem?q=" in link for link in page.links())
        assert any("/huong-dan/dang-ky-khai-sinh" in link for link in page.links())


HOSTILE = {
    "NUL": "khai\0 sinh",
    "very long": "khai sinh " * 900,
    "HTML": '"><script>alert(1)</script><img src=x onerror=alert(1)>',
    "decomposed": "đăng ký",
    "only spaces": " \t\n\u3000 ",
    "emoji": "👶🏽 khai sinh 👩‍👩‍👧",
    "direction marks": "\u202ekhai\u202c",
    "template": "{{ 7 * 7 }} %(num)s %s",
    "query language": 'NEAR("khai" * -sinh) OR 1=1 --',
}


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.usefixtures("content")
def test_hostile_texts(visitor: Visitor, name: str, prefix: str) -> None:
    query = "?q=" + quote(HOSTILE[name])
    for path in ("/tim-kiem", SUGGESTIONS):
        page = visitor.get(prefix + path + query)
        scripts = [script.get("src") for script in page.all("script")]
        assert all(source and source.startswith("/static/") for source in scripts)
        assert page.all("img") == []
        assert "\0" not in page.response.get_data(as_text=True)
        fragment(visitor.client, prefix + path + query)


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text(max_size=300))
def test_absurd_suggestions_are_answered(client: FlaskClient, text: str) -> None:
    query = {"q": text.encode("utf-8", "surrogatepass")}
    assert client.get(SUGGESTIONS, query_string=query, headers=HTMX).status_code == 200


@pytest.mark.parametrize(
    ("text", "cut"),
    [("x" * QUERY_LIMIT, False), ("x" * (QUERY_LIMIT + 1), True), ("a\u0301" * QUERY_LIMIT, False), (" " * 999, False)],
)
def test_a_text_that_is_cut(text: str, cut: bool) -> None:
    assert was_cut(text) is cut


@pytest.mark.usefixtures("app")
def test_a_reader_is_told_that_the_text_was_cut(visitor: Visitor) -> None:
    assert "chỉ phần đầu" in visitor.get("/tim-kiem?q=" + "x" * 300).text("main")


@pytest.mark.usefixtures("app")
def test_results_are_counted(visitor: Visitor, found: Any) -> None:
    found(hit(), hit("record", None))
    page = visitor.get("/tim-kiem?q=khai")
    assert status_line(page) == "2 kết quả"
    assert "Hỏi người" not in page.words
    assert page.text("title").startswith("Tìm kiếm: khai")


@pytest.mark.parametrize(
    ("cards", "total", "address", "line"),
    [
        (1, 1, "/tim-kiem?q=khai", "1 kết quả"),
        (3, 3, "/tim-kiem?q=khai", "3 kết quả"),
        (10, 25, "/tim-kiem?q=khai", "Hơn 25 kết quả"),
        (1, 1, "/en/tim-kiem?q=birth", "1 result"),
        (3, 3, "/en/tim-kiem?q=birth", "3 results"),
    ],
)
@pytest.mark.usefixtures("app")
def test_more_are_promised_only_where_a_page_follows(
    visitor: Visitor, found: Any, cards: int, total: int, address: str, line: str
) -> None:
    found(*[hit()] * cards, total=total, total_is_capped=True)
    assert status_line(visitor.get(address)) == line


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.usefixtures("content")
def test_a_page_beyond_the_last_leads_to_the_first(client: FlaskClient, found: Any, prefix: str) -> None:
    first = prefix + "/tim-kiem?q=k%E1%BA%BFt+h%C3%B4n&loai=guide"
    for number, changes in ((3, {"total": 12}), (2, {"is_near": True, "total": 12}), (2, {"total": 0})):
        found(hit(), **changes)
        response = client.get(f"{first}&trang={number}")
        assert (response.status_code, response.headers["Location"]) == (302, first)
        assert client.get(first).status_code == 200
    found(hit(), total=12)
    assert client.get(first + "&trang=2").status_code == 200
    assert client.get(first + "&trang=0").status_code == 404


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.usefixtures("app")
def test_near_results_say_so_and_whom_to_ask(visitor: Visitor, found: Any, prefix: str) -> None:
    found(hit(locale="en" if prefix else "vi"), is_near=True)
    text = visitor.get(prefix + "/tim-kiem?q=nuoi+rong").text("main")
    english = ("No page here is about exactly this.", "The closest are:", "Ask someone who knows", "not yet entered")
    vietnamese = ("Chưa có trang nào nói đúng việc này.", "Gần nhất là:", "Hỏi người biết việc", "chưa cập nhật")
    assert all(sentence in text for sentence in (english if prefix else vietnamese))
    assert "1 kết quả" not in text


@pytest.mark.usefixtures("app")
def test_near_results_are_few_and_lead_on(visitor: Visitor, found: Any) -> None:
    found(*[hit()] * 10, is_near=True, total=25)
    page = visitor.get("/tim-kiem?q=nuoi+rong")
    assert len([card for card in page.all("li") if card.get("class") == "card"]) == 3
    assert not any("trang=" in link for link in page.links())
    assert {"/huong-dan", "/linh-vuc", "/a-z"} <= set(page.links())
    assert page.words.index("Gần nhất là:") < page.words.index("Hỏi người biết việc")


@pytest.mark.usefixtures("app")
def test_a_mended_text_is_named_and_the_typed_one_kept(visitor: Visitor, found: Any) -> None:
    found(hit(), read_as="khai sinh")
    page = visitor.get("/tim-kiem?q=khia+sinh")
    assert status_line(page) == "Bạn gõ “khia sinh”. Đây là kết quả cho “khai sinh”. 1 kết quả"
    assert [box.get("value") for box in page.all("input")] == ["khia sinh"]


@pytest.mark.usefixtures("app")
def test_a_mended_text_is_named_in_english(visitor: Visitor, found: Any) -> None:
    found(hit(), read_as="birth")
    line = status_line(visitor.get("/en/tim-kiem?q=brith"))
    assert line == "You typed “brith”. These results are for “birth”. 1 result"


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.usefixtures("content")
def test_nothing_found_is_never_blank(visitor: Visitor, prefix: str) -> None:
    page = visitor.get(prefix + "/tim-kiem?q=zzzqqq")
    text = page.text("main")
    assert "“zzzqqq”" in text
    assert ("one-stop desk" if prefix else "bộ phận một cửa") in text
    assert ("not yet entered" if prefix else "chưa cập nhật") in text
    for path in ("/huong-dan", "/linh-vuc", "/a-z"):
        assert prefix + path in page.links()
    assert prefix + "/huong-dan/dang-ky-khai-sinh" in page.links()
    assert "https://dichvucong.gov.vn" in page.links()
    assert ("Official procedures are in Vietnamese" in text) == bool(prefix)


@pytest.mark.usefixtures("content")
def test_nothing_found_behind_a_filter_offers_the_search_without(visitor: Visitor) -> None:
    page = visitor.get("/tim-kiem?q=zzzqqq&loai=guide")
    assert "/tim-kiem?q=zzzqqq" in page.links()
    assert "Bỏ lọc" in page.text("main")
    assert "Bỏ lọc" not in visitor.get("/tim-kiem?q=zzzqqq").text("main")


@pytest.mark.parametrize("is_near", [False, True])
@pytest.mark.parametrize(
    ("prefix", "line", "link"),
    [
        ("", "Trong phần bạn đang lọc, chưa có trang nào nói về “khai”.", "Bỏ lọc và tìm trong mọi trang"),
        ("/en", "No page about “khai” within your filters.", "Remove the filters and search every page"),
    ],
)
@pytest.mark.usefixtures("content")
def test_nothing_behind_a_filter_is_not_nothing_at_all(
    visitor: Visitor, found: Any, prefix: str, line: str, link: str, is_near: bool
) -> None:
    found(*[hit()] * is_near, is_near=is_near)
    page = visitor.get(prefix + "/tim-kiem?q=khai&linh-vuc=ho-tich")
    assert status_line(page) == line
    assert [words(a) for a in page.all("a") if a.get("href") == prefix + "/tim-kiem?q=khai"] == [link]
    found(hit())
    assert link not in visitor.get(prefix + "/tim-kiem?q=khai+sinh&linh-vuc=ho-tich").words


@pytest.mark.usefixtures("content")
def test_what_editors_should_write_is_counted(client: FlaskClient, found: Any, counted: list[str]) -> None:
    searches = ("/tim-kiem", "/tim-kiem?q=a&loai=guide", "/tim-kiem?q=b&linh-vuc=ho-tich", "/tim-kiem?q=c&trang=2")
    for changes in ({"total": 0}, {"is_near": True}):
        found(hit(), **changes)
        for path in (*searches, "/tim-kiem?q=d&loai=xxx"):  # what is not offered is no filter
            client.get(path)
        assert counted == ["d"]
        counted.clear()
    found(hit())
    client.get("/tim-kiem?q=e")
    assert counted == []


@pytest.mark.usefixtures("content")
def test_filters_offer_what_there_is_in_vietnamese_order(visitor: Visitor, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = [Term(name, name, 34) for name in ("Hộ tịch", "Đất đai", "Ấn phẩm", "Chứng thực", "An toàn")]
    monkeypatch.setattr(queries, "facet_terms", lambda *_args: tuple(terms))
    kinds, fields, _audiences = visitor.get("/tim-kiem").all("select")
    assert [option.get("value") for option in kinds] == ["", "guide", "record"]  # the catalogue is not loaded
    names = ["An toàn (34)", "Ấn phẩm (34)", "Chứng thực (34)", "Đất đai (34)", "Hộ tịch (34)"]
    assert [words(option) for option in fields] == ["Tất cả", *names]


@pytest.mark.usefixtures("app")
def test_a_guide_in_vietnamese_only_says_so_in_english(visitor: Visitor, found: Any) -> None:
    found(hit(), hit("record", None))
    page = visitor.get("/en/tim-kiem?q=khai+sinh")
    headings = [heading for heading in page.all("h2") if "card__title" in heading.get("class", "")]
    assert [heading.get("lang") for heading in headings] == ["vi", "vi"]
    assert page.words.count("In Vietnamese only") == 1
    assert "Searching with Vietnamese words finds more" in page.words
    found(hit(locale="en"))
    assert "In Vietnamese only" not in visitor.get("/en/tim-kiem?q=birth").words


@pytest.mark.usefixtures("content")
def test_filters_narrow_and_stay_chosen(visitor: Visitor) -> None:
    page = visitor.get("/tim-kiem?q=khai+sinh&loai=guide&linh-vuc=ho-tich&doi-tuong=xxx")
    chosen = [option.get("value") for option in page.all("option") if option.get("selected") is not None]
    assert chosen == ["guide", "ho-tich", ""]  # what is not offered counts as none
    assert "Thủ tục chính thức" not in [words(tag) for tag in page.all("span") if "tag" in tag.get("class", "")]
    assert [details.get("open") is not None for details in page.all("details")][-1]


@pytest.mark.usefixtures("content")
def test_the_fragment_of_results_brings_their_title(client: FlaskClient) -> None:
    root = fragment(client, "/tim-kiem?q=khai+sinh")
    assert root.get("id") == "ket-qua"
    (title,) = root.iter(XHTML + "title")
    assert words(title).startswith("Tìm kiếm: khai sinh")


@pytest.mark.parametrize("path", ["/", "/en/", "/tim-kiem", "/en/tim-kiem?q=birth"])
@pytest.mark.usefixtures("content")
def test_pages_with_suggestions_load_what_they_need_and_no_more(visitor: Visitor, path: str) -> None:
    page = visitor.get(path)
    sources = [script.get("src", "") for script in page.all("script") if script.get("type") is None]
    assert len(sources) == 2
    assert any("suggest" in source for source in sources)
    (box,) = [box for box in page.all("input") if box.get("data-htmx")]
    with visitor.client.get(box.get("data-htmx", "")) as htmx:
        assert htmx.status_code == 200
    assert box.get("role") is None  # only a script makes it a combobox
    assert box.get("data-hx-get") == ("/en" if path.startswith("/en") else "") + SUGGESTIONS
    assert not any("suggest" in (script.get("src") or "") for script in visitor.get("/huong-dan").all("script"))
