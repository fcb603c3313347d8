"""`portal user`: the first admin, and the way back in for an operator."""

from __future__ import annotations

import click
from flask.cli import AppGroup

from portal.accounts import people
from portal.accounts.mails import link_address
from portal.accounts.people import PeopleError
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import EVERYWHERE, Actor, Grant, Role

user_cli = AppGroup("user", help="People of the staff.")
_PROBLEMS = {
    "bad_email": "This is no e-mail address.",
    "taken": "There is an account with this address already.",
    "no_name": "Give a name: --name.",
}


@user_cli.command("create")
@click.argument("email")
@click.option("--name", required=True, help="As others see it, e.g. 'Nguyễn Văn An'.")
def create_command(email: str, name: str) -> None:
    """Invite an admin and print the link by which EMAIL chooses a password. It is good for seven days, once."""
    actor = Actor("command", "", "")
    try:
        with unit_of_work():
            grants = {Grant(Role.ADMIN, EVERYWHERE)}
            _user, token = people.invite(email, name, grants, actor=actor, now=clock.now())
    except PeopleError as error:
        raise click.ClickException(_PROBLEMS[error.code]) from None
    click.echo(link_address(token, DEFAULT_LOCALE))
