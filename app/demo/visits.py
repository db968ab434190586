"""Field visits of the demonstration's giám sát.

The wards are real and belonged to the city then. The report does not say where the delegation went nor what it found
there: days and sentences here are made for the demonstration.
"""

from __future__ import annotations

from datetime import date

from ..domain.inspections import Direction, FindingKind, State

Found = tuple[FindingKind, str]
Asked = tuple[Direction, str, str, date | None]

# Name, code, day, state, what was found, what was asked for (direction, of whom, what, by when).
VISITS: tuple[tuple[str, str, date, State, tuple[Found, ...], tuple[Asked, ...]], ...] = (
    (
        "Phường Đức Xuân",
        "01840",
        date(2022, 11, 1),
        State.DANG_KIEM_TRA,
        (
            (FindingKind.UU_DIEM, "Bộ phận Một cửa niêm yết đầy đủ thủ tục hành chính thuộc thẩm quyền."),
            (FindingKind.TON_TAI, "Số hồ sơ nộp trực tuyến còn ít; máy tính cho người dân tra cứu đã cũ."),
        ),
        (
            (
                Direction.TO_UNIT,
                "UBND phường",
                "Phân công công chức hướng dẫn người dân nộp hồ sơ trực tuyến tại Bộ phận Một cửa.",
                date(2022, 12, 31),
            ),
            (
                Direction.TO_OTHERS,
                "Sở Thông tin và Truyền thông",
                "Khắc phục lỗi chậm của phần mềm một cửa vào giờ cao điểm.",
                None,
            ),
        ),
    ),
    (
        "Phường Sông Cầu",
        "01837",
        date(2022, 11, 2),
        State.DANG_KIEM_TRA,
        ((FindingKind.TON_TAI, "Chưa có báo cáo tự kiểm tra công tác cải cách hành chính năm 2021."),),
        (),
    ),
)
