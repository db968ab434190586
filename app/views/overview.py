"""/: what this person should do next."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..domain.access import Action
from ._load import allow

blueprint = Blueprint("overview", __name__)


@blueprint.get("/")
def show() -> str:
    allow(Action.READ_OVERVIEW)
    return render_template("overview/page.html")
