"""Reads for lists of tasks that are carried in: who is meant, what is there already, how far the work is."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy import ColumnElement, and_, select, true

from ..db import db
from ..domain.access import Principal
from ..domain.imports import DirectiveKey, TaskKey, UnitBook, UnitName, in_parts
from ..domain.task_steps import Action
from ..domain.tasks import Workflow
from ..models import Directive, ImportJob, Task, TaskReport, Unit
from .access import visible_directives

# SQLite takes 32,766 values in one statement, older ones 999.
_AT_ONCE = 500
_RECENT = 10


def unit_book(allowed: Iterable[int] | None, day: date) -> UnitBook:
    """All units by name and code, for lists of old name units of old; one SELECT."""
    rows = db.session.execute(
        select(Unit.id, Unit.name, Unit.name_search, Unit.code, Unit.valid_to).order_by(Unit.id)
    )
    units = tuple(
        UnitName(id_, name, folded, code or "", ended if ended is not None and ended < day else None)
        for id_, name, folded, code, ended in rows
    )
    return UnitBook(units, None if allowed is None else frozenset(allowed))


def taken_back() -> ColumnElement[bool]:
    """Of a list that was taken back, and not opened again since: the mended list brings it anew."""
    hop = select(TaskReport.id).where(TaskReport.task_id == Task.id, TaskReport.action == Action.TAKE_BACK)
    return and_(Task.workflow == Workflow.CANCELLED, hop.exists())


def known_tasks(unit_ids: Iterable[int]) -> frozenset[TaskKey]:
    """What the tasks of these units are known by, one SELECT for 500 units."""
    found: set[TaskKey] = set()
    for ids in in_parts(sorted(set(unit_ids)), _AT_ONCE):
        rows = db.session.execute(
            select(
                Task.unit_id,
                Task.title,
                Task.assigned_on,
                Task.directive_id,
                Directive.number,
                Directive.title,
                Directive.issued_on,
            )
            .outerjoin(Directive, Directive.id == Task.directive_id)
            .where(Task.unit_id.in_(ids), ~taken_back())
        )
        for unit_id, title, assigned_on, directive_id, number, subject, issued_on in rows:
            same = None if directive_id is None else (number, subject, issued_on)
            found.add((unit_id, title, assigned_on, same))
    return frozenset(found)


def known_directives(keys: Iterable[DirectiveKey], who: Principal | None) -> dict[DirectiveKey, int]:
    """The ids of those of these directives that this person sees (nobody: the command, which sees all), the
    oldest of equal ones; one SELECT for 500."""
    visible = true() if who is None else visible_directives(who)
    wanted = set(keys)
    found: dict[DirectiveKey, int] = {}
    for numbers in in_parts(sorted({number for number, _title, _day in wanted}), _AT_ONCE):
        rows = db.session.execute(
            select(Directive.id, Directive.number, Directive.title, Directive.issued_on)
            .where(Directive.number.in_(numbers), visible)
            .order_by(Directive.id)
        )
        for row in rows:
            key = (row.number, row.title, row.issued_on)
            if key in wanted:
                found.setdefault(key, row.id)
    return found


def get_job(job_id: int, user_id: int) -> ImportJob | None:
    """An uploaded list as it is now; only who uploaded it finds it."""
    return db.session.scalars(
        select(ImportJob)
        .where(ImportJob.id == job_id, ImportJob.user_id == user_id)
        .execution_options(populate_existing=True)
    ).one_or_none()


def recent_jobs(user_id: int) -> list[ImportJob]:
    """The lists a person uploaded last, the newest first; one SELECT."""
    return list(
        db.session.scalars(
            select(ImportJob).where(ImportJob.user_id == user_id).order_by(ImportJob.id.desc()).limit(_RECENT)
        )
    )
