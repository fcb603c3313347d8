"""The staff's page of the portal's own content: what stands where, and all of it as files to take away."""

from __future__ import annotations

import zipfile
from collections.abc import Iterator
from tempfile import SpooledTemporaryFile
from typing import IO

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.audit import Subject
from portal.core.db import read_only, unit_of_work
from portal.core.gate import principal
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.pages import text_staff

content_staff = Blueprint("content_staff", __name__, url_prefix="/can-bo/noi-dung")
HERE = "/noi-dung"
# Larger files wait on the disk.
_IN_MEMORY = 5_000_000
_CHUNK = 64_000
# The same content gives the same file.
_MOMENT = (1980, 1, 1, 0, 0, 0)
# As small as they get.
_PACKED = (".webp", ".mp4", ".webm")


@content_staff.get("")
@requires(Permission.EDIT_CONTENT)
def content_page() -> ResponseReturnValue:
    others = [
        (_("Hướng dẫn, việc trong đời, cách làm"), "/huong-dan"), (_("Trang đầu"), "/trang-dau"),
        (_("Thông báo cho người đọc"), "/thong-bao"), (_("Từ đồng nghĩa"), "/tu-dong-nghia"),
        (_("Từ cửa quan"), "/tu-cua-quan"), (_("Văn bản"), "/van-ban"), (_("Phí của tỉnh"), "/phi"),
        (_("Giảm phí"), "/giam-phi"), (_("Địa bàn, thôn, tổ dân phố"), "/dia-ban"),
    ]  # fmt: skip
    return render_staff(
        "staff/pages/content.html", title=_("Nội dung của cổng"), texts=text_staff.links(),
        others=[(label, staff_url(path)) for label, path in others], download_url=staff_url(f"{HERE}/tep"),
    )  # fmt: skip


@content_staff.post("/tep")
@requires(Permission.EDIT_CONTENT, opens_units=True)
def download() -> ResponseReturnValue:
    """Packed outside of a unit of work: pictures and videos take their time, and nobody waits for that."""
    now, person = clock.now(), principal()
    with read_only():
        answer = _zipped(f"noi-dung-{clock.local_day(now)}.zip", private=person.may(Permission.MANAGE_DIRECTIVES))
    with unit_of_work():
        audit.record(person.actor, "content_exported", Subject("content", "", ""), at=now)
    return answer


def _zipped(name: str, *, private: bool) -> Response:
    # Here, because it brings the writing side of every domain, which processes that serve pages rarely need.
    from portal.content import service

    file = SpooledTemporaryFile(_IN_MEMORY)  # noqa: SIM115 what is sent closes it
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in service.files(private=private):
            member = zipfile.ZipInfo(path, _MOMENT)
            member.compress_type = zipfile.ZIP_STORED if path.endswith(_PACKED) else zipfile.ZIP_DEFLATED
            archive.writestr(member, content)
    response = Response(_Sent(file), mimetype="application/zip")
    response.content_length = file.tell()
    response.headers.set("Content-Disposition", "attachment", filename=name)
    return response


class _Sent:
    """A file on its way out, closed at its end, and where nobody fetches it."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(0)
        while chunk := self._file.read(_CHUNK):
            yield chunk

    def close(self) -> None:
        """The server calls it when the answer is sent or the reader is gone."""
        self._file.close()

    __del__ = close
