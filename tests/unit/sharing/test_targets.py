"""Only our own public pages can be shared, however an address is dressed up."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.guides import service as guides
from portal.sharing.targets import LONGEST, Target, read_address, target_of
from tests.factories import guide_data
from tests.factories.places import load_places
from tests.factories.records import import_records, record_row

SITE = "https://gandan.example"
GUIDE = "/huong-dan/dang-ky-khai-sinh"


@pytest.fixture
def pages(app: Flask) -> None:
    import_records([record_row()])
    load_places()
    with unit_of_work():
        guides.import_guides([guide_data()], now=clock.now())
    db.session.remove()


TAKEN = (
    (GUIDE, GUIDE),
    (f"/en{GUIDE}", GUIDE),
    (f"{SITE}{GUIDE}?xa=phuong-cam-thanh&utm_source=zalo#can-cu", f"{GUIDE}?xa=phuong-cam-thanh"),
    (f"{GUIDE}?xa=..", GUIDE),
    ("/", "/"),
    ("/en", "/"),
    (f"{SITE}/en/", "/"),
    ("/giam-phi", "/giam-phi"),
    ("/dia-ban/phuong-cam-thanh?tiep=x", "/dia-ban/phuong-cam-thanh"),
    ("/thu-tuc/1.001193", "/thu-tuc/1.001193"),
    ("/tinh-phi?xa=phuong-cam-thanh&dv=1.004194_1.001193x2&ngay=2026-11-22&q=tien",
     "/tinh-phi?dv=1.001193x2_1.004194&ngay=2026-11-22&xa=phuong-cam-thanh"),
    ("/tinh-phi?dv=http&ngay=2026-13-01", "/tinh-phi"),
)  # fmt: skip


@pytest.mark.usefixtures("pages")
def test_our_own_pages() -> None:
    for typed, path in TAKEN:
        target = target_of(typed, SITE)
        assert target is not None, typed
        assert target.path == path
        assert target.title


REFUSED = (
    "", " ", "huong-dan/dang-ky-khai-sinh", "//evil.example", "//evil.example/huong-dan/dang-ky-khai-sinh",
    "/\\evil.example", "\\\\evil.example", "/%2f/evil.example", "/%2Fevil.example", "/%5cevil.example",
    "http://evil.example/", "http:evil.example", "https:/evil.example", "javascript:alert(1)", "data:text/html,x",
    "https://gandan.example.evil.example/", "https://gandan.example@evil.example/", "https://gandan.examples/",
    f"{SITE}//evil.example", f"{SITE}\\evil.example", "/huong-dan//evil.example", "/huong-dan/../nhan-vien",
    f"{GUIDE}/", f"{GUIDE}/x", f"{GUIDE}\n", f"\n{GUIDE}", f"{GUIDE}\r\nSet-Cookie: a=b", f"{GUIDE}\x00",
    f"/\t{GUIDE}", f"{GUIDE}?xa=x&next=//evil.example", f"{GUIDE}?xa=%0d%0a", "/huong-dan/khong-co",
    "/huong-dan/" + "a" * LONGEST, f"{GUIDE}?xa=" + "a" * LONGEST, "/fr/huong-dan", "/vi/huong-dan",
    "/en/en/huong-dan", "/nhan-vien", "/nhan-vien/phan-anh", "/phan-anh", "/phan-anh/tra-cuu",
    "/huu-ich/dang-ky-khai-sinh", "/api/v1/search", "/tim-kiem", "/tim-kiem?q=x", "/g/abcdefg", "/g",
    "/bat-dau/dang-ky-khai-sinh", "/lien-ket-cu?g=abcdefg", "/static/x.js", "/robots.txt", "/healthz",
    "/styleguide", "/to-cong-nghe-so/khong-co", "/dia-ban/goi-y", "/tinh-phi/x", "/huong-dan/Dang-Ky",
    "/huong-dan/đăng-ký", "／huong-dan", "/thu-tuc/9.999999",
)  # fmt: skip


@pytest.mark.usefixtures("pages")
def test_nothing_else() -> None:
    for site in (SITE, ""):
        assert [typed for typed in REFUSED if target_of(typed, site)] == []


@pytest.mark.usefixtures("pages")
def test_titles_are_the_pages_own_in_vietnamese() -> None:
    assert target_of(f"/en{GUIDE}", SITE) == Target(GUIDE, "Đăng ký khai sinh")
    place = target_of("/dia-ban/phuong-cam-thanh", SITE)
    assert place is not None
    assert place.title == "Phường Cẩm Thành"


def test_a_path_of_a_link_reads_as_it_was_written() -> None:
    path = "/tinh-phi?dv=1.001193x2&ngay=2026-11-22&xa=phuong-cam-thanh"
    address = read_address(path)
    assert address is not None
    assert address.path == path
