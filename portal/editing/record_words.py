"""What an official record says, line by line, so that two versions of it can be read beside each other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import gettext as _
from flask_babel import ngettext

from portal.core import formats
from portal.core.i18n import Locale
from portal.editing.compare import Piece, pieces_of_rows
from portal.editing.labels import channel_label
from portal.editing.record_queries import RecordChange
from portal.procedures import time_lines
from portal.procedures.as_of import Precision, parse_as_of
from portal.procedures.data import time_lines_json
from portal.procedures.facts import lines_of
from portal.procedures.fee_lines import FeeLine, FeeStatus
from portal.procedures.present import fee_view
from portal.procedures.time_lines import TimeLine

Payload = Mapping[str, Any]
# Only full records have these; where one version had them not, nobody can say what changed.
_FULL_ONLY = frozenset({"documents", "steps", "requirements", "results"})


@dataclass(frozen=True, slots=True)
class PartChange:
    """One part of a record that changed: its name, and each line that is not the same."""

    name: str
    lines: Sequence[tuple[Piece, ...]]


def part_changes(change: RecordChange, locale: Locale) -> list[PartChange]:
    """Everything that differs between the two versions, what matters most to readers first."""
    before, after = change.before, change.after
    with_wording = bool(before["is_full"] and after["is_full"])
    found = []
    for key, (name, lines) in _parts(locale, with_wording=with_wording).items():
        if key in _FULL_ONLY and not with_wording:
            continue
        pieces = pieces_of_rows(lines(before), lines(after))
        if pieces:
            found.append(PartChange(name, pieces))
    return found


def _parts(locale: Locale, *, with_wording: bool) -> dict[str, tuple[str, Callable[[Payload], list[str]]]]:
    return {
        "fees": (_("Phí, lệ phí"), lambda one: fee_words(one, locale, with_wording=with_wording)),
        "documents": (_("Giấy tờ"), paper_words),
        "times": (_("Thời hạn"), time_words),
        "channels": (_("Cách nộp"), lambda one: [channel_label(name) for name in one["channels"]]),
        "legal_basis": (_("Căn cứ pháp lý"), lambda one: sorted(map(_document, one["legal_basis"]))),
        "steps": (_("Trình tự thực hiện"), lambda one: list(one["steps"])),
        "requirements": (_("Yêu cầu, điều kiện"), lambda one: _lines(one["requirements"])),
        "results": (_("Kết quả"), lambda one: list(one["results"])),
        "name": (_("Tên thủ tục"), lambda one: [one["name"]]),
        "agency": (_("Cơ quan giải quyết"), lambda one: _lines(one["agency"] or "")),
        "subjects": (_("Ai được làm"), lambda one: list(one["subjects"])),
        "levels": (_("Cấp giải quyết"), lambda one: list(one["levels"])),
        "decision_no": (_("Quyết định công bố"), lambda one: _lines(one["decision_no"])),
        "source_url": (_("Trang trên Cổng Dịch vụ công quốc gia"), lambda one: [one["source_url"]]),
    }


def _lines(text: str) -> list[str]:
    return [line for line in text.split("\n") if line.strip()]


def _document(ref: Mapping[str, str]) -> str:
    return f"{ref['number']}: {ref['name']}" if ref.get("name") else ref["number"]


def paper_words(payload: Payload) -> list[str]:
    """The papers of a record, each with its case and how many of it."""
    return [_paper(paper) for paper in payload["documents"]]


def _paper(paper: Mapping[str, Any]) -> str:
    counts = []
    if number := paper.get("originals"):
        counts.append(ngettext("%(num)s bản chính", "%(num)s bản chính", number))
    if number := paper.get("copies"):
        counts.append(ngettext("%(num)s bản sao", "%(num)s bản sao", number))
    text = f"{paper['group']}: {paper['name']}" if paper.get("group") else str(paper["name"])
    return f"{text} ({', '.join(counts)})" if counts else text


def time_words(payload: Payload) -> list[str]:
    """How long a record says that it takes, a line for each way to file and case."""
    lines = [time_lines.from_json(line) for row in payload["times"] for line in time_lines_json(row)]
    return list(dict.fromkeys(map(_time, lines)))


def _time(line: TimeLine) -> str:
    if line.quantity is None or line.unit is None:
        said = line.text or _("không ghi")
    else:
        said = {
            "working_day": ngettext("%(num)s ngày làm việc", "%(num)s ngày làm việc", line.quantity),
            "day": ngettext("%(num)s ngày", "%(num)s ngày", line.quantity),
            "hour": ngettext("%(num)s giờ", "%(num)s giờ", line.quantity),
            "month": ngettext("%(num)s tháng", "%(num)s tháng", line.quantity),
        }[line.unit.value]
    case = f" ({line.condition_vi})" if line.condition_vi else ""
    return f"{channel_label(line.channel)}: {said}{case}"


def fee_words(payload: Payload, locale: Locale, *, with_wording: bool) -> list[str]:
    """What a record says of fees; unknown is said as unknown. The official wording only where it is `with_wording`."""
    found = [_fee(line, locale, with_wording=with_wording) for line in lines_of(payload["fees"])]
    return list(dict.fromkeys(found))


def _fee(line: FeeLine, locale: Locale, *, with_wording: bool) -> str:
    view = fee_view(line, date.min, locale.code)
    if line.status is FeeStatus.AMOUNT:
        said = f"{view.amount}{view.unit}"
    elif line.percent is not None and view.printed_amount:
        said = _("%(percent)s%% của %(amount)s", percent=line.percent, amount=view.printed_amount)
    elif line.percent is not None:
        said = _("%(percent)s%% mức thường", percent=line.percent)
    else:
        said = {
            FeeStatus.FREE: _("không thu phí"), FeeStatus.EXEMPT: _("miễn phí cho một số trường hợp"),
            FeeStatus.COUNCIL: _("mức thu do tỉnh quy định"),
        }.get(line.status, _("chưa rõ mức thu"))  # fmt: skip
    more = [f"“{line.text}”"] if with_wording and line.text and line.status is not FeeStatus.AMOUNT else []
    more += [_("từ ngày %(date)s", date=view.begins)] if view.begins else []
    more += [_("đến hết ngày %(date)s", date=view.ends)] if view.ends else []
    more += [_("theo %(documents)s", documents=", ".join(line.legal))] if line.legal else []
    return f"{channel_label(line.channel)}: {', '.join([str(said), *more])}"


def as_of_words(text: str, locale: Locale) -> str:
    """An as-of date in words, as exactly as its source has it; "" where there is none, other notes as they are."""
    try:
        as_of = parse_as_of(text) if text else None
    except ValueError:
        return text
    if as_of is None:
        return ""
    if as_of.precision is Precision.MONTH:
        return str(_("bản lấy về tháng %(date)s", date=formats.month(as_of.day(), locale.code)))
    day = formats.day(as_of.day(), locale.code)
    if as_of.precision is Precision.ON_OR_BEFORE:
        return str(_("bản lấy về muộn nhất ngày %(date)s", date=day))
    return str(_("bản lấy về ngày %(date)s", date=day))
