"""QR codes as files, read by a decoder that knows nothing of what drew them."""

from __future__ import annotations

import io

import pytest
import segno
import zxingcpp
from PIL import Image

from portal.core.qr import QUIET_MODULES, qr_modules, qr_png, qr_svg_file
from portal.sharing.addresses import Channel, link_url
from portal.sharing.hand_on import facebook_url, sms_texts, typed_address

ADDRESS = "https://quangngai.example.vn/g/k7m2xq9/q"
LONG = "https://" + "cong-dich-vu-cong-cua-mot-tinh-co-ten-dai." * 4 + "gov.vn/g/k7m2xq9/q"


def read(picture: Image.Image) -> tuple[str, str]:
    """What a decoder reads, and the level of error correction that it names."""
    (found,) = zxingcpp.read_barcodes(picture)
    return found.text, found.ec_level


@pytest.mark.parametrize("text", [ADDRESS, LONG])
def test_the_picture_is_read_and_is_sharp_in_print(text: str) -> None:
    picture = Image.open(io.BytesIO(qr_png(text)))
    assert read(picture.convert("L")) == (text, "M")
    assert picture.width == picture.height >= 1200
    assert [round(dpi) for dpi in picture.info["dpi"]] == [300, 300]
    assert set(picture.convert("L").get_flattened_data()) == {0, 255}, "nothing between black and white"
    modules = len(qr_modules(text)) + 2 * QUIET_MODULES
    assert picture.width % modules == 0
    quiet = QUIET_MODULES * picture.width // modules
    left, top, right, bottom = Image.eval(picture.convert("L"), lambda value: 255 - value).getbbox() or (0, 0, 0, 0)
    assert (left, top, picture.width - right, picture.height - bottom) == (quiet,) * 4


def test_the_drawing_is_a_file_of_its_own_with_the_same_modules() -> None:
    drawing = qr_svg_file(ADDRESS).decode()
    assert drawing.startswith("<?xml")
    assert 'xmlns="http://www.w3.org/2000/svg"' in drawing
    assert 'width="40.0mm"' in drawing
    assert "script" not in drawing
    again = io.BytesIO()
    segno.make_qr(ADDRESS, error="m", boost_error=False).save(again, kind="svg", border=QUIET_MODULES, xmldecl=False)
    path = again.getvalue().decode().partition(' d="')[2].partition('"')[0]
    assert path
    assert path in drawing


def test_the_same_address_gives_the_same_bytes() -> None:
    assert qr_png(ADDRESS) == qr_png(ADDRESS)
    assert qr_svg_file(ADDRESS) == qr_svg_file(ADDRESS)


def test_addresses_by_channel() -> None:
    assert link_url("k7m2xq9") == "/g/k7m2xq9"
    assert {link_url("k7m2xq9", channel) for channel in Channel} == {f"/g/k7m2xq9/{letter}" for letter in "qzfsc"}
    assert typed_address("https://quangngai.example.vn", "k7m2xq9") == "quangngai.example.vn/g/k7m2xq9"
    assert facebook_url("https://quangngai.example.vn", "k7m2xq9") == (
        "https://www.facebook.com/sharer/sharer.php?u=https%3A%2F%2Fquangngai.example.vn%2Fg%2Fk7m2xq9%2Ff"
    )


def test_a_message_is_offered_with_and_without_accents() -> None:
    accented, bare = sms_texts("Đăng ký khai sinh: https://quangngai.example.vn/g/k7m2xq9/s")
    assert (accented.length.parts, accented.length.room, accented.length.is_plain) == (1, 70, False)
    assert (bare.length.parts, bare.length.room, bare.length.is_plain) == (1, 160, True)
    assert bare.text == "Dang ky khai sinh: https://quangngai.example.vn/g/k7m2xq9/s"
    assert bare.url == "sms:?body=Dang%20ky%20khai%20sinh%3A%20https%3A%2F%2Fquangngai.example.vn%2Fg%2Fk7m2xq9%2Fs"
