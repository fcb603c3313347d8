"""What staff change of the feedback: where it goes, what is promised, and prepared answers. Everything is audited."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from portal.core import audit
from portal.core.db import db
from portal.core.permissions import Actor
from portal.core.tokens import new_code
from portal.feedback import queries
from portal.feedback.answer_templates import unknown_variables
from portal.feedback.categories import is_taken
from portal.feedback.models import FeedbackDeadline, FeedbackRule, FeedbackTemplate
from portal.feedback.routing import AGENCY, RELATIVE_TARGETS

MOST_DAYS = 60


class RulebookError(Exception):
    """A change is refused; `code` says why, `field` where.

    no_category, no_place, no_agency, no_target, no_condition, is_default, bad_days, no_source, taken, empty,
    unknown_variables (`detail` names them).
    """

    def __init__(self, code: str, field: str, detail: str = "") -> None:
        self.code = code
        self.field = field
        self.detail = detail
        super().__init__(code)


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleValues:
    """A rule as somebody enters it."""

    category: str = ""
    place: str = ""
    about: str = ""
    target: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class PromiseValues:
    """A promise as somebody enters it; `days` are working days."""

    category: str = ""
    agency: str = ""
    days: int = 0
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class TemplateValues:
    """A prepared answer as somebody enters it."""

    category: str = ""
    title: str = ""
    text: str = ""


def _check_category(category: str) -> None:
    if category and not is_taken(category):
        raise RulebookError("no_category", "category")


def _check_agency(slug: str, field: str) -> None:
    if slug and queries.world().agency(slug) is None:
        raise RulebookError("no_agency", field)


def _subject(row: FeedbackRule | FeedbackDeadline | FeedbackTemplate) -> audit.Subject:
    kind = {FeedbackRule: "feedback_rule", FeedbackDeadline: "feedback_promise"}.get(type(row), "feedback_template")
    return audit.Subject(kind, row.code, row.code)


# Rules.


def _values_of(rule: FeedbackRule) -> dict[str, Any]:
    return {"category": rule.category, "place": rule.place, "about": rule.about, "target": rule.target}


def _check_rule(values: RuleValues, *, is_default: bool) -> None:
    _check_category(values.category)
    if values.place and queries.world().atlas.get(values.place) is None:
        raise RulebookError("no_place", "place")
    _check_agency(values.about, "about")
    has_conditions = bool(values.category or values.place or values.about)
    if is_default and has_conditions:
        raise RulebookError("is_default", "category")
    if values.target in RELATIVE_TARGETS and not is_default:
        return
    # One agency without a condition would leave nothing for the rules after it.
    if not is_default and not has_conditions:
        raise RulebookError("no_condition", "category")
    # Where nothing else fits, there must be somebody: a target that may not exist is no default.
    named = values.target.removeprefix(AGENCY)
    if not values.target.startswith(AGENCY) or queries.world().agency(named) is None:
        raise RulebookError("no_target", "target")


def add_rule(values: RuleValues, *, actor: Actor, now: datetime) -> FeedbackRule:
    """Put a rule behind the others, before the default. Raises RulebookError."""
    _check_rule(values, is_default=False)
    position = max((rule.position for rule in queries.rules() if not rule.is_default), default=0) + 1
    rule = FeedbackRule(code=new_code(), position=position, **asdict(values))
    db.session.add(rule)
    db.session.flush()
    audit.record(actor, "feedback_rule_added", _subject(rule), at=now, after=asdict(values))
    return rule


def change_rule(rule: FeedbackRule, values: RuleValues, *, actor: Actor, now: datetime) -> None:
    """Change what a rule says. Raises RulebookError."""
    _check_rule(values, is_default=rule.is_default)
    before = _values_of(rule)
    if before == asdict(values):
        return
    for name, value in asdict(values).items():
        setattr(rule, name, value)
    rule.is_demo = False
    db.session.flush()
    audit.record(actor, "feedback_rule_changed", _subject(rule), at=now, before=before, after=asdict(values))


def set_default(target: str, *, actor: Actor, now: datetime) -> None:
    """Say where everything goes that no other rule sends anywhere. Raises RulebookError."""
    values = RuleValues(target=target)
    rule = next((one for one in queries.rules() if one.is_default), None)
    if rule is not None:
        change_rule(rule, values, actor=actor, now=now)
        return
    _check_rule(values, is_default=True)
    rule = FeedbackRule(code=new_code(), position=0, is_default=True, target=target)
    db.session.add(rule)
    db.session.flush()
    audit.record(actor, "feedback_rule_added", _subject(rule), at=now, after=asdict(values))


def remove_rule(rule: FeedbackRule, *, actor: Actor, now: datetime) -> None:
    """Take a rule away; the default stays. Raises RulebookError."""
    if rule.is_default:
        raise RulebookError("is_default", "category")
    audit.record(actor, "feedback_rule_removed", _subject(rule), at=now, before=_values_of(rule))
    db.session.delete(rule)
    db.session.flush()


def move_rule(rule: FeedbackRule, by: int, *, actor: Actor, now: datetime) -> None:
    """Have a rule asked one place earlier (-1) or later (1); at an end nothing happens."""
    order = [one for one in queries.rules() if not one.is_default]
    at = order.index(rule) if rule in order else -1
    to = at + by
    if at < 0 or not 0 <= to < len(order):
        return
    order[at], order[to] = order[to], order[at]
    for position, one in enumerate(order, start=1):
        one.position = position
    db.session.flush()
    audit.record(
        actor, "feedback_rule_moved", _subject(rule), at=now, before={"position": at + 1}, after={"position": to + 1}
    )


# Promises.


def _check_promise(values: PromiseValues, row: FeedbackDeadline | None) -> None:
    _check_category(values.category)
    _check_agency(values.agency, "agency")
    if not 1 <= values.days <= MOST_DAYS:
        raise RulebookError("bad_days", "days")
    if not values.source:
        raise RulebookError("no_source", "source")
    for other in queries.deadline_rows():
        if other is not row and (other.category, other.agency) == (values.category, values.agency):
            raise RulebookError("taken", "category")


def add_promise(values: PromiseValues, *, actor: Actor, now: datetime) -> FeedbackDeadline:
    """Promise an answer. It holds for what comes in from now on. Raises RulebookError."""
    _check_promise(values, None)
    row = FeedbackDeadline(code=new_code(), **asdict(values))
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "feedback_promise_added", _subject(row), at=now, after=asdict(values))
    return row


def change_promise(row: FeedbackDeadline, values: PromiseValues, *, actor: Actor, now: datetime) -> None:
    """Change a promise, for what comes in from now on. Raises RulebookError."""
    _check_promise(values, row)
    before = {name: getattr(row, name) for name in asdict(values)}
    for name, value in asdict(values).items():
        setattr(row, name, value)
    row.is_demo = False
    db.session.flush()
    audit.record(actor, "feedback_promise_changed", _subject(row), at=now, before=before, after=asdict(values))


def remove_promise(row: FeedbackDeadline, *, actor: Actor, now: datetime) -> None:
    """Promise it no longer; who has been promised an answer keeps the day."""
    before = {name: getattr(row, name) for name in ("category", "agency", "days", "source")}
    audit.record(actor, "feedback_promise_removed", _subject(row), at=now, before=before)
    db.session.delete(row)
    db.session.flush()


# Prepared answers.


def _check_template(values: TemplateValues) -> None:
    _check_category(values.category)
    for field in ("title", "text"):
        if not getattr(values, field):
            raise RulebookError("empty", field)
    unknown = unknown_variables(values.text)
    if unknown:
        raise RulebookError("unknown_variables", "text", ", ".join(unknown))


def add_template(values: TemplateValues, *, actor: Actor, now: datetime) -> FeedbackTemplate:
    """Keep a prepared answer. Raises RulebookError."""
    _check_template(values)
    row = FeedbackTemplate(code=new_code(), updated_at=now, **asdict(values))
    db.session.add(row)
    db.session.flush()
    audit.record(actor, "feedback_template_added", _subject(row), at=now, after=asdict(values))
    return row


def change_template(row: FeedbackTemplate, values: TemplateValues, *, actor: Actor, now: datetime) -> None:
    """Change a prepared answer; what was answered with it stays. Raises RulebookError."""
    _check_template(values)
    before = {name: getattr(row, name) for name in asdict(values)}
    for name, value in asdict(values).items():
        setattr(row, name, value)
    row.updated_at, row.is_demo = now, False
    db.session.flush()
    audit.record(actor, "feedback_template_changed", _subject(row), at=now, before=before, after=asdict(values))


def remove_template(row: FeedbackTemplate, *, actor: Actor, now: datetime) -> None:
    """Take a prepared answer away."""
    audit.record(actor, "feedback_template_removed", _subject(row), at=now, before={"title": row.title})
    db.session.delete(row)
    db.session.flush()
