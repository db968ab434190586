"""The columns of a criterion's scoring rule, read and checked."""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise

from app.domain.checklists import (
    Between,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    Rule,
    RuleKind,
    YesNo,
    ZeroDen,
)

from .checklist_columns import ALL_PARAMETERS, PARAMETERS, Col
from .checklist_lines import Line, short, shown, shown_points

# « = number» followed by «;» or the end closes a level, so a label may hold «;» and «≥ 90», «>= 90;».
_END_OF_LEVEL = re.compile(r"(?<![<>=!≤≥])=\s*(-?[0-9]{1,7}(?:[.,][0-9]{1,9})?)\s*(?:;|$)")


def read_rule(line: Line, max_points: int | None) -> Rule | None:
    """The rule of a criterion's row; ``None`` when a fault was noted."""
    kind = line.one_of(Col.RULE, RuleKind, "thiếu cách chấm.", "cách chấm «%s» không có.")
    if kind is None:
        return None
    for column in ALL_PARAMETERS:
        if column not in PARAMETERS[kind] and line.filled(column):
            line.fault(column, f"«{column}» không dùng cho cách chấm {kind}.")
    match kind:
        case RuleKind.LEVELS:
            return _levels(line, max_points)
        case RuleKind.RATIO:
            return _ratio(line)
        case RuleKind.PENALTY:
            return _penalty(line, max_points)
        case RuleKind.YES_NO:
            return YesNo()
        case RuleKind.FREE:
            return Free()


def _levels(line: Line, max_points: int | None) -> Levels | None:
    text = line.text(Col.LEVELS, missing="thiếu các mức.")
    if text is None:
        return None
    try:
        levels = levels_of(text)
    except ValueError as problem:
        line.fault(Col.LEVELS, str(problem))
        return None
    if max_points is not None and levels[0].points != max_points:
        best, most = shown_points(levels[0].points), shown_points(max_points)
        line.fault(Col.LEVELS, f"mức cao nhất {best} khác điểm tối đa {most}.")
    return Levels(levels)


def levels_of(text: str) -> tuple[Level, ...]:
    """«label = points; label = points», best first; ``ValueError`` holds the reason why not."""
    levels: list[Level] = []
    start = 0
    for end in _END_OF_LEVEL.finditer(text):
        label, points = text[start : end.start()].strip(), Decimal(end[1].replace(",", "."))
        if not label or points * 100 % 1:
            raise ValueError(f"không đọc được mức «{short(text[start : end.end()])}».")
        if points < 0:
            raise ValueError(f"mức «{short(label)}» có điểm âm.")
        levels.append(Level(label, int(points * 100)))
        start = end.end()
    if text[start:].strip():
        raise ValueError(f"không đọc được mức «{short(text[start:])}».")
    if len(levels) < 2:
        raise ValueError("cần ít nhất hai mức.")
    seen = set()
    for level in levels:
        if level.label in seen:
            raise ValueError(f"mức «{short(level.label)}» có hai lần.")
        seen.add(level.label)
    for better, worse in pairwise(levels):
        if worse.points >= better.points:
            raise ValueError(f"điểm các mức phải giảm dần, «{short(worse.label)}» không nhỏ hơn mức trước.")
    return tuple(levels)


def levels_as_text(levels: tuple[Level, ...]) -> str:
    """The reverse of :func:`levels_of`, in the one spelling of the export."""
    return "; ".join(f"{level.label} = {shown_points(level.points)}" for level in levels)


def _ratio(line: Line) -> Ratio | None:
    numerator = line.text(Col.NUMERATOR, missing="thiếu Tử số.")
    denominator = line.text(Col.DENOMINATOR, missing="thiếu Mẫu số.")
    full_at = _percent(line, Col.FULL_AT)
    zero_below = _percent(line, Col.ZERO_BELOW)
    if full_at is not None and zero_below is not None and zero_below > full_at:
        low, high = shown(zero_below), shown(full_at)
        line.fault(Col.ZERO_BELOW, f"0 điểm dưới {low}% lớn hơn đạt tối đa từ {high}%.")
    between = line.one_of(
        Col.BETWEEN,
        Between,
        "thiếu Cách tính ở giữa.",
        "cách tính ở giữa «%s» không có; dùng theo_100 hoặc theo_chi_tieu.",
    )
    zero_den = line.one_of(
        Col.ZERO_DEN,
        ZeroDen,
        "thiếu Mẫu số bằng 0.",
        "mẫu số bằng 0 «%s» không có; dùng khong_ap_dung, toi_da hoặc khong_diem.",
    )
    if numerator is None or denominator is None or between is None or zero_den is None:
        return None
    if full_at is None or zero_below is None:
        return None
    return Ratio(numerator, denominator, full_at, zero_below, between, zero_den)


def _percent(line: Line, column: Col) -> Decimal | None:
    """0 … 100; the upper threshold must be above 0."""
    least = "lớn hơn 0" if column is Col.FULL_AT else "từ 0"
    demand = f"{column} phải là số {least} đến 100."
    value = line.number_in(column, f"thiếu {column}.", demand)
    if value is None:
        return None
    if not 0 <= value <= 100 or (column is Col.FULL_AT and value == 0):
        line.fault(column, demand)
        return None
    return value


def _penalty(line: Line, max_points: int | None) -> Penalty | None:
    demand = "số điểm trừ mỗi lỗi phải lớn hơn 0."
    per = line.number_in(Col.PER, "thiếu số điểm trừ mỗi lỗi.", demand)
    unit = line.text(Col.FAULT_UNIT, missing="thiếu Đơn vị lỗi.")
    if per is not None and per <= 0:
        line.fault(Col.PER, demand)
    elif per is not None and max_points is not None and per * 100 > max_points:
        line.fault(Col.PER, f"trừ mỗi lỗi {shown(per)} lớn hơn điểm tối đa {shown_points(max_points)}.")
    if per is None or unit is None:
        return None
    return Penalty(per, unit)
