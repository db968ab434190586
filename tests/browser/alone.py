"""For files whose tests stop, kill or change the server below each other: one for each test.

``server, _cookies = pytest.fixture(own_server), pytest.fixture(nobody_signed_in)`` puts them in the place of the file's.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.server import Server, running_server


def own_server(demonstration_data: Path, tmp_path: Path) -> Iterator[Server]:
    with running_server(tmp_path / "data", demonstration_data) as running:
        yield running


def nobody_signed_in() -> dict[str, Any]:
    """At a new server no session of an earlier one holds."""
    return {}
