"""Where the start button of a guide leads."""

from __future__ import annotations

from portal.core.i18n import DEFAULT_LOCALE
from portal.guides import queries
from portal.procedures import queries as procedures


def start_address(slug: str) -> str | None:
    """The address at which one files what a guide explains; None where it has no start button, or there is no guide."""
    row = queries.guide(slug, DEFAULT_LOCALE.code)
    if row is None:
        return None
    facts = procedures.record_facts(row.procedures)
    main = next((facts[code] for code in row.procedures if code in facts), None)
    return main.source_url if main is not None and "online" in main.channels else None
