"""Checklist workbooks: the door to reading (:mod:`checklist_read`) and writing (:mod:`checklist_write`)."""

from __future__ import annotations

from pathlib import Path

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
    "read_checklist",
    "read_workbook",
    "write_checklist",
]
