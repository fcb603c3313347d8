"""A guide's page put together: its texts, the facts of its records, and the guides it leads to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import Any, NamedTuple

from markupsafe import Markup

from portal.core import formats, markdown
from portal.core.i18n import Locale, localised_path
from portal.fees.panel import ChannelPanel, Panels
from portal.guides.queries import GuideCard, GuideRow
from portal.guides.shown import StepPicture, StepVideo, step_picture, videos_by_step
from portal.media.library import NOTHING, Library
from portal.procedures.present import AsOfView, ChannelView, RecordView, as_of_view, record_view
from portal.procedures.queries import RecordFacts


class Step(NamedTuple):
    """One step; `url` and `link_label` where it leads to another guide, `picture` where seeing helps."""

    title: str
    text_html: Markup
    url: str
    link_label: str
    picture: StepPicture | None
    videos: list[StepVideo]


class Paper(NamedTuple):
    """Something to hand in or show."""

    item_html: Markup
    note_html: Markup


class Question(NamedTuple):
    """A question and its answer."""

    question: str
    answer_html: Markup


class Channel(NamedTuple):
    """One way to file: our words, the main record's facts, and the fees here where there is something to say."""

    kind: str
    text_html: Markup
    facts: ChannelView
    panel: ChannelPanel | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GuidePage:
    """Everything that the template shows. `start_url` is None where the record has no online channel."""

    row: GuideRow
    is_translated: bool
    records: Sequence[RecordView]
    channels: list[Channel]
    start_url: str | None
    who: Markup
    result: Markup
    papers: list[Paper]
    looked_up: list[Markup]
    steps: list[Step]
    videos: list[StepVideo]
    tips: list[Markup]
    mistakes: list[Markup]
    questions: list[Question]
    related: list[GuideCard]
    reviewed_on: str
    is_review_overdue: bool
    panels: Panels
    # For each of its sources, None where it has no date or one in no known notation.
    source_dates: list[AsOfView | None]

    def lang(self, part: str) -> str:
        """The language of a part where it isn't the reader's, else ""."""
        return "" if self.is_translated or part in self.row.translated else self.row.text_locale

    @property
    def is_partly_translated(self) -> bool:
        """Whether some parts are in the reader's language and others aren't; names of cases alone don't count."""
        return not self.is_translated and any(part != "procedure_labels" for part in self.row.translated)

    @property
    def main(self) -> RecordView | None:
        """The record that the page's first answers come from."""
        return self.records[0] if self.records else None

    @property
    def answer(self) -> Channel | None:
        """The channel that the first screen answers for: online where there is one."""
        return self.channels[0] if self.channels else None


def guide_page(
    row: GuideRow,
    records: Sequence[RecordView],
    cards: Mapping[str, GuideCard],
    panels: Panels,
    *,
    locale: Locale,
    today: date,
    pictures: Mapping[str, str],
    library: Library = NOTHING,
) -> GuidePage:
    """Put a guide's page together from its `record_views`, the guides it may name, the fees here, and what it may show.

    `pictures` are the drawings' addresses by name, `library` what editors uploaded.
    """
    body = row.body

    def localised(text: str) -> Markup:
        return Markup(markdown.localise_links(text, locale.prefix))

    html = localised if locale.prefix else Markup
    channels = _channels(records[0], body["channels"], panels, html) if records else []
    videos = videos_by_step(body, library, html)
    described_in = locale.code if "steps" in row.translated else row.text_locale
    shown = partial(step_picture, drawings=pictures, library=library, locale=described_in)
    return GuidePage(
        row=row,
        is_translated=row.text_locale == locale.code,
        records=records,
        channels=channels,
        start_url=records[0].source_url if any(channel.kind == "online" for channel in channels) else None,
        who=html(body["who"]),
        result=html(body["result"]),
        papers=[Paper(html(part["item"]), html(part["note"])) for part in body["prepare"]],
        looked_up=[html(text) for text in body["looked_up"]],
        steps=[_step(part, cards, html, shown(part), videos[number]) for number, part in enumerate(body["steps"], 1)],
        videos=videos[0],
        tips=[html(text) for text in body["tips"]],
        mistakes=[html(text) for text in body["mistakes"]],
        questions=[Question(part["question"], html(part["answer"])) for part in body["questions"]],
        related=[cards[slug] for slug in row.related if slug in cards],
        reviewed_on=formats.day(row.reviewed_on, locale.code),
        is_review_overdue=row.next_review_on < today,
        panels=panels,
        source_dates=[as_of_view(source.get("as_of", ""), locale.code) for source in row.sources],
    )


def record_views(row: GuideRow, facts: Mapping[str, RecordFacts], locale: Locale, today: date) -> Sequence[RecordView]:
    """The records that a guide rests on, as its page shows them on a day; the main one first."""
    labels: Mapping[str, str] = row.body["procedure_labels"]
    return [
        record_view(facts[code], locale=locale, today=today, label=labels.get(code, ""))
        for code in row.procedures
        if code in facts
    ]


def _channels(
    main: RecordView, texts: Mapping[str, str], panels: Panels, html: Callable[[str], Markup]
) -> list[Channel]:
    own = panels.get(main.code, {})
    return [Channel(view.kind, html(texts.get(view.kind, "")), view, own.get(view.kind)) for view in main.channels]


def _step(
    part: Mapping[str, str], cards: Mapping[str, GuideCard], html: Callable[[str], Markup],
    picture: StepPicture | None, videos: list[StepVideo],
) -> Step:  # fmt: skip
    card = cards.get(part["guide"])
    url, label = (card.url, card.title) if card else ("", "")
    return Step(part["title"], html(part["text"]), url, label, picture, videos)


def led_to(row: GuideRow) -> set[str]:
    """Slugs of the guides that a page names."""
    return {*row.related, *(step["guide"] for step in row.body["steps"] if step["guide"])}


def json_ld_of(page: GuidePage, *, site_url: str, locale: Locale, province: str) -> dict[str, Any]:
    """schema.org: GovernmentService for a service guide, HowTo for the others."""
    url = site_url + localised_path(f"/huong-dan/{page.row.slug}", locale)
    common = {
        "@context": "https://schema.org",
        "name": page.row.title,
        "description": page.row.summary,
        "url": url,
        "inLanguage": page.row.title_locale,
    }
    if page.row.kind == "service" and page.main is not None:
        channel: dict[str, Any] = {"@type": "ServiceChannel", "name": page.main.name}
        if page.start_url:
            channel["serviceUrl"] = page.start_url
        service = {
            **common,
            "@type": "GovernmentService",
            "identifier": page.main.code,
            "areaServed": {"@type": "AdministrativeArea", "name": province},
            "availableChannel": channel,
        }
        if page.main.agency:
            service["serviceOperator"] = {"@type": "GovernmentOrganization", "name": page.main.agency}
        return service
    steps = [
        {
            "@type": "HowToStep",
            "position": number,
            "name": step.title,
            **({"url": site_url + step.url} if step.url else {}),
        }
        for number, step in enumerate(page.steps, 1)
    ]
    return {**common, "@type": "HowTo", "step": steps}
