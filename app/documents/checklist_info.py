"""The sheet «Thông tin» of an imported checklist workbook."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.domain.checklists import UnitLevel
from app.vietnamese import count

from .checklist_columns import INFO, Label
from .checklist_lines import Line, Notebook, problem_of_points, short, trimmed
from .workbooks import Kind, Raw, Row

MOST_NAME = 300
_LABELS, _VALUES = 1, 2


@dataclass(frozen=True, slots=True)
class Info:
    """What «Thông tin» says; ``None`` where a fault was noted. Points in hundredths."""

    name: str | None
    version: str | None
    level: UnitLevel | None
    scale: int | None
    bonus_max: int | None
    deduction_max: int | None
    valid_from: date | None
    note: str | None
    # The row of «Thang điểm», where a wrong sum is reported.
    scale_row: int


def read_info(rows: tuple[Row, ...], notebook: Notebook, notices: list[str]) -> Info:
    """Finds the rows by their labels in column A, whatever their order, and reads column B."""
    found: dict[str, Row] = {}
    for row in rows:
        raw = row.cells.get(_LABELS)
        label = trimmed(raw) if raw and raw.kind is Kind.TEXT else ""
        if label not in list(Label):
            if label:
                notices.append(f"Sheet «{INFO}»: đã bỏ qua dòng «{short(label)}» (A{row.number}).")
        elif label in found:
            first = found[label].number
            notebook.note(INFO, row.number, _LABELS, f"nhãn «{label}» có hai lần (xem ô A{first}).")
        else:
            found[label] = row
    for place, label in enumerate(Label, start=1):
        if label not in found and label is not Label.NOTE:
            notebook.note(INFO, place, 0, f"thiếu {label} (không có nhãn «{label}»).", place="cột A")

    def line(label: Label) -> Line | None:
        return Line(INFO, found[label], {label: _VALUES}, notebook) if label in found else None

    return Info(
        name=_name(line(Label.NAME)),
        version=_text(line(Label.VERSION), Label.VERSION),
        level=_level(line(Label.LEVEL)),
        scale=_points(line(Label.SCALE), Label.SCALE),
        bonus_max=_points(line(Label.BONUS_MAX), Label.BONUS_MAX),
        deduction_max=_points(line(Label.DEDUCTION_MAX), Label.DEDUCTION_MAX),
        valid_from=_day(line(Label.VALID_FROM)),
        note=note.text(Label.NOTE) if (note := line(Label.NOTE)) else "",
        scale_row=found[Label.SCALE].number if Label.SCALE in found else 0,
    )


def _text(line: Line | None, label: Label) -> str | None:
    return line.text(label, missing=f"thiếu {label}.") if line else None


def _name(line: Line | None) -> str | None:
    name = _text(line, Label.NAME)
    if line and name and len(name) > MOST_NAME:
        line.fault(Label.NAME, f"{Label.NAME} dài {count(len(name))} ký tự, quá {MOST_NAME}.")
        return None
    return name


def _level(line: Line | None) -> UnitLevel | None:
    unknown = "cấp đơn vị «%s» không có; dùng xa, so hoặc huyen."
    return line.one_of(Label.LEVEL, UnitLevel, f"thiếu {Label.LEVEL}.", unknown) if line else None


def _points(line: Line | None, label: Label) -> int | None:
    """Hundredths; the scale must be above 0, the two ceilings may be 0."""
    if line is None:
        return None
    demand = f"{label} phải là số {'lớn hơn 0' if label is Label.SCALE else 'không âm'}."
    match line.raw(label):
        case None:
            line.fault(label, f"thiếu {label}.")
        case Raw(Kind.NUMBER, Decimal() as value) if value.is_finite():
            problem = problem_of_points(value, demand)
            if not problem and (value > 0 or label is not Label.SCALE):
                return int(value * 100)
            line.fault(label, problem or demand)
        case Raw(Kind.FORMULA | Kind.ERROR):
            pass
        case _:
            line.fault(label, demand)
    return None


def _day(line: Line | None) -> date | None:
    if line is None:
        return None
    match line.raw(Label.VALID_FROM):
        case None:
            line.fault(Label.VALID_FROM, f"thiếu {Label.VALID_FROM}.")
        case Raw(Kind.DATE, date() as day) if day.year >= 1900:
            return day
        case Raw(Kind.FORMULA | Kind.ERROR):
            pass
        case _:
            line.fault(Label.VALID_FROM, "không phải ngày (dd/mm/yyyy).")
    return None
