"""Fixtures of the tests that need the app: run once on SQLite and once on PostgreSQL.

``pytest --db sqlite`` runs them on one database only. Pure tests (domain, documents) ask for no fixture here.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import HealthCheck, settings
from itsdangerous import URLSafeTimedSerializer
from sqlalchemy import event
from werkzeug.test import TestResponse

from app import models
from app.db import db
from tests import checkheaders, checkhtml, make
from tests.databases import KINDS, Database, Databases

# On a busy machine one example may take long: that says nothing about the app.
settings.register_profile("soat", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("soat")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--db", choices=(*KINDS, "both"), default="both", help="the database of the tests that need one"
    )


# Files that take a minute or more, the longest first: begun last, one of them would keep a worker busy
# long after the other has nothing left to do. All others follow by their number of tests.
HEAVY = (
    "tests/access/test_matrix.py",
    "tests/browser/test_axe_everywhere.py",
    "tests/crash/test_kill.py",
    "tests/fuzz/test_addresses.py",
    "tests/test_bad_input.py",
    "tests/browser/test_offline_pages.py",
    "tests/browser/test_written.py",
    "tests/browser/test_joined.py",
    "tests/browser/test_axe.py",
    "tests/browser/test_photos.py",
    "tests/browser/test_killed.py",
    "tests/browser/test_three_tablets.py",
    "tests/browser/test_outbox.py",
    "tests/browser/test_sizes.py",
    "tests/browser/test_faults.py",
    "tests/browser/test_outbox_page.py",
    "tests/browser/test_main_job.py",
    "tests/browser/test_explanations.py",
    "tests/test_access.py",
    "tests/test_english_pages.py",
    "tests/documents/test_workbooks.py",
)


@pytest.hookimpl(trylast=True)
def pytest_configure(config: pytest.Config) -> None:
    # pytest-xdist must keep the order made below, not sort by the number of tests alone.
    config.option.loadscopereorder = False


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """With several workers, whole files in the order in which they should begin."""
    if not hasattr(config, "workerinput"):
        return
    numbers = Counter(item.nodeid.partition("::")[0] for item in items)
    rank = {name: place for place, name in enumerate(HEAVY)}
    places = {name: (rank.get(name, len(rank)), -number, name) for name, number in numbers.items()}
    items.sort(key=lambda item: places[item.nodeid.partition("::")[0]])


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = metafunc.config.getoption("--db")
    kinds = KINDS if wanted == "both" else (wanted,)
    for name in ("database", "demonstration"):
        if name in metafunc.fixturenames:
            metafunc.parametrize(name, kinds, indirect=True, scope="session")


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Databases]:
    with ExitStack() as stack:
        yield Databases(tmp_path_factory.mktemp("databases"), stack)


@pytest.fixture(scope="session")
def database(request: pytest.FixtureRequest, databases: Databases) -> Database:
    return databases.migrated(request.param)


@pytest.fixture
def app(database: Database) -> Iterator[Flask]:
    """The app on an empty, migrated database, with an app context so that makers and queries work."""
    with database.app.app_context():
        yield database.app
    database.clean()


@pytest.fixture(scope="session")
def demonstration(request: pytest.FixtureRequest, databases: Databases) -> Flask:
    """The app with the demonstration data. Read only: every test of the worker shares it."""
    return databases.with_demonstration(request.param)


class Client(FlaskClient):
    """A browser: every request has its own context, posts carry the CSRF token, every page is checked."""

    def open(self, *args: Any, csrf: bool = True, **kwargs: Any) -> TestResponse:
        # What the test itself has read ends here; a request must find the tables free and the rows fresh.
        db.session.commit()
        with self.application.app_context():
            if csrf and kwargs.get("method", "GET") not in {"GET", "HEAD", "OPTIONS"}:
                kwargs["headers"] = {"X-CSRFToken": self._csrf_token(), **dict(kwargs.get("headers") or {})}
            response = super().open(*args, **kwargs)
        db.session.expire_all()
        secure = self.application.config["SESSION_COOKIE_SECURE"]
        lacks = checkheaders.problems(response, secure)
        assert not lacks, f"{response.request.method} {response.request.path}:\n" + "\n".join(lacks)
        if response.mimetype == "text/html" and response.status_code not in {301, 302, 303, 308}:
            faults = checkhtml.problems(response.text)
            assert not faults, f"{response.request.method} {response.request.path}:\n" + "\n".join(faults)
        return response

    def _csrf_token(self) -> str:
        """As Flask-WTF makes it for the session at hand."""
        with self.session_transaction() as session:
            secret = session.setdefault("csrf_token", "0123456789abcdef" * 2)
        return URLSafeTimedSerializer(self.application.secret_key or "", salt="wtf-csrf-token").dumps(secret)


def signed_in(app: Flask, name: str, password: str) -> Client:
    """A browser of its own in which this person is signed in."""
    client = Client(app, app.response_class)
    response = client.post("/login", data={"name": name, "password": password})
    assert response.status_code == 303, f"{name} could not sign in"
    return client


@pytest.fixture
def client(app: Flask) -> Client:
    """A browser in which nobody is signed in."""
    return Client(app, app.response_class)


@pytest.fixture
def login(app: Flask) -> Callable[..., Client]:
    """``login(user)`` or ``login("truongdoan", "soat-demo")``: a browser of its own, signed in."""

    def sign_in(user: models.User | str, password: str = make.PASSWORD) -> Client:
        return signed_in(app, user if isinstance(user, str) else user.name, password)

    return sign_in


@pytest.fixture
def count_statements(app: Flask) -> Callable[[], AbstractContextManager[list[str]]]:
    """``with count_statements() as statements: …``; then ``len(statements)`` (BEGIN is not counted)."""

    @contextmanager
    def counting() -> Iterator[list[str]]:
        statements: list[str] = []

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            if not re.match(r"BEGIN|PRAGMA", statement):
                statements.append(statement)

        event.listen(db.engine, "before_cursor_execute", note)
        try:
            yield statements
        finally:
            event.remove(db.engine, "before_cursor_execute", note)

    return counting
