"""/units: the public offices, when they existed, and what became of them."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import TABLE, Action
from ..domain.periods import today
from ..domain.refusals import Missing, Refused, sentence
from ..domain.units import SuccessionType, UnitKind
from ..forms.units import CloseUnitForm, SuccessionForm, UnitForm, UnitSearchForm
from ..models import Unit
from ..queries.handovers import count_given, open_work, taken_over
from ..queries.units import (
    UnitFilter,
    UnitRow,
    children_of,
    find_units,
    get_unit,
    inspections_of,
    path_of,
    predecessors_of,
    successors_of,
    units_by_ids,
)
from ..services.units import add_unit, record_succession
from ..services.units import close_unit as end_unit
from ..vietnamese import fold
from ._errors import refusal_text
from ._labels import choices
from ._load import allow
from ._login import account, now

blueprint = Blueprint("units", __name__)

_OPTIONS = 10  # rows of a picker: more words find better than more rows


def _load(unit_id: int, action: Action) -> Unit:
    allow(action)
    unit = get_unit(unit_id)
    if unit is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return unit


def _may_write() -> bool:
    return account().role in TABLE[Action.WRITE_UNITS]


@blueprint.get("/units")
def index() -> str | tuple[str, int]:
    allow(Action.READ_UNITS)
    if "pick" in request.args:
        return _options(request.args["pick"])
    form = UnitSearchForm(request.args)
    form.kind.choices = [("", _("Tất cả các loại")), *choices(UnitKind)]
    status = 200 if form.validate() else 422
    day = today(now())
    wanted = UnitFilter(
        words=form.words,
        kind=form.chosen_kind,
        within=form.within.data,
        on=day if form.state.data == "now" else None,
        ended_by=day if form.state.data == "ended" else None,
    )
    live = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    page = render_template(
        "units/_list.html" if live else "units/page.html",
        form=form,
        units=find_units(wanted, form.page.data),
        above=get_unit(form.within.data) if form.within.data else None,
        today=day,
        may_write=_may_write(),
    )
    return page, status


def _options(field: str) -> str:
    """Rows of the picker for the field of this name; see units/_picker.html."""
    words = fold(request.args.get(f"{field}_q", ""))[:100]
    return render_template(
        "units/_options.html",
        name=field if field.isidentifier() else "unit",
        many="many" in request.args,
        words=words,
        options=_found(words),
    )


def _found(words: str) -> tuple[UnitRow, ...]:
    return find_units(UnitFilter(words=words), page_size=_OPTIONS).rows if words else ()


@blueprint.get("/units/<int:unit_id>")
def show(unit_id: int) -> str:
    unit = _load(unit_id, Action.READ_UNITS)
    ended = unit.valid_to is not None and unit.valid_to < today(now())
    return render_template(
        "units/unit.html",
        unit=unit,
        left_open=(*open_work(unit.id), count_given(unit.id)) if ended and _may_write() else (0, 0, 0),
        path=path_of(unit),
        children=children_of(unit.id),
        predecessors=predecessors_of(unit.id),
        successors=successors_of(unit.id),
        inspections=inspections_of(unit.id, account().principal),
        taken_over=taken_over(unit.id, account().principal),
        ended=ended,
        today=today(now()),
        may_write=_may_write(),
    )


@blueprint.route("/units/new", methods=["GET", "POST"])
def new() -> str | tuple[str, int] | Response:
    allow(Action.WRITE_UNITS)
    form = UnitForm()
    form.kind.choices = [("", _("– Chọn –")), *choices(UnitKind)]
    if request.method == "GET" or "find" in request.form:
        return _new_page(form)
    if not form.validate():
        return _new_page(form), 422
    try:
        unit = add_unit(form.new_unit(), now(), account().id)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _new_page(form), refusal.status
    flash(_("Đã thêm «%(name)s».", name=unit.name), "ok")
    return redirect(url_for("units.show", unit_id=unit.id), 303)


def _new_page(form: UnitForm) -> str:
    words = fold(request.form.get("parent_q", ""))
    chosen = units_by_ids([form.parent.data] if form.parent.data else [])
    return render_template("units/new.html", form=form, chosen=chosen, options=_found(words), words=words)


@blueprint.route("/units/<int:unit_id>/close", methods=["GET", "POST"])
def close(unit_id: int) -> str | tuple[str, int] | Response:
    unit = _load(unit_id, Action.WRITE_UNITS)
    form = CloseUnitForm()
    if request.method == "GET":
        return render_template("units/close.html", unit=unit, form=form)
    if not form.validate():
        return render_template("units/close.html", unit=unit, form=form), 422
    try:
        end_unit(unit.id, form.valid_to.data, now(), account().id)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return render_template("units/close.html", unit=unit, form=form), refusal.status
    flash(_("Đã ghi ngày kết thúc của «%(name)s».", name=unit.name), "ok")
    return redirect(url_for("units.show", unit_id=unit.id), 303)


@blueprint.route("/units/<int:unit_id>/succession", methods=["GET", "POST"])
def succession(unit_id: int) -> str | tuple[str, int] | Response:
    unit = _load(unit_id, Action.WRITE_UNITS)
    form = SuccessionForm()
    form.type.choices = [("", _("– Chọn –")), *choices(SuccessionType)]
    if request.method == "GET" or "find" in request.form:
        return _succession_page(unit, form)
    if not form.validate():
        return _succession_page(unit, form), 422
    try:
        record_succession([unit.id], form.successor.data, form.succession(), now(), account().id)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _succession_page(unit, form), refusal.status
    flash(_("Đã ghi đơn vị kế thừa của «%(name)s».", name=unit.name), "ok")
    if any(open_work(unit.id)) or count_given(unit.id):
        flash(_("Đơn vị còn nhiệm vụ, tồn tại chưa xong: hãy bàn giao cho đơn vị kế thừa."), "info")
    return redirect(url_for("units.show", unit_id=unit.id), 303)


def _succession_page(unit: Unit, form: SuccessionForm) -> str:
    words = fold(request.form.get("successor_q", ""))
    chosen = units_by_ids(form.successor.data or [])
    return render_template(
        "units/succession.html", unit=unit, form=form, chosen=chosen, options=_found(words), words=words
    )
