"""What the worker does for bulk files: make them, and remove those that nobody may have any more.

A file is made from the beginning where its worker was killed: its links are there by then, and half a file never is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, closing
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Protocol

from flask_babel import gettext as _

from portal.accounts.queries import user_by_code
from portal.core import clock
from portal.core.db import db, unit_of_work
from portal.core.i18n import DEFAULT_LOCALE, LOCALES, Locale, speaking
from portal.core.pages import renderer
from portal.core.permissions import Principal
from portal.core.qr import qr_png, qr_svg_file
from portal.exchange.tables import Cell
from portal.outbox.registry import Delivery, LeaseLost, Stopped
from portal.sharing.addresses import Channel, link_url
from portal.sharing.drawing_process import PosterPress
from portal.sharing.hand_on import sms_texts, typed_address
from portal.sharing.kit_words import message_of, poster_of
from portal.sharing.poster import Poster, Sheet
from portal.sharing.service import share_link
from portal.sharing.targets import read_address, title_of
from portal.teams import bulk_files as files
from portal.teams import bulk_parts as parts
from portal.teams import bulk_queries as queries
from portal.teams import bulk_service as service
from portal.teams.bulk_models import BulkForm, BulkJob, BulkState
from portal.teams.bulk_parts import Part, Stamp
from portal.teams.kit_reach import place_name, reach_of
from portal.teams.kit_words import SHEETS, team_page
from portal.teams.queries import TeamFact

LEASE = timedelta(minutes=15)
ATTEMPTS = 5
KEPT = timedelta(days=7)
_ORPHANS_KEPT = timedelta(days=1)
_AT_ONCE = 10
_LONGEST_NAME = 40
_NAMES = {sheet: name for name, sheet in SHEETS.items()}


class _EndedError(Exception):
    """Nobody wants the file any more, or another attempt makes it."""


class _NothingError(Exception):
    """None of the pages is there any more."""


class Press(Protocol):
    """What draws posters: `PosterPress`."""

    def draw(self, poster: Poster) -> bytes:
        """One poster."""

    def finish(self, file: BinaryIO) -> None:
        """All of them."""


@dataclass(frozen=True, slots=True)
class _Order:
    """A job as one attempt at it works on it, outside of any transaction."""

    code: str
    run: str
    place: str
    pages: tuple[str, ...]
    form: BulkForm
    sheet: Sheet
    locale: Locale
    day: date
    renew: Callable[[], object]


@dataclass(slots=True)
class _Output:
    """Where posters go, and what is remembered of them."""

    order: _Order
    press: Press
    archive: files.Archive | None = None
    rows: list[Sequence[Cell]] = field(default_factory=list)
    titles: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, int] = field(default_factory=dict)

    def _folder(self, team: TeamFact) -> str:
        """Short, so that Windows unpacks it, and by its number another than each other team's."""
        number = self.numbers.setdefault(team.slug, len(self.numbers) + 1)
        return f"{number:04}-{team.slug[:_LONGEST_NAME]}"

    def _page(self, part: Part) -> str:
        if part.path == team_page(part.team.slug):
            return "trang-cua-to"
        return part.path.partition("?")[0].rpartition("/")[2][:_LONGEST_NAME]

    def links(self, chunk: Sequence[Part], done: int) -> list[str]:
        """The codes of a few links, made where there are none; raises _EndedError, Stopped and LeaseLost."""
        self.order.renew()
        now = clock.now()
        with unit_of_work():
            if not service.advance(self.order.code, self.order.run, done):
                raise _EndedError
            return [share_link(one.team.slug, one.path, self._title(one), now=now).code for one in chunk]

    def _title(self, part: Part) -> str:
        """The Vietnamese title that a link remembers."""
        if part.path == team_page(part.team.slug):
            return part.team.name
        if part.path not in self.titles:
            address = read_address(part.path)
            self.titles[part.path] = (title_of(address) if address else None) or ""
        return self.titles[part.path]

    def add(self, part: Part, code: str) -> None:
        """One poster; in a ZIP with its codes."""
        poster = poster_of(code, part.subject, part.helper, self.order.day, self.order.locale)
        content = self.press.draw(poster)
        if self.archive is None:
            return
        folders = [part.team.commune, self._folder(part.team)]
        stem = f"{part.number:02}-{self._page(part)}"
        self.archive.add(folders, f"{stem}-{_NAMES[self.order.sheet]}.pdf", content)
        self.archive.add(folders, f"{stem}-ma-qr.svg", qr_svg_file(poster.qr))
        self.archive.add(folders, f"{stem}-ma-qr.png", qr_png(poster.qr))
        self.rows.append(_row(part, code, "/".join(map(files.plain, folders))))


def build(delivery: Delivery) -> None:
    """Make the file of a job; commits by itself."""
    code = str(delivery.payload["code"])
    try:
        with _speaking(code):
            _build(code, delivery)
    except _NothingError:
        _fail(code, "no_pages")
    except (_EndedError, Stopped, LeaseLost) as error:
        db.session.rollback()
        if not isinstance(error, _EndedError):
            raise
    except Exception:
        db.session.rollback()
        if delivery.attempt >= ATTEMPTS:
            _fail(code, "internal")
        raise


def _speaking(code: str) -> AbstractContextManager[None]:
    """In the language of who asked."""
    found = queries.job(code)
    return speaking(found.locale if found else DEFAULT_LOCALE.code)


def _build(code: str, delivery: Delivery) -> None:
    found = queries.job(code)
    if found is None or found.state not in queries.AT_WORK:
        return
    if not _may_have(found):
        _fail(code, "right_ended")
        return
    rows = parts.teams_of(found.place)
    if not rows:
        _fail(code, "no_teams")
        return
    order = _Order(
        code, f"{delivery.attempt}-{clock.now():%H%M%S%f}"[:16], found.place, tuple(found.pages),
        BulkForm(found.form), Sheet(found.sheet), LOCALES[found.locale], clock.today(), delivery.renew,
    )  # fmt: skip
    path = files.file_of(files.bulk_folder(renderer().config.data_dir), found)
    with unit_of_work():
        if not service.start(code, order.run, len(rows) * len(order.pages), now=clock.now()):
            raise _EndedError
    files.remove_partials(path)
    stamp = Stamp(order.day, order.locale)
    with files.written(path, order.run) as file:
        _fill(file, order, parts.parts_of(parts.facts_of(rows), order.pages, order.day, order.locale), stamp)
    _finish(order, path, stamp.value())


def _may_have(found: BulkJob) -> bool:
    """Whether who asked still has the right to it: the work may have waited."""
    user = user_by_code(found.actor_key)
    if user is None or not user.is_active or (user.is_demo and not renderer().config.demo):
        return False
    person = Principal(
        code=user.code, name=user.name, email=user.email, grants=user.grants, session_code="",
        confirmed_at=found.created_at, is_demo=user.is_demo,
    )  # fmt: skip
    return parts.reaches(reach_of(person), found.place)


def _fill(file: BinaryIO, order: _Order, wanted: Iterator[Part], stamp: Stamp) -> None:
    if order.form is BulkForm.PDF:
        with PosterPress(order.sheet, together=True) as press:
            _draw(_Output(order, press), wanted, stamp)
            press.finish(file)
        return
    with closing(files.Archive(file, order.day)) as archive, PosterPress(order.sheet) as press:
        output = _Output(order, press, archive)
        _draw(output, wanted, stamp)
        archive.add_tables("danh-sach", _headers(), output.rows)
        archive.add([], "doc-truoc.txt", _notice(order).encode())


def _draw(output: _Output, wanted: Iterator[Part], stamp: Stamp) -> None:
    """Draw all of them; raises _NothingError where there are none."""
    done = 0
    while chunk := list(islice(wanted, _AT_ONCE)):
        for part in chunk:
            stamp.add(part)
        for part, code in zip(chunk, output.links(chunk, done), strict=True):
            output.add(part, code)
        done += len(chunk)
    if not done:
        raise _NothingError


def _finish(order: _Order, path: Path, stamp: str) -> None:
    """Offer the file, unless what it says has changed while it was made: then it is made again, or given up."""
    is_current = stamp == parts.stamp_of(order.place, order.pages, order.day, order.locale)
    db.session.rollback()
    size = path.stat().st_size
    with unit_of_work():
        offered = is_current and service.finish(order.code, order.run, size=size, stamp=stamp, now=clock.now())
    if offered:
        return
    path.unlink(missing_ok=True)
    if is_current:
        raise _EndedError
    raise RuntimeError("the teams changed while their posters were drawn")


def _fail(code: str, problem: str) -> None:
    with unit_of_work():
        service.fail(code, problem, now=clock.now())


def _row(part: Part, code: str, folder: str) -> tuple[Cell, ...]:
    site = renderer().config.site_url
    accented, bare = sms_texts(message_of(code, part.subject, part.helper))
    return (
        place_name(part.team.commune), part.team.name, part.subject.title, site + link_url(code, Channel.COPY),
        typed_address(site, code), accented.text, accented.length.parts, bare.text, bare.length.parts, folder,
    )  # fmt: skip


def _headers() -> list[str]:
    return [
        _("Xã, phường"), _("Tổ"), _("Trang"), _("Liên kết"), _("Địa chỉ để gõ"), _("Tin nhắn có dấu"),
        _("Số tin"), _("Tin nhắn không dấu"), _("Số tin, không dấu"), _("Thư mục"),
    ]  # fmt: skip


def _notice(order: _Order) -> str:
    return "\r\n".join([
        _("Tạo ngày %(date)s.", date=f"{order.day:%d/%m/%Y}"),
        _("Áp phích có tên và số điện thoại của người đã đồng ý công khai. Họ có thể rút lại bất cứ lúc nào."),
        _("Trước khi in thêm, bạn tải tệp mới. Xóa tệp này khi in xong."), "",
    ])  # fmt: skip


def clean(_delivery: Delivery) -> None:
    """Remove the files that are too old, or say what isn't so any more; give up jobs that nobody works on.

    Files are compared outside of a transaction, so that nobody waits to write meanwhile.
    """
    now, folder = clock.now(), files.bulk_folder(renderer().config.data_dir)
    for job in queries.in_state([BulkState.DONE.value]):
        problem = "old" if job.state_at < now - KEPT else _outdated(job)
        code = job.code
        if problem:
            with unit_of_work():
                service.remove(code, problem, now=now)
    with unit_of_work():
        for code in queries.forsaken(service.BUILD):
            service.fail(code, "internal", now=now)
    kept = {job.code for job in queries.in_state([BulkState.DONE.value, *queries.AT_WORK])}
    old = files.left_over(folder, now - _ORPHANS_KEPT)
    for path in files.left_over(folder, now):
        if files.code_of(path) not in kept or (path.suffix == files.PARTIAL and path in old):
            path.unlink(missing_ok=True)


def _outdated(job: BulkJob) -> str:
    with speaking(job.locale):
        return "" if is_current(job) else "outdated"


def is_current(job: BulkJob) -> bool:
    """Whether a file says today what it would say if it were made anew."""
    return job.stamp == parts.stamp_of(job.place, job.pages, clock.today(), LOCALES[job.locale])
