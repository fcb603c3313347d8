"""A guide's Vietnamese beside its translation, field by field."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from portal.core.i18n import DEFAULT_LOCALE
from portal.core.text import clean_paragraphs
from portal.editing.values import CHANNELS, Values, typed_language
from portal.guides.translating import FILM, ROWS, missing_fields, stale_fields

# What isn't a translation of the Vietnamese word by word, so it is never old.
_FREE = "keywords"
_KEYS_IN_ORDER = (
    "title", "summary", _FREE, "procedure_labels", "who", "prepare", "looked_up", "steps", "videos", "channels",
    "result", "tips", "mistakes", "questions",
)  # fmt: skip
_LINE = 45
_MOST_LINES = 12


@dataclass(frozen=True, slots=True)
class Field:
    """One text in both languages. `name` is that of the form, `part` the path without the language."""

    name: str
    part: str
    label: str
    source: str
    text: str
    lines: int
    is_stale: bool
    is_missing: bool


@dataclass(frozen=True, slots=True)
class Group:
    """The fields of one part of a guide."""

    part: str
    fields: Sequence[Field]


def side_by_side(
    values: Values, locale: str, known: Sequence[str] | None, label: Callable[[str, str], str]
) -> list[Group]:
    """Everything to translate, in the order of a guide; `label` names a part's field."""
    source, own = values.get(DEFAULT_LOCALE.code, {}), values.get(locale, {})
    stale, missing = set(stale_fields(known, source, own)), set(missing_fields(source, own))
    groups = []
    for part in _KEYS_IN_ORDER:
        theirs, ours = _texts(part, source), _texts(part, own)
        fields = [
            Field(
                f"{locale}.{path}", path, label(part, path.removeprefix(part).lstrip(".")), theirs.get(path, ""),
                ours.get(path, ""), _lines(theirs.get(path, "")), path in stale, path in missing,
            )
            for path in _in_order(theirs, ours)
        ]  # fmt: skip
        if fields:
            groups.append(Group(part, fields))
    return groups


def _in_order(theirs: Mapping[str, str], ours: Mapping[str, str]) -> list[str]:
    """Every path that says something in one of the two: rows by their number, each with its own keys together."""
    paths = [
        path
        for path in dict.fromkeys([*theirs, *ours])
        if theirs.get(path) or ours.get(path) or path.rpartition(".")[2] in FILM
    ]
    return sorted(paths, key=lambda path: int(path.split(".")[1]) if path.split(".")[0] in ROWS else 0)


def _texts(part: str, values: Values) -> dict[str, str]:
    value = values.get(part)
    if part == _FREE:
        return {part: "\n".join(value or ())}
    if part in ROWS:
        required, beside_it = ROWS[part]
        return {
            f"{part}.{number}.{key}" if key else f"{part}.{number}": row.get(key, "") if key else row
            for number, row in enumerate(value or ())
            for key in ((*required, *beside_it) if required else ("",))
        }
    if part == "channels":
        return {f"{part}.{name}": (value or {}).get(name, "") for name in CHANNELS}
    if part == "procedure_labels":
        return {f"{part}.{code}": text for code, text in (value or {}).items()}
    return {part: value or ""}


def _lines(text: str) -> int:
    return min(_MOST_LINES, sum(1 + len(line) // _LINE for line in text.split("\n")))


def _with_gaps(said: Mapping[str, str], locale: str) -> dict[str, str]:
    """The fields, with blank ones for rows that the form doesn't show: what is behind them keeps its place."""
    found = dict(said)
    for part, (required, _beside) in ROWS.items():
        names = (name.removeprefix(f"{locale}.{part}.") for name in said if name.startswith(f"{locale}.{part}."))
        numbers = [int(first) for name in names if (first := name.partition(".")[0]).isdecimal() and len(first) <= 4]
        for number in range(max(numbers, default=0)):
            found.setdefault(".".join((locale, part, str(number), *required[:1])), "")
    return found


def with_translation(values: Values, locale: str, form: Mapping[str, str]) -> Values:
    """The values with what a form says in one language; where steps lead and what they picture is the Vietnamese's.

    So is which film a video is and where it stands, unless the language has its own.
    """
    said = {name: clean_paragraphs(text) for name, text in form.items() if name.startswith(f"{locale}.")}
    codes = list(values.get("procedures", []))
    labels = f"{locale}.procedure_labels"
    said[labels] = "\n".join(f"{code}: {' '.join(said.get(f'{labels}.{code}', '').split())}" for code in codes)
    own = typed_language(_with_gaps(said, locale), locale, codes, values.get(locale, {}))
    films, before = (values.get(code, {}).get("videos", []) for code in (DEFAULT_LOCALE.code, locale))
    own["videos"] = [
        _video(row, dict([*enumerate(before), *enumerate(films)]).get(number, {}))
        for number, row in enumerate(own["videos"])
    ]
    theirs = values.get(DEFAULT_LOCALE.code, {}).get("steps", [])
    own["steps"] = [
        {**row, **{key: theirs[number].get(key, "") for key in ("guide", "picture") if number < len(theirs)}}
        for number, row in enumerate(own["steps"])
    ]
    return {**values, locale: own}


def _video(row: Mapping[str, str], source: Mapping[str, str]) -> dict[str, str]:
    """A video in another language, with the film of the one beside it where it has none of its own; blank untouched."""
    same = {key: source.get(key, "") for key in FILM}
    own = {key: "".join(row[key].split()) for key in FILM}
    if own["url"] and own["file"]:  # the one that was there gives way to the one that was added
        own |= {key: "" for key in ("url", "file") if own[key] == same[key]}
    if not own["url"] and not own["file"]:
        own = same
    if own == same and not row["title"] and not row["transcript"]:
        return dict.fromkeys(row, "")
    return {**row, **own, "step": source.get("step", "")}
