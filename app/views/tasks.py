"""/tasks: the list with its figures, one task and what this person may do with it; a new one is in _new_task.py."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask import Response as WebResponse
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..domain import access, tasks
from ..domain.access import Standing
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, sentence
from ..domain.remedies import sees_the_place
from ..domain.task_steps import (
    CLOSED,
    LONGER,
    STEP_OF,
    Action,
    Side,
    accepts_report,
    allowed_steps,
    is_own_report,
)
from ..domain.tasks import OPEN
from ..forms.task_corrections import CorrectionForm
from ..forms.tasks import HopForm, TaskFilterForm
from ..models import Task, Unit
from ..queries.access import visible_tasks
from ..queries.attachments import files_of_reports
from ..queries.remedies import asked_by_conclusion, asked_with
from ..queries.task_board import relatives
from ..queries.task_corrections import corrections_of
from ..queries.task_pages import TaskPage, task_page
from ..queries.task_past import past_of
from ..queries.tasks import assignable_units, get_task
from ..services.tasks import move_task
from ._board import board_page
from ._decided import tell_confirmed
from ._errors import refusal_text
from ._evidence import most_bytes, task_evidence
from ._labels import label
from ._load import allow, load_task_standing
from ._login import account, now
from ._new_task import found_units, give_task
from ._report_files import MOST_FILES, ask_again, checked_files, keep_files, most_together
from ._return import page_inside
from ._security import mark_checked
from ._task_corrections import correction_form, take_correction
from ._tasks import sides_of

blueprint = Blueprint("tasks", __name__)

# What the person presses, and the icon on it; what the history says stands among the labels.
BUTTONS: dict[Action, tuple[LazyString, str]] = {
    Action.ACCEPT: (_l("Tiếp nhận nhiệm vụ"), "check"),
    Action.REPORT: (_l("Báo cáo hoàn thành"), "send"),
    Action.WITHDRAW: (_l("Rút lại báo cáo"), "arrow-back-up"),
    Action.PROGRESS: (_l("Cập nhật tiến độ"), "percentage"),
    Action.ASK_EXTENSION: (_l("Đề nghị gia hạn"), "calendar-due"),
    Action.REFUSE: (_l("Từ chối nhiệm vụ"), "ban"),
    Action.CONFIRM: (_l("Xác nhận hoàn thành"), "circle-check"),
    Action.RETURN: (_l("Trả lại"), "arrow-back-up"),
    Action.EXTEND: (_l("Gia hạn"), "calendar-due"),
    Action.DECLINE: (_l("Không đồng ý đề nghị"), "x"),
    Action.RESUME: (_l("Tiếp tục thực hiện"), "refresh"),
    Action.PAUSE: (_l("Tạm hoãn nhiệm vụ"), "hourglass"),
    Action.MOVE: (_l("Chuyển cho đơn vị khác"), "arrow-right"),
    Action.CANCEL: (_l("Hủy nhiệm vụ"), "circle-x"),
    Action.REOPEN: (_l("Mở lại nhiệm vụ"), "refresh"),
    Action.SETTLE: (_l("Đã khắc phục (ghi nhận tại chỗ)"), "circle-check"),
    Action.UNMET: (_l("Chưa đạt (ghi nhận tại chỗ)"), "arrow-back-up"),
    Action.RECALL: (_l("Rút lại đề nghị"), "arrow-back-up"),
    Action.UNDO: (_l("Hoàn tác"), "arrow-back-up"),
    Action.CORRECT: (_l("Đính chính nội dung"), "pencil"),
    Action.ADJUST: (_l("Điều chỉnh hạn"), "calendar-event"),
}

# Where a task remedies what an inspection found, its words (domain reference, 5.2).
REMEDY_BUTTONS: dict[Action, tuple[LazyString, str]] = {
    Action.REPORT: (_l("Báo cáo kết quả khắc phục"), "send"),
    Action.CONFIRM: (_l("Đã khắc phục"), "circle-check"),
    Action.RETURN: (_l("Chưa đạt"), "arrow-back-up"),
}
REMEDY_SAID: dict[Action, LazyString] = {
    Action.REPORT: _l("Báo cáo kết quả khắc phục"),
    Action.CONFIRM: _l("Đã khắc phục"),
    Action.RETURN: _l("Chưa đạt, yêu cầu khắc phục lại"),
}


@blueprint.url_value_preprocessor
def _take_more(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A report may bring files, which are larger than forms; only from people who are signed in."""
    if request.method == "POST" and request.endpoint == "tasks.step" and current_user.is_authenticated:
        request.max_content_length = most_together() + 2**20


@blueprint.errorhandler(413)
def _larger(_error: RequestEntityTooLarge) -> WebResponse:
    mark_checked()
    words = _(
        "Các tệp kèm báo cáo lớn quá %(most)s MB nên chưa nhận gì. Hãy quay lại trang trước, nội dung đã gõ còn ở "
        "đó; bỏ bớt tệp rồi gửi lại.",
        most=most_together() // 2**20,
    )
    return make_response(render_template("errors/page.html", code=413, sentence=words), 413)


@blueprint.get("/tasks")
def index() -> str:
    allow(access.Action.READ_TASKS)
    return render_template("tasks/index.html", **board_page(TaskFilterForm(request.args)))


@blueprint.route("/tasks/new", methods=["GET", "POST"])
def create() -> Response | str | tuple[str, int]:
    allow(access.Action.ASSIGN_TASKS)
    return give_task()


@blueprint.get("/tasks/units")
def find_units() -> str:
    allow(access.Action.ASSIGN_TASKS)
    return found_units()


@blueprint.get("/tasks/<int:task_id>")
def show(task_id: int) -> str:
    task, unit, standing = _load(task_id)
    return _page(task_page(task, unit), standing)


@blueprint.get("/tasks/<int:task_id>/steps/<action>")
def ask_step(task_id: int, action: str) -> Response:
    """The address stays there after a refusal: who loads it again comes to the task with the form open."""
    _load(task_id)
    chosen = _step_of(action)
    return redirect(url_for("tasks.show", task_id=task_id, open=chosen.value, _anchor="steps"), 303)


@blueprint.post("/tasks/<int:task_id>/steps/<action>")
def step(task_id: int, action: str) -> Response | tuple[str, int]:
    """One hop: 403 for the other side, 409 when the state does not allow it, 422 when something is missing."""
    task, unit, standing = _load(task_id)
    chosen = _step_of(action)
    sides = sides_of(standing)
    if STEP_OF[chosen].side not in sides:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    form = correction_form(task) if chosen is Action.CORRECT else HopForm(chosen, _other_units(unit))
    title, concluded, told = task.title, asked_by_conclusion(task), ""
    if chosen is Action.REPORT and task.workflow not in OPEN:
        form.refuse(CLOSED)
        return _refused(task_id, form, 409)
    if not form.validate_on_submit():
        return _refused(task_id, form, 422)
    uploads = checked_files(form)
    if uploads is None:
        return _refused(task_id, form, 422)
    try:
        if isinstance(form, CorrectionForm):
            told = take_correction(task_id, form, sides)
        else:
            move_task(task_id, form.hop(), sides, form.version.data or 0, account().principal, now())
    except (Invalid, Conflict, Missing) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _refused(task_id, form, refusal.status)
    keep_files(task_id, uploads)
    if chosen is Action.CONFIRM:
        tell_confirmed([(task_id, title)])
    else:
        # A remedy is spoken of as on its button.
        said = REMEDY_SAID.get(chosen) if concluded else None
        flash(told or _("Đã ghi: %(what)s.", what=said or label(chosen)), "ok")
    return redirect(page_inside(form.next.data) or url_for("tasks.show", task_id=task_id), 303)


def _step_of(word: str) -> Action:
    chosen = next((known for known in STEP_OF if known == word.replace("-", "_")), None)
    if chosen is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return chosen


def _refused(task_id: int, form: HopForm, status: int) -> tuple[str, int]:
    """The page as it is now, with all that was typed, and a word about the files that have to be chosen again."""
    task, unit, standing = _load(task_id)
    if form.uploads and task.workflow in OPEN:
        ask_again(form, "files")
    return _page(task_page(task, unit), standing, form), status


def _load(task_id: int) -> tuple[Task, Unit, Standing]:
    """The task with its unit and the asker's standing: 404 for strangers."""
    mark_checked()
    found = get_task(task_id)
    if found is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    task, unit = found
    return task, unit, load_task_standing(task)


def _other_units(unit: Unit) -> list[tuple[int, str]]:
    day = today(now())
    units = assignable_units(account().principal, day, existing=True)
    return [(id_, name) for id_, name in units if id_ != unit.id]


def _page(page: TaskPage, standing: Standing, tried: HopForm | None = None) -> str:
    """The page with a form for each action of now; the ``tried`` one keeps what was typed."""
    task, day = page.task, today(now())
    past = past_of(task)
    # Why it came back the heir has to know, though it was said to the unit before.
    page = replace(page, earlier=tuple(one.hop for one in past))
    remedies = asked_with(task, account().principal)
    reinspected = remedies is not None and sees_the_place(remedies.reinspection_state)
    begun = task.assigned_on <= day
    steps = allowed_steps(
        task.workflow,
        sides_of(standing),
        page.request,
        reinspected=reinspected,
        begun=begun,
        concluded=asked_by_conclusion(task),
        undo_to=page.decision.workflow_before if page.decision else None,
    )
    if task.due_current is None:
        # More time is asked for and given where there is a due date; what was asked before is still answered.
        steps = tuple(
            one for one in steps if one.action not in LONGER or page.request is Action.ASK_EXTENSION
        )
    own_report = any(one.action is Action.CONFIRM for one in steps) and is_own_report(
        page.reporter, account().id
    )
    if own_report:
        steps = tuple(one for one in steps if not accepts_report(one.action, task.workflow))
    others = _other_units(page.unit) if any(one.action is Action.MOVE for one in steps) else []
    if not others:
        steps = tuple(one for one in steps if one.action is not Action.MOVE)
    forms = [
        tried if tried and tried.action is one.action else _blank(one.action, page, others) for one in steps
    ]
    for form in forms:
        form.version.data = task.version
    return render_template(
        "tasks/page.html",
        page=page,
        task=task,
        forms=forms,
        buttons=BUTTONS | REMEDY_BUTTONS if remedies else BUTTONS,
        said=REMEDY_SAID if remedies else {},
        remedies=remedies,
        tried=tried,
        offered=tried is None or tried in forms,
        timeliness=page.timeliness(day),
        days_left=tasks.days_left(task.workflow, task.due_current, day),
        today=day,
        evidence=task_evidence(task, sides_of(standing), page.last_report),
        relatives=relatives(task, visible_tasks(account().principal)),
        own_report=own_report,
        for_unit=Side.UNIT in sides_of(standing),
        past=past,
        corrections=corrections_of([*page.history, *(one.hop for one in past)]),
        past_files=files_of_reports([one.hop.id for one in past]) if past else {},
        file_megabytes=most_bytes() // 2**20,
        most_files=MOST_FILES,
    )


def _blank(action: Action, page: TaskPage, others: list[tuple[int, str]]) -> HopForm:
    """An empty form; a report begins with what was reported last, an extension with what was asked for."""
    task, asked = page.task, page.request_hop
    if action is Action.CORRECT:
        return correction_form(task, blank=True)
    given: dict[str, object] = {}
    if action is Action.REPORT:
        given = {
            "result": task.result,
            "number": task.product_number,
            "issued_on": task.product_date,
            "link": task.product_link,
        }
    elif action is Action.EXTEND and asked is not None:
        given = {"due": asked.due_after}
    elif action is Action.PROGRESS:
        given = {"progress": task.progress}
    return HopForm(action, others, formdata=None, data=given)
