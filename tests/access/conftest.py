"""The stage of this folder's tests: built once for each module and database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.access.stage import Stage
from tests.databases import Database


@pytest.fixture(scope="module")
def stage(database: Database) -> Iterator[Stage]:
    with database.app.app_context():
        built = Stage(database.app)
        with built.open():
            yield built
    database.clean()
