"""Does the database answer?"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from ..db import db


def database_answers() -> bool:
    try:
        return db.session.execute(select(1)).scalar() == 1
    except SQLAlchemyError:
        return False
