"""One page of a list."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, TypeVar

R = TypeVar("R")


@dataclass(frozen=True, slots=True)
class Page(Generic[R]):
    """The rows of page number ``page`` (from 1) of ``total`` rows, ``page_size`` a page."""

    rows: tuple[R, ...]
    total: int
    page: int
    page_size: int

    @property
    def pages(self) -> int:
        """How many pages there are; an empty list has one."""
        return max(1, -(-self.total // self.page_size))


def within(page: int, total: int, page_size: int) -> int:
    """The page asked for, or the nearest there is."""
    return min(max(page, 1), max(1, -(-total // page_size)))
