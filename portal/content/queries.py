"""What is exported: rows in the order in which they were written, nothing illustrative."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import select

from portal.adoption.models import PublishedFigure, Target
from portal.agencies.models import Agency
from portal.core.db import db
from portal.core.notices import SiteNotice
from portal.core.workdays import CalendarDay
from portal.directives.models import Directive
from portal.fees.models import FeeReduction, LocalFee
from portal.legal.models import LegalDocument
from portal.places.atlas import PlaceFact
from portal.places.models import Place
from portal.places.queries import atlas
from portal.procedures.models import Procedure


def documents() -> Sequence[LegalDocument]:
    """The legal documents."""
    wanted = select(LegalDocument).where(LegalDocument.is_demo.is_(False)).order_by(LegalDocument.id)
    return db.session.scalars(wanted).all()


def reductions() -> Sequence[FeeReduction]:
    """The reductions."""
    return db.session.scalars(
        select(FeeReduction).where(FeeReduction.is_demo.is_(False)).order_by(FeeReduction.id)
    ).all()


def fees() -> Sequence[LocalFee]:
    """The province's own fees."""
    return db.session.scalars(select(LocalFee).where(LocalFee.is_demo.is_(False)).order_by(LocalFee.id)).all()


def directives() -> Sequence[Directive]:
    """The directives."""
    return db.session.scalars(select(Directive).order_by(Directive.id)).all()


def agencies_by_id() -> Mapping[int, Agency]:
    """The agencies by id, in that order."""
    rows = db.session.scalars(select(Agency).where(Agency.is_demo.is_(False)).order_by(Agency.id))
    return {row.id: row for row in rows}


def published() -> Sequence[PublishedFigure]:
    """The figures as their sources print them, those taken back included."""
    return db.session.scalars(select(PublishedFigure).order_by(PublishedFigure.id)).all()


def targets() -> Sequence[Target]:
    """What the indicators have to reach."""
    return db.session.scalars(select(Target).where(Target.is_demo.is_(False)).order_by(Target.id)).all()


def days() -> Sequence[CalendarDay]:
    """The days off and the days that are worked instead."""
    return db.session.scalars(select(CalendarDay).order_by(CalendarDay.day)).all()


def places() -> Sequence[PlaceFact]:
    """Every unit."""
    known = atlas()
    found = (known.get(slug) for slug in db.session.scalars(select(Place.slug).order_by(Place.id)))
    return [one for one in found if one is not None]


def records() -> Sequence[Procedure]:
    """The official records that are still listed."""
    return db.session.scalars(select(Procedure).where(Procedure.retired_at.is_(None)).order_by(Procedure.id)).all()


def notices() -> Sequence[SiteNotice]:
    """What all readers were, are or will be told."""
    return db.session.scalars(select(SiteNotice).order_by(SiteNotice.id)).all()
