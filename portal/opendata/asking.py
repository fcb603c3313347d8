"""What an address asks of a data set, or in words what is wrong with it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from urllib.parse import urlencode

from flask import request
from flask_babel import gettext as _

from portal.adoption.periods import Period, PeriodKind
from portal.adoption.registry import ALL
from portal.agencies.queries import agencies
from portal.core import clock
from portal.core.i18n import current_locale
from portal.feedback.counting import OTHERS
from portal.opendata.model import Asked, Dataset
from portal.places.queries import atlas

USUAL_LIMIT, MOST_LIMIT = 1_000, 5_000
_LONGEST = 200
_PAGING = ("limit", "cursor")
_MOMENT = re.compile(
    r"\d{4}-\d{2}-\d{2}(?:[Tt ]\d{2}:\d{2}(?::\d{2}(?:\.\d{1,6})?)?(?:[Zz]|[+-]\d{2}:\d{2})?)?", re.ASCII
)


class AskedWronglyError(ValueError):
    """A parameter can't be met; the message says why, in the reader's language."""

    def __init__(self, parameter: str, reason: str) -> None:
        self.parameter = parameter
        super().__init__(reason)


def asked_of(dataset: Dataset) -> Asked:
    """What this request wants of a data set; AskedWronglyError names the first parameter that is wrong."""
    given = {name: value for name, value in request.args.items() if value}
    for name, value in given.items():
        if name not in {*dataset.filters, *_PAGING}:
            raise AskedWronglyError(name, str(_("Tập dữ liệu này không lọc được theo “%(name)s”.", name=name)))
        if len(value) > _LONGEST or not value.isprintable():
            raise AskedWronglyError(name, str(_("Giá trị dài quá hoặc có ký tự lạ.")))
    return Asked(
        locale=current_locale().code, today=clock.today(), indicator=_indicator(given), place=given.get("place", ""),
        unit=_unit(dataset, given), kind=_kind(given), first=_day(given, "from"), last=_day(given, "to"),
        since=_moment(given), position=given.get("cursor", ""), limit=_limit(given),
    )  # fmt: skip


def query_of(asked: Asked, *, cursor: str = "") -> str:
    """The same as a query string, from a cursor on."""
    pairs = {
        "indicator": asked.indicator, "place": asked.place, "kind": asked.kind.value if asked.kind else "",
        "agency": asked.unit[1] if asked.unit and asked.unit[0] == "agency" else "",
        "from": asked.first.isoformat() if asked.first else "", "to": asked.last.isoformat() if asked.last else "",
        "since": asked.since.isoformat() if asked.since else "",
        "limit": str(asked.limit) if asked.limit != USUAL_LIMIT else "", "cursor": cursor,
    }  # fmt: skip
    return urlencode({name: value for name, value in pairs.items() if value})


def _indicator(given: Mapping[str, str]) -> str:
    wanted = given.get("indicator", "")
    known = next((one.key for one in ALL if wanted in {one.key, one.slug}), None)
    if wanted and known is None:
        keys = ", ".join(one.key for one in ALL)
        raise AskedWronglyError("indicator", str(_("Không có chỉ số này. Các chỉ số: %(keys)s.", keys=keys)))
    return known or ""


def _unit(dataset: Dataset, given: Mapping[str, str]) -> tuple[str, str] | None:
    place, agency = given.get("place", ""), given.get("agency", "")
    if place and agency:
        raise AskedWronglyError("agency", str(_("Chỉ chọn một trong hai: place hoặc agency.")))
    if place and atlas().get(place) is None:
        raise AskedWronglyError("place", str(_("Không có địa bàn này. Mã định danh có trong tập dữ liệu Địa bàn.")))
    if agency and agency != OTHERS and all(one.slug != agency for one in agencies()):
        raise AskedWronglyError("agency", str(_("Không có cơ quan này.")))
    if agency:
        return "agency", agency
    return ("place", place) if place and "kind" in dataset.filters else None


def _kind(given: Mapping[str, str]) -> PeriodKind | None:
    wanted = given.get("kind")
    if wanted is None:
        return None
    try:
        return PeriodKind(wanted)
    except ValueError:
        raise AskedWronglyError("kind", str(_("Loại kỳ là day, month, quarter hoặc year."))) from None


def _day(given: Mapping[str, str], name: str) -> date | None:
    wanted = given.get(name)
    if wanted is None:
        return None
    period = Period.parse(wanted)
    if period is None:
        raise AskedWronglyError(name, str(_("Ngày hay kỳ viết như 2026-10-05, 2026-10, 2026-q4 hoặc 2026.")))
    return period.start if name == "from" else period.end


def _moment(given: Mapping[str, str]) -> datetime | None:
    wanted = given.get("since")
    if wanted is None:
        return None
    # A plus that nobody has quoted arrives as a space.
    text = re.sub(r" (\d{2}:\d{2})$", r"+\1", wanted)
    try:
        moment = datetime.fromisoformat(text) if _MOMENT.fullmatch(text) else None
        if moment is not None:
            return (moment if moment.tzinfo else moment.replace(tzinfo=clock.LOCAL_ZONE)).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    raise AskedWronglyError("since", str(_("Thời điểm viết như 2026-11-05T10:00:00+07:00 hoặc 2026-11-05.")))


def _limit(given: Mapping[str, str]) -> int:
    wanted = given.get("limit", str(USUAL_LIMIT))
    if not (wanted.isascii() and wanted.isdigit() and len(wanted) < 7 and 1 <= int(wanted) <= MOST_LIMIT):
        raise AskedWronglyError("limit", str(_("Số dòng từ 1 đến %(most)s.", most=MOST_LIMIT)))
    return int(wanted)
