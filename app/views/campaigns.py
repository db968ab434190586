"""/campaigns: the plans of inspection and supervision, and one plan with its delegations."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import TABLE, Action
from ..domain.inspections import CampaignKind
from ..domain.periods import today
from ..domain.refusals import Refused
from ..forms.campaigns import CampaignForm, PageForm
from ..models import Campaign
from ..queries.campaigns import list_campaigns
from ..queries.delegations import delegations_of
from ..services.campaigns import remove_campaign, save_campaign
from ._errors import refusal_text
from ._labels import choices
from ._load import allow
from ._login import account, now
from ._plan import load_campaign

blueprint = Blueprint("campaigns", __name__)


@blueprint.get("/campaigns")
def index() -> str:
    allow(Action.READ_PLAN)
    page = list_campaigns(account().principal, PageForm(request.args).page.data or 1)
    may_write = account().role in TABLE[Action.WRITE_PLAN]
    return render_template("campaigns/index.html", page=page, may_write=may_write)


@blueprint.get("/campaigns/<int:campaign_id>")
def show(campaign_id: int) -> str:
    card = load_campaign(campaign_id, Action.READ_PLAN)
    return render_template(
        "campaigns/page.html",
        campaign=card.campaign,
        delegations=delegations_of(account().principal, campaign_id),
        may_write=card.standing.may(Action.WRITE_PLAN),
    )


@blueprint.route("/campaigns/new", methods=["GET", "POST"])
def create() -> Response | str | tuple[str, int]:
    allow(Action.WRITE_PLAN)
    year = today(now()).year
    form = CampaignForm(
        kind=CampaignKind.KIEM_TRA.value,
        year=year,
        agency=account().unit_name,
        period_from=date(year, 1, 1),
        period_to=date(year, 12, 31),
    )
    return _edit(form, None)


@blueprint.route("/campaigns/<int:campaign_id>/edit", methods=["GET", "POST"])
def edit(campaign_id: int) -> Response | str | tuple[str, int]:
    campaign = load_campaign(campaign_id, Action.WRITE_PLAN).campaign
    return _edit(CampaignForm(obj=campaign), campaign)


def _edit(form: CampaignForm, campaign: Campaign | None) -> Response | str | tuple[str, int]:
    form.kind.choices = choices(CampaignKind)
    if request.method == "GET":
        return render_template("campaigns/edit.html", form=form, campaign=campaign)
    if not form.validate_on_submit():
        return render_template("campaigns/edit.html", form=form, campaign=campaign), 422
    try:
        known_id = campaign.id if campaign else None
        campaign_id = save_campaign(known_id, form.text(), form.version.number, account().id, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return render_template("campaigns/edit.html", form=form, campaign=campaign), refusal.status
    flash(_("Đã lưu kế hoạch."), "ok")
    return redirect(url_for("campaigns.show", campaign_id=campaign_id), 303)


@blueprint.post("/campaigns/<int:campaign_id>/remove")
def remove(campaign_id: int) -> Response:
    load_campaign(campaign_id, Action.WRITE_PLAN)
    remove_campaign(campaign_id, account().id, now())
    flash(_("Đã xóa kế hoạch."), "ok")
    return redirect(url_for("campaigns.index"), 303)
