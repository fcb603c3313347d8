"""Files that come with a form: rewritten and stored before any row names them, kept for the form until it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from werkzeug.datastructures import FileStorage

from portal.config import Config
from portal.core import clock
from portal.core.db import unit_of_work
from portal.core.rate_limits import is_over
from portal.core.text import clean_line
from portal.core.tokens import new_code
from portal.feedback.labels import upload_refusal
from portal.feedback.receiving import MOST_FILES, add_file, drop_files
from portal.media.uploads import MAX_BYTES, UploadRefused, UploadStore, prepare

FIELD = "tep_moi"
_CODE_LENGTH = 16
_FILES_A_CASE = 3
_LONGEST_NAME = 60


def upload_store(config: Config) -> UploadStore:
    """Where the files of feedback are."""
    return UploadStore(config.data_dir / "uploads")


def take_uploads(
    uploads: Sequence[FileStorage], nonce: str, kept: tuple[str, ...], config: Config
) -> tuple[tuple[str, ...], list[str]]:
    """The codes of a form's files, those `kept` and the new ones, and in words what couldn't be taken, and why.

    Opens units of work of its own: looking into a file takes its time.
    """
    store = upload_store(config)
    with unit_of_work():
        gone = drop_files(nonce, kept)
    for key in gone:
        store.delete(key)
    codes, refused = list(kept), []
    for upload in uploads:
        if not upload.filename:
            continue
        name = clean_line(upload.filename, _LONGEST_NAME)
        if len(codes) >= MOST_FILES:
            refused.append(str(_("Chỉ gửi được %(most)s tệp. Chưa nhận “%(name)s”.", most=MOST_FILES, name=name)))
            continue
        if is_over("files", config.feedback_per_hour * _FILES_A_CASE):
            refused.append(str(_("Nơi bạn đang dùng mạng gửi nhiều tệp quá. Chưa nhận “%(name)s”.", name=name)))
            continue
        try:
            codes.append(_take(upload, nonce, store, config))
        except UploadRefused as refusal:
            refused.append(upload_refusal(refusal.code, refusal.found, name))
    return tuple(codes), refused


def _take(upload: FileStorage, nonce: str, store: UploadStore, config: Config) -> str:
    """The code of a file that is stored now; raises UploadRefused."""
    prepared = prepare(upload.stream.read(MAX_BYTES + 1), scanner=config.upload_scanner)
    key, code = store.save(prepared), new_code(_CODE_LENGTH)
    with unit_of_work():
        row = add_file(
            nonce, key, code=code, media_type=prepared.media_type, size=len(prepared.content), now=clock.now()
        )
    if row is None:
        # The same form, sent twice at the same moment.
        store.delete(key)
        raise UploadRefused("too_many")
    return code
