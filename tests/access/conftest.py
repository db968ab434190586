"""The stage of this folder's tests: built once for each module and database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.stage import Stage, staged
from tests.databases import Database


@pytest.fixture(scope="module")
def stage(database: Database) -> Iterator[Stage]:
    with staged(database) as built:
        yield built
