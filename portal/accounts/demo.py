"""Illustrative people of the staff, with random passwords that are printed and kept beside the database."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from portal.accounts import passwords, people, queries, second_factor
from portal.agencies import demo as agencies
from portal.core.db import db
from portal.core.demo import DemoPart
from portal.core.permissions import EVERYWHERE, Actor, Grant, Role, Scope
from portal.core.tokens import new_code

# The slug of the illustrative team that one of them leads.
TEAM = "minh-hoa-to-cong-nghe-so"
_PEOPLE = (
    ("quan-tri@minh-hoa.example", "Quản trị (minh họa)", Grant(Role.ADMIN, EVERYWHERE)),
    ("can-bo-so@minh-hoa.example", "Cán bộ Sở (minh họa)", Grant(Role.OFFICER, Scope("agency", agencies.FIRST))),
    ("can-bo-xa@minh-hoa.example", "Cán bộ xã (minh họa)", Grant(Role.OFFICER, Scope("agency", agencies.SECOND))),
    ("dieu-phoi@minh-hoa.example", "Điều phối các tổ (minh họa)", Grant(Role.COORDINATOR, EVERYWHERE)),
    ("to-truong@minh-hoa.example", "Tổ trưởng (minh họa)", Grant(Role.TEAM_LEADER, Scope("team", TEAM))),
    ("lanh-dao@minh-hoa.example", "Lãnh đạo tỉnh (minh họa)", Grant(Role.LEADER, EVERYWHERE)),
    ("bien-tap@minh-hoa.example", "Biên tập (minh họa)", Grant(Role.EDITOR, EVERYWHERE)),
    ("duyet-bai@minh-hoa.example", "Duyệt bài (minh họa)", Grant(Role.REVIEWER, EVERYWHERE)),
)


def demo_people(data_dir: Path) -> DemoPart:
    """The demo's people. Their passwords stand in a file that only the operator reads, and are printed from it."""
    kept = data_dir / "demo-accounts.txt"

    def load(now: datetime) -> Sequence[str]:
        if not kept.exists() or any(queries.user_by_email(email) is None for email, _name, _grant in _PEOPLE):
            _remove()
            _write(kept, _create(now))
        return kept.read_text(encoding="utf-8").splitlines()

    def remove() -> None:
        _remove()
        kept.unlink(missing_ok=True)

    return DemoPart(load, remove)


def _create(now: datetime) -> list[str]:
    actor, lines = Actor("command", "", ""), []
    for email, name, grant in _PEOPLE:
        user, _token = people.invite(email, name, {grant}, actor=actor, now=now, is_demo=True)
        password = "-".join(new_code(5) for _ in range(3))
        people.set_password(user, passwords.hash_password(password), now=now)
        line = f"{email}  {password}"
        if grant.role is Role.ADMIN:
            user.totp_secret = second_factor.new_secret()
            line += f"  TOTP {user.totp_secret}"
        lines.append(line)
    return lines


def _remove() -> None:
    for user in queries.people():
        if user.is_demo:
            db.session.delete(user)
    db.session.flush()


def _write(path: Path, lines: Sequence[str]) -> None:
    path.unlink(missing_ok=True)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write("\n".join(lines) + "\n")
