"""Opens workbooks of strangers: checks the container, then lets a limited child process read the cells.

Tiny files can cost an ordinary reader gigabytes and minutes, so nothing of openpyxl runs in the
server's own process on data that came from outside.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryFile
from threading import BoundedSemaphore
from time import monotonic
from typing import IO
from zipfile import ZipFile

import openpyxl

from ..domain.refusals import sentence, told
from .faults import file_fault

MOST_BYTES = 5 * 2**20
MOST_UNPACKED = 20 * 2**20
MOST_MEMBERS = 100
MOST_RATIO = 50
# A small file may be packed as tightly as it likes: it cannot unpack to much.
RATIO_MATTERS_FROM = 5 * 2**20
# Together under the 20 s in which any file must be answered.
SECONDS = 15
PATIENCE = 4
# How often somebody who waits is told how far the child is.
_LOOK = 0.4

EMPTY = told(sentence("Tệp rỗng (0 byte)."))
NO_WORKBOOK = told(sentence("Tệp không phải là sổ Excel .xlsx."))
OLD_OR_LOCKED = told(
    sentence("Tệp có mật khẩu hoặc ở định dạng .xls cũ; hãy bỏ mật khẩu và lưu lại thành .xlsx.")
)
DAMAGED = told(sentence("Không đọc được sổ Excel: tệp hỏng hoặc không đúng định dạng."))
TOO_LARGE = told(sentence("Tệp quá lớn (tối đa 5 MB)."))
TOO_LARGE_UNPACKED = told(
    sentence("Tệp quá lớn khi giải nén (tối đa 20 MB); hãy bỏ các sheet, hình và định dạng thừa.")
)
TOO_MANY_PARTS = told(sentence("Tệp có quá nhiều phần (tối đa 100); hãy bỏ các sheet và hình không cần."))
BUSY = told(sentence("Máy chủ đang đọc các tệp khác; hãy thử lại sau ít phút."))

_CHILD = Path(__file__).with_name("workbook_child.py")
_CHILD_SAYS_TOO_MUCH = 5
# Each child may take 512 MB; a third upload waits.
_children = BoundedSemaphore(2)


class Kind(StrEnum):
    """What Excel stores in a cell."""

    TEXT = "s"
    NUMBER = "n"
    BOOL = "b"
    DATE = "d"
    FORMULA = "f"
    ERROR = "e"


@dataclass(frozen=True, slots=True)
class Raw:
    """A filled cell. A date cell whose value is a time or a duration has no value, nor has a formula."""

    kind: Kind
    value: str | Decimal | bool | date | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row with at least one filled cell; ``number`` and the columns count from 1."""

    number: int
    cells: Mapping[int, Raw]


@dataclass(frozen=True, slots=True)
class Book:
    """The wanted sheets that are there, title → filled rows, and the titles of the other sheets."""

    sheets: Mapping[str, tuple[Row, ...]]
    others: tuple[str, ...]


def read_book(
    data: bytes,
    titles: tuple[str, ...],
    most_rows: int,
    *,
    seconds: int = 0,
    tell: Callable[[int], None] | None = None,
) -> Book:
    """The filled cells of the sheets ``titles``, at most ``most_rows`` filled rows of each.

    Raises :class:`Faults` with the one sentence that fits; takes at most 20 s (other ``seconds`` than 15 besides the
    wait for a place) and 512 MB outside this process whatever ``data`` holds. ``tell`` hears now and then
    how many rows have come.
    """
    check_container(data)
    lines = _run_child(data, titles, most_rows, seconds, tell)
    found, *rows = map(json.loads, lines)
    sheets: dict[str, list[Row]] = {title: [] for title in titles if title in found}
    for title, number, cells in rows:
        sheets[title].append(Row(number, {column: _raw(kind, value) for column, kind, value in cells}))
    others = tuple(title for title in found if title not in sheets)
    return Book({title: tuple(lines) for title, lines in sheets.items()}, others)


def check_container(data: bytes) -> None:
    """Whether this may be a workbook at all; cheap, nothing of it is unpacked."""
    if not data:
        raise file_fault(EMPTY)
    if len(data) > MOST_BYTES:
        raise file_fault(TOO_LARGE)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise file_fault(OLD_OR_LOCKED)
    if not data.startswith(b"PK"):
        raise file_fault(NO_WORKBOOK)
    try:
        with ZipFile(BytesIO(data)) as archive:
            members = archive.infolist()
    except Exception:  # a damaged directory raises seven kinds of exceptions, all of one meaning
        raise file_fault(DAMAGED) from None
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(map(_is_odd, names)) or any(m.flag_bits & 1 for m in members):
        raise file_fault(DAMAGED)
    # zipfile unpacks at most the size that is declared here, so a lie ends as a damaged file.
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED or (unpacked > RATIO_MATTERS_FROM and unpacked > MOST_RATIO * len(data)):
        raise file_fault(TOO_LARGE_UNPACKED)
    if len(members) > MOST_MEMBERS:
        raise file_fault(TOO_MANY_PARTS)


def _is_odd(name: str) -> bool:
    """Names that no workbook has: macros, and paths that lead elsewhere."""
    parts = name.replace("\\", "/").split("/")
    return name.startswith(("/", "\\")) or ".." in parts or parts[-1] == "vbaProject.bin"


def _run_child(
    data: bytes,
    titles: tuple[str, ...],
    most_rows: int,
    seconds: int = 0,
    tell: Callable[[int], None] | None = None,
) -> list[bytes]:
    """The lines the child wrote; see ``workbook_child.py``."""
    if not _children.acquire(timeout=PATIENCE):
        raise file_fault(BUSY)
    library = Path(openpyxl.__file__).parent.parent
    # -I: no start-up files, no paths from the environment; and none of the server's secrets in it.
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(library), str(most_rows), *titles]
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    try:
        with TemporaryFile() as given, TemporaryFile() as out:
            given.write(data)
            given.seek(0)
            code = _wait(command, environment, given, out, seconds or SECONDS, tell)
            if code == _CHILD_SAYS_TOO_MUCH:
                raise file_fault(TOO_LARGE_UNPACKED)
            if code != 0:
                raise file_fault(DAMAGED)
            out.seek(0)
            return out.readlines()
    except subprocess.TimeoutExpired:
        raise file_fault(DAMAGED) from None
    finally:
        _children.release()


def _wait(
    command: list[str],
    environment: Mapping[str, str],
    given: IO[bytes],
    out: IO[bytes],
    seconds: int,
    tell: Callable[[int], None] | None,
) -> int:
    """Runs the child to its end; its status. Whatever ends the waiting ends the child."""
    last = monotonic() + seconds
    child = subprocess.Popen(  # noqa: S603  (our own script, our own arguments)
        command, stdin=given, stdout=out, stderr=subprocess.DEVNULL, env=environment
    )
    try:
        while True:
            try:
                return child.wait(timeout=min(_LOOK, max(last - monotonic(), 0.01)))
            except subprocess.TimeoutExpired:
                if monotonic() >= last:
                    raise
                if tell is not None:
                    tell(_lines(out))
    finally:
        if child.poll() is None:
            child.kill()
            child.wait()


def _lines(out: IO[bytes]) -> int:
    """How many lines the child has written so far, without moving its place in the file."""
    if not hasattr(os, "pread"):
        return 0
    return os.pread(out.fileno(), os.fstat(out.fileno()).st_size, 0).count(b"\n")


def _raw(kind: str, value: str | bool | None) -> Raw:
    match kind, value:
        case Kind.NUMBER, str(text):
            return Raw(Kind.NUMBER, Decimal(text))
        case Kind.DATE, str(text):
            return Raw(Kind.DATE, date.fromisoformat(text))
        case _:
            return Raw(Kind(kind), value)
