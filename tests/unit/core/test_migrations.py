"""Upgrading a database of the version before, and going back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask
from flask_migrate import downgrade, upgrade
from sqlalchemy import create_engine, text

from portal.core.db import db
from portal.guides.queries import former_guide
from portal.search import queries, service
from portal.search.folding import aligned
from tests import databases

OLD_ENTRY = text(
    "INSERT INTO search_entries (id, kind, kind_order, key, locale, digest, sort_title, initial, folded, marked, "
    "title, url, codes, summary, keywords, body, body_folded) VALUES (:id, 'record', 1, :key, '', '', 'x', 'Đ', "
    ":folded, :title, :title, '/x', :codes, 'Tóm tắt', '[]', :body, :aligned)"
)
OLD_FACET = text("INSERT INTO search_facets (entry_id, facet, slug, label) VALUES (:id, 'field', 'ho-tich', 'Hộ tịch')")
RECORD = text(
    "INSERT INTO procedures (code, name, field, promulgating_agency, decision_no, levels, subjects, channels, "
    "source_url, as_of, as_of_precision, is_full, facts, texts, conditions, version, digest, updated_at) VALUES "
    "('1.000002', 'x', 'x', 'x', 'x', :levels, '[]', '[]', 'x', '2026-01-01', 'day', true, '{}', '{}', '[]', 1, 'x', "
    "'2026-01-01 00:00:00')"
)


@pytest.fixture
def old_app(database: databases.Database, tmp_path: Path) -> Iterator[Flask]:
    """An application over a database of its own, still empty."""
    if database.name == "sqlite":
        yield databases.migration_app(f"sqlite:///{tmp_path}/old.db")
        return
    url = database.url.replace("postgresql://", "postgresql+psycopg://")
    server = create_engine(url, isolation_level="AUTOCOMMIT")
    with server.connect() as connection:
        connection.execute(text("CREATE DATABASE old ENCODING 'UTF8' TEMPLATE template0"))
        yield databases.migration_app(server.url.set(database="old").render_as_string(hide_password=False))
        connection.execute(text("DROP DATABASE old WITH (FORCE)"))
    server.dispose()


def test_pages_are_found_after_an_upgrade_and_going_back(old_app: Flask) -> None:
    with old_app.app_context():
        upgrade(revision="0001")
        body = "Nộp giấy chứng sinh."
        row = {"id": 7, "key": "1.000002", "title": "Đăng ký khai sinh", "folded": " dang ky khai sinh _ 1000002 "}
        with db.engine.begin() as connection:
            connection.execute(OLD_ENTRY, {**row, "codes": '["1.000002"]', "body": body, "aligned": aligned(body)})
            connection.execute(OLD_FACET, {"id": 7})
            connection.execute(RECORD, {"levels": '["t\\u1ec9nh"]'})
        upgrade()
        assert service.rebuild_if_stale() == 1
        db.session.commit()
        (hit,) = queries.find("khai sinh chứng sinh", "vi").hits
        assert (hit.key, hit.url) == ("1.000002", "/x")
        assert [term.count for term in queries.facet_terms("field", "vi")] == [1]
        assert db.session.execute(text("SELECT remoteness FROM search_entries")).scalar_one() == 1
        db.session.remove()
        downgrade(revision="0001")
        with db.engine.connect() as connection:
            assert connection.execute(text("SELECT body FROM search_entries")).scalar_one() == body
            assert connection.execute(text("SELECT count(*) FROM search_facets")).scalar_one() == 1
        upgrade()
        db.session.remove()
        db.engine.dispose()


def test_who_wrote_what_waits_comes_from_the_audit_log(old_app: Flask) -> None:
    document = text(
        "INSERT INTO legal_documents (slug, number, issuer, issuer_kind, title, url, verified_at, verified_by, "
        "summary_vi, summary_en, source, is_starter, is_demo, updated_at) VALUES (:slug, :slug, 'x', 'council', 'x', "
        "'', :verified_at, '', '', '', '', false, false, '2026-01-01 00:00:00')"
    )
    entry = text(
        "INSERT INTO audit_entries (at, actor_kind, actor_key, actor_name, action, subject_kind, subject_key, "
        "subject_name) VALUES ('2026-01-01 00:00:00', 'user', :actor, 'x', :action, 'legal_document', :slug, 'x')"
    )
    with old_app.app_context():
        upgrade(revision="0013")
        with db.engine.begin() as connection:
            for slug, verified_at in (("waiting", None), ("verified", "2026-01-02 00:00:00")):
                connection.execute(document, {"slug": slug, "verified_at": verified_at})
                for actor, action in (("b", "document_changed"), ("a", "document_added"), ("c", "document_unverified")):
                    connection.execute(entry, {"slug": slug, "actor": actor, "action": action})
        upgrade(revision="0014")
        with db.engine.connect() as connection:
            found = connection.execute(text("SELECT slug, written_by, title_en FROM legal_documents"))
            kept = {
                row.slug: (json.loads(row.written_by) if isinstance(row.written_by, str) else row.written_by,
                           row.title_en)
                for row in found
            }  # fmt: skip
        assert kept == {"waiting": (["a", "b"], ""), "verified": ([], "")}
        downgrade(revision="0013")
        upgrade()
        db.session.remove()
        db.engine.dispose()


def test_guides_that_are_there_are_kept_as_they_stand(old_app: Flask) -> None:
    guide = text(
        "INSERT INTO guides (id, slug, kind, icon, procedures, related, sources, reviewed_on, next_review_on, digest, "
        "is_starter, updated_at) VALUES (1, 'x', 'service', 'baby', '[]', '[]', '[]', '2026-01-01', '2026-07-01', 'd', "
        "true, '2026-01-01 00:00:00')"
    )
    of_guide = text(
        "INSERT INTO guide_texts (guide_id, locale, title, summary, is_complete, source, rendered) VALUES "
        "(1, 'vi', 'Tên', 'Tóm tắt', true, '{}', :rendered)"
    )
    with old_app.app_context():
        upgrade(revision="0015")
        with db.engine.begin() as connection:
            connection.execute(guide)
            connection.execute(of_guide, {"rendered": json.dumps({"who": "<p>Ai</p>"})})
        upgrade()
        kept = former_guide("x", "d", "en")
        assert kept is not None
        assert (kept.title, kept.body["who"]) == ("Tên", "<p>Ai</p>")
        db.session.remove()
        downgrade(revision="0015")
        db.engine.dispose()
