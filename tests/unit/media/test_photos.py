"""Photos come out upright, small, on white, and as nothing but pixels."""

from __future__ import annotations

import io

import pytest
from PIL import Image, PngImagePlugin

from portal.media.convert_photo import convert_photo
from portal.media.upload_rules import UploadRefused, recognise
from tests.unit.media.samples import (
    EXIF_WITH_PLACE,
    GREEN,
    RED,
    decoded,
    empty_png,
    encoded,
    is_near,
    picture,
    segments,
)

WHITE = (255, 255, 255)


def converted(data: bytes) -> Image.Image:
    content, width, height = convert_photo(data, recognise(data))
    image = decoded(content)
    assert (image.format, image.mode, image.size) == ("JPEG", "RGB", (width, height))
    return image


@pytest.mark.parametrize(("kind", "options"), [("JPEG", {}), ("PNG", {}), ("WEBP", {"lossless": True}), ("MPO", {})])
def test_every_kind_becomes_a_jpeg(kind: str, options: dict[str, object]) -> None:
    image = converted(encoded(picture(), kind, **options))
    assert image.size == (60, 40)
    assert is_near(image.getpixel((5, 20)), GREEN)
    assert is_near(image.getpixel((50, 20)), RED)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "PA", "RGB", "RGBA", "I;16", "CMYK", "YCbCr"])
def test_every_mode_of_colours_is_read(mode: str) -> None:
    grey = Image.new("I;16", (40, 40), 32_768) if mode == "I;16" else Image.new("L", (40, 40), 128)
    source = grey if mode == "I;16" else grey.convert("RGB").convert("P") if mode == "PA" else grey.convert(mode)
    image = converted(encoded(source, "JPEG" if mode in {"CMYK", "YCbCr"} else "PNG"))
    pixels = image.convert("L").resize((1, 1), Image.Resampling.BOX).getpixel((0, 0))
    assert isinstance(pixels, int)
    assert abs(pixels - 128) < 10


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_orientation_is_applied(orientation: int) -> None:
    """What a reader who heeds EXIF saw before is what everybody sees afterwards."""
    exif = Image.Exif()
    exif[0x0112] = orientation
    # The picture as the sensor has it, so that turned by the tag it is upright.
    undo = {2: 0, 3: 1 + 2, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    upright = picture(90, 60)
    stored = upright if orientation == 1 else upright.transpose(Image.Transpose(undo[orientation]))
    image = converted(encoded(stored, exif=exif.tobytes(), quality=95))
    assert image.size == (90, 60)
    assert is_near(image.getpixel((8, 30)), GREEN)
    assert is_near(image.getpixel((80, 30)), RED)


@pytest.mark.filterwarnings("ignore:Corrupt EXIF")
def test_a_broken_exif_block_costs_no_photo() -> None:
    assert converted(encoded(picture(), exif=b"Exif\0\0MM\0*\xff\xff\xff\xff\xff\xff")).size == (60, 40)


def test_metadata_is_gone() -> None:
    chunks = PngImagePlugin.PngInfo()
    chunks.add_text("Author", "evil-author")
    chunks.add_itxt("XML:com.adobe.xmp", "evil-xmp")
    profile = b"evil-profile" * 20
    jpeg = encoded(
        picture(), exif=EXIF_WITH_PLACE, comment=b"evil-comment", icc_profile=profile, xmp=b"<x>evil-xmp</x>"
    )
    assert {0xE1, 0xE2, 0xFE} <= set(segments(jpeg))
    for data in (
        jpeg,
        encoded(picture(), "PNG", exif=EXIF_WITH_PLACE, pnginfo=chunks),
        encoded(picture(), "WEBP", exif=EXIF_WITH_PLACE, xmp=b"evil-xmp"),
    ):
        assert b"evil" in data
        content, _, _ = convert_photo(data, recognise(data))
        assert b"evil" not in content
        assert not {*range(0xE1, 0xF0), 0xFE} & set(segments(content))
        assert not decoded(content).getexif()


APPENDED = {
    "zip": b"PK\x03\x04\x14\0evil" + b"PK\x05\x06" + b"\0" * 18,
    "html": b"<html><script>evil()</script></html>",
    "jar": b"PK\x03\x04META-INF/MANIFEST.MF evil PK\x05\x06" + b"\0" * 18,
    "pdf": b"%PDF-1.7\n1 0 obj<</S/JavaScript/JS(evil)>>endobj\n%%EOF",
    "php": b"<?php evil(); ?>",
}


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("appended", APPENDED.values(), ids=APPENDED.keys())
def test_polyglots_come_out_as_photos_alone(kind: str, appended: bytes) -> None:
    content, _, _ = convert_photo(encoded(picture(), kind) + appended, kind.lower())
    assert content.endswith(b"\xff\xd9")
    for sign in (b"evil", b"PK\x03\x04", b"PK\x05\x06", b"%PDF", b"<script"):
        assert sign not in content


@pytest.mark.parametrize("mode", ["RGBA", "LA", "P"])
def test_transparency_becomes_white(mode: str) -> None:
    image = Image.new("RGBA", (40, 40), (0, 0, 0, 0))
    options = {}
    if mode == "P":
        image = Image.new("P", (40, 40), 0)
        options = {"transparency": 0}
    elif mode == "LA":
        image = image.convert("LA")
    assert is_near(converted(encoded(image, "PNG", **options)).getpixel((20, 20)), WHITE)


@pytest.mark.parametrize("kind", ["WEBP", "PNG"])
def test_of_a_moving_picture_the_first_frame_is_taken(kind: str) -> None:
    frames = [Image.new("RGB", (20, 20), "blue")]
    data = encoded(picture(20, 20), kind, save_all=True, append_images=frames, lossless=True)
    assert is_near(converted(data).getpixel((15, 10)), RED)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((4000, 3000), (2000, 1500)), ((1200, 4100), (585, 2000)), ((9000, 1), (2000, 1)), ((2000, 1999), (2000, 1999))],
)
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longest_side_is_limited(size: tuple[int, int], wanted: tuple[int, int], kind: str) -> None:
    assert converted(encoded(Image.new("RGB", size, RED), kind)).size == wanted


def refusal(data: bytes) -> str:
    with pytest.raises(UploadRefused) as refused:
        convert_photo(data, recognise(data))
    return refused.value.code


def test_too_many_pixels_are_refused_before_they_are_decoded() -> None:
    bomb = empty_png(20_000, 20_000)
    assert len(bomb) < 60_000
    assert refusal(bomb) == "too_many_pixels"
    assert refusal(encoded(Image.new("L", (6_000, 4_001)), "WEBP")) == "too_many_pixels"
    assert refusal(encoded(Image.new("L", (8_000, 5_001)), progressive=True)) == "too_many_pixels"


def test_a_large_baseline_jpeg_is_read_scaled_down() -> None:
    jpeg = bytearray(encoded(Image.new("L", (12_000, 10_000), 128)))
    assert converted(bytes(jpeg)).size == (2000, 1667)
    at = jpeg.index(b"\xff\xc0") + 5
    jpeg[at : at + 2] = (10_001).to_bytes(2)
    assert refusal(bytes(jpeg)) == "too_many_pixels"


def test_only_the_recognised_decoder_is_asked() -> None:
    """A TIFF that calls itself a JPEG reaches no decoder but that of JPEG."""
    with pytest.raises(OSError, match="cannot identify"):
        convert_photo(b"\xff\xd8\xff" + encoded(picture(), "TIFF"), "jpeg")
    with pytest.raises(OSError, match="cannot identify"):
        convert_photo(encoded(picture(), "GIF"), "png")


def test_what_is_cut_off_is_broken() -> None:
    for kind in ("JPEG", "PNG", "WEBP"):
        whole = encoded(picture(400, 300), kind)
        with pytest.raises((OSError, SyntaxError, ValueError)):
            convert_photo(whole[: len(whole) // 2], kind.lower())
    with pytest.raises((OSError, SyntaxError)):
        Image.open(io.BytesIO(b"\xff\xd8\xff")).load()
