"""The form of feedback as a browser sends it from its last page, and the code on the page that answers: for load and
for kills, which press the button and nothing else."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlencode

from portal.feedback.codes import FormToken

PATH = "/phan-anh"
SECRET = "s" * 32
# What such a server needs to be told.
SETTINGS = {"SECRET_KEY": SECRET, "FEEDBACK_PER_HOUR": "0"}
_OPENED = timedelta(minutes=5)
_CODE = re.compile(rb'<p class="fb-code" id="ma"[^>]*>(PA-[2-9A-Z-]{14})</p>')


def form_body(
    nonce: str, message: str, *, category: str = "other", place: tuple[str, str] = ("", ""), email: str = ""
) -> bytes:
    """The bytes of one form. `nonce` makes it itself and holds no dot; `place` is a name and the slug it settled on."""
    name, slug = place
    fields = {
        "phieu": FormToken(nonce, datetime.now(UTC) - _OPENED).written(SECRET), "viec": "gui", "loai": category,
        "noi_dung": message, "noi": name, "noi_hoi": name, "xa": slug, "email": email, "dong_y": "1" if email else "",
    }  # fmt: skip
    return urlencode({key: value for key, value in fields.items() if value}).encode()


def acknowledged_code(page: bytes) -> str:
    """The code that a page acknowledges a case with; "" where it does no such thing."""
    found = _CODE.search(page)
    return found[1].decode() if found else ""
