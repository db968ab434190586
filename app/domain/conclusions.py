"""The conclusion of an inspection (thông báo kết luận): its rules. What it asks of the unit becomes tasks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from .inspections import State
from .refusals import Conflict, Invalid, sentence

# The unit reports back so many days after the conclusion, unless it says otherwise (domain reference, 5.1 step 9).
REPORT_DAYS = 15
# Further off than this is a slip of the pen.
_MOST_DAYS = 5 * 366
# The way from the signed minutes to following up; every stop is written in the history.
COURSE = (State.DA_KY_BIEN_BAN, State.DU_THAO_KET_LUAN, State.DA_BAN_HANH_KET_LUAN, State.THEO_DOI_KHAC_PHUC)
TO_CONCLUDE = frozenset(COURSE[:-1])
_LONG = 300


@dataclass(frozen=True, slots=True)
class Conclusion:
    """The document as it is typed. ``recommendations``: deadlines that differ from ``due``, by id.

    ``findings``: the shortcomings without a recommendation that are to be remedied too, with their deadlines.
    """

    number: str
    issued_on: date
    title: str
    agency: str
    due: date | None = None
    recommendations: Mapping[int, date] = field(default_factory=dict)
    findings: Mapping[int, date | None] = field(default_factory=dict)

    @property
    def report_by(self) -> date:
        return self.due or self.issued_on + timedelta(days=REPORT_DAYS)


def may_conclude(state: State, issued: bool) -> bool:
    """Whether a conclusion is still to come: also where following up began before there were conclusions here."""
    return not issued and state in COURSE


def require_to_conclude(state: State, issued: bool) -> None:
    """Raises :class:`Conflict` before the minutes are signed and after the conclusion (``issued``)."""
    if issued or state is State.KET_THUC:
        raise Conflict(sentence("Kết luận của cuộc này đã ban hành."))
    if not may_conclude(state, issued):
        raise Conflict(sentence("Kết luận được ban hành sau khi biên bản đã ký."))


def rest_of_course(state: State) -> tuple[State, ...]:
    """The states that still lie ahead; none where following up has begun."""
    return COURSE[COURSE.index(state) + 1 :]


def check_conclusion(conclusion: Conclusion, inspected_on: date, today: date) -> None:
    """Raises :class:`Invalid` at the field that does not fit."""
    issued = conclusion.issued_on
    if issued > today:
        raise Invalid(sentence("Ngày kết luận không được sau hôm nay."), field="issued_on")
    if issued < inspected_on:
        raise Invalid(sentence("Ngày kết luận không được trước ngày làm việc tại đơn vị."), field="issued_on")
    typed: list[tuple[str, date | None]] = [("due", conclusion.due)]
    typed += [(f"recommendation-{id_}", due) for id_, due in conclusion.recommendations.items()]
    typed += [(f"finding-{id_}", due) for id_, due in conclusion.findings.items()]
    for name, due in typed:
        if due is not None and due < issued:
            raise Invalid(sentence("Hạn không được trước ngày kết luận."), field=name)
        if due is not None and (due - issued).days > _MOST_DAYS:
            raise Invalid(sentence("Hạn muộn hơn ngày kết luận quá 5 năm."), field=name)


def title_of_task(text: str) -> tuple[str, str]:
    """A title that a list can show, and the whole text where it had to be cut."""
    line = " ".join(text.split())
    return (line, "") if len(line) <= _LONG else (f"{line[: _LONG - 1].rstrip()}…", text)
