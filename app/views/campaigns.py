"""/campaigns."""

from __future__ import annotations

from flask import Blueprint

from ..domain.access import Action
from ._load import allow

blueprint = Blueprint("campaigns", __name__)


@blueprint.get("/campaigns")
def index() -> str:
    allow(Action.READ_OVERVIEW)
    return "stub"
