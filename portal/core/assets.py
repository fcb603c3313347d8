"""Static files: the style sheets in bundles, everything minified, hashed and precompressed."""

from __future__ import annotations

import gzip
import hashlib
import os
import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

import brotli
import rcssmin
import rjsmin

_TEXT_SUFFIXES = {".css", ".js", ".svg", ".txt", ".json"}
# Each bundle, and the folders of its sheets.
_BUNDLES = {
    "css/site.css": ("css",),
    "css/staff.css": ("css/forms", "css/staff"),
    "css/places.css": ("css/places",),
    "css/teams.css": ("css/places", "css/teams"),
    "css/records.css": ("css/records",),
    "css/charts.css": ("css/charts",),
    "css/meetings.css": ("css/meetings",),
    "css/opendata.css": ("css/opendata",),
    "css/fees.css": ("css/forms", "css/fees"),
    "css/feedback.css": ("css/forms", "css/feedback"),
}


@dataclass(frozen=True, slots=True)
class Assets:
    """Addresses of the built static files."""

    folder: Path
    urls: dict[str, str]

    def url(self, name: str) -> str:
        """The hashed address of a file in static/, e.g. `js/site.js`; KeyError where there is none."""
        return self.urls[name]


def build_assets(
    source: Path,
    target: Path,
    *,
    theme: str = "",
    logo: Path | None = None,
    swaps: Mapping[str, str] = MappingProxyType({}),
) -> Assets:
    """Copy `source` into `target` under hashed names, with .br and .gz beside each text.

    `theme` is CSS that comes last in each bundle with our tokens, `logo` the province's picture, `swaps` its
    colours in the place of those that the drawings in `pictures/` have.
    Cheap when nothing changed, and safe when several processes start at once: a file is complete or absent.
    """
    contents = {
        path.relative_to(source).as_posix(): path.read_bytes()
        for path in sorted(source.rglob("*"))
        if path.is_file() and path.suffix != ".css"
    }
    for bundle, folders in _BUNDLES.items():
        sheets = [sheet for folder in folders for sheet in sorted((source / folder).glob("*.css"))]
        text = "\n".join(sheet.read_text("utf-8") for sheet in sheets)
        contents[bundle] = rcssmin.cssmin(text + (theme if "--primary:" in text else "")).encode()
    if logo is not None:
        contents["logo" + logo.suffix] = logo.read_bytes()
    drawings = {name: code.decode() for name, code in contents.items() if name.startswith("pictures/")}
    contents |= {name: _swapped(text, swaps).encode() for name, text in drawings.items()}
    scripts = {name: code for name, code in contents.items() if name.endswith(".js") and ".min." not in name}
    contents |= {name: rjsmin.jsmin(code.decode()).encode() for name, code in scripts.items()}
    urls = {}
    for name, content in contents.items():
        stem, dot, suffix = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:12]}{dot}{suffix}" if dot else name
        urls[name] = f"/static/{hashed}"
        destination = target / hashed
        if destination.exists():
            continue
        destination.parent.mkdir(parents=True, exist_ok=True)
        if f".{suffix}" in _TEXT_SUFFIXES:
            _write(destination.with_name(destination.name + ".br"), brotli.compress(content, quality=11))
            _write(destination.with_name(destination.name + ".gz"), gzip.compress(content, 9, mtime=0))
        _write(destination, content)
    return Assets(folder=target, urls=urls)


def _swapped(text: str, swaps: Mapping[str, str]) -> str:
    """All at once: a new colour may be another's old one."""
    return re.sub("|".join(map(re.escape, swaps)), lambda found: swaps[found[0]], text) if swaps else text


def _write(path: Path, content: bytes) -> None:
    handle, temporary = tempfile.mkstemp(dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(temporary).chmod(0o644)
        Path(temporary).replace(path)
    except BaseException:
        Path(temporary).unlink(missing_ok=True)
        raise
