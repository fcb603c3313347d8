"""What people type into the search box, of every kind, made from the pages of the corpus."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random

from bench import corpus, vocabulary
from portal.core.text import fold, slugify

_PER_KIND = 40
_FRAMES = (
    "{} cần giấy tờ gì", "tôi muốn {} thì làm sao", "{} ở đâu", "cho em hỏi {} bao nhiêu tiền ạ", "{} mất bao lâu",
    "hồ sơ {} gồm những gì", "làm {} cho con nộp ở đâu", "mẹ tôi muốn {} thì cần gì",
)  # fmt: skip
_EVERYDAY = (
    "làm giấy khai sinh cho bé", "vợ mới sinh em bé", "mất giấy khai sinh", "lấy chồng nước ngoài", "giấy độc thân",
    "mẹ mất cần làm gì", "nhập hộ khẩu cho vợ", "đăng ký ở trọ", "mất sổ đỏ", "mở quán ăn", "đổi bằng lái xe",
    "tiền tuất cho mẹ", "xin con nuôi", "làm lại hôn thú", "trích lục khai sinh", "sửa giấy khai sinh", "nhận con ruột",
    "nhập khẩu cho con", "chuyển hộ khẩu", "ba tôi mới chết",
)  # fmt: skip
_NOTHING = ("bitcoin", "xyzzy", "qqqq wwww", "blockchain token", "zzz không có", "pokemon zelda", "asdfghjkl")
_LETTERS = "abcdeghiklmnopqrstuvxy"


@dataclass(frozen=True)
class Typed:
    """One search."""

    text: str
    locale: str = "vi"
    facets: Mapping[str, str] = field(default_factory=dict)


def searches(seed: int, size: int, per_kind: int = _PER_KIND) -> dict[str, list[Typed]]:
    """So many searches of every kind, for a corpus of so many pages."""
    chance = Random(seed)
    return {kind: [make(chance, size) for _ in range(per_kind)] for kind, make in _KINDS.items()}


def beginnings(seed: int, size: int, count: int) -> list[str]:
    """What stands in the box while so many searches are typed, letter by letter."""
    chance = Random(seed)
    texts = [_short(chance, size).text if n % 2 else " ".join(_head(chance, size)) for n in range(count)]
    texts = [fold(text) if n % 3 == 0 else text for n, text in enumerate(texts)]
    return [text[:end] for text in texts for end in range(1, len(text) + 1)]


def _head(chance: Random, size: int, words: int = 8) -> list[str]:
    """The beginning of some page's title."""
    page = corpus.page(chance.randrange(corpus.GUIDES, size))
    return page.title.replace(",", "").lower().split()[: chance.randint(4, words)]


def _title(chance: Random, size: int) -> Typed:
    return Typed(" ".join(_head(chance, size, 14)))


def _short(chance: Random, _size: int) -> Typed:
    thing = corpus.pick(chance, vocabulary.THINGS)
    return Typed(thing if chance.random() < 0.5 else f"{corpus.pick(chance, vocabulary.ACTIONS)} {thing}")


def _question(chance: Random, size: int) -> Typed:
    return Typed(chance.choice(_FRAMES).format(_short(chance, size).text))


def _bare(chance: Random, size: int) -> Typed:
    make = chance.choice((_title, _short, _question))
    return Typed(fold(make(chance, size).text))


def _typo(chance: Random, size: int) -> Typed:
    words = _head(chance, size)
    place = max(range(len(words)), key=lambda place: (len(words[place]) > 3, chance.random()))
    word = words[place]
    at = chance.randrange(len(word))
    # A letter is missing, another one came in, or it was typed twice.
    missing, wrong, twice = "", chance.choice(_LETTERS) + word[at], word[at] * 2
    words[place] = word[:at] + chance.choice((missing, wrong, twice)) + word[at + 1 :]
    return Typed(" ".join(words))


def _synonym(chance: Random, _size: int) -> Typed:
    return Typed(chance.choice(_EVERYDAY))


def _common(chance: Random, _size: int) -> Typed:
    usual = (*vocabulary.ACTIONS[:12], *vocabulary.THINGS[:20], *vocabulary.CASES[:6])
    return Typed(chance.choice(" ".join(usual).replace(",", "").split()))


def _rare(chance: Random, _size: int) -> Typed:
    words = chance.choice(vocabulary.PLACES) if chance.random() < 0.3 else corpus.rare_word(chance)
    return Typed(chance.choice(words.split()))


def _code(chance: Random, size: int) -> Typed:
    return Typed(corpus.page(chance.randrange(size)).codes[0])


def _nothing(chance: Random, _size: int) -> Typed:
    return Typed(chance.choice(_NOTHING))


def _filtered(chance: Random, size: int) -> Typed:
    chosen = {"field": slugify(corpus.pick(chance, vocabulary.FIELDS))}
    if chance.random() < 0.5:
        chosen["audience"] = "cong-dan"
    return Typed(chance.choice((_short, _title, _common))(chance, size).text, facets=chosen)


def _english(chance: Random, _size: int) -> Typed:
    text = chance.choice((*vocabulary.ENGLISH_TITLES, *vocabulary.ENGLISH_KEYWORDS)).lower()
    return Typed(chance.choice(("{}", "how to {}", "where can I {}")).format(text), locale="en")


_KINDS: Mapping[str, Callable[[Random, int], Typed]] = {
    "title": _title,
    "short": _short,
    "question": _question,
    "bare": _bare,
    "typo": _typo,
    "synonym": _synonym,
    "common word": _common,
    "rare word": _rare,
    "code": _code,
    "nothing": _nothing,
    "filtered": _filtered,
    "english": _english,
}
