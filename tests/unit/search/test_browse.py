"""Lists to browse: by facet, by letter, by kind."""

from __future__ import annotations

from flask import Flask

from portal.search import queries, service
from portal.search.queries import Initial, Term
from tests.unit.search.corpus import CIVIL, PAGES, catalogue, counted_statements, guide, look_alikes, record


def listed(locale: str = "vi", **options: object) -> list[str]:
    return [item.title for item in queries.listing(locale, **options).items]  # type: ignore[arg-type]


def test_guides_then_records_then_catalogue_each_in_alphabetical_order(app: Flask) -> None:
    service.replace(
        [
            catalogue("1.000001", "An"), record("1.000002", "Đá"), record("1.000003", "Dz"), record("1.000004", "Ăn"),
            record("1.000005", "Az"), guide("z", "Z"), guide("y", "Ý"), guide("y2", "Y"),
        ]
    )  # fmt: skip
    assert listed() == ["Y", "Ý", "Z", "Az", "Ăn", "Dz", "Đá", "An"]


def test_total_counts_all_pages_of_the_list(pages: Flask) -> None:
    listing = queries.listing("vi", limit=3)
    assert len(listing.items) == 3
    assert listing.total == len(PAGES) - 1
    assert queries.listing("en").total == len(PAGES) - 2


def test_pieces_of_a_list_are_the_list(pages: Flask) -> None:
    service.replace(look_alikes(120))
    whole = [item for offset in (0, 100) for item in queries.listing("vi", limit=100, offset=offset).items]
    pieces = [item for offset in range(0, 140, 7) for item in queries.listing("vi", limit=7, offset=offset).items]
    assert pieces == whole
    assert len({(item.kind, item.key) for item in whole}) == len(whole) == queries.listing("vi").total


def test_limits_are_bounded(pages: Flask) -> None:
    assert len(queries.listing("vi", limit=-1, offset=-1).items) == 1
    assert queries.listing("vi", offset=10**30).items == ()
    service.replace(look_alikes(200))
    assert len(queries.listing("vi", limit=10**9).items) == queries.MAX_LIMIT


def test_facets_kinds_and_letters_narrow_down(pages: Flask) -> None:
    assert listed(facets={"field": "cu-tru"}) == ["Đăng ký tạm trú", "Đăng ký tạm trú"]
    assert listed(facets={"field": "cu-tru", "audience": "cong-dan"}, kinds=("guide",)) == ["Đăng ký tạm trú"]
    assert listed(kinds=("record",), initial="T") == [
        "Tấm trù ẩm của làng nghề", "Thủ tục đăng ký khai sinh", "Thủ tục đăng ký khai tử lưu động",
        "Tuyển sinh trung học cơ sở",
    ]  # fmt: skip
    assert listed(initial="Q") == []


def test_terms_with_their_counts(pages: Flask) -> None:
    assert queries.facet_terms("field", "vi") == (
        Term("cu-tru", "Đăng ký, quản lý cư trú", 2), Term("ho-tich", "Hộ tịch", 4)
    )  # fmt: skip
    assert queries.facet_terms("field", "vi", kinds=("guide",)) == (
        Term("cu-tru", "Đăng ký, quản lý cư trú", 1), Term("ho-tich", "Hộ tịch", 1)
    )  # fmt: skip
    assert queries.facet_terms("nothing", "vi") == ()


def test_labels_are_in_the_language_where_a_page_has_one(pages: Flask) -> None:
    assert {term.slug: term.label for term in queries.facet_terms("field", "en")}["ho-tich"] == "Civil status"
    assert queries.facet_label("field", "ho-tich") == "Hộ tịch"
    assert queries.facet_label("field", "ho-tich", "en") == "Civil status"
    assert queries.facet_label("field", "khong-co") is None
    assert queries.facet_label("agency", "ho-tich") is None


def test_letters_and_kinds(pages: Flask) -> None:
    service.replace([guide("so", "30 ngày")])
    assert queries.initials("vi", kinds=("guide",)) == [Initial("D", 2), Initial("#", 1)]
    assert queries.initials("vi", facets={"field": "cu-tru"}) == [Initial("D", 2)]
    assert queries.kind_counts("vi") == {"guide": 3, "record": 7, "catalogue": 2}
    assert queries.kind_counts("en", facets={"field": "ho-tich"}) == {"guide": 1, "record": 3}
    assert queries.keys("catalogue") == {"1.013228", "2.002894"}


def test_one_or_two_statements_each(pages: Flask) -> None:
    with counted_statements() as statements:
        queries.listing("vi", facets={"field": "ho-tich", "audience": "cong-dan"}, initial="D", kinds=("guide",))
    assert len(statements) == 2
    for ask in (
        lambda: queries.facet_terms("field", "vi"),
        lambda: queries.facet_label("field", "ho-tich"),
        lambda: queries.initials("vi"),
        lambda: queries.kind_counts("vi"),
    ):
        with counted_statements() as statements:
            ask()
        assert len(statements) == 1


def test_facet_given_twice_counts_once(app: Flask) -> None:
    service.replace([record("1.000001", "Một", facets=(CIVIL, CIVIL))])
    assert [term.count for term in queries.facet_terms("field", "vi")] == [1]
