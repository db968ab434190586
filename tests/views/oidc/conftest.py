"""A real provider of identities, and people with and without an account that is linked."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app import models
from app.db import db
from app.domain.access import Role
from app.services.identities import link_identity
from tests import make
from tests.provider import Person, Running, running_provider
from tests.views.oidc.way import BACK, configure


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with running_provider(tmp_path_factory.mktemp("provider"), [BACK]) as process:
        yield process


@pytest.fixture
def app(app: Flask, running: Running) -> Iterator[Flask]:
    """The app, for which the running provider is set."""
    before = app.config["SOAT"]
    configure(app, oidc=running.known())
    yield app
    app.config["SOAT"] = before


@pytest.fixture
def user(app: Flask) -> models.User:
    return make.user(Role.MEMBER, name="thanhvien")


@pytest.fixture
def person() -> Person:
    return Person()


@pytest.fixture
def linked(user: models.User, running: Running, person: Person) -> models.User:
    """An account that is linked with the person."""
    link_identity(user.id, running.issuer, person.name, user.id, make.NOW)
    return db.session.get_one(models.User, user.id)
