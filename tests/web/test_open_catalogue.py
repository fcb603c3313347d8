"""The catalogue is DCAT-AP 3: it conforms to the official shapes, which stand beside this file."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from pyshacl import validate
from rdflib import Graph, URIRef

from portal.opendata.registry import DATASETS
from tests.factories.figures_written import report
from tests.factories.places import load_places

FILE = "/du-lieu-mo/danh-muc.jsonld"


SHAPES = Path(__file__).parent / "dcat-ap-3.0.0.ttl"
PUBLISHER = URIRef("http://purl.org/dc/terms/publisher")


@pytest.fixture
def graph(content: None, client: FlaskClient) -> dict[str, Any]:
    load_places()
    report("2026-09", {"xa-ba-xa": (10, 40)})
    response = client.get(FILE)
    assert response.mimetype == "application/ld+json" and response.headers["Access-Control-Allow-Origin"] == "*"
    assert client.get(FILE, headers={"If-None-Match": response.headers["ETag"]}).status_code == 304
    found = response.get_json()
    assert isinstance(found, dict)
    return found


def listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def nodes(value: Any) -> list[dict[str, Any]]:
    """Every node and value in the graph."""
    if isinstance(value, list):
        return [node for one in value for node in nodes(one)]
    if not isinstance(value, dict):
        return []
    return [value, *(node for name, one in value.items() if name != "@context" for node in nodes(one))]


def violations(found: Graph) -> str:
    """What the official shapes say against it; "" where it conforms."""
    conforms, _results, text = validate(found, shacl_graph=Graph().parse(SHAPES))
    return "" if conforms else text


def test_the_catalogue_conforms_to_dcat_ap(graph: dict[str, Any]) -> None:
    found = Graph().parse(data=json.dumps(graph), format="json-ld")
    assert violations(found) == ""
    found.remove((None, PUBLISHER, None))
    assert "publisher" in violations(found)


def test_every_prefix_is_known_and_every_address_whole(graph: dict[str, Any]) -> None:
    context = graph["@context"]
    for node in nodes(graph):
        names = [name for name in node if not name.startswith("@")] + listed(node.get("@type", []))
        assert {name.split(":")[0] for name in names} <= set(context)
        assert node.get("@id", "http://").startswith(("http://", "https://", "mailto:"))


def test_each_data_set_is_in_it_with_files_that_are_there(graph: dict[str, Any], client: FlaskClient) -> None:
    assert [one["dct:identifier"] for one in graph["dcat:dataset"]] == [one.slug for one in DATASETS]
    for one in graph["dcat:dataset"]:
        assert "/frequency/" in one["dct:accrualPeriodicity"]["@id"]
        for file in one["dcat:distribution"]:
            for name in ("dcat:downloadURL", "dcat:accessURL"):
                assert client.get(file[name]["@id"].removeprefix("http://localhost")).status_code == 200
    assert client.get(graph["dcat:service"][0]["dcat:endpointDescription"]["@id"][16:]).status_code == 200


def test_time_and_place_are_said(graph: dict[str, Any]) -> None:
    first = graph["dcat:dataset"][0]
    assert first["dct:temporal"]["dcat:startDate"] == {"@value": "2026-09-01", "@type": "xsd:date"}
    assert first["dct:temporal"]["dcat:endDate"] == {"@value": "2026-09-30", "@type": "xsd:date"}
    assert first["dct:modified"]["@value"] == "2026-11-05T03:00:00+00:00"
    assert first["dct:spatial"][0]["@id"].endswith("/country/VNM")
    assert "is_demo" not in str(first) and "minh họa" not in str(first)
