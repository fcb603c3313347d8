"""What needs an editor's attention: each line leads to where it is mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.editing.ending import LOOKED_BACK, SOON, Ending, ending_documents, ending_reductions
from portal.editing.record_queries import changed_guides
from portal.feedback.models import FeedbackCase, GuideVoteReason, GuideVotes
from portal.feedback.states import CaseState
from portal.guides.models import Guide, GuideText
from portal.search.empty_searches import Unanswered, most_unanswered

# Fewer votes than this say nothing of a guide.
FEWEST_VOTES = 5
MOST_USELESS = 0.4
MOST_LINES = 25
_MOST_REASONS = 3
_GUIDE_SUBJECT = "guide"


@dataclass(frozen=True, slots=True)
class Page:
    """A guide that is named; `at` is a day, or None, `count` how much of what the list is about."""

    slug: str
    title: str
    at: date | datetime | None = None
    count: int = 0
    total: int = 0
    words: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Attention:
    """Everything that waits for editors, at most `MOST_LINES` of each."""

    reviews: Sequence[Page]
    records: Sequence[Page]
    searches: Sequence[Unanswered]
    useless: Sequence[Page]
    feedback: Sequence[Page]
    untranslated: Sequence[Page]
    documents: Sequence[Ending]
    reductions: Sequence[Ending]

    @property
    def count(self) -> int:
        """How many lines there are."""
        lists = (self.reviews, self.records, self.searches, self.useless, self.feedback, self.untranslated)
        return sum(len(found) for found in lists) + len(self.documents) + len(self.reductions)


def attention(today: date) -> Attention:
    """What waits on a day (Asia/Ho_Chi_Minh); as many statements as there are lists."""
    titles = _titles()
    since = today - LOOKED_BACK
    return Attention(
        reviews=_reviews(titles, today), records=_changed_records(titles),
        searches=most_unanswered(since, at_least=2, limit=MOST_LINES), useless=_useless(titles, since),
        feedback=_feedback(titles), untranslated=_untranslated(titles),
        documents=ending_documents(today, MOST_LINES), reductions=ending_reductions(today, MOST_LINES),
    )  # fmt: skip


def _titles() -> Mapping[str, str]:
    statement = select(Guide.slug, GuideText.title).join(GuideText, GuideText.guide_id == Guide.id)
    rows = db.session.execute(statement.where(GuideText.locale == DEFAULT_LOCALE.code))
    return {row.slug: row.title for row in rows}


def _reviews(titles: Mapping[str, str], today: date) -> list[Page]:
    statement = (
        select(Guide.slug, Guide.next_review_on)
        .where(Guide.next_review_on <= today + SOON)
        .order_by(Guide.next_review_on, Guide.slug)
        .limit(MOST_LINES)
    )
    return [Page(row.slug, titles.get(row.slug, ""), row.next_review_on) for row in db.session.execute(statement)]


def _changed_records(titles: Mapping[str, str]) -> list[Page]:
    """Guides whose official records were changed after the guide was; `words` are the records."""
    found = changed_guides()[:MOST_LINES]
    return [Page(one.slug, titles.get(one.slug, ""), one.at, words=one.codes) for one in found]


def _useless(titles: Mapping[str, str], since: date) -> list[Page]:
    """Guides that many found of no use, with the newest reasons (personal data is masked in them)."""
    useful, not_useful = func.sum(GuideVotes.useful), func.sum(GuideVotes.not_useful)
    statement = (
        select(GuideVotes.slug, useful.label("useful"), not_useful.label("not_useful"))
        .where(GuideVotes.day >= since)
        .group_by(GuideVotes.slug)
        .having(useful + not_useful >= FEWEST_VOTES, not_useful >= MOST_USELESS * (useful + not_useful))
        .order_by(not_useful.desc(), GuideVotes.slug)
        .limit(MOST_LINES)
    )
    rows = [row for row in db.session.execute(statement) if row.slug in titles]
    reasons = _reasons([row.slug for row in rows], since)
    return [
        Page(
            row.slug, titles[row.slug], count=int(row.not_useful), total=int(row.useful + row.not_useful),
            words=tuple(reasons[row.slug][:_MOST_REASONS]),
        )
        for row in rows
    ]  # fmt: skip


def _reasons(slugs: Sequence[str], since: date) -> Mapping[str, list[str]]:
    statement = (
        select(GuideVoteReason.slug, GuideVoteReason.reason)
        .where(GuideVoteReason.slug.in_(slugs), GuideVoteReason.day >= since)
        .order_by(GuideVoteReason.id.desc())
    )
    found: defaultdict[str, list[str]] = defaultdict(list)
    for row in db.session.execute(statement):
        found[row.slug].append(row.reason)
    return found


def _feedback(titles: Mapping[str, str]) -> list[Page]:
    """Guides about which cases are open; nothing of what anybody wrote."""
    statement = (
        select(FeedbackCase.subject_key, func.count().label("cases"), func.min(FeedbackCase.received_at).label("first"))
        .where(FeedbackCase.state == CaseState.OPEN.value, FeedbackCase.subject_kind == _GUIDE_SUBJECT)
        .group_by(FeedbackCase.subject_key)
        .order_by(func.count().desc(), FeedbackCase.subject_key)
        .limit(MOST_LINES)
    )
    return [
        Page(row.subject_key, titles[row.subject_key], row.first, row.cases)
        for row in db.session.execute(statement)
        if row.subject_key in titles
    ]


def _untranslated(titles: Mapping[str, str]) -> list[Page]:
    """Guides that readers of another language see in Vietnamese; `words` are those languages."""
    statement = select(Guide.slug, GuideText.locale).join(GuideText, GuideText.guide_id == Guide.id)
    there: defaultdict[str, set[str]] = defaultdict(set)
    for row in db.session.execute(statement.where(GuideText.is_complete)):
        there[row.slug].add(row.locale)
    found = []
    for slug in sorted(titles):
        missing = [locale.name for code, locale in LOCALES.items() if code not in there[slug]]
        if missing:
            found.append(Page(slug, titles[slug], words=tuple(missing)))
    return found[:MOST_LINES]
