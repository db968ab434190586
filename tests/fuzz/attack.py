"""Sends the requests and keeps the figures; every write is taken back, so that each meets the same world."""

from __future__ import annotations

import logging
import time
import traceback
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import cycle

from hypothesis import HealthCheck, Phase, given, seed, settings

from tests.access.stage import Stage
from tests.conftest import Client
from tests.fuzz.shots import Shot, shots
from tests.fuzz.targets import Target, names_of_forms


@dataclass
class Figures:
    requests: int = 0
    statuses: Counter[int] = field(default_factory=Counter)
    addresses: set[tuple[str, str]] = field(default_factory=set)
    failures: dict[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        counts = ", ".join(f"{status}: {number}" for status, number in sorted(self.statuses.items()))
        return f"{self.requests} requests to {len(self.addresses)} addresses × methods ({counts})"


class _Log(logging.Handler):
    """What the app wrote about a failure, so that the report says where."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.last = ""

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.last = "".join(traceback.format_exception(error)) if error else record.getMessage()


class Attack:
    """``figures`` by person."""

    def __init__(self, stage: Stage, targets: list[Target]) -> None:
        self.stage, self.targets = stage, targets
        self.names = names_of_forms()
        self.figures: dict[str, Figures] = {}
        self._log = _Log()

    @contextmanager
    def listening(self) -> Iterator[None]:
        logger = self.stage.app.logger
        handlers, logger.handlers, propagate = logger.handlers, [self._log], logger.propagate
        logger.propagate = False
        try:
            yield
        finally:
            logger.handlers, logger.propagate = handlers, propagate

    def once_around(self, people: Iterable[str], seed_: int) -> None:
        """Every address as each of these people once; the same requests for the same seed."""
        people = tuple(people)
        for number, target in enumerate(self.targets):
            if target.first:
                self._at(target, people, seed_ * 10_000 + number, len(people) + 1)
            else:  # another place at the same address: some of the people, others each time
                some = people[number % len(people) :] + people[: number % len(people)]
                self._at(target, some, seed_ * 10_000 + number, 3)

    def for_seconds(self, person: str, seconds: float, seed_: int) -> None:
        """Round after round over every address, until the time is over; the first round is always whole."""
        start, round_ = time.monotonic(), 0
        while round_ == 0 or time.monotonic() - start < seconds:
            for number, target in enumerate(self.targets):
                if round_ and time.monotonic() - start > seconds:
                    break
                self._at(target, (person,), (seed_ * 1000 + round_) * 10_000 + number, 8)
            round_ += 1

    def _at(self, target: Target, people: tuple[str, ...], seed_: int, number: int) -> None:
        """As many requests to one address, the people taking turns; the first is sound, as hypothesis begins."""
        turns = cycle(people)

        def send(shot: Shot) -> None:
            self._send(target, next(turns), shot)

        bounded = settings(
            max_examples=number,
            deadline=None,
            database=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        seed(seed_)(bounded(given(shots(target, self.names))(send)))()

    def _send(self, target: Target, person: str, shot: Shot) -> None:
        figures = self.figures.setdefault(person, Figures())
        client = self.stage.client(person)
        if target.session:
            with client.session_transaction() as session:
                session.update(target.session)
        try:
            status = self._open(client, shot)
        except AssertionError as fault:  # the page is unsound: checkhtml says how
            status = 0
            self._log.last = str(fault)
        figures.requests += 1
        figures.statuses[status] += 1
        figures.addresses.add((target.endpoint, target.method))
        if status >= 500 or not status:
            figures.failures.setdefault(str(target), f"{status} as {person}: {shot}\n{self._log.last}")
        if self.stage.writes:
            self.stage.take_back()

    def _open(self, client: Client, shot: Shot) -> int:
        body = {"data": shot.body, "content_type": shot.kind} if shot.method != "GET" else {}
        reply = client.open(
            shot.path,
            method=shot.method,
            query_string=shot.query,
            headers=shot.headers,
            csrf=shot.csrf,
            **body,
        )
        reply.close()
        return reply.status_code
