"""/delegations."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("delegations", __name__)
