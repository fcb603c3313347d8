"""The staff's own pages: the frame around them, its menu, and the start page's list of what waits for somebody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, request

from portal.core.gate import STAFF, visit
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import Page, render, renderer
from portal.core.permissions import Permission, Principal

Label = Callable[[], str]


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A page of the staff's menu, shown to those who hold the permission. `label` is made in the reader's language.

    One that is scoped is also for those who hold it for an agency or a team alone.
    """

    label: Label
    path: str
    icon: str
    permission: Permission
    is_scoped: bool = False


@dataclass(frozen=True, slots=True)
class Waiting:
    """Something that waits for a person: how much of what, and where."""

    label: str
    count: int
    path: str
    is_urgent: bool = False


WaitingFor = Callable[[Principal], Sequence[Waiting]]
_menu: list[MenuEntry] = []
_waiting: list[WaitingFor] = []


def register_menu(entries: Sequence[MenuEntry]) -> None:
    """Say which pages the menu names, in this order; `wiring` calls it."""
    _menu[:] = entries


def register_waiting(*sources: WaitingFor) -> None:
    """Say who knows what waits for a person; `wiring` calls it."""
    _waiting[:] = sources


def waiting_for(person: Principal) -> list[Waiting]:
    """What waits for somebody now, the urgent first."""
    found = [item for source in _waiting for item in source(person) if item.count]
    return sorted(found, key=lambda item: not item.is_urgent)


@dataclass(frozen=True, slots=True)
class MenuLink:
    """A link of the menu as a page shows it."""

    label: str
    url: str
    icon: str
    is_current: bool


@dataclass(frozen=True, slots=True)
class StaffPage:
    """What the staff's layout shows around a page. `person` is None at the doors, and for guests with a link."""

    form_token: str
    person: Principal | None = None
    menu: list[MenuLink] = field(default_factory=list)
    links: dict[str, str] = field(default_factory=dict)
    is_demo: bool = False
    refuses_cookies: bool = False
    is_guest: bool = False


# name in templates -> path without language
STAFF_LINKS = {
    "start": STAFF,
    "account": f"{STAFF}/tai-khoan",
    "sign_out": f"{STAFF}/dang-xuat",
    "sign_in": f"{STAFF}/dang-nhap",
    "forgotten": f"{STAFF}/quen-mat-khau",
}


def staff_url(path: str) -> str:
    """A path below /can-bo in the reader's language."""
    return localised_path(STAFF + path, current_locale())


def render_staff(
    template: str,
    fragment: str | None = None,
    *,
    title: str,
    crumbs: Sequence[tuple[str, str | None]] = (),
    status: int = 200,
    **context: Any,
) -> Response:
    """A page of the staff's, with its frame; `crumbs` stand between the start page and this one."""
    locale, came = current_locale(), visit()
    page = Page(title=title, path=request.path, noindex=True, breadcrumbs=list(crumbs))
    staff = StaffPage(
        came.form_token, came.principal, _menu_for(came.principal),
        {name: localised_path(path, locale) for name, path in STAFF_LINKS.items()}, renderer().config.demo,
        came.refuses_cookies, came.is_guest,
    )  # fmt: skip
    return render(template, fragment, status=status, page=page, staff=staff, **context)


def _menu_for(person: Principal | None) -> list[MenuLink]:
    """The menu; where one entry stands inside of another one's part, only the inner one is the current one."""
    locale = current_locale()
    entries = [entry for entry in _menu if person is not None and _may_open(person, entry)]
    around = [entry.path for entry in entries if f"{request.path}/".startswith(f"{entry.path}/")]
    here = max(around, key=len, default="")
    return [
        MenuLink(entry.label(), localised_path(entry.path, locale), entry.icon, entry.path == here) for entry in entries
    ]


def _may_open(person: Principal, entry: MenuEntry) -> bool:
    return person.may_somewhere(entry.permission) if entry.is_scoped else person.may(entry.permission)
