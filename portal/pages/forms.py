"""The search form; sent by GET, so that a search is an address that can be shared."""

from __future__ import annotations

from wtforms import Form, SearchField, SelectField
from wtforms.fields import SelectChoice

from portal.core.text import clean_line

QUERY_LIMIT = 200


def _clean(text: str | None) -> str:
    return clean_line(text or "", QUERY_LIMIT)


def was_cut(text: str) -> bool:
    """Whether more was typed than is searched for."""
    return len(clean_line(text, QUERY_LIMIT + 1)) > QUERY_LIMIT


class SearchForm(Form):
    """`q` and the filters. A filter that is not offered counts as none: an old link still searches."""

    q = SearchField(filters=[_clean])
    loai = SelectField(validate_choice=False)
    linh_vuc = SelectField(name="linh-vuc", validate_choice=False)
    doi_tuong = SelectField(name="doi-tuong", validate_choice=False)

    @property
    def kinds(self) -> tuple[str, ...]:
        """The chosen kind of page, or none for all."""
        return (self.loai.data,) if self.loai.data else ()

    @property
    def facets(self) -> dict[str, str]:
        """The chosen values of the facets."""
        chosen = {"field": self.linh_vuc.data, "audience": self.doi_tuong.data}
        return {facet: slug for facet, slug in chosen.items() if slug}

    @property
    def is_filtered(self) -> bool:
        """Whether only some of the pages are searched."""
        return bool(self.kinds or self.facets)

    def offer(self, field: SelectField, choices: list[tuple[str, str]]) -> None:
        """Fill a filter with its choices (value, label) and drop a value that is not among them."""
        field.choices = [SelectChoice(value, label) for value, label in choices]
        if field.data not in {value for value, _ in choices}:
            field.data = ""
