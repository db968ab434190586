"""An hour without a day means today."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from flask import g, render_template_string


@pytest.mark.parametrize(
    ("ago", "words"),
    [
        (timedelta(minutes=5), "00:00"),
        # Yesterday in Viet Nam, though it is the same day in London.
        (timedelta(minutes=6), "23:59 14/09/2022"),
        (timedelta(days=365), "00:05 15/09/2021"),
    ],
)
def test_another_day_is_named(app, ago, words) -> None:
    now = datetime(2022, 9, 14, 17, 5, tzinfo=UTC)
    with app.test_request_context():
        g.now = now
        assert render_template_string("{{ at | clock }}", at=now - ago) == words
