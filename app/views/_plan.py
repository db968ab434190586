"""Loaders of the plan: a campaign or a delegation, or the sentence why not."""

from __future__ import annotations

from ..domain.access import Action
from ..domain.refusals import Missing, sentence
from ..queries.campaigns import CampaignCard, campaign_card
from ..queries.delegations import DelegationCard, delegation_card
from ._load import allow_here
from ._login import account


def load_campaign(campaign_id: int, action: Action) -> CampaignCard:
    """404 without the campaign or for a stranger, 403 for who may only read it."""
    card = campaign_card(account().principal, campaign_id)
    if card is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    allow_here(card.standing, action)
    return card


def load_delegation(delegation_id: int, action: Action) -> DelegationCard:
    """404 without the delegation or for a stranger, 403 for who may only read it."""
    card = delegation_card(account().principal, delegation_id)
    if card is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    allow_here(card.standing, action)
    return card
