"""Sổ theo dõi hồ sơ trễ hạn: what an entry must say, what it lacks, what cannot be true.

A dossier is known by its code only; nobody's name belongs here. Every late dossier needs an explanation and
an apology letter with number, date and a new date of return.
Sources: NĐ 61/2018/NĐ-CP Điều 19 khoản 9; TT 01/2018/TT-VPCP Mẫu 04; Biểu II.07; domain reference 8.1–8.3.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from .personal import looks_personal
from .refusals import sentence

MOST_ENTRIES = 1000
PERSONAL = sentence(
    "Có họ tên, số giấy tờ hoặc số điện thoại của một người. Sổ không lưu những thông tin đó: hãy viết lại không"
    " nêu tên («người nộp hồ sơ»). Tên đường, phường, trường thì ghi kèm chữ «đường», «phường», «trường»."
)


class LateCause(StrEnum):
    """The causes Biểu II.07 lists."""

    FINANCE = "tai_chinh"
    OTHER_AGENCY = "co_quan_phoi_hop"
    VERIFICATION = "phuc_tap"
    STAFF = "nhan_luc"
    SYSTEM = "he_thong"
    APPLICANT = "cong_dan"
    OTHER = "khac"


CAUSE_WORDS = {
    LateCause.FINANCE: sentence("Chờ xác định nghĩa vụ tài chính"),
    LateCause.OTHER_AGENCY: sentence("Chờ ý kiến cơ quan phối hợp"),
    LateCause.VERIFICATION: sentence("Hồ sơ phức tạp phải xác minh"),
    LateCause.STAFF: sentence("Thiếu nhân lực, sau sắp xếp bộ máy"),
    LateCause.SYSTEM: sentence("Lỗi hệ thống, đồng bộ"),
    LateCause.APPLICANT: sentence("Công dân chậm bổ sung"),
    LateCause.OTHER: sentence("Khác"),
}


class Gap(StrEnum):
    """What an entry still lacks."""

    EXPLANATION = "giai_trinh"
    APOLOGY = "xin_loi"
    NEW_DATE = "hen_lai"


GAP_WORDS = {
    Gap.EXPLANATION: sentence("giải trình"),
    Gap.APOLOGY: sentence("văn bản xin lỗi"),
    Gap.NEW_DATE: sentence("ngày hẹn lại"),
}


@dataclass(frozen=True, slots=True)
class LateEntry:
    """One late dossier. ``returned_on`` is empty as long as it is being processed; ``cause`` explains in words."""

    code: str
    field: str = ""
    received_on: date | None = None
    due_on: date | None = None
    returned_on: date | None = None
    days_late: int | None = None
    cause_kind: LateCause | None = None
    cause: str = ""
    apology_number: str = ""
    apology_on: date | None = None
    reappointed_on: date | None = None
    reappointed_times: int | None = None
    published: bool = False

    @property
    def apologised(self) -> bool:
        """A letter that can be found again: number and date."""
        return bool(self.apology_number) and self.apology_on is not None

    @property
    def apologised_late(self) -> bool:
        """The letter must go out one day before the due date at the latest (NĐ 61/2018 Điều 19 khoản 9)."""
        return self.apology_on is not None and self.due_on is not None and self.apology_on >= self.due_on

    @property
    def gaps(self) -> tuple[Gap, ...]:
        lacks = {
            Gap.EXPLANATION: not self.cause,
            Gap.APOLOGY: not self.apologised,
            Gap.NEW_DATE: self.reappointed_on is None,
        }
        return tuple(gap for gap in Gap if lacks[gap])


@dataclass(frozen=True, slots=True)
class LateCounts:
    """A ledger in figures; ``incomplete`` entries lack something."""

    total: int
    explained: int
    apologised: int
    reappointed: int
    incomplete: int = 0


def days_late(due_on: date | None, returned_on: date | None, period_to: date) -> int | None:
    """Calendar days behind the due date; a dossier not yet returned is counted up to the end of the period."""
    if due_on is None:
        return None
    return max(((returned_on or period_to) - due_on).days, 0)


# --- what cannot be true ------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LateFault:
    """A sentence for one field of an entry."""

    field: str
    text: str
    params: dict[str, Any] = dataclasses.field(default_factory=dict)


# A new appointment further off than this is a slip of the pen.
_MOST_DAYS_MORE = 366
MOST_CODE = 60
_CODE = re.compile(r"[0-9A-ZĐ](?:[0-9A-ZĐ./_-]*[0-9A-ZĐ])?")
_DAY_IN_CODE = re.compile(r"-([0-9]{2})([0-9]{2})([0-9]{2})-[0-9]+")


def tidy_code(text: str) -> str:
    """As systems print it: capitals, no blanks around its dashes («h24.11 - 220901 - 0001»)."""
    return re.sub(r"\s*([./_-])\s*", r"\1", text.replace("–", "-").strip().upper())


def received_by_code(code: str) -> date | None:
    """The day of reception that official codes carry («H24.11-220901-0001»: 01/9/2022)."""
    found = _DAY_IN_CODE.search(code)
    if not found:
        return None
    try:
        return date(2000 + int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def faults(entry: LateEntry, period_from: date, period_to: date, today: date) -> Iterator[LateFault]:
    """Everything that keeps an entry out of the ledger of a period, each at its field."""
    code = entry.code
    if len(code) > MOST_CODE or not _CODE.fullmatch(code) or not any(sign.isdigit() for sign in code):
        yield LateFault(
            "code",
            sentence("Mã hồ sơ chỉ gồm chữ không dấu, số và các dấu . - / _, ví dụ H24.11-220901-0001."),
        )
    yield from _faults_of_days(entry, period_from, period_to, today)
    yield from _faults_of_apology(entry, today)
    for name in ("field", "cause", "apology_number"):
        if looks_personal(getattr(entry, name)):
            yield LateFault(name, PERSONAL)
    expected = days_late(entry.due_on, entry.returned_on, period_to)
    if entry.days_late is not None and expected is not None and entry.days_late != expected:
        yield LateFault(
            "days_late",
            sentence("Ghi trễ %(typed)s ngày nhưng theo ngày hẹn và ngày trả thì trễ %(days)s ngày."),
            {"typed": entry.days_late, "days": expected},
        )
    if entry.reappointed_on is None and entry.reappointed_times:
        yield LateFault("reappointed_on", sentence("Đã ghi số lần hẹn lại thì phải ghi ngày hẹn lại."))


def _faults_of_days(entry: LateEntry, start: date, end: date, today: date) -> Iterator[LateFault]:
    due, returned = entry.due_on, entry.returned_on
    received = entry.received_on
    if due is None:
        yield LateFault("due_on", sentence("Hãy ghi ngày hẹn trả."))
    if received and due and due < received:
        yield LateFault("due_on", sentence("Ngày hẹn trả trước ngày tiếp nhận."))
    if received and received > today:
        yield LateFault("received_on", sentence("Ngày tiếp nhận không được sau hôm nay."))
    if returned and returned > today:
        yield LateFault("returned_on", sentence("Ngày trả không được sau hôm nay."))
    elif returned and due and returned <= due:
        yield LateFault("returned_on", sentence("Trả vào hoặc trước ngày hẹn thì không phải hồ sơ trễ hạn."))
    elif returned and returned < start:
        yield LateFault(
            "returned_on", sentence("Hồ sơ đã trả trước kỳ báo cáo; hãy ghi vào sổ của kỳ trước.")
        )
    elif due and due >= end:
        yield LateFault("due_on", sentence("Đến hết kỳ báo cáo hồ sơ này chưa quá hạn."))


def _faults_of_apology(entry: LateEntry, today: date) -> Iterator[LateFault]:
    received = entry.received_on or received_by_code(entry.code)
    if entry.apology_on and entry.apology_on > today:
        yield LateFault("apology_on", sentence("Ngày văn bản xin lỗi không được sau hôm nay."))
    elif entry.apology_on and received and entry.apology_on < received:
        yield LateFault(
            "apology_on",
            sentence("Ngày văn bản xin lỗi trước ngày tiếp nhận hồ sơ (%(day)s)."),
            {"day": f"{received:%d/%m/%Y}"},
        )
    elif entry.apology_on and entry.returned_on and entry.apology_on > entry.returned_on:
        yield LateFault(
            "apology_on",
            sentence("Đã trả kết quả ngày %(day)s thì văn bản xin lỗi và hẹn lại không thể có sau ngày đó."),
            {"day": f"{entry.returned_on:%d/%m/%Y}"},
        )
    new = entry.reappointed_on
    if new is None or entry.due_on is None:
        return
    if new <= entry.due_on:
        yield LateFault("reappointed_on", sentence("Ngày hẹn lại phải sau ngày hẹn trả ban đầu."))
    elif entry.apology_on and new < entry.apology_on:
        yield LateFault("reappointed_on", sentence("Ngày hẹn lại trước ngày văn bản xin lỗi."))
    elif (new - entry.due_on).days > _MOST_DAYS_MORE:
        yield LateFault("reappointed_on", sentence("Ngày hẹn lại muộn hơn ngày hẹn trả quá một năm."))
