"""Posters as they come out of a printer: one page, nothing over the edge, nothing over another, the code readable."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import pytest
import zxingcpp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from portal.config import ROOT
from portal.sharing import poster_drawing
from portal.sharing.poster import Poster, Sheet
from portal.sharing.poster_blocks import Block
from portal.sharing.poster_drawing import MARGIN, draw_posters, page_size
from portal.sharing.poster_text import BOLD, line_height, width_of, wrapped
from tests.unit.sharing.posters import DPI, HELPER, QR, SAVING, pictures, poster, words_of

LONG_TITLE = (
    "Đăng ký thay đổi, cải chính, bổ sung thông tin hộ tịch, xác định lại dân tộc cho người từ đủ mười bốn tuổi trở "
    "lên cư trú ở trong nước và cho người nước ngoài đã đăng ký tại Việt Nam"
)
LONG_STEP = "Chuẩn bị tài khoản định danh điện tử mức độ hai, ảnh chụp rõ nét đủ bốn góc của mọi giấy tờ gốc còn hạn"
CASES: dict[str, Poster] = {
    "usual": poster(),
    "no saving": poster(saving=None),
    "no phone": poster(helper=replace(HELPER, phone="", person="")),
    "nobody": poster(helper=None),
    "bare": poster(helper=None, saving=None, steps=(), more="", notes=()),
    "no steps": poster(steps=(), more=""),
    "demo": poster(warning="BẢN MINH HỌA: tổ và số liệu trên tờ này không có thật"),
    "long": poster(
        title=LONG_TITLE, steps=(LONG_STEP,) * 3, portal_name="Cổng hướng dẫn dịch vụ công " * 4, warning=LONG_TITLE,
        helper=replace(HELPER, name="Tổ công nghệ số cộng đồng liên thôn Phước Thiện, Phước Hòa và Phước Long " * 2,
                       person="Nguyễn Thị Hoàng Phương Khánh Trường An, phó chủ tịch, kiêm tổ trưởng",
                       meeting=LONG_STEP, place="Phường Trương Quang Trọng", phone="(+84) 0255 382 2862"),
        saving=replace(SAVING, detail=LONG_STEP, citation=LONG_TITLE), notes=(LONG_TITLE, LONG_TITLE),
        address="huong-dan-dich-vu-cong-truc-tuyen.ubnd.quangngai.example.gov.vn/g/k7m2xq9",
    ),
    "one word": poster(title="Ỡ" * 200, steps=("ễ" * 300,) * 3, helper=replace(HELPER, name="W" * 200, phone="9" * 20)),
}  # fmt: skip


def edges(picture: Image.Image) -> tuple[float, float, float, float]:
    """How far ink stays from the left, upper, right and lower edge, in millimetres."""
    box = picture.point(lambda value: 255 if value < 250 else 0).getbbox()
    assert box, "an empty page"
    left, top, right, bottom = box
    return tuple(25.4 / DPI * points for points in (left, top, picture.width - right, picture.height - bottom))


@pytest.mark.parametrize("sheet", list(Sheet))
@pytest.mark.parametrize("name", list(CASES))
def test_a_poster_is_one_page_within_its_margins_and_its_code_is_read(name: str, sheet: Sheet) -> None:
    (picture,) = pictures(draw_posters([CASES[name]], sheet))
    width, height = page_size(sheet)
    assert (picture.width / DPI * 25.4, picture.height / DPI * 25.4) == pytest.approx((width, height), abs=0.3)
    least = (MARGIN - 5) * (1 if sheet is not Sheet.A5 else 0.7)
    assert min(edges(picture)) >= least
    found = zxingcpp.read_barcodes(picture)
    assert {(code.text, code.ec_level) for code in found} == {(QR, "M")}
    assert len(found) == (2 if sheet is Sheet.CARD else 1)


@pytest.mark.parametrize("sheet", list(Sheet))
@pytest.mark.parametrize("name", list(CASES))
def test_nothing_lies_over_another(name: str, sheet: Sheet, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every line of text and every code as a box: no two share a place."""
    boxes = []
    text, code = poster_drawing._Pen.text, poster_drawing._Pen.code

    def note_text(pen, x, y, said, weight, *, size, colour="#000000"):
        boxes.append((x, pen.top + y, x + width_of(said, weight, size), pen.top + y + line_height(size) * 0.9, said))
        text(pen, x, y, said, weight, size=size, colour=colour)

    def note_code(pen, x, y, size, said):
        boxes.append((x, pen.top + y, x + size, pen.top + y + size, "the code"))
        code(pen, x, y, size, said)

    monkeypatch.setattr(poster_drawing._Pen, "text", note_text)
    monkeypatch.setattr(poster_drawing._Pen, "code", note_code)
    draw_posters([CASES[name]], sheet)
    if sheet is Sheet.CARD:
        assert boxes[: len(boxes) // 2] == boxes[len(boxes) // 2 :], "both sides say the same"
        boxes = boxes[: len(boxes) // 2]
        assert all(top >= 148.5 + MARGIN / 2 for _left, top, *_ in boxes)
    digits = {"1", "2", "3"}
    for number, one in enumerate(boxes):
        assert one[2] <= 210 - MARGIN + 0.1, one
        assert one[3] <= 297 - MARGIN + 0.1, one
        for other in boxes[:number]:
            apart = one[0] >= other[2] or other[0] >= one[2] or one[1] >= other[3] - 0.01 or other[1] >= one[3] - 0.01
            assert apart or {one[4], other[4]} & digits, (one, other)


def test_vietnamese_is_in_the_file_as_text_with_its_letters() -> None:
    pdf = draw_posters([poster(title="Ưởng Ễ Ẵ Ộ: hưởng trợ cấp")], Sheet.A4)
    said = words_of(pdf)
    for part in ("Ưởng Ễ Ẵ Ộ: hưởng trợ cấp", "Tiết kiệm 4.000", "0905 123 456", "Phước Thiện", "Nguyễn Thị Hường"):
        assert part in said
    assert pdf.count(b"/FontFile2") == 2
    assert len(pdf) < 60_000, "a whole font would be more"


def test_one_page_for_each_poster() -> None:
    many = [poster(title=f"Việc số {number}", qr=f"{QR}?{number}") for number in range(3)]
    found = [zxingcpp.read_barcodes(page)[0].text for page in pictures(draw_posters(many, Sheet.A4))]
    assert found == [f"{QR}?{number}" for number in range(3)]


def test_the_same_poster_gives_the_same_bytes_anywhere() -> None:
    code = (
        "import sys, hashlib; from tests.unit.sharing.posters import poster; from portal.sharing.poster import Sheet;"
        "from portal.sharing.poster_drawing import draw_posters;"
        "print(*[hashlib.sha256(draw_posters([poster()], sheet)).hexdigest() for sheet in Sheet])"
    )
    runs = {
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True,
            env={"PYTHONPATH": str(ROOT), "PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": "C.UTF-8"},
        ).stdout
        for seed, zone in (("1", "UTC"), ("2", "Asia/Ho_Chi_Minh"))
    }  # fmt: skip
    assert len(runs) == 1


def test_characters_that_the_font_has_not_are_left_out() -> None:
    said = words_of(draw_posters([poster(title="Sinh con 😀 漢字\u0000\n tại nhà")], Sheet.A4))
    assert "Sinh con tại nhà" in said


def test_it_survives_black_and_white() -> None:
    """On a grey printer the discs stay dark under white digits, and the frame of the saving light under dark words."""
    (picture,) = pictures(draw_posters([poster()], Sheet.A4))
    shades = picture.histogram()
    assert sum(shades[90:200]) < picture.width * picture.height * 0.02, "hardly any middle grey"


@given(st.text(st.sampled_from("aưỡ nghệĐWi.,"), max_size=300), st.floats(5, 60), st.integers(1, 4))
def test_lines_are_never_wider_than_their_room(text: str, size: float, most: int) -> None:
    line = " ".join(text.split()) or "x"
    found = wrapped(line, BOLD, size, 100, most)
    assert 1 <= len(found.lines) <= most
    assert all(width_of(one, BOLD, size) <= 100 for one in found.lines)
    if not found.is_cut:
        assert " ".join(found.lines) == line


@settings(max_examples=5, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(title=st.text(max_size=200), steps=st.lists(st.text(max_size=150), max_size=3), name=st.text(max_size=200))
def test_absurd_words_still_give_one_page(title: str, steps: list[str], name: str) -> None:
    made = poster(title=title, steps=tuple(steps), helper=replace(HELPER, name=name))
    for sheet in Sheet:
        (picture,) = pictures(draw_posters([made], sheet))
        assert min(edges(picture)) >= (MARGIN - 5) * 0.7


def test_a_poster_passes_through_plain_values() -> None:
    assert Poster.of(poster().values()) == poster()
    assert Poster.of(poster(saving=None, helper=None).values()) == poster(saving=None, helper=None)
    assert Block(()).height == 0
