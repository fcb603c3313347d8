"""`portal search`: for editors, until their screens exist."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import click
from flask.cli import AppGroup

from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.search import service
from portal.search.empty_searches import most_unanswered
from portal.search.explain import Explained, explain
from portal.search.knowledge import stored_rules
from portal.search.synonym_service import replace_synonyms
from portal.search.synonyms import parse_file, to_file

search_cli = AppGroup("search", help="Searches without an answer, synonyms, and why a page ranks where it does.")
synonyms_cli = AppGroup("synonyms", help="Everyday words and the official ones that they mean.")
search_cli.add_command(synonyms_cli)
MAXIMUM_BYTES = 1_000_000
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_LOCALE = click.option("--locale", type=click.Choice(sorted(LOCALES)), default=DEFAULT_LOCALE.code, show_default=True)


@search_cli.command("empty")
@click.option("--days", type=click.IntRange(1, 365), default=30, show_default=True)
@click.option("--at-least", type=click.IntRange(1), default=2, show_default=True, help="Leave out what is rarer.")
@click.option("--limit", type=click.IntRange(1, 10_000), default=50, show_default=True)
def empty(days: int, at_least: int, limit: int) -> None:
    """List the texts that found no answer, the most frequent first: count, last day, language, text."""
    since = clock.today() - timedelta(days=days - 1)
    for one in most_unanswered(since, at_least=at_least, limit=limit):
        click.echo(f"{one.count:6} {one.last_day} {one.locale} {one.text}")


@search_cli.command("explain")
@click.argument("text")
@click.option("--page", help="A guide's slug or a code that should be explained wherever it stands.")
@click.option("--limit", type=click.IntRange(1, 100), default=5, show_default=True)
@_LOCALE
def explain_command(text: str, page: str | None, limit: int, locale: str) -> None:
    """Say how TEXT is read, and why its first hits stand where they do."""
    explanation = explain(text, locale, limit=limit, key=page)
    for number, reading in enumerate(explanation.readings):
        why = "a slip mended" if reading.mended else "as typed" if reading.factor == 1 else "synonyms put in"
        words = ", ".join(term.word if term.share == 1 else f"({term.word})" for term in reading.terms)
        click.echo(f"reading {number}, {why}, worth {reading.factor:.2f}: {words}")
    click.echo("weights (titles that hold it): " + ", ".join(f"{w} {n} ({t})" for w, t, n in explanation.weights))
    if explanation.is_near:
        click.echo("no page answers all of it; these come nearest")
    for hit in explanation.hits:
        _print_hit(hit)
    if page and page not in {hit.key for hit in explanation.hits}:
        click.echo(f"{page} is not among the hits: too few of the words stand in it, or others hold far more of them")


def _print_hit(hit: Explained) -> None:
    click.echo(f"{hit.place}. {hit.kind} {hit.key}: {hit.title}")
    click.echo(f"   reading {hit.reading}, {hit.level}, holds {hit.coverage:.0%} of it, score {hit.score:.2f}")
    for name, found in (("title or keywords", hit.in_title), ("text", hit.in_text), ("missing", hit.missing)):
        if found:
            click.echo(f"   {name}: {', '.join(found)}")


@search_cli.command("rebuild")
def rebuild() -> None:
    """Make the whole index again from the stored pages."""
    with unit_of_work():
        count = service.rebuild()
    click.echo(f"{count} pages")


def _read(source: Path) -> dict[str, tuple[str, ...]]:
    """The rules of a file; ends the command with every fault named where there is one."""
    if source.stat().st_size > MAXIMUM_BYTES:
        raise click.ClickException(f"{source} is larger than {MAXIMUM_BYTES} bytes")
    try:
        text = source.read_bytes().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise click.ClickException(f"{source} is not UTF-8 text ({error.reason} at byte {error.start})") from error
    rules, problems = parse_file(text)
    for problem in problems:
        click.echo(f"{source}:{problem.line}: {problem.message}", err=True)
    if problems:
        raise click.exceptions.Exit(1)
    return rules


@synonyms_cli.command("check")
@click.argument("source", type=_FILE)
def check(source: Path) -> None:
    """Name every fault of a synonyms file: its form, contradictions, loops; write nothing."""
    click.echo(f"{len(_read(source))} phrases, no fault")


@synonyms_cli.command("load")
@click.argument("source", type=_FILE)
@click.option("--starter", is_flag=True, help="The rules that ship; the province's own stand against them.")
def load(source: Path, starter: bool) -> None:
    """Put the rules of SOURCE in the place of those loaded before."""
    rules = _read(source)
    with unit_of_work():
        count = replace_synonyms(rules, is_starter=starter)
    click.echo(f"synonyms: {count} phrases")


@synonyms_cli.command("export")
@click.option("--starter", is_flag=True, help="The rules that ship instead of the province's own.")
def export(starter: bool) -> None:
    """Print the rules as a file that `load` reads."""
    click.echo(to_file(stored_rules(is_starter=starter)), nl=False)
