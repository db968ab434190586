"""/healthz: the process answers. /readyz: the database answers too."""

from __future__ import annotations

from flask import Blueprint

from ..queries.health import database_answers

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> dict[str, str]:
    return {"status": "ok"}


@blueprint.get("/readyz")
def readyz() -> tuple[dict[str, str], int]:
    if database_answers():
        return {"status": "ok"}, 200
    return {"status": "database"}, 503
