"""The rules by which feedback goes to an agency, in their order, and where something would go."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.agencies import queries as agencies
from portal.core import clock
from portal.core.access import requires
from portal.core.gate import principal, see_other
from portal.core.i18n import current_locale
from portal.core.permissions import Permission
from portal.core.staff import render_staff, staff_url
from portal.core.stamps import changed_meanwhile, sent_stamp, stamp_of, was_changed
from portal.core.text import clean_line
from portal.feedback import queries, rulebook
from portal.feedback.labels import agency_name, category_choices, target_label
from portal.feedback.models import FeedbackRule
from portal.feedback.routing import AGENCY, RELATIVE_TARGETS, Question, Route, World, route
from portal.feedback.rulebook import RulebookError, RuleValues
from portal.feedback.staff_words import place_name, rule_in_words, rulebook_refusal
from portal.feedback.subjects import KINDS, Subject, competent_agency, subject
from portal.places.kinds import full_name
from portal.places.queries import atlas, finder

rules_staff = Blueprint("rules_staff", __name__, url_prefix="/can-bo/phan-anh-quy-tac")
RULES = "/phan-anh-quy-tac"
_MANAGE = Permission.MANAGE_FEEDBACK
_LONGEST = 200
_MOST_CANDIDATES = 8
# The addresses of pages that feedback may be about.
_PATHS = {
    "/huong-dan/": "guide", "/thu-tuc/": "procedure", "/giam-phi/": "reduction", "/to-cong-nghe-so/": "team",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class PlaceTyped:
    """A place that somebody typed: the slug that it means, or those that it may mean."""

    text: str
    slug: str = ""
    candidates: tuple[tuple[str, str], ...] = ()

    @property
    def choices(self) -> list[tuple[str, str, bool]]:
        """The candidates as a form offers them; none is chosen for anybody."""
        return [(slug, words, False) for slug, words in self.candidates]


def place_typed(text: str, picked: str) -> PlaceTyped:
    """Read a place by its name, old or new; never choosing between several."""
    if not text:
        return PlaceTyped("")
    found = [one.place for one in finder().find(text, _MOST_CANDIDATES).candidates]
    slugs = [one.slug for one in found]
    if picked in slugs:
        return PlaceTyped(text, picked)
    named = [one.slug for one in found if text in {full_name(one), one.name}]
    if len(found) == 1 or len(named) == 1:
        return PlaceTyped(text, named[0] if named else slugs[0])
    return PlaceTyped(text, "", tuple((one.slug, _where(one.slug)) for one in found))


def _where(slug: str) -> str:
    """A place, and what it is part of today where it is of before."""
    known = atlas()
    place = known.get(slug)
    if place is None:
        return slug
    after = [full_name(one) for one in known.current(slug)] if place.valid_to is not None else []
    above = known.get(place.superior) if place.superior else None
    inside = f", {full_name(above)}" if above else ""
    now = _("nay là %(names)s", names=", ".join(after))
    return f"{full_name(place)}{inside} ({now})" if after else f"{full_name(place)}{inside}"


def subject_typed(text: str) -> str:
    """`kind:key` of a page whose address somebody pasted; what was typed, where it is that already."""
    path = urlsplit(text).path.removeprefix("/en") if "/" in text else ""
    for beginning, kind in _PATHS.items():
        if path.startswith(beginning):
            return f"{kind}:{path.removeprefix(beginning).strip('/')}"
    return text if text.partition(":")[0] in KINDS else ""


@dataclass(frozen=True, slots=True)
class Trial:
    """Where something would go, and why."""

    route: Route
    rule: str
    skipped: Sequence[str]
    about: Subject
    competent: str


def trial(world: World, category: str, place: str, about: Subject) -> Trial:
    """Ask the rules what they would do, without sending anything."""
    competent = competent_agency(about, place)
    found = route(world, Question(category, place, competent))
    words = {rule.code: f"{number}. {rule_in_words(rule)}" for number, rule in enumerate(world.rules, start=1)}
    return Trial(
        found, words.get(found.rule, ""), [words[code] for code in found.skipped if code in words], about,
        agency_name(competent) if competent else "",
    )  # fmt: skip


@rules_staff.get("")
@requires(_MANAGE)
def rules() -> ResponseReturnValue:
    return _rules()


def _rules(error: RulebookError | None = None) -> Response:
    world, rows = queries.world(), queries.rules()
    texts = {name: clean_line(request.args.get(name, ""), _LONGEST) for name in ("muc", "noi", "trang")}
    place = place_typed(texts["noi"], request.args.get("chon", ""))
    about = subject(subject_typed(texts["trang"]), current_locale().code)
    is_asked = bool(texts["muc"]) and not (texts["noi"] and not place.slug)
    default = next((row for row in rows if row.is_default), None)
    return render_staff(
        "staff/feedback/rules.html", title=_("Quy tắc chuyển phản ánh"), status=422 if error else 200,
        rules=[(row, rule_in_words(row), staff_url(f"{RULES}/{row.code}")) for row in rows if not row.is_default],
        default=default, default_words=target_label(default.target) if default else "",
        default_agencies=_agency_choices(default.target.removeprefix(AGENCY) if default else ""),
        errors=[(rulebook_refusal(error), error.field)] if error else [], texts=texts, place=place,
        place_words=_where(place.slug) if place.slug else "", found=trial(world, texts["muc"], place.slug, about)
        if is_asked else None, knows_page=bool(about.key) or not texts["trang"],
        is_missing=bool(texts["noi"]) and not place.slug and not place.candidates,
        categories=[(key, label, key == texts["muc"]) for key, label in category_choices(taken_only=True)],
        agency_name=agency_name, base=staff_url(RULES), tabs=tabs("rules"),
    )  # fmt: skip


def tabs(current: str) -> list[tuple[str, str, bool]]:
    """The pages of the rulebook."""
    pages = (("rules", _("Quy tắc"), ""), ("promises", _("Cam kết ngày trả lời"), "/cam-ket"),
             ("templates", _("Mẫu trả lời"), "/mau"))  # fmt: skip
    return [(label, staff_url(RULES + path), name == current) for name, label, path in pages]


def _agency_choices(chosen: str) -> list[tuple[str, str, bool]]:
    return [(one.slug, one.name, one.slug == chosen) for one in agencies.agencies()]


@rules_staff.post("/mac-dinh")
@requires(_MANAGE)
def change_default() -> ResponseReturnValue:
    target = AGENCY + clean_line(request.form.get("target", ""), _LONGEST)
    try:
        rulebook.set_default(target, actor=principal().actor, now=clock.now())
    except RulebookError as error:
        return _rules(error)
    return see_other(staff_url(RULES))


@rules_staff.get("/them")
@requires(_MANAGE)
def new_rule() -> ResponseReturnValue:
    return _form(None, RuleValues(), PlaceTyped(""))


@rules_staff.post("/them")
@requires(_MANAGE)
def add_rule() -> ResponseReturnValue:
    actor, now = principal().actor, clock.now()
    return _save(None, lambda values: rulebook.add_rule(values, actor=actor, now=now))


@rules_staff.get("/<slug:code>")
@requires(_MANAGE)
def rule(code: str) -> ResponseReturnValue:
    row = _row(code)
    return _form(row, _values(row), PlaceTyped(place_name(row.place), row.place))


@rules_staff.post("/<slug:code>")
@requires(_MANAGE)
def change_rule(code: str) -> ResponseReturnValue:
    row, actor, now = _row(code), principal().actor, clock.now()
    return _save(row, lambda values: rulebook.change_rule(row, values, actor=actor, now=now))


@rules_staff.post("/<slug:code>/len")
@requires(_MANAGE)
def earlier(code: str) -> ResponseReturnValue:
    rulebook.move_rule(_row(code), -1, actor=principal().actor, now=clock.now())
    return see_other(staff_url(RULES))


@rules_staff.post("/<slug:code>/xuong")
@requires(_MANAGE)
def later(code: str) -> ResponseReturnValue:
    rulebook.move_rule(_row(code), 1, actor=principal().actor, now=clock.now())
    return see_other(staff_url(RULES))


@rules_staff.post("/<slug:code>/xoa")
@requires(_MANAGE)
def remove_rule(code: str) -> ResponseReturnValue:
    row = _row(code)
    if was_changed(row):
        return _form(
            row, _values(row), PlaceTyped(place_name(row.place), row.place), (changed_meanwhile(), "category"), 409
        )
    try:
        rulebook.remove_rule(row, actor=principal().actor, now=clock.now())
    except RulebookError as error:
        return _rules(error)
    return see_other(staff_url(RULES))


def _row(code: str) -> FeedbackRule:
    return queries.rule_by_code(code) or abort(404)


def _values(row: FeedbackRule) -> RuleValues:
    return RuleValues(category=row.category, place=row.place, about=row.about, target=row.target)


def _save(row: FeedbackRule | None, change: Callable[[RuleValues], object]) -> ResponseReturnValue:
    typed = {
        name: clean_line(request.form.get(name, ""), _LONGEST) for name in ("category", "place", "about", "target")
    }
    place = place_typed(typed["place"], request.form.get("chon", ""))
    values = RuleValues(category=typed["category"], place=place.slug, about=typed["about"], target=typed["target"])
    if row and was_changed(row):
        return _form(row, values, place, (changed_meanwhile(), "category"), 409)
    if place.text and not place.slug:
        error = RulebookError("several_places" if place.candidates else "no_place", "place")
        return _form(row, values, place, (rulebook_refusal(error), error.field), 422)
    try:
        change(values)
    except RulebookError as error:
        return _form(row, values, place, (rulebook_refusal(error), error.field), 422)
    return see_other(staff_url(RULES))


def _form(
    row: FeedbackRule | None, values: RuleValues, place: PlaceTyped, problem: tuple[str, str] | None = None,
    status: int = 200,
) -> Response:  # fmt: skip
    relative = [(target, target_label(target), target == values.target) for target in RELATIVE_TARGETS]
    named = [(AGENCY + slug, name, AGENCY + slug == values.target) for slug, name, _chosen in _agency_choices("")]
    return render_staff(
        "staff/feedback/rule.html", title=_("Sửa quy tắc") if row else _("Thêm quy tắc"), status=status,
        crumbs=[(_("Quy tắc chuyển phản ánh"), staff_url(RULES))], errors=[problem] if problem else [],
        problems={problem[1]: problem[0]} if problem else {}, place=place,
        categories=[(key, label, key == values.category) for key, label in category_choices(taken_only=True)],
        abouts=_agency_choices(values.about), targets=[*relative, *named], row=row,
        url=staff_url(f"{RULES}/{row.code}") if row else staff_url(f"{RULES}/them"),
        stamp=sent_stamp() or (stamp_of(row) if row else ""),
    )  # fmt: skip
