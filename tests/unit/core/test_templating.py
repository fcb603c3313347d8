"""Strings are translated when a template is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.support import NullTranslations
from jinja2 import TemplateAssertionError

from portal.core.i18n import LOCALES
from portal.core.templating import LocaleEnvironment


class Upper(NullTranslations):
    def ugettext(self, message: str) -> str:
        return message.upper().replace("%(N)S", "%(n)s")

    def ungettext(self, singular: str, plural: str, number: int) -> str:
        return "ONE %(n)s" if number == 1 else "MANY %(n)s"


def render(tmp_path: Path, source: str, **context: object) -> str:
    (tmp_path / "page.html").write_text(source)
    environment = LocaleEnvironment(LOCALES["vi"], tmp_path, auto_reload=False)
    environment.translations = Upper()
    return environment.get_template("page.html").render(context)


def test_constants_become_translated_constants(tmp_path: Path) -> None:
    assert render(tmp_path, "{{ _('xin chào') }}") == "XIN CHÀO"


def test_values_are_escaped_and_our_words_too(tmp_path: Path) -> None:
    assert render(tmp_path, "{{ _('a < %(n)s', n=name) }}", name="<b>") == "A &lt; &lt;b&gt;"


def test_plurals_choose_by_number(tmp_path: Path) -> None:
    source = "{{ ngettext('%(n)s x', '%(n)s x', n, n=n) }}"
    assert render(tmp_path, source, n=1) == "ONE 1"
    assert render(tmp_path, source, n=0) == "MANY 0"


def test_a_string_that_is_no_constant_fails_when_compiled(tmp_path: Path) -> None:
    with pytest.raises(TemplateAssertionError, match="must be a constant"):
        render(tmp_path, "{{ _(name) }}", name="x")
