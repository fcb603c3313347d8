"""Strings are translated when a template is compiled."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.support import NullTranslations
from jinja2 import TemplateAssertionError, UndefinedError

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


def test_a_wrong_placeholder_fails_when_compiled(tmp_path: Path) -> None:
    for source in ("{{ _('giảm 50% thôi %(n)s', n=1) }}", "{{ _('%(other)s', n=1) }}"):
        with pytest.raises(TemplateAssertionError, match="filled in"):
            render(tmp_path, source)


def test_a_constant_of_every_page_cannot_be_assigned(tmp_path: Path) -> None:
    with pytest.raises(TemplateAssertionError, match="assigned"):
        render(tmp_path, "{% for locale in [1] %}{{ locale.code }}{% endfor %}")


def test_an_included_part_is_read_anew_while_debugging(tmp_path: Path) -> None:
    (tmp_path / "part.html").write_text("một")
    (tmp_path / "page.html").write_text('{% include "part.html" %}')
    environment = LocaleEnvironment(LOCALES["vi"], tmp_path, auto_reload=True)
    assert environment.get_template("page.html").render() == "một"
    (tmp_path / "part.html").write_text("hai!")
    assert environment.get_template("page.html").render() == "hai!"


def test_a_string_that_is_no_constant_fails_when_compiled(tmp_path: Path) -> None:
    with pytest.raises(TemplateAssertionError, match="must be a constant"):
        render(tmp_path, "{{ _(name) }}", name="x")


MACROS = """
{%- macro tag(label, kind="x", note=none) -%}<i class="{{ kind }}">{{ label }}{{ note or "" }}</i>{%- endmacro %}
{%- macro fold(title) -%}<p>{{ title }}</p>{{ caller() }}{%- endmacro -%}"""


@pytest.mark.parametrize(
    ("source", "html"),
    [
        ("{{ tag('a') }}", '<i class="x">a</i>'),
        ("{{ tag('a', 'b', 'c') }}", '<i class="b">ac</i>'),
        ("{{ tag('a', note='&') }}", '<i class="x">a&amp;</i>'),
        ("{{ tag(kind='y', label=name) }}", '<i class="y">&#34;&lt;b&gt;&#39;</i>'),
        ("{{ tag(tag('a')) }}", '<i class="x"><i class="x">a</i></i>'),
        ("{% call fold('t') %}{{ name }}{% endcall %}", "<p>t</p>&#34;&lt;b&gt;&#39;"),
        ("{{ '>' ~ name }}{{ 7 }}", "&gt;&#34;&lt;b&gt;&#39;7"),
    ],
)
def test_macros_take_their_arguments_as_jinja_does(tmp_path: Path, source: str, html: str) -> None:
    assert render(tmp_path, MACROS + source, name="\"<b>'") == html


@pytest.mark.parametrize("source", ["{{ tag() }}", "{{ tag(1, 2, 3, 4) }}", "{{ tag(1, other=2) }}", "{{ name() }}"])
def test_a_wrong_call_fails(tmp_path: Path, source: str) -> None:
    with pytest.raises((TypeError, UndefinedError)):
        render(tmp_path, MACROS + source)


def test_arguments_are_named_in_the_template(tmp_path: Path) -> None:
    with pytest.raises(TemplateAssertionError, match="names its arguments"):
        render(tmp_path, MACROS + "{{ tag(*values) }}", values=["a"])
