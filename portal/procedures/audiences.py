"""Who a procedure is for: the record's subjects folded into a small fixed set."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from functools import lru_cache

from portal.core.text import slugify


class Audience(StrEnum):
    """Groups that people browse by; the values are address parts."""

    CITIZEN = "citizen"
    BUSINESS = "business"
    COOPERATIVE = "cooperative"
    ORGANISATION = "organisation"
    FOREIGNER = "foreigner"
    OVERSEAS_VIETNAMESE = "overseas-vietnamese"
    OFFICIAL = "official"


LABELS = {
    Audience.CITIZEN: "Công dân",
    Audience.BUSINESS: "Doanh nghiệp",
    Audience.COOPERATIVE: "Hợp tác xã",
    Audience.ORGANISATION: "Tổ chức",
    Audience.FOREIGNER: "Người nước ngoài",
    Audience.OVERSEAS_VIETNAMESE: "Người Việt Nam ở nước ngoài",
    Audience.OFFICIAL: "Cán bộ, công chức, viên chức",
}
_OFFICIALS = ("Cán bộ", "công chức", "viên chức")

# Subjects of the national data, as slugs. A subject that is not here keeps its own name and has no audience.
_SUBJECTS = {
    "cong-dan-viet-nam": Audience.CITIZEN,
    "cong-dan-viet-nam-ma-khong-xac-dinh-duoc-noi-thuong-tru-hoac-noi-tam-tru": Audience.CITIZEN,
    "doanh-nghiep": Audience.BUSINESS,
    "doanh-nghiep-viet-nam": Audience.BUSINESS,
    "doanh-nghiep-co-von-dau-tu-nuoc-ngoai": Audience.BUSINESS,
    "hop-tac-xa": Audience.COOPERATIVE,
    "to-chuc-khong-bao-gom-doanh-nghiep-htx": Audience.ORGANISATION,
    "to-chuc-nuoc-ngoai": Audience.ORGANISATION,
    "to-chuc-dang": Audience.ORGANISATION,
    "nguoi-nuoc-ngoai": Audience.FOREIGNER,
    "nguoi-nuoc-ngoai-cu-tru-tai-viet-nam": Audience.FOREIGNER,
    "nguoi-nuoc-ngoai-da-cu-tru-tai-viet-nam": Audience.FOREIGNER,
    "nguoi-viet-nam-dinh-cu-o-nuoc-ngoai": Audience.OVERSEAS_VIETNAMESE,
    "can-bo-cong-chuc-vien-chuc": Audience.OFFICIAL,
}


def joined_subjects(subjects: Iterable[str]) -> tuple[str, ...]:
    """Subjects, each once, with the three halves of "Cán bộ, công chức, viên chức" put together again."""
    given = list(dict.fromkeys(subjects))
    if all(part in given for part in _OFFICIALS):
        position = given.index(_OFFICIALS[0])
        given = [subject for subject in given if subject not in _OFFICIALS]
        given.insert(min(position, len(given)), ", ".join(_OFFICIALS))
    return tuple(dict.fromkeys(given))


def audiences(subjects: Iterable[str]) -> tuple[Audience, ...]:
    """The audiences of a record's subjects, in the order of the set."""
    found = {_audience(subject) for subject in subjects}
    return tuple(audience for audience in Audience if audience in found)


@lru_cache(maxsize=256)
def _audience(subject: str) -> Audience | None:
    return _SUBJECTS.get(slugify(subject))
