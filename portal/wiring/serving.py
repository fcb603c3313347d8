"""What serves pages: every domain's blueprints, and what the domains may ask of one another."""

from __future__ import annotations

from flask import Flask

from portal.accounts import labels as account_labels
from portal.accounts import queries as account_queries
from portal.accounts.admin import admin_views
from portal.accounts.arrivals import arrivals_views, invitation_door, reset_door
from portal.accounts.audit_views import audit_views
from portal.accounts.doors import doors_views
from portal.accounts.own import own_views
from portal.accounts.sessions import SessionIdentity
from portal.adoption import job_words as figure_job_words
from portal.adoption import staff_words as figure_words
from portal.adoption.exchange import FigureImport
from portal.adoption.key_staff import key_staff
from portal.adoption.loop_views import loop_views
from portal.adoption.own_views import own_figures_views
from portal.adoption.published_staff import published_staff
from portal.adoption.push_views import push_views
from portal.adoption.revised_views import revised_views
from portal.adoption.target_staff import target_staff
from portal.adoption.views import adoption_views
from portal.adoption.views import section_of_place as figures_of_place
from portal.agencies import labels as agency_labels
from portal.agencies.exchange import AgencyImport
from portal.agencies.present import section_of_place
from portal.agencies.queries import SCOPE_KIND, scope_choices, subordinates
from portal.agencies.staff import agencies_staff
from portal.content.staff import content_staff
from portal.core.audit_labels import register_audit_labels
from portal.core.gate import register_identity
from portal.core.links import Purpose, register_door
from portal.core.permissions import Scope, ScopeKind, register_scope_kind, register_scope_uses
from portal.core.registry import (
    register_answers,
    register_drafting,
    register_guide_finder,
    register_guide_index,
    register_helpers,
    register_link_counter,
    register_place_sections,
    register_shared_pages,
)
from portal.core.staff import register_menu, register_waiting
from portal.core.tables import register_writer
from portal.directives import labels as directive_labels
from portal.directives.document_staff import directive_documents
from portal.directives.staff import directives_staff, waiting_tasks
from portal.directives.views import directives_views
from portal.editing import labels as editing_labels
from portal.editing import media_words
from portal.editing.attention_staff import attention_staff, waiting_attention
from portal.editing.case_staff import draft_cases_staff, drafting_of, guide_cases_staff
from portal.editing.charge_staff import charge_staff
from portal.editing.check_staff import check_staff
from portal.editing.draft_staff import draft_staff
from portal.editing.guest_views import check_door, draft_guests, preview_door
from portal.editing.jargon_staff import jargon_staff
from portal.editing.live_staff import live_staff
from portal.editing.media_staff import media_staff
from portal.editing.record_staff import changed_records_staff, records_staff
from portal.editing.staff import editing_staff, waiting_drafts
from portal.editing.translate_staff import translate_staff
from portal.editing.withdrawal_staff import waiting_withdrawals, withdrawal_staff
from portal.exchange import labels as import_labels
from portal.exchange import registry as import_kinds
from portal.exchange.staff import imports_staff, waiting_imports
from portal.exchange.tables import XLSX, write_csv, write_sheet
from portal.feedback import audit_words as feedback_words
from portal.feedback import job_words
from portal.feedback import queries as feedback_queries
from portal.feedback.all_staff import all_cases_staff
from portal.feedback.answers import section_under
from portal.feedback.answers_staff import answers_staff, waiting_answers
from portal.feedback.case_staff import case_staff
from portal.feedback.figures_views import figures_views
from portal.feedback.promises_staff import promises_staff
from portal.feedback.rules_staff import rules_staff
from portal.feedback.seen_staff import seen_staff
from portal.feedback.staff import feedback_staff, waiting_cases
from portal.feedback.tracking_views import tracking_views
from portal.feedback.views import feedback_views
from portal.feedback.vote_views import vote_views
from portal.feedback.votes import useful_by_guide
from portal.fees import labels as fee_labels
from portal.fees.calculator_views import calculator_views
from portal.fees.citing import fee_citations, fee_touched
from portal.fees.fee_staff import fees_staff
from portal.fees.reduction_staff import reductions_staff
from portal.fees.views import reductions_views
from portal.guides import queries as guide_queries
from portal.guides.citing import guide_citations
from portal.guides.previews import find_guide_preview
from portal.guides.views import guides_views
from portal.legal import labels as legal_labels
from portal.legal.citations import register_citers, register_touchers
from portal.legal.staff import legal_staff
from portal.legal.views import legal_views
from portal.linkcheck import labels as link_labels
from portal.media.library_views import library_views
from portal.media.preview import register_previews
from portal.media.views import media_views
from portal.meetings import labels as meeting_labels
from portal.meetings.report_views import report_views
from portal.meetings.staff import meeting_door, meetings_staff
from portal.meetings.views import meetings_views
from portal.opendata.api import opendata_api
from portal.opendata.views import opendata_views
from portal.outbox import labels as outbox_labels
from portal.outbox.staff import dead_letters, outbox_staff, register_kind_labels
from portal.outbox.views import outbox_views
from portal.pages.api import api_views
from portal.pages.browse import browse_views
from portal.pages.home_staff import home_staff
from portal.pages.machine import machine_views
from portal.pages.menu import staff_menu
from portal.pages.office import office_views
from portal.pages.search import search_views
from portal.pages.text_staff import text_staff
from portal.pages.views import pages_views
from portal.places import labels as place_labels
from portal.places.api import places_api
from portal.places.exchange import VillageKind
from portal.places.previews import find_place_preview
from portal.places.staff import places_staff
from portal.places.views import places_views
from portal.procedures.citing import record_citations
from portal.procedures.exchange import CatalogueKind, RecordKind
from portal.procedures.views import procedures_views
from portal.search import words_of_staff as search_words
from portal.search.synonym_staff import synonym_staff
from portal.settings import labels as setting_labels
from portal.settings.calendar import calendar_views
from portal.settings.notice_staff import notice_staff
from portal.settings.province import province_views
from portal.sharing.door import init_door
from portal.sharing.link_views import link_views
from portal.sharing.queries import links_to
from portal.sharing.views import sharing_views
from portal.teams import bulk_words
from portal.teams import labels as team_labels
from portal.teams import present as teams
from portal.teams import queries as team_queries
from portal.teams.api import teams_api
from portal.teams.bulk_views import bulk_staff
from portal.teams.exchange import TeamImport
from portal.teams.handover_staff import handover_staff
from portal.teams.kit import kit_staff
from portal.teams.leader_views import confirmation_door, leader_views
from portal.teams.member_staff import team_staff
from portal.teams.pack_views import pack_staff
from portal.teams.previews import find_team_preview
from portal.teams.shared import title_of_page
from portal.teams.signals import register_useful_votes
from portal.teams.staff import teams_staff
from portal.teams.tally_staff import tally_staff
from portal.teams.tally_worker import tally_worker
from portal.teams.views import teams_views
from portal.teams.workspace import waiting_workspace, workspace, workspace_door
from portal.teams.workspace_staff import workspace_staff

BLUEPRINTS = (
    adoption_views,
    meetings_views,
    report_views,
    loop_views,
    own_figures_views,
    revised_views,
    push_views,
    target_staff,
    published_staff,
    key_staff,
    opendata_views,
    opendata_api,
    pages_views,
    search_views,
    browse_views,
    machine_views,
    api_views,
    places_views,
    places_api,
    teams_views,
    teams_api,
    guides_views,
    media_views,
    library_views,
    link_views,
    sharing_views,
    procedures_views,
    legal_views,
    reductions_views,
    calculator_views,
    figures_views,
    office_views,
    feedback_views,
    tracking_views,
    vote_views,
    doors_views,
    arrivals_views,
    own_views,
    admin_views,
    audit_views,
    calendar_views,
    notice_staff,
    home_staff,
    text_staff,
    jargon_staff,
    content_staff,
    synonym_staff,
    province_views,
    outbox_views,
    outbox_staff,
    agencies_staff,
    places_staff,
    legal_staff,
    fees_staff,
    reductions_staff,
    imports_staff,
    feedback_staff,
    case_staff,
    seen_staff,
    all_cases_staff,
    rules_staff,
    promises_staff,
    answers_staff,
    teams_staff,
    team_staff,
    handover_staff,
    leader_views,
    bulk_staff,
    pack_staff,
    kit_staff,
    directives_views,
    directives_staff,
    directive_documents,
    meetings_staff,
    workspace,
    workspace_staff,
    tally_staff,
    tally_worker,
    editing_staff,
    draft_staff,
    live_staff,
    media_staff,
    attention_staff,
    changed_records_staff,
    records_staff,
    guide_cases_staff,
    draft_cases_staff,
    check_staff,
    draft_guests,
    withdrawal_staff,
    charge_staff,
    translate_staff,
)


def register(app: Flask) -> None:
    """Give the application every domain's pages."""
    for blueprint in BLUEPRINTS:
        app.register_blueprint(blueprint)
    register_place_sections(section_of_place, teams.section_of_place, figures_of_place)
    register_helpers(teams.helpers_near)
    register_guide_finder(guide_queries.guides_of_procedure)
    register_guide_index(guide_queries.explained_procedures)
    register_previews("huong-dan", find_guide_preview)
    register_previews("dia-ban", find_place_preview)
    register_previews("to-cong-nghe-so", find_team_preview)
    register_answers(section_under)
    register_drafting(drafting_of)
    register_shared_pages("to-cong-nghe-so", title_of_page)
    register_citers(fee_citations, guide_citations, record_citations)
    register_touchers(fee_touched)
    register_link_counter(links_to)
    register_useful_votes(useful_by_guide)
    _register_staff()
    register_writer("csv", "text/csv", write_csv)
    register_writer("xlsx", XLSX, write_sheet)
    for kind in (RecordKind(), CatalogueKind(), VillageKind(), AgencyImport(), TeamImport(), FigureImport()):
        import_kinds.register(kind)
    init_door(app)


def _register_staff() -> None:
    """Who the staff are, by which doors they come, what waits for them, and what things are called."""
    register_identity(SessionIdentity())
    register_door(Purpose.INVITATION, invitation_door)
    register_door(Purpose.PASSWORD_RESET, reset_door)
    register_door(Purpose.TEAM_CONFIRM, confirmation_door)
    register_door(Purpose.TEAM_WORKSPACE, workspace_door)
    register_door(Purpose.MEETING, meeting_door)
    register_door(Purpose.FACT_CHECK, check_door)
    register_door(Purpose.DRAFT_PREVIEW, preview_door)
    register_menu(staff_menu())
    register_scope_kind(SCOPE_KIND, ScopeKind(scope_choices, subordinates))
    register_scope_kind(team_queries.SCOPE_KIND, ScopeKind(team_queries.scope_choices, team_queries.no_subordinates))
    register_scope_uses(account_queries.count_grants, _cases_of)
    register_audit_labels(
        account_labels.audit_labels, agency_labels.audit_labels, place_labels.audit_labels, legal_labels.audit_labels,
        fee_labels.audit_labels, import_labels.audit_labels, outbox_labels.audit_labels, setting_labels.audit_labels,
        feedback_words.audit_labels, team_labels.audit_labels, directive_labels.audit_labels, bulk_words.audit_labels,
        editing_labels.audit_labels, search_words.audit_labels, media_words.audit_labels, meeting_labels.audit_labels,
        figure_words.audit_labels,
    )  # fmt: skip
    register_kind_labels(
        account_labels.kind_labels, import_labels.kind_labels, job_words.kind_labels, bulk_words.kind_labels,
        editing_labels.kind_labels, link_labels.kind_labels, figure_job_words.kind_labels,
    )  # fmt: skip
    register_waiting(
        waiting_cases, waiting_answers, waiting_tasks, dead_letters, waiting_imports, waiting_workspace, waiting_drafts,
        waiting_attention, waiting_withdrawals,
    )  # fmt: skip


def _cases_of(scope: Scope) -> int:
    return feedback_queries.cases_of_agency(scope.key) if scope.kind == SCOPE_KIND else 0
