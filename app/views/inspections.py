"""/inspections: the list, one inspection, and its steps."""

from __future__ import annotations

from flask import Blueprint

from ..domain.access import Action
from ._load import allow

blueprint = Blueprint("inspections", __name__)


@blueprint.get("/inspections")
def index() -> str:
    allow(Action.READ_INSPECTION)
    return "stub"
