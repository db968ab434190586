"""How Alembic meets the database: the app's engine, the models' tables, plain column types."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from alembic import context
from flask import current_app
from sqlalchemy.types import JSON, TypeDecorator

extension = current_app.extensions["migrate"]
metadata = extension.db.metadata


def render_item(kind: str, item: Any, _autogen: Any) -> str | bool:
    """A migration imports nothing from the app: our own types are written as what they are stored as."""
    if kind == "type" and isinstance(item, TypeDecorator):
        return f"sa.{item.impl_instance!r}"
    if kind == "type" and isinstance(item, JSON):
        variant = "postgresql.JSONB(none_as_null=True)"
        return f"sa.JSON(none_as_null=True).with_variant({variant}, 'postgresql')"
    return False


def compare_type(_context: Any, _column: Any, _found: Any, wanted: Any, _kind: Any) -> bool | None:
    """Enumerations and instants are compared by what they are stored as, not by their class."""
    return False if isinstance(wanted, TypeDecorator) else None


@contextmanager
def links_unwatched(connection: Any) -> Iterator[None]:
    """SQLite builds a table anew by dropping the old one, which the links of other tables would forbid.

    So they are not watched meanwhile, and all looked at afterwards (https://sqlite.org/lang_altertable.html,
    section 7). The setting holds only outside a transaction.
    """
    if connection.dialect.name != "sqlite":
        yield
        return
    sqlite = connection.connection.dbapi_connection
    sqlite.execute("PRAGMA foreign_keys=OFF")
    try:
        yield
        broken = sqlite.execute("PRAGMA foreign_key_check").fetchall()
        if broken:
            raise RuntimeError(f"Rows that point at nothing after the migration: {broken[:10]}")
    finally:
        sqlite.execute("PRAGMA foreign_keys=ON")


def run() -> None:
    options = {
        "target_metadata": metadata,
        "render_item": render_item,
        "compare_type": compare_type,
        "render_as_batch": True,
    }
    with extension.db.engine.connect() as connection:
        context.configure(connection=connection, **options)
        with links_unwatched(connection), context.begin_transaction():
            context.run_migrations()


run()
