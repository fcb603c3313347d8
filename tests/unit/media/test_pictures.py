"""Pictures that editors upload: what comes out is ours, small, and tells of nobody."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from portal.media.pictures import prepare_picture
from portal.media.upload_rules import MAX_BYTES, PICTURE_WIDTHS, UploadRefused
from tests.factories.media import film, photo
from tests.unit.media.samples import EXIF_WITH_PLACE, document, empty_png, encoded, picture, saved


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_a_picture_becomes_two_that_phones_can_pay_for(kind: str) -> None:
    prepared = prepare_picture(photo(kind=kind))
    assert [(file.width, file.height) for file in prepared.files] == [(400, 267), (800, 533)]
    for file, (_width, most_bytes) in zip(prepared.files, PICTURE_WIDTHS, strict=True):
        image = Image.open(io.BytesIO(file.content))
        assert (image.format, image.size) == ("WEBP", (file.width, file.height))
        assert len(file.content) <= most_bytes


def test_noise_is_made_rougher_until_it_is_small_enough() -> None:
    noisy = Image.effect_noise((1000, 800), 90).convert("RGB")
    (file,) = prepare_picture(encoded(noisy)).files
    assert file.width == 400 and len(file.content) < 60_000, "nothing but noise has no wide file"


def test_a_small_picture_is_not_blown_up_and_a_tall_one_fits_a_screen() -> None:
    assert [(file.width, file.height) for file in prepare_picture(encoded(picture(90, 60))).files] == [(90, 60)]
    assert [(file.width, file.height) for file in prepare_picture(photo(600, 3000)).files] == [(100, 500), (200, 1000)]


def test_nothing_of_the_place_or_of_what_was_appended_is_left() -> None:
    hostile = encoded(picture(900, 600), exif=EXIF_WITH_PLACE) + b"<script>alert(1)</script>PK\3\4evil"
    for file in prepare_picture(hostile).files:
        assert b"evil" not in file.content and b"script" not in file.content and b"EXIF" not in file.content


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (b"", "empty", ""),
        (b"\xff\xd8\xff" + bytes(MAX_BYTES), "too_large", ""),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "wrong_type", ""),
        (b"GIF89a" + bytes(50), "wrong_type", ""),
        (b"\0\0\0\x18ftypheic" + bytes(50), "wrong_type", "heic"),
        (b"\xff\xd8\xff" + bytes(500), "broken", ""),
        (film(), "wrong_type", ""),
    ],
)
def test_what_is_no_picture_is_refused(data: bytes, code: str, found: str) -> None:
    with pytest.raises(UploadRefused) as refused:
        prepare_picture(data)
    assert (refused.value.code, refused.value.found) == (code, found)


def test_a_pdf_is_no_picture() -> None:
    with pytest.raises(UploadRefused, match="wrong_type"):
        prepare_picture(saved(document()))


def test_a_bomb_is_refused() -> None:
    with pytest.raises(UploadRefused, match="too_many_pixels"):
        prepare_picture(empty_png(30_000, 30_000))
