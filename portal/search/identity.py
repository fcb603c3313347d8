"""The id of an entry, which says by itself what comes first: by kind, then the nearest office, then short titles.

Candidates are cut off in this order. It depends on nothing but the entry, so both databases cut off the same ones,
whichever was stored first. Two of 100,000 entries get the same id with a probability below 1 in 20,000.
"""

from __future__ import annotations

import hashlib
import json

_HASH_BITS = 44
_LENGTH_BITS = 6
_REMOTENESS_BITS = 2
# Beyond this, longer titles are no worse.
_LONGEST = 20
_LENGTH_MASK = (1 << _LENGTH_BITS) - 1
MAX_REMOTENESS = (1 << _REMOTENESS_BITS) - 1

# `title_words` in the SQL of both databases.
TITLE_WORDS_SQL = f"((id >> {_HASH_BITS}) & {_LENGTH_MASK})"


def entry_id(kind_order: int, remoteness: int, title_words: int, *name: str) -> int:
    """The id for a kind, an office so far away, a title of so many words, and whatever names the entry."""
    hashed = hashlib.blake2b(json.dumps(name).encode(), digest_size=8).digest()
    place = kind_order << _REMOTENESS_BITS | min(remoteness, MAX_REMOTENESS)
    place = place << _LENGTH_BITS | min(title_words, _LONGEST)
    return place << _HASH_BITS | int.from_bytes(hashed) >> (64 - _HASH_BITS)


def kind_order(id_: int) -> int:
    """The place of the entry's kind in `models.KINDS`."""
    return id_ >> (_REMOTENESS_BITS + _LENGTH_BITS + _HASH_BITS)


def remoteness(id_: int) -> int:
    """How far away the office is: 0 the commune's, or none."""
    return id_ >> (_LENGTH_BITS + _HASH_BITS) & MAX_REMOTENESS


def title_words(id_: int) -> int:
    """How many words the beginning of the entry's title has, at most 20."""
    return id_ >> _HASH_BITS & _LENGTH_MASK


def without_hash(id_: int) -> int:
    """What ids of the same kind, office and length of title have in common."""
    return id_ >> _HASH_BITS << _HASH_BITS
