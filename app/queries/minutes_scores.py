"""The scores in the minutes: every criterion with both sides' answers, and what the unit said to the first round."""

from __future__ import annotations

from ..domain.answers import NO_ANSWER, AnswerState
from ..domain.checklists import Checklist, Criterion
from ..domain.explanations import Explanation as Said
from ..domain.explanations import Stance
from ..domain.minutes_scores import AreaLine, CriterionLine, GroupLine
from ..domain.scoring import UNSCORED
from .answers import answer_sheet
from .explanations import explanations_of

AGREED = "Đồng ý"

AGREED_BEFORE = "Đã đồng ý với điểm công bố trước đó; điểm này đổi sau khi đơn vị đồng ý"

NOTHING_OCCURRED = "Không phát sinh trong kỳ."


def scored_areas(inspection_id: int, checklist: Checklist, round_: int) -> tuple[AreaLine, ...]:
    """The round that counts; after a second one also the first, and what the unit said to that."""
    answers, said = answer_sheet(inspection_id, checklist, round_), explanations_of(inspection_id)

    def line(criterion: Criterion) -> CriterionLine:
        own = answers.own.get(criterion.id, NO_ANSWER)
        verified = answers.verified.get(criterion.id, NO_ANSWER)
        return CriterionLine(
            code=criterion.code,
            text=criterion.text,
            max_points=criterion.max_points,
            self_score=own.scored,
            verified=verified.scored,
            first=answers.first.get(criterion.id, NO_ANSWER).scored if answers.first else UNSCORED,
            explanation=_explanation(
                said.get(criterion.id), (answers.first or answers.verified).get(criterion.id, NO_ANSWER)
            ),
            reason="\n".join(filter(None, (verified.reason, verified.note))),
            evidence=criterion.evidence,
            na_reason=_na_reason(verified) or _na_reason(own),
        )

    return tuple(
        AreaLine(
            area.code,
            area.name,
            tuple(
                GroupLine(group.code, group.text, tuple(line(criterion) for criterion in group.criteria))
                for group in area.groups
            ),
        )
        for area in checklist.areas
    )


def _explanation(said: Said | None, answered: AnswerState) -> str:
    """«Đồng ý», or the unit's own words; ``answered``: the delegation's answer of the round it was said to."""
    if said is None or said.stance is None:
        return ""
    agreed = AGREED_BEFORE if said.outdated(answered) else AGREED
    return "\n".join(filter(None, (agreed if said.stance is Stance.ACCEPT else "", said.text)))


def _na_reason(answer: AnswerState) -> str:
    if not answer.scored.not_applicable:
        return ""
    return answer.na_reason or NOTHING_OCCURRED
