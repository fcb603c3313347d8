"""What a guide shows beside its words: drawings, uploaded pictures, videos."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.media.library import Library, Texts

# That of every drawing.
_DRAWN = (240, 160)
_MEGABYTE = 1_000_000
MEGABYTES = re.compile(r"[0-9]{1,4}(?:[.,][0-9])?")
"""What is typed of how much a linked video loads."""


class StepPicture(NamedTuple):
    """A picture under a step, with the room it takes, so that nothing moves when it comes."""

    url: str
    alt: str
    width: int
    height: int
    srcset: str = ""
    caption: str = ""
    credit: str = ""


class StepVideo(NamedTuple):
    """A video: a link to elsewhere, or a file of ours where `media_type` is given."""

    title: str
    url: str
    host: str
    media_type: str
    width: int
    height: int
    minutes: int
    seconds: int
    megabytes: float
    transcript_html: Markup


def step_picture(
    part: Mapping[str, str], drawings: Mapping[str, str], library: Library, locale: str
) -> StepPicture | None:
    """The picture of a step, with its words in the language of the text; None without one, or where it is gone."""
    # Guides that were imported before there were pictures name none.
    name, alt = part.get("picture", ""), part.get("picture_alt", "")
    if name in drawings:
        return StepPicture(drawings[name], alt, *_DRAWN)
    found = library.pictures.get(name)
    if found is None:
        return None
    said = alt or in_language(found.alt, locale)
    return StepPicture(
        found.url, said, found.width, found.height, found.srcset, found.caption.get(locale, ""), found.credit
    )


def in_language(texts: Texts, locale: str) -> str:
    """The text in a language, else in Vietnamese."""
    return texts.get(locale) or texts.get(DEFAULT_LOCALE.code, "")


def videos_by_step(
    body: Mapping[str, Any], library: Library, html: Callable[[str], Markup]
) -> defaultdict[int, list[StepVideo]]:
    """The videos of a guide's rendered body by the number of their step; 0 for those of the whole guide."""
    found: defaultdict[int, list[StepVideo]] = defaultdict(list)
    # Guides that were imported before there were videos have none.
    parts: Sequence[Mapping[str, str]] = body.get("videos", [])
    for part in parts:
        video = _video(part, library, html(part["transcript"]))
        if video is not None:
            number = part.get("step", "")
            step = int(number) if number.isdecimal() and len(number) < 3 else 0
            found[step if step <= len(body["steps"]) else 0].append(video)
    return found


def _video(part: Mapping[str, str], library: Library, transcript: Markup) -> StepVideo | None:
    if part.get("url"):
        length = seconds_of(part.get("duration", ""))
        size = part.get("megabytes", "")
        megabytes = float(size.replace(",", ".")) if MEGABYTES.fullmatch(size) else 0.0
        host = _host(part["url"])
        if not host:  # of a draft; what is published leads to allowed hosts by https
            return None
        return StepVideo(part["title"], part["url"], host, "", 0, 0, *divmod(length, 60), megabytes, transcript)
    file = library.videos.get(part.get("file", ""))
    if file is None:
        return None
    kept = file.file
    return StepVideo(
        part["title"], file.url, "", file.media_type, kept.width or 640, kept.height or 360,
        *divmod(file.seconds, 60), kept.size / _MEGABYTE, transcript,
    )  # fmt: skip


def _host(url: str) -> str:
    """Where a link leads; "" for what is no address by https."""
    try:
        found = urlsplit(url)
    except ValueError:
        return ""
    return (found.hostname or "").removeprefix("www.") if found.scheme == "https" else ""


def seconds_of(duration: str) -> int:
    """How many seconds `2:35` or `1:02:35` is; 0 where it is neither."""
    parts = duration.split(":")
    if len(parts) not in (2, 3) or not all(part.isascii() and part.isdecimal() and len(part) <= 3 for part in parts):
        return 0
    numbers = [int(part) for part in parts]
    if any(number >= 60 for number in numbers[1:]):
        return 0
    return sum(number * 60**power for power, number in enumerate(reversed(numbers)))


def names_uploads(body: Mapping[str, Any], drawings: Mapping[str, str]) -> bool:
    """Whether a guide's rendered body shows anything that editors uploaded: most don't, and needn't ask for it."""
    return any(step.get("picture") and step["picture"] not in drawings for step in body["steps"]) or any(
        video.get("file") for video in body.get("videos", [])
    )


def shown_in(values: Mapping[str, Any]) -> set[str]:
    """The names of pictures and videos that the values of a guide name, drawings too."""
    return {name for locale in LOCALES for name in _names(values.get(locale, {})) if name}


def _names(texts: Mapping[str, Any]) -> Iterator[str]:
    for step in texts.get("steps", []):
        yield step.get("picture", "")
    for video in texts.get("videos", []):
        yield video.get("file", "")
