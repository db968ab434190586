"""What kinds of public offices there are, and how one follows another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from .checklists import UnitLevel
from .refusals import Invalid, sentence


class UnitKind(StrEnum):
    TRUNG_UONG = "trung_uong"
    TINH = "tinh"
    THANH_PHO_TW = "thanh_pho_tw"
    SO_NGANH = "so_nganh"
    QUAN = "quan"
    HUYEN = "huyen"
    THI_XA = "thi_xa"
    THANH_PHO_THUOC_TINH = "thanh_pho_thuoc_tinh"
    XA = "xa"
    PHUONG = "phuong"
    THI_TRAN = "thi_tran"
    DAC_KHU = "dac_khu"
    PHONG_CHUYEN_MON = "phong_chuyen_mon"
    TT_PVHCC = "tt_pvhcc"
    DON_VI_SU_NGHIEP = "don_vi_su_nghiep"


class SuccessionType(StrEnum):
    MERGE = "merge"
    SPLIT = "split"
    PART = "part"
    RENAME = "rename"
    UPGRADE = "upgrade"
    DISSOLVE = "dissolve"


_XA = {UnitKind.XA, UnitKind.PHUONG, UnitKind.THI_TRAN, UnitKind.DAC_KHU}
COMMUNES = frozenset(_XA)
# Every office lies below one of these; that makes it nobody's own.
TERRITORIES = frozenset({UnitKind.TRUNG_UONG, UnitKind.TINH, UnitKind.THANH_PHO_TW})
# Successions in which the people of the old unit are those of the new one.
LIVES_ON = frozenset(
    {SuccessionType.MERGE, SuccessionType.SPLIT, SuccessionType.RENAME, SuccessionType.UPGRADE}
)
_HUYEN = {UnitKind.QUAN, UnitKind.HUYEN, UnitKind.THI_XA, UnitKind.THANH_PHO_THUOC_TINH}


def level_of(kind: UnitKind) -> UnitLevel:
    """The checklist level a unit is inspected with."""
    if kind in _XA:
        return UnitLevel.XA
    return UnitLevel.HUYEN if kind in _HUYEN else UnitLevel.SO


def office_of(line: Sequence[tuple[int, UnitKind]]) -> int | None:
    """The unit whose area an office works for: the nearest xã, quận, tỉnh or the whole country above it, or itself.

    ``line``: the units from the root down to the office. A sở works for its province, a phòng for its quận.
    """
    area = (
        unit_id
        for unit_id, kind in reversed(line)
        if kind in TERRITORIES or level_of(kind) is not UnitLevel.SO
    )
    return next(area, line[-1][0] if line else None)


@dataclass(frozen=True, slots=True)
class Validity:
    """The days on which a unit exists, both included; without ``last`` it still exists."""

    first: date
    last: date | None = None

    def __post_init__(self) -> None:
        if self.last is not None and self.last < self.first:
            raise Invalid(
                sentence("Ngày kết thúc không được trước ngày bắt đầu hoạt động."), field="valid_to"
            )

    def __contains__(self, day: date) -> bool:
        return self.first <= day and (self.last is None or day <= self.last)

    def overlaps(self, other: Validity) -> bool:
        return (other.last is None or self.first <= other.last) and (
            self.last is None or other.first <= self.last
        )


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit as it is entered; ``code`` is the code of the national list (QĐ 19/2025/QĐ-TTg)."""

    name: str
    kind: UnitKind
    valid: Validity
    code: str | None = None
    code_edoc: str | None = None
    parent_id: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Succession:
    """From ``day`` on the old units live on in the new ones, wholly or in part; n:m."""

    day: date
    type: SuccessionType
    legal_document: str = ""
    note: str = ""

    @property
    def ends_predecessors(self) -> bool:
        """A unit that gave away a part of itself goes on; every other succession ends it."""
        return self.type is not SuccessionType.PART

    @property
    def last_day_before(self) -> date:
        return self.day - timedelta(days=1)


def check_succession(succession: Succession, old: Validity, new: Validity) -> None:
    """Raises :class:`Invalid` when the old or the new unit cannot take part on that day."""
    if succession.day not in new:
        raise Invalid(
            sentence("Đơn vị kế thừa chưa hoạt động hoặc đã kết thúc vào ngày có hiệu lực."),
            field="successor",
        )
    if succession.last_day_before not in old:
        raise Invalid(
            sentence("Đơn vị cũ không hoạt động vào ngày liền trước ngày có hiệu lực."), field="day"
        )
    if succession.ends_predecessors and old.last not in (None, succession.last_day_before):
        raise Invalid(sentence("Đơn vị cũ đã được ghi kết thúc vào một ngày khác."), field="day")
