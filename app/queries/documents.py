"""What a unit may take home: its signed minutes, and the files that were given to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, literal, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute

from ..db import db
from ..domain.inspections import CampaignKind, InspectionKind, Side, State
from ..models import Attachment, Campaign, Delegation, Finding, Inspection, MinutesRevision, Task, User
from ._pages import Page
from .access import told_to_unit


@dataclass(frozen=True, slots=True)
class MinutesOf:
    """The inspection that signed minutes are of, as far as its name needs it."""

    kind: InspectionKind
    campaign_kind: CampaignKind
    inspected_on: date

    @property
    def supervised(self) -> bool:
        return self.campaign_kind is CampaignKind.GIAM_SAT


@dataclass(frozen=True, slots=True)
class Document:
    """Signed minutes (``id`` is their inspection's), or a file."""

    id: int
    at: datetime
    name: str = ""
    minutes_of: MinutesOf | None = None


def documents_of(unit_id: int, page: int, page_size: int) -> Page[Document]:
    """One page of them, the newest first; a page there is not is the first one. One SELECT."""
    both = union_all(_minutes(unit_id), _files(unit_id)).subquery()
    rows = db.session.execute(
        select(
            both.c.id,
            both.c.at,
            both.c.signed,
            Attachment.name,
            Inspection.kind,
            Inspection.inspected_on,
            Campaign.kind.label("campaign_kind"),
            func.count().over().label("every"),
        )
        .select_from(both)
        .outerjoin(Attachment, and_(both.c.signed == 0, Attachment.id == both.c.id))
        .outerjoin(Inspection, and_(both.c.signed == 1, Inspection.id == both.c.id))
        .outerjoin(Delegation, Delegation.id == Inspection.delegation_id)
        .outerjoin(Campaign, Campaign.id == Delegation.campaign_id)
        .order_by(both.c.at.desc(), both.c.signed.desc(), both.c.id.desc())
        .limit(page_size)
        .offset((page - 1) * page_size)
    ).all()
    if not rows and page > 1:
        return documents_of(unit_id, 1, page_size)
    found = [
        Document(row.id, row.at, minutes_of=MinutesOf(row.kind, row.campaign_kind, row.inspected_on))
        if row.signed
        else Document(row.id, row.at, row.name)
        for row in rows
    ]
    return Page(tuple(found), rows[0].every if rows else 0, page, page_size)


def told_in_time(written: InstrumentedAttribute[datetime]) -> ColumnElement[bool]:
    """During the second round the unit sees what was there when the first was published to it."""
    return or_(Inspection.state != State.THAM_DINH_LAN_2, written <= Inspection.published_at)


def _minutes(unit_id: int) -> Select[*tuple[Any, ...]]:
    return (
        select(
            MinutesRevision.inspection_id.label("id"),
            func.max(MinutesRevision.signed_at).label("at"),
            literal(1).label("signed"),
        )
        .join(Inspection, Inspection.id == MinutesRevision.inspection_id)
        .where(
            Inspection.unit_id == unit_id,
            Inspection.published_at.is_not(None),
            Inspection.state != State.HUY,
            told_to_unit(),
            MinutesRevision.signed_at.is_not(None),
        )
        .group_by(MinutesRevision.inspection_id)
    )


def _files(unit_id: int) -> Select[*tuple[Any, ...]]:
    """Files the delegation showed with its results, and those others put to the unit's tasks."""
    given = (
        (Inspection.unit_id == unit_id)
        & Inspection.published_at.is_not(None)
        & told_in_time(Attachment.uploaded_at)
        & or_(Attachment.side == Side.VERIFIED, Attachment.finding_id.is_not(None))
    )
    of_task = (Task.unit_id == unit_id) & or_(User.unit_id.is_(None), User.unit_id != unit_id)
    return (
        select(Attachment.id, Attachment.uploaded_at.label("at"), literal(0).label("signed"))
        .join(User, User.id == Attachment.uploaded_by_id)
        .outerjoin(Inspection, Inspection.id == Attachment.inspection_id)
        .outerjoin(Finding, Finding.id == Attachment.finding_id)
        .outerjoin(Task, Task.id == Attachment.task_id)
        .where(Attachment.removed_at.is_(None), Finding.removed_at.is_(None), or_(given, of_task))
    )
