"""The stage for tests of access: one world, its people signed in, and every request taken back afterwards.

Everything happens on one connection in one transaction, of which the app's own transactions are savepoints;
rolling it back is as fast on PostgreSQL as on SQLite, and the thousandth request meets the same world as the first.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from flask import Flask
from flask_sqlalchemy.session import Session
from sqlalchemy import event, func, select

from app.db import db
from app.models import AnswerChange, AuditEvent
from app.oidc import open_provider
from app.queries.checklists import forget_checklists
from tests import make
from tests.access.people import ISSUER
from tests.access.world import World
from tests.conftest import Client, signed_in
from tests.databases import Database

# When a browser was last seen is written at any request.
_RESTLESS = {"user_sessions"}


class Stage:
    def __init__(self, app: Flask) -> None:
        self.app, self.world = app, World()
        self._cookies = {}
        for principal, user in self.world.people.items():
            cookie = signed_in(app, user.name, make.PASSWORD).get_cookie("sid")
            assert cookie
            self._cookies[principal] = cookie.value
        self.world.turn_second_step_on()
        self.writes = 0
        db.session.remove()
        self._connection = db.engine.connect()
        self._transaction = self._connection.begin()
        event.listen(self._connection, "before_cursor_execute", self._note)

    def _note(self, _connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        words = statement.split(maxsplit=3)
        if words[0] in {"INSERT", "UPDATE", "DELETE"} and not set(words[1:3]) & _RESTLESS:
            self.writes += 1

    @contextmanager
    def open(self) -> Iterator[None]:
        """While it is open, every session works on the stage's connection."""
        factory, get_bind = db.session.session_factory, Session.get_bind
        mode = factory.kw.get("join_transaction_mode", "conditional_savepoint")
        factory.configure(join_transaction_mode="create_savepoint")
        # A provider of identities that is known, so that leading there asks nobody, and that answers nobody.
        settings = self.app.config["SOAT"]
        provider = open_provider(ISSUER, "soat", "x", "Nhà cung cấp")
        provider._metadata = {f"{name}_endpoint": f"{ISSUER}/{name}" for name in ("authorization", "token")}
        provider._asked_at = math.inf
        self.app.config["SOAT"] = replace(settings, oidc=provider)
        Session.get_bind = lambda *_args, **_options: self._connection  # type: ignore[method-assign, assignment]
        try:
            yield
        finally:
            self.app.config["SOAT"] = settings
            Session.get_bind = get_bind  # type: ignore[method-assign]
            factory.configure(join_transaction_mode=mode)
            db.session.remove()
            self._transaction.rollback()
            self._connection.close()

    def client(self, principal: str) -> Client:
        """This person's browser as it was right after signing in."""
        client = Client(self.app, self.app.response_class)
        if principal in self._cookies:
            client.set_cookie("sid", self._cookies[principal])
        return client

    def take_back(self) -> None:
        """The world as it was."""
        db.session.remove()
        self._transaction.rollback()
        self._transaction = self._connection.begin()
        forget_checklists()
        self.writes = 0

    def digest(self) -> str:
        """One hash over every row of every table."""
        rows = hashlib.sha256()
        for table in db.metadata.sorted_tables:
            if table.name not in _RESTLESS:
                for row in self._connection.execute(select(table).order_by(*table.primary_key)):
                    rows.update(repr((table.name, tuple(row))).encode())
        return rows.hexdigest()

    def traces(self) -> int:
        """Events and lines of the change log."""
        return sum(
            self._connection.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (AuditEvent, AnswerChange)
        )


@contextmanager
def staged(database: Database) -> Iterator[Stage]:
    """The world on an empty database, which is empty again afterwards."""
    with database.app.app_context():
        built = Stage(database.app)
        with built.open():
            yield built
    database.clean()
