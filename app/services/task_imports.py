"""The verb that takes in a list of tasks from a workbook: all of it in one transaction, or nothing."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, func, insert, select, text

from ..db import db, verb
from ..domain.access import Principal
from ..domain.imports import DirectiveKey, ImportedTask, in_parts
from ..domain.periods import today
from ..domain.task_steps import Action
from ..domain.tasks import DirectiveKind, DirectiveText, Workflow
from ..models import Directive, Task, TaskReport
from ..queries.task_imports import known_directives, known_tasks
from ..vietnamese import fold
from ._audit import note_event
from ._imports import finish

FROM_A_LIST = "Nhập từ danh sách cũ"
_AT_ONCE = 500
# Any number will do, as long as nothing else in this database uses it for advisory locks.
_LIST_LOCK = 7_301_2028
# How long one list waits for another: longer than any row is waited for, shorter than it takes to be given up.
_WAIT = "60s"
# What the number of a document says about its kind (NĐ 30/2020/NĐ-CP).
_KINDS = {
    "KH": DirectiveKind.KE_HOACH,
    "KL": DirectiveKind.KET_LUAN,
    "QĐ": DirectiveKind.QUYET_DINH,
    "CT": DirectiveKind.CHI_THI,
    "TB": DirectiveKind.THONG_BAO,
}


@dataclass(frozen=True, slots=True)
class Source:
    """Where a list came from: the file, and the upload it belongs to (none from the command line)."""

    sha256: str
    file_name: str
    job_id: int | None = None
    summary: Mapping[str, Any] | None = None


def import_tasks(
    lines: Sequence[ImportedTask],
    unit_ids: Mapping[str, int],
    by: Principal | None,
    source: Source,
    now: datetime,
    tell: Callable[[int], None] | None = None,
    *,
    backdated: bool = False,
) -> tuple[int, int]:
    """Adds the tasks of a list that are not there yet; how many were added, how many known.

    The figures know of them from the day on which the list is carried in, and those of the days before stay as they
    were told; ``backdated``: from the days that the list gives, so that past days get other figures.

    ``unit_ids`` by the unit as the line names it. Directives are found by number, date and title, or added.
    What can be thought before the write lock is taken is thought before.
    """
    searches = [fold(f"{line.title} {line.detail}") for line in lines]
    return _write(lines, searches, unit_ids, by, source, now, tell or (lambda _rows: None), backdated)


@verb
def _write(
    lines: Sequence[ImportedTask],
    searches: Sequence[str],
    unit_ids: Mapping[str, int],
    by: Principal | None,
    source: Source,
    now: datetime,
    tell: Callable[[int], None],
    backdated: bool,
) -> tuple[int, int]:
    if db.engine.dialect.name == "sqlite":
        # Kept in memory until the commit: pages that spill early would lock every reader out meanwhile.
        db.session.execute(text("PRAGMA cache_spill=OFF"))
    else:
        _wait_for_other_lists()
    there = known_tasks(unit_ids.values())
    fresh = [
        (line, search)
        for line, search in zip(lines, searches, strict=True)
        if line.key(unit_ids[line.unit]) not in there
    ]
    directive_ids, new_directives = _directives([line for line, _search in fresh], by, now)
    ends: list[int] = []
    written = 0
    for some in in_parts(fresh, _AT_ONCE):
        ids = _insert(Task, [_task(line, search, unit_ids, directive_ids, by, now) for line, search in some])
        hops = [
            hop
            for id_, (line, _s) in zip(ids, some, strict=True)
            for hop in _hops(id_, line, by, now, backdated)
        ]
        db.session.connection().execute(insert(_table(TaskReport)), hops)
        ends += [min(ids), max(ids)]
        written += len(ids)
        tell(written)
    counts = {
        "rows": len(lines),
        "added": len(fresh),
        "known": len(lines) - len(fresh),
        "units": len(set(unit_ids.values())),
        "new_directives": new_directives,
        "done": sum(line.completed_on is not None for line, _search in fresh),
        "backdated": backdated,
    }
    said = counts | {"file": source.file_name, "sha256": source.sha256}
    which = {"first_id": min(ends), "last_id": max(ends)} if ends else {}
    said |= which
    note_event("task.import", "import_job", source.job_id, by.id if by else None, now, {"after": said})
    if source.job_id is not None:
        finish(source.job_id, dict(source.summary or {}) | counts | which, len(lines), now)
    return len(fresh), len(lines) - len(fresh)


def _wait_for_other_lists() -> None:
    """One list after the other, so that the same list twice at once finds its tasks the second time.

    SQLite has one writer anyway. The usual limits hold again for what comes after.
    """
    limits = db.session.execute(
        text("SELECT current_setting('lock_timeout'), current_setting('statement_timeout')")
    ).one()
    _set_limits(_WAIT, _WAIT)
    db.session.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LIST_LOCK})
    _set_limits(*limits)


def _set_limits(lock: str, statement: str) -> None:
    """Within this transaction."""
    db.session.execute(
        text(
            "SELECT set_config('lock_timeout', :lock, true), set_config('statement_timeout', :statement, true)"
        ),
        {"lock": lock, "statement": statement},
    )


def _table(model: Any) -> Table:
    table: Table = model.__table__
    return table


def _insert(model: Any, rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """Many rows at once, past the ORM; their ids in the same order.

    SQLite has one writer, and its next id is one more than the highest: so it need not be asked row by row.
    """
    table = _table(model)
    if db.engine.dialect.name == "sqlite":
        start = (db.session.execute(select(func.max(table.c.id))).scalar() or 0) + 1
        ids = list(range(start, start + len(rows)))
        given_ids = [dict(row, id=id_) for id_, row in zip(ids, rows, strict=True)]
        db.session.connection().execute(insert(table), given_ids)
        return ids
    given = insert(table).returning(table.c.id, sort_by_parameter_order=True)
    return list(db.session.connection().execute(given, list(rows)).scalars())


def _directives(
    lines: Sequence[ImportedTask], by: Principal | None, now: datetime
) -> tuple[dict[DirectiveKey, int], int]:
    """The id of every directive that the lines name, and how many were added for it."""
    wanted = {(d.number, d.title, d.issued_on): d for line in lines if (d := line.directive) is not None}
    ids = known_directives(wanted, by)
    new = [(key, text) for key, text in wanted.items() if key not in ids]
    for some in in_parts(new, _AT_ONCE):
        added = _insert(Directive, [_directive(text, by, now) for _key, text in some])
        ids |= {key: id_ for (key, _text), id_ in zip(some, added, strict=True)}
    return ids, len(new)


def _directive(text: DirectiveText, by: Principal | None, now: datetime) -> dict[str, Any]:
    sign = text.number.partition("/")[2].partition("-")[0].rpartition("/")[2].upper()
    return {
        "kind": _KINDS.get(sign, DirectiveKind.CONG_VAN),
        "number": text.number,
        "issued_on": text.issued_on,
        "title": text.title,
        "title_search": fold(f"{text.number} {text.title}"),
        "agency": text.agency,
        "unit_id": by.unit_id if by else None,
        "created_by_id": by.id if by else None,
        "created_at": now,
    }


def _task(
    line: ImportedTask,
    search: str,
    unit_ids: Mapping[str, int],
    directive_ids: Mapping[DirectiveKey, int],
    by: Principal | None,
    now: datetime,
) -> dict[str, Any]:
    text = line.directive
    done = line.completed_on is not None
    return {
        "directive_id": directive_ids[(text.number, text.title, text.issued_on)] if text else None,
        "unit_id": unit_ids[line.unit],
        "assigner_unit_id": by.unit_id if by else None,
        "lead": line.lead,
        "own_plan": line.own_plan,
        "area": line.area,
        "title": line.title,
        "title_search": search,
        "detail": line.detail,
        "assigned_on": line.assigned_on,
        "due_original": line.due,
        "due_current": line.due,
        "workflow": Workflow.DONE if done else Workflow.NOT_STARTED,
        "progress": 100 if done else 0,
        "completed_on": line.completed_on,
        "product_number": line.product_number,
        "product_date": line.product_date,
        "result": line.result,
        "created_by_id": by.id if by else None,
        "created_at": now,
    }


def _hops(
    task_id: int, line: ImportedTask, by: Principal | None, now: datetime, backdated: bool
) -> list[dict[str, Any]]:
    """The history as the list tells it. ``backdated``: each hop counts from its own day, so that past days have
    figures; otherwise from today, for what was said of those days was said without it."""

    def hop(action: Action, day: date, before: Workflow | None, after: Workflow) -> dict[str, Any]:
        confirmed = action is Action.CONFIRM
        return {
            "task_id": task_id,
            "action": action,
            "effective_on": day if backdated else max(day, today(now)),
            "due": line.due,
            "completed_on": line.completed_on if confirmed else None,
            "text": ". ".join(filter(None, (FROM_A_LIST, line.result))) if confirmed else "",
            "product_number": line.product_number if confirmed else "",
            "product_date": line.product_date if confirmed else None,
            "workflow_before": before,
            "workflow_after": after,
            "user_id": by.id if by else None,
            "at": now,
        }

    hops = [hop(Action.ASSIGN, line.assigned_on, None, Workflow.NOT_STARTED)]
    if line.completed_on is not None:
        hops.append(hop(Action.CONFIRM, line.completed_on, Workflow.NOT_STARTED, Workflow.DONE))
    return hops
