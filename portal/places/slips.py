"""One typing error in a word: a letter wrong, missing, too many, or two that changed places."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator

_LONGEST = 24


class Slips:
    """The words that are one slip away from a typed one, found without comparing all of them.

    Two such words share a form with a letter left out, so every word is kept under all its forms.
    """

    def __init__(self, words: Iterable[str]) -> None:
        forms: defaultdict[str, list[str]] = defaultdict(list)
        for word in words:
            for form in _forms(word):
                forms[form].append(word)
        self._forms = dict(forms)

    def near(self, typed: str) -> frozenset[str]:
        """Words at most one slip away, the word itself among them where it is known; none for a single letter."""
        if not 1 < len(typed) <= _LONGEST:
            return frozenset()
        shared = (word for form in _forms(typed) for word in self._forms.get(form, ()))
        return frozenset(word for word in set(shared) if is_one_slip(typed, word))


def _forms(word: str) -> Iterator[str]:
    yield word
    for place in range(len(word)):
        yield word[:place] + word[place + 1 :]


def is_one_slip(one: str, other: str) -> bool:
    """Whether at most one slip lies between two words."""
    if one == other:
        return True
    if len(one) > len(other):
        one, other = other, one
    if len(other) - len(one) > 1:
        return False
    place = next((n for n, letter in enumerate(one) if letter != other[n]), len(one))
    if len(one) < len(other):
        return one[place:] == other[place + 1 :]
    if one[place + 1 :] == other[place + 1 :]:
        return True
    swapped = one[:place] + one[place + 1 : place + 2] + one[place] + one[place + 2 :]
    return swapped == other
