"""Answers of the API: JSON with its dates, and what is wrong as problem details."""

from __future__ import annotations

from typing import Any

from flask import Response
from flask_babel import gettext as _

from portal.core.problems import problem
from portal.opendata.asking import AskedWronglyError
from portal.opendata.files import date_it, json_text

_BAD, _TOO_MUCH = 400, 422


def answer(value: Any) -> Response:
    """A JSON answer that any origin may read; who has it already is told so."""
    response = Response(json_text(value), mimetype="application/json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "public, max-age=0, must-revalidate"
    date_it(response)
    return response


def refused(error: AskedWronglyError) -> Response:
    """400 for a parameter that is wrong, 422 for a file that would be too large."""
    if error.parameter:
        return problem(_BAD, str(_("Tham số chưa đúng")), str(error), parameter=error.parameter)
    return problem(_TOO_MUCH, str(_("Tệp lớn quá")), str(error))
