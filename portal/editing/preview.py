"""A draft as its page will be."""

from __future__ import annotations

from datetime import date
from typing import Any

from portal.core import clock
from portal.core.forms import parse_day
from portal.core.i18n import DEFAULT_LOCALE, Locale
from portal.core.pages import renderer
from portal.editing.models import GuideDraft
from portal.editing.values import Values, tidy
from portal.fees.panel import fee_panels
from portal.guides.page import GuidePage, guide_page, led_to, record_views
from portal.guides.queries import GuideRow, cards
from portal.guides.rendering import render_body
from portal.guides.translating import is_complete, own_parts
from portal.media.queries import library
from portal.procedures import queries as procedure_queries


def draft_page(row: GuideDraft, locale: Locale, values: Values | None = None) -> GuidePage:
    """The page of a draft in a language, falling back to Vietnamese; what isn't written yet is left out.

    With `values`, as it would be if they were saved.
    """
    today = clock.today()
    shown = _guide_row(row, locale.code, today, row.content if values is None else values)
    facts = procedure_queries.record_facts(shown.procedures) if shown.procedures else {}
    known = {card.slug: card for card in cards(locale.code, slugs=sorted(led_to(shown)))}
    panels = fee_panels(facts, None, today, locale)
    return guide_page(
        shown, record_views(shown, facts, locale, today), known, panels, locale=locale, today=today,
        pictures=renderer().pictures, library=library(),
    )  # fmt: skip


def _guide_row(row: GuideDraft, locale: str, today: date, given: Values) -> GuideRow:
    values = tidy(given)
    default: dict[str, Any] = values[DEFAULT_LOCALE.code]
    own = values.get(locale) or default
    is_whole = own is default or is_complete(default, own)
    parts = () if is_whole else own_parts(default, own)
    shown, theirs = render_body(_whole(own if is_whole else default)), render_body(_whole(own))
    return GuideRow(
        slug=row.slug, kind=row.kind, icon=values["icon"], title=own.get("title", ""), summary=own.get("summary", ""),
        title_locale=locale if own is not default else DEFAULT_LOCALE.code,
        text_locale=locale if is_whole and own is not default else DEFAULT_LOCALE.code,
        body={**shown, **{part: theirs[part] for part in parts}}, translated=parts,
        procedures=values["procedures"], related=values["related"],
        sources=values["sources"], reviewed_on=parse_day(values["reviewed_on"]) or today,
        next_review_on=parse_day(values["next_review_on"]) or today,
        updated_at=row.updated_at,
    )  # fmt: skip


def _whole(body: dict[str, Any]) -> dict[str, Any]:
    """With what each row must have, so that a half-written one shows."""
    rows = {
        "prepare": ("item",),
        "steps": ("title",),
        "questions": ("question", "answer"),
        "videos": ("title", "transcript"),
    }
    filled = {
        name: [{**dict.fromkeys(keys, ""), **row} for row in body[name]] for name, keys in rows.items() if name in body
    }
    return {**body, **filled}
