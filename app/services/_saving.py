"""The statements of saving a score, built once: building them costs more than running them.

They name tables, not objects, and are run by :func:`app.db.rows` and :func:`app.db.write`.
"""

from __future__ import annotations

from sqlalchemy import Table, and_, bindparam, exists, insert, or_, select, update
from sqlalchemy.orm import DeclarativeBase

from ..domain.inspections import Side
from ..models import Answer, AnswerChange, AreaScore, Criterion, Inspection, Outcome, User
from ..queries.answers import COLUMNS


def _table(model: type[DeclarativeBase]) -> Table:
    table = model.__table__
    assert isinstance(table, Table)  # noqa: S101 – every model here is a table
    return table


LOCK = select(Inspection.id).where(Inspection.id == bindparam("inspection")).with_for_update()

_SEEN = select(AnswerChange.id).where(AnswerChange.op_id == bindparam("op_id")).scalar_subquery()
# The unit's side has but one round; the delegation's is the one the inspection is in.
_NEWER = (
    exists()
    .where(
        AnswerChange.inspection_id == bindparam("inspection"),
        AnswerChange.criterion_id == bindparam("criterion"),
        AnswerChange.side == bindparam("side"),
        or_(AnswerChange.side == Side.SELF, AnswerChange.round == Inspection.round),
        AnswerChange.version > bindparam("base_version"),
        AnswerChange.outcome == Outcome.ACCEPTED,
        or_(
            AnswerChange.user_id != bindparam("person"),
            # One's own from another device is another's too: this one has not seen it.
            and_(
                AnswerChange.device != "",
                bindparam("device") != "",
                AnswerChange.device != bindparam("device"),
            ),
        ),
    )
    .correlate(Inspection)
)
MET = (
    select(
        Inspection.state,
        Inspection.scoring,
        Inspection.round.label("now"),
        _SEEN.label("seen"),
        _NEWER.label("newer"),
        *COLUMNS,
        User.title.label("by"),
    )
    .select_from(Inspection)
    .outerjoin(
        Answer,
        and_(
            Answer.inspection_id == Inspection.id,
            or_(
                and_(
                    Answer.side == bindparam("side"),
                    or_(Answer.side == Side.SELF, Answer.round == Inspection.round),
                    Answer.criterion_id.in_(
                        select(Criterion.id).where(Criterion.area_id == bindparam("area"))
                    ),
                ),
                Answer.criterion_id == bindparam("criterion"),
            ),
        ),
    )
    .outerjoin(User, User.id == Answer.updated_by_id)
    .where(Inspection.id == bindparam("inspection"))
)

INSERT_ANSWER = insert(_table(Answer))
UPDATE_ANSWER = update(_table(Answer)).where(_table(Answer).c.id == bindparam("row_id"))
INSERT_CHANGE = insert(_table(AnswerChange))
INSERT_AREA = insert(_table(AreaScore))
_AREA = _table(AreaScore).c
UPDATE_AREA = update(_table(AreaScore)).where(
    _AREA.inspection_id == bindparam("of_inspection"),
    _AREA.area_id == bindparam("of_area"),
    _AREA.side == bindparam("of_side"),
    _AREA.round == bindparam("of_round"),
)
