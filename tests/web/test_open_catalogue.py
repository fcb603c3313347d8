"""The catalogue is DCAT-AP 3: what its SHACL shapes ask of what we say, written out from release 3.0.0 of
https://semiceu.github.io/DCAT-AP/ (CC BY 4.0)."""

from __future__ import annotations

from typing import Any, NamedTuple

import pytest
from flask.testing import FlaskClient

from portal.opendata.registry import DATASETS
from tests.factories.figures_written import report
from tests.factories.places import load_places

FILE = "/du-lieu-mo/danh-muc.jsonld"


class Shape(NamedTuple):
    """How often a property may be there, and of which class or type its values are; "" is a text."""

    least: int = 0
    most: int = 99
    kind: str = ""


_AGENT, _LICENCE, _LANGUAGE = "foaf:Agent", "dct:LicenseDocument", "dct:LinguisticSystem"
_DATED = Shape(0, 1, "xsd:dateTime")
SHAPES: dict[str, dict[str, Shape]] = {
    "dcat:Catalog": {
        "dct:title": Shape(1), "dct:description": Shape(1), "dct:publisher": Shape(1, 1, _AGENT),
        "dcat:dataset": Shape(1, 99, "dcat:Dataset"), "dcat:service": Shape(0, 99, "dcat:DataService"),
        "dct:license": Shape(0, 1, _LICENCE), "dct:language": Shape(0, 99, _LANGUAGE), "dct:modified": _DATED,
        "dct:spatial": Shape(0, 99, "dct:Location"), "foaf:homepage": Shape(0, 1, "foaf:Document"),
        "dcat:themeTaxonomy": Shape(0, 99, "skos:ConceptScheme"),
    },
    "dcat:Dataset": {
        "dct:title": Shape(1), "dct:description": Shape(1), "dct:publisher": Shape(0, 1, _AGENT),
        "dcat:contactPoint": Shape(0, 99, "vcard:Kind"), "dcat:theme": Shape(0, 99, "skos:Concept"),
        "dct:accrualPeriodicity": Shape(0, 1, "dct:Frequency"), "dct:language": Shape(0, 99, _LANGUAGE),
        "dct:spatial": Shape(0, 99, "dct:Location"), "dct:temporal": Shape(0, 99, "dct:PeriodOfTime"),
        "dct:accessRights": Shape(0, 1, "dct:RightsStatement"), "dcat:landingPage": Shape(0, 99, "foaf:Document"),
        "foaf:page": Shape(0, 99, "foaf:Document"), "dcat:distribution": Shape(0, 99, "dcat:Distribution"),
        "dct:identifier": Shape(), "dcat:version": Shape(0, 1), "dct:modified": _DATED,
    },
    "dcat:Distribution": {
        "dcat:accessURL": Shape(1, 99, "rdfs:Resource"), "dcat:downloadURL": Shape(0, 99, "rdfs:Resource"),
        "dct:format": Shape(0, 1, "dct:MediaTypeOrExtent"), "dcat:mediaType": Shape(0, 1, "dct:MediaType"),
        "dct:license": Shape(0, 1, _LICENCE), "dct:language": Shape(0, 99, _LANGUAGE), "dct:title": Shape(),
        "dcatap:availability": Shape(0, 1, "skos:Concept"),
    },
    "dcat:DataService": {
        "dct:title": Shape(1), "dcat:endpointURL": Shape(1, 99, "rdfs:Resource"),
        "dcat:endpointDescription": Shape(0, 99, "rdfs:Resource"), "dct:license": Shape(0, 1, _LICENCE),
        "dct:publisher": Shape(0, 1, _AGENT), "dcat:contactPoint": Shape(0, 99, "vcard:Kind"),
        "dcat:servesDataset": Shape(0, 99, "dcat:Dataset"),
    },
    "foaf:Agent": {"foaf:name": Shape(1)},
    "skos:Concept": {"skos:prefLabel": Shape(1)}, "skos:ConceptScheme": {"dct:title": Shape(1)},
    "vcard:Kind": {"vcard:fn": Shape(1), "vcard:hasURL": Shape(0, 99, "@id"), "vcard:hasEmail": Shape(0, 99, "@id")},
    "dct:PeriodOfTime": {"dcat:startDate": Shape(0, 1, "xsd:date"), "dcat:endDate": Shape(0, 1, "xsd:date")},
    "dct:Location": {"skos:prefLabel": Shape()},
}  # fmt: skip


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


def kinds_of(graph: dict[str, Any]) -> dict[str, set[str]]:
    """The classes of every address, wherever they are said."""
    found: dict[str, set[str]] = {}
    for node in nodes(graph):
        if "@id" in node:
            found.setdefault(node["@id"], set()).update(listed(node.get("@type", [])))
    return found


def violations(graph: dict[str, Any]) -> list[str]:
    known, found = kinds_of(graph), []
    for node in nodes(graph):
        for kind in set(listed(node.get("@type", []))) & set(SHAPES):
            shapes = SHAPES[kind]
            found += [f"{kind} says {name}" for name in node if not name.startswith("@") and name not in shapes]
            for name, shape in shapes.items():
                values = listed(node[name]) if name in node else []
                if not shape.least <= len(values) <= shape.most:
                    found.append(f"{node.get('@id')}: {name} {len(values)} times")
                found += [f"{node.get('@id')}: {name} {one}" for one in values if not _is(one, shape.kind, known)]
    return found


def _is(value: Any, kind: str, known: dict[str, set[str]]) -> bool:
    if not kind:
        return isinstance(value, str) or set(value) == {"@value", "@language"}
    if kind == "@id":
        return set(value) == {"@id"}
    kinds = set(listed(value.get("@type", []))) | known.get(value.get("@id", ""), set())
    return kind in kinds and (kind.startswith("xsd:") == ("@value" in value))


def test_the_catalogue_meets_the_shapes(graph: dict[str, Any]) -> None:
    assert violations(graph) == []


def test_what_is_missing_is_noticed(graph: dict[str, Any]) -> None:
    del graph["dct:publisher"]
    graph["dcat:dataset"][0]["dct:title"] = {"@id": "http://x"}
    del graph["dcat:dataset"][1]["dcat:distribution"][0]["dcat:accessURL"]
    graph["dcat:dataset"][2]["dct:accrualPeriodicity"].pop("@type")
    assert len(violations(graph)) >= 3


def test_every_prefix_is_known_and_every_address_whole(graph: dict[str, Any]) -> None:
    context = graph["@context"]
    for node in nodes(graph):
        names = [name for name in node if not name.startswith("@")] + listed(node.get("@type", []))
        assert {name.split(":")[0] for name in names} <= set(context)
        assert node.get("@id", "http://").startswith(("http://", "https://", "mailto:"))


def test_each_data_set_is_in_it_with_files_that_are_there(graph: dict[str, Any], client: FlaskClient) -> None:
    assert [one["dct:identifier"] for one in graph["dcat:dataset"]] == [one.slug for one in DATASETS]
    assert len(kinds_of(graph)) > 50
    for one in graph["dcat:dataset"]:
        assert "/frequency/" in one["dct:accrualPeriodicity"]["@id"]
        for file in one["dcat:distribution"]:
            for name in ("dcat:downloadURL", "dcat:accessURL"):
                assert client.get(file[name]["@id"].removeprefix("http://localhost")).status_code == 200
    assert client.get(graph["dcat:service"][0]["dcat:endpointDescription"]["@id"][16:]).status_code == 200


def test_time_and_place_are_said(graph: dict[str, Any]) -> None:
    first = graph["dcat:dataset"][0]
    assert first["dct:temporal"]["dcat:startDate"] == {"@value": "2026-09-01", "@type": "xsd:date"}
    assert first["dct:modified"]["@value"] == "2026-11-05T03:00:00+00:00"
    assert first["dct:spatial"][0]["@id"].endswith("/country/VNM")
    assert "is_demo" not in str(first) and "minh họa" not in str(first)
