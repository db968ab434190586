"""/tasks/new: one task for one unit or for all communes of a province, once or every month."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.areas import ReformArea
from ..domain.periods import today
from ..domain.refusals import Missing, Refused, sentence
from ..domain.series import Calendar, Repeat
from ..domain.tasks import NewTask, check_new_task, check_units_of, task_periods
from ..forms._chosen import read_id
from ..forms.new_task import NewTaskForm
from ..forms.tasks import EVERY_GROUP
from ..queries.access import visible_directives
from ..queries.directives import directive_choices, get_directive
from ..queries.reach import Reach, UnitChoice, choose_units, communes_of, count_units, reach_of, unit_lives
from ..queries.tasks import Sort
from ..services.tasks import JustGiven, assign_tasks
from ..vietnamese import date_short, fold, shortened
from ._errors import refusal_text
from ._labels import choices
from ._login import account, now

# A page lists so many units to tick; of more it shows those that were searched for.
MOST_LISTED = 300
_MOST_FOUND = 20


@dataclass(frozen=True, slots=True)
class _Choice:
    """The units to choose from: ``listed`` all of them, or the ticked ones of too many to list."""

    reach: Reach
    total: int
    communes: int
    listed: list[UnitChoice]

    @property
    def searched(self) -> bool:
        """There are so many that they are searched for on the server."""
        return self.total > MOST_LISTED

    def found(self, words: str, ticked: list[int] | None) -> list[UnitChoice]:
        """Of those too many to list, some that have the words and are not ticked."""
        if not (self.searched and words):
            return []
        return [
            unit for unit in choose_units(self.reach, words, _MOST_FOUND) if unit.id not in (ticked or ())
        ]


def _choice(ticked: set[int]) -> _Choice:
    reach = reach_of(account().principal, today(now()))
    total, communes = count_units(reach)
    listed = choose_units(reach, among=ticked if total > MOST_LISTED else None)
    return _Choice(reach, total, communes, listed)


def give_task() -> Response | str | tuple[str, int]:
    """The form, what it would give, or the tasks given."""
    preset = read_id(request.values.get("directive"))
    directives = [
        (id_, directive_words(number, title))
        for id_, number, title in directive_choices(visible_directives(account().principal), also=preset)
    ]
    form = NewTaskForm(directives, choices(ReformArea), choices(Repeat), choices(Calendar))
    choice = _choice(form.chosen)
    form.lead.choices = form.cooperating.choices = [(unit.id, unit.name) for unit in choice.listed]
    if request.method == "GET":
        form.directive.data = preset
        form.assigned_on.data = today(now())
        return _page(form, choice)
    if "find" in request.form:
        return _page(form, choice)
    if not form.validate_on_submit():
        return _page(form, choice), 422
    new = form.task(communes_of(choice.reach) if form.everyone.data else ())
    try:
        if "preview" in request.form:
            check_new_task(new, today(now()))
            check_units_of(new, unit_lives({*new.lead_ids, *new.cooperating_ids}))
            return _page(form, choice, new, warnings=_warnings(new))
        ids = assign_tasks(new, account().principal, now(), again=form.again.data)
    except JustGiven as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(form, choice, given_id=refusal.task_id), refusal.status
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _page(form, choice), refusal.status
    for words in _warnings(new):
        flash(words, "warn")
    if len(ids) == 1:
        flash(_("Đã giao nhiệm vụ."), "ok")
    else:
        units, periods = len({*new.lead_ids, *new.cooperating_ids}), len(task_periods(new))
        flash(
            _("Đã giao nhiệm vụ cho %(units)s đơn vị, %(periods)s kỳ.", units=units, periods=periods)
            if new.series
            else _("Đã giao nhiệm vụ cho %(units)s đơn vị.", units=units),
            "ok",
        )
    if new.directive_id:
        return redirect(url_for("directives.show", directive_id=new.directive_id), 303)
    if len(ids) > 1:
        # None of them is the one to look at: the list of what was given.
        return redirect(url_for("tasks.index", group=EVERY_GROUP, q=new.title[:100], sort=Sort.NEWEST), 303)
    return redirect(url_for("tasks.show", task_id=ids[0]), 303)


def _warnings(new: NewTask) -> list[str]:
    """What may be meant and may be a slip: said before and after, never refused."""
    found = []
    directive = (
        get_directive(new.directive_id, visible_directives(account().principal)) if new.directive_id else None
    )
    if directive is not None and directive.issued_on is not None and new.assigned_on < directive.issued_on:
        found.append(
            _(
                "Ngày giao %(day)s trước ngày của văn bản (%(issued)s); nếu không đúng ý, hãy hủy và giao lại.",
                day=date_short(new.assigned_on),
                issued=date_short(directive.issued_on),
            )
        )
    if new.due is not None and new.due < today(now()):
        found.append(_("Hạn %(due)s đã qua: nhiệm vụ quá hạn ngay khi được giao.", due=date_short(new.due)))
    return found


def _page(
    form: NewTaskForm,
    choice: _Choice,
    new: NewTask | None = None,
    given_id: int | None = None,
    warnings: Sequence[str] = (),
) -> str:
    """``new``: what would be given, shown before it is. ``given_id``: the same task, given a moment ago."""
    return render_template(
        "tasks/new.html",
        form=form,
        choice=choice,
        found={
            "lead": choice.found(form.lead_words, form.lead.data),
            "cooperating": choice.found(form.cooperating_words, form.cooperating.data),
        },
        new=new,
        warnings=warnings,
        given_id=given_id,
        periods=[period for period in task_periods(new) if period] if new else [],
    )


def found_units() -> str:
    """Rows for a picker of more units than a page lists."""
    name = request.args.get("pick", "")
    if name not in {"lead", "cooperating"}:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    words = fold(request.args.get(f"{name}_q", ""))[:100]
    units = choose_units(reach_of(account().principal, today(now())), words, _MOST_FOUND) if words else []
    return render_template("tasks/_unit_options.html", name=name, words=words, units=units)


def directive_words(number: str, title: str) -> str:
    words = " – ".join(part for part in (number, title) if part)
    return shortened(words, 90)
