"""/tasks.xlsx and its like: a list as filtered on its page, whole, as a workbook. Papers speak Vietnamese."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from decimal import Decimal
from enum import StrEnum
from tempfile import TemporaryFile

from flask import Blueprint, request, send_file
from flask_babel import force_locale
from werkzeug.wrappers import Response

from ..documents.lists_xlsx import (
    DIRECTIVES,
    DOSSIERS,
    FINDINGS,
    INSPECTIONS,
    MOST_PART,
    TASKS,
    UNITS,
    ListKind,
    Value,
    write_list,
)
from ..domain import dossier_rates, dossiers
from ..domain.access import Action
from ..domain.attachments import FileKind
from ..domain.inspections import FindingKind, State
from ..domain.periods import today
from ..domain.tasks import Workflow
from ..domain.units import UnitKind
from ..forms.directives import DirectiveFilterForm
from ..forms.dossiers import ReportFilterForm
from ..forms.inspections import InspectionFilterForm
from ..forms.tasks import TaskFilterForm
from ..forms.units import UnitSearchForm
from ..models import ReportStatus
from ..queries.access import decided_tasks, visible_directives, visible_tasks, visible_units
from ..queries.directives import DirectiveList
from ..queries.dossiers import ReportFilter
from ..queries.exports import all_directives, all_inspections, all_reports, all_tasks, all_units
from ..queries.findings import findings_of
from ..queries.inspections import InspectionFilter
from ..queries.task_board import directives_with_tasks
from ..queries.units import UnitFilter, get_unit
from ..vietnamese import date_short, datetime_short
from ._board import board_year, wanted_tasks
from ._labels import choices, label
from ._load import allow, load_inspection
from ._login import account, now

blueprint = Blueprint("exports", __name__)

# The states in which a task's report is its word.
_REPORTED = frozenset({Workflow.AWAITING, Workflow.DONE})


def _file(kind: ListKind, filters: Sequence[str], rows: Iterable[Sequence[Value]]) -> Response:
    """The workbook, on disk while it is made: a list of any length takes no more memory than a short one."""
    chosen = " · ".join(part for part in filters if part) or "Tất cả"
    file = TemporaryFile()  # noqa: SIM115  (closed by the reply, when it has been sent)
    try:
        with force_locale("vi"):
            write_list(file, kind, f"{chosen} · Lập lúc {datetime_short(now())}", rows)
        file.seek(0)
        return send_file(file, FileKind.XLSX.media_type, as_attachment=True, download_name=kind.file)
    except BaseException:
        file.close()
        raise


def _word(word: StrEnum | None) -> str:
    return str(label(word)) if word is not None else ""


def _named(name: str, value: object) -> str:
    return f"{name}: {value}" if value else ""


def _part(n: int | None, d: int | None) -> Decimal | None:
    if not d or n is None:
        return None
    share = Decimal(n) / Decimal(d)
    return min(share, MOST_PART) if n < d else share


def _rate(rate: dossier_rates.Rate) -> Decimal | None:
    return _part(rate.n, rate.d)


@blueprint.get("/tasks.xlsx")
def task_list() -> Response:
    allow(Action.READ_TASKS)
    form, day = TaskFilterForm(request.args), today(now())
    me = account().principal
    seen = visible_tasks(me)
    year = board_year(form, seen, day)
    wanted = replace(wanted_tasks(form, year), group=form.group_word)
    unit = get_unit(wanted.unit_id) if wanted.unit_id else None
    # Named only where one of its tasks may be seen.
    directives = {id_: number or title for id_, number, title in directives_with_tasks(seen)}
    with force_locale("vi"):
        filters = (
            _named("Đơn vị", unit and unit.name),
            _named("Năm", year.number),
            _named("Tìm", form.q.data),
            _named("Trạng thái", _word(wanted.workflow)),
            _named("Hạn", _word(wanted.timeliness)),
            _named("Nhóm", _word(wanted.group)),
            _named("Văn bản", directives.get(wanted.directive_id or 0)),
            _named("Lĩnh vực", _word(wanted.area)),
            "Đề nghị của đơn vị chờ trả lời" if wanted.asked else "",
        )
    if wanted.asked:
        # As on the page: of what waits for an answer, that of this person.
        seen = seen & decided_tasks(me)
    rows: Iterable[Sequence[Value]] = (
        (
            task.unit_name,
            task.title,
            task.directive_number,
            "Chủ trì" if task.lead else "Phối hợp",
            task.assigned_on,
            task.due_original,
            task.due_current,
            _word(task.workflow),
            _word(task.timeliness(day)),
            task.completed_on,
            task.period_label,
            task.detail,
            task.directive_day,
            task.directive_title,
            _word(task.area),
            "Có" if task.own_plan else "",
            task.progress,
            # A report that was taken back says nothing; the task's page does not show it either.
            *(
                (task.product_number, task.product_date, task.result)
                if task.workflow in _REPORTED
                else (None, None, None)
            ),
        )
        for task in all_tasks(seen, wanted, day)
    )
    return _file(TASKS, filters, rows)


@blueprint.get("/directives.xlsx")
def directive_list() -> Response:
    allow(Action.READ_TASKS)
    form, me = DirectiveFilterForm(request.args), account().principal
    wanted = DirectiveList(
        visible_tasks(me), today(now()), visible_directives(me), form.words, form.kind_word
    )
    with force_locale("vi"):
        filters = (_named("Tìm", form.q.data), _named("Loại văn bản", _word(wanted.kind)))
    rows: Iterable[Sequence[Value]] = (
        (
            _word(one.kind),
            one.number,
            one.issued_on,
            one.title,
            one.agency,
            one.tasks,
            one.done,
            _part(one.done, one.tasks),
        )
        for one in all_directives(wanted)
    )
    return _file(DIRECTIVES, filters, rows)


@blueprint.get("/dossiers.xlsx")
def dossier_list() -> Response:
    allow(Action.READ_DOSSIERS)
    form = ReportFilterForm(request.args)
    form.year.choices, form.status.choices = [], choices(ReportStatus)
    status = next((word for word in ReportStatus if word == form.status.data), None)
    wanted = ReportFilter(words=form.words, year=form.year.data, status=status)
    with force_locale("vi"):
        filters = (
            _named("Tìm", form.q.data),
            _named("Năm", wanted.year),
            _named("Trạng thái", _word(status)),
        )

    rows: Iterable[Sequence[Value]] = (
        (
            report.unit_name,
            report.period_label or f"{date_short(report.period_from)} – {date_short(report.period_to)}",
            report.period_from,
            report.period_to,
            _word(report.source),
            _word(report.status),
            *(getattr(report.total, column.name) for column in dossiers.COLUMNS),
            _rate(dossier_rates.on_time(report.total)),
            _rate(dossier_rates.online_as_reported(report.report)),
            len(report.broken),
        )
        for report in all_reports(visible_units(account().principal), wanted)
    )
    return _file(DOSSIERS, filters, rows)


@blueprint.get("/inspections.xlsx")
def inspection_list() -> Response:
    allow(Action.READ_INSPECTION)
    form = InspectionFilterForm(request.args)
    form.state.choices = choices(State)
    wanted = InspectionFilter(form.words, form.state_word)
    with force_locale("vi"):
        filters = (_named("Tìm đơn vị", form.q.data), _named("Trạng thái", _word(wanted.state)))
    rows: Iterable[Sequence[Value]] = (
        (
            one.unit_name,
            _word(one.campaign_kind),
            "Điểm khảo sát" if one.visit else _word(one.kind),
            one.inspected_on,
            one.delegation_name,
            _word(one.state),
            one.self_due_on,
            one.explain_due_on,
            one.criteria if one.scoring else None,
            one.self_answered if one.scoring else None,
            one.verified_answered if one.scoring else None,
        )
        for one in all_inspections(account().principal, wanted)
    )
    return _file(INSPECTIONS, filters, rows)


@blueprint.get("/units.xlsx")
def unit_list() -> Response:
    allow(Action.READ_UNITS)
    form, day = UnitSearchForm(request.args), today(now())
    form.kind.choices = [("", ""), *choices(UnitKind)]
    form.validate()
    wanted = UnitFilter(
        words=form.words,
        kind=form.chosen_kind,
        within=form.within.data,
        on=day if form.state.data == "now" else None,
        ended_by=day if form.state.data == "ended" else None,
    )
    above = get_unit(wanted.within) if wanted.within else None
    with force_locale("vi"):
        filters = (
            _named("Thuộc", above and above.name),
            _named("Tìm", form.q.data),
            _named("Loại", _word(wanted.kind)),
            {"now": "Đang hoạt động", "ended": "Đã kết thúc"}.get(form.state.data or "", ""),
        )
    rows: Iterable[Sequence[Value]] = (
        (unit.code, unit.name, _word(unit.kind), unit.parent_name, unit.valid_from, unit.valid_to)
        for unit in all_units(wanted)
    )
    return _file(UNITS, filters, rows)


@blueprint.get("/inspections/<int:inspection_id>/findings.xlsx")
def finding_list(inspection_id: int) -> Response:
    inspection = load_inspection(inspection_id)
    found = findings_of(inspection.id, inspection.shown_until) if inspection.sees_verified else []
    rows: Iterable[Sequence[Value]] = (
        (
            f"{one.area_code}. {one.area_name}",
            one.criterion_code,
            _word(one.kind),
            _word(one.severity),
            one.text,
            one.cause,
            one.responsibility,
            one.legal_basis,
            one.due_on,
            # A strength has nothing to remedy.
            _word(one.state) if one.kind is FindingKind.TON_TAI else None,
            one.by,
        )
        for one in found
    )
    return _file(FINDINGS, (inspection.unit_name, _named("Đoàn", inspection.delegation_name)), rows)
