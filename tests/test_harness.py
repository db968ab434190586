"""The tests' own house: databases are real and empty, pages are checked, statements are counted."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from flask import Flask
from sqlalchemy import func, select

from app import models
from app.db import db
from app.domain.access import Role
from tests import make
from tests.conftest import HEAVY, Client
from tests.databases import Database
from tests.server import ROOT


@pytest.mark.parametrize("time", ["first", "second"])
def test_every_test_begins_with_an_empty_database(app: Flask, time: str) -> None:
    assert db.session.execute(select(func.count()).select_from(models.Unit)).scalar_one() == 0
    make.inspection()


def test_the_database_is_the_one_that_was_asked_for(app: Flask, database: Database) -> None:
    assert db.engine.dialect.name == database.kind


def test_a_person_signs_in_and_another_browser_stays_a_stranger(
    client: Client, login: Callable[..., Client]
) -> None:
    signed_in = login(make.user(Role.ADMIN))
    assert signed_in.get("/me").status_code == 200
    assert client.get("/me").status_code == 303


def test_a_post_without_the_token_is_refused(login: Callable[..., Client]) -> None:
    assert login(make.user()).post("/logout", csrf=False).status_code == 400


def test_statements_are_counted(count_statements: Callable[[], AbstractContextManager[list[str]]]) -> None:
    with count_statements() as statements:
        db.session.execute(select(models.Unit.id))
        db.session.execute(select(models.User.id))
    assert len(statements) == 2


def test_files_that_begin_first_are_there() -> None:
    assert not [name for name in HEAVY if not (ROOT / name).exists()]
