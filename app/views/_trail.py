"""The trail in words: who did what to which thing, old and new side by side."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask import url_for
from flask_babel import gettext as _

from .. import vietnamese
from ..domain.access import Role
from ..domain.dossiers import COLUMN, EXTRA_WORDS
from ..domain.explanations import Stance
from ..domain.inspections import (
    STEPS,
    CampaignKind,
    Direction,
    FindingKind,
    FindingState,
    InspectionKind,
    Severity,
    Side,
    State,
)
from ..domain.late_dossiers import LateCause
from ..domain.signoffs import Decision
from ..domain.tasks import Workflow
from ..domain.units import SuccessionType, UnitKind
from ..models import ReportSource
from ..queries.trail import CONFLICT, SAVED, Line, Trail
from ._labels import label
from ._trail_words import FIELDS, KINDS, WORDS

_PAGES = {
    "inspection": ("inspections.show", "inspection_id"),
    "delegation": ("delegations.show", "delegation_id"),
    "campaign": ("campaigns.show", "campaign_id"),
    "task": ("tasks.show", "task_id"),
    "directive": ("directives.show", "directive_id"),
    "dossier_report": ("dossiers.show", "report_id"),
    "unit": ("units.show", "unit_id"),
}

# Inner matters of the trail that tell a reader nothing.
_SILENT = {
    *("finding", "recommendation", "changes", "until", "field", "checklist_id"),
    *("attachment", "inspection_id", "criterion_id", "finding_id", "task_id", "task_report_id"),
}
_ENUMS: dict[str, tuple[type[StrEnum], ...]] = {
    "kind": (CampaignKind, InspectionKind, FindingKind, UnitKind),
    "severity": (Severity,),
    "state": (State, Workflow, FindingState),
    "direction": (Direction,),
    "decision": (Decision,),
    "role": (Role,),
    "side": (Side,),
    "stance": (Stance,),
    "type": (SuccessionType,),
    "source": (ReportSource,),
    "cause_kind": (LateCause,),
}
_OF_NAME = {
    "unit_id": "unit",
    "from_unit_id": "unit",
    "parent_id": "unit",
    "to": "unit",
    "user_id": "user",
    "user": "user",
    "delegation_id": "delegation",
    "version_id": "checklist_version",
    "directive_id": "directive",
}
_NOTHING = "–"


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of an event: what it is, what it was (``None``: nothing before), what it is now."""

    name: str
    old: str | None
    new: str


@dataclass(frozen=True, slots=True)
class Said:
    """One line of the trail in words. ``href`` leads to the thing itself, if it still is there."""

    at: datetime
    device_at: datetime | None
    who: str
    what: str
    kind: str
    thing: str
    href: str
    rows: tuple[Row, ...]
    key: tuple[str, int | None]
    # A score; other things that were written on a device are not «chấm».
    scored: bool = False


def said_lines(trail: Trail) -> list[Said]:
    return [_said(line, trail.names) for line in trail.lines]


def _said(line: Line, names: Mapping[tuple[str, int], str]) -> Said:
    thing, href = "", ""
    if line.object_id is not None:
        found = names.get((line.object_kind, line.object_id))
        thing = found or str(line.data.get("title") or line.data.get("name") or "")
        thing = thing or _("số %(number)s", number=line.object_id)
        if found is not None and line.object_kind in _PAGES:
            endpoint, parameter = _PAGES[line.object_kind]
            values: dict[str, Any] = {parameter: line.object_id}
            href = url_for(endpoint, **values)
    return Said(
        at=line.at,
        device_at=line.device_at,
        who=line.by or _("Hệ thống"),
        what=_what(line),
        kind=str(KINDS.get(line.object_kind, line.object_kind)),
        thing=thing,
        href=href,
        rows=tuple(_rows(line, names)),
        key=(line.object_kind, line.object_id),
        scored=line.action in {SAVED, CONFLICT},
    )


def _what(line: Line) -> str:
    """The action in words; a step of an inspection says which."""
    if line.action == "inspection.step":
        came, goes = line.data.get("from"), line.data.get("to")
        steps = next((steps for state, steps in STEPS.items() if state == came), ())
        step = next((step for step in steps if step.to == goes), None)
        if step is not None:
            words = _(step.label)
            return words[:1].lower() + words[1:]
    if line.action in {SAVED, CONFLICT}:
        side = _word("side", line.data.get("side"))
        if line.data.get("round", 1) > 1:
            side = _("%(side)s lần %(round)s", side=side, round=line.data["round"])
        return _(
            "%(what)s tiêu chí %(code)s (%(side)s)",
            what=_action(line.action),
            code=line.data["criterion"],
            side=side,
        )
    return _action(line.action)


def _action(action: str) -> str:
    return str(WORDS.get(action, action))


def _rows(line: Line, names: Mapping[tuple[str, int], str]) -> Iterator[Row]:
    data = dict(line.data)
    if line.action in {SAVED, CONFLICT}:
        data = {"before": data["before"], "after": data["after"]}
    came, goes = (data.pop("from"), data.pop("to", None)) if "from" in data else (None, None)
    if came is not None or goes is not None:
        yield Row(str(FIELDS["state"]), _value("state", came, names), _value("state", goes, names))
    before, after = data.pop("before", None) or {}, data.pop("after", None) or {}
    for name in after:
        old, new = before.get(name), after[name]
        if (name in before and old == new) or (name not in before and new in (None, "", [], {}, False)):
            continue
        # What was empty before needs no arrow.
        shown = None if old in (None, "", [], {}) else _value(name, old, names)
        yield Row(field_words(name), shown, _value(name, new, names))
    for name, value in data.items():
        if name not in _SILENT and value not in (None, "", [], {}):
            yield Row(field_words(name), None, _value(name, value, names))


def field_words(name: str) -> str:
    if name in FIELDS:
        return str(FIELDS[name])
    if name in EXTRA_WORDS:
        return _(EXTRA_WORDS[name])
    row, _dot, column = name.rpartition(".")
    if column in COLUMN:
        return _("%(row)s, cột %(column)s", row=row or _("dòng tổng"), column=COLUMN[column].number)
    return name


def _word(name: str, value: Any) -> str:
    for words in _ENUMS.get(name, ()):
        for word in words:
            if word == value:
                return str(label(word))
    return str(value)


def _value(name: str, value: Any, names: Mapping[tuple[str, int], str]) -> str:
    """One value as a person reads it."""
    if value is None or value == "" or value == [] or value == {}:
        return _NOTHING
    if isinstance(value, bool):
        return _("Có") if value else _("Không")
    if isinstance(value, int):
        if name in _OF_NAME:
            return names.get((_OF_NAME[name], value)) or _("số %(number)s", number=value)
        return vietnamese.points(value) if name in {"points", "bonus", "deduction"} else str(value)
    if isinstance(value, list):
        return "; ".join(_value(name, one, names) for one in value)
    if isinstance(value, Mapping):
        return _mapping(name, value, names)
    text = str(value)
    return _word(name, text) if name in _ENUMS else _moment(text)


def _mapping(name: str, value: Mapping[str, Any], names: Mapping[tuple[str, int], str]) -> str:
    if name == "value":
        return _input(value)
    if name == "members":
        areas = ", ".join(str(area) for area in value.get("areas") or ())
        parts = [_value("user", value.get("user"), names), _word("role", value.get("role"))]
        return " – ".join([*parts, *([_("lĩnh vực %(areas)s", areas=areas)] if areas else [])])
    known = ((field_words(key), _value(key, one, names)) for key, one in value.items())
    return "; ".join(f"{words}: {shown}" for words, shown in known if shown != _NOTHING)


def _input(value: Mapping[str, Any]) -> str:
    """A score's input: «Có», «mức 2», «4.541/4.545», «3 lỗi», points."""
    if "yes" in value:
        return _("Có") if value["yes"] else _("Không")
    if "level" in value:
        return _("mức %(number)s", number=int(value["level"]) + 1)
    if "n" in value:
        return f"{vietnamese.number(Decimal(value['n']))}/{vietnamese.number(Decimal(value['d']))}"
    if "faults" in value:
        return _("%(number)s lỗi", number=value["faults"])
    return vietnamese.points(value.get("points"))


def _moment(text: str) -> str:
    """A day or a moment in the way dates are written here; other text as it is."""
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\d", text):
            return vietnamese.date_short(date.fromisoformat(text))
        if re.fullmatch(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?([+-]\d\d:\d\d)?", text):
            return vietnamese.datetime_short(datetime.fromisoformat(text))
    except ValueError:
        pass
    return text


def action_choices(prefixes: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Every action by its words, alphabetical; ``prefixes`` where only some can occur."""
    wanted = [
        (action, str(words)) for action, words in WORDS.items() if not prefixes or action.startswith(prefixes)
    ]
    words_first = sorted(wanted, key=lambda pair: vietnamese.sort_key(pair[1]))
    return [("", _("Mọi việc")), *((action, words[:1].upper() + words[1:]) for action, words in words_first)]


def sheet_rows(lines: list[Said]) -> Iterator[tuple[str, ...]]:
    """The same for a workbook: a row for each figure, so that it can be sorted and filtered there."""
    for line in lines:
        start = (
            _clock(line.at),
            _clock(line.device_at) if line.device_at else "",
            line.who,
            line.what,
            f"{line.kind}: {line.thing}" if line.thing else line.kind,
        )
        for row in line.rows or (Row("", None, ""),):
            yield (*start, row.name, row.old or "", row.new)


def _clock(moment: datetime) -> str:
    return f"{vietnamese.local(moment):%d/%m/%Y %H:%M:%S}"
