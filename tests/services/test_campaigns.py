"""Writing plans down: the version check, the audit, and taking back what is empty."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.campaigns import CampaignText
from app.domain.inspections import CampaignKind
from app.domain.periods import Period
from app.domain.refusals import Conflict, Missing
from app.models import AuditEvent, Campaign
from app.services.campaigns import remove_campaign, save_campaign
from tests import make

TEXT = CampaignText(
    kind=CampaignKind.KIEM_TRA,
    title="Kiểm tra công tác cải cách hành chính năm 2026",
    year=2026,
    period=Period(date(2026, 1, 1), date(2026, 12, 31), "từ 01/01/2026 đến thời điểm kiểm tra"),
    plan_number="12/KH-SNV",
)


def test_a_plan_is_written_down_by_who_makes_it(app):
    maker = make.user(Role.HEAD)
    campaign_id = save_campaign(None, TEXT, 0, maker.id, make.NOW)
    campaign = db.session.get(Campaign, campaign_id)
    assert (campaign.title, campaign.year, campaign.created_by_id) == (TEXT.title, 2026, maker.id)
    assert (campaign.period_from, campaign.period_label) == (date(2026, 1, 1), TEXT.period.label)
    event = db.session.execute(select(AuditEvent)).scalar_one()
    assert (event.action, event.object_id) == ("campaign.add", campaign_id)


def test_a_correction_says_what_was_before(app):
    maker = make.user(Role.HEAD)
    campaign_id = save_campaign(None, TEXT, 0, maker.id, make.NOW)
    save_campaign(campaign_id, replace(TEXT, plan_number="15/KH-SNV"), 1, maker.id, make.NOW)
    event = db.session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert event.data == {"before": {"plan_number": "12/KH-SNV"}, "after": {"plan_number": "15/KH-SNV"}}


def test_the_second_of_two_corrections_is_told(app):
    campaign = make.campaign()
    maker = make.user(Role.HEAD)
    save_campaign(campaign.id, TEXT, 1, maker.id, make.NOW)
    with pytest.raises(Conflict):
        save_campaign(campaign.id, replace(TEXT, title="Khác"), 1, maker.id, make.NOW)
    assert db.session.get(Campaign, campaign.id, populate_existing=True).title == TEXT.title


def test_an_empty_plan_is_taken_back_one_with_a_delegation_is_not(app):
    maker = make.user(Role.HEAD)
    empty, used = make.campaign(), make.campaign()
    make.delegation(used)
    remove_campaign(empty.id, maker.id, make.NOW)
    with pytest.raises(Conflict):
        remove_campaign(used.id, maker.id, make.NOW)
    assert db.session.scalars(select(Campaign.id)).all() == [used.id]


def test_there_is_nothing_to_correct_in_a_plan_that_is_not_there(app):
    with pytest.raises(Missing):
        save_campaign(404, TEXT, 1, make.user().id, make.NOW)
