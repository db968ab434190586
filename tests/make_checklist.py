"""A published checklist with one criterion of each rule in every group."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from app import models
from app.db import db
from app.domain.checklists import (
    DEFAULT_BANDS,
    AreaKind,
    Between,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    UnitLevel,
    YesNo,
    ZeroDen,
    rule_to_json,
)
from tests.saved import NOW, numbers, save

RULES = (
    YesNo(),
    Levels((Level("Đủ", 100), Level("Thiếu", 50), Level("Không có", 0))),
    Ratio("Số đúng hạn", "Tổng số", Decimal(95), Decimal(80), Between.OF_100, ZeroDen.NOT_APPLICABLE),
    Penalty(Decimal("0.5"), "văn bản sai"),
    Free(),
)


def checklist_version(*, published: bool = True, areas: int = 2, **rest: Any) -> models.ChecklistVersion:
    """Areas «1», «2» …, each one group «n.1» with five criteria «n.1.1» … of 1 point, one of each rule."""
    number = next(numbers)
    checklist = save(models.Checklist(code=f"thu-{number}", name=f"Bộ tiêu chí thử {number}", created_at=NOW))
    version = save(
        models.ChecklistVersion(
            checklist_id=checklist.id,
            version=rest.pop("version", "1"),
            level=rest.pop("level", UnitLevel.XA),
            scale=areas * 500,
            bonus_max=200,
            deduction_max=500,
            valid_from=date(2020, 1, 1),
            bands=[{"label": band.label, "from_index": band.from_index} for band in DEFAULT_BANDS],
            published_at=NOW if published else None,
            created_at=NOW,
            **rest,
        )
    )
    for place in range(1, areas + 1):
        area = save(
            models.Area(
                version_id=version.id,
                code=str(place),
                name=f"Lĩnh vực {place}",
                kind=AreaKind.LEADERSHIP if place == 1 else AreaKind.REFORM,
                max_points=500,
                place=place,
            )
        )
        group = save(
            models.CriterionGroup(
                version_id=version.id,
                area_id=area.id,
                code=f"{place}.1",
                text=f"Tiêu chí {place}.1",
                max_points=500,
                place=1,
            )
        )
        for leaf, rule in enumerate(RULES, 1):
            db.session.add(
                models.Criterion(
                    version_id=version.id,
                    area_id=area.id,
                    group_id=group.id,
                    code=f"{place}.1.{leaf}",
                    text=f"Tiêu chí thành phần {place}.1.{leaf}",
                    max_points=100,
                    rule=rule_to_json(rule),
                    may_be_na=leaf == 2,
                    evidence="Quyết định, báo cáo",
                    legal_basis="NQ 76/NQ-CP",
                    place=leaf,
                )
            )
        db.session.commit()
    return version
