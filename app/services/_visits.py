"""What binds a field visit and its session, asked inside the running transaction; used by verbs, itself no verb."""

from __future__ import annotations

from ..domain.inspections import State
from ..domain.supervision import require_closed, require_session_open
from ..models import Inspection
from ..queries.visits import open_visits
from ._steps import locked_inspection


def require_order(inspection: Inspection, to: State) -> None:
    """A session is signed or called off after its visits; a visit comes back only to a session that is open."""
    if inspection.parent_id is None:
        require_closed(to, open_visits(inspection.id))
    elif inspection.state is State.HUY:
        require_session_open(locked_inspection(inspection.parent_id).state)
