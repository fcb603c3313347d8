"""The forms of the directives."""

from __future__ import annotations

from wtforms import BooleanField, Form

from portal.core.forms import day_field, line_field, paragraph_field, parse_day
from portal.directives.service import DirectiveValues, TaskValues


class DirectiveForm(Form):
    """A document as staff write it; what else is wrong with it, the service says."""

    number = line_field(100)
    title = line_field(400)
    issuer = line_field(200)
    issued_on = day_field()
    dated = line_field(200)
    source = line_field(500)
    is_historic = BooleanField()
    is_public = BooleanField()

    @property
    def values(self) -> DirectiveValues:
        """What was typed; only of a form that is valid."""
        return DirectiveValues(
            number=self.number.data or "", title=self.title.data or "", issuer=self.issuer.data or "",
            issued_on=parse_day(self.issued_on.data or ""), dated=self.dated.data or "",
            source=self.source.data or "", is_historic=bool(self.is_historic.data),
            is_public=bool(self.is_public.data),
        )  # fmt: skip


class TaskForm(Form):
    """A task of a document."""

    article = line_field(60)
    text = paragraph_field(1_000)
    text_en = paragraph_field(1_000)
    owner = line_field(300)
    agency = line_field(120)
    agency_source = line_field(300)
    deadline = day_field()
    deadline_note = line_field(300)

    @property
    def values(self) -> TaskValues:
        """What was typed; only of a form that is valid."""
        return TaskValues(
            article=self.article.data or "", text=self.text.data or "", text_en=self.text_en.data or "",
            owner=self.owner.data or "", agency=self.agency.data or "", agency_source=self.agency_source.data or "",
            deadline=parse_day(self.deadline.data or ""), deadline_note=self.deadline_note.data or "",
        )  # fmt: skip


class ReportForm(Form):
    """What somebody reports of a task."""

    state = line_field(10)
    note = paragraph_field(2_000)
    evidence = line_field(500)
