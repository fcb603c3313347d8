"""The addresses of what editors uploaded: whoever asks keeps it for ever, and no cookie is read or set."""

from __future__ import annotations

from flask import Blueprint, Response, abort

from portal.core.access import public
from portal.core.pages import renderer
from portal.media import queries
from portal.media.serving import kept_for_ever
from portal.media.shelf import media_store

library_views = Blueprint("library", __name__)


@library_views.get("/hinh/<slug:slug>.<slug:mark>.<int:width>.webp")
@public
def picture(slug: str, mark: str, width: int) -> Response:
    found = queries.library().pictures.get(slug)
    file = next((file for file in found.files if file.width == width), None) if found and found.mark == mark else None
    if file is None:
        abort(404)
    return kept_for_ever(media_store(renderer().config).path(file.key), "image/webp")


@library_views.get("/video/<slug:slug>.<slug:mark>.<any(mp4, webm):suffix>")
@public
def video(slug: str, mark: str, suffix: str) -> Response:
    found = queries.library().videos.get(slug)
    if found is None or found.mark != mark or not found.file.key.endswith(suffix):
        abort(404)
    return kept_for_ever(media_store(renderer().config).path(found.file.key), found.media_type)
