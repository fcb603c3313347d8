"""What is written by e-mail: to the person in their language, to agencies without anything of the person's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from html import unescape

from portal.core import clock
from portal.core.formats import day
from portal.core.gate import STAFF
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, Locale, localised_path, speaking
from portal.core.pages import renderer
from portal.feedback import labels
from portal.feedback.models import FeedbackCase, FeedbackEvent
from portal.feedback.states import PENDING, EventKind
from portal.outbox.mail import InvalidAddress, send_later

TRACK_PATH = "/phan-anh/tra-cuu"
CASE_PATH = STAFF + "/phan-anh/"
# What the person is told of; other events have no words in the mail.
TOLD_PERSON = frozenset(
    {EventKind.RECEIVED, EventKind.ACCEPTED, EventKind.FORWARDED, EventKind.ASKED, EventKind.ANSWERED,
     EventKind.CLOSED, EventKind.REOPENED, EventKind.MERGED, EventKind.OVERDUE, EventKind.GUIDE_FIXED}
)  # fmt: skip
# Those whose own state is said by the mail itself.
_SAYS_STATE = frozenset({EventKind.ANSWERED, EventKind.CLOSED, EventKind.MERGED})


@dataclass(frozen=True, slots=True)
class Reader:
    """Somebody of an agency who gets a mail; `key` names them without their address."""

    key: str
    email: str


def write_to_person(case: FeedbackCase, event: FeedbackEvent, *, key: str, now: datetime) -> None:
    """Tell who wrote of what happened, and of where the case stands now."""
    locale = LOCALES.get(case.locale, DEFAULT_LOCALE)
    is_pending = case.state in PENDING
    with speaking(locale.code):
        about = _about(case, locale) | {
            "agency": labels.agency_name(event.agency),
            "before": labels.agency_name(event.details.get("from", "")),
            "after": labels.agency_name(event.details.get("to", "")),
            "text": event.text,
            "title": event.details.get("title", ""),
            "page": _page(event.details.get("page", ""), locale),
            "state": "" if event.kind in _SAYS_STATE and not is_pending else labels.state_label(case.state),
            "promised": _day(case.answer_due if is_pending and case.paused_on is None else None, locale),
        }
    _send("email/feedback_person.txt", case.contact_email, locale, about | {"kind": event.kind}, key=key, now=now)


def write_to_agency(case: FeedbackCase, kind: str, reader: Reader, *, key: str, now: datetime) -> None:
    """Tell somebody of an agency that a case waits: its name, kind, deadline and address; nothing that was written."""
    about = _about(case, DEFAULT_LOCALE) | {"link": renderer().config.site_url + CASE_PATH + case.reference}
    about["agency"] = labels.agency_name(case.agency)
    _send("email/feedback_agency.txt", reader.email, DEFAULT_LOCALE, about | {"kind": kind}, key=key, now=now)


def write_code(case: FeedbackCase, code: str, *, key: str, now: datetime) -> None:
    """Send a new code; the outbox forgets it once it is delivered."""
    locale = LOCALES.get(case.locale, DEFAULT_LOCALE)
    with speaking(locale.code):
        about = _about(case, locale)
    about |= {"code": code, "received": _day(clock.local_day(case.received_at), locale)}
    _send("email/feedback_code.txt", case.contact_email, locale, about, key=key, now=now, forgets=True)


def _about(case: FeedbackCase, locale: Locale) -> dict[str, str]:
    return {
        "reference": case.reference,
        "category": labels.category_label(case.category),
        "due": _day(case.due_on, locale),
        "link": renderer().config.site_url + localised_path(TRACK_PATH, locale),
    }


def _page(path: str, locale: Locale) -> str:
    return renderer().config.site_url + localised_path(path, locale) if path else ""


def _day(when: date | None, locale: Locale) -> str:
    return day(when, locale.code) if when else ""


def _send(
    template: str,
    email: str,
    locale: Locale,
    context: dict[str, str],
    *,
    key: str,
    now: datetime,
    forgets: bool = False,
) -> None:
    # Templates escape for HTML; in a plain text the characters stand for themselves.
    text = unescape(renderer().text(template, locale, **context))
    # Every line is a paragraph; the first one is the subject.
    subject, *lines = [line for line in text.splitlines() if line.strip()]
    try:
        send_later(email, subject, "\n\n".join(lines), key=key, now=now, forgets=forgets)
    except InvalidAddress:
        return  # an address that a form or a file let through reaches nobody, today and at every further attempt
