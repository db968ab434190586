"""/tasks/many/…/all: one act on all tasks of the board's filter, however many pages they take."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action as Deed
from ..domain.periods import today
from ..domain.refusals import Conflict, Invalid
from ..domain.task_board import Undecided
from ..domain.task_many import MOST_FILTERED
from ..domain.task_steps import Action, Hop
from ..forms.many_tasks import FilteredForm
from ..forms.tasks import TaskFilterForm
from ..queries.access import visible_directives, visible_tasks
from ..queries.directives import get_directive
from ..queries.task_board import titles_of
from ..queries.task_filtered import look_at_filtered
from ..queries.tasks import TaskFilter
from ..queries.units import get_unit
from ..services.many_tasks import act_on_filtered
from ..vietnamese import count
from ._board import board_year, wanted_tasks
from ._errors import refusal_text
from ._labels import label
from ._load import allow
from ._login import account, now
from ._many_acts import WORDS, act_of
from ._return import page_inside

blueprint = Blueprint("task_filtered", __name__)

# So many faults are told one by one.
_TOLD = 10


@blueprint.get("/tasks/many/<act>/all")
def show(act: str) -> str:
    """How many there are, a look at the first, and what is asked about them."""
    allow(Deed.READ_TASKS)
    chosen = act_of(act)
    form = FilteredForm(chosen)
    form.next.data = request.args.get("next", "")
    return _page(chosen, form)


@blueprint.post("/tasks/many/<act>/all")
def take(act: str) -> Response | tuple[str, int]:
    """All or none: 409 when they are others than the page spoke of, 422 when something is missing."""
    allow(Deed.READ_TASKS)
    chosen = act_of(act)
    form = FilteredForm(chosen)
    if not form.validate_on_submit():
        return _page(chosen, form), 422
    hop = Hop(chosen, form.reason, due=form.day)
    me, seal, leave = account().principal, form.seal.data or "", bool(form.leave.data)
    try:
        number = act_on_filtered(hop, _wanted(), seal, me, now(), leave=leave)
    except Undecided as refusal:
        form.refuse(refusal_text(refusal))
        told = {id_: refusal_text(fault) for id_, fault in refusal.faults.items()}
        return _page(chosen, form, told), refusal.status
    except (Invalid, Conflict) as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(chosen, form), refusal.status
    flash(str(WORDS[chosen].done) % {"n": number}, "ok")
    return redirect(page_inside(form.next.data) or url_for("tasks.index"), 303)


def _wanted() -> TaskFilter:
    """What the address asks for, as the board reads it; the group is always said in it."""
    form = TaskFilterForm(request.args)
    seen = visible_tasks(account().principal)
    year = board_year(form, seen, today(now()))
    return replace(wanted_tasks(form, year), group=form.group_word)


def _words(wanted: TaskFilter) -> list[str]:
    """What the filter says, for who is about to press; a document that may not be seen is not named."""
    me = account().principal
    unit = get_unit(wanted.unit_id) if wanted.unit_id else None
    directive = get_directive(wanted.directive_id, visible_directives(me)) if wanted.directive_id else None
    typed = (request.args.get("q") or "").strip()
    said = [
        label(one)
        for one in (wanted.group, wanted.workflow, wanted.timeliness, wanted.area)
        if one is not None
    ]
    if wanted.asked:
        said.append(_("Đề nghị của đơn vị chờ trả lời"))
    if unit is not None:
        said.append(unit.name)
    if directive is not None:
        said.append(directive.number or directive.title)
    if wanted.since is not None:
        said.append(_("năm %(year)s", year=wanted.since.year))
    return [*said, f"«{typed[:60]}»"] if typed else said


def _page(chosen: Action, form: FilteredForm, faults: Mapping[int, str] | None = None) -> str:
    me, faults = account().principal, faults or {}
    wanted = _wanted()
    found = look_at_filtered(chosen, wanted, me, today(now()))
    form.seal.data = found.seal
    told = list(faults)[:_TOLD]
    words = WORDS[chosen]
    return render_template(
        "tasks/filtered.html",
        form=form,
        words=words,
        found=found,
        filter_words=_words(wanted),
        most=MOST_FILTERED,
        faults=[(id_, title, faults[id_]) for id_, title in titles_of(visible_tasks(me), told).items()]
        if told
        else [],
        faulty=len(faults),
        press=_("%(what)s %(number)s nhiệm vụ", what=words.press, number=count(found.fit)),
        danger=chosen is Action.CANCEL,
        back=page_inside(form.next.data) or url_for("tasks.index"),
    )
