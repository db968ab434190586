"""A ward with a dossier report, and form II.06 as a browser sends it: for tests of its pages."""

from __future__ import annotations

from app.db import db
from app.domain.access import Role
from app.domain.dossiers import COLUMNS
from app.queries.dossiers import report_card, report_value
from tests import make

CITY = dict(
    zip(
        (column.name for column in COLUMNS),
        (10363, 832, 9465, 66, 10261, 7620, 2641, 0, 102, 102, 0),
        strict=True,
    )
)


class World:
    """A ward, its officer and head, the delegation that inspects it, and strangers."""

    def __init__(self) -> None:
        self.district = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.district)
        other = make.unit("Phường Đằng Giang", parent=self.district)
        self.officer = make.user(Role.OFFICER, unit=self.ward, title="Công chức đầu mối")
        self.stranger = make.user(Role.OFFICER, unit=other)
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.district)
        delegation, version = make.delegation(), make.checklist_version()
        self.inspection = make.inspection(unit=self.ward, delegation=delegation, version=version)
        self.head = make.member(delegation, Role.HEAD)
        self.secretary = make.member(delegation, Role.SECRETARY)
        self.member = make.member(delegation, Role.MEMBER)
        self.report = make.dossier_report(self.ward, period_label="9 tháng 2022")
        self.at = f"/dossiers/{self.report.id}"


def typed(version: int = 1, rows=(), explanations=(), **total) -> dict[str, object]:
    """The form as a browser sends it: rows are (field, {column: text}), total cells by column."""
    data: dict[str, object] = {"version": version}
    data |= {f"total-{column.name}": total.get(column.name, "") for column in COLUMNS}
    for place, (field, cells) in enumerate(rows):
        data[f"rows-{place}-field"] = field
        data |= {f"rows-{place}-{column.name}": cells.get(column.name, "") for column in COLUMNS}
    for place, (code, text) in enumerate(explanations):
        data |= {f"explanations-{place}-code": code, f"explanations-{place}-text": text}
    return data


def stored(world):
    db.session.expire_all()
    return report_value(report_card(world.report.id))
