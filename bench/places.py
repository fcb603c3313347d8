"""The place finder inside this process, over a country of one province's making: 3,300 communes, 10,000 former ones."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import date
from random import Random

from bench.options import Options
from bench.report import heading, info, line, percentile
from portal.config import ROOT
from portal.core.text import fold, slugify
from portal.places.atlas import Atlas, PlaceFact, Successor
from portal.places.finder import Finder
from portal.places.kinds import full_name
from portal.places.rows import parse_places

_COMMUNES, _FORMER, _PROVINCES, _DISTRICTS = 3_300, 10_000, 34, 700
_PER_KIND = 300
_BARS = (5, 25)
_ENDED, _BEGAN = date(2025, 6, 30), date(2025, 7, 1)
_LETTERS = "abcdeghiklmnopqrstuvxy"


def run(_options: Options) -> None:
    """Measure every kind of text that people type, and how long the index takes to make."""
    chance = Random(1)
    atlas = _country(chance)
    began = time.thread_time()
    finder = Finder(atlas)
    heading(f"place finder, {_COMMUNES:,} communes, {_FORMER:,} former ones, in process")
    info("index made anew at a publish", f"{1000 * (time.thread_time() - began):,.0f} ms")
    every: list[float] = []
    kinds = {}
    for kind, make in _KINDS.items():
        kinds[kind] = [_timed(finder, make(chance, atlas)) for _ in range(_PER_KIND)]
        every += kinds[kind]
    p50, p99 = _BARS
    met = percentile(every, 0.5) <= p50 and percentile(every, 0.99) <= p99
    line("every kind of text, processor time, p50 / p99", _spread(every), f"{p50} / {p99} ms", met=met)
    for kind, seen in sorted(kinds.items(), key=lambda item: -percentile(item[1], 0.99)):
        info(f"  {kind}", _spread(seen))


def _timed(finder: Finder, text: str) -> float:
    """Processor time, which other programs on this machine don't add to: nothing here waits."""
    began = time.thread_time()
    finder.find(text)
    return 1000 * (time.thread_time() - began)


def _spread(milliseconds: list[float]) -> str:
    return f"{percentile(milliseconds, 0.5):.2f} / {percentile(milliseconds, 0.99):.2f} ms"


def _country(chance: Random) -> Atlas:
    """Names of the syllables that the shipped province's names are made of, as often as they come there."""
    shipped, _ = parse_places((ROOT / "portal" / "starter" / "places.csv").read_text("utf-8").splitlines())
    names = [row.fact.name.split() for row in shipped]
    heads, tails = [name[0] for name in names], [name[-1] for name in names]

    def unit(level: str, kind: str, superior: str | None, number: int) -> PlaceFact:
        name = f"{chance.choice(heads)} {chance.choice(tails)}"
        if chance.random() < 0.2:
            name += f" {chance.choice(tails)}"
        return PlaceFact(
            slug=f"{slugify(f'{kind} {name}')}-{level}-{number}", level=level, kind=kind, name=name,
            code=f"{number:05}", valid_from=None, valid_to=None, superior=superior, latitude=None, longitude=None,
            former_names=(), successors=(), predecessors=(),
        )  # fmt: skip

    provinces = [unit("province", "tinh", None, n) for n in range(_PROVINCES)]
    districts = [unit("district", "huyen", chance.choice(provinces).slug, n) for n in range(_DISTRICTS)]
    communes = [
        unit("commune", chance.choice(("xa", "phuong")), chance.choice(provinces).slug, n) for n in range(_COMMUNES)
    ]
    before = defaultdict(list)
    former = []
    for number in range(_FORMER):
        place = unit(
            "commune", chance.choice(("xa", "phuong", "thi-tran")), chance.choice(districts).slug, 5000 + number
        )
        after = chance.choice(communes).slug
        before[after].append(place.slug)
        former.append(replace(place, valid_to=_ENDED, successors=(Successor(after, is_whole=True),)))
    communes = [replace(place, valid_from=_BEGAN, predecessors=tuple(before[place.slug])) for place in communes]
    return Atlas([*provinces, *(replace(one, valid_to=_ENDED) for one in districts), *communes, *former])


def _any(chance: Random, atlas: Atlas) -> PlaceFact:
    return chance.choice([place for place in atlas.places if place.level == "commune"])


def _named(chance: Random, atlas: Atlas) -> str:
    return full_name(_any(chance, atlas))


def _bare(chance: Random, atlas: Atlas) -> str:
    return fold(_any(chance, atlas).name)


def _address(chance: Random, atlas: Atlas) -> str:
    place = _any(chance, atlas)
    above = atlas.get(place.superior or "")
    return f"thôn {chance.randint(1, 9)}, {full_name(place)}, {full_name(above) if above else ''}"


def _slip(chance: Random, atlas: Atlas) -> str:
    text = _bare(chance, atlas)
    at = chance.randrange(len(text))
    return text[:at] + chance.choice(("", chance.choice(_LETTERS), text[at] * 2)) + text[at + 1 :]


def _slips(chance: Random, atlas: Atlas) -> str:
    return f"{_slip(chance, atlas)} {_slip(chance, atlas)} {_slip(chance, atlas)}"


def _beginning(chance: Random, atlas: Atlas) -> str:
    text = _bare(chance, atlas)
    return text[: chance.randint(1, len(text))]


def _one_word(chance: Random, atlas: Atlas) -> str:
    return chance.choice(_bare(chance, atlas).split())


def _flood(chance: Random, atlas: Atlas) -> str:
    """As many words as are read, of those that stand in many names."""
    return " ".join(_one_word(chance, atlas) for _ in range(40))


def _types(chance: Random, _atlas: Atlas) -> str:
    return " ".join(chance.choice(("xã", "huyện", "tp", "p.", "thị trấn", ",")) for _ in range(40))


_KINDS: Mapping[str, Callable[[Random, Atlas], str]] = {
    "full name": _named,
    "without marks": _bare,
    "address": _address,
    "one slip": _slip,
    "three names with slips": _slips,
    "beginning": _beginning,
    "one word": _one_word,
    "forty words": _flood,
    "only types": _types,
}
