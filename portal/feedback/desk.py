"""Whose cases somebody of the staff works on, and who else works on them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select

from portal.accounts.models import RoleGrant, User
from portal.agencies import queries as agencies
from portal.agencies.queries import SCOPE_KIND
from portal.core.db import db
from portal.core.permissions import EVERYWHERE, Permission, Principal, Role
from portal.feedback.models import FeedbackCase
from portal.feedback.routing import chain_of


@dataclass(frozen=True, slots=True)
class Desk:
    """The agencies, subordinates included, whose cases are somebody's; `is_all` where that is every one there is."""

    agencies: frozenset[str]
    is_all: bool = False

    def holds(self, agency: str) -> bool:
        """Whether the cases of an agency are theirs."""
        return self.is_all or agency in self.agencies

    def opens(self, case: FeedbackCase) -> bool:
        """Whether a case is theirs, or late with another agency, which they were told of."""
        return self.holds(case.agency) or (case.escalated_to != "" and self.holds(case.escalated_to))


@dataclass(frozen=True, slots=True)
class Officer:
    """Somebody who answers cases of some agencies."""

    code: str
    name: str
    agencies: frozenset[str]


def desk_of(person: Principal) -> Desk:
    """The desk of an officer."""
    held = person.scopes(Permission.ANSWER_CASES)
    mine = frozenset(scope.key for scope in held if scope.kind == SCOPE_KIND)
    return Desk(mine, EVERYWHERE in held or {one.slug for one in agencies.agencies()} <= mine)


def officers() -> list[Officer]:
    """Everybody who can sign in and answers for some agency, by name."""
    statement = (
        select(User.code, User.name, RoleGrant.scope_key)
        .join(RoleGrant, RoleGrant.user_id == User.id)
        .where(
            RoleGrant.role == Role.OFFICER.value, RoleGrant.scope_kind == SCOPE_KIND, User.is_active,
            User.password_hash.is_not(None),
        )
        .order_by(User.name, User.id)
    )  # fmt: skip
    held: dict[tuple[str, str], set[str]] = {}
    for row in db.session.execute(statement):
        held.setdefault((row.code, row.name), set()).add(row.scope_key)
    return [Officer(code, name, frozenset(slugs)) for (code, name), slugs in held.items()]


def officers_for(known: Sequence[Officer], agency: str, superiors: Mapping[str, str]) -> list[Officer]:
    """Those of the officers who may work on the cases of an agency: its own, and those above."""
    chain = chain_of(agency, superiors)
    return [one for one in known if not one.agencies.isdisjoint(chain)]
