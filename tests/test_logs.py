"""What is written into the log: one line for one request, and nothing that people wrote."""

from __future__ import annotations

import logging

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from app.db import db
from app.domain.access import Role
from tests import make


def test_an_address_begins_no_line_of_its_own(app, login, caplog, monkeypatch):
    def broken(**_address: object) -> None:
        raise RuntimeError("gãy")

    browser = login(make.user(Role.ADMIN))
    monkeypatch.setitem(app.config, "PROPAGATE_EXCEPTIONS", False)
    monkeypatch.setitem(app.view_functions, "inspections.step", broken)
    with caplog.at_level(logging.ERROR):
        reply = browser.get("/inspections/1/steps/a%0d%0aERROR%20forged%1b[2J")
    assert reply.status_code == 500
    (record,) = [one for one in caplog.records if "failed" in one.getMessage()]
    said = record.getMessage()
    assert "forged" in said
    assert not set(said) & set("\r\n\x1b")


def test_a_statement_that_fails_does_not_tell_what_was_to_be_written(app):
    with pytest.raises(DBAPIError) as failed:
        db.session.execute(text("INSERT INTO khong_co VALUES (:secret)"), {"secret": "điều kín"})
    db.session.rollback()
    assert "điều kín" not in str(failed.value)
