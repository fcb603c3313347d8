"""All content out as files, and in again in one unit of work."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy.exc import IntegrityError

from portal.content import basis, pages, profile
from portal.content.folder import Fault, Folder
from portal.core import audit
from portal.core.audit import Subject
from portal.core.permissions import Actor

# What a part rests on comes before it.
PARTS = (*basis.PARTS, *pages.GUIDE_PARTS, *basis.MONEY, *pages.PARTS, *profile.PARTS)


class RefusedError(Exception):
    """Files that can't be imported; nothing may be kept of them."""

    def __init__(self, faults: list[Fault]) -> None:
        self.faults = faults
        super().__init__(f"{len(faults)} faults")


def files(*, private: bool = True) -> Iterator[tuple[str, bytes]]:
    """Every file with its path in the folder; the same content gives the same bytes.

    Without `private`, nothing that only some of the staff may see.
    """
    for part in PARTS:
        write = part.write if private or part.write_public is None else part.write_public
        for name, content in write():
            yield name, content.encode() if isinstance(content, str) else content


def load(root: Path, *, actor: Actor, now: datetime) -> dict[str, int]:
    """Store what a folder has, and say how much differed by part. Raises RefusedError: then roll back.

    What a folder hasn't stays. A part whose files are wrong lets the others be read, so that all faults are named.
    """
    folder = Folder(root)
    counts: dict[str, int] = {}
    for part in PARTS:
        before = len(folder.faults)
        try:
            counts[part.name] = part.load(folder, now)
        except IntegrityError as error:
            raise RefusedError([*folder.faults, Fault(root, 0, f"{part.name}: {error.orig}")]) from error
        if len(folder.faults) > before:
            counts[part.name] = 0
    if folder.faults:
        raise RefusedError(folder.faults)
    if any(counts.values()):
        audit.record(actor, "content_imported", Subject("content", "", ""), at=now, after=dict(counts))
    return counts
