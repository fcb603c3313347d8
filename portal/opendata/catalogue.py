"""The catalogue of all data sets as DCAT-AP 3 in JSON-LD.

Whatever is named by the address of a list is also given its class, so that the official SHACL shapes find it without
fetching the lists.
"""

from __future__ import annotations

from typing import Any

from portal.core.i18n import DEFAULT_LOCALE, LOCALES, localised_path
from portal.core.i18n import catalogue as translations
from portal.core.pages import renderer
from portal.opendata.edition import address, edition, terms
from portal.opendata.model import MOST_ROWS_OF_SHEET, Dataset
from portal.opendata.registry import DATASETS

_EU = "http://publications.europa.eu/resource/authority/"
_IANA = "https://www.iana.org/assignments/media-types/"
_LANGUAGES = {"vi": "VIE", "en": "ENG"}
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "skos": "http://www.w3.org/2004/02/skos/core#", "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#", "dcatap": "http://data.europa.eu/r5r/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
}  # fmt: skip
_FORMATS = {
    "csv": ("CSV", "text/csv"),
    "json": ("JSON", "application/json"),
    "xlsx": ("XLSX", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
}
# The EU's own names of its themes (authority table data-theme).
_THEMES = {"GOVE": "Government and public sector", "REGI": "Regions and cities", "SOCI": "Population and society"}
_Node = dict[str, Any]


def _(message: str) -> str:
    """Marks a string for extraction; it is translated where it is shown."""
    return message


_TITLE, _SERVICE = _("Dữ liệu mở"), _("API đọc dữ liệu")
_ABOUT = _("Mọi tập dữ liệu của cổng: tải về CSV, XLSX, JSON, kèm nghĩa của từng cột và điều kiện dùng.")
_ILLUSTRATIVE = _("Có số liệu minh họa, không phải số thật.")


def catalogue() -> _Node:
    """The catalogue with its data sets, their files and the API."""
    locale = DEFAULT_LOCALE.code
    site = renderer().site(DEFAULT_LOCALE)
    modified = max((moment for one in DATASETS if (moment := edition(one).modified)), default=None)
    node: _Node = {
        "@context": CONTEXT, "@id": address("/danh-muc.jsonld", locale) + "#danh-muc", "@type": "dcat:Catalog",
        "dct:title": _texts_of({code: f"{_in(code, _TITLE)}: {renderer().site(LOCALES[code]).portal_name}"
                                for code in _languages()}),
        "dct:description": _texts(_ABOUT),
        "dct:publisher": _publisher(), "dct:license": _licence(), "dct:language": _all_languages(),
        "dct:spatial": _spatial(site.province_name), "foaf:homepage": _as(address("", locale), "foaf:Document"),
        "dcat:themeTaxonomy": {
            **_as(f"{_EU}data-theme", "skos:ConceptScheme"), "dct:title": _english("Data theme"),
        },
        "dcat:dataset": [_dataset(one) for one in DATASETS], "dcat:service": [_service()],
    }  # fmt: skip
    if modified is not None:
        node["dct:modified"] = _typed(modified.isoformat(timespec="seconds"), "dateTime")
    return node


def _dataset(one: Dataset) -> _Node:
    now, page = edition(one), address(f"/{one.slug}", DEFAULT_LOCALE.code)
    kinds = ["csv", "json", *(["xlsx"] if now.rows <= MOST_ROWS_OF_SHEET else [])]
    description = {code: _in(code, one.description) + (f" {_in(code, _ILLUSTRATIVE)}" if now.has_demo else "")
                   for code in _languages()}  # fmt: skip
    node: _Node = {
        "@id": _identity(one), "@type": "dcat:Dataset", "dct:identifier": one.slug,
        "dct:title": _texts(one.title), "dct:description": _texts_of(description),
        "dct:publisher": _publisher(), "dcat:contactPoint": _contact(),
        "dcat:theme": _concept(one.theme_uri, _THEMES[one.theme]),
        "dct:accrualPeriodicity": _as(one.rhythm.uri, "dct:Frequency"), "dct:language": _all_languages(),
        "dct:spatial": _spatial(renderer().site(DEFAULT_LOCALE).province_name), "dcat:version": now.version,
        "dct:accessRights": _as(f"{_EU}access-right/PUBLIC", "dct:RightsStatement"),
        "dcat:landingPage": _as(page, "foaf:Document"),
        "foaf:page": _as(address(f"/{one.slug}.dictionary.csv", DEFAULT_LOCALE.code), "foaf:Document"),
        "dcat:distribution": [_distribution(one, kind) for kind in kinds],
    }  # fmt: skip
    if now.modified is not None:
        node["dct:modified"] = _typed(now.modified.isoformat(timespec="seconds"), "dateTime")
    if now.covers is not None:
        first, last = now.covers
        node["dct:temporal"] = {
            "@type": "dct:PeriodOfTime", "dcat:startDate": _typed(first.isoformat(), "date"),
            "dcat:endDate": _typed(last.isoformat(), "date"),
        }  # fmt: skip
    return node


def _identity(one: Dataset) -> str:
    return address(f"/{one.slug}", DEFAULT_LOCALE.code) + "#tap-du-lieu"


def _distribution(one: Dataset, kind: str) -> _Node:
    name, media_type = _FORMATS[kind]
    url = address(f"/{one.slug}.{kind}", DEFAULT_LOCALE.code)
    return {
        "@id": f"{url}#tep", "@type": "dcat:Distribution",
        "dct:title": _texts_of({code: f"{_in(code, one.title)} ({name})" for code in _languages()}),
        "dcat:accessURL": _as(address(f"/{one.slug}", DEFAULT_LOCALE.code), "rdfs:Resource"),
        "dcat:downloadURL": _as(url, "rdfs:Resource"),
        "dct:format": _as(f"{_EU}file-type/{name}", "dct:MediaTypeOrExtent"),
        "dcat:mediaType": _as(_IANA + media_type, "dct:MediaType"), "dct:license": _licence(),
        "dct:language": [_language(DEFAULT_LOCALE.code)],
        "dcatap:availability": _concept(f"{_EU}planned-availability/STABLE", "stable"),
    }  # fmt: skip


def _service() -> _Node:
    base = renderer().config.site_url
    return {
        "@id": f"{base}/api/v1/openapi.json#api", "@type": "dcat:DataService",
        "dct:title": _texts(_SERVICE), "dcat:endpointURL": _as(f"{base}/api/v1", "rdfs:Resource"),
        "dcat:endpointDescription": _as(f"{base}/api/v1/openapi.json", "rdfs:Resource"), "dct:license": _licence(),
        "dct:publisher": _publisher(), "dcat:contactPoint": _contact(),
        "dcat:servesDataset": [{"@id": _identity(one)} for one in DATASETS],
    }  # fmt: skip


def _publisher() -> _Node:
    # Addresses of what stands in several places carry their facts each time; they are the same facts.
    return {
        "@id": address("", DEFAULT_LOCALE.code) + "#co-quan-cong-bo", "@type": "foaf:Agent",
        "foaf:name": {"@value": terms(DEFAULT_LOCALE.code).publisher, "@language": "vi"},
    }  # fmt: skip


def _contact() -> _Node:
    """Who answers: the contact of the profile where it is an e-mail address or a number, and always the form."""
    base = renderer().config.site_url
    site = renderer().site(DEFAULT_LOCALE)
    node: _Node = {
        "@id": address("", DEFAULT_LOCALE.code) + "#lien-he", "@type": ["vcard:Kind", "vcard:Organization"],
        "vcard:fn": terms(DEFAULT_LOCALE.code).publisher,
        "vcard:hasURL": {"@id": base + localised_path("/phan-anh", DEFAULT_LOCALE)},
    }  # fmt: skip
    if site.contact and "@" in site.contact and " " not in site.contact.strip():
        node["vcard:hasEmail"] = {"@id": f"mailto:{site.contact.strip()}"}
    return node


def _licence() -> _Node:
    return _as(terms(DEFAULT_LOCALE.code).licence_url, "dct:LicenseDocument")


def _concept(uri: str, label: str) -> _Node:
    """A term of a list of the EU; the shapes ask for its name beside it."""
    return {**_as(uri, "skos:Concept"), "skos:prefLabel": _english(label)}


def _english(text: str) -> _Node:
    return {"@value": text, "@language": "en"}


def _spatial(name: str) -> list[_Node]:
    country = _as(f"{_EU}country/VNM", "dct:Location")
    return [country, {"@type": "dct:Location", "skos:prefLabel": {"@value": name, "@language": "vi"}}]


def _languages() -> tuple[str, ...]:
    return renderer().profile.languages


def _language(code: str) -> _Node:
    # Codes of ISO 639-3 are names there; of two letters, each has to be looked up.
    return _as(f"{_EU}language/{_LANGUAGES.get(code, code.upper())}", "dct:LinguisticSystem")


def _all_languages() -> list[_Node]:
    return [_language(code) for code in _languages()]


def _in(code: str, message: str) -> str:
    return str(translations(code).ugettext(message))


def _texts(message: str) -> list[_Node]:
    return _texts_of({code: _in(code, message) for code in _languages()})


def _texts_of(texts: dict[str, str]) -> list[_Node]:
    """A text in each language; one that isn't translated stands once."""
    known = {
        code: text for code, text in texts.items() if code == DEFAULT_LOCALE.code or text != texts[DEFAULT_LOCALE.code]
    }
    return [{"@value": text, "@language": code} for code, text in known.items()]


def _as(url: str, kind: str) -> _Node:
    return {"@id": url, "@type": kind}


def _typed(value: str, kind: str) -> _Node:
    return {"@value": value, "@type": f"xsd:{kind}"}
