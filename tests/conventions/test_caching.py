"""What the page cache relies on: its key knows all that a public page depends on, and every change is noticed."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Blueprint, Flask, jsonify, request

from portal.config import ROOT
from portal.core.access import access_of, public
from portal.pages.forms import SearchForm


def trees() -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted((ROOT / "portal").rglob("*.py")):
        yield path, ast.parse(path.read_text())


def with_public_views() -> Iterator[tuple[Path, ast.Module]]:
    for path, tree in trees():
        imported = {name.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for name in node.names}
        if "public" in imported:
            yield path, tree


def attributes_of_request(tree: ast.Module) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "request"
    }


def parameters_read(tree: ast.Module) -> set[str]:
    """The names in `request.args.get("…")` and `request.args["…"]`."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in {"request.args.get", "request.args.getlist"}:
            found.add(ast.literal_eval(node.args[0]))
        if isinstance(node, ast.Subscript) and ast.unparse(node.value) == "request.args":
            found.add(ast.literal_eval(node.slice))
    return found


def parameters_declared(tree: ast.Module) -> set[str]:
    return {
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "public"
        for keyword in node.keywords
        if keyword.arg == "parameters"
        for name in ast.literal_eval(keyword.value)
    }


def test_every_parameter_that_a_public_view_reads_is_declared() -> None:
    files = list(with_public_views())
    assert len(files) > 4
    assert sum(len(parameters_read(tree)) for _, tree in files) > 3
    undeclared = {path.name: parameters_read(tree) - parameters_declared(tree) for path, tree in files}
    assert {name: missing for name, missing in undeclared.items() if missing} == {}


def test_every_field_of_the_search_form_is_declared(app: Flask) -> None:
    access = access_of(app.view_functions["search.search_page"])
    assert access is not None
    assert {field.name for field in SearchForm()} <= set(access.parameters)


def test_public_views_read_nothing_else_of_a_request() -> None:
    """Two readers with the same key must get the same page: no headers, no cookies, no addresses."""
    others = {path.name: attributes_of_request(tree) - {"args"} for path, tree in with_public_views()}
    assert {name: read for name, read in others.items() if read} == {}
    names = {path.name: {node.id for node in ast.walk(tree) if isinstance(node, ast.Name)} for path, tree in trees()}
    assert [name for name, used in names.items() if "htmx" in used] == ["pages.py"], "one place asks for HTMX"
    asking = {name for name, used in names.items() if "wants_fragment" in used}
    assert asking == {"pages.py", "page_cache.py"}, "`render`, and the cache for its key"


# Ways to the database on which no session notices a change. `connection` is one even of a session: what its
# connection executes passes the session by.
PAST_THE_SESSION = {
    "bulk_save_objects", "bulk_insert_mappings", "bulk_update_mappings", "begin_twophase", "exec_driver_sql",
    "raw_connection", "driver_connection", "dbapi_connection", "cursor", "connection", "connect", "begin",
    "get_raw_connection", "run_sync", "executescript",
}  # fmt: skip
# Who needs them, and what for.
ALLOWED = {
    "portal/core/content.py": {"raw_connection", "cursor", "connection", "exec_driver_sql"},  # reads the version
    # Settings and BEGIN; asks whether there are tables.
    "portal/core/db.py": {"connection", "cursor", "driver_connection"},
    "portal/core/driver_select.py": {"raw_connection", "connection", "cursor"},  # reads the way that costs least
    "portal/core/driver_insert.py": {"connection", "cursor", "dbapi_connection"},  # writes tables that are no content
    "portal/search/empty_searches.py": {"connect"},  # writes a table that is marked as no content
    "portal/sharing/counting.py": {"connect"},  # likewise
}
WRITING = {"insert", "update", "delete", "text", "DDL"}


def ways_past_the_session(tree: ast.Module) -> set[str]:
    return {
        node.attr for node in ast.walk(tree) if isinstance(node, ast.Attribute) and node.attr in PAST_THE_SESSION
    } | {
        # `getattr(session, "connection")` is the same.
        str(node.args[1].value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "getattr" and isinstance(node.args[1], ast.Constant)
    } & PAST_THE_SESSION


def test_every_change_goes_through_the_session_that_notices_it() -> None:
    found = {path.relative_to(ROOT).as_posix(): ways_past_the_session(tree) for path, tree in trees()}
    assert {path: ways for path, ways in found.items() if ways} == ALLOWED


@pytest.mark.parametrize(
    "code",
    [
        "db.session.connection().execute(insert(T))", "connection = s.connection()", "db.session().connection()",
        "c.exec_driver_sql('DELETE')", "db.engine.connect()", "session.get_bind().connect()", "engine.begin()",
        "getattr(session, 'connection')()",
    ],
)  # fmt: skip
def test_a_way_past_the_session_is_found_however_it_is_spelled(code: str) -> None:
    assert ways_past_the_session(ast.parse(code))


def imported_from(tree: ast.Module, module: str) -> set[str]:
    return {
        name.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(module)
        for name in node.names
    }


def test_those_who_may_pass_the_session_by_change_no_content() -> None:
    from portal.search.models import EMPTY_SEARCHES

    trees_of = {path.relative_to(ROOT).as_posix(): tree for path, tree in trees()}
    counting = trees_of["portal/search/empty_searches.py"]
    assert imported_from(counting, "portal.search.models") == {"EMPTY_SEARCHES"}
    assert imported_from(counting, "sqlalchemy") & {"text", "DDL"} == set()
    assert EMPTY_SEARCHES.info["content"] is False


def test_counting_visits_changes_no_content() -> None:
    from portal.core.db import table_of
    from portal.sharing.models import ShareCount

    tree = ast.parse((ROOT / "portal/sharing/counting.py").read_text())
    assert imported_from(tree, "sqlalchemy") & {"text", "DDL", "insert", "update", "delete"} == set()
    written = [ast.unparse(node.args[0]) for node in ast.walk(tree)
               if isinstance(node, ast.Call) and ast.unparse(node.func) == "insert"]  # fmt: skip
    assert written == ["table"]
    assert "table = table_of(ShareCount)" in ast.unparse(tree)
    assert table_of(ShareCount).info["content"] is False


@pytest.fixture
def bare() -> Flask:
    blueprint = Blueprint("echo", __name__)

    @blueprint.route("/none", methods=["GET", "POST"])
    @public
    def none() -> object:
        return jsonify(request.args.to_dict(flat=False), request.query_string.decode())

    @blueprint.route("/some", methods=["GET", "POST"])
    @public(parameters=("q", "a-b"))
    def some() -> object:
        return jsonify(request.args.to_dict(flat=False), request.query_string.decode())

    app = Flask("bare", static_folder=None)
    app.config["SQLALCHEMY_DATABASE_URI"] = "sqlite://"
    from portal.core.db import db

    db.init_app(app)
    app.register_blueprint(blueprint)
    return app


@pytest.mark.parametrize(
    ("address", "seen"),
    [
        ("/none?q=x&y", [{}, ""]),
        ("/some", [{}, ""]),
        ("/some?z=1", [{}, ""]),
        ("/some?q=x&q=y&z=1&a-b=", [{"a-b": [""], "q": ["x"]}, "a-b=&q=x"]),
        ("/some?Q=x&q%00=1&q[]=2", [{}, ""]),
    ],
)
def test_a_view_sees_what_it_declared_and_nothing_else(bare: Flask, address: str, seen: list[object]) -> None:
    client = bare.test_client()
    assert client.get(address).get_json() == seen
    assert client.post(address).get_json() == seen


def test_forms_of_visitors_are_kept_by_nobody(app: Flask) -> None:
    """A cached form would carry somebody's token, a cached answer their code."""
    client = app.test_client(use_cookies=False)
    known = {name: access for name, view in app.view_functions.items() if (access := access_of(view))}
    rules = [rule for rule in app.url_map.iter_rules() if known[rule.endpoint].kind == "visitor_form"]
    assert len(rules) > 8
    for rule in rules:
        address = rule.rule.replace("<slug:slug>", "khong-co")
        for method in (rule.methods or set()) & {"GET", "POST"}:
            response = client.open(address, method=method)
            assert response.headers["Cache-Control"] == "no-store", address
            assert "Set-Cookie" not in response.headers
            assert "Cookie" not in response.headers.get("Vary", "")
            if response.status_code < 400:
                is_findable = method == "GET" and getattr(known[rule.endpoint], "is_findable", False)
                assert response.headers.get("X-Robots-Tag") == (None if is_findable else "noindex"), address
                assert response.headers["Referrer-Policy"] == "no-referrer", address
