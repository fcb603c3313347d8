"""Uploaded pictures and videos beside the guide files that show them: `media/` with the files, `media/media.yaml` with
what is said of them. So a folder of guides can move from one portal to another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import yaml

from portal.config import Config
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.permissions import Actor
from portal.core.text import clean_line, nfc, slugify
from portal.media import queries, service
from portal.media.library import NOTHING, PICTURE, VIDEO, Library, Picture, StoredFile, Video
from portal.media.models import MediaFile
from portal.media.pictures import PreparedPicture, prepare_picture, store_picture
from portal.media.service import MediaError, Said
from portal.media.shelf import media_store
from portal.media.upload_rules import MAX_BYTES, UploadRefused
from portal.media.upload_store import UploadStore
from portal.media.videos import MAX_VIDEO_BYTES, PreparedVideo, prepare_video, store_video

FOLDER, LIST = "media", "media.yaml"
_LONGEST_TEXT = 400
_MOST_LIST_BYTES = 1_000_000
_MOST_BYTES = dict.fromkeys((".webp", ".jpg", ".png"), MAX_BYTES) | dict.fromkeys((".mp4", ".webm"), MAX_VIDEO_BYTES)
_LONGEST_SECONDS = 4 * 3600
_DEEPEST = 6
_OPERATOR = Actor("command", "", "")


@dataclass(frozen=True, slots=True)
class Brought:
    """What a folder brings; `problems` name the file and what is wrong with it."""

    files: Mapping[str, tuple[PreparedPicture | PreparedVideo, Said]] = field(default_factory=dict)
    problems: tuple[str, ...] = ()

    def library(self, here: Library = NOTHING) -> Library:
        """What guides of this folder may show, once it is imported: what is `here` already, and what it brings."""
        none = StoredFile("", 0, 0, 0)
        pictures, videos = dict(here.pictures), dict(here.videos)
        for slug, (prepared, said) in self.files.items():
            if isinstance(prepared, PreparedPicture):
                pictures.setdefault(slug, Picture(slug, "", (none,), said.alt, said.caption, said.credit))
            else:
                videos.setdefault(slug, Video(slug, "", none, "", prepared.facts.seconds))
        return Library(pictures, videos)


def media_contents(names: set[str], config: Config) -> Iterator[tuple[str, bytes]]:
    """The files of what of these names was uploaded, by their place in a folder of guides, and last the list of them.

    What is gone from the store is left out: an import says that it is missing.
    """
    listed: dict[str, Any] = {}
    for row, path in _stored(names, config):
        if path is None:
            continue
        name = row.slug + path.suffix
        yield f"{FOLDER}/{name}", path.read_bytes()
        listed[name] = {
            "alt": dict(row.alt), "caption": dict(row.caption), "credit": row.credit, "seconds": row.seconds
        }  # fmt: skip
    if listed:
        yield f"{FOLDER}/{LIST}", yaml.safe_dump(listed, allow_unicode=True, sort_keys=True, width=1_000_000).encode()


def gone(names: set[str], config: Config) -> list[str]:
    """Those of these names whose files are not in the store."""
    return [row.slug for row, path in _stored(names, config) if path is None]


def _stored(names: set[str], config: Config) -> Iterator[tuple[MediaFile, Path | None]]:
    store = media_store(config)
    for row in sorted(queries.media_files(), key=lambda row: row.slug):
        if row.slug in names:
            yield row, store.path(row.files[-1]["key"])


def read_media(source: Path, config: Config) -> Brought:
    """What the `media/` of a folder of guide files brings; nothing where it has none. Nothing is stored yet."""
    folder = source / FOLDER
    if not (folder / LIST).is_file():
        return Brought()
    try:
        listed = _listed(folder / LIST)
    except ValueError as error:
        return Brought(problems=(f"{folder / LIST}:1: {error}",))
    files, problems = {}, []
    for name, about in listed.items():
        try:
            files[Path(name).stem] = _one(folder, name, about, config)
        except (ValueError, OSError) as error:
            problems.append(f"{folder / name}:1: {error}")
        except UploadRefused as refused:
            problems.append(f"{folder / name}:1: {refused.code}")
    return Brought(files, tuple(problems))


def _listed(path: Path) -> dict[str, Any]:
    if path.stat().st_size > _MOST_LIST_BYTES:
        raise ValueError(f"larger than {_MOST_LIST_BYTES} bytes")
    try:
        text = nfc(path.read_text(encoding="utf-8"))
        _refuse_bombs(text)
        found = yaml.safe_load(text)
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ValueError("no YAML in UTF-8") from error
    if not isinstance(found, dict):
        raise ValueError("a mapping of file names to what is said of them")  # noqa: TRY004
    return {str(name): about for name, about in found.items()}


def _refuse_bombs(text: str) -> None:
    """Raises ValueError for what grows when it is built."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.SafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if isinstance(event, yaml.AliasEvent) or depth > _DEEPEST:
            raise ValueError("aliases and deep nesting are not allowed")


def _one(folder: Path, name: str, about: Any, config: Config) -> tuple[PreparedPicture | PreparedVideo, Said]:
    path = folder / name
    slug, suffix = path.stem, path.suffix
    if name != slug + suffix or slugify(slug, 80) != slug or slug == "them" or suffix not in _MOST_BYTES:
        raise ValueError("a file is called by its slug and .webp, .jpg, .png, .mp4 or .webm")
    said = _said(about)
    if not said.alt.get(DEFAULT_LOCALE.code):
        raise ValueError(f"{LIST} doesn't say in {DEFAULT_LOCALE.code!r} what it shows ('alt')")
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES[suffix] + 1)
    if suffix in (".mp4", ".webm"):
        seconds = about.get("seconds")
        told = seconds if isinstance(seconds, int) and 0 < seconds < _LONGEST_SECONDS else 0
        return prepare_video(data, scanner=config.upload_scanner, seconds=told), said
    return prepare_picture(data, scanner=config.upload_scanner, keeps_own=True), said


def _said(about: Any) -> Said:
    if not isinstance(about, dict):
        raise ValueError(f"{LIST} says nothing of it")  # noqa: TRY004
    alt, caption = (_texts(about.get(name)) for name in ("alt", "caption"))
    return Said(alt=alt, caption=caption, credit=clean_line(str(about.get("credit") or ""), _LONGEST_TEXT))


def _texts(given: Any) -> dict[str, str]:
    if not isinstance(given, dict):
        return {}
    return {code: clean_line(given[code], _LONGEST_TEXT) for code in LOCALES if isinstance(given.get(code), str)}


def import_media(brought: Brought, config: Config, *, now: datetime) -> tuple[int, list[str]]:
    """Store what a folder brings; how many are new, and in words what couldn't be taken.

    What is here already with the same content, or under the same name as we wrote it ourselves, stays as it is.
    Flushes, never commits.
    """
    count, problems, store = 0, [], media_store(config)
    for slug, (prepared, said) in brought.files.items():
        known = queries.media_file(slug)
        if known is not None and prepared.digest in (known.digest, _digest_of_export(known.files, store)):
            continue
        upload = (
            store_picture(prepared, store) if isinstance(prepared, PreparedPicture) else store_video(prepared, store)
        )
        try:
            service.add(slug, upload, said, actor=_OPERATOR, now=now)
            count += 1
        except MediaError:
            problems.append(f"{slug}: another {PICTURE if upload.kind == PICTURE else VIDEO} has this name here")
    return count, problems


def _digest_of_export(files: list[Any], store: UploadStore) -> str:
    path = store.path(files[-1]["key"])
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""
