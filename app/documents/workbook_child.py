"""Run as a process of its own: an untrusted workbook on stdin, its filled cells as JSON lines on stdout.

Arguments: the folder that holds openpyxl, the most filled rows per sheet, the titles of the wanted
sheets. The first line out is the list of all titles, every other line one row:
``[title, row number, [[column, kind, value], …]]``. Whatever goes wrong ends the process with a
status other than 0. Imports nothing of the app: a workbook made to do harm finds no more than openpyxl here.
"""

import contextlib
import json
import sys
import unicodedata
import zipfile
from datetime import date, datetime, time
from io import BytesIO
from typing import Any

try:
    import resource
except ImportError:  # Windows: the parent's clock and the size limits remain
    resource = None  # type: ignore[assignment]

if __name__ == "__main__":
    sys.path.append(sys.argv[1])
from openpyxl import load_workbook

TOO_MUCH = 5
# A list of 20,000 tasks with long texts; a workbook of 20 MB does not hold more.
MOST_OUTPUT = 32_000_000
LAST_ROW_OF_EXCEL = 1_048_576


def limit_resources() -> None:
    """512 MB of memory, 20 s of processor time, no large files."""
    if resource is None:
        return
    limits = {
        resource.RLIMIT_AS: 512 * 2**20,
        resource.RLIMIT_CPU: 20,
        resource.RLIMIT_FSIZE: 2 * MOST_OUTPUT,
        resource.RLIMIT_CORE: 0,
    }
    for what, most in limits.items():
        # Some systems refuse one of them; the others and the parent's clock remain.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def plain(title: str) -> str:
    return unicodedata.normalize("NFC", title).strip()


def has_macros(data: bytes) -> bool:
    """Macros are named in the list of content types whatever the file is called."""
    with zipfile.ZipFile(BytesIO(data)) as archive:
        return b"macroEnabled" in archive.read("[Content_Types].xml")


def cell_as_json(cell: Any) -> list[Any] | None:
    """``[column, kind, value]``, or nothing for an empty cell; kinds are openpyxl's letters."""
    value, kind = cell.value, cell.data_type
    if kind == "f":
        return [cell.column, "f", None]
    if value is None:
        return None
    if kind == "d":
        return [cell.column, "d", day_of(value)]
    if kind == "b":
        return [cell.column, "b", bool(value)]
    if kind == "n":
        # 15 significant digits are what Excel itself shows and keeps: 0.1 + 0.2 is 0.3.
        return [cell.column, "n", format(value, ".15g")]
    text = str(value)
    if not text.strip():
        return None
    return [cell.column, "e" if kind == "e" else "s", text]


def day_of(value: object) -> str | None:
    """The day as text, or nothing when the cell holds a time of day or a duration."""
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time.min else None
    return value.isoformat() if isinstance(value, date) else None


def main(most_rows: int, *titles: str) -> None:
    data = sys.stdin.buffer.read()
    limit_resources()
    if has_macros(data):
        raise ValueError("macros")
    written = 0

    def put(line: list[Any]) -> None:
        nonlocal written
        text = json.dumps(line, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        written += len(text)
        if written > MOST_OUTPUT:
            sys.exit(TOO_MUCH)
        sys.stdout.buffer.write(text)

    # data_only=False: a formula must be seen, not the value that was stored beside it.
    book = load_workbook(BytesIO(data), read_only=True, data_only=False, keep_links=False)
    put([plain(sheet.title) for sheet in book.worksheets])
    left = set(titles)
    for sheet in book.worksheets:
        title = plain(sheet.title)
        if title not in left:
            continue
        left.remove(title)
        # Some programs write a wrong size, and cells outside it would not be read.
        sheet.reset_dimensions()
        filled = 0
        for number, row in enumerate(sheet.iter_rows(), start=1):
            if number > LAST_ROW_OF_EXCEL:
                raise ValueError("row number")
            cells = [cell for cell in map(cell_as_json, row) if cell]
            if cells:
                put([title, number, cells])
                filled += 1
            if filled >= most_rows:
                break
    sys.stdout.buffer.flush()


if __name__ == "__main__":
    main(int(sys.argv[2]), *sys.argv[3:])
