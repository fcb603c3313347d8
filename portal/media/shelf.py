"""Where the files of editors' uploads are, and how those of no row leave."""

from __future__ import annotations

from datetime import datetime, timedelta

from portal.config import Config
from portal.media import queries
from portal.media.upload_store import UploadStore

# Time for the transactions that are under way.
_ORPHANS_LAST = timedelta(days=1)


def media_store(config: Config) -> UploadStore:
    """The folder of pictures and videos."""
    return UploadStore(config.data_dir / "media")


def forget_media_files(now: datetime, *, store: UploadStore) -> int:
    """Remove the files of no row; how many."""
    return store.forget_orphans(queries.known_keys, older_than=now - _ORPHANS_LAST)
