"""Reads lines pasted from Excel into entries of the ledger: every fault at its line and column."""

from __future__ import annotations

import csv
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from io import StringIO
from typing import Any

from ..domain.late_dossiers import CAUSE_WORDS, LateCause, LateEntry, LateFault, faults, tidy_code
from ..domain.refusals import sentence
from ..vietnamese import Unreadable, clean, clean_number_of_document, fold, read_count, read_date
from .late_xlsx import COLUMNS

MOST_LINES = 500
_MOST = {"field": 200, "cause": 2000, "apology_number": 100}
_YES = {"": False, "khong": False, "chua": False, "0": False, "co": True, "da": True, "x": True, "1": True}
_CAUSES = {fold(words): cause for cause, words in CAUSE_WORDS.items()} | {"": None}


@dataclass(frozen=True)
class PastedLine:
    """One line: its number in what was pasted, what it says, what is wrong with it."""

    number: int
    entry: LateEntry
    faults: tuple[LateFault, ...] = ()


@dataclass(frozen=True)
class Pasted:
    """All lines; ``refusal`` says why nothing could be read at all."""

    lines: tuple[PastedLine, ...] = ()
    refusal: str = ""
    params: Mapping[str, Any] = field(default_factory=dict)

    @property
    def entries(self) -> tuple[LateEntry, ...]:
        return tuple(line.entry for line in self.lines)

    @property
    def faulty(self) -> int:
        return sum(bool(line.faults) for line in self.lines)

    @property
    def good(self) -> bool:
        return bool(self.lines) and not self.refusal and not self.faulty


def read_paste(
    text: str,
    known: Collection[str],
    period_from: date,
    period_to: date,
    today: date,
    causes: Mapping[LateCause, str] = CAUSE_WORDS,
) -> Pasted:
    """The lines in their order. A first line of headings says which column is what; without one they stand in
    the order of the ledger's own workbook. ``known``: the codes the ledger has already.
    ``causes``: their words as the reader's pages say them; the ledger's own are always understood too."""
    # Excel puts cells with line breaks or quotes between quotes, as csv does.
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    reader = csv.reader(StringIO(text, newline=""), delimiter="\t")
    rows: list[tuple[int, list[str]]] = []
    try:
        for cells in reader:
            if any(cell.strip() for cell in cells):
                rows.append((reader.line_num, [clean(cell) for cell in cells]))
    except csv.Error:
        return Pasted(refusal=sentence("Không đọc được các dòng đã dán; hãy chép lại từ Excel."))
    names = list(COLUMNS)
    # The title and the line below it, when the ledger's whole sheet was copied.
    top = 0
    if rows and not _headings(rows[0][1]):
        top = next((place for place, (_n, cells) in enumerate(rows) if sum(map(bool, cells)) > 1), 0)
    if rows and (found := _headings(rows[top][1])):
        names, rows = found, rows[top + 1 :]
    if not rows:
        return Pasted(refusal=sentence("Chưa có dòng nào dưới hàng tiêu đề."))
    if len(rows) > MOST_LINES:
        return Pasted(
            refusal=sentence("Mỗi lần dán tối đa %(most)s dòng; đã dán %(count)s dòng."),
            params={"most": MOST_LINES, "count": len(rows)},
        )
    lines, seen = [], dict.fromkeys(known, 0)
    for number, cells in rows:
        entry, found_faults = _Line(names, cells, causes).read()
        wrong = {fault.field for fault in found_faults}
        found_faults += [
            fault for fault in faults(entry, period_from, period_to, today) if fault.field not in wrong
        ]
        if entry.code in seen and entry.code:
            found_faults.append(_twin(seen[entry.code]))
        seen.setdefault(entry.code, number)
        lines.append(PastedLine(number, entry, tuple(found_faults)))
    return Pasted(tuple(lines))


def _twin(line: int) -> LateFault:
    if not line:
        return LateFault("code", sentence("Mã hồ sơ này đã có trong sổ."))
    return LateFault("code", sentence("Mã hồ sơ này đã ghi ở dòng %(line)s."), {"line": line})


def _headings(cells: list[str]) -> list[str]:
    """The fields by their headings; empty when the line is no line of headings."""
    by_words = {fold(words): name for name, words in COLUMNS.items()}
    names = [by_words.get(fold(cell), "") for cell in cells]
    return names if "code" in names else []


class _Line:
    """Cells by field; what cannot be read is noted and read as nothing."""

    def __init__(self, names: list[str], cells: list[str], causes: Mapping[LateCause, str]) -> None:
        self._causes = causes
        self._faults: list[LateFault] = []
        self._cells: dict[str, str] = {}
        for name, cell in zip(names, cells, strict=False):
            if name:
                self._cells.setdefault(name, cell)
        if any(cells[len(names) :]):
            self._fault("code", sentence("Dòng có %(count)s ô, nhiều hơn số cột của sổ."), count=len(cells))

    def read(self) -> tuple[LateEntry, list[LateFault]]:
        entry = LateEntry(
            code=tidy_code(self._text("code")),
            field=self._text("field"),
            received_on=self._day("received_on"),
            due_on=self._day("due_on"),
            returned_on=self._day("returned_on"),
            days_late=self._count("days_late", 99_999),
            cause_kind=self._cause(),
            cause=self._text("cause"),
            apology_number=clean_number_of_document(self._text("apology_number")),
            apology_on=self._day("apology_on"),
            reappointed_on=self._day("reappointed_on"),
            reappointed_times=self._count("reappointed_times", 99),
            published=self._yes(),
        )
        return entry, self._faults

    def _text(self, name: str) -> str:
        text, most = self._cells.get(name, ""), _MOST.get(name, 60)
        if len(text) > most and name != "code":
            self._fault(
                name, sentence("Tối đa %(most)s ký tự; hiện có %(length)s."), most=most, length=len(text)
            )
            return ""
        return text

    def _day(self, name: str) -> date | None:
        text = self._cells.get(name, "")
        try:
            return read_date(text) if text else None
        except Unreadable as error:
            self._fault(name, error.text, **error.params)
            return None

    def _count(self, name: str, most: int) -> int | None:
        text = self._cells.get(name, "")
        try:
            number = read_count(text) if text else None
        except Unreadable as error:
            self._fault(name, error.text, **error.params)
            return None
        if number is not None and number > most:
            self._fault(name, sentence("Lớn nhất là %(most)s."), most=most)
            return None
        return number

    def _cause(self) -> LateCause | None:
        word = fold(self._cells.get("cause_kind", ""))
        known = {fold(words): cause for cause, words in self._causes.items()} | _CAUSES
        if word not in known:
            words = "; ".join(self._causes.values())
            self._fault("cause_kind", sentence("Nguyên nhân là một trong: %(words)s."), words=words)
        return known.get(word)

    def _yes(self) -> bool:
        word = fold(self._cells.get("published", ""))
        if word not in _YES:
            self._fault("published", sentence("Chỉ nhận «Có» hoặc «Không»."))
        return _YES.get(word, False)

    def _fault(self, name: str, text: str, **params: object) -> None:
        self._faults.append(LateFault(name, text, params))
