"""The names in a checklist workbook: sheets, labels, columns, ranks, and which rule uses which column."""

from __future__ import annotations

from enum import StrEnum

from app.domain.checklists import RuleKind

INFO = "Thông tin"
CRITERIA = "Tiêu chí"


class Label(StrEnum):
    """Column A of «Thông tin», in the order of the export."""

    NAME = "Tên bộ tiêu chí"
    VERSION = "Phiên bản"
    LEVEL = "Cấp đơn vị"
    SCALE = "Thang điểm"
    BONUS_MAX = "Điểm thưởng tối đa"
    DEDUCTION_MAX = "Điểm trừ tối đa"
    VALID_FROM = "Áp dụng từ ngày"
    NOTE = "Ghi chú"


class Col(StrEnum):
    """The nineteen columns of «Tiêu chí», in the order of the export."""

    CODE = "Mã"
    RANK = "Cấp"
    TEXT = "Nội dung"
    POINTS = "Điểm tối đa"
    RULE = "Cách chấm"
    LEVELS = "Các mức"
    NUMERATOR = "Tử số"
    DENOMINATOR = "Mẫu số"
    FULL_AT = "Đạt tối đa từ (%)"
    ZERO_BELOW = "0 điểm dưới (%)"
    BETWEEN = "Cách tính ở giữa"
    ZERO_DEN = "Mẫu số bằng 0"
    PER = "Trừ mỗi lỗi"
    FAULT_UNIT = "Đơn vị lỗi"
    MAY_BE_NA = "Cho phép không áp dụng (x)"
    EVIDENCE = "Tài liệu kiểm chứng"
    LEGAL_BASIS = "Căn cứ"
    FIGURE = "Số liệu tự động"
    IN_CHARGE = "Thành viên phụ trách"


class Rank(StrEnum):
    """Cấp: lĩnh vực, tiêu chí, tiêu chí thành phần."""

    AREA = "LV"
    GROUP = "TC"
    CRITERION = "TCTP"


# A code has as many numbers as its rank: 1, 1.1, 1.1.1.
RANKS = (Rank.AREA, Rank.GROUP, Rank.CRITERION)

PARAMETERS = {
    RuleKind.YES_NO: (),
    RuleKind.LEVELS: (Col.LEVELS,),
    RuleKind.RATIO: (
        Col.NUMERATOR,
        Col.DENOMINATOR,
        Col.FULL_AT,
        Col.ZERO_BELOW,
        Col.BETWEEN,
        Col.ZERO_DEN,
    ),
    RuleKind.PENALTY: (Col.PER, Col.FAULT_UNIT),
    RuleKind.FREE: (),
}
ALL_PARAMETERS = tuple(col for columns in PARAMETERS.values() for col in columns)
# Columns that say something about a criterion only.
OF_CRITERIA = (Col.EVIDENCE, Col.LEGAL_BASIS, Col.FIGURE)
OF_NUMBERS = (Col.POINTS, Col.FULL_AT, Col.ZERO_BELOW, Col.PER)
