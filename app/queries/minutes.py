"""Gathers the minutes of an inspection: from the signed snapshot, or from what is on file now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import minutes as values
from ..domain import minutes_heading as heading
from ..domain.access import MEMBER_ROLES, Role
from ..domain.checklists import Checklist
from ..domain.inspections import CampaignKind, InspectionKind
from ..domain.minutes import Details, Minutes, Person
from ..domain.minutes_scores import Adjustment
from ..domain.periods import Period
from ..domain.refusals import Missing, sentence
from ..models import Campaign, Delegation, DelegationMember, Inspection, MinutesRevision, Unit, User
from .attachments import photos_of
from .checklists import checklist_value
from .dossiers import report_of_inspection
from .late_dossiers import late_rows
from .minutes_scores import scored_areas
from .minutes_tasks import told_tasks
from .minutes_told import told_findings, told_recommendations, told_remedies, visits_told

# A row of columns; what they are, the SELECT says.
AnyRow = Row[*tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class MinutesCard:
    """The latest revision of an inspection's minutes; version 0 as long as nobody has written any."""

    minutes: Minutes
    revision: int = 1
    version: int = 0
    sha256: str = ""
    signed_at: datetime | None = None
    signed_by: str = ""
    updated_at: datetime | None = None
    updated_by: str = ""

    @property
    def signed(self) -> bool:
        return self.signed_at is not None


def minutes_card(inspection_id: int) -> MinutesCard:
    """Signed minutes come from their snapshot; others are gathered in a fixed number of SELECTs."""
    signer, author = aliased(User), aliased(User)
    row = db.session.execute(
        select(MinutesRevision, signer.title.label("signed_by"), author.title.label("updated_by"))
        .outerjoin(signer, signer.id == MinutesRevision.signed_by_id)
        .outerjoin(author, author.id == MinutesRevision.updated_by_id)
        .where(MinutesRevision.inspection_id == inspection_id)
        .order_by(MinutesRevision.revision.desc())
        .limit(1)
    ).one_or_none()
    if row is None:
        return MinutesCard(gather(inspection_id, None, 1))
    revision = row.MinutesRevision
    if revision.snapshot is not None:
        minutes = Minutes.from_json(revision.snapshot)
    else:
        minutes = gather(inspection_id, details_from(revision.details), revision.revision)
    return MinutesCard(
        minutes=minutes,
        revision=revision.revision,
        version=revision.version,
        sha256=revision.sha256 or "",
        signed_at=revision.signed_at,
        signed_by=row.signed_by or "",
        updated_at=revision.updated_at,
        updated_by=row.updated_by or "",
    )


def details_from(stored: Mapping[str, Any]) -> Details:
    return Details.from_json(json.dumps(dict(stored)))


def gather(inspection_id: int, details: Details | None, revision: int) -> Minutes:
    """The minutes as the rows have them now; without ``details`` those that suggest themselves."""
    facts = _facts(inspection_id)
    unit_kind, campaign = facts.unit_kind, facts.campaign_kind
    checklist = checklist_value(facts.version_id)
    office = heading.office_of_unit(facts.unit_name, unit_kind)
    people = _people(facts.delegation_id, facts.unit_id)
    reinspected = told_remedies(inspection_id) if facts.kind is InspectionKind.PHUC_TRA else ()
    if details is None:
        venue = f"trụ sở {office}"
        details = Details(day=facts.inspected_on, venue=venue, unit_people=_of_unit(people))
    return Minutes(
        parent_agency=facts.delegation_agency or facts.agency or facts.parent_agency,
        agency=facts.delegation_name,
        symbol=heading.SYMBOLS[campaign],
        subject=heading.subject(campaign, facts.kind, facts.theme, facts.year, facts.unit_name, unit_kind),
        unit_name=office,
        kind=facts.kind,
        period_from=facts.period_from,
        period_to=facts.period_to,
        period_label=facts.period_label,
        act=heading.ACTS[campaign],
        document_name=heading.document_name(campaign, facts.parent_id is not None),
        theme=facts.theme.strip() if campaign is CampaignKind.GIAM_SAT else "",
        is_visit=facts.parent_id is not None,
        visits=visits_told(inspection_id, details.tells_visits) if campaign is CampaignKind.GIAM_SAT else (),
        details=details,
        legal_bases=(*_legal_bases(facts), *heading.earlier_papers(one.origin for one in reinspected)),
        delegation=_members(people),
        checklist_name=checklist.name if facts.scoring else "",
        checklist_version=checklist.version if facts.scoring else "",
        bonus_max=checklist.bonus_max,
        deduction_max=checklist.deduction_max,
        bands=checklist.bands,
        areas=scored_areas(inspection_id, checklist, facts.round) if facts.scoring else (),
        adjustments=_adjustments(facts),
        findings=told_findings(inspection_id, facts.scoring),
        recommendations=told_recommendations(inspection_id),
        tasks=told_tasks(facts.unit_id, Period(facts.period_from, facts.period_to), facts.inspected_on),
        dossiers=_dossiers(inspection_id),
        dossier_area=_dossier_area(checklist) if facts.scoring else "",
        revision=revision,
        photos=_photos(inspection_id),
        reinspected=reinspected,
        recipients=(office, facts.delegation_name),
        reserves=bool(details.dissent.strip()),
    )


def _facts(inspection_id: int) -> AnyRow:
    row = db.session.execute(
        select(
            Inspection.unit_id,
            Inspection.delegation_id,
            Inspection.version_id,
            Inspection.kind,
            Inspection.parent_id,
            Inspection.scoring,
            Inspection.round,
            Inspection.period_from,
            Inspection.period_to,
            Inspection.period_label,
            Inspection.inspected_on,
            Inspection.bonus,
            Inspection.bonus_reason,
            Inspection.deduction,
            Inspection.deduction_reason,
            Unit.name.label("unit_name"),
            Unit.kind.label("unit_kind"),
            Delegation.name.label("delegation_name"),
            Delegation.agency.label("delegation_agency"),
            Delegation.decision_number,
            Delegation.decision_date,
            Campaign.kind.label("campaign_kind"),
            Campaign.title,
            Campaign.theme,
            Campaign.year,
            Campaign.agency,
            Campaign.parent_agency,
            Campaign.plan_number,
            Campaign.plan_date,
        )
        .join(Unit, Unit.id == Inspection.unit_id)
        .join(Delegation, Delegation.id == Inspection.delegation_id)
        .join(Campaign, Campaign.id == Delegation.campaign_id)
        .where(Inspection.id == inspection_id)
    ).one_or_none()
    if row is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return row


def _legal_bases(facts: AnyRow) -> tuple[str, ...]:
    issuer = facts.delegation_agency or facts.agency
    decision = (
        facts.decision_number,
        facts.decision_date,
        issuer,
        f"về việc thành lập {facts.delegation_name}",
    )
    plan = (
        facts.plan_number,
        facts.plan_date,
        facts.agency,
        f"về {facts.title[:1].lower()}{facts.title[1:]}",
    )
    founded = heading.founding_document(facts.campaign_kind, facts.decision_number)
    return heading.legal_basis(founded, *decision), heading.legal_basis("Kế hoạch", *plan)


def _people(delegation_id: int, unit_id: int) -> list[AnyRow]:
    """The delegation and the unit's accounts in one SELECT; ``place_role`` is empty for the unit's."""
    return list(
        db.session.execute(
            select(
                User.title,
                User.demo,
                User.role,
                User.unit_id,
                User.active,
                User.post.label("user_post"),
                DelegationMember.role.label("place_role"),
                DelegationMember.post,
                DelegationMember.place,
            )
            .outerjoin(
                DelegationMember,
                (DelegationMember.user_id == User.id) & (DelegationMember.delegation_id == delegation_id),
            )
            .where(or_(DelegationMember.id.is_not(None), User.unit_id == unit_id))
            .order_by(DelegationMember.place, User.id)
        ).all()
    )


def _person(row: AnyRow, role: Role) -> Person:
    """Demonstration accounts are posts: their minutes leave the name to the pen."""
    return Person("" if row.demo else row.title, row.post or row.user_post, role)


def _members(people: list[AnyRow]) -> tuple[Person, ...]:
    members = [row for row in people if row.place_role is not None]
    members.sort(key=lambda row: MEMBER_ROLES.index(row.place_role))
    return tuple(_person(row, row.place_role) for row in members)


def _of_unit(people: list[AnyRow]) -> tuple[Person, ...]:
    """The unit's head first, for the head signs."""
    roles = (Role.UNIT_HEAD, Role.OFFICER)
    accounts = [row for row in people if row.place_role is None and row.active and row.role in roles]
    accounts.sort(key=lambda row: roles.index(row.role))
    return tuple(_person(row, row.role) for row in accounts)


def _adjustments(facts: AnyRow) -> tuple[Adjustment, ...]:
    bonus = Adjustment(facts.bonus, facts.bonus_reason)
    deduction = Adjustment(-facts.deduction, facts.deduction_reason)
    return tuple(one for one in (bonus, deduction) if one.points)


def _photos(inspection_id: int) -> tuple[values.PhotoLine, ...]:
    return tuple(
        values.PhotoLine(photo.id, photo.criterion_code or photo.area_code, photo.caption, photo.sha256)
        for photo in photos_of(inspection_id)
    )


def _dossiers(inspection_id: int) -> values.DossierPart | None:
    found = report_of_inspection(inspection_id)
    if found is None:
        return None
    card, report = found
    explanations = tuple(values.Explanation(code, text) for code, text in sorted(card.explanations.items()))
    late = late_rows(card.id, card.period_to) if report.ledger else ()
    entries = tuple(replace(row.entry, days_late=row.days) for row in late)
    return values.DossierPart(card.period_from, card.period_to, report, explanations, entries)


def _dossier_area(checklist: Checklist) -> str:
    """The area whose criteria are scored with the dossier figures: there the minutes tell them."""
    for area in checklist.areas:
        if any(criterion.figure.startswith("dossier.") for criterion in area.criteria):
            return area.code
    return ""


def signed_with(sha256: str) -> datetime | None:
    """When minutes with this seal were signed; ``None`` if none were."""
    return db.session.execute(
        select(MinutesRevision.signed_at).where(MinutesRevision.sha256 == sha256).limit(1)
    ).scalar_one_or_none()
