"""/inspections: the list, new ones for a delegation, one inspection and its steps."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from ..domain import tasks
from ..domain.access import Action, require_impartial
from ..domain.checklists import Area
from ..domain.inspections import (
    EDITABLE,
    CampaignKind,
    InspectionKind,
    Side,
    State,
    Step,
    allows,
    as_of,
    find_step,
    is_early,
    steps_for,
)
from ..domain.periods import Period, today
from ..domain.refusals import Conflict, Invalid, Missing, Refused, sentence
from ..domain.scoring import Sum
from ..domain.signoffs import needs_signoffs
from ..domain.supervision import KINDS, takes_visits
from ..forms.inspections import (
    InspectionFilterForm,
    InspectionForm,
    NewInspectionsForm,
    NewSupervisionsForm,
    StepForm,
)
from ..models import Campaign, Delegation
from ..queries.access import InspectionCard, visible_tasks
from ..queries.answers import area_sums
from ..queries.checklists import checklist_value
from ..queries.delegations import MemberRow, members_of
from ..queries.gaps import lacking
from ..queries.inspections import (
    InspectionFilter,
    list_inspections,
    published_versions,
    steps_of,
    surroundings,
)
from ..queries.remedies import remedied_tasks
from ..queries.task_figures import assigned_in, values_as_of
from ..queries.units import UnitFilter, find_units, units_by_ids
from ..queries.visits import session_of, visits_of
from ..services.inspections import add_inspections, save_inspection, take_step
from ..vietnamese import fold
from ._errors import refusal_text
from ._finals import FINAL, final_of
from ._labels import choices, label
from ._load import allow, load_inspection
from ._login import account, now
from ._plan import load_delegation
from ._signoffs import AreaSignoffs, area_lines, shows_signoffs
from ._terms import terms

blueprint = Blueprint("inspections", __name__)

_SELF_SCORE = frozenset({State.CHO_DON_VI_BAO_CAO, State.DANG_TU_CHAM, State.DA_CHOT_TU_CHAM})
_EXPLAINING = frozenset({State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH})
_SECOND_ROUND = frozenset({State.THAM_DINH_LAN_2})
# The course of an inspection as a person thinks of it.
PHASES: tuple[tuple[LazyString, frozenset[State]], ...] = (
    (_l("Chuẩn bị"), frozenset({State.DU_THAO, State.DA_CO_QUYET_DINH})),
    (_l("Tự chấm"), _SELF_SCORE),
    (_l("Kiểm tra"), frozenset({State.DANG_KIEM_TRA})),
    (_l("Giải trình"), _EXPLAINING),
    (_l("Thẩm định lần 2"), _SECOND_ROUND),
    (_l("Biên bản"), frozenset({State.CHO_KY_BIEN_BAN, State.DA_KY_BIEN_BAN})),
    (
        _l("Kết luận, khắc phục"),
        frozenset({State.DU_THAO_KET_LUAN, State.DA_BAN_HANH_KET_LUAN, State.THEO_DOI_KHAC_PHUC}),
    ),
    (_l("Kết thúc"), frozenset({State.KET_THUC})),
)


@blueprint.get("/inspections")
def index() -> str:
    allow(Action.READ_INSPECTION)
    form = InspectionFilterForm(request.args)
    form.state.choices = [("", _("Mọi trạng thái")), *choices(State)]
    wanted = InspectionFilter(form.words, form.state_word)
    page = list_inspections(account().principal, wanted, form.page.data or 1)
    live = "HX-Request" in request.headers and "HX-History-Restore-Request" not in request.headers
    return render_template(
        "inspections/_list.html" if live else "inspections/index.html",
        form=form,
        wanted=wanted,
        page=page,
        today=today(now()),
    )


@blueprint.get("/inspections/<int:inspection_id>")
def show(inspection_id: int) -> str:
    return _page(load_inspection(inspection_id))


@dataclass(frozen=True, slots=True)
class AreaLine:
    """One area (none: the total) with the progress of both sides; zeros for who may not see the delegation's."""

    area: Area | None
    self_sum: Sum
    verified: Sum
    # Scored, but without the reason that it needs: how many, and where the first is.
    self_lacks: tuple[int, str] = (0, "")
    verified_lacks: tuple[int, str] = (0, "")


def _page(card: InspectionCard, refusal: str = "") -> str:
    me = account().principal
    areas, members = _areas(card), members_of(card.delegation_id)
    phases = _phases(card)
    day = today(now())
    early = is_early(card.explain_due_on, day)
    steps = steps_for(card.state, card.standing.steps_as, card.scoring, card.round, card.kind)
    # As the minutes will tell it: what happens to the tasks after the visit is not this inspection's.
    tasks_on = min(card.inspected_on, day)
    assigned = assigned_in(card.unit_id, Period(card.period_from, card.period_to))
    counts = tasks.count(values_as_of(tasks_on, visible_tasks(me), *assigned), tasks_on)
    return render_template(
        "inspections/page.html",
        inspection=card,
        around=surroundings(me, card.id, card.shown_until),
        areas=areas,
        total=_total(areas),
        area_names={line.area.code: line.area.name for line in areas if line.area},
        members=members,
        signoffs=_signoffs(card, areas, members),
        may_assign=card.standing.may(Action.WRITE_PLAN),
        history=steps_of(card.id),
        steps=[as_of(step, early) for step in steps],
        may_move_due=card.standing.may(Action.STEER_INSPECTION),
        explain_days=(card.explain_due_on - day).days if card.explain_due_on else None,
        may_adjust=card.standing.may(Action.ADJUST_SCORE) and allows(card.state, Action.ADJUST_SCORE),
        phases=phases,
        phase=next((place for place, (_name, states) in enumerate(phases) if card.state in states), None),
        done=counts.done_rate,
        follows=_follows(card),
        remedied=remedied_tasks(card.id) if _follows(card) else None,
        tasks_on=tasks_on,
        step_form=StepForm(formdata=None),
        may_edit=card.standing.may(Action.WRITE_PLAN) and card.state in EDITABLE,
        scores=_may_score(card),
        visits=visits_of(me, card) if card.supervises else (),
        adds_visits=card.standing.may(Action.WRITE_PLAN)
        and takes_visits(card.campaign_kind, card.parent_id is not None, card.state),
        session=session_of(me, card),
        refusal=refusal,
        finals=FINAL,
    )


def _follows(card: InspectionCard) -> bool:
    """Whether there is something to follow up: after the conclusion, in a re-inspection from the beginning."""
    if card.kind is InspectionKind.PHUC_TRA and card.state is not State.HUY:
        return True
    return card.state in {State.THEO_DOI_KHAC_PHUC, State.KET_THUC}


def _phases(card: InspectionCard) -> list[tuple[LazyString, frozenset[State]]]:
    """The course of this inspection; explaining and a second round belong to it once they have begun.

    Giám sát has other words.
    """
    other = terms(card.campaign_kind).phases
    left_out = set()
    if not card.scoring:
        left_out.add(_SELF_SCORE)
    if card.explain_due_on is None and card.state not in _EXPLAINING and card.round == 1:
        left_out.add(_EXPLAINING)
    if card.round == 1:
        left_out.add(_SECOND_ROUND)
    return [
        (next((words for state, words in other.items() if state in states), name), states)
        for name, states in PHASES
        if states not in left_out
    ]


def _may_score(card: InspectionCard) -> bool:
    """Whether the person may put scores in now, on their own side."""
    action = Action.SCORE_SELF if card.standing.of_unit else Action.SCORE_VERIFIED
    return card.scoring and card.standing.may(action) and allows(card.state, action)


def _areas(card: InspectionCard) -> list[AreaLine]:
    if not card.scoring:
        return []
    checklist = checklist_value(card.version_id)
    own = area_sums(card.id, Side.SELF, checklist, 1)
    shown = card.shown_round
    verified = area_sums(card.id, Side.VERIFIED, checklist, shown) if card.sees_verified else {}
    lacks = {Side.SELF: lacking(card.id, Side.SELF, 1), Side.VERIFIED: frozenset[int]()}
    if card.sees_verified:
        lacks[Side.VERIFIED] = lacking(card.id, Side.VERIFIED, shown)
    return [
        AreaLine(
            area,
            own[area.code],
            verified.get(area.code, Sum()),
            *(_first_of([c.code for c in area.criteria if c.id in lacks[side]]) for side in Side),
        )
        for area in checklist.areas
    ]


def _first_of(codes: Sequence[str]) -> tuple[int, str]:
    return len(codes), codes[0] if codes else ""


def _total(areas: Sequence[AreaLine]) -> AreaLine:
    lacks = ([line.self_lacks for line in areas], [line.verified_lacks for line in areas])
    return AreaLine(
        None,
        sum((line.self_sum for line in areas), Sum()),
        sum((line.verified for line in areas), Sum()),
        *(
            (sum(count for count, _code in side), next((code for count, code in side if count), ""))
            for side in lacks
        ),
    )


def _signoffs(
    card: InspectionCard, areas: Sequence[AreaLine], members: Sequence[MemberRow]
) -> list[AreaSignoffs]:
    """Nothing for who may not see them."""
    if not shows_signoffs(card):
        return []
    sums = {line.area.code: line.verified for line in areas if line.area}
    return area_lines(card, checklist_value(card.version_id), sums, members, account().id)


@blueprint.route("/inspections/<int:inspection_id>/steps/<state>", methods=["GET", "POST"])
def step(inspection_id: int, state: str) -> Response | str | tuple[str, int]:
    """A step's own page (for its reason or deadline, without script), and the step itself."""
    card = load_inspection(inspection_id)
    to = next((word for word in State if word == state.replace("-", "_")), None)
    if to is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    require_impartial(card.standing)
    day, role = today(now()), card.standing.steps_as
    early = is_early(card.explain_due_on, day)
    form = StepForm(seen=card.state.value, due_on=card.explain_due_on if early else None)
    try:
        # Whether there is such a step is said at once; its reason is asked for on the page.
        chosen = as_of(find_step(card.state, to, role, "?", card.scoring, card.round, card.kind), early)
    except Conflict as refusal:
        if request.method == "GET":
            raise
        return _page(card, refusal_text(refusal)), refusal.status
    if request.method == "GET":
        return _step_page(card, chosen, form)
    if not form.validate_on_submit():
        return _step_page(card, chosen, form), 422
    seen, due_on = form.seen_state, form.due_on.data
    try:
        take_step(inspection_id, to, form.reason.data, role, account().id, now(), seen=seen, due_on=due_on)
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _step_page(card, chosen, form), refusal.status
    except Refused as refusal:
        fresh = load_inspection(inspection_id)
        if fresh.state is card.state and (form.reason.data or form.due_on.data):
            # Nobody was faster, something else is missing: what was typed stays.
            form.refuse(refusal_text(refusal))
            return _step_page(card, chosen, form), refusal.status
        return _page(fresh, refusal_text(refusal)), refusal.status
    flash(_("Đã chuyển sang: %(state)s.", state=terms(card.campaign_kind).state(to)), "ok")
    return redirect(url_for("inspections.show", inspection_id=inspection_id), 303)


def _step_page(card: InspectionCard, step: Step, form: StepForm) -> str:
    signoffs = []
    if needs_signoffs(step.to):
        signoffs = _signoffs(card, _areas(card), members_of(card.delegation_id))
    form.reason.flags.required = step.needs_reason or any(line.missing or line.unkept for line in signoffs)
    form.due_on.flags.required = step.needs_due
    return render_template(
        "inspections/step.html",
        inspection=card,
        step=step,
        form=form,
        signoffs=signoffs,
        final=None if step.back else final_of(card, step.to),
    )


@blueprint.route("/inspections/<int:inspection_id>/edit", methods=["GET", "POST"])
def edit(inspection_id: int) -> Response | str | tuple[str, int]:
    card = load_inspection(inspection_id, Action.WRITE_PLAN)
    around = surroundings(account().principal, inspection_id)
    form = InspectionForm(obj=card, self_due_on=around.self_due_on)
    form.speak_of(terms(card.campaign_kind))
    form.kind.choices = _kinds(card.campaign_kind, card.kind)

    def page() -> str:
        return render_template("inspections/edit.html", form=form, inspection=card, around=around)

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        save_inspection(inspection_id, form.text(), form.version.number, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã lưu cuộc giám sát.") if card.supervises else _("Đã lưu cuộc kiểm tra."), "ok")
    return redirect(url_for("inspections.show", inspection_id=inspection_id), 303)


@blueprint.route("/delegations/<int:delegation_id>/inspections/new", methods=["GET", "POST"])
def create(delegation_id: int) -> Response | str | tuple[str, int]:
    card = load_delegation(delegation_id, Action.WRITE_PLAN)
    versions = published_versions()
    supervises = card.campaign.kind is CampaignKind.GIAM_SAT
    form = (NewSupervisionsForm if supervises else NewInspectionsForm)(
        kind=(InspectionKind.CHUYEN_DE if supervises else InspectionKind.DINH_KY).value,
        version_id=versions[0].id if versions else None,
        inspected_on=today(now()),
        **{name: getattr(card.campaign, name) for name in ("period_from", "period_to", "period_label")},
    )
    form.speak_of(terms(card.campaign.kind))
    form.kind.choices = _kinds(card.campaign.kind)
    form.version_id.choices = [
        (version.id, f"{version.name} – {version.version} ({label(version.level)})") for version in versions
    ]
    if request.method == "GET" or "find" in request.form:
        return _new_page(form, card.delegation, card.campaign)
    if not form.validate_on_submit():
        return _new_page(form, card.delegation, card.campaign), 422
    try:
        ids = add_inspections(
            delegation_id,
            form.unit_ids.data,
            form.chosen_version,
            form.text(),
            account().id,
            now(),
            scored_supervision=supervises and form.chosen_version is not None,
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _new_page(form, card.delegation, card.campaign), refusal.status
    added = (
        _("Đã thêm %(count)s cuộc giám sát.", count=len(ids))
        if supervises
        else _("Đã thêm %(count)s cuộc kiểm tra.", count=len(ids))
    )
    flash(added, "ok")
    return redirect(url_for("delegations.show", delegation_id=delegation_id), 303)


def _kinds(campaign: CampaignKind, chosen: InspectionKind | None = None) -> list[tuple[str, LazyString]]:
    """Giám sát has kinds of its own; one that was chosen otherwise stays choosable."""
    if campaign is not CampaignKind.GIAM_SAT:
        return choices(InspectionKind)
    other = (chosen,) if chosen is not None and chosen not in KINDS else ()
    return choices(InspectionKind, among=(*KINDS, *other))


def _new_page(form: NewInspectionsForm, delegation: Delegation, campaign: Campaign) -> str:
    words = fold(request.form.get("unit_ids_q", ""))[:100]
    return render_template(
        "inspections/new.html",
        form=form,
        delegation=delegation,
        campaign=campaign,
        chosen=units_by_ids(form.unit_ids.data or []),
        options=find_units(UnitFilter(words=words), page_size=20).rows if words else (),
        words=words,
    )
