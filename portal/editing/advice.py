"""Help while writing: what stops a draft from being sent, and what would make it plainer, which never does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _

from portal.core.forms import parse_day
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, current_locale
from portal.editing.labels import broken_in_words, fault_in_words, place_of, remark_in_words
from portal.editing.record_words import as_of_words
from portal.editing.unwritten import unwritten
from portal.editing.values import Values, tidy
from portal.guides import jargon, plain
from portal.guides.broken_markup import broken_markup
from portal.guides.checking import NO_PROSE
from portal.guides.rules import parse
from portal.procedures.as_of import Precision
from portal.procedures.queries import record_facts

_MOST_SHOWN = 30


@dataclass(frozen=True, slots=True)
class Remark:
    """Something to look at; `field` is the id of the field that it is about, or ""."""

    place: str
    words: str
    field: str


@dataclass(frozen=True, slots=True)
class Advice:
    """`faults` have to be mended before a draft can be sent; `remarks` are for the writer to weigh."""

    faults: list[Remark]
    remarks: list[Remark]
    more: int


def advice(values: Values, *, today: date) -> Advice:
    """What there is to say about the values of a draft."""
    _guide, found = parse(tidy(values))
    found += unwritten(values)
    faults = [Remark(place_of(fault.part), fault_in_words(fault), _field(fault.part)) for fault in found]
    remarks = [*_missing(values, today), *_older_than_records(values), *_broken(values), *_heavy(values)]
    return Advice(faults, remarks[:_MOST_SHOWN], max(0, len(remarks) - _MOST_SHOWN))


def _field(part: str) -> str:
    """Errors of a whole part lead to its first field."""
    names = part.split(".")
    if names[0] not in LOCALES:
        return names[0] if names[0] != "sources" else part if len(names) > 2 else "sources"
    if len(names) == 1:
        return f"{names[0]}.title"
    return f"{names[0]}.{names[1]}" if names[1] in ("keywords", "procedure_labels") else part


def _missing(values: Values, today: date) -> Iterator[Remark]:
    texts: Values = values.get(DEFAULT_LOCALE.code, {})
    if not values.get("sources") and not values.get("procedures"):
        yield Remark(place_of("sources"), _("chưa ghi nguồn nào"), "sources")
    review = str(values.get("next_review_on", ""))
    if review and review < today.isoformat():
        yield Remark(place_of("next_review_on"), _("đã qua ngày rà soát tới"), "next_review_on")
    for number, source in enumerate(values.get("sources", [])):
        if source.get("title") and not source.get("as_of"):
            field = f"sources.{number}.as_of"
            yield Remark(place_of(field), _("chưa ghi nguồn này tính đến ngày nào"), field)
    for code, locale in LOCALES.items():
        if locale is not DEFAULT_LOCALE and texts.get("steps") and not values.get(code, {}).get("steps"):
            yield Remark(locale.name, _("chưa dịch các bước; người đọc sẽ thấy bản tiếng Việt"), f"{code}.title")


def _older_than_records(values: Values) -> Iterator[Remark]:
    """What was looked at, or noted down, before the official record became what it is now."""
    reviewed = parse_day(str(values.get("reviewed_on", "")))
    for code, facts in record_facts(values.get("procedures", [])).items():
        if facts.as_of.precision is Precision.ON_OR_BEFORE:  # it may be older than any day
            continue
        version = as_of_words(str(facts.as_of), current_locale())
        words = _("thủ tục %(code)s có %(version)s, mới hơn ngày này", code=code, version=version)
        if reviewed and reviewed < facts.as_of.day():
            yield Remark(place_of("reviewed_on"), words, "reviewed_on")
        for number, source in enumerate(values.get("sources", [])):
            noted = parse_day(str(source.get("as_of", "")))
            if source.get("url") == facts.source_url and noted and noted < facts.as_of.day():
                field = f"sources.{number}.as_of"
                yield Remark(place_of(field), words, field)


def _broken(values: Values) -> Iterator[Remark]:
    for locale in LOCALES:
        for path, text in _prose(values.get(locale, {}), locale):
            for one in broken_markup(text):
                yield Remark(place_of(path), broken_in_words(one), path)


def _heavy(values: Values) -> Iterator[Remark]:
    for locale in LOCALES:
        words = jargon.office_words() if locale == DEFAULT_LOCALE.code else {}
        for path, text in _prose(values.get(locale, {}), locale):
            for remark in plain.remarks(text, words):
                yield Remark(place_of(path), remark_in_words(remark), path)


def _prose(value: Any, path: str) -> Iterator[tuple[str, str]]:
    if isinstance(value, str):
        if value:
            yield path, value
        return
    children = value.items() if isinstance(value, dict) else enumerate(value)
    for key, child in children:
        if key not in NO_PROSE:
            yield from _prose(child, f"{path}.{key}")
