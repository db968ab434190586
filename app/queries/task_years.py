"""The year whose tasks the board, the home and the figures count when nobody chose one."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from ..db import db
from ..domain.tasks import OUTSIDE
from ..models import Task
from .tasks import Seen


def counted_year(seen: Seen, today: date) -> int:
    """The newest year in which a task that counts was given; one SELECT.

    In January, before the new plan gives anything, and where an older year was carried in, this is an earlier
    one: the present year would only show what is left over, as if nothing had ever been done.
    """
    newest = db.session.scalar(
        select(func.max(Task.assigned_on)).where(
            seen, Task.lead, Task.workflow.not_in(OUTSIDE), Task.assigned_on <= today
        )
    )
    return newest.year if newest is not None else today.year
