"""When an inspected unit learns of an inspection: with the decision; of an unannounced one when it begins."""

from __future__ import annotations

from .inspections import SELF_SCORING, InspectionKind, State
from .refusals import Invalid, sentence

# A draft is its planners' alone.
_DRAFTS = frozenset({State.DU_THAO})
BEFORE_VISIT = _DRAFTS | {State.DA_CO_QUYET_DINH, State.CHO_DON_VI_BAO_CAO} | SELF_SCORING


def untold_states(kind: InspectionKind) -> frozenset[State]:
    """The states in which the unit does not know of it yet."""
    return BEFORE_VISIT if kind is InspectionKind.DOT_XUAT else _DRAFTS


def is_told(state: State, kind: InspectionKind) -> bool | None:
    """Whether the unit knows of it; ``None`` when called off: that depends on where it stood before."""
    return None if state is State.HUY else state not in untold_states(kind)


def require_still_secret(kind: InspectionKind, before: InspectionKind, state: State) -> None:
    """Raises :class:`Invalid` when what the unit is working on already would become unannounced."""
    if kind is InspectionKind.DOT_XUAT and kind is not before and state in SELF_SCORING:
        raise Invalid(
            sentence("Đơn vị đã được báo để tự chấm, không đổi thành kiểm tra đột xuất được nữa."),
            field="kind",
        )
