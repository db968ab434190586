"""What must be finished before one side's scores are locked (chốt). Blank blocks locking; 0 does not."""

from __future__ import annotations

from collections.abc import Mapping

from .answers import NO_ANSWER, AnswerState, Gap, gap_of
from .checklists import Checklist
from .inspections import Side
from .refusals import Conflict, sentence

_NAMED = 5  # so many codes are named; the scoring page lists all

_SENTENCES: dict[Gap, str] = {
    Gap.UNSCORED: sentence("Chưa chốt được: còn %(count)s tiêu chí chưa chấm (%(codes)s)."),
    Gap.NA_APPROVAL: sentence(
        "Chưa chốt được: còn %(count)s tiêu chí «Không áp dụng» chưa được Trưởng đoàn đồng ý (%(codes)s)."
    ),
    Gap.DIFFERENCE: sentence(
        "Chưa chốt được: còn %(count)s tiêu chí lệch điểm tự chấm mà chưa ghi lý do (%(codes)s)."
    ),
    Gap.FREE_REASON: sentence(
        "Chưa chốt được: còn %(count)s tiêu chí chấm điểm tự do mà chưa ghi lý do (%(codes)s)."
    ),
    Gap.SECOND_ROUND: sentence(
        "Chưa chốt được: còn %(count)s tiêu chí khác điểm thẩm định lần 1 mà chưa ghi lý do mới (%(codes)s)."
    ),
    Gap.REPLACED: sentence(
        "Chưa chốt được: còn %(count)s tiêu chí Trưởng đoàn đổi điểm của thành viên mà chưa ghi lý do (%(codes)s)."
    ),
}


def gaps(
    checklist: Checklist,
    side: Side,
    mine: Mapping[int, AnswerState],
    other: Mapping[int, AnswerState],
    first: Mapping[int, AnswerState] | None = None,
) -> dict[Gap, list[str]]:
    """Codes of the criteria that are not finished, by what they lack; answers by criterion id.

    ``first``: in the second round, the delegation's answers of the first.
    """
    found: dict[Gap, list[str]] = {}
    for criterion in checklist.criteria:
        gap = gap_of(
            criterion,
            side,
            mine.get(criterion.id, NO_ANSWER),
            other.get(criterion.id, NO_ANSWER),
            first.get(criterion.id) if first else None,
        )
        if gap is not None:
            found.setdefault(gap, []).append(criterion.code)
    return found


def require_finished(
    checklist: Checklist,
    side: Side,
    mine: Mapping[int, AnswerState],
    other: Mapping[int, AnswerState],
    first: Mapping[int, AnswerState] | None = None,
) -> None:
    """Raises :class:`Conflict` that names what is missing, the most important kind first."""
    found = gaps(checklist, side, mine, other, first)
    for gap, text in _SENTENCES.items():
        if gap in found:
            codes = found[gap]
            named = ", ".join(codes[:_NAMED]) + (" …" if len(codes) > _NAMED else "")
            raise Conflict(text, count=len(codes), codes=named)
