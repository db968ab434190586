"""What a campaign says: kế hoạch kiểm tra of a year, or a programme of giám sát."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from .inspections import CampaignKind
from .periods import Period
from .refusals import Invalid, sentence


@dataclass(frozen=True, slots=True)
class CampaignText:
    """A campaign as it is typed; ``period`` is what its inspections look at unless they say otherwise."""

    kind: CampaignKind
    title: str
    year: int
    period: Period
    theme: str = ""
    agency: str = ""
    parent_agency: str = ""
    plan_number: str = ""
    plan_date: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.kind is CampaignKind.GIAM_SAT and not self.theme.strip():
            raise Invalid(sentence("Giám sát phải có chuyên đề."), field="theme")
