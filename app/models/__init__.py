"""The tables, one module a noun: this list is the plan of the house."""

from .addresses import AddressLetter
from .answers import Answer, AnswerChange, AreaScore, Outcome
from .attachments import Attachment
from .audit import AuditEvent
from .campaigns import Campaign, Delegation, DelegationMember
from .checklists import Area, Checklist, ChecklistVersion, Criterion, CriterionGroup
from .dossiers import DossierLine, DossierReport, LateDossier, ReportSource, ReportStatus
from .explanations import Explanation
from .findings import Finding, Recommendation
from .imports import ImportJob
from .inspections import Inspection, InspectionStep
from .minutes import MinutesRevision
from .presences import Presence
from .reminders import Notice, Reminder
from .signoffs import AreaSignoff
from .tasks import Directive, Task, TaskCorrection, TaskReport
from .units import Unit, UnitSuccession
from .users import Identity, KnownDevice, LoginAttempt, RecoveryCode, TotpStep, UsedProof, User, UserSession

__all__ = [
    "AddressLetter",
    "Answer",
    "AnswerChange",
    "Area",
    "AreaScore",
    "AreaSignoff",
    "Attachment",
    "AuditEvent",
    "Campaign",
    "Checklist",
    "ChecklistVersion",
    "Criterion",
    "CriterionGroup",
    "Delegation",
    "DelegationMember",
    "Directive",
    "DossierLine",
    "DossierReport",
    "Explanation",
    "Finding",
    "Identity",
    "ImportJob",
    "Inspection",
    "InspectionStep",
    "KnownDevice",
    "LateDossier",
    "LoginAttempt",
    "MinutesRevision",
    "Notice",
    "Outcome",
    "Presence",
    "Recommendation",
    "RecoveryCode",
    "Reminder",
    "ReportSource",
    "ReportStatus",
    "Task",
    "TaskCorrection",
    "TaskReport",
    "TotpStep",
    "Unit",
    "UnitSuccession",
    "UsedProof",
    "User",
    "UserSession",
]
