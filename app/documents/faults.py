"""Faults found in an imported workbook: where, and why, in the words shown to the office."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.domain.refusals import Invalid

MOST_FAULTS = 100


@dataclass(frozen=True, slots=True)
class Fault:
    """One reason why a workbook is refused; ``sheet`` is empty when the whole file is meant.

    ``place`` is a cell («D12»), a row («hàng 1») or a column («cột A»); ``reason`` ends with a full stop.
    """

    reason: str
    sheet: str = ""
    place: str = ""

    def __str__(self) -> str:
        """The sentence of the page: «Sheet «Tiêu chí», ô D12: …»."""
        if not self.sheet:
            return self.reason
        place = f"ô {self.place}" if self.place[:1].isupper() else self.place
        return f"Sheet «{self.sheet}», {place}: {self.reason}"

    @property
    def short(self) -> str:
        """The line of the command, and of the lists of tasks: «Tiêu chí!D12: …»."""
        return f"{self.sheet}!{self.place}: {self.reason}" if self.sheet else self.reason


class Faults(Invalid):
    """A workbook is refused; ``faults`` holds the first hundred reasons in row order."""

    def __init__(self, faults: Iterable[Fault], *, field: str = "file") -> None:
        self.faults = tuple(faults)[:MOST_FAULTS]
        super().__init__("\n".join(map(str, self.faults)), field=field)


def file_fault(reason: str) -> Faults:
    """A fault of the file itself, shown alone."""
    return Faults([Fault(reason)])
