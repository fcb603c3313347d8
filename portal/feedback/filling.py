"""A form as it came: what was typed, the subject, the place, the files, and whether it is a form of ours."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from flask import request
from flask_babel import gettext as _

from portal.config import Config
from portal.core import clock
from portal.core.errors import UNAVAILABLE, note_unavailable
from portal.core.forms import errors_of
from portal.core.i18n import current_locale
from portal.core.pages import renderer
from portal.feedback import queries
from portal.feedback.categories import CATEGORIES, Category
from portal.feedback.codes import FormToken, read_form_token
from portal.feedback.forms import FeedbackForm, one_line
from portal.feedback.models import FeedbackFile
from portal.feedback.placing import Placing, placed, placing
from portal.feedback.receiving import MOST_FILES, Submission
from portal.feedback.subjects import NOTHING, Subject, subject
from portal.feedback.uploading import FIELD, take_uploads
from portal.places import queries as places

TOKEN = "phieu"  # noqa: S105 a field's name
FILES = "tep"


@dataclass(slots=True)
class Filling:
    """One form. It `is_foreign` where it brought no token of ours; `notes` say in words what happened to it."""

    form: FeedbackForm
    placing: Placing
    subject: Subject
    token: FormToken
    is_foreign: bool = False
    files: tuple[str, ...] = ()
    notes: list[str] = field(default_factory=list)
    faults: list[tuple[str, str]] = field(default_factory=list)

    @property
    def category(self) -> Category | None:
        """What was chosen, if it is one of ours."""
        return CATEGORIES.get(self.form.loai.data or "")

    @property
    def nonce(self) -> str:
        """The form's own name; a form that isn't ours becomes one of ours."""
        return self.token.nonce

    def refresh(self) -> None:
        """Go on with a token that is good: a new one, or the same form's opened once more."""
        if self.is_foreign:
            self.notes.append(_("Trang này đã mở quá lâu hoặc bị chép lại. Bạn xem lại rồi bấm Gửi lần nữa."))
        elif self.token.is_expired(clock.now()):
            self.token = self.token.renewed(clock.now())
            self.notes.append(_("Trang này đã mở quá lâu. Mọi điều bạn viết vẫn còn: bạn xem lại rồi bấm Gửi."))

    def written_token(self) -> str:
        """The token for the form's field."""
        return self.token.written(_config().secret_key)

    def shown_files(self) -> list[FeedbackFile]:
        """The form's files that are still waiting for it to be sent."""
        return [file for file in queries.files_of_form(self.nonce) if file.code in self.files]

    def take_files(self) -> None:
        """Store what the form brought; what is refused becomes a fault, and the others stay."""
        uploads = request.files.getlist(FIELD)
        try:
            self.files, refused = take_uploads(uploads, self.nonce, self.files, _config())
        except UNAVAILABLE as error:
            note_unavailable(error)
            refused = [_("Máy đang bận. Chữ bạn viết còn nguyên: chờ một phút rồi bấm lại, có tệp thì chọn lại tệp.")]
        self.faults += [(message, FIELD) for message in refused]

    def check(self) -> None:
        """Find the faults of what was typed, in the order of the form."""
        self.form.validate()
        found = errors_of(self.form)
        if self.placing.is_open:
            found.append((_place_fault(self.placing), "noi" if self.placing.is_unknown else "xa"))
        order = ("loai", "noi", "xa", "noi_dung", FIELD, "ten", "email", "dien_thoai", "dong_y")
        self.faults = sorted([*found, *self.faults], key=lambda fault: order.index(fault[1]))

    def submission(self) -> Submission:
        """What is to be sent."""
        typed = self.form.data
        return Submission(
            nonce=self.nonce, category=typed["loai"], message=typed["noi_dung"], locale=current_locale().code,
            subject=self.subject, seen_version=typed["ban"], place=self.placing.given, contact_name=typed["ten"],
            contact_email=typed["email"], contact_phone=typed["dien_thoai"], files=self.files,
        )  # fmt: skip


def opened() -> Filling:
    """The form that an address opens: its category, subject and place filled in where they are known."""
    args = request.args
    found = subject(args.get("ve", ""), current_locale().code)
    form = FeedbackForm(data={"loai": one_line(args.get("loai", "")), "ve": _written(found), "ban": found.version})
    return Filling(form, placed(places.atlas(), one_line(args.get("xa", ""))), found, FormToken.new(clock.now()))


def came() -> Filling:
    """The form that was sent."""
    form = FeedbackForm(request.form)
    found = subject(form.ve.data or "", current_locale().code)
    form.ve.data = _written(found)
    where = placing(
        places.atlas(), places.finder(), typed=form.noi.data or "", asked=form.noi_hoi.data or "",
        picked=form.xa.data or "",
    )  # fmt: skip
    token = read_form_token(request.form.get(TOKEN, ""), _config().secret_key)
    is_foreign, token = token is None, token or FormToken.new(clock.now())
    return Filling(form, where, found, token, is_foreign, _file_codes(request.form.getlist(FILES)))


def _written(found: Subject) -> str:
    return f"{found.kind}:{found.key}" if found is not NOTHING else ""


def _file_codes(given: Sequence[str]) -> tuple[str, ...]:
    """Codes that may be files', each once; whose they are, the database knows."""
    codes = dict.fromkeys(one_line(code, 20) for code in given)
    return tuple(code for code in codes if code)[:MOST_FILES]


def _place_fault(where: Placing) -> str:
    if where.is_unknown:
        return str(_("Không có xã, phường nào tên “%(name)s”. Bạn xem lại tên, hoặc để trống.", name=where.typed))
    return str(_("“%(name)s” có thể là nhiều nơi. Bạn chọn nơi bạn muốn nói.", name=where.typed))


def _config() -> Config:
    return renderer().config
