"""Which criteria the unit must say something about before it sends its explanations."""

from __future__ import annotations

import pytest

from app.domain.answers import NO_ANSWER, AnswerState
from app.domain.explanations import criteria_to_answer, needs_answer, require_answered
from app.domain.refusals import Conflict
from app.domain.scoring import FreeInput
from tests.domain.test_locking import CHECKLIST, COUNT, CRITERIA, NA, YES, ZERO

ALL = range(1, COUNT + 1)


@pytest.mark.parametrize(
    ("own", "verified", "needed"),
    [
        (YES, YES, False),
        (YES, ZERO, True),
        (ZERO, YES, True),
        (YES, NA, True),
        (NA, NA, False),
        (NO_ANSWER, YES, False),
        (NO_ANSWER, ZERO, True),
        (NO_ANSWER, AnswerState(value=FreeInput(99), points=99, version=1), True),
        (NO_ANSWER, NA, False),
        (NO_ANSWER, NO_ANSWER, False),
        (YES, NO_ANSWER, False),
    ],
)
def test_what_differs_or_without_a_self_score_is_below_the_maximum(own, verified, needed):
    assert needs_answer(CRITERIA[0], own, verified) is needed


def test_what_is_left_is_counted_and_named():
    own, verified = dict.fromkeys(ALL, YES), dict.fromkeys(ALL, ZERO) | {2: YES}
    assert [c.id for c in criteria_to_answer(CHECKLIST, own, verified)] == [1, *range(3, COUNT + 1)]
    with pytest.raises(
        Conflict, match=rf"còn {COUNT - 2} tiêu chí .*\(1\.1\.3, 1\.1\.4, 1\.1\.5, 1\.1\.6, 1\.1\.7 …\)"
    ):
        require_answered(CHECKLIST, own, verified, {1})
    require_answered(CHECKLIST, own, verified, set(ALL) - {2})
