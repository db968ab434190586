"""How values look in templates: numbers, points, percentages, dates, labels, icons, navigation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

from flask import Flask, get_flashed_messages, request, url_for
from flask_babel import get_locale, pgettext
from flask_babel import gettext as _
from flask_login import current_user

from .. import vietnamese
from ..domain.access import TABLE, Action
from ._evidence import new_criterion_evidence, new_finding_evidence
from ._icons import drawn, icon, sprite
from ._labels import label
from ._login import now
from ._score import points_or_na, rule_json, said
from ._terms import terms
from ._written import blank_finding, blank_recommendation


@dataclass(frozen=True, slots=True)
class Link:
    href: str
    label: str
    icon: str
    current: bool


# Pages that belong to another noun's room.
_ROOM_OF = {
    "delegations": "campaigns",
    "score": "inspections",
    "answers": "inspections",
    "attachments": "inspections",
    "findings": "inspections",
    "recommendations": "inspections",
    "explanations": "inspections",
    "scores": "inspections",
    "minutes": "inspections",
    "visits": "inspections",
    "directives": "tasks",
    "task_imports": "tasks",
    "late_dossiers": "dossiers",
}


def list_file(endpoint: str, **also: str) -> str:
    """The address of a list as a workbook, filtered as the page at hand is; ``also``: what it chose by itself."""
    given = [(name, value) for name, value in request.args.items(multi=True) if name != "page" and value]
    wanted = [(name, value) for name, value in given if name not in also] + list(also.items())
    return url_for(endpoint) + (f"?{urlencode(wanted, errors='replace')}" if wanted else "")


def navigation() -> list[Link]:
    """The rooms this account may enter, in the order of a working day."""
    if not current_user.is_authenticated:
        return []
    rooms = (
        (Action.READ_OVERVIEW, "overview.show", "home", _("Tổng quan")),
        (Action.READ_PLAN, "campaigns.index", "calendar", pgettext("list", "Kế hoạch")),
        (Action.READ_INSPECTION, "inspections.index", "clipboard-check", pgettext("list", "Kiểm tra")),
        (Action.READ_TASKS, "tasks.index", "list-check", _("Nhiệm vụ")),
        (Action.READ_DOSSIERS, "dossiers.index", "file-text", _("Hồ sơ TTHC")),
        (Action.READ_UNITS, "units.index", "building-community", pgettext("list", "Đơn vị")),
        (Action.READ_CHECKLISTS, "checklists.index", "list-details", pgettext("list", "Bộ tiêu chí")),
        (Action.READ_USERS, "users.index", "users", _("Tài khoản")),
        (Action.READ_AUDIT, "audit.index", "history", _("Nhật ký")),
    )
    noun = (request.endpoint or "").split(".")[0]
    here = _ROOM_OF.get(noun, noun)
    if here == "audit" and "inspection_id" in (request.view_args or {}):
        here = "inspections"
    return [
        Link(url_for(endpoint), words, picture, endpoint.split(".")[0] == here)
        for action, endpoint, picture, words in rooms
        if current_user.role in TABLE[action]
    ]


def _day(value: date | datetime | None) -> str:
    if value is None:
        return "–"
    if isinstance(value, datetime):
        return vietnamese.datetime_short(value)
    return vietnamese.date_short(value)


def _clock(moment: datetime) -> str:
    """«14:32» today, «14:32 08/09/2025» on any other day."""
    day = vietnamese.local(moment).date()
    hour = vietnamese.time_of(moment)
    return hour if day == vietnamese.local(now()).date() else f"{hour} {vietnamese.date_short(day)}"


FILTERS: dict[str, Callable[..., Any]] = {
    "count": vietnamese.count,
    "points": vietnamese.points,
    "number": vietnamese.number,
    "day": _day,
    "clock": _clock,
    "label": label,
    "file_size": vietnamese.file_size,
}
GLOBALS: dict[str, Callable[..., Any]] = {
    "percent": vietnamese.percent,
    "icon": icon,
    "navigation": navigation,
    "get_locale": get_locale,
    "now": now,
    "said": said,
    "rule_json": rule_json,
    "drawn": drawn,
    "sprite": sprite,
    "points_or_na": points_or_na,
    "terms": terms,
    "list_file": list_file,
    "new_finding_evidence": new_finding_evidence,
    "new_criterion_evidence": new_criterion_evidence,
    "blank_finding": blank_finding,
    "blank_recommendation": blank_recommendation,
}


def init_app(app: Flask) -> None:
    app.jinja_env.filters.update(FILTERS)
    app.jinja_env.globals.update(
        GLOBALS, current_user=current_user, get_flashed_messages=get_flashed_messages
    )
