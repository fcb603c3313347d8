"""The staff's pages of the synonyms: everyday words, and the official ones that are meant by them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import clock
from portal.core.access import requires
from portal.core.content import as_published
from portal.core.gate import principal, see_other
from portal.core.i18n import DEFAULT_LOCALE
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_stamp, stamp
from portal.core.tables import Column, Link, ListSource, Order, table_page
from portal.core.text import clean_line, clean_paragraphs, fold
from portal.search import synonym_service as service
from portal.search.folding import sort_key
from portal.search.knowledge import stored_rules
from portal.search.synonym_service import MOST_PHRASES, SynonymError
from portal.search.synonym_trial import Trial, trial
from portal.search.synonyms import MAX_MEANINGS, MAX_PHRASE_WORDS, key_of

synonym_staff = Blueprint("synonym_staff", __name__, url_prefix="/can-bo/tu-dong-nghia")
_EDIT = Permission.EDIT_CONTENT
HERE = "/tu-dong-nghia"
WORD = "tu"
# Of what was typed, as much is kept so that it can be mended.
_LONGEST_TYPED = 20_000
_QUESTION = 200


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule as the list shows it."""

    phrase: str
    meanings: str
    whose: str


@dataclass(frozen=True, slots=True)
class Typed:
    """What a form says."""

    typed: str = ""
    meanings: str = ""
    question: str = ""

    @classmethod
    def sent(cls) -> Typed:
        """What the form of this request says, cut where nobody types as much."""
        form = request.form
        return cls(
            clean_paragraphs(form.get("typed", ""), _LONGEST_TYPED),
            clean_paragraphs(form.get("meanings", ""), _LONGEST_TYPED), clean_line(form.get("question", ""), _QUESTION),
        )  # fmt: skip

    @property
    def phrases(self) -> list[str]:
        """The phrases, one a line."""
        return [line for line in self.typed.split("\n") if line.strip()]

    @property
    def tidy(self) -> tuple[str, ...]:
        """The meanings, one a line."""
        return service.tidy_meanings(self.meanings.split("\n"))


def _url(phrase: str, what: str = "/sua") -> str:
    return staff_url(f"{HERE}{what}?{urlencode({WORD: phrase})}")


@synonym_staff.get("")
@requires(_EDIT)
def synonyms() -> ResponseReturnValue:
    text = clean_line(request.args.get("q", ""), 100)
    shipped, own = stored_rules(is_starter=True), stored_rules(is_starter=False)
    rules = [
        Rule(phrase, " | ".join(meanings) or _("(không đổi, đã tắt)"), _whose(phrase, shipped, own))
        for phrase, meanings in {**shipped, **own}.items()
        if fold(text) in fold(f"{phrase} {' '.join(meanings)}")
    ]
    rules.sort(key=lambda rule: sort_key(rule.phrase))
    columns = [
        Column[Rule](WORD, _("Người dân gõ"), lambda rule: Link(rule.phrase, _url(rule.phrase)), True),
        Column[Rule]("nghia", _("Cổng tìm thành"), lambda rule: rule.meanings, True),
        Column[Rule]("cua", _("Của ai"), lambda rule: rule.whose, True),
    ]
    source = ListSource[Rule](rules, {"nghia": lambda rule: sort_key(rule.meanings), "cua": lambda rule: rule.whose})
    table = table_page(columns, source, Order(WORD), parameters={"q": text}, name="tu-dong-nghia")
    if isinstance(table, Response):
        return table
    return render_staff(
        "staff/search/synonyms.html", title=_("Từ đồng nghĩa"), table=table, text=text,
        add_url=staff_url(f"{HERE}/them"),
    )  # fmt: skip


def _whose(phrase: str, shipped: dict[str, list[str]], own: dict[str, list[str]]) -> str:
    if phrase not in own:
        return str(_("Có sẵn"))
    return str(_("Có sẵn, tỉnh đã sửa") if phrase in shipped else _("Của tỉnh"))


@synonym_staff.get("/them")
@requires(_EDIT)
def new_synonym() -> ResponseReturnValue:
    text = clean_line(request.args.get(WORD, ""), _QUESTION)
    return _page("", Typed(typed=text, question=text))


@synonym_staff.post("/them")
@requires(_EDIT)
def add_synonym() -> ResponseReturnValue:
    typed = Typed.sent()
    try:
        service.add_rules(typed.phrases, typed.tidy, actor=principal().actor, now=clock.now())
    except SynonymError as error:
        return _page("", typed, refused=error, status=422)
    return see_other(staff_url(HERE))


@synonym_staff.post("/them/thu")
@requires(_EDIT, only_reads=True)
def try_new_synonym() -> ResponseReturnValue:
    typed = Typed.sent()
    return _tried("", typed, typed.phrases)


def _known() -> str:
    """The phrase that the address names, in its one spelling."""
    phrase = request.args.get(WORD, "")
    if len(phrase) > _QUESTION or phrase != key_of(phrase):
        abort(404)
    if service.own_rule(phrase) is None and service.shipped_rule(phrase) is None:
        abort(404)
    return phrase


def _stamp(phrase: str) -> str:
    return stamp([service.own_rule(phrase), service.shipped_rule(phrase)])


@synonym_staff.get("/sua")
@requires(_EDIT)
def synonym() -> ResponseReturnValue:
    phrase = _known()
    return _page(phrase, Typed(phrase, "\n".join(_meanings(phrase)), phrase))


def _meanings(phrase: str) -> Sequence[str]:
    own = service.own_rule(phrase)
    return (service.shipped_rule(phrase) or []) if own is None else own


@synonym_staff.post("/sua")
@requires(_EDIT)
def change_synonym() -> ResponseReturnValue:
    phrase, typed = _known(), Typed.sent()
    if sent_stamp() not in {"", _stamp(phrase)}:
        return _page(phrase, typed, problem=changed_meanwhile(), status=409)
    try:
        service.change_rule(phrase, typed.tidy, actor=principal().actor, now=clock.now())
    except SynonymError as error:
        return _page(phrase, typed, refused=error, status=422)
    return see_other(staff_url(HERE))


@synonym_staff.post("/sua/thu")
@requires(_EDIT, only_reads=True)
def try_synonym() -> ResponseReturnValue:
    phrase = _known()
    return _tried(phrase, Typed.sent(), [phrase])


@synonym_staff.post("/sua/xoa")
@requires(_EDIT)
def remove_synonym() -> ResponseReturnValue:
    service.remove_rule(_known(), actor=principal().actor, now=clock.now())
    return see_other(staff_url(HERE))


def _tried(phrase: str, typed: Typed, phrases: Sequence[str]) -> Response:
    try:
        rules = service.checked(phrases, typed.tidy, service.effective_rules())
    except SynonymError as error:
        return _page(phrase, typed, refused=error, status=422)
    with as_published():
        question = typed.question or phrases[0]
        found = trial(question, DEFAULT_LOCALE.code, rules)
    return _page(phrase, typed, found=found)


def _page(
    phrase: str, typed: Typed, *, refused: SynonymError | None = None, problem: str = "", found: Trial | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    errors = [(_refusal(refused), refused.field if not phrase else "meanings")] if refused else []
    if problem:
        errors = [(problem, "meanings")]
    own, shipped = (service.own_rule(phrase), service.shipped_rule(phrase)) if phrase else (None, None)
    here = _url(phrase) if phrase else staff_url(f"{HERE}/them")
    return render_staff(
        "staff/search/synonym.html", title=_("Sửa từ đồng nghĩa") if phrase else _("Thêm từ đồng nghĩa"),
        status=status, crumbs=[(_("Từ đồng nghĩa"), staff_url(HERE))], phrase=phrase, values=typed, errors=errors,
        problems={field: message for message, field in errors},
        stamp=(sent_stamp() or _stamp(phrase)) if phrase else "",
        here=here, try_url=_url(phrase, "/sua/thu") if phrase else staff_url(f"{HERE}/them/thu"), found=found,
        remove_url=_url(phrase, "/sua/xoa") if own is not None else "", shipped=shipped,
    )  # fmt: skip


def _refusal(error: SynonymError) -> str:
    text = error.text
    messages = {
        "no_phrase": _("Bạn chưa điền từ người dân gõ."),
        "many_phrases": _("Mỗi lần nhiều nhất %(count)s cụm từ.", count=MOST_PHRASES),
        "long_phrase": _("“%(text)s” dài quá %(count)s tiếng. Bạn rút ngắn lại.", text=text, count=MAX_PHRASE_WORDS),
        "no_meaning": _("Bạn chưa điền từ trong tên thủ tục."),
        "many_meanings": _("Nhiều nhất %(count)s nghĩa, mỗi nghĩa một dòng.", count=MAX_MEANINGS),
        "long_meaning": _("“%(text)s” chưa đúng: chỉ gồm chữ và số, không quá 100 ký tự.", text=text),
        "itself": _("“%(text)s” đang được giải thích bằng chính nó.", text=text),
        "circle": _("“%(text)s” được giải thích vòng quanh: nghĩa của nó lại dẫn về nó.", text=text),
        "taken": _("“%(text)s” đã có nghĩa khác. Bạn tìm từ đó trong danh sách rồi mở ra để sửa.", text=text),
        "full": _("Danh sách đã đầy. Bạn xóa bớt từ không dùng."),
    }
    return str(messages[error.code])
