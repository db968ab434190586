"""/: what this person should do next; for those who watch, the table of units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from .. import vietnamese
from ..domain import dossier_rates
from ..domain.access import Action, Role
from ..domain.inspections import State
from ..domain.periods import today
from ..domain.scoring import index_of
from ..domain.tasks import OPEN, Timeliness
from ..queries.access import visible_units
from ..queries.inspections import InspectionFilter, InspectionRow, list_inspections
from ..queries.overview import approvals_waiting, unit_table
from ..queries.tasks import TaskFilter, TaskRow, list_tasks
from ._labels import label
from ._load import allow
from ._login import account, now

blueprint = Blueprint("overview", __name__)

_ENDED = {State.KET_THUC, State.HUY}
_EXPLAINING = {State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH}
_SCORING = {State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2}
_WATCHERS = {Role.SUPERVISOR, Role.ADMIN, Role.HEAD, Role.SECRETARY}
_TASKS_SHOWN = 6


@dataclass(frozen=True, slots=True)
class Next:
    """One thing to do: where it is, what it is, and what is missing. ``look``: ok, warn, bad or nothing."""

    href: str
    title: str
    detail: str
    icon: str
    look: str = ""
    badge: str = ""


@blueprint.get("/")
def show() -> str:
    allow(Action.READ_OVERVIEW)
    me, day = account(), today(now())
    inspections = list_inspections(me.principal, InspectionFilter()).rows
    waiting = approvals_waiting(me.principal) if me.role is Role.HEAD else {}
    steps = [
        _inspection_step(row, waiting.get(row.id, 0), day) for row in inspections if row.state not in _ENDED
    ]
    tasks = list_tasks(visible_units(me.principal), TaskFilter(), day).rows
    open_tasks = [task for task in tasks if task.workflow in OPEN]
    return render_template(
        "overview/page.html",
        steps=steps,
        tasks=[_task_step(task, day) for task in open_tasks[:_TASKS_SHOWN]],
        table=unit_table(me.principal, day) if me.role in _WATCHERS else None,
        index_of=index_of,
        on_time=dossier_rates.on_time,
        watches=me.role in {Role.SUPERVISOR, Role.ADMIN},
        planner=me.role in {Role.HEAD, Role.SECRETARY},
    )


def _inspection_step(row: InspectionRow, waiting: int, day: date) -> Next:
    """An inspection in the words of the person who looks at it."""
    me = account()
    page = url_for("inspections.show", inspection_id=row.id)
    title = _("%(unit)s – %(kind)s", unit=row.unit_name, kind=str(label(row.kind)).lower())
    state = str(label(row.state))
    if not row.scoring:
        return Next(page, title, row.delegation_name, "eye", badge=state)
    if row.state in _EXPLAINING:
        return _explaining_step(row, page, title, state, day)
    if me.role in {Role.OFFICER, Role.UNIT_HEAD}:
        if row.state is State.THAM_DINH_LAN_2:
            return Next(page, title, _("Đoàn đang thẩm định lần 2"), "clipboard-check", "", state)
        href = page
        if row.state in {State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM}:
            href = url_for("score.show", inspection_id=row.id, side="self")
        left = row.criteria - (row.self_answered or 0)
        detail = ngettext("Còn %(num)s tiêu chí chưa tự chấm", "Còn %(num)s tiêu chí chưa tự chấm", left)
        return Next(href, title, detail, "clipboard-list", "warn" if left else "ok", state)
    if row.state in _SCORING and me.role in {Role.HEAD, Role.SECRETARY, Role.MEMBER}:
        left = row.criteria - (row.verified_answered or 0)
        detail = _("Còn %(left)s/%(all)s tiêu chí chưa chấm", left=left, all=row.criteria)
        if waiting:
            detail += " · " + _("%(number)s mục «Không áp dụng» chờ duyệt", number=waiting)
        href = url_for("score.show", inspection_id=row.id)
        return Next(href, title, detail, "clipboard-check", "warn" if left or waiting else "ok", state)
    if row.state is State.CHO_KY_BIEN_BAN:
        href = url_for("minutes.show", inspection_id=row.id)
        return Next(href, title, _("Biên bản chờ hai bên ký"), "signature", "warn", state)
    return Next(page, title, row.delegation_name, "clipboard-check", "", state)


def _explaining_step(row: InspectionRow, page: str, title: str, state: str, day: date) -> Next:
    """Between the rounds: whose turn it is, and until when."""
    me = account()
    of_unit = me.role in {Role.OFFICER, Role.UNIT_HEAD}
    if row.state is State.DA_GIAI_TRINH:
        if of_unit:
            return Next(page, title, _("Đã gửi giải trình, chờ Đoàn xem xét"), "clipboard-check", "ok", state)
        detail = _("Chốt điểm theo lần 1 hoặc bắt đầu thẩm định lần 2")
        return Next(page, title, detail, "clipboard-check", "warn" if me.role is Role.HEAD else "", state)
    due = row.explain_due_on
    words = vietnamese.date_short(due) if due else ""
    if due is not None and due < day:
        detail = _("Đã hết hạn giải trình (%(due)s)", due=words)
        return Next(page, title, detail, "message", "bad" if of_unit or me.role is Role.HEAD else "", state)
    return Next(
        page, title, _("Giải trình đến %(due)s", due=words), "message", "warn" if of_unit else "", state
    )


def _task_step(task: TaskRow, day: date) -> Next:
    timeliness = task.timeliness(day)
    looks: dict[Timeliness | None, str] = {Timeliness.OVERDUE: "bad", Timeliness.DUE_SOON: "warn"}
    words = str(label(timeliness)) if timeliness else ""
    href = url_for("tasks.show", task_id=task.id)
    return Next(href, task.title, task.unit_name, "list-check", looks.get(timeliness, ""), words)
