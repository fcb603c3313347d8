"""The published figures that ship: sources with their figures, as YAML."""

from __future__ import annotations

from dataclasses import fields
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import yaml

from portal.adoption.models import Form
from portal.adoption.registry import INDICATORS
from portal.adoption.service import PublishedValues
from portal.core.text import nfc
from portal.places.atlas import Atlas
from portal.places.models import Level

_OF_SOURCE = {"document", "url", "published_on", "province", "place", "figures"}
_OF_FIGURE = {one.name for one in fields(PublishedValues)} - {"place"}
_DAYS = ("starts_on", "ends_on", "published_on")
_KEYS = {one.key for one in INDICATORS}


def parse_figures(text: str, known: Atlas) -> tuple[list[PublishedValues], list[str]]:
    """The figures of those sources whose province is among the places, and what is wrong with any."""
    found: list[PublishedValues] = []
    problems: list[str] = []
    for number, source in enumerate(yaml.safe_load(nfc(text)) or [], 1):
        try:
            found += figures_of(source, known)
        except (KeyError, TypeError, ValueError) as error:
            problems.append(f"source {number}: {error}")
    if len({one.slug for one in found}) != len(found):
        problems.append("a slug stands twice")
    return found, problems


def figures_of(source: dict[str, Any], known: Atlas) -> list[PublishedValues]:
    """The figures of a source; none where its province isn't among the places. Raises KeyError, TypeError, ValueError.

    In the place of a province, a source may name the slug of any unit, or "".
    """
    if "place" in source:
        place = str(source["place"])
        if place and known.get(place) is None:
            raise ValueError(f"no place {place}")
        return [_figure(source, one, place) for one in source["figures"]]
    place = _province(source, known)
    figures = [_figure(source, one, place) for one in source["figures"]]
    return figures if place else []


def _province(source: dict[str, Any], known: Atlas) -> str:
    """The slug of the province that a source is of; "" where this portal is another's."""
    name, day = source["province"]["name"], source["province"]["day"]
    if type(day) is not date:
        raise ValueError(f"province: {day} is no day such as 2026-11-22")
    slugs = [
        one.slug for one in known.places if one.level == Level.PROVINCE and one.name == name and one.exists_on(day)
    ]
    return slugs[0] if len(slugs) == 1 else ""


def _figure(source: dict[str, Any], figure: dict[str, Any], place: str) -> PublishedValues:
    given = {name: value for name, value in source.items() if name not in {"province", "place", "figures"}} | figure
    if unknown := (set(source) - _OF_SOURCE - _OF_FIGURE) | (set(figure) - _OF_FIGURE):
        raise ValueError(f"{', '.join(sorted(unknown))}: no such key")
    if wrong := [name for name in _DAYS if given.get(name) is not None and type(given[name]) is not date]:
        raise ValueError(f"{given.get('slug')}: {', '.join(wrong)} is no day such as 2026-11-22")
    values = PublishedValues(place=place, **given)
    if values.ends_on < values.starts_on:
        raise ValueError(f"{values.slug}: ends before it begins")
    if values.indicator and values.indicator not in _KEYS:
        raise ValueError(f"{values.slug}: no indicator {values.indicator}")
    if values.url and urlsplit(values.url).scheme != "https":
        raise ValueError(f"{values.slug}: {values.url} is no https address")
    Form(values.form)
    return values
