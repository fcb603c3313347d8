"""Where other systems send figures; described in docs/api.md."""

from __future__ import annotations

import hashlib
import json
import re
from typing import Any

from flask import Blueprint, Response, request
from werkzeug.exceptions import BadRequest, RequestEntityTooLarge

from portal.adoption import keys, receiving
from portal.adoption.directory import directory
from portal.adoption.key_models import FigureKey
from portal.adoption.push_words import RETRY_AFTER_SECONDS, PushProblem
from portal.adoption.pushing import KEPT_ERRORS, MOST_OBSERVATIONS, BodyProblem, Pushed, read_body, read_figures
from portal.core import clock
from portal.core.access import by_key
from portal.core.db import unit_of_work
from portal.core.i18n import LOCALES, current_locale
from portal.core.pages import renderer
from portal.core.rate_limits import is_over_by_minute

push_views = Blueprint("push_figures", __name__, url_prefix="/api/v1")
MOST_BYTES = 1_000_000
_BEARER = re.compile(r"bearer +([\x21-\x7e]{1,200}) *", re.IGNORECASE | re.ASCII)
_REQUEST_NAME = re.compile(r"[\x20-\x7e]{1,200}", re.ASCII)
_KINDS = {"not_json": "not-json", "not_object": "not-observations", "too_many": "too-large"}


@push_views.post("/observations")
@by_key(most_bytes=MOST_BYTES)
def push_observations() -> Response:
    try:
        answer = _taken_in(_key())
    except PushProblem as problem:
        return _refused(problem)
    return Response(json.dumps(answer), mimetype="application/json")


def _refused(problem: PushProblem) -> Response:
    locale = _asked_locale()
    response = Response(problem.body(locale), problem.status, problem.headers, mimetype="application/problem+json")
    response.headers["Content-Language"] = locale
    response.vary.add("Accept-Language")
    return response


def _asked_locale() -> str:
    """The language that a system asks for, or that of the address; Vietnamese where it asks for none of ours."""
    asked = [] if request.script_root else [tag.partition("-")[0].lower() for tag in request.accept_languages.values()]
    return next((code for code in asked if code in LOCALES), current_locale().code)


def _key() -> FigureKey:
    """The key that was shown. Raises PushProblem, also for who asks too often: before and after it is looked up."""
    per_minute, now = renderer().config.pushes_per_minute, clock.now()
    if is_over_by_minute("push", per_minute):
        raise _too_often()
    found = _shown_key()
    if is_over_by_minute(f"push {found.code}", per_minute, by_address=False):
        raise _too_often()
    if keys.is_long_unseen(found, now=now):
        with unit_of_work():
            keys.saw(_shown_key(), now=now)
        found = _shown_key()
    return found


def _shown_key() -> FigureKey:
    given = request.headers.get("Authorization", "")
    match = _BEARER.fullmatch(given)
    found = keys.find(match[1], now=clock.now()) if match else None
    if found is None:
        hint = ', error="invalid_token"' if given else ""
        raise PushProblem("no-key", headers={"WWW-Authenticate": f'Bearer realm="observations"{hint}'})
    return found


def _too_often() -> PushProblem:
    return PushProblem("too-many-requests", headers={"Retry-After": str(RETRY_AFTER_SECONDS)})


def _taken_in(key: FigureKey) -> dict[str, Any]:
    """The answer to what was sent. Raises PushProblem."""
    body, name = _body(), _request_name()
    found = _figures(body, key)
    digest = hashlib.sha256(body).hexdigest()
    with unit_of_work():
        sent = receiving.Sent(key=_shown_key(), name=name, sha256=digest, size=len(body))
        answer = receiving.take_in(found, sent, clock=clock.now)
    if answer is None:
        raise PushProblem("idempotency-key-reused")
    return answer


def _body() -> bytes:
    if request.mimetype != "application/json" or request.headers.get("Content-Encoding", "identity") != "identity":
        raise PushProblem("wrong-type")
    try:
        return request.get_data(cache=False)
    except RequestEntityTooLarge:
        raise PushProblem("too-large", detail=f"{MOST_BYTES} bytes at most") from None
    except BadRequest:
        raise PushProblem("not-json", detail="the body was cut off") from None


def _request_name() -> str:
    """What the system calls this request, or ""."""
    name = request.headers.get("Idempotency-Key")
    if name is not None and not _REQUEST_NAME.fullmatch(name.strip()):
        raise PushProblem("bad-idempotency-key")
    return (name or "").strip()


def _figures(body: bytes, key: FigureKey) -> Pushed:
    try:
        found = read_figures(read_body(body), key, directory(), today=clock.today())
    except BodyProblem as error:
        detail = f"{MOST_OBSERVATIONS} observations at most" if error.code == "too_many" else error.reason
        raise PushProblem(_KINDS[error.code], detail=detail) from None
    if found.refused:
        raise PushProblem("out-of-scope", errors=found.refused[:KEPT_ERRORS], error_count=len(found.refused))
    if found.errors:
        raise PushProblem("rows-refused", errors=found.errors, error_count=found.error_count)
    return found
