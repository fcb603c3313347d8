"""The public page of a guide."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import cast

from flask import Blueprint, Response, abort, redirect, request
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import public
from portal.core.i18n import LOCALES, Locale, current_locale, localised_path
from portal.core.kept import KeptByVersion
from portal.core.pages import LINKS, Page, json_ld, render, renderer
from portal.core.registry import answers_under, helpers_near
from portal.fees.panel import fee_panels, saving_line
from portal.fees.snapshot import snapshot
from portal.guides import queries
from portal.guides.local import LocalPart, local_part
from portal.guides.page import guide_page, json_ld_of, led_to, record_views
from portal.guides.previews import guide_preview
from portal.guides.shown import names_uploads
from portal.media.library import NOTHING
from portal.media.queries import library
from portal.places.atlas import PlaceFact
from portal.places.choice import Choice, ChoiceLine, choice_line, chosen, with_choice
from portal.procedures import queries as procedure_queries
from portal.procedures.present import RecordView
from portal.procedures.queries import RecordFacts

guides_views = Blueprint("guides", __name__)

# What guides share: cards and latest changes by language, the facts of the records that each rests on, the addresses
# of pictures.
_cards: KeptByVersion[str, dict[str, queries.GuideCard]] = KeptByVersion(len(LOCALES))
_changes: KeptByVersion[str, Mapping[str, tuple[queries.Change, ...]]] = KeptByVersion(len(LOCALES))
_records: KeptByVersion[str, dict[str, RecordFacts]] = KeptByVersion(300)
_shown_records: KeptByVersion[tuple[str, str, date], Sequence[RecordView]] = KeptByVersion(300)
_images: KeptByVersion[tuple[str, str], str] = KeptByVersion(1000)
# The offices of a commune for a record, in a language. Every guide in a few communes; more would be a page cache.
_offices: KeptByVersion[tuple[str, str, str], LocalPart] = KeptByVersion(500)


@guides_views.get("/huong-dan/<slug:slug>")
@public(parameters=("xa",))
def guide(slug: str) -> Response:
    locale = current_locale()
    row = queries.guide(slug, locale.code)
    if row is None:
        return _gone(slug, locale)
    facts = _facts(row)
    every = _cards.get(locale.code, lambda: {card.slug: card for card in queries.cards(locale.code)})
    found = [every[slug] for slug in sorted(led_to(row)) if slug in every]
    choice, today = _choice(request.args.get("xa", "")), clock.today()
    if choice.slug:
        found = [card._replace(url=with_choice(card.url, choice.slug)) for card in found]
    cards = {card.slug: card for card in found}
    panels = fee_panels(facts, choice.slug or None, today, locale)
    pictures = renderer().pictures
    uploads = library() if names_uploads(row.body, pictures) else NOTHING
    records = _shown_records.get((slug, locale.code, today), lambda: record_views(row, facts, locale, today))
    shown = guide_page(row, records, cards, panels, locale=locale, today=today, pictures=pictures, library=uploads)
    site = renderer().profile.sites[locale.code]
    page = Page(title=row.title, path=f"/huong-dan/{slug}", description=row.summary)
    main = next((facts[code] for code in row.procedures if code in facts), None)
    if main and (saved := saving_line(panels.get(main.code, {}))):
        page.description = f"{row.summary} {saved}"
    page.image = _images.get((slug, locale.code), lambda: _image(row, main, locale))
    data = json_ld_of(shown, site_url=renderer().config.site_url, locale=locale, province=site.province_name)
    page.json_ld = json_ld(data)
    if choice.slug:
        page.query, page.noindex = (("xa", choice.slug),), True
    local = _local(choice.place, main, locale.code) if choice.place and main else None
    own, finder = localised_path(page.path, locale), localised_path(LINKS["places"], locale)
    return render(
        "guides/guide.html", page=page, guide=shown, local=local, line=_line(choice, own, finder),
        answers=answers_under("guide", slug, locale.code), choose_url=f"{finder}?tiep={own}",
        changes=_changes.get(locale.code, lambda: queries.changes(locale.code)).get(slug, ()),
        xa=choice.slug, helpers=helpers_near(choice.slug, locale.code) if choice.slug else "",
    )  # fmt: skip


def _gone(slug: str, locale: Locale) -> Response:
    """To where a withdrawn guide leads now, or why there is nothing; nobody keeps that, for it may come back."""
    found = queries.withdrawn().get(slug) or abort(404)
    if found.target:
        choice = _choice(request.args.get("xa", "")).slug if found.target.startswith(queries.URL_PREFIX) else ""
        target = localised_path(found.target, locale)
        response = cast(Response, redirect(with_choice(target, choice) if choice else target, 301, Response))
    else:
        page = Page(title=_("Trang này đã được gỡ"), path=queries.URL_PREFIX + slug, noindex=True)
        response = render(
            "guides/withdrawn.html", status=410, page=page, was=found.title(locale.code), why=found.why(locale.code),
            withdrawn_at=found.at,
        )  # fmt: skip
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    return response


def _image(row: queries.GuideRow, main: RecordFacts | None, locale: Locale) -> str:
    """The address of the picture that messengers show."""
    return renderer().config.site_url + guide_preview(row, main, locale).path(f"/huong-dan/{row.slug}", locale)


def _facts(row: queries.GuideRow) -> dict[str, RecordFacts]:
    """The facts of a guide's records, by code."""
    return _records.get(row.slug, lambda: procedure_queries.record_facts(row.procedures)) if row.procedures else {}


def _choice(raw: str) -> Choice:
    """The commune that the address names. Most name none: those pages ask for no places."""
    return chosen(snapshot().atlas, raw) if raw else Choice()


def _local(place: PlaceFact, record: RecordFacts, locale: str) -> LocalPart:
    return _offices.get((place.slug, record.code, locale), lambda: local_part(place, record))


def _line(choice: Choice, own: str, finder: str) -> ChoiceLine | None:
    """What the page says of the choice; nothing on the page that everybody sees first."""
    return None if choice == Choice() else choice_line(choice, own, finder, back=own)
