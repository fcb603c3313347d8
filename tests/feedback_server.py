"""The portal, and beside its pages an address that takes feedback as its form does: for load and for kills.

`gunicorn tests.feedback_server:application`. What is measured is receiving itself: no form token, no ceilings.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl

from portal.core import clock
from portal.core.db import unit_of_work
from portal.feedback.receiving import Submission, submit
from wsgi import app

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

PATH = "/gui-thu"
SECRET = "s" * 32


def application(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
    """Take a form and answer with its reference and code once it is committed."""
    if environ["PATH_INFO"] != PATH:
        return app(environ, start_response)
    fields = dict(parse_qsl(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])).decode()))
    with app.app_context(), unit_of_work():
        received = submit(Submission(locale="vi", **fields), secret=SECRET, now=clock.now())
        answer = f"{received.case.reference} {received.code}".encode()
    start_response("200 OK", [("Content-Type", "text/plain"), ("Content-Length", str(len(answer)))])
    return [answer]
