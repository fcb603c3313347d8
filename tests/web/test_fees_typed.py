"""Whatever staff type into the forms of documents, fees and reductions, the answer is a page."""

from __future__ import annotations

import pytest
from flask import Flask

from portal.core.permissions import Role
from tests.factories.fees import COUNCIL, document, local_fee, reduction
from tests.factories.records import import_records, record_row
from tests.factories.staff import Browser

pytestmark = pytest.mark.usefixtures("content")
_DOCUMENT = {
    "number": "11/2022/NQ-HĐND", "issuer": COUNCIL, "issuer_kind": "council", "title": "Nghị quyết",
    "issued_on": "2022-07-07", "effective_from": "2022-07-20", "effective_to": "", "url": "", "summary_vi": "",
    "summary_en": "", "source": "Công báo",
}  # fmt: skip
_FEE = {
    "procedure": "1.001193", "channel": "online", "territory": "", "status": "amount", "amount": "8000", "unit": "",
    "condition_vi": "", "condition_en": "", "valid_from": "", "valid_to": "", "document": "05-2025-nq-hdnd",
}  # fmt: skip
_CUT = {
    "name_vi": "Giảm 50%", "name_en": "", "percent": "50", "amount": "", "procedures": "", "fields": "",
    "channels": "online", "territory": "", "valid_from": "", "valid_to": "", "applies_to_national_rates": "",
    "document": "05-2025-nq-hdnd",
}  # fmt: skip
_FORMS = {"/can-bo/van-ban/them": _DOCUMENT, "/can-bo/phi/them": _FEE, "/can-bo/giam-phi/them": _CUT}


@pytest.fixture
def editor(app: Flask) -> Browser:
    """Somebody who writes."""
    return Browser.with_roles(app, Role.EDITOR)


@pytest.mark.parametrize("path", _FORMS)
def test_a_nul_in_any_field_breaks_nothing(editor: Browser, path: str) -> None:
    document()
    for name, value in _FORMS[path].items():
        answer = editor.post(path, {**_FORMS[path], name: f"{value}\x00"})
        assert answer.status_code in {303, 422}, name
        answer = editor.post(path, {**_FORMS[path], name: "\x00"})
        assert answer.status_code in {303, 422}, name


def test_a_nul_in_an_end_or_a_successor_breaks_nothing(editor: Browser) -> None:
    rests_on = document()
    fee, cut = local_fee(rests_on), reduction(rests_on)
    for path in (f"phi/{fee}/het", f"giam-phi/{cut}/het", f"van-ban/{rests_on}/het-hieu-luc"):
        assert editor.post(f"/can-bo/{path}", {"last_day": "2027-01-01\x00"}).status_code == 422, path
    answer = editor.post(
        f"/can-bo/van-ban/{rests_on}/thay-the", {"last_day": "2027-01-01", "successor": f"{rests_on}x\x00"}
    )
    assert answer.status_code == 422


@pytest.mark.parametrize("day", ["9999-12-31", "1900-01-01"])
def test_an_end_beyond_all_years_is_refused(editor: Browser, day: str) -> None:
    rests_on = document(effective_from=None, is_verified=False)
    fee, cut = local_fee(rests_on), reduction(rests_on)
    for path in (f"phi/{fee}/het", f"giam-phi/{cut}/het", f"van-ban/{rests_on}/het-hieu-luc"):
        answer = editor.post(f"/can-bo/{path}", {"last_day": day})
        assert answer.status_code == 422, path
        assert "nằm ngoài các năm 1945–2100" in answer.get_data(as_text=True), path


def test_a_reduction_is_for_fields_that_there_are(editor: Browser) -> None:
    import_records([record_row()])
    document()
    answer = editor.post("/can-bo/giam-phi/them", {**_CUT, "fields": "ho-tich, ho-tic"})
    assert answer.status_code == 422
    assert "Không có lĩnh vực “ho-tic”" in answer.get_data(as_text=True)
    assert editor.post("/can-bo/giam-phi/them", {**_CUT, "fields": "ho-tich"}).status_code == 303
