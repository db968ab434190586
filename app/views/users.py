"""/admin/users: the accounts."""

from __future__ import annotations

from flask import Blueprint, render_template

from ..domain.access import Action
from ..queries.users import list_users
from ._load import allow

blueprint = Blueprint("users", __name__)


@blueprint.get("/admin/users")
def index() -> str:
    allow(Action.READ_USERS)
    return render_template("users/page.html", users=list_users())
