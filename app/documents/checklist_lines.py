"""One line of an imported checklist workbook: typed values out of its cells, each fault noted once."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

from openpyxl.utils import get_column_letter

from app.vietnamese import shortened

from .cells import clean
from .faults import Fault
from .workbooks import Kind, Raw, Row

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")

# More points than any set has; keeps every sum within the integers of the database.
MOST_POINTS = 1_000_000


class Notebook:
    """Faults of the workbook so far; a cell that has one is not accused again."""

    def __init__(self, sheets: tuple[str, ...]) -> None:
        self._order = {sheet: place for place, sheet in enumerate(sheets)}
        self._faults: dict[tuple[int, int, int], Fault] = {}

    def note(self, sheet: str, row: int, column: int, reason: str, place: str = "") -> None:
        """``place`` is what to call it when no single cell is meant (``column`` 0)."""
        place = place or f"{get_column_letter(column)}{row}"
        self._faults.setdefault((self._order[sheet], row, column), Fault(reason, sheet, place))

    def in_order(self) -> list[Fault]:
        return [fault for _, fault in sorted(self._faults.items(), key=lambda item: item[0])]


class Line:
    """A row whose cells are asked for by column name. ``None`` from a getter: already noted as a fault."""

    def __init__(self, sheet: str, row: Row, columns: Mapping[str, int], notebook: Notebook) -> None:
        self.number = row.number
        self._sheet, self._row, self._columns, self._notebook = sheet, row, columns, notebook

    def fault(self, column: str, reason: str) -> None:
        self._notebook.note(self._sheet, self.number, self._columns[column], reason)

    def place(self, column: str) -> str:
        return f"{get_column_letter(self._columns[column])}{self.number}"

    def raw(self, column: str) -> Raw | None:
        return self._row.cells.get(self._columns[column])

    def is_blank(self) -> bool:
        return not any(self.raw(column) for column in self._columns)

    def filled(self, column: str) -> bool:
        """Whether something stands in the cell that is not accused already."""
        raw = self.raw(column)
        return raw is not None and raw.kind not in (Kind.FORMULA, Kind.ERROR)

    def text(self, column: str, missing: str = "") -> str | None:
        """Text, cleaned and trimmed; ``""`` where the cell may be and is empty."""
        raw = self.raw(column)
        if raw is None:
            if missing:
                self.fault(column, missing)
                return None
            return ""
        if raw.kind in (Kind.FORMULA, Kind.ERROR):
            return None
        if raw.kind is not Kind.TEXT:
            self.fault(column, f"{in_words(raw)}, không phải chữ; hãy định dạng ô là Text rồi nhập lại.")
            return None
        return trimmed(raw)

    def one_of(self, column: str, kinds: type[E], missing: str, unknown: str) -> E | None:
        """A member of ``kinds`` by its value; ``unknown`` has a place ``%s`` for what was written."""
        raw = self.raw(column)
        if raw is None:
            self.fault(column, missing)
        elif raw.kind not in (Kind.FORMULA, Kind.ERROR):
            value = trimmed(raw) if raw.kind is Kind.TEXT else in_words(raw)
            for kind in kinds:
                if kind.value == value:
                    return kind
            self.fault(column, unknown % short(value))
        return None

    def number_in(self, column: str, missing: str, demand: str) -> Decimal | None:
        """A finite number; ``demand`` is the sentence for true/false and for infinity."""
        raw = self.raw(column)
        if raw is None:
            self.fault(column, missing)
            return None
        match raw:
            case Raw(Kind.NUMBER, Decimal() as value) if value.is_finite():
                return value
            case Raw(Kind.TEXT):
                self.fault(column, f"«{short(trimmed(raw))}» là chữ, không phải số.")
            case Raw(Kind.DATE):
                self.fault(column, "là ngày, không phải số.")
            case Raw(Kind.NUMBER | Kind.BOOL):
                self.fault(column, demand)
        return None

    def points(self, column: str, missing: str, demand: str) -> int | None:
        """Points above 0, in hundredths."""
        value = self.number_in(column, missing, demand)
        if value is None:
            return None
        problem = problem_of_points(value, demand)
        if problem or value == 0:
            self.fault(column, problem or demand)
            return None
        return int(value * 100)


def sure(value: T | None) -> T:
    """A value out of a workbook without faults: there it cannot be missing."""
    if value is None:
        raise AssertionError("a workbook with faults was built")
    return value


def problem_of_points(value: Decimal, demand: str) -> str:
    """Why a finite number cannot be points ≥ 0; empty if it can."""
    if value < 0:
        return demand
    if value > MOST_POINTS:
        return "số điểm quá lớn (tối đa 1.000.000)."
    if value * 100 % 1:
        return f"{shown(value)} có quá hai chữ số thập phân."
    return ""


def trimmed(raw: Raw) -> str:
    """The text of a cell in NFC, with its inner line breaks; Excel writes a lone CR as ``_x000D_``."""
    return clean(str(raw.value).replace("_x000D_", "")).strip()


def in_words(raw: Raw) -> str:
    match raw:
        case Raw(Kind.NUMBER, Decimal() as value):
            return f"{shown(value)} là số"
        case Raw(Kind.BOOL, value):
            return "TRUE" if value else "FALSE"
        case Raw(Kind.DATE):
            return "là ngày"
        case _:
            return short(trimmed(raw))


def shown(value: Decimal) -> str:
    """A number as Vietnamese readers write it: 0,25; 90."""
    text = format(value, "f") if abs(value.adjusted()) < 20 else str(value)
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return text.replace(".", ",")


def shown_points(hundredths: int) -> str:
    return shown(Decimal(hundredths) / 100)


def short(text: str, most: int = 60) -> str:
    """A quotation that fits into a sentence."""
    return shortened(" ".join(text.split()), most)
