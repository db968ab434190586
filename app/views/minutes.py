"""/minutes."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("minutes", __name__)
