"""Pages that never were, as many as wanted: alike in length, words and kinds as a province's own are.

Every page depends on nothing but its number, so the same number always makes the same page.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import accumulate
from random import Random

from bench import vocabulary as words
from portal.core.text import slugify
from portal.search.entries import Entry, Facet

# The first pages are guides, every third of them English; behind them two of five are records, the others only names.
GUIDES = 300
_ENGLISH_EVERY = 3
_RECORDS_OF_FIVE = 2
_AUDIENCES = (Facet("audience", "cong-dan", "Công dân"), Facet("audience", "doanh-nghiep", "Doanh nghiệp"))
_SHORTEST_TITLE, _USUAL_TITLE, _LONGEST_TITLE = 6, 17, 40
_RARE_SHARE = 0.3
_LINKS = ("và", "hoặc", "để", "theo", "khi")


def pages(start: int, stop: int) -> Iterator[Entry]:
    """The pages with these numbers."""
    return map(page, range(start, stop))


def page(number: int) -> Entry:
    """The page with this number."""
    chance = Random(number)
    if number < GUIDES:
        return _guide(number, chance)
    code = f"{number % 3 + 1}.{100_000 + number}"
    title = _title(chance)
    field = pick(chance, words.FIELDS)
    facets = (Facet("field", slugify(field), field), chance.choice(_AUDIENCES))
    if number % 5 >= _RECORDS_OF_FIVE:
        return Entry(
            "catalogue", code, None, title, summary=f"{field} · Bộ chuyên ngành", url=f"https://example.vn/{code}",
            codes=(code,), facets=facets, remoteness=2,
        )  # fmt: skip
    return Entry(
        "record", code, None, title, summary=f"{field} · Ủy ban nhân dân cấp xã", body=_body(chance, title),
        url=f"/thu-tuc/{code}", codes=(code,), facets=facets, remoteness=chance.choices((0, 1, 2), (46, 35, 19))[0],
    )  # fmt: skip


def rare_word(chance: Random) -> str:
    """A syllable or two that hardly any page has."""
    return " ".join(chance.choice(words.ONSETS) + chance.choice(words.RHYMES) for _ in range(chance.choice((1, 2))))


def pick(chance: Random, choices: Sequence[str]) -> str:
    """One of many, by Zipf's law: the second half as often as the first, the third a third as often."""
    return chance.choices(choices, cum_weights=_cumulated(len(choices)))[0]


@cache
def _cumulated(count: int) -> list[float]:
    # The first few would otherwise be in every title.
    return list(accumulate(1 / (place + 4) for place in range(count)))


def _title(chance: Random) -> str:
    wanted = min(_SHORTEST_TITLE + round(chance.expovariate(1 / (_USUAL_TITLE - _SHORTEST_TITLE))), _LONGEST_TITLE)
    parts = ["thủ tục"] if chance.random() < _RARE_SHARE else []
    parts += [pick(chance, words.ACTIONS), pick(chance, words.THINGS)]
    while len(" ".join(parts).split()) < wanted:
        kind = chance.random()
        if kind < 0.3:
            parts.append(pick(chance, words.CASES))
        elif kind < 0.55:
            parts.append(pick(chance, words.SUBJECTS))
        elif kind < 0.85:
            parts += [chance.choice(_LINKS), pick(chance, words.ACTIONS), pick(chance, words.THINGS)]
        else:
            parts += ["tỉnh", chance.choice(words.PLACES)]
    if chance.random() < _RARE_SHARE:
        parts.append(rare_word(chance))
    title = " ".join(parts)
    return title[0].upper() + title[1:]


def _body(chance: Random, title: str) -> str:
    wanted = chance.randint(100, 400)
    parts = [title]
    length = len(title.split())
    while length < wanted:
        kind = chance.random()
        source = words.SENTENCES if kind < 0.75 else words.THINGS if kind < 0.9 else words.CASES
        part = pick(chance, source) if kind < 0.98 else rare_word(chance)
        parts.append(part)
        length += part.count(" ") + 1
    return ". ".join(parts)


def _guide(number: int, chance: Random) -> Entry:
    is_english = number % _ENGLISH_EVERY == 0
    titles, phrases = (
        (words.ENGLISH_TITLES, words.ENGLISH_KEYWORDS) if is_english else (words.GUIDE_TITLES, words.KEYWORDS)
    )
    title = titles[number // _ENGLISH_EVERY % len(titles)]
    if number >= len(titles) * _ENGLISH_EVERY:
        title += f" {pick(chance, words.CASES)}"
    field = pick(chance, words.FIELDS)
    return Entry(
        "guide", f"bai-{number}", "en" if is_english else "vi", title, summary="Chuẩn bị gì, mất mấy ngày.",
        body=_body(chance, title), keywords=chance.sample(phrases, 8), url=f"/huong-dan/bai-{number}",
        codes=(f"{number % 3 + 1}.{100_000 + number}",), facets=(Facet("field", slugify(field), field), _AUDIENCES[0]),
    )  # fmt: skip
