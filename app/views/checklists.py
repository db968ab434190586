"""/checklists."""

from __future__ import annotations

from flask import Blueprint

from ..domain.access import Action
from ._load import allow

blueprint = Blueprint("checklists", __name__)


@blueprint.get("/checklists")
def index() -> str:
    allow(Action.READ_OVERVIEW)
    return "stub"
