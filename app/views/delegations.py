"""/delegations: one delegation, its decision, its members with their areas, its inspections."""

from __future__ import annotations

from collections.abc import Sequence

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import MEMBER_ROLES, Action, Role
from ..domain.delegations import Member, areas_without_member, may_arrange, members_of_own_unit
from ..domain.refusals import Refused
from ..forms.delegations import DelegationForm, MemberForm
from ..models import Campaign, Delegation
from ..queries.candidates import candidates, find_candidates
from ..queries.delegations import (
    MemberRow,
    area_choices,
    delegation_card,
    has_begun,
    heads_of,
    inspected_units,
    members_of,
)
from ..queries.inspections import inspections_of_delegation
from ..services.delegations import create_delegation, remove_delegation, save_delegation
from ..vietnamese import fold
from ._errors import refusal_text
from ._labels import choices, label
from ._login import account, now
from ._plan import load_campaign, load_delegation

blueprint = Blueprint("delegations", __name__)


@blueprint.get("/delegations/<int:delegation_id>")
def show(delegation_id: int) -> str:
    card = load_delegation(delegation_id, Action.READ_PLAN)
    members, areas = members_of(delegation_id), area_choices(delegation_id)
    everything = card.standing.in_delegation or card.standing.role is Role.ADMIN
    return render_template(
        "delegations/page.html",
        delegation=card.delegation,
        campaign=card.campaign,
        members=members,
        area_names=dict(areas),
        warnings=_warnings(members, areas, inspected_units(delegation_id)),
        inspections=inspections_of_delegation(account().principal, delegation_id, everything),
        may_write=card.standing.may(Action.WRITE_PLAN),
    )


def _warnings(
    members: Sequence[MemberRow], areas: Sequence[tuple[str, str]], inspected: dict[int, str]
) -> list[str]:
    """What the planner should know before the delegation goes out."""
    seats = [member.seat for member in members if member.holds]
    free = areas_without_member(seats, [code for code, _name in areas])
    names = dict(areas)
    warnings = []
    if free and members:
        listed = "; ".join(f"{code}. {names[code]}" for code in free)
        warnings.append(_("Chưa giao cho ai: %(areas)s.", areas=listed))
    for name, unit in members_of_own_unit(seats, inspected):
        words = _("%(name)s làm việc tại %(unit)s nên không được chấm điểm đơn vị này.", name=name, unit=unit)
        warnings.append(words)
    for member in members:
        if not member.holds:
            warnings.append(
                _(
                    "%(name)s không còn là %(place)s của đoàn: tài khoản nay là %(role)s. Hãy chọn người khác.",
                    name=member.title,
                    place=label(member.role),
                    role=label(member.account_role),
                )
            )
        elif not member.active:
            words = _(
                "Tài khoản của %(name)s đã khóa, người này không làm việc được trong đoàn. Hãy chọn người khác, hoặc đề "
                "nghị quản trị mở lại.",
                name=member.title,
            )
            warnings.append(words)
    return warnings


@blueprint.route("/campaigns/<int:campaign_id>/delegations/new", methods=["GET", "POST"])
def create(campaign_id: int) -> Response | str | tuple[str, int]:
    campaign, me = load_campaign(campaign_id, Action.WRITE_PLAN).campaign, account()
    place = me.role if me.role in {Role.HEAD, Role.SECRETARY} else Role.MEMBER
    form = _form(None, [Member(me.id, place, post=me.post)], agency=campaign.agency)
    return _edit(form, campaign, None)


@blueprint.route("/delegations/<int:delegation_id>/edit", methods=["GET", "POST"])
def edit(delegation_id: int) -> Response | str | tuple[str, int]:
    card = load_delegation(delegation_id, Action.WRITE_PLAN)
    members = [Member(row.user_id, row.role, row.areas, row.post) for row in members_of(delegation_id)]
    form = _form(delegation_id, members, obj=card.delegation)
    begun, me = has_begun(delegation_id), account().id
    arranges = not begun or may_arrange(me, begun, heads_of(delegation_id))
    return _edit(form, card.campaign, card.delegation, begun, arranges)


def _form(delegation_id: int | None, members: Sequence[Member], **start: object) -> DelegationForm:
    areas = {code: f"{code}. {name}" for code, name in area_choices(delegation_id)}
    for member in members:
        # An area given earlier stays choosable, though no checklist in use has it any more.
        areas |= {code: code for code in member.areas if code not in areas}
    form = DelegationForm(choices(Role, among=MEMBER_ROLES), list(areas.items()), members, **start)
    form.know(candidates(form.people(), delegation_id))
    return form


def _look(form: DelegationForm) -> MemberForm | None:
    """Finds people for the row that needs one: the members of a province stand in no list to scroll through."""
    row = form.seeking()
    if row is not None:
        words = fold(row.user_q.data or "")[:100]
        row.found, row.more = find_candidates(words, account().principal.unit_id, form.people())
    return row


def _edit(
    form: DelegationForm,
    campaign: Campaign,
    delegation: Delegation | None,
    begun: bool = False,
    arranges: bool = True,
) -> Response | str | tuple[str, int]:
    """``arranges``: may change who sits there; what was sent all the same stays on the page that refuses it."""

    def page() -> str:
        row = _look(form)
        if row is not None and form.find.data and request.headers.get("HX-Request"):
            return render_template("delegations/_found.html", row=row)
        return render_template(
            "delegations/edit.html",
            form=form,
            campaign=campaign,
            delegation=delegation,
            begun=begun,
            fixed=not arranges and request.method == "GET",
        )

    if request.method == "GET" or form.changed_rows():
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        delegation_id = _save(form, campaign, delegation)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã lưu đoàn."), "ok")
    card = delegation_card(account().principal, delegation_id)
    if card is None or not card.standing.may(Action.WRITE_PLAN):
        flash(_("Bạn không có trong đoàn nào của kế hoạch này nên từ nay chỉ xem được."), "warn")
    return redirect(url_for("delegations.show", delegation_id=delegation_id), 303)


def _save(form: DelegationForm, campaign: Campaign, delegation: Delegation | None) -> int:
    if delegation is None:
        return create_delegation(campaign.id, form.text(), form.members(), account().id, now())
    version = form.version.number
    save_delegation(
        delegation.id, form.text(), form.members(), version, account().id, now(), form.reason.data
    )
    return delegation.id


@blueprint.post("/delegations/<int:delegation_id>/remove")
def remove(delegation_id: int) -> Response:
    campaign_id = load_delegation(delegation_id, Action.WRITE_PLAN).campaign.id
    remove_delegation(delegation_id, account().id, now())
    flash(_("Đã xóa đoàn."), "ok")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)
