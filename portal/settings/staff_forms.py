"""The forms of what staff tell every reader."""

from __future__ import annotations

import re
from datetime import datetime, time
from urllib.parse import urlsplit

from flask_babel import gettext as _
from wtforms import Form, StringField, ValidationError

from portal.core.clock import LOCAL_ZONE
from portal.core.forms import day_field, line_field, paragraph_field, parse_day
from portal.core.i18n import DEFAULT_LOCALE, LOCALES
from portal.core.notices import OWN_PAGE, NoticeKind, Shown, SiteNotice, is_safe_url
from portal.core.pages import renderer
from portal.core.text import clean_line
from portal.search import queries as search
from portal.settings.notices import NoticeValues

TITLE_LIMIT, TEXT_LIMIT, URL_LIMIT = 120, 500, 300
MOST_PATHS = 50
_HOUR = re.compile(r"([01]?[0-9]|2[0-3]):([0-5][0-9])")


def own_path(text: str) -> str:
    """The path of one of our pages, without language, from what people copy in the browser; "" for anything else."""
    base = urlsplit(renderer().config.site_url)
    try:
        parts = urlsplit(text)
    except ValueError:
        return ""
    if parts.netloc and parts.netloc != base.netloc:
        return ""
    path = parts.path if parts.netloc or text.startswith("/") else ""
    for locale in LOCALES.values():
        if locale.prefix and path.startswith(locale.prefix + "/"):
            path = path.removeprefix(locale.prefix)
    return path if OWN_PAGE.fullmatch(path) else ""


class NoticeForm(Form):
    """What people enter of a notice: times by the clock in Việt Nam, pages one a line."""

    kind, shown_on = StringField(), StringField()
    starts_day, ends_day = day_field(), day_field()
    starts_hour, ends_hour = line_field(10), line_field(10)
    url = line_field(URL_LIMIT)
    paths = paragraph_field(MOST_PATHS * URL_LIMIT, longest_typed=100_000)

    def validate_kind(self, field: StringField) -> None:
        """One of the two that are offered."""
        if field.data not in set(NoticeKind):
            raise ValidationError(_("Bạn chưa chọn loại thông báo."))

    def validate_shown_on(self, field: StringField) -> None:
        """One of those that are offered."""
        if field.data not in set(Shown):
            raise ValidationError(_("Bạn chưa chọn nơi hiện thông báo."))

    def validate_title_vi(self, field: StringField) -> None:
        """What it is about, at least in Vietnamese."""
        if not field.data:
            raise ValidationError(_("Bạn chưa điền dòng đầu của thông báo."))

    def validate_starts_hour(self, field: StringField) -> None:
        """A time of the day."""
        self._check_time(field, self.starts_day)

    def validate_ends_hour(self, field: StringField) -> None:
        """A time of the day."""
        self._check_time(field, self.ends_day)

    def _check_time(self, field: StringField, day: StringField) -> None:
        if not day.data:
            raise ValidationError(_("Bạn chưa điền ngày."))
        if not _HOUR.fullmatch(field.data or ""):
            raise ValidationError(_("Giờ chưa đúng. Ví dụ: 22:00."))

    def validate_url(self, field: StringField) -> None:
        """One of our pages, or a host that content may link to."""
        text = field.data or ""
        if text and not is_safe_url(text, renderer().profile.allows):
            raise ValidationError(
                _("Đường dẫn phải là trang của cổng này hoặc trang được phép, bắt đầu bằng https://.")
            )

    def validate_paths(self, _field: StringField) -> None:
        """Pages that there are, where some were chosen."""
        if self.shown_on.data != Shown.PAGES:
            return
        lines = self._lines()
        if not lines:
            raise ValidationError(_("Bạn chưa dán địa chỉ trang nào."))
        if len(lines) > MOST_PATHS:
            raise ValidationError(_("Nhiều nhất %(count)s trang.", count=MOST_PATHS))
        known = search.known_urls({path for line in lines if (path := own_path(line))})
        unknown = [line for line in lines if own_path(line) not in known]
        if unknown:
            raise ValidationError(_("Không có trang “%(page)s” trên cổng này.", page=clean_line(unknown[0], 100)))

    def _lines(self) -> list[str]:
        return [line.strip() for line in (self.paths.data or "").split("\n") if line.strip()]

    @property
    def values(self) -> NoticeValues:
        """What was typed; only of a form that is valid."""
        texts = {}
        for code in LOCALES:
            title = self[f"title_{code}"].data or ""
            if title:
                texts[code] = {"title": title, "text": self[f"text_{code}"].data or ""}
        shown_on = Shown(self.shown_on.data or "")
        return NoticeValues(
            kind=NoticeKind(self.kind.data or ""), texts=texts, url=self.url.data or "", shown_on=shown_on,
            paths=list(dict.fromkeys(map(own_path, self._lines()))) if shown_on is Shown.PAGES else [],
            starts_at=_moment(self.starts_day, self.starts_hour), ends_at=_moment(self.ends_day, self.ends_hour),
        )  # fmt: skip


for _code in LOCALES:
    setattr(NoticeForm, f"title_{_code}", line_field(TITLE_LIMIT))
    setattr(NoticeForm, f"text_{_code}", paragraph_field(TEXT_LIMIT))


def _moment(day: StringField, hour: StringField) -> datetime:
    found, clock = parse_day(day.data or ""), _HOUR.fullmatch(hour.data or "")
    assert found is not None  # noqa: S101 the form is valid
    assert clock is not None  # noqa: S101 the form is valid
    return datetime.combine(found, time(int(clock[1]), int(clock[2])), LOCAL_ZONE)


def form_of(row: SiteNotice) -> NoticeForm:
    """The form over a notice."""
    starts, ends = row.starts_at.astimezone(LOCAL_ZONE), row.ends_at.astimezone(LOCAL_ZONE)
    texts = {
        f"{name}_{code}": row.texts.get(code, {}).get(name, "") for code in LOCALES for name in ("title", "text")
    }  # fmt: skip
    return NoticeForm(
        data={
            "kind": row.kind, "shown_on": row.shown_on, "url": row.url, "paths": "\n".join(row.paths),
            "starts_day": starts.date(), "starts_hour": f"{starts:%H:%M}", "ends_day": ends.date(),
            "ends_hour": f"{ends:%H:%M}", **texts,
        }
    )  # fmt: skip


def blank_form() -> NoticeForm:
    """The form of a new notice."""
    data = {"kind": NoticeKind.DOWNTIME.value, "shown_on": Shown.EVERYWHERE.value}
    return NoticeForm(data={**data, f"title_{DEFAULT_LOCALE.code}": ""})
