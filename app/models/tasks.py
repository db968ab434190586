"""Directives, the tasks they give, and every hop a task made."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from ..db import Base
from ..domain.areas import ReformArea
from ..domain.task_steps import Action
from ..domain.tasks import DirectiveKind, Workflow
from .types import Instant, Word


class Directive(Base):
    """Văn bản chỉ đạo: the document that gives tasks. ``unit_id`` is the office that issued it.

    The conclusion (thông báo kết luận) of ``inspection_id`` is one too: its recommendations become tasks.
    """

    __tablename__ = "directives"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[DirectiveKind] = mapped_column(
        Word(DirectiveKind), default=DirectiveKind.CONG_VAN, server_default=DirectiveKind.CONG_VAN
    )
    number: Mapped[str] = mapped_column(default="")
    issued_on: Mapped[date | None]
    title: Mapped[str]
    title_search: Mapped[str] = mapped_column(default="")
    agency: Mapped[str] = mapped_column(default="")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    inspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True, unique=True)
    note: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class Task(Base):
    """One task of one unit. Workflow is stored; timeliness is always derived from the dates.

    ``lead`` is false for a cooperating unit, whose row does not count. ``own_plan`` marks tasks of
    the unit's own CCHC plan. ``completed_on`` is the day the accepted report was submitted.

    A regular task is one row per period: ``series_id`` is the first of them, ``period_label`` says which.
    ``handed_over_from_id`` is the same task at the unit this one took it over from, ``reinspection_id`` the
    re-inspection (phúc tra) that looks whether a recommendation or finding was remedied after all.
    """

    __tablename__ = "tasks"
    __table_args__ = (
        CheckConstraint("progress BETWEEN 0 AND 100", name="progress"),
        CheckConstraint("workflow <> 'hoan_thanh' OR completed_on IS NOT NULL", name="completed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    directive_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"), index=True)
    recommendation_id: Mapped[int | None] = mapped_column(ForeignKey("recommendations.id"), index=True)
    finding_id: Mapped[int | None] = mapped_column(ForeignKey("findings.id"), index=True)
    reinspection_id: Mapped[int | None] = mapped_column(ForeignKey("inspections.id"), index=True)
    parent_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"))
    series_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    handed_over_from_id: Mapped[int | None] = mapped_column(ForeignKey("tasks.id"), index=True)
    unit_id: Mapped[int] = mapped_column(ForeignKey("units.id"), index=True)
    assigner_unit_id: Mapped[int | None] = mapped_column(ForeignKey("units.id"), index=True)
    area: Mapped[ReformArea | None] = mapped_column(Word(ReformArea))
    period_label: Mapped[str] = mapped_column(default="", server_default="")
    lead: Mapped[bool] = mapped_column(default=True)
    own_plan: Mapped[bool] = mapped_column(default=False)
    title: Mapped[str]
    title_search: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    assigned_on: Mapped[date]
    due_original: Mapped[date | None]
    due_current: Mapped[date | None]
    workflow: Mapped[Workflow] = mapped_column(Word(Workflow), default=Workflow.NOT_STARTED)
    progress: Mapped[int] = mapped_column(default=0)
    completed_on: Mapped[date | None]
    product_number: Mapped[str] = mapped_column(default="")
    product_date: Mapped[date | None]
    product_link: Mapped[str] = mapped_column(default="")
    result: Mapped[str] = mapped_column(default="")
    version: Mapped[int] = mapped_column(default=1)
    created_by_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    created_at: Mapped[datetime] = mapped_column(Instant)


class TaskReport(Base):
    """Append-only: one hop of a task, with what was said and the state before and after.

    ``workflow_after``, ``due`` and ``completed_on`` are the whole task as the figures saw it from
    ``effective_on`` (the day of the hop in Vietnam) until the next hop: the figure as of a past day is read from
    the last hop of that day, and nothing that happens later changes it. ``due_before`` and ``due_after`` are the
    dates an extension, or the wish for one, speaks of.
    """

    __tablename__ = "task_reports"
    __table_args__ = (
        Index("ix_task_reports_task_id_effective_on", "task_id", "effective_on"),
        Index("ix_task_reports_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    effective_on: Mapped[date]
    due: Mapped[date | None]
    completed_on: Mapped[date | None]
    action: Mapped[Action] = mapped_column(Word(Action))
    text: Mapped[str] = mapped_column(default="")
    product_number: Mapped[str] = mapped_column(default="")
    product_date: Mapped[date | None]
    product_link: Mapped[str] = mapped_column(default="")
    due_before: Mapped[date | None]
    due_after: Mapped[date | None]
    workflow_before: Mapped[Workflow | None] = mapped_column(Word(Workflow))
    workflow_after: Mapped[Workflow] = mapped_column(Word(Workflow))
    progress: Mapped[int | None]
    user_id: Mapped[int | None] = mapped_column(ForeignKey("users.id"))
    at: Mapped[datetime] = mapped_column(Instant)


class TaskCorrection(Base):
    """Append-only: what a task said of itself before and after the hop ``report_id`` put it right.

    The first one after a day says under which area and directive the task stood on that day.
    """

    __tablename__ = "task_corrections"
    __table_args__ = (Index("ix_task_corrections_task_id_effective_on", "task_id", "effective_on"),)

    report_id: Mapped[int] = mapped_column(ForeignKey("task_reports.id"), primary_key=True)
    task_id: Mapped[int] = mapped_column(ForeignKey("tasks.id"))
    effective_on: Mapped[date]
    title_before: Mapped[str]
    title_after: Mapped[str]
    detail_before: Mapped[str]
    detail_after: Mapped[str]
    area_before: Mapped[ReformArea | None] = mapped_column(Word(ReformArea))
    area_after: Mapped[ReformArea | None] = mapped_column(Word(ReformArea))
    directive_before_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))
    directive_after_id: Mapped[int | None] = mapped_column(ForeignKey("directives.id"))
