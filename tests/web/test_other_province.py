"""Another province is configuration: its name, logo, colours and languages."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from flask import Flask

from portal.core.theme import Colours
from tests.unit.core.test_theme import SHIPPED
from tests.web.page import check


def test_a_portal_of_another_province(another_app: Callable[..., Flask], tmp_path: Path) -> None:
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", "utf-8")
    text = SHIPPED.read_text("utf-8").replace("Gần Dân Quảng Ngãi", "Gần Dân Lâm Đồng")
    path = tmp_path / "lam-dong.toml"
    path.write_text(f'logo = "logo.svg"\nlanguages = ["vi"]\n{text}\n[colours]\nprimary = "#14532d"\n', "utf-8")
    client = another_app(PROFILE=str(path)).test_client(use_cookies=False)
    page = check(client.get("/gioi-thieu"), "/gioi-thieu")
    assert page.text("title").endswith("– Gần Dân Lâm Đồng")
    text = client.get("/gioi-thieu").get_data(as_text=True)
    assert '<img class="brand__mark" src="/static/logo.' in text
    assert 'content="#14532d"' in text
    assert Colours().primary not in text
    assert "English" not in text
    assert 'hreflang="en"' not in client.get("/sitemap.xml").get_data(as_text=True)
    for path_of_another_language in ("/en/", "/en", "/en/gioi-thieu"):
        response = client.get(path_of_another_language, follow_redirects=True)
        assert response.status_code == 404
        assert "Gần Dân Lâm Đồng" in response.get_data(as_text=True)
