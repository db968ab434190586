"""Checklist workbooks: the door to reading (:mod:`checklist_read`) and writing (:mod:`checklist_write`)."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath

from app.vietnamese import fold

from .checklist_read import Reading, read_checklist, read_workbook
from .checklist_write import write_checklist
from .faults import Fault, Faults

# The model set for communes that comes with the app.
DEFAULT_WORKBOOK = Path(__file__).with_name("default") / "cap-xa-2026.xlsx"

__all__ = [
    "DEFAULT_WORKBOOK",
    "Fault",
    "Faults",
    "Reading",
    "code_of_file",
    "file_of",
    "read_checklist",
    "read_workbook",
    "write_checklist",
]


def code_of_file(filename: str) -> str:
    """The code a set gets when its first workbook is imported: «Cấp xã 2026.xlsx» → ``cap-xa-2026``."""
    stem = PurePosixPath(filename.replace("\\", "/")).name.rpartition(".")[0] or filename
    return _plain(stem) or "bo-tieu-chi"


def file_of(code: str, version: str) -> str:
    """The name of a downloaded workbook: ``cap-xa-2026`` and «2026.1» → ``cap-xa-2026-2026-1.xlsx``."""
    return f"{code}-{_plain(version)}".strip("-") + ".xlsx"


def _plain(text: str) -> str:
    return re.sub("[^a-z0-9]+", "-", fold(text))[:60].strip("-")
