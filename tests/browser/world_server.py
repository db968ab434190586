"""The people and things of the access tests on a real server, everybody's session beside them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import flask_migrate
from flask import Flask

from app import create_app
from app.db import db
from app.queries.checklists import forget_checklists
from tests import make
from tests.access.requests import sent
from tests.access.sent import Sent
from tests.access.test_matrix import address, rows
from tests.access.world import World
from tests.conftest import Client, signed_in
from tests.server import Server


@dataclass(frozen=True)
class Place:
    """One address of the matrix, whole, and what a browser's session must hold there."""

    endpoint: str
    path: str
    needs_session: bool
    expected: dict[str, str]


@dataclass
class Built:
    """What :func:`tests.access.test_matrix.address` needs, without a transaction that is taken back."""

    app: Flask
    world: World
    cookies: dict[str, str] = field(default_factory=dict)

    def client(self, person: str) -> Client:
        client = Client(self.app, self.app.response_class)
        if person in self.cookies:
            client.set_cookie("sid", self.cookies[person])
        return client

    def places(self) -> list[Place]:
        """Every GET of the matrix."""
        requests, found = sent(self.world), []
        for row in rows():
            if row.method != "GET":
                continue
            request = requests.get((row.endpoint, row.method, row.case), Sent())
            path = address(self, row.endpoint, row.method, request)  # type: ignore[arg-type]
            query = "&".join(f"{name}={value}" for name, value in request.query.items())
            whole = path + (f"?{query}" if query else "")
            found.append(Place(row.endpoint, whole, bool(request.session), row.expected))
        return found


@contextmanager
def world_server(folder: Path) -> Iterator[tuple[Server, Built]]:
    app = create_app(
        {"TESTING": True, "DATA_DIR": str(folder), "DATABASE_URL": f"sqlite:///{folder / 'soat.db'}"}
    )
    with app.app_context():
        flask_migrate.upgrade()
        built = Built(app, World())
        for person, user in built.world.people.items():
            cookie = signed_in(app, user.name, make.PASSWORD).get_cookie("sid")
            assert cookie
            built.cookies[person] = cookie.value
        built.world.turn_second_step_on()
        db.session.remove()
        server = Server(folder)
        try:
            server.start()
            yield server, built
        finally:
            server.stop()
            db.session.remove()
            db.engine.dispose()
            forget_checklists()
