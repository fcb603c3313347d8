"""Bulk files for tests: two communes with teams, a worker, and a press that draws nothing."""

from __future__ import annotations

import io
import re
import zipfile
from datetime import timedelta
from pathlib import Path

import pytest

from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.pages import renderer
from portal.outbox import registry
from portal.outbox import service as outbox
from portal.sharing import queries as links
from portal.sharing.poster import Poster, Sheet
from portal.teams import bulk_files, bulk_queries, bulk_work
from portal.teams.bulk_models import BulkJob
from tests.factories import team_rows as rows
from tests.factories.fees import few_places
from tests.factories.staff import Browser

HERE = "/can-bo/chia-se/hang-loat"
GUIDE = "/huong-dan/dang-ky-khai-sinh"
COMMUNE, ELSEWHERE = "phuong-cam-thanh", "xa-dak-to"
PHONE = "0905 123 456"


class FakePress:
    """Draws nothing, quickly; calls `before` ahead of each poster."""

    before = staticmethod(lambda _number: None)
    drawn = 0

    def __init__(self, _sheet: Sheet, *, together: bool = False) -> None:
        self.posters: list[Poster] = []

    def __enter__(self) -> FakePress:
        return self

    def __exit__(self, *_error: object) -> None:
        return None

    def draw(self, poster: Poster) -> bytes:
        FakePress.drawn += 1
        FakePress.before(FakePress.drawn)
        self.posters.append(poster)
        return b"%PDF"

    def finish(self, file: io.BytesIO) -> None:
        file.write(b"%PDF of all")


def draw_nothing(monkeypatch: pytest.MonkeyPatch) -> type[FakePress]:
    """Have the worker use a press that draws nothing."""
    monkeypatch.setattr(bulk_work, "PosterPress", FakePress)
    monkeypatch.setattr(FakePress, "before", staticmethod(lambda _number: None))
    monkeypatch.setattr(FakePress, "drawn", 0)
    return FakePress


def few_teams() -> None:
    """Two teams in one commune, one in another."""
    few_places()
    for slug, name, place in (("to-1", "Tổ Phước Thiện", COMMUNE), ("to-2", "=Tổ công thức()", COMMUNE),
                              ("to-3", "Tổ Đăk Tô", ELSEWHERE)):  # fmt: skip
        rows.team(slug, place, name=name)
        rows.member(slug, f"Công Khai {slug}", phone=PHONE)
        rows.member(slug, "Nguyễn Giấu Tên", phone="0911 000 111", consented_on=None, role="member")


def asked(who: Browser, **changes: str | list[str]) -> str:
    """The address of a new job."""
    values = {"noi": COMMUNE, "trang": [GUIDE], "dang": "zip", "kho": "a4", "khoa": "k1", **changes}
    response = who.post(HERE, values)
    assert response.status_code == 303, response.get_data(as_text=True)[-2500:]
    return response.headers["Location"]


def work(*, attempts: int = 9, renew: object = None) -> None:
    """What the worker does until nothing is left; a message that fails is left as its worker would be killed."""
    handlers = {kind.name: kind.handler for kind in registry.kinds() if kind.name.startswith("teams.")}
    for kind, handler in handlers.items():
        while True:
            with unit_of_work():
                held = outbox.claim(kind, worker="w", now=clock.now(), lease=timedelta(minutes=1), attempts=attempts)
            if held is None:
                break
            handler(
                registry.Delivery(held.id, held.code, kind, held.key, held.payload, held.attempt, held.created_at,
                                  renew or (lambda: None))  # type: ignore[arg-type]
            )  # fmt: skip
            with unit_of_work():
                outbox.mark_sent(held.id, held.lease, now=clock.now())
    db.session.rollback()


def folder() -> Path:
    return bulk_files.bulk_folder(renderer().config.data_dir)


def remove_files() -> None:
    """Leave none for the next test."""
    for path in folder().iterdir():
        path.unlink()


def job_at(page: str) -> BulkJob:
    db.session.rollback()
    found = bulk_queries.job(page.rpartition("/")[2])
    assert found is not None
    return found


def link_codes() -> set[str]:
    """The codes of the links of all teams."""
    return {link.code for slug in ("to-1", "to-2", "to-3") for link in links.links_of_team(slug)}


def taken(who: Browser, page: str) -> int:
    """Whether the file is handed out: the status."""
    with who.get(f"{page}/tep") as answer:
        return answer.status_code


def archive(who: Browser, page: str) -> zipfile.ZipFile:
    with who.get(f"{page}/tep") as answer:
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "no-store"
        named = re.fullmatch(
            r"attachment; filename=ap-phich-[a-z0-9-]+-\d{8}\.zip", answer.headers["Content-Disposition"]
        )
        assert named, answer.headers["Content-Disposition"]
        return zipfile.ZipFile(io.BytesIO(answer.data))
