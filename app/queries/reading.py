"""Where reading ends before something slow begins."""

from __future__ import annotations

from ..db import db


def end_reading() -> None:
    """Ends the read transaction of the loaders: nobody's save waits while a file is being read or made."""
    db.session.commit()
