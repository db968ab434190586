"""Giám sát by the people's council: what is different from kiểm tra (domain reference, 5.1).

A council's delegation goes to communes first (điểm khảo sát), then sits with the committee above them. A visit is an
inspection of its own, with its own unit, date, findings and minutes; it belongs to the session, once and for all.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from .inspections import CLOSED, EDITABLE, CampaignKind, InspectionKind, State
from .refusals import Conflict, Invalid, sentence

# What a council's delegation does; «đột xuất» and «phúc tra» are words of kiểm tra.
KINDS = (InspectionKind.CHUYEN_DE, InspectionKind.DINH_KY, InspectionKind.QUA_BAO_CAO)

_NOT_YET = frozenset(
    {
        State.DU_THAO,
        State.DA_CO_QUYET_DINH,
        State.CHO_DON_VI_BAO_CAO,
        State.DANG_TU_CHAM,
        State.DA_CHOT_TU_CHAM,
    }
)


@dataclass(frozen=True, slots=True)
class Place:
    """A unit that is to be visited; ``path`` is «/1/5/77/»."""

    name: str
    path: str


def is_open(state: State) -> bool:
    """Whether a visit still has something to do before its session may be signed."""
    return state not in CLOSED


def has_been_there(state: State) -> bool:
    """Whether the minutes of the session may say that the delegation was there."""
    return state not in _NOT_YET and state is not State.HUY


def takes_visits(campaign: CampaignKind, is_visit: bool, state: State) -> bool:
    """Whether field visits may be added to it now."""
    return campaign is CampaignKind.GIAM_SAT and not is_visit and state in EDITABLE


def require_session(campaign: CampaignKind, is_visit: bool, state: State) -> None:
    """Raises :class:`Conflict` with the reason why this takes no field visits."""
    if campaign is not CampaignKind.GIAM_SAT:
        raise Conflict(sentence("Chỉ cuộc giám sát có điểm khảo sát."))
    if is_visit:
        raise Conflict(sentence("Điểm khảo sát không có điểm khảo sát con."))
    if not takes_visits(campaign, is_visit, state):
        raise Conflict(
            sentence("Cuộc giám sát đã chuyển sang ký biên bản nên không thêm được điểm khảo sát.")
        )


def check_places(session_path: str, places: Iterable[Place]) -> None:
    """Only what lies below the unit of the session is visited for it."""
    outside = [
        place.name
        for place in places
        if not place.path.startswith(session_path) or place.path == session_path or not session_path
    ]
    if outside:
        raise Invalid(
            sentence("Không thuộc đơn vị được giám sát: %(units)s."),
            field="unit_ids",
            units="; ".join(outside),
        )


def require_closed(to: State, open_visits: Iterable[str]) -> None:
    """The minutes of a session tell what was found at its visits, so those are signed first.

    A session is not called off either while its delegation is still on the way.
    """
    names = "; ".join(open_visits)
    if names and to is State.DA_KY_BIEN_BAN:
        raise Conflict(sentence("Hãy ký biên bản hoặc hủy các điểm khảo sát trước: %(units)s."), units=names)
    if names and to is State.HUY:
        raise Conflict(sentence("Hãy hủy hoặc kết thúc các điểm khảo sát trước: %(units)s."), units=names)


def require_session_open(session: State) -> None:
    """A visit that was called off comes back only while its session is not signed."""
    if not is_open(session):
        raise Conflict(
            sentence("Cuộc giám sát đã ký biên bản hoặc đã hủy nên không khôi phục được điểm khảo sát.")
        )
