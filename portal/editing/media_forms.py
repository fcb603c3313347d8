"""What the form of a picture or video sends, and taking its file in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import dataclass, field

from werkzeug.datastructures import FileStorage

from portal.config import Config
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.text import clean_line, clean_paragraphs, slugify
from portal.guides.rules import pictures as drawings
from portal.guides.shown import seconds_of
from portal.media.library import PICTURE, VIDEO
from portal.media.pictures import prepare_picture, store_picture
from portal.media.service import Said, Upload
from portal.media.shelf import media_store
from portal.media.upload_rules import MAX_BYTES
from portal.media.videos import MAX_VIDEO_BYTES, prepare_video, store_video

MOST_BYTES: Mapping[str, int] = {PICTURE: MAX_BYTES, VIDEO: MAX_VIDEO_BYTES}
_LONGEST_NAME, _LONGEST_TEXT = 80, 400
# A file of this name would stand at the address of the form for a new one.
_NAME_OF_FORM = "them"


@dataclass(frozen=True, slots=True, kw_only=True)
class Typed:
    """The fields of the form, cleaned."""

    kind: str = PICTURE
    name: str = ""
    duration: str = ""
    alt: Mapping[str, str] = field(default_factory=dict)
    caption: Mapping[str, str] = field(default_factory=dict)
    credit: str = ""

    @property
    def slug(self) -> str:
        """The name as guides use it."""
        return slugify(self.name, _LONGEST_NAME)

    @property
    def said(self) -> Said:
        """What is said of the file."""
        return Said(alt=self.alt, caption=self.caption, credit=self.credit)

    def problems(self, *, is_new: bool) -> dict[str, str]:
        """What is wrong, before any file is looked at: a code for each field."""
        found = {}
        if is_new and not self.slug:
            found["ten"] = "no_name"
        elif is_new and (self.slug in drawings() or self.slug == _NAME_OF_FORM):
            found["ten"] = "taken"
        if not self.alt.get(DEFAULT_LOCALE.code):
            found[f"alt.{DEFAULT_LOCALE.code}"] = "no_alt"
        return found


def typed(form: Mapping[str, str], kind: str = "") -> Typed:
    """What a form sends."""
    return Typed(
        kind=kind or (VIDEO if form.get("loai") == VIDEO else PICTURE),
        name=clean_line(form.get("ten", ""), _LONGEST_NAME), duration=clean_line(form.get("duration", ""), 10),
        alt=_by_language(form, "alt"), caption=_by_language(form, "caption"),
        credit=clean_line(form.get("credit", ""), _LONGEST_TEXT),
    )  # fmt: skip


def _by_language(form: Mapping[str, str], name: str) -> dict[str, str]:
    said = {code: clean_paragraphs(form.get(f"{name}.{code}", ""), _LONGEST_TEXT) for code in LOCALES}
    return {code: " ".join(text.split()) for code, text in said.items() if text}


def taken_in(given: Typed, upload: FileStorage | None, config: Config) -> Upload:
    """The upload with its files in the store.

    Raises UploadRefused; with "no_seconds" for a video that doesn't say how long it runs, where nobody typed it.
    """
    data = b""
    if upload is not None:
        with closing(upload):
            data = upload.stream.read(MOST_BYTES[given.kind] + 1)
    return _TAKERS[given.kind](data, given, config)


def _take_picture(data: bytes, _given: Typed, config: Config) -> Upload:
    prepared = prepare_picture(data, scanner=config.upload_scanner)
    return store_picture(prepared, media_store(config))


def _take_video(data: bytes, given: Typed, config: Config) -> Upload:
    prepared = prepare_video(data, scanner=config.upload_scanner, seconds=seconds_of(given.duration))
    return store_video(prepared, media_store(config))


_TAKERS: Mapping[str, Callable[[bytes, Typed, Config], Upload]] = {PICTURE: _take_picture, VIDEO: _take_video}
