"""The types of units: their words, and at which level each stands."""

from __future__ import annotations

from collections.abc import Mapping

from portal.places.atlas import PlaceFact
from portal.places.models import Level

# From the whole to its parts: a unit lies in one of a level before its own.
LEVELS: tuple[str, ...] = (Level.PROVINCE, Level.DISTRICT, Level.COMMUNE, Level.VILLAGE)
KINDS: Mapping[str, tuple[str, ...]] = {
    Level.PROVINCE: ("tinh", "thanh-pho"),
    Level.DISTRICT: ("huyen", "thi-xa", "thanh-pho", "quan"),
    Level.COMMUNE: ("xa", "phuong", "thi-tran", "dac-khu"),
    Level.VILLAGE: ("thon", "to-dan-pho", "khu-pho", "lang", "buon", "ban", "xom", "ap", "khom", "khu-dan-cu"),
}
# These words stand before proper names and are no more translated than the names are.
WORDS: Mapping[str, str] = {
    "tinh": "Tỉnh", "thanh-pho": "Thành phố", "huyen": "Huyện", "thi-xa": "Thị xã", "quan": "Quận", "xa": "Xã",
    "phuong": "Phường", "thi-tran": "Thị trấn", "dac-khu": "Đặc khu", "thon": "Thôn", "to-dan-pho": "Tổ dân phố",
    "khu-pho": "Khu phố", "lang": "Làng", "buon": "Buôn", "ban": "Bản", "xom": "Xóm", "ap": "Ấp", "khom": "Khóm",
    "khu-dan-cu": "Khu dân cư",
}  # fmt: skip


def full_name(place: PlaceFact) -> str:
    """The name with its type: "Xã Ba Xa"."""
    return f"{WORDS[place.kind]} {place.name}"


def lower_name(place: PlaceFact) -> str:
    """The same inside of a sentence: "xã Ba Xa"."""
    return f"{WORDS[place.kind].lower()} {place.name}"
