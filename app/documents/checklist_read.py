"""A checklist workbook in, a :class:`Checklist` out, or every fault of the workbook at once."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass

from openpyxl.utils import get_column_letter

from app.domain.checklists import Checklist

from .checklist_columns import CRITERIA, INFO, OF_NUMBERS, Col, Rank
from .checklist_info import Info, read_info
from .checklist_lines import Line, Notebook, short, shown_points, sure, trimmed
from .checklist_tree import Tree
from .faults import Fault, Faults
from .workbooks import Book, Kind, Raw, Row, read_book

MOST_ROWS = 3_000
MOST_CRITERIA = 1_000


@dataclass(frozen=True, slots=True)
class Reading:
    """A workbook that can be taken; ``notices`` are sentences on what was ignored in it."""

    checklist: Checklist
    notices: tuple[str, ...] = ()


def read_workbook(data: bytes) -> Reading:
    """Reads and checks everything but fault 16 (name and version already stored).

    Raises :class:`Faults`. The rules are those of the format description, in its order.
    """
    # One row more than allowed, and the header.
    return read_checklist_book(read_book(data, (INFO, CRITERIA), MOST_ROWS + 2))


def read_checklist(data: bytes) -> Checklist:
    """:func:`read_workbook` for callers who have no use for notices."""
    return read_workbook(data).checklist


def read_checklist_book(book: Book) -> Reading:
    """The same for a workbook whose cells were read already."""
    notebook, notices = Notebook((INFO, CRITERIA)), [f"Đã bỏ qua sheet «{title}»." for title in book.others]
    _check_sheets(book)
    header, *rows = book.sheets[CRITERIA]
    columns = _columns(header, rows, notices)
    _note_formulas(INFO, book.sheets[INFO], frozenset(), notebook)
    _note_formulas(CRITERIA, rows, {columns[name] for name in OF_NUMBERS}, notebook)
    info = read_info(book.sheets[INFO], notebook, notices)
    tree = Tree()
    criteria = 0
    for filled, row in enumerate(rows, start=1):
        line = Line(CRITERIA, row, columns, notebook)
        criteria += _is_criterion(line)
        if filled > MOST_ROWS or criteria > MOST_CRITERIA:
            # Reading stops here, so sums and families cannot be judged: this fault stands alone.
            raise Faults([_too_many(row.number, filled)])
        if not line.is_blank():
            tree.add(line)
    tree.check_families()
    _check_total(tree, info, notebook)
    faults = notebook.in_order()
    if faults:
        raise Faults(faults)
    return Reading(_checklist(info, tree), tuple(notices))


def _check_sheets(book: Book) -> None:
    missing = [Fault(f"Thiếu sheet «{title}».") for title in (INFO, CRITERIA) if title not in book.sheets]
    if missing:
        raise Faults(missing)
    if not book.sheets[INFO]:
        raise Faults([Fault(f"Sheet «{INFO}» trống.")])
    if not any(row.number > 1 for row in book.sheets[CRITERIA]):
        raise Faults([Fault(f"Sheet «{CRITERIA}» trống.")])


def _note_formulas(title: str, rows: Iterable[Row], numbers: Set[int], notebook: Notebook) -> None:
    """Formulas and error values in any cell, also in columns that are ignored otherwise."""
    for row in rows:
        for column, raw in row.cells.items():
            if raw.kind in (Kind.FORMULA, Kind.ERROR):
                notebook.note(title, row.number, column, _of_formula(raw, number=column in numbers))


def _of_formula(raw: Raw, number: bool) -> str:
    if raw.kind is Kind.ERROR:
        return f"giá trị lỗi {raw.value}."
    return f"là công thức; hãy dán giá trị{' số' if number else ''}."


def _columns(header: Row, rows: list[Row], notices: list[str]) -> dict[str, int]:
    """Column name → number, from row 1; a fault here is shown alone, the rest cannot be read."""
    columns: dict[str, int] = {}
    faults = []
    titles = header.cells if header.number == 1 else {}
    for column in sorted({column for row in (header, *rows) for column in row.cells}):
        raw, letter = titles.get(column), get_column_letter(column)
        title = trimmed(raw) if raw and raw.kind is Kind.TEXT else ""
        if raw and raw.kind in (Kind.FORMULA, Kind.ERROR):
            faults.append(Fault(_of_formula(raw, number=False), CRITERIA, f"{letter}1"))
        elif title in columns:
            twice = f"ô {get_column_letter(columns[title])}1 và {letter}1"
            faults.append(Fault(f"cột «{title}» có hai lần ({twice}).", CRITERIA, "hàng 1"))
        elif title in list(Col):
            columns[title] = column
        else:
            named = f"«{short(title)}» (ô {letter}1)" if title else f"{letter} (không có tiêu đề)"
            notices.append(f"Sheet «{CRITERIA}»: đã bỏ qua cột {named}.")
    missing = ", ".join(f"«{name}»" for name in Col if name not in columns)
    if missing and not faults:
        faults.append(Fault(f"thiếu cột {missing}.", CRITERIA, "hàng 1"))
    if faults:
        raise Faults(faults)
    return columns


def _is_criterion(line: Line) -> bool:
    raw = line.raw(Col.RANK)
    return raw is not None and raw.kind is Kind.TEXT and trimmed(raw) == Rank.CRITERION


def _too_many(row: int, filled: int) -> Fault:
    what = "quá 3.000 dòng; một bộ tiêu chí có" if filled > MOST_ROWS else "một bộ tiêu chí chỉ có"
    return Fault(f"{what} tối đa 1.000 tiêu chí thành phần.", CRITERIA, f"hàng {row}")


def _check_total(tree: Tree, info: Info, notebook: Notebook) -> None:
    sums = tree.sums()
    if sums is None or info.scale is None or info.scale in sums:
        return
    scale, total = shown_points(info.scale), shown_points(sums[0])
    notebook.note(INFO, info.scale_row, 2, f"thang điểm {scale} khác tổng các lĩnh vực ({total}).")


def _checklist(info: Info, tree: Tree) -> Checklist:
    return Checklist(
        name=sure(info.name),
        version=sure(info.version),
        level=sure(info.level),
        scale=sure(info.scale),
        bonus_max=sure(info.bonus_max),
        deduction_max=sure(info.deduction_max),
        valid_from=sure(info.valid_from),
        areas=tree.built(),
        note=sure(info.note),
    )
