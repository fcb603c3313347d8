"""The service worker of the tally: a few lines that name its files, and so change whenever one of them does."""

from __future__ import annotations

import hashlib
import json

from flask import Blueprint, Response

from portal.core.access import public
from portal.core.pages import renderer

tally_worker = Blueprint("tally_worker", __name__)
# What the page needs to be shown without a network, and what the worker itself is made of.
_SHOWN = ("css", "staff_css", "js", "sign_out", "tally_store", "tally", "icons", "favicon")
_OWN = ("tally_store", "tally_worker")


def worker_version() -> str:
    """The name of the state of these files: what is kept under another one is thrown away."""
    addresses = [renderer().asset(name) for name in dict.fromkeys(_SHOWN + _OWN)]
    return hashlib.sha256("\n".join(addresses).encode()).hexdigest()[:12]


@tally_worker.get("/sw.js")
@public
def script() -> Response:
    """The same for everybody. Switched off, it is a worker that removes itself and what it kept."""
    is_on, asset = renderer().config.offline_tally, renderer().asset
    tally = {"version": worker_version(), "isOn": is_on, "assets": [asset(name) for name in _SHOWN] if is_on else []}
    sources = ", ".join(json.dumps(asset(name)) for name in _OWN)
    response = Response(
        f'"use strict";\nself.tallyWorker = {json.dumps(tally)};\nimportScripts({sources});\n',
        mimetype="text/javascript",
    )
    response.headers["Cache-Control"] = "no-cache"
    return response
