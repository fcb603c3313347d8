"""A thousand posters as the worker draws them in bulk, and one as a press of a button asks for it."""

from __future__ import annotations

import multiprocessing
import resource
import statistics
import sys
import time
from collections.abc import Callable

from bench.options import Options
from bench.report import heading, info, line
from portal.sharing.drawing_process import poster_pdf
from portal.sharing.poster import HelperWords, Poster, SavingWords, Sheet

_POSTERS = 1_000
_AT_ONCE = 100
_PRESSES = 7


def _poster(number: int) -> Poster:
    return Poster(
        portal_name="Cổng hướng dẫn dịch vụ công tỉnh Quảng Ngãi", kind="Hướng dẫn", title="Đăng ký khai sinh",
        steps=(f"Chuẩn bị tài khoản và giấy tờ số {number}", "Mở Cổng Dịch vụ công quốc gia hoặc ứng dụng VNeID",
               "Điền thông tin của bé và của cha mẹ"),
        more="Còn 4 bước nữa trong hướng dẫn.",
        saving=SavingWords(amount="Tiết kiệm 4.000 đ", detail="Nộp trực tuyến chỉ 4.000 đ, thay vì 8.000 đ",
                           citation="Theo 05/2025/NQ-HĐND, đến hết ngày 31/12/2026. Phí tính ngày 22/11/2026."),
        helper=HelperWords(label="Cần người giúp? Bạn gọi:", name=f"Tổ công nghệ số cộng đồng thôn {number}",
                           place="Xã Bình Sơn", person="Nguyễn Thị Hường", phone=f"0905 {number:06}"),
        scan="Quét mã bằng máy ảnh hoặc Zalo", typing="hoặc gõ địa chỉ này:",
        qr=f"https://dichvucong.quangngai.example.vn/g/a{number:06}/q",
        address=f"dichvucong.quangngai.example.vn/g/a{number:06}", notes=("In ngày 22/11/2026.",), warning="",
        printed_on="2026-11-22", locale="vi", primary="#0a5d66", accent="#f2b33d",
    )  # fmt: skip


def _in_its_own_process(work: Callable[[], tuple[float, ...]]) -> tuple[float, ...]:
    """What `work` measured, in a fresh process, and after it the megabytes that this process took at most."""
    context = multiprocessing.get_context("spawn")
    receiver, sender = context.Pipe(duplex=False)
    process = context.Process(target=_measure, args=(work, sender))
    process.start()
    figures: tuple[float, ...] = receiver.recv()
    process.join()
    return figures


def _measure(work: Callable[[], tuple[float, ...]], sender: object) -> None:
    figures = work()
    megabytes = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    sender.send((*figures, megabytes))  # type: ignore[attr-defined]


def _draw_all() -> tuple[float, ...]:
    from portal.sharing.poster_drawing import draw_posters

    began, size = time.process_time(), 0
    for first in range(0, _POSTERS, _AT_ONCE):
        size += len(draw_posters([_poster(first + number) for number in range(_AT_ONCE)], Sheet.A4))
    return time.process_time() - began, size / _POSTERS / 1000


def _draw_together() -> tuple[float, ...]:
    from portal.sharing.poster_drawing import PosterFile

    began, file = time.process_time(), PosterFile(Sheet.A4)
    for number in range(_POSTERS):
        file.add(_poster(number))
    return time.process_time() - began, len(file.content()) / 1_000_000


def _draw_one_by_one() -> tuple[float, ...]:
    from portal.sharing.poster_drawing import draw_posters

    began = time.process_time()
    for number in range(_AT_ONCE):
        draw_posters([_poster(number)], Sheet.A4)
    return (time.process_time() - began,)


def _draw_none() -> tuple[float, ...]:
    return ()


def run(_options: Options) -> None:
    """Draw them in bulk, one file each, and each in a process of its own as the web does."""
    (idle,) = _in_its_own_process(_draw_none)
    seconds, kilobytes, megabytes = _in_its_own_process(_draw_all)
    single, single_megabytes = _in_its_own_process(_draw_one_by_one)
    together, size, whole_megabytes = _in_its_own_process(_draw_together)
    presses = []
    for number in range(_PRESSES):
        began = time.perf_counter()
        poster_pdf([_poster(number)], Sheet.A4)
        presses.append(time.perf_counter() - began)
    heading(
        f"{_POSTERS:,} posters A4, seconds of one processor; Python {sys.version_info.major}.{sys.version_info.minor}"
    )
    line(f"in files of {_AT_ONCE} pages, seconds for 100", f"{seconds / _POSTERS * 100:.1f} s", "20 s",
         met=seconds / _POSTERS * 100 <= 20)  # fmt: skip
    line("a file for each, seconds for 100", f"{single:.1f} s", "40 s", met=single <= 40)
    line("memory of who draws them all", f"{megabytes:.0f} MB", "150 MB", met=megabytes < 150)
    line(f"all {_POSTERS:,} in one file, seconds for 100", f"{together / _POSTERS * 100:.1f} s", "20 s",
         met=together / _POSTERS * 100 <= 20)  # fmt: skip
    line(f"memory of who draws that file, of {size:.1f} MB", f"{whole_megabytes:.0f} MB", "200 MB",
         met=whole_megabytes < 200)  # fmt: skip
    info("the same for single files, and for a process that draws none", f"{single_megabytes:.0f}, {idle:.0f} MB")
    info("a page in a file of many", f"{kilobytes:.0f} kB")
    line("one press, in a process of its own, median", f"{statistics.median(presses):.2f} s", "3 s",
         met=statistics.median(presses) <= 3)  # fmt: skip
