"""The values of a draft: those of a guide file, with room for what isn't filled in yet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.text import clean_paragraphs
from portal.guides.translating import says_something

Values = dict[str, Any]
# name of the list -> what each of its rows has; a row of () is a text
ROWS: Mapping[str, tuple[str, ...]] = {
    "prepare": ("item", "note"),
    "looked_up": (),
    "steps": ("title", "text", "guide", "picture", "picture_alt"),
    "videos": ("title", "url", "file", "duration", "megabytes", "step", "transcript"),
    "tips": (),
    "mistakes": (),
    "questions": ("question", "answer"),
}
SOURCES = ("title", "number", "url", "as_of")
CHANNELS = ("online", "direct", "postal")
TEXTS = ("title", "summary", "who", "result")
COMMON_TEXTS = ("icon", "reviewed_on", "next_review_on")
COMMON_LISTS = ("procedures", "related")
MOST_ROWS = 60
# As much as a guide file may have.
MOST_CHARACTERS = 200_000


def lines(text: str) -> list[str]:
    """The lines that say something."""
    return [line.strip() for line in text.split("\n") if line.strip()]


def blank(slug: str, kind: str, today: str, next_review: str) -> Values:
    """A new guide of which only the kind is known."""
    return {
        "slug": slug, "kind": kind, "icon": "list", "procedures": [], "related": [], "sources": [],
        "reviewed_on": today, "next_review_on": next_review, DEFAULT_LOCALE.code: {},
    }  # fmt: skip


def typed(form: Mapping[str, str], before: Values) -> Values:
    """The values that a form sends, over those that it can't change, however much that is."""
    said = {name: clean_paragraphs(text) for name, text in form.items()}
    values: Values = {"slug": before["slug"], "kind": before["kind"]}
    values |= {name: said.get(name, "") for name in COMMON_TEXTS}
    values |= {name: lines(said.get(name, "")) for name in COMMON_LISTS}
    values["sources"] = _rows(said, "sources", SOURCES)
    for locale in LOCALES:
        values[locale] = typed_language(said, locale, values["procedures"], before.get(locale, {}))
    return values


def typed_language(said: Mapping[str, str], locale: str, procedures: list[str], before: Values) -> Values:
    """The values of one language that a form sends, over what stood there."""
    texts: Values = {name: said.get(f"{locale}.{name}", "") for name in TEXTS}
    texts["keywords"] = lines(said.get(f"{locale}.keywords", ""))
    texts["channels"] = {name: said.get(f"{locale}.channels.{name}", "") for name in CHANNELS}
    labels = zip(procedures, lines_of_labels(said.get(f"{locale}.procedure_labels", ""), procedures), strict=True)
    texts["procedure_labels"] = dict(labels)
    texts |= {name: _rows(said, f"{locale}.{name}", keys) for name, keys in ROWS.items()}
    texts["steps"] = [_with_own_words(step, before.get("steps", [])) for step in texts["steps"]]
    return texts


def _with_own_words(step: dict[str, str], before: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """A step without the words that describe the picture that stood there before this one."""
    alt, picture = step["picture_alt"], step["picture"]
    described = {row.get("picture", "") for row in before if row.get("picture_alt", "") == alt} - {""}
    return step if not alt or not described or picture in described else {**step, "picture_alt": ""}


def lines_of_labels(text: str, procedures: list[str]) -> list[str]:
    """What is said of each procedure, from lines of `1.001193: words`."""
    said = {}
    for line in lines(text):
        code, _colon, words = line.partition(":")
        said[code.strip()] = words.strip()
    return [said.get(code, "") for code in procedures]


def _rows(said: Mapping[str, str], name: str, keys: tuple[str, ...]) -> list[Any]:
    """The rows of a list in their order, empty ones too."""
    numbers = set()
    for field in said:
        rest = field.removeprefix(f"{name}.")
        number = rest.partition(".")[0]
        if rest != field and number.isdecimal() and len(number) <= 4:
            numbers.add(int(number))
    if not keys:
        return [said.get(f"{name}.{number}", "") for number in sorted(numbers)]
    return [{key: said.get(f"{name}.{number}.{key}", "") for key in keys} for number in sorted(numbers)]


def is_too_much(values: Values) -> bool:
    """Whether there is more text, or a longer list, than a guide can have."""
    lists = [values["sources"], *(values.get(locale, {}).get(name, []) for locale in LOCALES for name in ROWS)]
    return any(len(rows) > MOST_ROWS for rows in lists) or _length(values) > MOST_CHARACTERS


def _length(value: Any) -> int:
    if isinstance(value, str):
        return len(value)
    return sum(map(_length, value.values() if isinstance(value, dict) else value))


def changed_rows(values: Values, act: str, name: str, number: int) -> Values:
    """The values with a row added at the end of a list, moved by one, or taken away; as they were where there is none.

    `act` is add, up, down or remove; `name` is `sources`, or a list of a language such as `vi.steps`.
    """
    locale, _dot, key = name.rpartition(".")
    keys = SOURCES if name == "sources" else ROWS.get(key) if locale in LOCALES else None
    if keys is None:
        return values
    holder = values.get(locale, {}) if locale else values
    rows = list(holder.get(key, []))
    numbers = list(range(len(rows)))
    if act == "add" and len(rows) < MOST_ROWS:
        rows.append(dict.fromkeys(keys, "") if keys else "")
    elif act == "remove" and number < len(rows):
        rows.pop(number)
        numbers.pop(number)
    elif act in ("up", "down"):
        other = number + (-1 if act == "up" else 1)
        if 0 <= other < len(rows) and number < len(rows):
            rows[number], rows[other] = rows[other], rows[number]
            numbers[number], numbers[other] = other, number
    changed = {**holder, key: rows}
    if key == "steps":
        # Videos go with their step; where that is gone, they belong to the whole guide.
        now = {str(old + 1): str(new + 1) for new, old in enumerate(numbers)}
        changed["videos"] = [{**row, "step": now.get(row["step"], "")} for row in holder.get("videos", [])]
    return {**values, locale: changed} if locale else {**values, key: rows}


def tidy(values: Values) -> Values:
    """The values as a guide file has them: without what is empty."""
    found = {name: values.get(name, "") for name in ("slug", "kind", *COMMON_TEXTS)}
    found |= {name: list(values.get(name, [])) for name in COMMON_LISTS}
    found["sources"] = [filled for row in values.get("sources", []) if (filled := _filled(row))]
    for locale in LOCALES:
        texts = _tidy_language(values.get(locale, {}), values.get(DEFAULT_LOCALE.code, {}), locale)
        if texts or locale == DEFAULT_LOCALE.code:
            found[locale] = texts
    return found


def _tidy_language(given: Values, source: Values, locale: str) -> Values:
    texts: Values = {name: given[name] for name in (*TEXTS, "keywords") if given.get(name)}
    for name in ("channels", "procedure_labels"):
        if kept := _filled(given.get(name, {})):
            texts[name] = kept
    for name, keys in ROWS.items():
        rows = [_filled(row) if keys else row for row in given.get(name, [])]
        places = [number for number, row in enumerate(rows) if row]
        if locale != DEFAULT_LOCALE.code:
            gone = {number for number, row in enumerate(source.get(name, [])) if not (_filled(row) if keys else row)}
            places = [number for number, row in enumerate(rows) if number not in gone or _says(name, row)]
            places = places[: len(_said(name, [rows[number] for number in places]))]
        if places:
            texts[name] = [rows[number] for number in places]
        if name == "steps":
            now = {str(before + 1): str(after) for after, before in enumerate(places, 1)}
    if "videos" in texts:  # where a step went, its videos go
        texts["videos"] = [_filled({**row, "step": now.get(row.get("step", ""), "")}) for row in texts["videos"]]
    return texts


def _says(name: str, row: Any) -> bool:
    return bool(row) if name == "videos" else says_something(name, row)


def _said(name: str, rows: list[Any]) -> list[Any]:
    """Rows of a translation up to the last that says something: each stays beside its Vietnamese, empty or not."""
    return rows[: max((number for number, row in enumerate(rows, 1) if _says(name, row)), default=0)]


def _filled(row: Mapping[str, str]) -> dict[str, str]:
    """What a row says; a picture that needs no words keeps saying so."""
    return {key: text for key, text in row.items() if text or (key == "picture_alt" and row.get("picture"))}
