"""The session, and how SQLite and PostgreSQL are opened.

Measured, not guessed: the SQLite driver's own transactions lose updates silently and a deferred
``BEGIN`` fails under load, so every writing transaction here is ``BEGIN IMMEDIATE`` behind one lock
of the process; PostgreSQL runs READ COMMITTED with row locks, and a verb that met a deadlock, a
serialisation failure or somebody else's equal row is run again as a whole.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from contextvars import ContextVar
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Executable, MetaData, Row, event
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError
from sqlalchemy.orm import DeclarativeBase

P = ParamSpec("P")
R = TypeVar("R")

log = logging.getLogger(__name__)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


# Objects stay usable after a commit: what is shown after a write is what was written.
db = SQLAlchemy(model_class=Base, session_options={"expire_on_commit": False})

_writing: ContextVar[bool] = ContextVar("writing", default=False)
_rehearsing: ContextVar[bool] = ContextVar("rehearsing", default=False)
_write_lock = threading.Lock()
_TRIES = 3


def verb(function: Callable[P, R]) -> Callable[P, R]:
    """Makes a service function one transaction: begun for writing, committed once, last.

    The read transaction of the loaders ends first, so what a verb reads, it reads under its lock.
    A verb that calls a verb is a mistake and raises ``RuntimeError``.
    """

    @wraps(function)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        if _writing.get():
            raise RuntimeError(f"{function.__name__} was called inside another verb.")
        for attempt in range(1, _TRIES + 1):
            try:
                return _run_once(function, args, kwargs)
            except (OperationalError, IntegrityError) as error:
                if attempt == _TRIES or not _worth_another_try(error):
                    raise
        raise AssertionError("unreachable")

    return run


def _run_once(function: Callable[..., R], args: Any, kwargs: Any) -> R:
    db.session.commit()
    token = _writing.set(True)
    try:
        with _write_lock if db.engine.dialect.name == "sqlite" else nullcontext():
            try:
                result = function(*args, **kwargs)
                if _rehearsing.get():
                    raise Rehearsed(result)
                db.session.commit()
                return result
            except BaseException:
                db.session.rollback()
                raise
    finally:
        _writing.reset(token)


class Rehearsed(Exception):
    """A verb came to its end in a rehearsal; ``result`` is what it would have given."""

    def __init__(self, result: Any) -> None:
        super().__init__("Nothing was written: this was a rehearsal.")
        self.result = result


@contextmanager
def rehearsal() -> Iterator[None]:
    """Within it a verb does all it does, takes it back and ends with :class:`Rehearsed`: nothing is written."""
    token = _rehearsing.set(True)
    try:
        yield
    finally:
        _rehearsing.reset(token)


def _worth_another_try(error: DBAPIError) -> bool:
    """Whether the whole unit of work may be run again: PostgreSQL only, on SQLite writers queue.

    Deadlock, serialisation failure, or a unique row that somebody else wrote at the same moment: the next
    run sees it, and answers as it would have a second later.
    """
    return getattr(error.orig, "sqlstate", None) in {"40001", "40P01", "23505"}


def rows(statement: Executable, /, **values: Any) -> Sequence[Row[Any]]:
    """Runs a statement that was built once, with its values, past the ORM: the way of the hot paths."""
    return db.session.connection().execute(statement, values).all()


def one_row(statement: Executable, /, **values: Any) -> Row[Any] | None:
    return db.session.connection().execute(statement, values).one_or_none()


def write(statement: Executable, /, **values: Any) -> None:
    """Like :func:`rows`, for an INSERT or UPDATE."""
    db.session.connection().execute(statement, values)


def has_wal_reset_fix(version: tuple[int, ...]) -> bool:
    """Whether this SQLite may use WAL; 3.7.0 to 3.51.2 can corrupt it (fixed 3.51.3, 3.50.7, 3.44.6)."""
    fixed_in = {(3, 44): (3, 44, 6), (3, 50): (3, 50, 7)}.get((version[0], version[1]))
    if fixed_in:
        return version >= fixed_in
    return version >= (3, 51, 3) and version != (3, 52, 0)


def sqlite_pragmas(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> tuple[str, ...]:
    """How a SQLite file is opened: acknowledged means on disk, with every version of the library."""
    durable = (
        ("journal_mode=WAL", "synchronous=FULL")
        if has_wal_reset_fix(version)
        else ("journal_mode=DELETE", "synchronous=EXTRA")
    )
    return (*durable, "busy_timeout=15000", "foreign_keys=ON", "trusted_schema=OFF")


def _open_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in sqlite_pragmas():
        connection.execute(f"PRAGMA {pragma}")
    wanted = sqlite_pragmas()[0].split("=")[1].lower()
    mode = connection.execute("PRAGMA journal_mode").fetchone()[0]
    if mode not in {wanted, "memory"}:
        log.warning("SQLite keeps journal_mode=%s although %s was asked for.", mode, wanted)


def _begin_sqlite(connection: Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE" if _writing.get() else "BEGIN")


def _open_postgresql(connection: Any, _record: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SET lock_timeout = '4s'; SET statement_timeout = '15s'")
        cursor.execute("SET idle_in_transaction_session_timeout = '30s'; SET TIME ZONE 'UTC'")
    connection.commit()


def init_app(app: Flask) -> None:
    db.init_app(app)
    with app.app_context():
        prepare(db.engine)


def prepare(engine: Engine) -> None:
    """Attaches the opening rules to an engine."""
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _open_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        event.listen(engine, "connect", _open_postgresql)
