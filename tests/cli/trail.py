"""A chain of events, and the commands that look after it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from click.testing import Result
from sqlalchemy import delete, select, update

from app.db import db
from app.domain.access import Role
from app.domain.campaigns import CampaignText
from app.domain.inspections import CampaignKind
from app.domain.periods import Period
from app.models import AuditEvent
from app.services.campaigns import save_campaign
from tests import make


class Trail:
    """A chain of events, and the commands that look after it."""

    def __init__(self, app: Any, folder: Path) -> None:
        self.app, self.file = app, folder / "checkpoints.txt"
        self.user = make.user(Role.HEAD)

    def grow(self, events: int) -> None:
        for number in range(events):
            name = f"Kế hoạch {number}"
            period = Period(date(2022, 1, 1), date(2022, 12, 31), "")
            save_campaign(
                None, CampaignText(CampaignKind.KIEM_TRA, name, 2022, period), 0, self.user.id, make.NOW
            )

    def run(self, command: str, *args: str) -> Result:
        db.session.commit()
        arguments = ["audit", command, "--checkpoints", str(self.file), *args]
        result = self.app.test_cli_runner().invoke(args=arguments)
        db.session.expire_all()
        return result

    def good(self) -> str:
        result = self.run("verify")
        assert result.exit_code == 0, result.output
        return result.output

    def bad(self, *args: str) -> str:
        result = self.run("verify", *args)
        assert result.exit_code == 1, result.output
        return result.output

    def rows(self) -> list[AuditEvent]:
        return list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))

    def write(self, id_: int, **columns: Any) -> None:
        """As somebody with the database's password would."""
        db.session.execute(update(AuditEvent).where(AuditEvent.id == id_).values(columns))
        db.session.commit()

    def remove(self, *ids: int) -> None:
        db.session.execute(delete(AuditEvent).where(AuditEvent.id.in_(ids)))
        db.session.commit()
