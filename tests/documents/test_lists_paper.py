"""Lists are fitted to the width of a landscape A4 page: what is printed must stay large enough to be read."""

from __future__ import annotations

import pytest

from app.documents.late_xlsx import LEDGER
from app.documents.lists_xlsx import (
    DIRECTIVES,
    DOSSIERS,
    FINDINGS,
    INSPECTIONS,
    TASKS,
    UNITS,
    ListKind,
)
from app.documents.trail_xlsx import TRAIL

# Points; A4 across without its margins of 0.4 inch; a letter's width and a cell's edges at 96 to the inch.
WRITTEN, PAPER = 11, 297 / 25.4 - 0.8
LETTER, EDGES, INCH = 7, 5, 96


@pytest.mark.parametrize(
    "kind",
    [TASKS, DIRECTIVES, INSPECTIONS, UNITS, FINDINGS, LEDGER, TRAIL, DOSSIERS],
    ids=lambda kind: kind.file,
)
def test_a_printed_list_is_large_enough_to_be_read(kind: ListKind) -> None:
    columns = kind.columns[: kind.printed]
    width = sum(column.width * LETTER + EDGES for column in columns) / INCH
    printed = WRITTEN * min(1, PAPER / width)
    # The list of forms II.06 has twenty-one columns, all of them figures that are compared.
    least = 7.5 if kind is DOSSIERS else 8
    assert printed >= least, f"{kind.file}: {printed:.1f} pt"
