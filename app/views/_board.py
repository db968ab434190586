"""What the page of the ward's board shows: its groups, one of them as cards, or sections by document or area."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from typing import Any
from urllib.parse import urlencode

from flask import request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..domain import tasks
from ..domain.access import TABLE, Action
from ..domain.areas import ReformArea
from ..domain.periods import today
from ..domain.task_board import GROUPS, QUIET, Group, first_group
from ..domain.task_history import year_of
from ..forms.task_figures import YEARS
from ..forms.tasks import EVERY_GROUP, EVERY_YEAR, TaskFilterForm
from ..queries.access import decided_tasks, visible_tasks
from ..queries.task_board import (
    Board,
    By,
    board,
    board_rows,
    decided_among,
    directives_with_tasks,
    sections,
)
from ..queries.task_requests import count_new
from ..queries.task_years import counted_year
from ..queries.tasks import Seen, Sort, TaskFilter, units_with_tasks, values_for_list
from ..vietnamese import shortened
from ._labels import choices
from ._login import account, now

SORTS: dict[Sort, LazyString] = {
    Sort.URGENT: _l("Hạn gần nhất trước"),
    Sort.NEWEST: _l("Mới giao trước"),
    Sort.UNIT: _l("Theo đơn vị"),
    Sort.FINISHED: _l("Mới xong trước"),
}
# What «choose» says for all tasks of the filter, on whatever page they stand.
FILTER = "all"
# The picture of each group, how it looks, and what stands there when it is empty.
LOOKS: dict[Group, tuple[str, str, LazyString]] = {
    Group.OVERDUE: ("alert-triangle", "bad", _l("Không có nhiệm vụ nào quá hạn.")),
    Group.DUE_SOON: ("calendar-due", "warn", _l("Ba ngày tới không có nhiệm vụ nào đến hạn.")),
    Group.IN_TIME: ("calendar", "", _l("Không còn nhiệm vụ nào trong hạn phải làm.")),
    Group.NO_DUE: ("circle-minus", "", _l("Không có nhiệm vụ nào chưa định hạn.")),
    Group.AWAITING: ("hourglass", "", _l("Không có báo cáo nào chờ xác nhận.")),
    Group.DONE: ("circle-check", "ok", _l("Chưa có nhiệm vụ nào được xác nhận hoàn thành.")),
    Group.UPCOMING: ("calendar-event", "", _l("Không có nhiệm vụ định kỳ nào sắp tới.")),
    Group.OUTSIDE: ("archive", "", _l("Không có nhiệm vụ nào tạm dừng, hủy hay đã chuyển.")),
}


def board_page(form: TaskFilterForm) -> dict[str, Any]:
    """All the page shows, in a fixed number of SELECTs."""
    me, day = account().principal, today(now())
    seen, decided = visible_tasks(me), decided_tasks(me)
    named = _fill(form, seen)
    year = board_year(form, seen, day)
    form.year.choices = _years(year, day)
    form.year.data = EVERY_YEAR if year.number is None else str(year.number) if year.chosen else ""
    wanted = wanted_tasks(form, year)
    if wanted.asked:
        # Asked for from the home of those who answer: the same that were counted there.
        seen = seen & decided
    groups = board(seen, decided, wanted, day)
    by = next((word for word in By if word == form.by.data), None)
    group = None if form.every_group else form.group_word or first_group(groups.left, groups.to_confirm)
    wanted = replace(wanted, group=group)
    values = values_for_list(seen, wanted, day)
    page = None if by else board_rows(seen, wanted, day, _size(groups, group), form.page.data or 1)
    return {
        "form": form,
        "wanted": wanted,
        "year": year,
        "unit_name": dict(named).get(wanted.unit_id or 0, "") or own_unit_name(),
        "board": groups,
        "groups": GROUPS,
        "quiet": QUIET,
        "looks": LOOKS,
        "group": group,
        "by": by,
        "sections": sections(seen, wanted, day, by) if by else (),
        "page": page,
        "decides": decided_among(decided, [row.id for row in page.rows]) if page else frozenset(),
        "fresh": count_new(me.unit_id, day) if me.unit_id and me.role in TABLE[Action.REPORT_TASKS] else 0,
        "choose_all": bool(request.args.get("choose")),
        # Not only what stands on this page: then there is nothing to tick, and the next page names the number.
        "filtered": partial(_filtered, group),
        "choose_filter": request.args.get("choose") == FILTER and page is not None and page.pages > 1,
        "own_unit": me.unit_id if me.role in TABLE[Action.REPORT_TASKS] else None,
        "counts": tasks.count(values, day),
        "own_plan": sum(one.own_plan and one.counts for one in values),
        "due": tasks.done_due_rate(values, day),
        "today": day,
        "may_assign": account().role in TABLE[Action.ASSIGN_TASKS],
    }


def _filtered(group: Group | None, act: str) -> str:
    """Where an act on all of this filter is asked about; the group is said there even where the board chose it."""
    left_out = {"page", "choose", "by", "group"}
    given = [
        (name, value) for name, value in request.args.items(multi=True) if name not in left_out and value
    ]
    given.append(("group", group.value if group else EVERY_GROUP))
    back = f"{url_for('tasks.index')}?{urlencode(given, errors='replace')}"
    return f"{url_for('task_filtered.show', act=act)}?{urlencode([*given, ('next', back)], errors='replace')}"


def _fill(form: TaskFilterForm, seen: Seen) -> list[tuple[int, str]]:
    """The choices of the filters; gives the units by id."""
    named = units_with_tasks(seen)
    form.unit.choices = [("", _("Tất cả đơn vị")), *named]
    form.directive.choices = [
        ("", _("Mọi văn bản")),
        *((id_, _short(number, title)) for id_, number, title in directives_with_tasks(seen)),
    ]
    form.area.choices = [("", _("Mọi lĩnh vực")), *choices(ReformArea)]
    form.workflow.choices = [("", _("Mọi trạng thái")), *choices(tasks.Workflow)]
    form.timeliness.choices = [("", _("Mọi hạn")), *choices(tasks.Timeliness)]
    form.sort.choices = [(word.value, SORTS[word]) for word in Sort]
    return named


def _short(number: str, title: str) -> str:
    words = " – ".join(part for part in (number, title) if part)
    return shortened(words, 70)


@dataclass(frozen=True, slots=True)
class BoardYear:
    """Whose tasks are counted: those of ``number``, or of all years; ``chosen`` by the person, or by us."""

    number: int | None
    chosen: bool = False


def board_year(form: TaskFilterForm, seen: Seen, day: date) -> BoardYear:
    if form.every_year:
        return BoardYear(None, chosen=True)
    if form.year_number is not None:
        return BoardYear(form.year_number, chosen=True)
    return BoardYear(counted_year(seen, day))


def _years(year: BoardYear, day: date) -> list[tuple[str, str]]:
    numbers = {day.year - back for back in range(YEARS)} | ({year.number} if year.number else set())
    usual = "" if year.chosen else _("Năm %(year)s (gần nhất có nhiệm vụ)", year=year.number)
    return [
        ("", usual or _("Năm gần nhất có nhiệm vụ")),
        (EVERY_YEAR, _("Tất cả các năm")),
        *((str(number), str(number)) for number in sorted(numbers, reverse=True)),
    ]


def own_unit_name() -> str:
    """Who works at a ward sees nothing but their own."""
    me = account()
    return (me.unit_name or "") if me.role in TABLE[Action.REPORT_TASKS] else ""


def wanted_tasks(form: TaskFilterForm, year: BoardYear) -> TaskFilter:
    """What the query string asks for, without its group. A year nobody chose hides only what was done before."""
    period = year_of(date(year.number, 1, 1)) if year.number else None
    return TaskFilter(
        words=form.words,
        unit_id=form.unit.data,
        directive_id=form.directive.data,
        area=form.area_word,
        workflow=form.workflow_word,
        timeliness=form.timeliness_word,
        asked=bool(form.asked.data),
        since=period.start if period else None,
        until=period.end if period and year.chosen else None,
        sort=next((word for word in Sort if word == form.sort.data), Sort.URGENT),
    )


def _size(groups: Board, group: Group | None) -> int:
    return groups.total if group is None else groups.counts.get(group, 0)
