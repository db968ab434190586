"""The migrations build what the models say, on both databases, and can be taken back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import flask_migrate
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from flask import Flask
from sqlalchemy import inspect, select

from app import demo
from app.db import db
from app.models import AuditEvent, Unit, User
from tests import make
from tests.databases import KINDS, Databases


@pytest.fixture
def new_app(request: pytest.FixtureRequest, databases: Databases) -> Iterator[Flask]:
    """An app on a database without a table; not shared, because these tests change the tables."""
    app = databases.app_for(databases.empty(request.param))
    with app.app_context():
        yield app
        db.session.remove()
        db.engine.dispose()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "new_app" in metafunc.fixturenames:
        wanted = metafunc.config.getoption("--db")
        metafunc.parametrize("new_app", KINDS if wanted == "both" else (wanted,), indirect=True)


def tables() -> set[str]:
    return set(inspect(db.engine).get_table_names()) - {"alembic_version"}


def rows_of_each_table() -> dict[str, int]:
    with db.engine.connect() as connection:
        return {
            name: connection.exec_driver_sql(f'SELECT count(*) FROM "{name}"').scalar_one()
            for name in tables()
        }


def differences() -> list[object]:
    """What Alembic would still change, compared as ``flask db migrate`` compares."""
    options = {"compare_type": _compare_type, "target_metadata": db.metadata}
    with db.engine.connect() as connection:
        return compare_metadata(MigrationContext.configure(connection, opts=options), db.metadata)


def _compare_type(
    _context: object, _column: object, _found: object, wanted: object, _kind: object
) -> bool | None:
    return False if type(wanted).__module__.startswith("app.") else None


def test_the_migrations_lead_up_down_and_up_again(new_app: Flask) -> None:
    flask_migrate.upgrade()
    first = tables()
    assert first == set(db.metadata.tables)
    flask_migrate.downgrade(revision="base")
    assert tables() == set()
    flask_migrate.upgrade()
    assert tables() == first


def test_every_single_step_can_be_taken_back(new_app: Flask) -> None:
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        head = MigrationContext.configure(connection).get_current_revision()
    flask_migrate.downgrade(revision="-1")
    flask_migrate.upgrade()
    with db.engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == head


def test_a_database_that_is_in_use_keeps_every_row_on_the_way_up(new_app: Flask) -> None:
    """From the version that is out there: its rows point at each other while tables are built anew."""
    flask_migrate.upgrade()
    demo.load(datetime.now(UTC))
    db.session.remove()
    flask_migrate.downgrade(revision="0003")
    before = rows_of_each_table()
    flask_migrate.upgrade()
    after = rows_of_each_table()
    assert sum(before.values()) > 200
    assert not {table for table in before if after[table] < before[table]}


def test_the_migrations_build_what_the_models_say(new_app: Flask) -> None:
    flask_migrate.upgrade()
    found = differences()
    assert not found, (
        "The tables differ from the models. Write the missing step with «flask --app wsgi db migrate», "
        f"read it, and never edit a landed one: {found}"
    )


def test_a_migration_needs_nothing_from_the_app() -> None:
    steps = sorted((Path(__file__).parent.parent / "migrations" / "versions").glob("*.py"))
    guilty = [
        step.name for step in steps if re.search(r"^\s*(from|import) app\b", step.read_text(), re.MULTILINE)
    ]
    assert steps
    assert not guilty, f"The app changes, a landed step does not: write the values out in {guilty}."


def test_addresses_that_were_there_go_on_getting_mail(new_app: Flask) -> None:
    before = ScriptDirectory(str(Path(__file__).parents[1] / "migrations")).get_revision("0015").down_revision
    flask_migrate.upgrade(revision=before)
    with db.engine.begin() as connection:
        for id_, email in ((1, "phuong@vi.du"), (2, "")):
            connection.exec_driver_sql(
                "INSERT INTO units (id, kind, name, path, valid_from, name_sort, name_search, note, email)"
                f" VALUES ({id_}, 'phuong', 'Phường', '', '2000-01-01', 'p', 'p', '', '{email}')"
            )
    flask_migrate.upgrade()
    kept = db.session.execute(select(Unit.email, Unit.email_confirmed_at).order_by(Unit.id)).all()
    assert [(email, moment is not None) for email, moment in kept] == [("phuong@vi.du", True), ("", False)]


def test_who_came_in_before_the_update_does_not_count_as_away(new_app: Flask) -> None:
    flask_migrate.upgrade()
    came, stayed_out = make.user().id, make.user().id
    for day, action, user_id in ((1, "user.sign_in", came), (9, "user.sign_in_by_provider", came)):
        moment = make.NOW.replace(day=day)
        db.session.add(_event(moment, action, user_id))
    db.session.add(_event(make.NOW, "user.enable", stayed_out))
    db.session.commit()
    step = ScriptDirectory(str(Path(__file__).parents[1] / "migrations")).get_revision("0018")
    db.session.remove()
    flask_migrate.downgrade(revision=step.down_revision)
    flask_migrate.upgrade()
    found = db.session.execute(select(User.id, User.signed_in_at).order_by(User.id)).all()
    assert [tuple(row) for row in found] == [(came, make.NOW.replace(day=9)), (stayed_out, None)]


def _event(at: datetime, action: str, user_id: int) -> AuditEvent:
    digest = f"{action} {at} {user_id}"
    return AuditEvent(
        at=at,
        user_id=user_id,
        action=action,
        object_kind="user",
        object_id=user_id,
        data={},
        previous_hash="",
        hash=digest,
    )
