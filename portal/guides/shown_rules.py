"""What a guide's pictures and videos have to have, wherever the guide was written."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from typing import Any, Protocol

from portal.core.i18n import DEFAULT_LOCALE
from portal.guides.shown import MEGABYTES, seconds_of
from portal.guides.translating import own_parts
from portal.guides.written import TextData
from portal.media.library import Library

Path = tuple[str | int, ...]
MOST_VIDEOS = 6


class Reader(Protocol):
    """What walks a guide's values and collects their faults."""

    raw: Any
    pictures: Collection[str]
    library: Library
    allows: Callable[[str], bool]

    def fail(self, path: Path, message: str, code: str = "wrong", value: object = "") -> None:
        """Note a fault."""

    def items(
        self, path: Path, required: tuple[str, ...], optional: tuple[str, ...], *, may_be_empty: str = ""
    ) -> list[dict[str, str]]:
        """The rows of a list."""


def check_pictures(reader: Reader, path: Path, steps: list[dict[str, str]]) -> None:
    """Every picture is there and described: a drawing by its step, an upload by its step or by who uploaded it."""
    for index, step in enumerate(steps):
        name, alt = step.get("picture"), step.get("picture_alt")
        uploaded = reader.library.pictures.get(name or "")
        if name and name not in reader.pictures and uploaded is None:
            reader.fail(
                (*path, index, "picture"),
                f"there is no picture {name!r}, neither in static/pictures nor uploaded",
                "picture",
                name,
            )
        is_described = bool(alt or uploaded.alt.get(str(path[0]))) if uploaded else alt is not None
        if name and not is_described:
            reader.fail(
                (*path, index, "picture"),
                "'picture_alt' is missing; \"\" where a drawing says no more than the text",
                "picture_alt",
            )
        if alt is not None and not name:
            reader.fail((*path, index, "picture_alt"), "there is no 'picture' that it describes")


def same_pictures(reader: Reader, texts: Sequence[TextData]) -> None:
    """Whoever reads a whole translation sees what the others see."""
    shown = {
        text.locale: [step["picture"] for step in text.body["steps"] if "picture" in step]
        for text in texts
        if text.is_complete and "steps" in own_parts(texts[0].body, text.body)
    }
    wanted = shown.get(DEFAULT_LOCALE.code)
    for code, names in shown.items():
        if wanted is not None and names != wanted:
            reader.fail(
                (code, "steps"),
                f"other pictures than in {DEFAULT_LOCALE.code!r}: {', '.join(wanted) or '-'}",
                "pictures",
            )


def videos(reader: Reader, path: Path, steps: int) -> list[dict[str, str]]:
    """The videos of a language: a link with how long it runs and how much it weighs, or a file that says so itself."""
    found = reader.items(path, ("title", "transcript"), ("url", "file", "duration", "megabytes", "step"))
    if len(found) > MOST_VIDEOS:
        reader.fail(path, f"{len(found)} videos; at most {MOST_VIDEOS}", "videos", MOST_VIDEOS)
    for index, video in enumerate(found):
        here = (*path, index)
        url, file, step = video.get("url"), video.get("file"), video.get("step")
        if path[0] != DEFAULT_LOCALE.code and not any(video.values()):
            continue  # it keeps its place beside the Vietnamese one
        if bool(url) == bool(file):
            reader.fail((*here, "url"), "either 'url' or 'file', and not both", "video_of_what")
        elif url:
            _check_link(reader, here, video, url)
        elif file not in reader.library.videos:
            reader.fail((*here, "file"), f"there is no uploaded video {file!r}", "video", file)
        if step and not (step.isascii() and step.isdecimal() and len(step) < 3 and 1 <= int(step) <= steps):
            reader.fail((*here, "step"), f"there is no step {step!r}", "video_step", step)
    return found


def _check_link(reader: Reader, here: Path, video: dict[str, str], url: str) -> None:
    if not reader.allows(url):
        reader.fail((*here, "url"), f"link to {url!r}, which is not on an allowed host by https", "link", url)
    if not seconds_of(video.get("duration", "")):
        reader.fail((*here, "duration"), "'duration' is minutes and seconds such as \"2:35\"", "duration")
    if not MEGABYTES.fullmatch(video.get("megabytes", "")):
        reader.fail((*here, "megabytes"), "'megabytes' is about how much playing it loads, such as \"12\"", "megabytes")
