"""What a system is told whose request is refused: problem details (RFC 9457), in Vietnamese or English."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from portal.exchange.errors import RowError
from portal.exchange.messages import Message


class Kind(NamedTuple):
    """A kind of problem: its status and what it is called."""

    status: int
    title: Message


# The end of `type`, which programs may tell problems by.
KINDS: Mapping[str, Kind] = {
    "not-json": Kind(400, Message("The body is no JSON that can be read", "Nội dung gửi lên không phải JSON đọc được")),
    "not-observations": Kind(
        400,
        Message(
            "The body is no object with a list of observations",
            "Nội dung phải là một đối tượng có danh sách observations",
        ),
    ),
    "bad-idempotency-key": Kind(
        400,
        Message(
            "Idempotency-Key takes 1 to 200 visible ASCII characters",
            "Idempotency-Key phải có từ 1 đến 200 ký tự ASCII nhìn thấy được",
        ),
    ),
    "no-key": Kind(401, Message("No key that holds was shown", "Thiếu khóa, hoặc khóa không còn hiệu lực")),
    "out-of-scope": Kind(
        403, Message("The key does not cover these figures", "Khóa này không được gửi các số liệu này")
    ),
    "too-large": Kind(413, Message("The request is too large", "Yêu cầu lớn quá")),
    "wrong-type": Kind(
        415,
        Message(
            "Only application/json without Content-Encoding is read",
            "Chỉ nhận application/json, không có Content-Encoding",
        ),
    ),
    "rows-refused": Kind(
        422, Message("Some rows are refused; nothing was stored", "Có dòng không nhận được; chưa lưu gì cả")
    ),
    "idempotency-key-reused": Kind(
        422,
        Message(
            "This Idempotency-Key stood with another body", "Idempotency-Key này đã dùng cho một nội dung khác"
        ),
    ),
    "too-many-requests": Kind(429, Message("Too many requests; wait a minute", "Gửi nhanh quá; hãy chờ một phút")),
}  # fmt: skip
_TYPE = "urn:gandan:problem:"
RETRY_AFTER_SECONDS = 60


class PushProblem(Exception):
    """A request is refused; `detail` is for whoever builds the other system."""

    def __init__(
        self, kind: str, *, detail: str = "", errors: Sequence[RowError] = (), error_count: int = 0,
        headers: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        self.kind, self.detail, self.errors, self.error_count = kind, detail, errors, error_count
        self.headers = dict(headers or {})
        super().__init__(kind)

    @property
    def status(self) -> int:
        """The status that it is answered with."""
        return KINDS[self.kind].status

    def body(self, locale: str) -> str:
        """The problem as JSON, its words in "vi" or "en"."""
        title = KINDS[self.kind].title.filled({}, locale)
        told: dict[str, Any] = {"type": _TYPE + self.kind, "title": title, "status": self.status}
        if self.detail:
            told["detail"] = self.detail
        if self.errors:
            told["errors"] = [_error(error, locale) for error in self.errors]
            told["error_count"] = max(self.error_count, len(self.errors))
        return json.dumps(told, ensure_ascii=False)


def _error(error: RowError, locale: str) -> dict[str, Any]:
    return {
        "index": error.line if error.line >= 0 else None, "field": error.column, "code": error.code,
        "reason": error.reason(locale),
    }  # fmt: skip
