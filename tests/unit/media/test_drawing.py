"""Preview pictures as they are drawn."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import unicodedata
from dataclasses import replace

import pytest
from PIL import Image, ImageFont

from portal.config import ROOT
from portal.core.theme import Colours, mixed
from portal.media.drawing import TITLE_LINES, TITLE_ROOM, TITLE_SIZES, draw, title_lines
from portal.media.preview import HEIGHT, WIDTH, Fact, Preview
from portal.media.shapes import read_shapes

ICONS = (ROOT / "static" / "icons.svg").read_text(encoding="utf-8")
BIRTH = Preview(
    portal_name="Gần Dân Quảng Ngãi",
    kind="Hướng dẫn",
    title="Đăng ký khai sinh",
    facts=(Fact("smartphone", "Nộp trực tuyến"), Fact("clock", "1 ngày làm việc")),
    icon="baby",
    colours=Colours(),
)
LONG = "Cấp giấy xác nhận tình trạng hôn nhân để kết hôn với người nước ngoài ở nước ngoài " * 3


def opened(preview: Preview) -> Image.Image:
    image = Image.open(io.BytesIO(draw(preview)))
    image.load()
    return image


def vietnamese_letters() -> set[str]:
    marks = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")
    lower = {unicodedata.normalize("NFC", vowel + mark) for vowel in "aăâeêioôơuưy" for mark in marks} | {"đ"}
    return lower | {letter.upper() for letter in lower}


@pytest.mark.parametrize("weight", [500, 700])
def test_the_letters_hold_all_of_vietnamese(weight: int) -> None:
    font = ImageFont.truetype(ROOT / "portal" / "media" / "fonts" / f"BeVietnamPro-{weight}.ttf", 40)
    missing = bytes(font.getmask("\uffff"))
    letters = vietnamese_letters() | set(map(chr, range(0x21, 0x7F))) | set("–—‘’“”…•·₫")
    assert len(vietnamese_letters()) == 2 * (12 * 6 + 1)
    assert [letter for letter in sorted(letters) if bytes(font.getmask(letter)) == missing] == []


def test_a_picture_is_what_messengers_take() -> None:
    image = opened(BIRTH)
    assert (image.format, image.size) == ("PNG", (WIDTH, HEIGHT))
    assert image.getpixel((5, 5)) == (0x0A, 0x5D, 0x66)


def test_every_part_shows() -> None:
    """Each part changes the picture, in its own place."""
    whole = opened(BIRTH)
    parts = {
        "portal_name": ("Gần Dân Lâm Đồng", range(50, 130)),
        "kind": ("Cách làm", range(150, 200)),
        "title": ("Đăng ký kết hôn", range(205, 500)),
        "facts": ((Fact("building-2", "Nộp trực tiếp"),), range(520, 575)),
        "icon": ("heart", range(320, 480)),
    }
    for name, (value, rows) in parts.items():
        other = opened(replace(BIRTH, **{name: value}))
        changed = [y for y in range(HEIGHT) if _row(whole, y) != _row(other, y)]
        assert changed, name
        assert set(changed) <= set(rows), name


def _row(image: Image.Image, y: int) -> bytes:
    return image.crop((0, y, WIDTH, y + 1)).tobytes()


def test_a_province_has_its_colours_and_not_our_mark() -> None:
    green = Colours(primary="#14532d", accent="#d97706")
    image = opened(replace(BIRTH, colours=green, has_own_logo=True))
    colours = {colour for _count, colour in image.getcolors(WIDTH * HEIGHT)}
    assert (0x14, 0x53, 0x2D) in colours
    assert (0x0A, 0x5D, 0x66) not in colours
    head = image.crop((0, 40, 70, 140)).getcolors()
    assert head == [(70 * 100, _rgb(mixed("#ffffff", green.primary, 0.1)))]


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour[1:]))


@pytest.mark.parametrize("title", ["A", "Đăng ký khai sinh", LONG[:120], LONG[:200], "x" * 200, "Ngã " + "W" * 60])
def test_a_title_never_leaves_its_place(title: str) -> None:
    font, lines = title_lines(title)
    assert 1 <= len(lines) <= TITLE_LINES
    assert font.size in TITLE_SIZES
    assert all(font.getlength(line) <= TITLE_ROOM for line in lines)
    shown = " ".join(lines)
    assert shown == " ".join(title.split()) or shown.endswith("…")
    opened(replace(BIRTH, title=title, facts=(Fact("list", LONG), Fact("list", LONG)), portal_name=LONG))


def test_a_title_is_as_large_and_as_even_as_it_can_be() -> None:
    font, lines = title_lines("Đăng ký khai sinh")
    assert (font.size, lines) == (max(TITLE_SIZES), ["Đăng ký", "khai sinh"])
    smaller, more = title_lines(LONG[:120])
    assert smaller.size < font.size
    assert len(more) == TITLE_LINES


@pytest.mark.parametrize("symbol", [name for name in re.findall(r'<symbol id="([\w-]+)"', ICONS) if name != "scene"])
def test_every_icon_can_be_drawn_inside_its_box(symbol: str) -> None:
    edge = 32 if symbol == "mark" else 24
    shapes = read_shapes(ICONS, symbol)
    assert shapes
    points = [point for shape in shapes for line in shape.outlines for point in line]
    assert all(-0.01 <= value <= edge + 0.01 for point in points for value in point)


def test_an_icon_that_is_gone_leaves_its_place_empty() -> None:
    assert opened(replace(BIRTH, icon="khong-co")).getpixel((980, 398)) == opened(BIRTH).getpixel((980, 330))


def test_curves_go_where_svg_says() -> None:
    (arc,) = read_shapes('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 10a10 10 0 0110-10"/></svg>')
    (line,) = arc.outlines
    assert line[-1] == pytest.approx((10, 0))
    assert all((x - 10) ** 2 + (y - 10) ** 2 == pytest.approx(100) for x, y in line)
    (curve,) = read_shapes('<svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0c0 3 3 6 6 6s6 3 6 6z"/></svg>')
    (outline,) = curve.outlines
    assert (12, 12) in [tuple(map(round, point)) for point in outline]
    assert outline[-1] == (0, 0)


def test_the_portal_starts_without_the_drawing_library() -> None:
    code = "import sys, portal.wiring; sys.exit('PIL' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
