"""The states of an inspection and what each allows: one table.

Source: the sequence of real inspections (domain reference, 5.1 and 5.2). After the minutes are
signed, scores, findings and quoted figures do not change any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from .access import TABLE, Action, Role
from .deadlines import check_explain_due
from .refusals import Conflict, Forbidden, Invalid, sentence


class CampaignKind(StrEnum):
    KIEM_TRA = "kiem_tra"
    GIAM_SAT = "giam_sat"


class InspectionKind(StrEnum):
    DINH_KY = "dinh_ky"
    DOT_XUAT = "dot_xuat"
    CHUYEN_DE = "chuyen_de"
    PHUC_TRA = "phuc_tra"
    QUA_BAO_CAO = "qua_bao_cao"


class State(StrEnum):
    DU_THAO = "du_thao"
    DA_CO_QUYET_DINH = "da_co_quyet_dinh"
    CHO_DON_VI_BAO_CAO = "cho_don_vi_bao_cao"
    DANG_TU_CHAM = "dang_tu_cham"
    DA_CHOT_TU_CHAM = "da_chot_tu_cham"
    DANG_KIEM_TRA = "dang_kiem_tra"
    CHO_GIAI_TRINH = "cho_giai_trinh"
    DA_GIAI_TRINH = "da_giai_trinh"
    THAM_DINH_LAN_2 = "tham_dinh_lan_2"
    CHO_KY_BIEN_BAN = "cho_ky_bien_ban"
    DA_KY_BIEN_BAN = "da_ky_bien_ban"
    DU_THAO_KET_LUAN = "du_thao_ket_luan"
    DA_BAN_HANH_KET_LUAN = "da_ban_hanh_ket_luan"
    THEO_DOI_KHAC_PHUC = "theo_doi_khac_phuc"
    KET_THUC = "ket_thuc"
    HUY = "huy"


class Side(StrEnum):
    """Whose answer: the unit's own (tự chấm) or the delegation's (thẩm định)."""

    SELF = "self"
    VERIFIED = "verified"


class FindingKind(StrEnum):
    UU_DIEM = "uu_diem"
    TON_TAI = "ton_tai"


class Severity(StrEnum):
    NHE = "nhe"
    TRUNG_BINH = "trung_binh"
    NGHIEM_TRONG = "nghiem_trong"


class FindingState(StrEnum):
    MOI = "moi"
    DA_THONG_BAO = "da_thong_bao"
    DANG_KHAC_PHUC = "dang_khac_phuc"
    DA_BAO_CAO = "da_bao_cao"
    CHUA_DAT = "chua_dat"
    DA_KHAC_PHUC = "da_khac_phuc"


class Direction(StrEnum):
    """Delegation → unit (yêu cầu), unit → superior (đề xuất, kiến nghị); in a giám sát also delegation →
    others (sở, ngành, UBND tỉnh)."""

    TO_UNIT = "to_unit"
    TO_OTHERS = "to_others"
    TO_SUPERIOR = "to_superior"


# Until the visit begins, the self-score may be worked on; unannounced visits skip it.
_BEFORE_VISIT = frozenset({State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM})
# The unit is asked for its self-score, or has handed it in.
SELF_SCORING = frozenset({State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM})
# Both rounds of the delegation's scores.
_VISIT = frozenset({State.DANG_KIEM_TRA, State.THAM_DINH_LAN_2})
_EXPLAINING = frozenset({State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH})
# The delegation has not come yet, or never will: who sits in it may still be arranged.
NOT_BEGUN = _BEFORE_VISIT | {State.DU_THAO, State.DA_CHOT_TU_CHAM, State.HUY}
# Minutes signed, or called off: nothing more is found or scored there.
CLOSED = frozenset(
    {
        State.DA_KY_BIEN_BAN,
        State.DU_THAO_KET_LUAN,
        State.DA_BAN_HANH_KET_LUAN,
        State.THEO_DOI_KHAC_PHUC,
        State.KET_THUC,
        State.HUY,
    }
)
_UNTIL_SIGNED = frozenset(State) - CLOSED
# In the second round the unit goes on seeing the first, which was published to it (`round_shown_to_unit`).
_SCORES_PUBLIC = (
    frozenset(State) - _UNTIL_SIGNED - {State.HUY}
    | _EXPLAINING
    | {State.THAM_DINH_LAN_2, State.CHO_KY_BIEN_BAN}
)

ALLOWED_IN: dict[Action, frozenset[State]] = {
    Action.SCORE_SELF: _BEFORE_VISIT,
    Action.SCORE_VERIFIED: _VISIT,
    Action.APPROVE_NA: _VISIT,
    Action.ADJUST_SCORE: _VISIT,
    Action.EXPLAIN: frozenset({State.CHO_GIAI_TRINH}),
    Action.SIGN_AREA: _VISIT,
    Action.DECIDE_OPINION: _VISIT,
    Action.WRITE_FINDINGS: _VISIT | {State.CHO_KY_BIEN_BAN},
    Action.WRITE_PROPOSALS: _BEFORE_VISIT
    | _VISIT
    | _EXPLAINING
    | {State.DA_CHOT_TU_CHAM, State.CHO_KY_BIEN_BAN},
    Action.WRITE_MINUTES: _UNTIL_SIGNED,
    Action.WRITE_OPINION: _UNTIL_SIGNED,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One way from a state to the next, and who may go it; ``label`` is the words on the button.

    ``needs_due``: a deadline is set with it. ``early_reason``: it needs a reason as long as the deadline for
    explanations has not passed. ``round``: the way exists in this round only.
    """

    to: State
    label: str
    roles: frozenset[Role]
    needs_reason: bool = False
    back: bool = False
    needs_due: bool = False
    early_reason: bool = False
    round: int | None = None


# Who may is said in the one table; here only when.
_HEADS = TABLE[Action.STEER_INSPECTION]
_UNIT_HEAD = TABLE[Action.LOCK_SELF]
_PLANNERS = _HEADS | {Role.SECRETARY}
_CANCEL = Step(State.HUY, sentence("Hủy cuộc kiểm tra"), _HEADS, needs_reason=True, back=True)

STEPS: dict[State, tuple[Step, ...]] = {
    State.DU_THAO: (
        Step(State.DA_CO_QUYET_DINH, sentence("Ghi nhận quyết định thành lập đoàn"), _PLANNERS),
        _CANCEL,
    ),
    State.DA_CO_QUYET_DINH: (
        Step(State.DANG_TU_CHAM, sentence("Mở cho đơn vị tự chấm"), _PLANNERS),
        Step(State.DANG_KIEM_TRA, sentence("Bắt đầu kiểm tra (bỏ qua tự chấm)"), _HEADS),
        _CANCEL,
    ),
    State.CHO_DON_VI_BAO_CAO: (
        Step(State.DANG_TU_CHAM, sentence("Mở cho đơn vị tự chấm"), _PLANNERS),
        _CANCEL,
    ),
    State.DANG_TU_CHAM: (
        Step(State.DA_CHOT_TU_CHAM, sentence("Chốt tự chấm"), _UNIT_HEAD),
        Step(State.DANG_KIEM_TRA, sentence("Bắt đầu kiểm tra (đơn vị chưa chốt)"), _HEADS, needs_reason=True),
        _CANCEL,
    ),
    State.DA_CHOT_TU_CHAM: (
        Step(State.DANG_KIEM_TRA, sentence("Bắt đầu kiểm tra"), _HEADS),
        Step(State.DANG_TU_CHAM, sentence("Mở lại tự chấm"), _HEADS, needs_reason=True, back=True),
        _CANCEL,
    ),
    State.DANG_KIEM_TRA: (
        Step(State.CHO_KY_BIEN_BAN, sentence("Chốt điểm, công bố cho đơn vị"), _HEADS),
        Step(State.CHO_GIAI_TRINH, sentence("Công bố để đơn vị giải trình"), _HEADS, needs_due=True, round=1),
        _CANCEL,
    ),
    State.CHO_GIAI_TRINH: (
        Step(State.DA_GIAI_TRINH, sentence("Gửi giải trình"), _UNIT_HEAD),
        Step(State.THAM_DINH_LAN_2, sentence("Bắt đầu thẩm định lần 2"), _HEADS, early_reason=True),
        Step(State.DANG_KIEM_TRA, sentence("Rút lại công bố"), _HEADS, needs_reason=True, back=True),
        _CANCEL,
    ),
    State.DA_GIAI_TRINH: (
        Step(State.THAM_DINH_LAN_2, sentence("Bắt đầu thẩm định lần 2"), _HEADS),
        Step(State.CHO_KY_BIEN_BAN, sentence("Chốt điểm theo lần 1"), _HEADS),
        Step(
            State.CHO_GIAI_TRINH,
            sentence("Mở lại giải trình"),
            _HEADS,
            needs_reason=True,
            back=True,
            needs_due=True,
        ),
        _CANCEL,
    ),
    State.THAM_DINH_LAN_2: (
        Step(State.CHO_KY_BIEN_BAN, sentence("Chốt điểm, công bố cho đơn vị"), _HEADS),
        _CANCEL,
    ),
    State.CHO_KY_BIEN_BAN: (
        Step(State.DA_KY_BIEN_BAN, sentence("Ghi nhận biên bản đã ký"), _HEADS),
        Step(
            State.DANG_KIEM_TRA, sentence("Mở lại chấm điểm"), _HEADS, needs_reason=True, back=True, round=1
        ),
        Step(
            State.THAM_DINH_LAN_2,
            sentence("Mở lại thẩm định lần 2"),
            _HEADS,
            needs_reason=True,
            back=True,
            round=2,
        ),
    ),
    # One press on the page of the conclusion goes these three (domain/conclusions.py).
    State.DA_KY_BIEN_BAN: (Step(State.DU_THAO_KET_LUAN, sentence("Soạn kết luận"), _HEADS),),
    State.DU_THAO_KET_LUAN: (Step(State.DA_BAN_HANH_KET_LUAN, sentence("Ban hành kết luận"), _HEADS),),
    State.DA_BAN_HANH_KET_LUAN: (Step(State.THEO_DOI_KHAC_PHUC, sentence("Theo dõi khắc phục"), _HEADS),),
    State.THEO_DOI_KHAC_PHUC: (Step(State.KET_THUC, sentence("Kết thúc cuộc kiểm tra"), _HEADS),),
    State.KET_THUC: (),
    # Called off by mistake: back to the beginning, with what was typed.
    State.HUY: (
        Step(State.DU_THAO, sentence("Khôi phục cuộc kiểm tra"), _HEADS, needs_reason=True, back=True),
    ),
}


def allows(state: State, action: Action) -> bool:
    """Whether an inspection in this state takes the action; actions without an entry need no state."""
    return action not in ALLOWED_IN or state in ALLOWED_IN[action]


def require_state(state: State, action: Action) -> None:
    """Raises :class:`Conflict` with a sentence when the state does not take the action now."""
    if not allows(state, action):
        raise Conflict(sentence("Cuộc kiểm tra đang ở bước không cho phép việc này."))


# Where nothing is scored (giám sát) there is no self-score to open or lock, and the words are others.
_OF_SCORES = SELF_SCORING | {State.THAM_DINH_LAN_2} | _EXPLAINING
_UNSCORED_LABELS = {
    State.DANG_KIEM_TRA: sentence("Bắt đầu làm việc tại đơn vị"),
    State.CHO_KY_BIEN_BAN: sentence("Chuyển sang ký biên bản"),
}
_REOPEN = sentence("Mở lại để làm việc tiếp")


def steps_from(
    state: State, scoring: bool = True, round_: int = 1, kind: InspectionKind | None = None
) -> tuple[Step, ...]:
    """All ways out of a state in a round, for an inspection that is scored or not; unannounced, no self-score."""
    if scoring:
        skipped = SELF_SCORING if kind is InspectionKind.DOT_XUAT else frozenset()
        return tuple(step for step in STEPS[state] if step.round in {None, round_} and step.to not in skipped)
    return tuple(
        replace(step, label=_REOPEN if step.back else _UNSCORED_LABELS[step.to])
        if step.to in _UNSCORED_LABELS
        else step
        for step in STEPS[state]
        if step.to not in _OF_SCORES
    )


def steps_for(
    state: State,
    role: Role | None,
    scoring: bool = True,
    round_: int = 1,
    kind: InspectionKind | None = None,
) -> tuple[Step, ...]:
    return tuple(step for step in steps_from(state, scoring, round_, kind) if role in step.roles)


def round_shown_to_unit(state: State, round_: int) -> int:
    """The round of the delegation's scores that the inspected unit may see: never drafts of the second."""
    return 1 if state is State.THAM_DINH_LAN_2 else round_


def minutes_are_public(state: State) -> bool:
    """Whether the unit may read the minutes: not while both sides still speak about the scores."""
    return scores_are_public(state) and state not in _EXPLAINING and state is not State.THAM_DINH_LAN_2


def scores_are_public(state: State) -> bool:
    """Whether the unit may see the delegation's scores by the state alone."""
    return state in _SCORES_PUBLIC


def find_step(
    state: State,
    to: State,
    role: Role | None,
    reason: str,
    scoring: bool = True,
    round_: int = 1,
    kind: InspectionKind | None = None,
    *,
    early: bool = False,
) -> Step:
    """The step from ``state`` to ``to``, if this role may take it with this reason.

    ``early``: the deadline for explanations has not passed yet. Raises :class:`Conflict` when there is no
    such way from here (any more), :class:`Forbidden` when it is another's to go, :class:`Invalid` when its
    reason is missing.
    """
    step = next((step for step in steps_from(state, scoring, round_, kind) if step.to is to), None)
    if step is None:
        raise Conflict(sentence("Cuộc kiểm tra đã chuyển sang bước khác. Hãy xem lại trang này."))
    if role not in step.roles:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    step = as_of(step, early)
    if step.needs_reason and not reason:
        raise Invalid(sentence("Hãy ghi lý do."), field="reason")
    return step


def as_of(step: Step, early: bool) -> Step:
    """The step as it is today: while the deadline for explanations runs, some need a reason."""
    return replace(step, needs_reason=True) if step.early_reason and early else step


def is_early(explain_due_on: date | None, today: date) -> bool:
    """Whether the unit still has time to explain; the last day belongs to it."""
    return explain_due_on is not None and today <= explain_due_on


def require_due(step: Step, due_on: date | None, today: date) -> None:
    """Raises :class:`Invalid` when a step that sets a deadline has none, or one nobody can mean."""
    if step.needs_due:
        check_explain_due(due_on, today)


# While the self-score may still be worked on, or must be again, it is not locked.
_SELF_OPEN = _BEFORE_VISIT | {State.DU_THAO}


def unlocks_self(state: State) -> bool:
    """Whether an inspection that comes to this state has an open self-score again."""
    return state in _SELF_OPEN


# What describes an inspection may be put right until its minutes wait to be signed.
EDITABLE = _UNTIL_SIGNED - {State.CHO_KY_BIEN_BAN}
