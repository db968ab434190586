"""How the databases are opened, and that a verb is one transaction."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable

import pytest
from flask import Flask
from psycopg import errors as psycopg_errors
from sqlalchemy import Connection, event, select, text
from sqlalchemy.exc import IntegrityError, OperationalError

from app import models
from app.db import db, has_wal_reset_fix, sqlite_pragmas, verb
from app.models import User
from tests import make
from tests.databases import Database, Databases

WAL = ("journal_mode=WAL", "synchronous=FULL")
SAFE_EVERYWHERE = ("journal_mode=DELETE", "synchronous=EXTRA")


# --- SQLite: acknowledged means on disk


@pytest.mark.parametrize(
    ("version", "fixed"),
    [
        ((3, 6, 23), False),
        ((3, 40, 1), False),  # Debian 12
        ((3, 44, 5), False),
        ((3, 44, 6), True),
        ((3, 45, 0), False),
        ((3, 50, 6), False),
        ((3, 50, 7), True),
        ((3, 51, 1), False),
        ((3, 51, 2), False),
        ((3, 51, 3), True),
        ((3, 52, 0), False),  # withdrawn
        ((3, 52, 1), True),
        ((3, 53, 0), True),
        ((4, 0, 0), True),
    ],
)
def test_wal_is_used_only_where_its_reset_bug_is_fixed(version, fixed):
    assert has_wal_reset_fix(version) is fixed
    assert sqlite_pragmas(version)[:2] == (WAL if fixed else SAFE_EVERYWHERE)


@pytest.mark.parametrize("version", [(3, 40, 1), (3, 51, 3)])
def test_every_version_gets_foreign_keys_patience_and_no_trust_in_schemas(version):
    assert {"foreign_keys=ON", "busy_timeout=15000", "trusted_schema=OFF"} <= set(sqlite_pragmas(version))
    assert not {"synchronous=NORMAL", "synchronous=OFF"} & set(sqlite_pragmas(version))


def test_every_connection_is_opened_by_the_rules_of_its_database(database: Database, databases: Databases):
    rules = _sqlite_rules if database.kind == "sqlite" else _postgresql_rules
    # Not the app of the other tests, which waits for no disk.
    with databases.app_for(databases.empty(database.kind), durable=True).app_context():
        connections = [db.engine.connect() for _number in range(3)]
        for connection in connections:
            expected, found = rules(connection)
            assert found == expected
            connection.close()
        db.engine.dispose()


def _sqlite_rules(connection: Connection) -> tuple[dict[str, object], dict[str, object]]:
    wanted = dict(pragma.split("=") for pragma in sqlite_pragmas(sqlite3.sqlite_version_info))
    expected = {
        "journal_mode": wanted["journal_mode"].lower(),
        "synchronous": {"FULL": 2, "EXTRA": 3}[wanted["synchronous"]],
        "foreign_keys": 1,
        "trusted_schema": 0,
        "busy_timeout": 15000,
    }
    return expected, {name: connection.exec_driver_sql(f"PRAGMA {name}").scalar() for name in expected}


def _postgresql_rules(connection: Connection) -> tuple[dict[str, object], dict[str, object]]:
    expected = {
        "lock_timeout": "4s",
        "statement_timeout": "15s",
        "idle_in_transaction_session_timeout": "30s",
        "transaction_isolation": "read committed",
        "TimeZone": "UTC",
    }
    return expected, {name: connection.exec_driver_sql(f"SHOW {name}").scalar() for name in expected}


# --- Verbs


@verb
def add(name: str, then: Callable[[], None] = lambda: None) -> int:
    user = User(name=name, title=name, role=make.Role.MEMBER, password_hash="x", created_at=make.NOW)
    db.session.add(user)
    db.session.flush()
    then()
    return user.id


def names() -> list[str]:
    db.session.commit()
    return list(db.session.execute(select(User.name).order_by(User.id)).scalars())


def statements_of(run: Callable[[], object]) -> list[str]:
    """Everything that is sent, BEGIN too."""
    seen: list[str] = []

    def note(_connection, _cursor, statement, *_rest):
        seen.append(statement)

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        run()
    finally:
        event.remove(db.engine, "before_cursor_execute", note)
    return seen


def test_a_verb_commits_once_and_gives_its_result(app: Flask):
    commits: list[object] = []

    def note(connection: Connection) -> None:
        commits.append(connection)

    db.session.commit()
    event.listen(db.engine, "commit", note)
    try:
        id_ = add("a")
    finally:
        event.remove(db.engine, "commit", note)
    assert names() == ["a"]
    assert db.session.get(User, id_).name == "a"
    assert len(commits) == 1


def test_a_verb_begins_for_writing_and_a_read_does_not(app: Flask):
    """On SQLite by BEGIN IMMEDIATE; on PostgreSQL the driver begins, and rows are locked."""
    sqlite = db.engine.dialect.name == "sqlite"
    db.session.commit()
    assert ("BEGIN IMMEDIATE" in statements_of(lambda: add("a"))) == sqlite
    db.session.commit()
    reading = statements_of(lambda: db.session.execute(select(User.id)).all())
    assert "BEGIN IMMEDIATE" not in reading
    assert ("BEGIN" in reading) == sqlite


def test_a_verb_ends_the_read_that_was_open_before_it(app: Flask):
    """What a verb reads, it reads in its own transaction, not in the loaders' old picture."""
    assert db.session.execute(select(User.id)).all() == []
    if db.engine.dialect.name == "sqlite":
        assert "BEGIN IMMEDIATE" in statements_of(lambda: add("a"))
    else:
        add("a")
    assert names() == ["a"]


@pytest.mark.parametrize("error", [ValueError("sự cố"), KeyboardInterrupt()])
def test_an_error_takes_everything_back(app: Flask, error):
    def fail():
        raise error

    with pytest.raises(type(error)):
        add("a", fail)
    assert names() == []
    add("b")
    assert names() == ["b"], "the lock is free again"


def test_a_verb_inside_a_verb_raises_and_takes_everything_back(app: Flask):
    with pytest.raises(RuntimeError, match="add was called inside another verb"):
        add("a", lambda: add("b"))
    assert names() == []


def test_a_broken_rule_of_the_tables_takes_everything_back(app: Flask):
    add("a")
    with pytest.raises(IntegrityError):
        add("a")
    assert names() == ["a"]


def test_a_foreign_key_to_nothing_is_refused(app: Flask):
    @verb
    def orphan() -> None:
        db.session.execute(
            models.DelegationMember.__table__.insert().values(
                delegation_id=999, user_id=999, role=make.Role.MEMBER, areas=[], place=0
            )
        )

    with pytest.raises(IntegrityError):
        orphan()


class _Unlucky:
    """Fails so many times, then works."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.left, self.calls = error, times, 0

    def __call__(self) -> None:
        self.calls += 1
        if self.calls <= self.left:
            raise self.error


def failing(kind: type[OperationalError | IntegrityError], cause: Exception) -> Exception:
    return kind("UPDATE", {}, cause)


@pytest.mark.parametrize(
    ("error", "again"),
    [
        (failing(OperationalError, psycopg_errors.DeadlockDetected()), True),
        (failing(OperationalError, psycopg_errors.SerializationFailure()), True),
        (failing(IntegrityError, psycopg_errors.UniqueViolation()), True),
        (failing(IntegrityError, psycopg_errors.ForeignKeyViolation()), False),
        (failing(OperationalError, psycopg_errors.LockNotAvailable()), False),
        (failing(OperationalError, sqlite3.OperationalError("database is locked")), False),
    ],
    ids=["deadlock", "serialisation", "somebody else's equal row", "foreign key", "lock timeout", "locked"],
)
def test_the_whole_verb_is_run_again_where_that_can_help(app: Flask, error, again):
    unlucky = _Unlucky(error, 2)
    if again:
        add("a", unlucky)
        assert (unlucky.calls, names()) == (3, ["a"])
    else:
        with pytest.raises(type(error)):
            add("a", unlucky)
        assert (unlucky.calls, names()) == (1, [])


def test_three_tries_are_all(app: Flask):
    unlucky = _Unlucky(failing(OperationalError, psycopg_errors.DeadlockDetected()), 99)
    with pytest.raises(OperationalError):
        add("a", unlucky)
    assert (unlucky.calls, names()) == (3, [])


def test_writers_in_threads_wait_for_each_other_and_none_is_lost(app: Flask):
    """Read, then write: with the drivers' own transactions such counters lose updates silently."""
    id_ = add("0")
    db.session.commit()

    @verb
    def count_up() -> None:
        row = db.session.get_one(User, id_, populate_existing=True, with_for_update=True)
        row.name = str(int(row.name) + 1)

    errors: list[BaseException] = []

    def work() -> None:
        try:
            with app.app_context():
                for _time in range(10):
                    count_up()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=work) for _number in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert names() == ["60"]


def test_what_was_written_is_still_there_on_another_connection(app: Flask):
    add("a")
    with db.engine.connect() as connection:
        assert connection.execute(text("SELECT name FROM users")).scalars().all() == ["a"]
