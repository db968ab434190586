"""Verbs about campaigns: write one down, correct it, take back one that is still empty."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.campaigns import CampaignText
from ..domain.refusals import Conflict, Missing, sentence
from ..models import Campaign, Delegation, Inspection
from ._audit import note_event


@verb
def save_campaign(
    campaign_id: int | None, text: CampaignText, version: int, user_id: int, now: datetime
) -> int:
    """A new campaign (``None``), or a correction of one that nobody else changed since ``version``; its id.

    A changed period is a proposal for inspections still to be added; those that exist keep theirs.
    """
    columns = _columns(text)
    if campaign_id is None:
        campaign = Campaign(created_by_id=user_id, created_at=now, **columns)
        db.session.add(campaign)
        db.session.flush()
        note_event("campaign.add", "campaign", campaign.id, user_id, now, {"after": columns})
        return campaign.id
    campaign = _locked(campaign_id)
    if campaign.version != version:
        raise Conflict(
            sentence("Kế hoạch vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp.")
        )
    _require_kind_free(campaign, text)
    changed = {name: value for name, value in columns.items() if getattr(campaign, name) != value}
    before = {name: getattr(campaign, name) for name in changed}
    for name, value in changed.items():
        setattr(campaign, name, value)
    campaign.version += 1
    note_event("campaign.update", "campaign", campaign_id, user_id, now, {"before": before, "after": changed})
    return campaign_id


def _require_kind_free(campaign: Campaign, text: CampaignText) -> None:
    """What has begun as kiểm tra does not turn into giám sát: scores, minutes and words hang on it."""
    begun = select(Inspection.id).join(Delegation).where(Delegation.campaign_id == campaign.id).limit(1)
    if campaign.kind is not text.kind and db.session.execute(begun).first():
        raise Conflict(sentence("Kế hoạch đã có cuộc làm việc nên không đổi được loại."), field="kind")


@verb
def remove_campaign(campaign_id: int, user_id: int, now: datetime) -> None:
    """Takes back a campaign without delegations; :class:`Conflict` when it has any."""
    campaign = _locked(campaign_id)
    if db.session.execute(
        select(Delegation.id).where(Delegation.campaign_id == campaign_id).limit(1)
    ).first():
        raise Conflict(sentence("Kế hoạch đã có đoàn nên không xóa được."))
    note_event("campaign.remove", "campaign", campaign_id, user_id, now, {"title": campaign.title})
    db.session.delete(campaign)


def _locked(campaign_id: int) -> Campaign:
    campaign = db.session.get(Campaign, campaign_id, populate_existing=True, with_for_update=True)
    if campaign is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return campaign


def _columns(text: CampaignText) -> dict[str, object]:
    return {
        "kind": text.kind,
        "title": text.title,
        "theme": text.theme,
        "year": text.year,
        "agency": text.agency,
        "parent_agency": text.parent_agency,
        "plan_number": text.plan_number,
        "plan_date": text.plan_date,
        "period_from": text.period.start,
        "period_to": text.period.end,
        "period_label": text.period.label,
        "note": text.note,
    }
