"""Gathers the minutes of an inspection: from the signed snapshot, or from what is on file now."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, func, or_, select
from sqlalchemy.orm import aliased

from ..db import db
from ..domain import minutes as values
from ..domain import minutes_heading as heading
from ..domain import tasks
from ..domain.access import MEMBER_ROLES, Role
from ..domain.answers import NO_ANSWER, AnswerState
from ..domain.checklists import Checklist, Criterion
from ..domain.explanations import Explanation as Said
from ..domain.explanations import Stance
from ..domain.inspections import CampaignKind, InspectionKind
from ..domain.minutes import Details, Minutes, Person
from ..domain.minutes_tasks import TaskLine, TaskPart
from ..domain.periods import Period
from ..domain.refusals import Missing, sentence
from ..domain.scoring import UNSCORED
from ..domain.task_steps import Action
from ..models import (
    Campaign,
    Delegation,
    DelegationMember,
    Directive,
    Inspection,
    MinutesRevision,
    Task,
    TaskReport,
    Unit,
    User,
)
from .answers import answer_sheet
from .attachments import photos_of
from .checklists import checklist_value
from .dossiers import report_of_inspection
from .explanations import explanations_of
from .late_dossiers import late_rows
from .minutes_told import told_findings, told_recommendations, told_remedies, visits_told
from .task_figures import assigned_in, last_hop_of

# A row of columns; what they are, the SELECT says.
AnyRow = Row[*tuple[Any, ...]]
AGREED = "Đồng ý"
AGREED_BEFORE = "Đã đồng ý với điểm công bố trước đó; điểm này đổi sau khi đơn vị đồng ý"
# Where a task's report is its word.
REPORTED = frozenset({tasks.Workflow.AWAITING, tasks.Workflow.DONE})
NOTHING_OCCURRED = "Không phát sinh trong kỳ."


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
        areas=_areas(inspection_id, checklist, facts.round) if facts.scoring else (),
        adjustments=_adjustments(facts),
        findings=told_findings(inspection_id, facts.scoring),
        recommendations=told_recommendations(inspection_id),
        tasks=_tasks(facts),
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


def _areas(inspection_id: int, checklist: Checklist, round_: int) -> tuple[values.AreaLine, ...]:
    """The round that counts; after a second one also the first, and what the unit said to that."""
    answers, said = answer_sheet(inspection_id, checklist, round_), explanations_of(inspection_id)

    def line(criterion: Criterion) -> values.CriterionLine:
        own = answers.own.get(criterion.id, NO_ANSWER)
        verified = answers.verified.get(criterion.id, NO_ANSWER)
        return values.CriterionLine(
            code=criterion.code,
            text=criterion.text,
            max_points=criterion.max_points,
            self_score=own.scored,
            verified=verified.scored,
            first=answers.first.get(criterion.id, NO_ANSWER).scored if answers.first else UNSCORED,
            explanation=_explanation(
                said.get(criterion.id), (answers.first or answers.verified).get(criterion.id, NO_ANSWER)
            ),
            reason="\n".join(filter(None, (verified.reason, verified.note))),
            evidence=criterion.evidence,
            na_reason=_na_reason(verified) or _na_reason(own),
        )

    return tuple(
        values.AreaLine(
            area.code,
            area.name,
            tuple(
                values.GroupLine(
                    group.code, group.text, tuple(line(criterion) for criterion in group.criteria)
                )
                for group in area.groups
            ),
        )
        for area in checklist.areas
    )


def _explanation(said: Said | None, answered: AnswerState) -> str:
    """«Đồng ý», or the unit's own words; ``answered``: the delegation's answer of the round it was said to."""
    if said is None or said.stance is None:
        return ""
    agreed = AGREED_BEFORE if said.outdated(answered) else AGREED
    return "\n".join(filter(None, (agreed if said.stance is Stance.ACCEPT else "", said.text)))


def _na_reason(answer: AnswerState) -> str:
    if not answer.scored.not_applicable:
        return ""
    return answer.na_reason or NOTHING_OCCURRED


def _adjustments(facts: AnyRow) -> tuple[values.Adjustment, ...]:
    bonus = values.Adjustment(facts.bonus, facts.bonus_reason)
    deduction = values.Adjustment(-facts.deduction, facts.deduction_reason)
    return tuple(one for one in (bonus, deduction) if one.points)


def _photos(inspection_id: int) -> tuple[values.PhotoLine, ...]:
    return tuple(
        values.PhotoLine(photo.id, photo.criterion_code or photo.area_code, photo.caption, photo.sha256)
        for photo in photos_of(inspection_id)
    )


def _tasks(facts: AnyRow) -> TaskPart:
    """T of the period as it stood on the day of the visit; the unit's own plan is not «được giao»."""
    day: date = facts.inspected_on
    report = aliased(TaskReport)
    last_report = (
        select(func.max(TaskReport.id))
        .where(
            TaskReport.task_id == Task.id, TaskReport.action == Action.REPORT, TaskReport.effective_on <= day
        )
        .correlate(Task)
        .scalar_subquery()
    )
    rows = db.session.execute(
        select(
            Task,
            TaskReport,
            report,
            Directive.number,
            Directive.issued_on,
            Directive.agency,
            Directive.title.label("directive_title"),
        )
        .select_from(Task)
        .join(TaskReport, last_hop_of(day))
        .outerjoin(report, report.id == last_report)
        .outerjoin(Directive, Directive.id == Task.directive_id)
        .where(
            *assigned_in(facts.unit_id, Period(facts.period_from, facts.period_to)),
        )
        .order_by(TaskReport.due.is_(None), TaskReport.due, Task.id)
    ).all()
    pairs = [(row, _task_value(row[0], row[1])) for row in rows]
    counted = [(row, value) for row, value in pairs if value.counts]
    tally = [value for _row, value in counted]
    return TaskPart(
        counts=tasks.count(tally, day),
        due=tasks.done_due_rate(tally, day),
        as_of=day,
        lines=tuple(_task_line(row, value, day) for row, value in counted),
    )


def _task_value(task: Task, hop: TaskReport) -> tasks.Task:
    return tasks.Task(
        workflow=hop.workflow_after,
        due_original=task.due_original,
        due_current=hop.due,
        completed_on=hop.completed_on,
        lead=task.lead,
        own_plan=task.own_plan,
    )


def _task_line(row: AnyRow, value: tasks.Task, day: date) -> TaskLine:
    """What was reported after the visit was still open on that day."""
    task, hop, report = row[0], row[1], row[2]
    later = value.workflow is tasks.Workflow.DONE and not value.done_by(day)
    workflow = tasks.Workflow.IN_PROGRESS if later else value.workflow
    completed = None if later else value.completed_on
    return TaskLine(
        text=task.title,
        directive=_directive(row),
        due=hop.due,
        workflow=workflow,
        timeliness=tasks.timeliness(workflow, hop.due, completed, day),
        completed_on=completed,
        result="" if later else _result(task, hop, report),
    )


def _directive(row: AnyRow) -> str:
    """«12/KH-UBND ngày 05/02/2022 của UBND phường»; without a number what it is about."""
    name = row.number or row.directive_title
    if not name:
        return ""
    dated = f" ngày {row.issued_on:%d/%m/%Y}" if row.issued_on else ""
    return f"{name}{dated}" + (f" của {row.agency}" if row.agency else "")


def _result(task: Task, hop: TaskReport, report: TaskReport | None) -> str:
    """The product and result of the last report by then; tasks that came with a list carry them themselves.

    A report that was taken or sent back says nothing.
    """
    if hop.workflow_after not in REPORTED:
        return ""
    if report is not None:
        number, dated, result = report.product_number, report.product_date, report.text
    elif task.completed_on == hop.completed_on:
        number, dated, result = task.product_number, task.product_date, task.result
    else:
        return ""
    product = f"{number} ({dated:%d/%m/%Y})" if dated else number
    return "\n".join(filter(None, (product, result)))


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
