"""Dossier statistics (số liệu hồ sơ TTHC, Biểu II.06): the columns of the form and a report's figures.

Every figure is a whole number of dossiers or ``None``, which means «not reported» and is never read
as 0. Sources: TT 01/2020/TT-VPCP (Biểu II.06); domain reference 4.4, 8.1–8.3.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from . import late_dossiers, snapshots
from .refusals import sentence

# Larger counts are typing slips; the bound also fits a 32-bit column.
MOST = 999_999_999


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns 3–13 of one row of the form, in the order of the paper."""

    received_total: int | None = None
    received_online: int | None = None
    received_direct: int | None = None
    carried_over: int | None = None
    resolved_total: int | None = None
    resolved_early: int | None = None
    resolved_on_time: int | None = None
    resolved_late: int | None = None
    processing_total: int | None = None
    processing_in_time: int | None = None
    processing_overdue: int | None = None

    @property
    def empty(self) -> bool:
        return all(getattr(self, column.name) is None for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class Extras:
    """Figures asked at inspections beside the form; none of them is ever added to its columns.

    Postal figures count «lượt»: one dossier may count in both. What came in by post is part of
    column 5 already, what went out by post is part of the resolved dossiers.
    """

    postal_total: int | None = None
    postal_in: int | None = None
    postal_out: int | None = None
    postal_target: int | None = None
    apologies: int | None = None
    online_service_received: int | None = None
    procedures_total: int | None = None
    procedures_postal: int | None = None
    procedures_online_service: int | None = None
    procedures_online: int | None = None
    with_fee: int | None = None
    paid_online: int | None = None
    to_digitise: int | None = None
    digitised_in: int | None = None
    resolved_with_document: int | None = None
    digitised_out: int | None = None
    reused: int | None = None


def extras_to_json(extras: Extras) -> dict[str, int]:
    """What was reported, by name; the rest is left out."""
    return {name: value for name, value in asdict(extras).items() if value is not None}


def extras_from_json(data: Mapping[str, Any]) -> Extras:
    """The reverse of :func:`extras_to_json`; names that are no extra figures are passed over."""
    return Extras(**{each.name: data.get(each.name) for each in fields(Extras)})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form: its number, its heading on paper, its name inside a sentence."""

    number: int
    name: str
    heading: str
    words: str


COLUMNS = (
    Column(3, "received_total", sentence("Tổng số"), sentence("tổng tiếp nhận")),
    Column(4, "received_online", sentence("Trực tuyến"), sentence("trực tuyến")),
    Column(5, "received_direct", sentence("Trực tiếp, dịch vụ bưu chính"), sentence("trực tiếp")),
    Column(6, "carried_over", sentence("Từ kỳ trước"), sentence("kỳ trước")),
    Column(7, "resolved_total", sentence("Tổng số"), sentence("đã giải quyết")),
    Column(8, "resolved_early", sentence("Trước hạn"), sentence("trước hạn")),
    Column(9, "resolved_on_time", sentence("Đúng hạn"), sentence("đúng hạn")),
    Column(10, "resolved_late", sentence("Quá hạn"), sentence("giải quyết quá hạn")),
    Column(11, "processing_total", sentence("Tổng số"), sentence("đang giải quyết")),
    Column(12, "processing_in_time", sentence("Trong hạn"), sentence("đang giải quyết trong hạn")),
    Column(13, "processing_overdue", sentence("Quá hạn"), sentence("đang giải quyết quá hạn")),
)
COLUMN = {column.name: column for column in COLUMNS}

EXTRA_WORDS = {
    "postal_total": sentence("lượt hồ sơ qua bưu chính công ích"),
    "postal_in": sentence("tiếp nhận qua bưu chính"),
    "postal_out": sentence("trả kết quả qua bưu chính"),
    "postal_target": sentence("chỉ tiêu bưu chính được giao"),
    "apologies": sentence("hồ sơ quá hạn đã có văn bản xin lỗi"),
    "online_service_received": sentence("hồ sơ tiếp nhận của TTHC có DVC trực tuyến"),
    "procedures_total": sentence("tổng số TTHC"),
    "procedures_postal": sentence("TTHC thực hiện qua bưu chính"),
    "procedures_online_service": sentence("TTHC có DVC trực tuyến đã phát sinh hồ sơ"),
    "procedures_online": sentence("TTHC có phát sinh hồ sơ trực tuyến"),
    "with_fee": sentence("hồ sơ có nghĩa vụ tài chính"),
    "paid_online": sentence("hồ sơ thanh toán trực tuyến"),
    "to_digitise": sentence("hồ sơ tiếp nhận phải số hóa"),
    "digitised_in": sentence("hồ sơ đã số hóa thành phần"),
    "resolved_with_document": sentence("hồ sơ đã giải quyết có kết quả bằng văn bản"),
    "digitised_out": sentence("hồ sơ có kết quả điện tử"),
    "reused": sentence("hồ sơ có tái sử dụng dữ liệu"),
}

# Lĩnh vực TTHC a commune usually reports (domain reference 8.1); the rows a new form starts with.
COMMUNE_FIELDS = (
    "Hộ tịch",
    "Chứng thực",
    "Đất đai",
    "Xây dựng",
    "Hộ kinh doanh",
    "Bảo trợ xã hội",
    "Người có công",
    "Trẻ em",
    "Giáo dục",
    "Y tế",
    "Nông nghiệp – môi trường",
    "Văn hóa",
    "Thi đua – khen thưởng",
    "Tín ngưỡng – tôn giáo",
    "Tiếp công dân",
)


class OnlinePractice(StrEnum):
    """Three ways in use to count the online rate; a report says which it follows."""

    RECEIVED_IN_PERIOD = "cot_4_5"
    ALL = "cot_3"
    ONLINE_SERVICE = "dvctt"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form: a field (lĩnh vực TTHC) and its figures."""

    field: str
    figures: Figures


@dataclass(frozen=True)
class Report:
    """One filled form with all that is compared with it.

    ``total`` is the total row as reported. ``system``: the same row in the one-stop system.
    ``previous_processing``: column 11 of the period before. ``late_ledger``: entries in the ledger
    of late dossiers. ``ledger``: what these entries say, where there are any; they win over what was typed.
    """

    total: Figures
    lines: tuple[Line, ...] = ()
    extras: Extras = field(default_factory=Extras)
    system: Figures | None = None
    online_practice: OnlinePractice | None = None
    previous_processing: int | None = None
    late_ledger: int | None = None
    ledger: late_dossiers.LateCounts | None = snapshots.later(None)  # noqa: RUF009 – a field

    @property
    def apologies(self) -> int | None:
        return self.extras.apologies if self.ledger is None else self.ledger.apologised

    @property
    def late(self) -> int | None:
        """Dossiers that ran late, columns 10 + 13; ``None`` while one of them is not known."""
        late, overdue = self.total.resolved_late, with_overdue(self.total).processing_overdue
        return None if late is None or overdue is None else late + overdue


def with_overdue(total: Figures) -> Figures:
    """Where nothing is being processed, nothing of it is overdue, reported or not."""
    return replace(total, processing_overdue=0) if total.processing_total == 0 else total


def total_of(rows: Iterable[Figures]) -> Figures:
    """The total row: each column adds up what was reported; ``None`` where no row reports it."""
    rows = tuple(rows)
    sums: dict[str, int | None] = {}
    for column in COLUMNS:
        known = [value for row in rows if (value := getattr(row, column.name)) is not None]
        sums[column.name] = sum(known) if known else None
    return Figures(**sums)
