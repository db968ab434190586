"""Which criteria have a score but not the reason they need: :func:`app.domain.answers.gap_of` as SQL.

Progress is told for many inspections at once, and after every tap: too often to read all answers for it. A test
compares the two on random answers.
"""

from __future__ import annotations

from sqlalchemy import (
    ColumnElement,
    Integer,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    type_coerce,
)
from sqlalchemy.orm import aliased

from ..db import rows
from ..domain.checklists import Checklist, RuleKind
from ..domain.inspections import Side
from ..domain.scoring import Sum
from ..models import Answer, Criterion, Inspection
from .answers import AREA_SUMS, sums_by_area


def _answered(answer: type[Answer]) -> ColumnElement[bool]:
    return or_(answer.points.is_not(None), answer.not_applicable, answer.value.is_not(None))


def _lacking(
    side: Side,
    inspection: ColumnElement[int],
    round_: ColumnElement[int],
    *,
    approvals: bool = False,
) -> Select[int]:
    """Ids of the criteria of an inspection whose answer in a round lacks its reason.

    ``approvals``: those that wait for the head's word on «không áp dụng» too.
    """
    mine, other, first = aliased(Answer), aliased(Answer), aliased(Answer)
    free = and_(
        Criterion.rule["kind"].as_string() == RuleKind.FREE.value, mine.points.is_not(None), mine.reason == ""
    )
    statement = (
        select(mine.criterion_id)
        .join(Criterion, Criterion.id == mine.criterion_id)
        .where(mine.inspection_id == inspection, mine.side == side, mine.round == round_, _answered(mine))
    )
    if side is Side.SELF:
        return statement.where(free)
    # Where both are answered, no points on either side is «không áp dụng» on both.
    differs = and_(_answered(other), mine.points.is_distinct_from(other.points), mine.reason == "")
    again = and_(
        _answered(first),
        mine.points.is_distinct_from(first.points),
        or_(mine.reason == "", mine.reason == first.reason),
    )
    over = and_(
        mine.replaced.is_not(None),
        mine.points.is_distinct_from(mine.replaced["points"].as_integer()),
        or_(mine.reason == "", mine.reason == mine.replaced["reason"].as_string()),
    )
    waits = and_(mine.not_applicable, mine.na_approved_by_id.is_(None))
    reasons = or_(free, and_(~waits, or_(differs, again, over)))
    of_other = and_(
        other.inspection_id == mine.inspection_id,
        other.criterion_id == mine.criterion_id,
        other.side == Side.SELF,
        other.round == 1,
    )
    of_first = and_(
        first.inspection_id == mine.inspection_id,
        first.criterion_id == mine.criterion_id,
        first.side == Side.VERIFIED,
        first.round == mine.round - 1,
    )
    return (
        statement.outerjoin(other, of_other)
        .outerjoin(first, of_first)
        .where(or_(waits, reasons) if approvals else reasons)
    )


def count_lacking(side: Side, round_: ColumnElement[int]) -> ColumnElement[int]:
    """How many criteria of the inspection of the statement around it lack their reason."""
    found = _lacking(side, type_coerce(Inspection.id, Integer), round_)
    return found.with_only_columns(func.count()).correlate(Inspection).scalar_subquery()


_INSPECTION, _ROUND = bindparam("inspection", type_=Integer), bindparam("round", type_=Integer)
_LACKING = {side: _lacking(side, _INSPECTION, _ROUND) for side in Side}
_SUMS = {
    side: AREA_SUMS.add_columns(
        _LACKING[side]
        .with_only_columns(func.aggregate_strings(cast(Criterion.id, Text), ","))
        .scalar_subquery()
        .label("lacking")
    )
    for side in Side
}


def lacking(inspection_id: int, side: Side, round_: int) -> frozenset[int]:
    """Ids of the criteria of one side that lack their reason; one SELECT."""
    found = rows(_LACKING[side], inspection=inspection_id, round=1 if side is Side.SELF else round_)
    return frozenset(row.criterion_id for row in found)


def sums_and_lacking(
    inspection_id: int, side: Side, checklist: Checklist, round_: int
) -> tuple[dict[str, Sum], frozenset[int]]:
    """:func:`area_sums` and :func:`lacking` in one SELECT, for the reply to a tap."""
    found = rows(_SUMS[side], inspection=inspection_id, side=side, round=1 if side is Side.SELF else round_)
    ids = (found[0].lacking if found else None) or ""
    return sums_by_area(found, checklist), frozenset(map(int, filter(None, ids.split(","))))
