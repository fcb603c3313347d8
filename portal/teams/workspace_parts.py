"""The parts of a leader's page in words: the guides of the week and why, numbers by week, lessons, questions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from flask_babel import gettext as _

from portal.core import formats
from portal.core.i18n import Locale, localised_path
from portal.core.pages import FORM_LINKS, renderer
from portal.guides import queries as guides
from portal.guides.queries import GuideCard
from portal.sharing import queries as links
from portal.sharing.addresses import Channel, link_url
from portal.sharing.figures import Tally
from portal.sharing.subjects import Subject, subject_of
from portal.teams.comparison import Comparison, Means
from portal.teams.kit import kit_url
from portal.teams.picks import FEWEST_READS, Choice, Demand
from portal.teams.queries import SCOPE_KIND, TeamFact
from portal.teams.week import sunday_of

PICTURE, POSTER = "ma-qr.png", "ap-phich-a4.pdf"
# What somebody may want of a link at once, beside its address.
FILES = (PICTURE, POSTER)
# Of the how-to guides, those that a helper needs first.
_FIRST_LESSONS = ("tai-khoan-dinh-danh-dien-tu", "chup-giay-to-cho-ro", "thanh-toan-truc-tuyen")
_NONE = "–"


@dataclass(frozen=True, slots=True)
class Ready:
    """What a link that was made is handed on with."""

    id: str
    address: str
    zalo: str
    picture: str
    poster: str
    kit: str


@dataclass(frozen=True, slots=True)
class Card:
    """A guide to be shared: `url` opens it uncounted. `ready` is None until the team has its link."""

    subject: Subject
    url: str
    ready: Ready | None


@dataclass(frozen=True, slots=True)
class CountRow:
    """The number of the team, and the averages of the commune and the province, in words."""

    own: str
    commune: str
    province: str


@dataclass(frozen=True, slots=True)
class Measure:
    """One of the things that are counted: all weeks together, and each by its Monday."""

    key: str
    name: str
    total: CountRow
    weeks: list[tuple[date, CountRow]]


def card_id(code: str) -> str:
    """Where on the page a link's guide stands."""
    return f"g-{code}"


def cards_of(team: TeamFact, slugs: Iterable[str], today: date, locale: Locale) -> list[Card]:
    """These guides as the team shares them, with what they save today in its commune."""
    made = {link.path: link.code for link in links.links_of_team(team.slug)}
    subjects = (subject_of(guides.URL_PREFIX + slug, team.commune, today, locale) for slug in slugs)
    return [
        Card(found, localised_path(found.path, locale), _ready(made[found.path]) if found.path in made else None)
        for found in subjects
        if found
    ]


def _ready(code: str) -> Ready:
    site = renderer().config.site_url
    return Ready(
        card_id(code), site + link_url(code, Channel.COPY), site + link_url(code, Channel.ZALO),
        kit_url(code, PICTURE), kit_url(code, POSTER), kit_url(code),
    )  # fmt: skip


def reasons_of(choice: Choice, locale: Locale) -> list[str]:
    """Why these guides: what each part of the rule was told from, or that nothing is known of it."""
    days = {"since": formats.day(choice.since, locale.code), "until": formats.day(choice.until, locale.code)}
    demand = {
        Demand.COMMUNE: _(
            "Nhiều người cần: số lượt đọc qua liên kết của các tổ trong xã, phường, từ %(since)s đến %(until)s.", **days
        ),
        Demand.PROVINCE: _(
            "Nhiều người cần: số lượt đọc qua liên kết của các tổ toàn tỉnh và số lần bấm “có ích”, từ %(since)s đến "
            "%(until)s. Riêng xã, phường của bạn chưa đủ %(fewest)s lượt đọc.", fewest=FEWEST_READS, **days
        ),
        Demand.LIST: _(
            "Nhiều người cần: theo danh sách việc thường gặp của tỉnh, vì 4 tuần qua chưa đủ %(fewest)s lượt đọc để "
            "tính.", fewest=FEWEST_READS,
        ),
    }[choice.demand]  # fmt: skip
    return [
        str(demand),
        str(_("Cổng chỉ ghi những câu tìm không ra, không ghi việc gì được tìm nhiều, nên lượt tìm không được tính.")),
        _("Còn ít người nộp trực tuyến: theo tỷ lệ nộp trực tuyến của xã, phường.") if choice.has_rates
        else _("Còn ít người nộp trực tuyến: chưa có số liệu, nên chưa tính."),
        _("Tiết kiệm nhiều: tiền bớt được khi nộp trực tuyến ở xã, phường, chỉ theo văn bản đã xác minh.")
        if choice.has_savings
        else _("Tiết kiệm nhiều: chưa có khoản giảm phí nào đã xác minh ở xã, phường, nên chưa tính."),
        str(_("Chỉ chọn việc nộp được trực tuyến. Mỗi phần cho hướng dẫn từ 1 đến 2 điểm (cao nhất được 2, không có "
              "số liệu được 1), rồi nhân với nhau.")),
        str(_("Ba hướng dẫn này giữ nguyên đến hết Chủ nhật, %(date)s, trừ khi có hướng dẫn bị gỡ hoặc mức phí được "
              "sửa.", date=formats.day(sunday_of(choice.monday), locale.code))),
    ]  # fmt: skip


def measures_of(counts: Comparison, locale: Locale) -> list[Measure]:
    """What was counted by week: the team's own numbers and the averages; a dash where there was nothing to count."""
    names = {"landings": _("Lượt mở"), "reads": _("Lượt đọc"), "starts": _("Lượt bấm Bắt đầu")}
    return [_measure(counts, key, str(name), locale) for key, name in names.items()]


def _measure(counts: Comparison, key: str, name: str, locale: Locale) -> Measure:
    def mean(means: Means | None) -> str:
        return formats.decimal(getattr(means, key), locale.code) if means else _NONE

    def whole(tally: Tally | None) -> str:
        return formats.number(getattr(tally, key), locale.code) if tally else _NONE

    def row(tally: Tally | None, commune: Means | None, province: Means | None) -> CountRow:
        return CountRow(whole(tally), mean(commune), mean(province))

    commune, province = counts.commune, counts.province
    weeks = [
        (monday, row(counts.own.get(monday), commune.by_week.get(monday), province.by_week.get(monday)))
        for monday in counts.mondays
    ]
    return Measure(key, name, row(counts.total if counts.own else None, commune.total, province.total), weeks)


def lessons_in(locale: Locale) -> list[GuideCard]:
    """The how-to guides, those first that a helper needs most."""
    order: Mapping[str, int] = {slug: number for number, slug in enumerate(_FIRST_LESSONS)}
    found = guides.cards(locale.code, kind="how_to")
    return sorted(found, key=lambda card: order.get(card.slug, len(order)))


def questions_of(team: TeamFact, cards: Iterable[Card], locale: Locale) -> list[tuple[str, str]]:
    """What a leader may ask the agency about, each with the feedback form's address where it is filled in already."""
    here = localised_path(FORM_LINKS["feedback"], locale)

    def address(category: str, about: str) -> str:
        return f"{here}?{urlencode({'loai': category, 've': about, 'xa': team.commune})}"

    of_guides = [
        (card.subject.title, address("procedure", f"guide:{card.subject.path.removeprefix(guides.URL_PREFIX)}"))
        for card in cards
    ]
    return [(str(_("Việc của tổ")), address("team", f"{SCOPE_KIND}:{team.slug}")), *of_guides]
