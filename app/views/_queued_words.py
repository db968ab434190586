"""What stands in a queue file in words: the ward, the criterion, the value that was given."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from .. import vietnamese
from ..domain.checklists import Checklist, Criterion, Levels
from ..domain.inspections import Side
from ..domain.queue_files import Queued, path_of
from ..queries.checklists import checklist_value
from ..queries.operations import Told, told_inspections
from ._labels import label

SIDES = {side.value: side for side in Side}
_INSPECTION = re.compile(r"/inspections/(\d{1,9})/(?:answers/([^/]+))?")


@dataclass(frozen=True, slots=True)
class Worded:
    """``unit`` and ``place``: where it belongs; ``said``: what was given, empty when its seal is not right."""

    unit: str = ""
    place: str = ""
    said: str = ""


def worded(operations: Sequence[Queued]) -> list[Worded]:
    """In the order of the operations; one SELECT, and the checklists they are scored with."""
    places = [_INSPECTION.match(path_of(op.url) or "") for op in operations]
    told = told_inspections({int(place[1]) for place in places if place})
    return [
        _one(op, told.get(int(place[1])) if place else None, (place[2] or "") if place else "")
        for op, place in zip(operations, places, strict=True)
    ]


def _one(op: Queued, told: Told | None, code: str) -> Worded:
    if told is None:
        return Worded(said=_said(op, None))
    checklist: Checklist | None = checklist_value(told.version_id) if told.version_id else None
    code = code or op.fields.get("criterion", "")
    found = checklist.by_code.get(code) if checklist and code else None
    area = checklist.areas_by_code.get(op.fields.get("area", "")) if checklist else None
    side = op.fields.get("side", "")
    place = f"{code} {found[1].text}" if found else f"{area.code}. {area.name}" if area else code[:40]
    if side in SIDES:
        place = f"{place} · {label(SIDES[side])}"
    return Worded(told.unit_name, place, _said(op, found[1] if found else None))


def _said(op: Queued, criterion: Criterion | None) -> str:
    if op.fault:
        return ""
    if op.file is not None:
        caption = op.fields.get("caption", "")
        size = vietnamese.file_size(len(op.file.content))
        return f"{op.file.name} · {size}" + (f" · «{caption}»" if caption else "")
    if op.kind == "answer":
        return _answer(op.fields, criterion)
    return op.fields.get("text" if op.kind != "caption" else "caption", "")


def _answer(fields: Mapping[str, str], criterion: Criterion | None) -> str:
    given = fields.get("field", "")
    if given in ("note", "reason"):
        return f"«{fields.get(given, '')}»" if fields.get(given) else _("Để trống")
    if given == "not_applicable":
        if not fields.get("not_applicable"):
            return _("Bỏ «Không áp dụng»")
        return f"{_('Không áp dụng')}: «{fields.get('na_reason', '')}»"
    value = _value(fields, criterion)
    return f"{value} · «{fields['reason']}»" if fields.get("reason") else value


def _value(fields: Mapping[str, str], criterion: Criterion | None) -> str:
    """As it was typed: it may be something that the rule does not take."""
    if fields.get("yes"):
        return _("Có") if fields["yes"] == "1" else _("Không")
    if level := fields.get("level"):
        levels = criterion.rule.levels if criterion and isinstance(criterion.rule, Levels) else ()
        known = level.isascii() and level.isdecimal() and len(level) < 3 and int(level) < len(levels)
        return levels[int(level)].label if known else _("Mức thứ %(place)s", place=level)
    if fields.get("numerator") or fields.get("denominator"):
        return f"{fields.get('numerator') or '…'} / {fields.get('denominator') or '…'}"
    if fields.get("faults"):
        return _("%(number)s lỗi", number=fields["faults"])
    if fields.get("points"):
        return _("%(number)s điểm", number=fields["points"])
    return _("Bỏ điểm")
