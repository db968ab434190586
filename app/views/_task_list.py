"""A list of tasks in a workbook, checked against what is known: one way for the page and for the command."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any

from ..documents.faults import Fault
from ..documents.tasks_xlsx import TWIN, Col, Notes, TaskSheet, as_faults, open_sheet, read_rows
from ..domain.access import Principal
from ..domain.imports import ImportedTask, TaskKey, UnitBook, summary
from ..domain.periods import today
from ..domain.refusals import sentence, told
from ..queries.import_example import example_of
from ..queries.reading import end_reading
from ..queries.task_imports import known_directives, known_tasks, unit_book
from ..queries.tasks import assignable_units
from ..vietnamese import date_short, fold

PREVIEWED = 8
_EVERY = 200

Tell = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a list holds; with faults nothing of it may be written."""

    lines: tuple[ImportedTask, ...]
    unit_ids: dict[str, int]
    faults: list[Fault]
    summary: dict[str, Any]


def check_list(data: bytes, who: Principal | None, now: datetime, tell: Tell | None = None) -> Checked:
    """Reads and checks all rows (``who`` none: the command, which may give tasks to every unit).

    Raises :class:`~app.documents.faults.Faults` where there is no list to check.
    """
    say = tell or (lambda _done, _total: None)
    end_reading()
    sheet = open_sheet(data, lambda rows: say(rows, 0))
    day = today(now)
    allowed = None if who is None else [id_ for id_, _name in assignable_units(who, day)]
    book = unit_book(allowed, day)
    end_reading()
    notes: Notes = {}
    lines, unit_ids = [], _Units(book, who)
    for number, line in enumerate(read_rows(sheet, day, notes), start=1):
        lines.append(line)
        unit_ids.look(line, sheet, notes)
        if number % _EVERY == 0:
            say(number, len(sheet.rows))
    say(len(lines), len(sheet.rows))
    faults = as_faults(notes)
    if faults:
        return Checked(tuple(lines), {}, faults, {"rows": len(lines), "unknown": list(sheet.unknown[:20])})
    found = unit_ids.ids
    keys = {line.key(found[line.unit])[3] for line in lines}
    directives = known_directives((key for key in keys if key is not None), who)
    there = known_tasks(found.values())
    counts = summary(lines, found, there, frozenset(directives))
    names = {unit.id: unit.name for unit in book.units}
    said = asdict(counts) | {"unknown": list(sheet.unknown[:20])}
    fresh = [line for line in lines if line.key(found[line.unit]) not in there]
    said["past"] = sum(line.assigned_on < day for line in fresh)
    said["example"] = _example([(found[line.unit], line) for line in fresh], names, day)
    end_reading()
    said["preview"] = [_shown(line, names[found[line.unit]]) for line in lines[:PREVIEWED]]
    return Checked(tuple(lines), found, [], said)


class _Units:
    """The unit of each row, each name looked up once."""

    def __init__(self, book: UnitBook, who: Principal | None) -> None:
        self._book, self._who = book, who
        self._found: dict[str, int | str] = {}
        self._rows: dict[TaskKey, int] = {}

    @property
    def ids(self) -> dict[str, int]:
        return {name: found for name, found in self._found.items() if isinstance(found, int)}

    def look(self, line: ImportedTask, sheet: TaskSheet, notes: Notes) -> None:
        if not line.unit:
            return
        found = self._found.get(line.unit)
        if found is None:
            found = self._found[line.unit] = self._book.find(line.unit, fold(line.unit))
        if isinstance(found, int) and line.title:
            self._refuse_twin(line, found, sheet, notes)
        if isinstance(found, str):
            notes.setdefault((line.row, sheet.columns[Col.UNIT]), found)
        elif last := self._book.ended_before(found, line.assigned_on):
            reason = told(
                sentence("đơn vị này hoạt động đến hết ngày %(day)s, trước ngày giao."), day=date_short(last)
            )
            notes.setdefault((line.row, sheet.columns[Col.UNIT]), reason)
        elif line.completed_on and self._who is not None and self._who.unit_id == found:
            reason = told(sentence("không ai tự xác nhận hoàn thành nhiệm vụ của đơn vị mình."))
            notes.setdefault((line.row, sheet.columns[Col.COMPLETED_ON]), reason)

    def _refuse_twin(self, line: ImportedTask, unit_id: int, sheet: TaskSheet, notes: Notes) -> None:
        """One unit may be named by its name in one row and by its code in another."""
        first = self._rows.setdefault(line.key(unit_id), line.row)
        if first != line.row:
            notes.setdefault((line.row, sheet.columns[Col.TITLE]), told(TWIN, row=first))


def _example(rows: list[tuple[int, ImportedTask]], names: dict[int, str], day: date) -> dict[str, str] | None:
    """What carrying the list into the days gone by would change, in words that JSON holds."""
    found = example_of(rows, day)
    if found is None:
        return None
    figures = {"before": found.before, "after": found.after}
    said = {word: f"{rate.n}/{rate.d}" for word, rate in figures.items()}
    return said | {"unit": names[found.unit_id], "day": date_short(found.day)}


def _shown(line: ImportedTask, unit: str) -> dict[str, Any]:
    """A row as the preview shows it, in words that JSON holds."""
    return {
        "unit": unit,
        "title": line.title,
        "directive": line.directive.number or line.directive.title if line.directive else "",
        "assigned_on": date_short(line.assigned_on),
        "due": date_short(line.due) if line.due else None,
        "completed_on": date_short(line.completed_on) if line.completed_on else None,
        "lead": line.lead,
    }
