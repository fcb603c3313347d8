"""What editors have uploaded, as those know it who show it: pictures and videos by their slugs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

PICTURE, VIDEO = "picture", "video"
KINDS = (PICTURE, VIDEO)
# Enough of a digest that nobody comes upon a file whose draft isn't published yet.
MARK_LENGTH = 12
Texts = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class StoredFile:
    """One file of an upload: where it is kept, its pixels, its bytes. Pixels are 0 where nobody knows them."""

    key: str
    width: int
    height: int
    size: int


@dataclass(frozen=True, slots=True)
class Picture:
    """An uploaded picture: the same in several widths, the narrowest first; texts by language."""

    slug: str
    mark: str
    files: tuple[StoredFile, ...]
    alt: Texts
    caption: Texts
    credit: str

    @property
    def width(self) -> int:
        """How wide it is shown, in CSS pixels."""
        return self.files[0].width

    @property
    def height(self) -> int:
        """How high it is shown, in CSS pixels."""
        return self.files[0].height

    @property
    def url(self) -> str:
        """The address of its smallest file."""
        return self._address(self.files[0])

    @property
    def srcset(self) -> str:
        """All of its files for the browser to choose from; "" where there is one."""
        if len(self.files) == 1:
            return ""
        return ", ".join(f"{self._address(file)} {file.width}w" for file in self.files)

    def _address(self, file: StoredFile) -> str:
        return f"/hinh/{self.slug}.{self.mark}.{file.width}.webp"


@dataclass(frozen=True, slots=True)
class Video:
    """An uploaded video; `seconds` is how long it runs."""

    slug: str
    mark: str
    file: StoredFile
    media_type: str
    seconds: int

    @property
    def url(self) -> str:
        """Its address."""
        return f"/video/{self.slug}.{self.mark}.{self.file.key.rpartition('.')[2]}"


@dataclass(frozen=True, slots=True)
class Library:
    """All of it, by slug."""

    pictures: Mapping[str, Picture] = field(default_factory=dict)
    videos: Mapping[str, Video] = field(default_factory=dict)


NOTHING = Library()
