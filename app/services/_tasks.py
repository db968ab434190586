"""What several verbs about tasks share, inside their transaction: a new row, one hop, its line in the history."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from ..db import db
from ..domain.access import Principal
from ..domain.periods import today
from ..domain.refusals import Conflict, Missing, sentence
from ..domain.remedies import require_at_the_place
from ..domain.task_steps import (
    AT_THE_PLACE,
    NO_LONGER,
    NOT_NOW,
    Action,
    Hop,
    Side,
    check_hop,
    is_own_report,
    last_decision,
    next_workflow,
    pending_request,
)
from ..domain.tasks import OUTSIDE, NewTask, UnitLife, Workflow, check_still_there
from ..models import Inspection, Task, TaskReport, Unit
from ..queries.remedies import asked_by_conclusion
from ..vietnamese import fold
from ._audit import changes, note_event
from ._corrections import keep_wording, reword, said_of, wording_of
from ._remedies import follow_remedy


def given(task: Task) -> dict[str, object]:
    """What the trail says about a new task."""
    names = ("unit_id", "directive_id", "title", "detail", "lead", "assigned_on", "due_current")
    return {"after": {name: getattr(task, name) for name in names}}


def task_row(new: NewTask, unit_id: int, lead: bool, by: Principal | None, now: datetime) -> Task:
    """A task as it is given to one unit, not stored yet; ``by`` is nobody for a list from the command line."""
    return Task(
        directive_id=new.directive_id,
        unit_id=unit_id,
        assigner_unit_id=by.unit_id if by else None,
        lead=lead,
        own_plan=new.own_plan,
        area=new.area,
        recommendation_id=new.recommendation_id,
        finding_id=new.finding_id,
        title=new.title,
        title_search=fold(f"{new.title} {new.detail}"),
        detail=new.detail,
        assigned_on=new.assigned_on,
        due_original=new.due,
        due_current=new.due,
        workflow=Workflow.NOT_STARTED,
        created_by_id=by.id if by else None,
        created_at=now,
    )


@dataclass(frozen=True, slots=True)
class _PastHop:
    id: int
    action: Action
    workflow_before: Workflow | None
    at: datetime
    user_id: int | None
    progress: int | None


@dataclass(frozen=True, slots=True)
class _Past:
    """What happened to a task until now, in its order, as far as its next hop depends on it."""

    hops: tuple[_PastHop, ...]

    @property
    def actions(self) -> list[Action]:
        return [hop.action for hop in self.hops]

    @property
    def decision(self) -> int | None:
        """The place of the assigning side's last decision, if it may still be taken back."""
        return last_decision(self.actions)

    def last(self, action: Action) -> _PastHop | None:
        return next((hop for hop in reversed(self.hops) if hop.action is action), None)

    def before(self, action: Action) -> Workflow | None:
        """Where the task stood when it last came to this action."""
        hop = self.last(action)
        return None if hop is None else hop.workflow_before


def take_hop(
    task_id: int, hop: Hop, sides: Iterable[Side], version: int, by: Principal, now: datetime
) -> Workflow:
    """One hop: the new state. The table of steps decides, :class:`Conflict` and :class:`Forbidden` say no.

    ``sides`` is what the person is to this task, ``version`` what their page was made of: two people who
    decide at once do not undo each other.
    """
    task = _locked(task_id)
    if hop.action is Action.REPORT and task.workflow is Workflow.NOT_STARTED and task.version == version:
        # Who reports has accepted: both hops are kept, in this order.
        take_hop(task_id, Hop(Action.ACCEPT), sides, version, by, now)
        version = task.version
    past = _past_of(task_id)
    after = _where_it_leads(task, hop, past, sides, version, by, now)
    if hop.action in AT_THE_PLACE:
        require_at_the_place(
            db.session.scalar(select(Inspection.state).where(Inspection.id == task.reinspection_id))
        )
    check_hop(hop, task.due_current, today(now), task.assigned_on)
    before, due_before, words = task.workflow, task.due_current, wording_of(task)
    _enter(task, after, hop, past, now)
    _apply(task, hop, by, now)
    report = log_hop(task, hop, before, by, now, due_before)
    said = told_of(task, hop, before, due_before)
    if hop.wording is not None:
        db.session.flush()
        keep_wording(report, words, hop.wording)
        said |= said_of(words, hop.wording)
    if hop.action is Action.UNDO and past.decision is not None:
        said["undone"] = past.actions[past.decision]
        waited = pending_request(past.actions[: past.decision])
        request = past.last(waited) if waited else None
        if request is not None:
            ask_once_more(task, request.id, now)
    note_event(f"task.{hop.action}", "task", task_id, by.id, now, said)
    follow_remedy(task.finding_id, hop.action, by.id, now)
    return after


def _past_of(task_id: int) -> _Past:
    """One SELECT."""
    hops = db.session.execute(
        select(
            TaskReport.id,
            TaskReport.action,
            TaskReport.workflow_before,
            TaskReport.at,
            TaskReport.user_id,
            TaskReport.progress,
        )
        .where(TaskReport.task_id == task_id)
        .order_by(TaskReport.id)
    )
    return _Past(tuple(_PastHop(*hop) for hop in hops))


def _where_it_leads(
    task: Task, hop: Hop, past: _Past, sides: Iterable[Side], version: int, by: Principal, now: datetime
) -> Workflow:
    """The state after the hop, by the table of steps, for who saw the task as it stands."""
    report = past.last(Action.REPORT)
    try:
        after = next_workflow(
            hop.action,
            task.workflow,
            sides,
            pending_request(past.actions),
            past.before(Action.REPORT) or Workflow.IN_PROGRESS,
            report is not None and is_own_report(report.user_id, by.id),
            reinspected=task.reinspection_id is not None,
            begun=task.assigned_on <= today(now),
            concluded=asked_by_conclusion(task),
            undo_to=None if past.decision is None else past.hops[past.decision].workflow_before,
            before_pause=past.before(Action.PAUSE),
        )
    except Conflict as refusal:
        if task.version != version and refusal.text == NOT_NOW:
            raise Conflict(NO_LONGER) from None
        raise
    # Only now: who acts on what was closed meanwhile is told that it is, not to do it again.
    if task.version != version:
        raise Conflict(sentence("Nhiệm vụ vừa được người khác cập nhật. Hãy xem lại rồi thực hiện lại."))
    return after


def _enter(task: Task, after: Workflow, hop: Hop, past: _Past, now: datetime) -> None:
    """The new state, with the day of completion and the progress that belong to it."""
    if after is Workflow.DONE:
        _refuse_open_children(task.id)
        # The day that counts is the day of the accepted report, not of its confirmation; what a re-inspection
        # sees at the place is done on that day.
        report = None if hop.action is Action.SETTLE else past.last(Action.REPORT)
        task.completed_on = today(report.at if report else now)
        task.progress = 100
    if task.workflow is Workflow.DONE:
        said_last = past.last(Action.PROGRESS)
        task.completed_on, task.progress = None, (said_last.progress if said_last else 0) or 0
    task.workflow = after
    task.version += 1


def told_of(task: Task, hop: Hop, before: Workflow, due_before: date | None) -> dict[str, object]:
    """What the trail says about any hop."""
    said: dict[str, object] = {"from": before, "to": task.workflow, "text": hop.text}
    if hop.product is not None:
        said |= asdict(hop.product)
    if task.due_current != due_before:
        said |= changes({"due_current": due_before}, {"due_current": task.due_current})
    given_with = {"progress": hop.progress, "unit_id": hop.unit_id}
    return said | {name: value for name, value in given_with.items() if value is not None}


def _apply(task: Task, hop: Hop, by: Principal, now: datetime) -> None:
    """What an action changes besides the state."""
    match hop.action:
        case Action.REPORT if hop.product is not None:
            task.product_number = hop.product.number
            task.product_date = hop.product.issued_on
            task.product_link = hop.product.link
            task.result = hop.product.result
        case Action.PROGRESS if hop.progress is not None:
            task.progress = hop.progress
        case Action.CORRECT if hop.wording is not None:
            reword(task, hop.wording, by)
        case Action.EXTEND | Action.ADJUST:
            task.due_current = hop.due
        case Action.MOVE if hop.unit_id is not None:
            hand_over(task, hop.unit_id, hop.text, by, now)


def ask_once_more(task: Task, request_id: int, now: datetime) -> None:
    """The unit's request, which the decision that was taken back had settled, waits for an answer again."""
    asked = db.session.get_one(TaskReport, request_id)
    copied = ("action", "text", "due_before", "due_after", "user_id", "at")
    db.session.add(
        TaskReport(
            **{name: getattr(asked, name) for name in copied},
            task_id=task.id,
            effective_on=max(today(now), task.assigned_on),
            due=task.due_current,
            workflow_before=task.workflow,
            workflow_after=task.workflow,
        )
    )


def hand_over(task: Task, unit_id: int, reason: str, by: Principal, now: datetime) -> Task:
    """The same task for the other unit, with its deadline kept; the old row stays, outside the figures."""
    if unit_id == task.unit_id:
        raise Conflict(sentence("Nhiệm vụ đang ở chính đơn vị này."), field="unit")
    unit = db.session.get(Unit, unit_id)
    if unit is None:
        raise Missing(sentence("Không có đơn vị này."), field="unit")
    check_still_there(UnitLife(unit.name, unit.valid_to), today(now))
    heir = heir_of(task, unit_id, by, now)
    heir.assigner_unit_id = task.assigner_unit_id or by.unit_id
    db.session.add(heir)
    db.session.flush()
    log_hop(heir, Hop(Action.ASSIGN, reason), None, by, now)
    return heir


def heir_of(task: Task, unit_id: int, by: Principal, now: datetime) -> Task:
    """The row that goes on for the other unit, from the beginning; not stored yet."""
    copied = (
        "directive_id",
        "recommendation_id",
        "finding_id",
        "reinspection_id",
        "parent_id",
        "series_id",
        "period_label",
        "area",
        "lead",
        "own_plan",
        "title",
        "title_search",
        "detail",
        "assigned_on",
        "due_original",
        "due_current",
    )
    return Task(
        **{name: getattr(task, name) for name in copied},
        unit_id=unit_id,
        assigner_unit_id=task.assigner_unit_id,
        handed_over_from_id=task.id,
        workflow=Workflow.NOT_STARTED,
        created_by_id=by.id,
        created_at=now,
    )


def _refuse_open_children(task_id: int) -> None:
    """A parent task is done only when all its children are (section 7.1)."""
    waiting = db.session.scalar(
        select(func.count())
        .select_from(Task)
        .where(
            Task.parent_id == task_id,
            Task.workflow != Workflow.DONE,
            Task.workflow.not_in(OUTSIDE - {Workflow.PAUSED}),
        )
    )
    if waiting:
        raise Conflict(sentence("Còn %(count)s nhiệm vụ con chưa hoàn thành."), count=waiting)


def _locked(task_id: int) -> Task:
    task = db.session.execute(
        select(Task).where(Task.id == task_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if task is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return task


def log_hop(
    task: Task,
    hop: Hop,
    before: Workflow | None,
    by: Principal | None,
    now: datetime,
    due_before: date | None = None,
    effective_on: date | None = None,
) -> TaskReport:
    """One more line of the history, which is only ever added to.

    It counts from the day on which it was made; only lists carried over from elsewhere bring days of their own.
    What happens to a task before its day (a period that has not begun) counts from that day: until then the
    figures know nothing of it.
    """
    product = hop.product
    report = TaskReport(
        task_id=task.id,
        action=hop.action,
        effective_on=effective_on or max(today(now), task.assigned_on),
        due=task.due_current,
        completed_on=task.completed_on if task.workflow is Workflow.DONE else None,
        text=product.result if product else hop.text,
        product_number=product.number if product else "",
        product_date=product.issued_on if product else None,
        product_link=product.link if product else "",
        due_before=due_before if hop.due or hop.no_due else None,
        due_after=hop.due,
        workflow_before=before,
        workflow_after=task.workflow,
        progress=hop.progress,
        user_id=by.id if by else None,
        at=now,
    )
    db.session.add(report)
    return report
