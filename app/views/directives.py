"""/directives."""

from __future__ import annotations

from flask import Blueprint

blueprint = Blueprint("directives", __name__)
