"""The share kit: a link of a team to a page, and everything with which it is handed on, on one page of the staff's."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, abort, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.core import audit, clock
from portal.core.access import requires
from portal.core.gate import see_other
from portal.core.i18n import current_locale, localised_path
from portal.core.pages import LINKS, renderer
from portal.core.permissions import Permission
from portal.core.qr import qr_png, qr_svg, qr_svg_file
from portal.core.staff import render_staff, staff_url
from portal.core.text import clean_line
from portal.fees.present import REDUCTIONS
from portal.guides import queries as guides
from portal.search import queries as search
from portal.sharing import queries as links
from portal.sharing import service
from portal.sharing.addresses import Channel, link_url
from portal.sharing.drawing_process import DrawingBusyError, poster_pdf
from portal.sharing.hand_on import facebook_url, sms_texts, typed_address
from portal.sharing.kit_words import Helper, message_of, poster_of
from portal.sharing.models import ShareLink
from portal.sharing.subjects import Subject, remembered_subject
from portal.sharing.targets import Target, target_of
from portal.teams.kit_reach import NO_TEAM, Reach, names_of, place_name, team_within, teams_within
from portal.teams.kit_words import SHEETS, helper_of, team_page, team_subject
from portal.teams.leading import GUESTS, actor_for, leads, reach_here
from portal.teams.queries import SCOPE_KIND, TeamFact, TeamRow

kit_staff = Blueprint("kit_staff", __name__, url_prefix="/can-bo/chia-se")
_SHARE = Permission.SHARE_LINKS
_PATH = "/chia-se"
WORKSPACE = "/to-cua-toi"
# More teams than this are searched, not listed.
_MOST_LISTED = 40
_MOST_FOUND = 12
# Of a team: several times as many as there are pages. The calculator alone has addresses without end.
MOST_LINKS = 1_000
_LONGEST_PATH = 500


@dataclass(frozen=True, slots=True)
class Choice:
    """A page that can be shared."""

    path: str
    title: str
    about: str


@dataclass(frozen=True, slots=True)
class Kit:
    """A link and what it leads to. `team` is None for the portal's own."""

    link: ShareLink
    team: TeamFact | None
    subject: Subject
    helper: Helper | None


def kit_url(code: str, file: str = "") -> str:
    """The page of a link's kit, or one of its files."""
    return staff_url(f"{_PATH}/{code}/{file}" if file else f"{_PATH}/{code}")


def workspace_crumb() -> list[tuple[str, str | None]]:
    """The way back of those who come from their team's own page."""
    return [(_("Tổ của tôi"), staff_url(WORKSPACE))] if leads() else []


@kit_staff.get("")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def choose() -> ResponseReturnValue:
    return _chooser(reach_here())


def _chooser(reach: Reach, error: str = "", status: int = 200) -> Response:
    words, text = clean_line(request.args.get("tim", ""), 100), clean_line(request.args.get("q", ""), _LONGEST_PATH)
    rows = teams_within(reach, words)
    wanted = request.values.get("to", rows[0].slug if len(rows) == 1 and not reach.is_everywhere else NO_TEAM)
    team = team_within(reach, wanted)
    found = _found(text, team) if text else None
    return render_staff(
        "staff/teams/share.html", title=_("Chia sẻ"), crumbs=workspace_crumb(), status=status,
        error=error, q=text, words=words,
        is_long=len(rows) > _MOST_LISTED or bool(words), teams=_team_options(reach, rows[:_MOST_LISTED], team),
        count=len(rows), team=team, may_share=bool(team) or reach.is_everywhere, found=found,
        bulk_url=staff_url(f"{_PATH}/hang-loat") if reach.is_everywhere or reach.territories else "",
        pack_url=staff_url(f"{_PATH}/goi-thon") if reach.is_everywhere or rows else "", offered=_offered(team),
        made=_made(team.slug if team else NO_TEAM) if team or reach.is_everywhere else [],
    )  # fmt: skip


def _team_options(reach: Reach, rows: list[TeamRow], team: TeamFact | None) -> list[tuple[str, str, bool]]:
    own = [(NO_TEAM, str(_("Không của tổ nào: cổng chia sẻ")))] if reach.is_everywhere else []
    chosen = team.slug if team else NO_TEAM
    return [(slug, name, slug == chosen) for slug, name in [*own, *names_of(rows)]]


def _found(text: str, team: TeamFact | None) -> list[Choice]:
    """The page whose address somebody pasted, else the guides that answer what was typed."""
    if text.startswith(("/", "http://", "https://")):
        shared = shared_target(text, team)
        return [Choice(shared.path, shared.title, shared.path)] if shared else []
    found = search.find(text, current_locale().code, kinds=("guide",), limit=_MOST_FOUND)
    return [Choice(hit.url, hit.title, hit.summary) for hit in found.hits]


def _offered(team: TeamFact | None) -> list[Choice]:
    """What is shared most often, without searching."""
    events = guides.cards(current_locale().code, kind="life_event")
    offered = [Choice(guides.URL_PREFIX + card.slug, card.title, card.summary) for card in events]
    if team and team.ended_on is None:
        offered.insert(0, Choice(team_page(team.slug), team.name, str(_("Trang của tổ"))))
    offered.append(Choice(LINKS["reductions"], str(_("Chính sách giảm phí")), str(_("Đang áp dụng và đã hết"))))
    return [*offered, Choice(LINKS["calculator"], str(_("Tính thử phí")), str(_("So nộp trực tuyến với nộp tại quầy")))]


def _made(team: str) -> list[tuple[str, str, str]]:
    return [(link.title or link.path, kit_url(link.code), link_url(link.code)) for link in links.links_of_team(team)]


@kit_staff.post("")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def make() -> ResponseReturnValue:
    reach = reach_here()
    team = team_within(reach, request.form.get("to", NO_TEAM))
    if request.form.get("to") and (team is None or team.ended_on is not None):
        abort(404)
    if team is None and not reach.is_everywhere:
        return _chooser(reach, str(_("Bạn chọn một tổ trước.")), 422)
    target = shared_target(request.form.get("trang", ""), team)
    if target is None:
        return _chooser(reach, str(_("Trang này không chia sẻ được. Bạn chọn một trang khác.")), 422)
    link = made_link(team, target)
    return see_other(kit_url(link.code)) if link else too_many_links()


def too_many_links() -> Response:
    """What is said where a team has so many links that another one serves nobody."""
    message = _("Tổ đã có %(count)s liên kết. Bạn dùng lại một liên kết đã có ở dưới.", count=MOST_LINKS)
    return _chooser(reach_here(), str(message), 422)


def made_link(team: TeamFact | None, target: Target) -> ShareLink | None:
    """The link of a team, or the portal's own, to a page: a new one is in the audit log. None beyond `MOST_LINKS`."""
    owner, now = team.slug if team else NO_TEAM, clock.now()
    is_new = links.link_of(owner, target.path) is None
    if is_new and team and links.count_of_team(owner) >= MOST_LINKS:
        return None
    link = service.share_link(owner, target.path, target.title, now=now)
    if is_new:
        about = audit.Subject(SCOPE_KIND, owner, team.name if team else "")
        audit.record(actor_for(team), "share_link_made", about, at=now, after={"code": link.code, "path": link.path})
    return link


def shared_target(typed: str, team: TeamFact | None) -> Target | None:
    """The page of ours that an address names; None for any other, and for a reduction that must not be advertised."""
    target = target_of(typed, renderer().config.site_url)
    if target is None or (target.path.startswith(f"{REDUCTIONS}/") and _subject(target.path, team) is None):
        return None
    return target


def _subject(path: str, team: TeamFact | None) -> Subject | None:
    return team_subject(path, team, clock.today(), current_locale())


def _kit(code: str) -> Kit:
    """The kit of a link within somebody's reach; what is beyond looks like what isn't there."""
    reach, link = reach_here(), links.link_by_code(code)
    if link is None:
        abort(404)
    team = team_within(reach, link.team)
    if team is None and (link.team or not reach.is_everywhere):
        abort(404)
    return Kit(link, team, _subject(link.path, team) or remembered_subject(link.path, link.title), helper_of(team))


@kit_staff.get("/<code>")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def kit(code: str) -> ResponseReturnValue:
    found, site = _kit(code), renderer().config.site_url
    accented, plain = sms_texts(message_of(code, found.subject, found.helper))
    return render_staff(
        "staff/teams/kit.html", title=found.subject.title, kit=found,
        crumbs=[*workspace_crumb(), (_("Chia sẻ"), staff_url(_PATH))],
        page_url=localised_path(found.link.path, current_locale()), accented=accented, plain=plain,
        copied=site + link_url(code, Channel.COPY), zalo=site + link_url(code, Channel.ZALO),
        facebook=facebook_url(site, code), typed=typed_address(site, code), host=site.partition("://")[2],
        qr=qr_svg(site + link_url(code, Channel.QR)), image=found.subject.image,
        files={name: kit_url(code, name) for name in ("ma-qr.svg", "ma-qr.png", *(f"{one}.pdf" for one in SHEETS))},
        place=place_name(found.team.commune) if found.team else "",
    )  # fmt: skip


@kit_staff.get("/<code>/ma-qr.svg")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def code_drawing(code: str) -> ResponseReturnValue:
    return _file(qr_svg_file(_code_text(_kit(code))), "image/svg+xml", f"ma-qr-{code}.svg")


@kit_staff.get("/<code>/ma-qr.png")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def code_picture(code: str) -> ResponseReturnValue:
    return _file(qr_png(_code_text(_kit(code))), "image/png", f"ma-qr-{code}.png")


@kit_staff.get("/<code>/<slug:slug>.pdf")
@requires(_SHARE, is_scoped=True, or_link=GUESTS)
def poster(code: str, slug: str) -> ResponseReturnValue:
    found, sheet = _kit(code), SHEETS.get(slug) or abort(404)
    made = poster_of(code, found.subject, found.helper, clock.today(), current_locale())
    try:
        return _file(poster_pdf([made], sheet), "application/pdf", f"{slug}-{code}.pdf")
    except DrawingBusyError:
        abort(503)


def _code_text(found: Kit) -> str:
    return renderer().config.site_url + link_url(found.link.code, Channel.QR)


def _file(content: bytes, mimetype: str, name: str) -> Response:
    response = Response(content, mimetype=mimetype)
    response.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return response
