"""The short run: every address as each of the sixteen people once, the same requests every time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from tests.access.people import PRINCIPALS
from tests.access.stage import Stage, staged
from tests.access.test_matrix import routes
from tests.databases import Database
from tests.fuzz.attack import Attack
from tests.fuzz.targets import targets


@pytest.fixture(scope="module")
def stage(database: Database) -> Iterator[Stage]:
    with staged(database) as built:
        yield built


def test_no_address_fails_whatever_anybody_sends(stage: Stage, capsys: pytest.CaptureFixture[str]) -> None:
    attack = Attack(stage, targets(stage))
    with attack.listening():
        attack.once_around(PRINCIPALS, seed_=1)
    failures = {key: value for figures in attack.figures.values() for key, value in figures.failures.items()}
    everywhere = set.intersection(*(figures.addresses for figures in attack.figures.values()))
    statuses = sum((figures.statuses for figures in attack.figures.values()), Counter[int]())
    with capsys.disabled():
        print(
            f"\n  fuzz: {statuses.total()} requests to {len(everywhere)} addresses × methods as {len(PRINCIPALS)} people: ",
            end="",
        )
        print(dict(sorted(statuses.items())))
    assert not failures, "\n\n".join(f"{key}\n{value}" for key, value in failures.items())
    assert everywhere == set(routes(stage.app))
    assert {200, 303, 422} <= set(statuses), "what is sent never gets past the door"
