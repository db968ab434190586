"""Several things at the same moment, each in a run of its own, as requests are."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

from flask import Flask

from app.db import db
from app.domain.refusals import Refused


def at_once(app: Flask, *actions: Callable[[], Any]) -> list[Any]:
    """What each action gave, in their order; a refusal is given too, whatever else is raised is raised here."""
    start = Barrier(len(actions))

    def one(action: Callable[[], Any]) -> Any:
        with app.app_context():
            try:
                start.wait(30)
                return action()
            except Refused as refusal:
                return refusal
            finally:
                db.session.remove()

    db.session.commit()
    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(one, actions))
