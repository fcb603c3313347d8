"""What officers type and choose: the filters of the queue, and the acts on a case."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import request
from wtforms import Form

from portal.core.forms import line_field, paragraph_field
from portal.core.stamps import stamp
from portal.core.text import clean_line
from portal.feedback.categories import CATEGORIES
from portal.feedback.desk import Desk
from portal.feedback.queue import Tab, Wanted
from portal.feedback.rulebook import PromiseValues, TemplateValues
from portal.feedback.states import Outcome

LONGEST = 6_000
ANSWERS = (Outcome.EXPLAINED, Outcome.FIXED, Outcome.ACCEPTED)
CLOSINGS = (Outcome.NOT_COMPETENT, Outcome.NO_CONTENT, Outcome.ACCEPTED)
# The names of the filters in addresses.
TAB, AGENCY, CATEGORY, PLACE, OFFICER, TEXT = "phan", "co-quan", "muc", "noi", "nguoi", "q"
_LONGEST_KEY = 120


@dataclass(frozen=True, slots=True)
class Filters:
    """What the address asks of the queue, and the same as parameters, for links that keep it."""

    wanted: Wanted
    parameters: Mapping[str, str]

    @property
    def query(self) -> str:
        """The parameters as they stand behind an address, with their question mark; "" for none."""
        return f"?{urlencode(self.parameters)}" if self.parameters else ""


def read_filters(desk: Desk) -> Filters:
    """The filters of the address; what isn't known is left out."""
    args = request.args
    given = {name: clean_line(args.get(name, ""), _LONGEST_KEY) for name in (AGENCY, PLACE, OFFICER, TEXT)}
    tab = args.get(TAB, "")
    category = args.get(CATEGORY, "")
    wanted = Wanted(
        desk=desk, tab=Tab(tab) if tab in set(Tab) else Tab.OPEN, agency=given[AGENCY],
        category=category if category in CATEGORIES else "", place=given[PLACE], assignee=given[OFFICER],
        text=given[TEXT],
    )  # fmt: skip
    shown = {TAB: wanted.tab.value if wanted.tab is not Tab.OPEN else "", CATEGORY: wanted.category, **given}
    return Filters(wanted, {name: value for name, value in shown.items() if value})


class ActForm(Form):
    """Everything that may be typed beside a case; each act reads its own. `seen` names what somebody was warned of."""

    answer = paragraph_field(LONGEST)
    answer_outcome = line_field(20)
    template = line_field(20)
    ask = paragraph_field(LONGEST)
    note = paragraph_field(LONGEST)
    forward = paragraph_field(LONGEST)
    to = line_field(200)
    agency = line_field(120)
    into = line_field(30)
    close = paragraph_field(LONGEST)
    close_outcome = line_field(20)
    officer = line_field(40)
    question = paragraph_field(LONGEST)
    published = paragraph_field(LONGEST)
    seen = line_field(40)

    def text(self, name: str) -> str:
        """What was typed into a field."""
        return self[name].data or ""

    def warned_of(self, *kinds: str) -> bool:
        """Whether whoever sends it has been told of this personal data; also where there is none."""
        return not kinds or self.text("seen") == warning_key(*kinds)


class PromiseForm(Form):
    """A promise; whether it can be one, `rulebook` says."""

    category = line_field(30)
    agency = line_field(120)
    days = line_field(4)
    source = line_field(300)

    @property
    def values(self) -> PromiseValues:
        """What was entered; days that are no number are none."""
        days = self.days.data or ""
        number = int(days) if days.isascii() and days.isdecimal() else 0
        return PromiseValues(
            category=self.category.data or "", agency=self.agency.data or "", days=number,
            source=self.source.data or "",
        )  # fmt: skip


class TemplateForm(Form):
    """A prepared answer."""

    category = line_field(30)
    title = line_field(120)
    text = paragraph_field(LONGEST)

    @property
    def values(self) -> TemplateValues:
        """What was entered."""
        return TemplateValues(category=self.category.data or "", title=self.title.data or "", text=self.text.data or "")


def warning_key(*kinds: str) -> str:
    """What the form carries once somebody was warned of these kinds of personal data: other ones, another warning."""
    return stamp(sorted(map(str, kinds)))
