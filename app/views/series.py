"""/tasks/<id>/series: the periods of a regular task, and ending it before they have begun."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Standing
from ..domain.periods import today
from ..domain.refusals import Conflict, Forbidden, Invalid, Missing, sentence
from ..domain.task_steps import Side
from ..forms.series import CancelRestForm
from ..models import Task, Unit
from ..queries.series import periods_of_series
from ..queries.tasks import get_task
from ..services.series import cancel_rest
from ._errors import refusal_text
from ._load import load_task_standing
from ._login import account, now
from ._security import mark_checked
from ._tasks import sides_of

blueprint = Blueprint("series", __name__)


def _load(task_id: int) -> tuple[Task, Unit, Standing]:
    """A regular task, its unit and the asker's standing: 404 for strangers and for tasks that do not repeat."""
    mark_checked()
    found = get_task(task_id)
    if found is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    standing = load_task_standing(found[0])
    if found[0].series_id is None:
        raise Missing(sentence("Nhiệm vụ này không lặp lại."))
    return *found, standing


@blueprint.get("/tasks/<int:task_id>/series")
def show(task_id: int) -> str:
    task, unit, standing = _load(task_id)
    return _page(task, unit, standing, CancelRestForm(formdata=None))


@blueprint.post("/tasks/<int:task_id>/series/cancel")
def cancel(task_id: int) -> Response | tuple[str, int]:
    """The periods that have not begun: 403 for who did not give them, 409 when there is none (any more)."""
    task, unit, standing = _load(task_id)
    sides = sides_of(standing)
    if Side.ASSIGNER not in sides:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    form = CancelRestForm()
    if not form.validate_on_submit():
        return _page(task, unit, standing, form), 422
    try:
        number = cancel_rest(task_id, form.text.data, sides, account().principal, now())
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(*_load(task_id), form), refusal.status
    flash(_("Đã hủy %(number)s kỳ chưa bắt đầu.", number=number), "ok")
    return redirect(url_for("series.show", task_id=task_id), 303)


def _page(task: Task, unit: Unit, standing: Standing, form: CancelRestForm) -> str:
    day = today(now())
    periods = periods_of_series(task)
    return render_template(
        "tasks/series.html",
        task=task,
        unit=unit,
        periods=periods,
        rest=[period for period in periods if period.cancellable(day)],
        may_cancel=Side.ASSIGNER in sides_of(standing),
        form=form,
        today=day,
    )
