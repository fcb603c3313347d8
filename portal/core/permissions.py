"""Who may do what among staff: roles × permissions as one table, each role held somewhere."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Permission(StrEnum):
    """What a route or an action asks for."""

    MANAGE_PEOPLE = "manage_people"
    MANAGE_SETTINGS = "manage_settings"
    MANAGE_OUTBOX = "manage_outbox"
    READ_AUDIT = "read_audit"
    EDIT_CONTENT = "edit_content"
    REVIEW_CONTENT = "review_content"
    EDIT_FIGURES = "edit_figures"
    ANSWER_CASES = "answer_cases"
    MANAGE_FEEDBACK = "manage_feedback"
    MANAGE_TEAMS = "manage_teams"
    LEAD_TEAM = "lead_team"
    SHARE_LINKS = "share_links"
    MANAGE_DIRECTIVES = "manage_directives"
    REPORT_TASKS = "report_tasks"
    HOLD_MEETINGS = "hold_meetings"
    WITHDRAW_MEETINGS = "withdraw_meetings"


class Role(StrEnum):
    """A part that somebody plays, for the whole portal or within a scope."""

    ADMIN = "admin"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    ANALYST = "analyst"
    OFFICER = "officer"
    COORDINATOR = "coordinator"
    TEAM_LEADER = "team_leader"
    LEADER = "leader"


ROLE_PERMISSIONS: Mapping[Role, frozenset[Permission]] = {
    Role.ADMIN: frozenset(
        {
            Permission.MANAGE_PEOPLE,
            Permission.MANAGE_SETTINGS,
            Permission.MANAGE_OUTBOX,
            Permission.MANAGE_FEEDBACK,
            Permission.MANAGE_TEAMS,
            Permission.SHARE_LINKS,
            Permission.READ_AUDIT,
            Permission.EDIT_CONTENT,
            Permission.MANAGE_DIRECTIVES,
            Permission.REPORT_TASKS,
            Permission.EDIT_FIGURES,
            Permission.HOLD_MEETINGS,
            Permission.WITHDRAW_MEETINGS,
        }
    ),
    Role.EDITOR: frozenset({Permission.EDIT_CONTENT}),
    Role.REVIEWER: frozenset({Permission.EDIT_CONTENT, Permission.REVIEW_CONTENT}),
    Role.ANALYST: frozenset(
        {
            Permission.EDIT_FIGURES,
            Permission.MANAGE_DIRECTIVES,
            Permission.REPORT_TASKS,
            Permission.HOLD_MEETINGS,
        }
    ),
    Role.OFFICER: frozenset({Permission.ANSWER_CASES, Permission.REPORT_TASKS}),
    Role.COORDINATOR: frozenset({Permission.MANAGE_TEAMS, Permission.SHARE_LINKS}),
    Role.TEAM_LEADER: frozenset({Permission.LEAD_TEAM, Permission.SHARE_LINKS}),
    Role.LEADER: frozenset({Permission.HOLD_MEETINGS}),
}


@dataclass(frozen=True, slots=True)
class Scope:
    """Where a role holds: everywhere, or for one thing of a kind that a domain has registered, such as an agency."""

    kind: str
    key: str = ""


EVERYWHERE = Scope("portal")
# The kinds of scope in which each role may be held. An officer answers for an agency, a leader leads a team, and a
# coordinator looks after the teams of the agency's territory.
ROLE_SCOPES: Mapping[Role, frozenset[str]] = {
    Role.ADMIN: frozenset({"portal"}),
    Role.EDITOR: frozenset({"portal", "agency"}),
    Role.REVIEWER: frozenset({"portal", "agency"}),
    Role.ANALYST: frozenset({"portal", "agency"}),
    Role.OFFICER: frozenset({"agency"}),
    Role.COORDINATOR: frozenset({"portal", "agency"}),
    Role.TEAM_LEADER: frozenset({"team"}),
    Role.LEADER: frozenset({"portal"}),
}


@dataclass(frozen=True, slots=True)
class Grant:
    """A role and where it holds."""

    role: Role
    scope: Scope


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something, as the audit log and the batches of imports name them.

    `kind` is user, command (the operator's command line), link (somebody with a private link), key (another system) or
    system; `key` is the public code of an account or a key, or "".
    """

    kind: str
    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """A signed-in person of the staff. `confirmed_at` is when they last proved who they are."""

    code: str
    name: str
    email: str
    grants: tuple[Grant, ...]
    session_code: str
    confirmed_at: datetime
    is_demo: bool = False

    @property
    def actor(self) -> Actor:
        """This person as the audit log names them."""
        return Actor("user", self.code, self.name)

    def may(self, permission: Permission) -> bool:
        """Whether they hold the permission for the whole portal."""
        return EVERYWHERE in self.scopes(permission)

    def may_somewhere(self, permission: Permission) -> bool:
        """Whether they hold it in some scope; what they see of it is for the caller to narrow."""
        return any(permission in ROLE_PERMISSIONS[grant.role] for grant in self.grants)

    def scopes(self, permission: Permission) -> frozenset[Scope]:
        """Where they hold it, subordinates included; `EVERYWHERE` among them stands for all."""
        held = {grant.scope for grant in self.grants if permission in ROLE_PERMISSIONS[grant.role]}
        return frozenset(wider for scope in held for wider in (scope, *_subordinates(scope)))


@dataclass(frozen=True, slots=True)
class ScopeChoice:
    """One thing that a role can be held for, and its name for people."""

    scope: Scope
    label: str


@dataclass(frozen=True, slots=True)
class ScopeKind:
    """What a domain knows of its kind of scope: all there are, and those below one."""

    choices: Callable[[], Sequence[ScopeChoice]]
    subordinates: Callable[[str], Sequence[str]]


# How many of a domain's things are lost or mean nobody any more where a scope is gone.
ScopeUse = Callable[[Scope], int]
_scope_kinds: dict[str, ScopeKind] = {}
_scope_uses: list[ScopeUse] = []


def register_scope_kind(kind: str, known: ScopeKind) -> None:
    """Say which domain knows the scopes of a kind; `wiring` calls it."""
    _scope_kinds[kind] = known


def register_scope_uses(*uses: ScopeUse) -> None:
    """Say who knows what leans on a scope; `wiring` calls it."""
    _scope_uses[:] = uses


def leaning_on(scope: Scope) -> int:
    """How many things, such as roles of the staff, lean on a scope: while there are any, it is not removed."""
    return sum(use(scope) for use in _scope_uses)


def scope_choices() -> list[ScopeChoice]:
    """All that a role can be held for, beside `EVERYWHERE`."""
    return [choice for kind in _scope_kinds.values() for choice in kind.choices()]


def _subordinates(scope: Scope) -> list[Scope]:
    kind = _scope_kinds.get(scope.kind)
    return [Scope(scope.kind, key) for key in kind.subordinates(scope.key)] if kind else []
