"""Tasks (nhiệm vụ được giao): workflow × timeliness, and the completion figures made of them.

Workflow is stored, timeliness is always derived from dates and never stored (domain reference, section 7).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from .areas import ReformArea
from .refusals import Invalid, sentence
from .series import Occurrence, Series, occurrences
from .task_corrections import check_not_too_far

SOON_DAYS = 3
# So many rows at one press: every ward of the country once, or those of a province for five years by month.
MOST_ROWS = 8000


class Workflow(StrEnum):
    """Where the work stands, as the people concerned have said."""

    NOT_STARTED = "chua_thuc_hien"
    IN_PROGRESS = "dang_thuc_hien"
    AWAITING = "cho_xac_nhan"
    REDO = "thuc_hien_lai"
    DONE = "hoan_thanh"
    PAUSED = "tam_hoan"
    CANCELLED = "huy"
    MOVED = "da_chuyen"


class Timeliness(StrEnum):
    """How the work stands against its due date; ``OVERDUE`` is said of open and of finished tasks."""

    NO_DUE = "khong_han"
    IN_TIME = "trong_han"
    DUE_SOON = "sap_qua_han"
    OVERDUE = "qua_han"
    ON_TIME = "dung_han"


class DirectiveKind(StrEnum):
    """What kind of document gives the tasks (NĐ 30/2020/NĐ-CP); ``KET_LUAN`` is that of an inspection too."""

    CONG_VAN = "cong_van"
    KE_HOACH = "ke_hoach"
    KET_LUAN = "ket_luan"
    QUYET_DINH = "quyet_dinh"
    CHI_THI = "chi_thi"
    THONG_BAO = "thong_bao"
    KHAC = "khac"


# Outside every figure: their number and their deadlines are nobody's fault (section 7.2).
OUTSIDE = frozenset({Workflow.PAUSED, Workflow.CANCELLED, Workflow.MOVED})
OPEN = frozenset({Workflow.NOT_STARTED, Workflow.IN_PROGRESS, Workflow.AWAITING, Workflow.REDO})


def timeliness(
    workflow: Workflow, due: date | None, completed_on: date | None, today: date, soon_days: int = SOON_DAYS
) -> Timeliness | None:
    """The second axis; ``None`` for tasks outside the figures, whose deadline does not run.

    ``completed_on`` is the day the accepted report was submitted, not the day it was confirmed. A task
    that waits for confirmation is unfinished: in the last days before its due date it is «sắp quá hạn», after it
    overdue, until it is confirmed. The board, the figures and the lists all count by this one rule.
    """
    if workflow in OUTSIDE:
        return None
    if due is None:
        return Timeliness.NO_DUE
    if workflow is Workflow.DONE:
        if completed_on is None:
            raise ValueError("a finished task has the date of its accepted report")
        return Timeliness.ON_TIME if completed_on <= due else Timeliness.OVERDUE
    if today > due:
        return Timeliness.OVERDUE
    return Timeliness.DUE_SOON if due - today <= timedelta(days=soon_days) else Timeliness.IN_TIME


def days_left(workflow: Workflow, due: date | None, today: date) -> int | None:
    """Whole days until the due date of an open task, negative when it has gone by."""
    return (due - today).days if due is not None and workflow in OPEN else None


# --- Figures ------------------------------------------------------------------------------------------


class Basis(StrEnum):
    """Which due date counts: the one first given or the one after extensions. Both are in use."""

    ORIGINAL = "original"
    CURRENT = "current"


@dataclass(frozen=True, slots=True)
class Task:
    """A task as far as the figures are concerned.

    ``lead``: only the unit in charge (chủ trì) counts a task, cooperating units do not. ``own_plan``:
    from the unit's own CCHC plan, not given to it by a superior.
    """

    workflow: Workflow
    due_original: date | None = None
    due_current: date | None = None
    completed_on: date | None = None
    lead: bool = True
    own_plan: bool = False

    def due(self, basis: Basis) -> date | None:
        return self.due_original if basis is Basis.ORIGINAL else self.due_current

    def done_by(self, day: date) -> bool:
        """Confirmed, and reported on that day or before."""
        return self.workflow is Workflow.DONE and self.completed_on is not None and self.completed_on <= day

    @property
    def counts(self) -> bool:
        return self.lead and self.workflow not in OUTSIDE


class Rate(NamedTuple):
    """n of d; what is printed is computed from both, and 0/0 is «–»."""

    n: int
    d: int


@dataclass(frozen=True, slots=True)
class Counts:
    """T = H + C with their classes (section 7.2); ``open_due_soon`` is a part of ``open_in_time``."""

    done_on_time: int = 0
    done_late: int = 0
    done_no_due: int = 0
    open_in_time: int = 0
    open_overdue: int = 0
    open_no_due: int = 0
    open_due_soon: int = 0

    def __add__(self, other: Counts) -> Counts:
        return Counts(
            self.done_on_time + other.done_on_time,
            self.done_late + other.done_late,
            self.done_no_due + other.done_no_due,
            self.open_in_time + other.open_in_time,
            self.open_overdue + other.open_overdue,
            self.open_no_due + other.open_no_due,
            self.open_due_soon + other.open_due_soon,
        )

    @property
    def done(self) -> int:
        """H, confirmed completed."""
        return self.done_on_time + self.done_late + self.done_no_due

    @property
    def open(self) -> int:
        """C = T − H."""
        return self.open_in_time + self.open_overdue + self.open_no_due

    @property
    def total(self) -> int:
        """T."""
        return self.done + self.open

    @property
    def done_rate(self) -> Rate:
        """Tỷ lệ hoàn thành so với kế hoạch năm, H / T: 14/27."""
        return Rate(self.done, self.total)

    @property
    def on_time_rate(self) -> Rate:
        """Tỷ lệ đúng hạn among completed tasks that had a deadline (criterion 1.4.2)."""
        return Rate(self.done_on_time, self.done_on_time + self.done_late)

    @property
    def overdue_rate(self) -> Rate:
        """Tỷ lệ quá hạn chưa hoàn thành, C_quá hạn / T: 208/8.282."""
        return Rate(self.open_overdue, self.total)


def count(
    tasks: Iterable[Task], as_of: date, basis: Basis = Basis.CURRENT, soon_days: int = SOON_DAYS
) -> Counts:
    """The classes of T on a day; what was reported after that day was still open then."""
    number = dict.fromkeys(Counts.__slots__, 0)
    for task in tasks:
        if not task.counts:
            continue
        done, due = task.done_by(as_of), task.due(basis)
        workflow = Workflow.DONE if done else Workflow.IN_PROGRESS
        class_ = timeliness(workflow, due, task.completed_on, as_of, soon_days)
        if class_ is Timeliness.NO_DUE:
            number["done_no_due" if done else "open_no_due"] += 1
        elif done:
            number["done_on_time" if class_ is Timeliness.ON_TIME else "done_late"] += 1
        elif class_ is Timeliness.OVERDUE:
            number["open_overdue"] += 1
        else:
            number["open_in_time"] += 1
            number["open_due_soon"] += class_ is Timeliness.DUE_SOON
    return Counts(**number)


def done_due_rate(tasks: Iterable[Task], as_of: date, basis: Basis = Basis.CURRENT) -> Rate:
    """Tỷ lệ hoàn thành nhiệm vụ đến hạn: confirmed completed among due / due by that day."""
    due = [t for t in tasks if t.counts and (day := t.due(basis)) is not None and day <= as_of]
    return Rate(sum(t.done_by(as_of) for t in due), len(due))


def figures(tasks: Iterable[Task], as_of: date, basis: Basis = Basis.CURRENT) -> dict[str, Rate]:
    """The figures ``task.*`` that a criterion may be linked to (domain reference, section 4.4)."""
    everything = list(tasks)
    assigned = [t for t in everything if not t.own_plan]
    plan = [t for t in everything if t.own_plan]
    return {
        "task.plan_done_due_rate": done_due_rate(plan, as_of, basis),
        "task.done_due_rate": done_due_rate(assigned, as_of, basis),
        "task.on_time_rate": count(assigned, as_of, basis).on_time_rate,
    }


def in_period(assigned_on: date, completed_on: date | None, start: date, end: date) -> bool:
    """Does a task belong to T of a period: given by its end and not finished before it began?

    Tasks carried over from earlier periods are included.
    """
    return assigned_on <= end and (completed_on is None or completed_on >= start)


# --- What is written down -----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class DirectiveText:
    """Văn bản chỉ đạo as it is typed: number and symbol, date, what it is about, who issued it."""

    title: str
    number: str = ""
    issued_on: date | None = None
    agency: str = ""
    note: str = ""
    kind: DirectiveKind = DirectiveKind.CONG_VAN


@dataclass(frozen=True, slots=True)
class NewTask:
    """One task for several units: one row per unit, and only units in charge (``lead_ids``) count it."""

    title: str
    assigned_on: date
    lead_ids: tuple[int, ...]
    cooperating_ids: tuple[int, ...] = ()
    detail: str = ""
    due: date | None = None
    own_plan: bool = False
    directive_id: int | None = None
    area: ReformArea | None = None
    recommendation_id: int | None = None
    finding_id: int | None = None
    series: Series | None = None


def check_new_task(task: NewTask, today: date) -> None:
    """Raises :class:`Invalid` at the field that does not fit."""
    if not task.lead_ids:
        raise Invalid(sentence("Chọn ít nhất một đơn vị chủ trì."), field="lead")
    if set(task.lead_ids) & set(task.cooperating_ids):
        raise Invalid(
            sentence("Một đơn vị không vừa chủ trì vừa phối hợp cùng một nhiệm vụ."), field="cooperating"
        )
    if task.assigned_on > today:
        raise Invalid(sentence("Ngày giao không được sau hôm nay."), field="assigned_on")
    if task.due is not None and task.due < task.assigned_on:
        raise Invalid(sentence("Hạn không được trước ngày giao."), field="due")
    if task.due is not None:
        check_not_too_far(task.due, today, task.assigned_on)
    if task.series is not None and task.due is not None:
        raise Invalid(sentence("Nhiệm vụ lặp lại có hạn theo từng kỳ; hãy để trống hạn."), field="due")
    units = len({*task.lead_ids, *task.cooperating_ids})
    if units * len(task_periods(task)) > MOST_ROWS:
        raise Invalid(
            sentence("Một lần giao nhiều nhất %(most)s lượt (đơn vị × kỳ). Hãy chia thành nhiều lần."),
            field="until" if task.series else "lead",
            most=MOST_ROWS,
        )


@dataclass(frozen=True, slots=True)
class UnitLife:
    """A unit as far as giving it work is concerned; ``last``: the last day on which it exists."""

    name: str
    last: date | None


def check_still_there(unit: UnitLife, day: date, field: str = "unit") -> None:
    """Nothing is given to a unit that is no more on the day it is given; lists carried in hold to the same."""
    if unit.last is not None and unit.last < day:
        raise Invalid(
            sentence("«%(unit)s» hoạt động đến hết ngày %(last)s, trước ngày giao (%(day)s)."),
            field=field,
            unit=unit.name,
            last=f"{unit.last:%d/%m/%Y}",
            day=f"{day:%d/%m/%Y}",
        )


def check_units_of(task: NewTask, units: Mapping[int, UnitLife]) -> None:
    """Every unit exists on the day of the task, of a regular one on the first day of each of its periods."""
    for ids, field in ((task.lead_ids, "lead"), (task.cooperating_ids, "cooperating")):
        for id_ in ids:
            if id_ in units:
                check_still_there(units[id_], task.assigned_on, field)
    ending = [unit for unit in units.values() if unit.last is not None]
    for period in task_periods(task) if ending else ():
        for unit in ending:
            if period is not None and unit.last is not None and unit.last < period.assigned_on:
                raise Invalid(
                    sentence(
                        "«%(unit)s» hoạt động đến hết ngày %(last)s, trước «%(period)s». "
                        "Hãy chọn ngày cuối của việc lặp lại sớm hơn."
                    ),
                    field="until",
                    unit=unit.name,
                    last=f"{unit.last:%d/%m/%Y}",
                    period=period.label,
                )


def task_periods(task: NewTask) -> tuple[Occurrence | None, ...]:
    """The periods of a regular task; of any other one, ``None``."""
    return (None,) if task.series is None else occurrences(task.series, task.assigned_on)
