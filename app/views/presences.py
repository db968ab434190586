"""/inspections/<id>/presence: a page says which criterion its person is on, and hears about the others."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from flask import Blueprint, request

from ..domain.presences import side_of
from ..domain.refusals import Missing, sentence
from ..queries.checklists import checklist_value
from ..queries.presences import others_here
from ..services.presences import note_presence
from ._load import load_inspection
from ._login import account, now

blueprint = Blueprint("presences", __name__)


@blueprint.post("/inspections/<int:inspection_id>/presence")
def tell(inspection_id: int) -> dict[str, list[dict[str, Any]]]:
    """Not an activity: a page left open must not keep a session alive (see ``_login``)."""
    inspection = load_inspection(inspection_id)
    side = side_of(inspection.standing)
    code = request.form.get("criterion", "")
    if code and code not in checklist_value(inspection.version_id).by_code:
        raise Missing(sentence("Bộ tiêu chí không có tiêu chí này."))
    note_presence(inspection.id, account().id, side, code, now())
    others = others_here(inspection.id, side, account().id, now())
    return {"others": [asdict(other) for other in others]}
