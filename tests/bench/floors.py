"""The floors: the same work done as barely as the same libraries allow."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Callable, Iterable
from copy import copy
from io import BytesIO
from pathlib import Path
from typing import Any

from flask import Flask, request
from jinja2 import Environment
from markupsafe import escape
from openpyxl import Workbook, load_workbook
from openpyxl.cell import MergedCell

from app.db import sqlite_pragmas
from app.domain.checklists import Checklist


def flat_render(html: str, checklist: Checklist) -> Callable[[], str]:
    """Renders exactly ``html`` with bare Jinja: one template without a macro, include, filter or function.

    Everything that comes from the checklist is a variable that is escaped while rendering.
    """
    # Jinja writes line ends its own way; wtforms begins text areas with these.
    html = html.replace("\r\n", "\n")
    texts = sorted({text for text in _texts(checklist) if text}, key=len, reverse=True)
    words = {str(escape(text)): number for number, text in enumerate(texts)}
    pattern = re.compile("(" + "|".join(re.escape(word) for word in words) + ")")
    source = "".join(
        f"{{{{ v[{words[part]}] }}}}" if part in words else f"{{% raw %}}{part}{{% endraw %}}"
        for part in pattern.split(html)
        if part
    )
    template = Environment(autoescape=True, keep_trailing_newline=True).from_string(source)

    def render() -> str:
        return template.render(v=texts)

    assert render() == html
    return render


def _texts(checklist: Checklist) -> Iterable[str]:
    for area in checklist.areas:
        yield area.name
        for group in area.groups:
            yield from (group.code, group.text)
    for criterion in checklist.criteria:
        yield from (criterion.code, criterion.text, criterion.evidence, criterion.legal_basis)


def upsert_app(folder: Path) -> Flask:
    """A Flask app whose one view does one SQLite upsert and commit, as durably as ours."""
    app = Flask("floor")
    connection = sqlite3.connect(folder / "floor.db", isolation_level=None, check_same_thread=False)
    for pragma in sqlite_pragmas():
        connection.execute(f"PRAGMA {pragma}")
    connection.execute(
        "CREATE TABLE answer (inspection INTEGER, criterion TEXT, value TEXT, PRIMARY KEY (inspection, criterion))"
    )

    @app.post("/inspections/<int:inspection>/answers/<criterion>")
    def save(inspection: int, criterion: str) -> str:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(
            "INSERT INTO answer VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = excluded.value",
            (inspection, criterion, request.form["yes"]),
        )
        connection.execute("COMMIT")
        return "saved"

    return app


def plain_workbook(file: bytes, *, styled: bool) -> Callable[[], bytes]:
    """Writes the cells of ``file`` with plain openpyxl: the same values at the same places.

    ``styled``: with the same fonts, borders, fills, alignments and number formats, else with none at all.
    """
    sheets = [
        (sheet.title, [_cell(cell, styled) for row in sheet for cell in row if _counts(cell, styled)])
        for sheet in load_workbook(BytesIO(file))
    ]

    def write() -> bytes:
        workbook = Workbook()
        workbook.remove(workbook.worksheets[0])
        for title, cells in sheets:
            sheet = workbook.create_sheet(title)
            for row, column, value, look in cells:
                cell = sheet.cell(row, column, value)
                for name, style in look:
                    setattr(cell, name, style)
        out = BytesIO()
        workbook.save(out)
        return out.getvalue()

    return write


def _counts(cell: Any, styled: bool) -> bool:
    return not isinstance(cell, MergedCell) and (cell.value is not None or (styled and cell.has_style))


def _cell(cell: Any, styled: bool) -> tuple[int, int, Any, tuple[tuple[str, Any], ...]]:
    look = ("font", "border", "fill", "alignment", "number_format") if styled and cell.has_style else ()
    return cell.row, cell.column, cell.value, tuple((name, copy(getattr(cell, name))) for name in look)
