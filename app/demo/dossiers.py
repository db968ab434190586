"""Dossier figures of the two public reports; what a report does not say stays unreported (``None``)."""

from __future__ import annotations

from datetime import date

from ..domain.late_dossiers import LateCause, LateEntry

# Phường Cầu Tre, 01/01–15/9/2022: no split of the received and resolved dossiers but these.
WARD = {
    "received_total": 4545,
    "received_online": 2756,
    "resolved_total": 4545,
    "resolved_late": 4,
    "processing_total": 0,
}
# Thành phố Bắc Kạn, 01/01/2021–30/6/2022.
CITY = {
    "received_total": 10363,
    "received_online": 832,
    "received_direct": 9465,
    "carried_over": 66,
    "resolved_total": 10261,
    "resolved_early": 7620,
    "resolved_on_time": 2641,
    "resolved_late": 0,
    "processing_total": 102,
    "processing_in_time": 102,
    "processing_overdue": 0,
}
CITY_EXTRA = {
    "postal_total": 1247,
    "postal_in": 390,
    "postal_out": 857,
    "procedures_total": 258,
    "procedures_postal": 133,
}

# The report counts four late dossiers in the ward and tells nothing more of them: codes, causes and letters below
# are made up for the demonstration, and say so. One still waits for its letter.
MADE_UP = "(số liệu minh họa)"
LATE = (
    LateEntry(
        code="H24.99-220907-0001",
        field="Đất đai",
        due_on=date(2022, 9, 8),
        returned_on=date(2022, 9, 12),
        days_late=4,
        cause_kind=LateCause.FINANCE,
        cause=f"Chờ cơ quan thuế xác định nghĩa vụ tài chính {MADE_UP}",
        apology_number="01/PXL",
        apology_on=date(2022, 9, 7),
        reappointed_on=date(2022, 9, 12),
        reappointed_times=1,
        published=True,
    ),
    LateEntry(
        code="H24.99-220815-0002",
        field="Xây dựng",
        due_on=date(2022, 8, 30),
        returned_on=date(2022, 9, 1),
        days_late=2,
        cause_kind=LateCause.OTHER_AGENCY,
        cause=f"Chờ ý kiến của cơ quan phối hợp về chỉ giới {MADE_UP}",
        apology_number="02/PXL",
        apology_on=date(2022, 8, 29),
        reappointed_on=date(2022, 9, 1),
        reappointed_times=1,
        published=True,
    ),
    LateEntry(
        code="H24.99-220711-0003",
        field="Hộ tịch",
        due_on=date(2022, 7, 14),
        returned_on=date(2022, 7, 15),
        days_late=1,
        cause_kind=LateCause.SYSTEM,
        cause=f"Lỗi đồng bộ với cơ sở dữ liệu quốc gia về dân cư {MADE_UP}",
        apology_number="03/PXL",
        apology_on=date(2022, 7, 14),
        reappointed_on=date(2022, 7, 15),
        reappointed_times=1,
    ),
    LateEntry(
        code="H24.99-220905-0004",
        field="Bảo trợ xã hội",
        due_on=date(2022, 9, 9),
        returned_on=date(2022, 9, 14),
        days_late=5,
        cause_kind=LateCause.VERIFICATION,
        cause=f"Phải xác minh lại hoàn cảnh của đối tượng {MADE_UP}",
    ),
)
