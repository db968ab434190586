"""/: what this person should do next; a unit's own home; for those who watch, the table of units."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import Blueprint, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from .. import vietnamese
from ..domain import dossier_rates
from ..domain.access import Action, Role
from ..domain.inspections import CampaignKind, State
from ..domain.periods import today
from ..domain.scoring import index_of
from ..domain.tasks import OPEN, Timeliness
from ..queries.access import decided_tasks, visible_tasks
from ..queries.inspections import InspectionFilter, InspectionRow, list_inspections
from ..queries.overview import approvals_waiting, opinions_waiting, unit_table
from ..queries.task_board import waiting_for
from ..queries.tasks import TaskFilter, TaskRow, list_tasks
from ._home import unit_documents, unit_home
from ._labels import label
from ._load import allow
from ._login import account, now
from ._terms import terms

blueprint = Blueprint("overview", __name__)

_ENDED = {State.KET_THUC, State.HUY}
_EXPLAINING = {State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH}
_SCORING = {State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2}
_WATCHERS = {Role.SUPERVISOR, Role.ADMIN, Role.HEAD, Role.SECRETARY}
_OF_UNIT = {Role.OFFICER, Role.UNIT_HEAD}
_TASKS_SHOWN = 6
_FURTHEST = 10**6


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
    if me.role in _OF_UNIT:
        return unit_home()
    inspections = list_inspections(me.principal, InspectionFilter()).rows
    waiting = approvals_waiting(me.principal) if me.role is Role.HEAD else {}
    opinions = opinions_waiting(me.principal) if me.role is Role.HEAD else {}
    steps = [
        _inspection_step(row, waiting.get(row.id, 0), opinions.get(row.id, 0), day)
        for row in inspections
        if row.state not in _ENDED
    ]
    tasks = list_tasks(visible_tasks(me.principal), TaskFilter(), day).rows
    open_tasks = [task for task in tasks if task.workflow in OPEN]
    return render_template(
        "overview/page.html",
        waits=_waits(*waiting_for(decided_tasks(me.principal))),
        steps=steps,
        tasks=[_task_step(task, day) for task in open_tasks[:_TASKS_SHOWN]],
        table=unit_table(me.principal, day, request.args.get("page", 1, type=int))
        if me.role in _WATCHERS
        else None,
        index_of=index_of,
        on_time=dossier_rates.on_time,
        watches=me.role in {Role.SUPERVISOR, Role.ADMIN},
        planner=me.role in {Role.HEAD, Role.SECRETARY},
    )


@blueprint.get("/documents")
def documents() -> str:
    """What a unit may take home, more than its home has room for."""
    allow(Action.READ_OWN_DOCUMENTS)
    return unit_documents(max(1, min(request.args.get("page", 1, type=int), _FURTHEST)))


def _waits(reports: int, requests: int) -> list[Next]:
    """What the wards wait for: their reports to be confirmed, their requests to be answered."""
    found = []
    if reports:
        words = ngettext(
            "%(count)s báo cáo chờ xác nhận", "%(count)s báo cáo chờ xác nhận", reports, count=reports
        )
        detail = _("Xác nhận hoàn thành hoặc trả lại đơn vị")
        found.append(Next(url_for("task_decisions.show"), words, detail, "clipboard-check", "warn"))
    if requests:
        words = ngettext(
            "%(count)s đề nghị của đơn vị chờ trả lời",
            "%(count)s đề nghị của đơn vị chờ trả lời",
            requests,
            count=requests,
        )
        detail = _("Xin gia hạn hoặc từ chối nhiệm vụ")
        found.append(Next(url_for("tasks.index", asked=1), words, detail, "message-report", "warn"))
    return found


def _inspection_step(row: InspectionRow, waiting: int, opinions: int, day: date) -> Next:
    """An inspection in the words of the person who looks at it; ``opinions`` wait for their decision."""
    me = account()
    page = url_for("inspections.show", inspection_id=row.id)
    title = _("%(unit)s – %(kind)s", unit=row.unit_name, kind=str(label(row.kind)).lower())
    state = str(terms(row.campaign_kind).state(row.state))
    if row.visit:
        title = _("%(unit)s – điểm khảo sát", unit=row.unit_name)
    elif row.campaign_kind is CampaignKind.GIAM_SAT:
        title = _("%(unit)s – giám sát", unit=row.unit_name)
    if not row.scoring and row.state is not State.CHO_KY_BIEN_BAN:
        return Next(page, title, row.delegation_name, "map-pin" if row.visit else "eye", badge=state)
    if row.state in _EXPLAINING:
        return _explaining_step(row, page, title, state, day)
    if row.state in _SCORING and me.role in {Role.HEAD, Role.SECRETARY, Role.MEMBER}:
        left = row.criteria - (row.verified_answered or 0)
        detail = _("Đã chấm đủ các tiêu chí")
        if left:
            detail = _("Còn %(left)s/%(all)s tiêu chí chưa chấm", left=left, all=row.criteria)
        if row.verified_lacking:
            detail += " · " + ngettext(
                "%(num)s còn thiếu lý do", "%(num)s còn thiếu lý do", row.verified_lacking
            )
        if waiting:
            detail += " · " + _("%(number)s mục «Không áp dụng» chờ duyệt", number=waiting)
        href = url_for("score.show", inspection_id=row.id)
        if opinions:
            detail += " · " + ngettext(
                "%(num)s ý kiến khác chờ quyết định", "%(num)s ý kiến khác chờ quyết định", opinions
            )
            if not left:
                href = url_for("signoffs.index", inspection_id=row.id)
        return Next(
            href,
            title,
            detail,
            "clipboard-check",
            "warn" if left or waiting or opinions or row.verified_lacking else "ok",
            state,
        )
    if row.state is State.CHO_KY_BIEN_BAN:
        href = url_for("minutes.show", inspection_id=row.id)
        return Next(href, title, _("Biên bản chờ hai bên ký"), "signature", "warn", state)
    return Next(page, title, row.delegation_name, "clipboard-check", "", state)


def _explaining_step(row: InspectionRow, page: str, title: str, state: str, day: date) -> Next:
    """Between the rounds: whose turn it is, and until when."""
    is_head = account().role is Role.HEAD
    if row.state is State.DA_GIAI_TRINH:
        detail = _("Chốt điểm theo lần 1 hoặc bắt đầu thẩm định lần 2")
        return Next(page, title, detail, "clipboard-check", "warn" if is_head else "", state)
    due = row.explain_due_on
    words = vietnamese.date_short(due) if due else ""
    if due is not None and due < day:
        detail = _("Đã hết hạn giải trình (%(due)s)", due=words)
        return Next(page, title, detail, "message", "bad" if is_head else "", state)
    return Next(page, title, _("Giải trình đến %(due)s", due=words), "message", "", state)


def _task_step(task: TaskRow, day: date) -> Next:
    timeliness = task.timeliness(day)
    looks: dict[Timeliness | None, str] = {Timeliness.OVERDUE: "bad", Timeliness.DUE_SOON: "warn"}
    words = str(label(timeliness)) if timeliness else ""
    href = url_for("tasks.show", task_id=task.id)
    title = f"{task.title} – {task.period_label}" if task.period_label else task.title
    return Next(href, title, task.unit_name, "list-check", looks.get(timeliness, ""), words)
