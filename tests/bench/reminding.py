"""(h) and (i): ``flask remind`` for a province of 124 communes with 200 tasks each, and who saves meanwhile.

The run is a process of its own, as cron starts it, while this one goes on saving as the server does. The floor of
the run is sqlite3 alone: the same rows in one transaction, as durably; that of the save is a save with nobody else.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from time import perf_counter, sleep
from unittest.mock import patch

from sqlalchemy import event, select

from app import create_app, models
from app.db import db, sqlite_pragmas
from app.domain.access import Role
from app.services import reminders
from app.services.users import set_preferences
from tests import make
from tests.bench.figures import MANY, province

DAY, NOW = date(2022, 9, 15), datetime(2022, 9, 15, 3, tzinfo=UTC)
# Statements of the save that is measured: one UPDATE.
SAVES = 1
# A person who taps as fast as this is faster than any.
_BETWEEN_SAVES = 0.02


@dataclass(frozen=True)
class Run:
    """One run: seconds of all of it, of its longest transaction, what it wrote; and each save that was made meanwhile."""

    seconds: float
    longest: float
    statements: int
    digests: int
    marks: int
    saves: list[float]


@dataclass(frozen=True)
class Reminding:
    """What a few runs came to, in milliseconds; ``longest_lock`` of any transaction of any of them."""

    statements: int
    digests: int
    marks: int
    run: float
    plain: float
    longest_lock: float
    longest_save: float
    save: float


def measure(times: int) -> Reminding:
    """So many runs on copies of one province, each beside its floor."""
    with _staffed() as folder:
        runs, floors, alone = [], [], []
        for turn in range(times):
            copy = folder.parent / f"{folder.name}-{turn}"
            shutil.copytree(folder, copy)
            try:
                end = perf_counter() + 1
                alone += _saves_of(copy, lambda end=end: perf_counter() < end)  # type: ignore[misc]
                runs.append(_run_beside_saves(copy))
                floors.append(_plain_insert(copy))
            finally:
                shutil.rmtree(copy)
    first = runs[0]
    return Reminding(
        statements=first.statements,
        digests=first.digests,
        marks=first.marks,
        run=1000 * median(run.seconds for run in runs),
        plain=1000 * median(floors),
        longest_lock=1000 * max(run.longest for run in runs),
        longest_save=1000 * max(max(run.saves) for run in runs),
        save=1000 * median(alone),
    )


@contextmanager
def _staffed() -> Iterator[Path]:
    """The province of the figures; each commune has an officer, a head and a mailbox, all with addresses."""
    with province(MANY) as place:
        with place.app.app_context():
            communes = select(models.Unit).where(models.Unit.parent_id.is_not(None)).order_by(models.Unit.id)
            for unit in db.session.scalars(communes).all():
                for role in (Role.OFFICER, Role.UNIT_HEAD):
                    make.user(role, unit=unit, email=f"{role.value}{unit.id}@vi.du")
                unit.email, unit.email_confirmed_at = f"xa{unit.id}@vi.du", make.NOW
            db.session.commit()
            db.engine.dispose()
        yield place.app.config["SOAT"].data_dir


def _app(folder: Path):  # type: ignore[no-untyped-def]
    return create_app(
        {"DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'soat.db'}", "SECRET_KEY": "bench"}
    )


def _run_beside_saves(folder: Path) -> Run:
    child = subprocess.Popen([sys.executable, "-m", __name__, str(folder)], stdout=subprocess.PIPE, text=True)
    try:
        assert child.stdout is not None
        child.stdout.readline()  # it is ready, and begins
        saves = _saves_of(folder, lambda: child.poll() is None)
        told = json.loads(child.stdout.readline())
    finally:
        child.kill()
        child.wait()
    return Run(**told, saves=saves)


def _saves_of(folder: Path, goes_on: Callable[[], bool]) -> list[float]:
    """How long each save of a person took, one after the other."""
    app, saves = _app(folder), []
    with app.app_context():
        user_id = db.session.scalars(select(models.User.id).order_by(models.User.id).limit(1)).one()
        while goes_on():
            start = perf_counter()
            set_preferences(user_id, "vi", "auto")
            saves.append(perf_counter() - start)
            sleep(_BETWEEN_SAVES)
        db.engine.dispose()
    return saves


def _plain_insert(folder: Path) -> float:
    """The rows that the run wrote, written once more into empty tables by sqlite3 alone."""
    connection = sqlite3.connect(folder / "soat.db", isolation_level=None)
    for pragma in sqlite_pragmas():
        connection.execute(f"PRAGMA {pragma}")
    kept = {name: connection.execute(f"SELECT * FROM {name}").fetchall() for name in ("notices", "reminders")}
    connection.execute("DELETE FROM reminders")
    connection.execute("DELETE FROM notices")
    start = perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for name, rows in kept.items():
        places = ", ".join("?" * len(rows[0]))
        connection.executemany(f"INSERT INTO {name} VALUES ({places})", rows)
    connection.execute("COMMIT")
    seconds = perf_counter() - start
    connection.close()
    return seconds


def _child(folder: Path) -> None:
    """One run in this process; tells that it begins, and what it came to."""
    app = _app(folder)
    locks: list[float] = []
    keep, rest = reminders._keep, reminders._keep_rest
    statements: list[str] = []

    def timed(verb):  # type: ignore[no-untyped-def]
        def run(*args, **more):  # type: ignore[no-untyped-def]
            start = perf_counter()
            try:
                return verb(*args, **more)
            finally:
                locks.append(perf_counter() - start)

        return run

    with (
        app.app_context(),
        patch.object(reminders, "_keep", timed(keep)),
        patch.object(reminders, "_keep_rest", timed(rest)),
    ):
        event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
        print("begins", flush=True)
        start = perf_counter()
        told = reminders.remind(DAY, True, NOW)
        seconds = perf_counter() - start
        assert reminders.remind(DAY, True, NOW) == [], "told twice"
    marks = sum(len(one.digest.marks) for one in told)
    print(
        json.dumps(
            {
                "seconds": seconds,
                "longest": max(locks),
                "statements": len([one for one in statements if not one.startswith("BEGIN")]),
                "digests": len(told),
                "marks": marks,
            }
        ),
        flush=True,
    )


if __name__ == "__main__":
    _child(Path(sys.argv[1]))
