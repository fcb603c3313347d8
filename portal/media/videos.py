"""Videos that editors upload for guides. They are checked and blanked of what tells of their maker, never decoded."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from portal.media.library import MARK_LENGTH, VIDEO, StoredFile
from portal.media.service import Upload
from portal.media.upload_process import slot
from portal.media.upload_rules import EICAR, UploadRefused
from portal.media.upload_store import Prepared, UploadStore
from portal.media.uploads import scan
from portal.media.video_boxes import VideoFacts, cleaned_mp4, is_mp4, is_webm
from portal.media.webm_elements import cleaned_webm

MAX_VIDEO_BYTES = 20 * 1024 * 1024
"""The largest video, in bytes: more is too much for who pays for every megabyte, and belongs on a video site."""


@dataclass(frozen=True, slots=True)
class PreparedVideo:
    """A video that may be stored; `digest` is of the bytes that came."""

    digest: str
    file: Prepared
    facts: VideoFacts


def prepare_video(data: bytes, *, scanner: Sequence[str] = (), seconds: int = 0) -> PreparedVideo:
    """The file to store for an upload; raises UploadRefused. For `scanner` see `uploads.prepare`.

    `seconds` is how long somebody says that it runs, for a file that doesn't say it itself ("no_seconds" without).
    """
    if not data:
        raise UploadRefused("empty")
    if len(data) > MAX_VIDEO_BYTES:
        raise UploadRefused("too_large")
    if EICAR in data:
        raise UploadRefused("infected")
    if is_mp4(data):
        content, facts = cleaned_mp4(data)
        media_type, suffix = "video/mp4", ".mp4"
    elif is_webm(data):
        content, facts = cleaned_webm(data), VideoFacts(seconds)
        media_type, suffix = "video/webm", ".webm"
    else:
        raise UploadRefused("wrong_type")
    if not facts.seconds:
        raise UploadRefused("no_seconds")
    if scanner:
        with slot():
            scan(data, scanner)
    return PreparedVideo(
        hashlib.sha256(data).hexdigest(), Prepared(content, media_type, suffix, None, None, None), facts
    )


def store_video(prepared: PreparedVideo, store: UploadStore) -> Upload:
    """Put the file into the store, whole on the disk when this returns (OSError where that fails)."""
    facts, content = prepared.facts, prepared.file.content
    file = StoredFile(store.save(prepared.file), facts.width, facts.height, len(content))
    return Upload(
        kind=VIDEO, media_type=prepared.file.media_type, digest=prepared.digest,
        mark=hashlib.sha256(content).hexdigest()[:MARK_LENGTH], files=[file], seconds=facts.seconds,
    )  # fmt: skip
