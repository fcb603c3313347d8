"""axe finds nothing on every kind of page, light and dark, phone and desktop."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.browser.conftest import DESKTOP, PHONE, Opener

PAGES = {
    "home": "/",
    "search": "/tim-kiem?q=khai+sinh",
    "nothing found": "/tim-kiem?q=zzzzqqq",
    "guide": "/huong-dan/dang-ky-khai-sinh",
    "guide without online channel": "/huong-dan/chung-thuc-ban-sao",
    "life event": "/huong-dan/sinh-con",
    "how-to": "/huong-dan/chup-giay-to-cho-ro",
    "guide in English": "/en/huong-dan/dang-ky-thuong-tru",
    "record": "/thu-tuc/1.004194",
    "guides": "/huong-dan",
    "fields": "/linh-vuc",
    "field": "/linh-vuc/ho-tich",
    "letters": "/a-z",
    "text": "/quyen-rieng-tu",
    "places": "/dia-ban",
    "places found": "/dia-ban?q=nguyen+nghiem",
    "commune": "/dia-ban/phuong-cam-thanh?xa=phuong-cam-thanh",
    "split commune": "/dia-ban/xa-tra-bui-huyen-tra-bong",
    "teams": "/to-cong-nghe-so",
    "teams found": "/to-cong-nghe-so?q=nguyen+nghiem",
    "teams of a commune": "/to-cong-nghe-so?xa=xa-ba-xa",
    "commune without a team": "/to-cong-nghe-so?xa=xa-ba-to",
    "too little typed": "/to-cong-nghe-so?q=xa",
    "team": "/to-cong-nghe-so/minh-hoa-to-cong-nghe-so",
    "team in english": "/en/to-cong-nghe-so/minh-hoa-to-cong-nghe-so",
    "commune with teams": "/dia-ban/xa-tinh-khe?xa=xa-tinh-khe",
    "guide with a commune": "/huong-dan/dang-ky-khai-sinh?xa=xa-ba-xa",
    "error": "/khong-co",
    "style guide": "/styleguide",
    "english": "/en/",
    "guide with a saving": "/huong-dan/xac-nhan-tinh-trang-hon-nhan",
    "reductions": "/giam-phi",
    "ended reduction": "/giam-phi/minh-hoa-giam-phi-da-het",
    "documents": "/van-ban",
    "document": "/van-ban/11-2022-nq-hdnd",
    "calculator": "/tinh-phi",
    "bill": "/tinh-phi?dv=1.001193_1.004194x2_1.004873",
    "figures": "/so-lieu",
    "indicator": "/so-lieu/chi-tieu/hai-long",
    "figures of a commune": "/so-lieu/dia-ban/xa-ba-xa",
    "comparison": "/so-lieu/so-sanh?noi-1=xa-ba-xa&noi-2=xa-ba-vi",
    "shares and filing": "/so-lieu/tu-chia-se-den-nop",
    "the portal's own figures": "/so-lieu/cong-nay",
    "open data": "/du-lieu-mo",
    "data set": "/du-lieu-mo/so-lieu",
}


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(open_page: Opener, name: str, scheme: str) -> None:
    viewport = PHONE if scheme == "light" else DESKTOP
    page = open_page(PAGES[name], viewport=viewport, color_scheme=scheme)
    for other in (viewport, DESKTOP if viewport is PHONE else PHONE):
        page.set_viewport_size(other)  # type: ignore[arg-type]
        results = Axe().run(page)
        assert results.violations_count == 0, results.generate_report()
