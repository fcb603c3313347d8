"""The preview pictures' addresses, which the heads of pages name."""

from __future__ import annotations

from functools import partial

from flask import Blueprint, Response, abort

from portal.core.access import public
from portal.core.i18n import current_locale
from portal.core.page_cache import dont_cache_page
from portal.core.pages import renderer
from portal.media.drawing import draw
from portal.media.kept import KeptPictures
from portal.media.preview import find_preview, is_mark

media_views = Blueprint("media", __name__)
# Some 45 kB each: every guide in two languages, with room for what was published meanwhile.
MOST_PICTURES = 800


@media_views.get("/xem-truoc/<slug:folder>/<slug:slug>.<mark>.png")
@public
def preview_picture(folder: str, slug: str, mark: str) -> Response:
    """Kept for ever by whoever asks: a picture that changes gets another address, to which the old ones lead."""
    locale = current_locale()
    preview = find_preview(folder, slug, locale) if is_mark(mark) else None
    if preview is None:
        abort(404)
    if mark != preview.mark:
        return Response(status=302, headers={"Location": preview.path(f"/{folder}/{slug}", locale)})
    kept = KeptPictures(renderer().config.data_dir / "previews", MOST_PICTURES)
    picture = kept.get(f"{preview.digest}.png", partial(draw, preview))
    response = Response(picture, mimetype="image/png")
    response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    # In the page cache it would push out a dozen pages.
    return dont_cache_page(response)
