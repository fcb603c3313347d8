"""What needs an editor's attention: each line leads to where it is mended."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from portal.core.db import db
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.editing.attention_links import Broken, broken_links, moved_links
from portal.editing.charges import of_others
from portal.editing.ending import LOOKED_BACK, SOON, Ending, ending_documents, ending_reductions
from portal.editing.record_queries import changed_guides
from portal.feedback.models import FeedbackCase, GuideVoteReason, GuideVotes
from portal.feedback.states import CaseState
from portal.guides.models import Guide, GuideText
from portal.linkcheck.queries import Progress, progress
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
    """Everything that waits for editors, at most `MOST_LINES` of each. `moved` are hints, and not counted."""

    reviews: Sequence[Page]
    records: Sequence[Page]
    searches: Sequence[Unanswered]
    useless: Sequence[Page]
    feedback: Sequence[Page]
    untranslated: Sequence[Page]
    stale: Sequence[Page]
    documents: Sequence[Ending]
    reductions: Sequence[Ending]
    broken: Sequence[Broken]
    moved: Sequence[Broken]
    links: Progress

    @property
    def count(self) -> int:
        """How many lines there are."""
        return sum(map(len, self.lists.values()))

    @property
    def lists(self) -> Mapping[str, Sequence[Page | Unanswered | Ending | Broken]]:
        """What is counted, by name, the most pressing first."""
        return {
            "feedback": self.feedback, "broken": self.broken, "records": self.records, "reviews": self.reviews,
            "useless": self.useless, "searches": self.searches, "stale": self.stale,
            "untranslated": self.untranslated, "documents": self.documents,
            "reductions": self.reductions,
        }  # fmt: skip


def attention(today: date, person: str = "") -> Attention:
    """What waits on a day (Asia/Ho_Chi_Minh); as many statements as there are lists.

    With the code of an account: without the guides that are in somebody else's charge.
    """
    others = of_others(person) if person else frozenset()
    titles = _titles(others)
    since = today - LOOKED_BACK
    return Attention(
        reviews=_reviews(titles, today, others), records=_changed_records(titles),
        searches=most_unanswered(since, at_least=2, limit=MOST_LINES), useless=_useless(titles, since, others),
        feedback=_feedback(titles, others), untranslated=_untranslated(titles), stale=_stale(titles, others),
        documents=ending_documents(today, MOST_LINES), reductions=ending_reductions(today, MOST_LINES),
        broken=broken_links(others, limit=MOST_LINES),
        moved=moved_links(others, limit=MOST_LINES), links=progress(),
    )  # fmt: skip


def _titles(others: Collection[str]) -> Mapping[str, str]:
    statement = select(Guide.slug, GuideText.title).join(GuideText, GuideText.guide_id == Guide.id)
    rows = db.session.execute(statement.where(GuideText.locale == DEFAULT_LOCALE.code))
    return {row.slug: row.title for row in rows if row.slug not in others}


def _reviews(titles: Mapping[str, str], today: date, others: Collection[str]) -> list[Page]:
    statement = (
        select(Guide.slug, Guide.next_review_on)
        .where(Guide.next_review_on <= today + SOON, Guide.slug.not_in(others))
        .order_by(Guide.next_review_on, Guide.slug)
        .limit(MOST_LINES)
    )
    return [Page(row.slug, titles.get(row.slug, ""), row.next_review_on) for row in db.session.execute(statement)]


def _changed_records(titles: Mapping[str, str]) -> list[Page]:
    """Guides whose official records were changed after the guide was; `words` are the records."""
    found = [one for one in changed_guides() if one.slug in titles][:MOST_LINES]
    return [Page(one.slug, titles[one.slug], one.at, words=one.codes) for one in found]


def _useless(titles: Mapping[str, str], since: date, others: Collection[str]) -> list[Page]:
    """Guides that many found of no use, with the newest reasons (personal data is masked in them)."""
    useful, not_useful = func.sum(GuideVotes.useful), func.sum(GuideVotes.not_useful)
    statement = (
        select(GuideVotes.slug, useful.label("useful"), not_useful.label("not_useful"))
        .where(GuideVotes.day >= since, GuideVotes.slug.not_in(others))
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


def _feedback(titles: Mapping[str, str], others: Collection[str]) -> list[Page]:
    """Guides about which cases are open; nothing of what anybody wrote."""
    statement = (
        select(FeedbackCase.subject_key, func.count().label("cases"), func.min(FeedbackCase.received_at).label("first"))
        .where(FeedbackCase.state == CaseState.OPEN.value, FeedbackCase.subject_kind == _GUIDE_SUBJECT)
        .where(FeedbackCase.subject_key.not_in(others))
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
    """Guides that readers of another language see in Vietnamese, all or some; `words` are the codes of those."""
    statement = select(Guide.slug, GuideText.locale).join(GuideText, GuideText.guide_id == Guide.id)
    there: defaultdict[str, set[str]] = defaultdict(set)
    for row in db.session.execute(statement.where(GuideText.is_complete)):
        there[row.slug].add(row.locale)
    found = []
    for slug in sorted(titles):
        missing = [code for code in LOCALES if code not in there[slug]]
        if missing:
            found.append(Page(slug, titles[slug], words=tuple(missing)))
    return found[:MOST_LINES]


def _stale(titles: Mapping[str, str], others: Collection[str]) -> list[Page]:
    """Guides of which a translation is older than its Vietnamese, language by language; `count` parts of them."""
    statement = (
        select(Guide.slug, GuideText.locale, GuideText.stale)
        .join(GuideText, GuideText.guide_id == Guide.id)
        .where(GuideText.stale > 0, Guide.slug.not_in(others), GuideText.locale.in_(LOCALES))
        .order_by(GuideText.stale.desc(), Guide.slug, GuideText.locale)
        .limit(MOST_LINES)
    )
    return [
        Page(row.slug, titles.get(row.slug, ""), count=row.stale, words=(row.locale, LOCALES[row.locale].name))
        for row in db.session.execute(statement)
    ]
