"""smoke"""

import pytest
from flask.testing import FlaskClient

from portal.opendata.registry import DATASETS
from tests.factories.places import load_places
from tests.web.page import Visitor


@pytest.mark.usefixtures("content")
def test_all(client: FlaskClient, visitor: Visitor) -> None:
    load_places()
    visitor.get("/du-lieu-mo")
    visitor.get("/en/du-lieu-mo")
    for one in DATASETS:
        visitor.get(f"/du-lieu-mo/{one.slug}")
        for kind in ("csv", "json", "xlsx", "dictionary.csv"):
            r = client.get(f"/du-lieu-mo/{one.slug}.{kind}")
            assert r.status_code == 200, (one.slug, kind)
            print(one.slug, kind, len(r.get_data()), dict(r.headers))
    for p in ("openapi.json", "datasets", "indicators", "observations", "published-figures", "datasets/dia-ban"):
        r = client.get(f"/api/v1/{p}")
        assert r.status_code == 200, (p, r.get_data())
        print(p, len(r.get_data()))
    r = client.get("/du-lieu-mo/danh-muc.jsonld")
    assert r.status_code == 200
    print(len(r.get_data()))
    r = client.get("/api/v1/observations?indicator=x")
    print(r.status_code, r.get_json(), r.headers)
