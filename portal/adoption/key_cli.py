"""`portal figures key`: the keys of systems that push figures."""

from __future__ import annotations

from datetime import datetime, time, timedelta

import click
from flask.cli import AppGroup

from portal.adoption import key_queries, keys
from portal.adoption.keys import KeyProblem, KeyValues
from portal.adoption.queries import Unit
from portal.adoption.registry import INDICATORS
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.permissions import Actor

key_cli = AppGroup("key", help="Keys of systems that push figures.")
_OPERATOR = Actor("command", "", "")


@key_cli.command("add")
@click.argument("name")
@click.option("--until", type=click.DateTime(["%Y-%m-%d"]), help="The last day; else a year from now.")
@click.option("--indicator", "indicators", multiple=True, type=click.Choice([one.key for one in INDICATORS]))
@click.option("--unit", "units", multiple=True, help="place:SLUG or agency:SLUG; several may be given; else all.")
def add(*, name: str, until: datetime | None, indicators: tuple[str, ...], units: tuple[str, ...]) -> None:
    """Make a key for the system NAME and print it, this once."""
    now = clock.now()
    day = until.date() + timedelta(days=1) if until else None
    ends = datetime.combine(day, time.min, clock.LOCAL_ZONE) if day else now + timedelta(days=365)
    given = [Unit(*one.split(":", 1)) for one in units if one.startswith(("place:", "agency:"))]
    if len(given) != len(units):
        raise click.BadParameter("a unit is place:SLUG or agency:SLUG", param_hint="--unit")
    values = KeyValues(name=name, expires_at=ends, indicators=indicators, units=given)
    try:
        with unit_of_work():
            _key, text = keys.issue(values, actor=_OPERATOR, now=now)
    except KeyProblem as problem:
        raise click.ClickException(f"no key was made: {problem.code}") from None
    click.echo(text)


@key_cli.command("list")
def listing() -> None:
    """Print every key: code, name, until when, last used."""
    for key in key_queries.all_keys():
        state = "revoked" if key.revoked_at else "holds" if keys.holds(key, now=clock.now()) else "over"
        used = f"{key.last_used_at:%Y-%m-%d %H:%M}" if key.last_used_at else "never used"
        click.echo(f"{key.code}\t{state}\tuntil {key.expires_at:%Y-%m-%d}\t{used}\t{key.name}")


@key_cli.command("revoke")
@click.argument("code")
def revoke(code: str) -> None:
    """Let the key with CODE (the letters between gdk_ and _) open nothing from now on."""
    with unit_of_work():
        key = key_queries.key(code.removeprefix("gdk_").split("_")[0])
        if key is None:
            raise click.ClickException(f"there is no key {code}")
        keys.revoke(key, actor=_OPERATOR, now=clock.now())
    click.echo(f"{key.code} is revoked")
