"""The forms of the legal documents."""

from __future__ import annotations

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError

from portal.core.forms import day_field, line_field, paragraph_field, parse_day
from portal.legal.service import DocumentValues
from portal.legal.validity import IssuerKind


class DocumentForm(Form):
    """A document as staff write it; what else is wrong with it, the service says."""

    number = line_field(100)
    issuer = line_field(200)
    issuer_kind = line_field(10)
    issued_on = day_field()
    title = line_field(400)
    title_en = line_field(400)
    url = line_field(500)
    effective_from = day_field()
    effective_to = day_field()
    summary_vi = paragraph_field(2_000)
    summary_en = paragraph_field(2_000)
    source = line_field(300)

    def validate_issuer_kind(self, field: StringField) -> None:
        """One of those that are offered."""
        if field.data not in list(IssuerKind):
            raise ValidationError(_("Bạn chưa chọn loại cơ quan ban hành."))

    @property
    def values(self) -> DocumentValues:
        """What was typed; only of a form that is valid."""
        return DocumentValues(
            number=self.number.data or "", issuer=self.issuer.data or "",
            issuer_kind=IssuerKind(self.issuer_kind.data or ""), issued_on=parse_day(self.issued_on.data or ""),
            title=self.title.data or "", title_en=self.title_en.data or "", url=self.url.data or "",
            effective_from=parse_day(self.effective_from.data or ""),
            effective_to=parse_day(self.effective_to.data or ""), summary_vi=self.summary_vi.data or "",
            summary_en=self.summary_en.data or "", source=self.source.data or "",
        )  # fmt: skip
