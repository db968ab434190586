"""The words at the head of minutes: title, legal bases, the unit's name inside a sentence.

Paper is Vietnamese only, so nothing here is translated. Outline: domain reference, section 6.2.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from .checklists import UnitLevel
from .inspections import CampaignKind, InspectionKind
from .minutes_tasks import Origin
from .units import UnitKind, level_of

ACTS = {CampaignKind.KIEM_TRA: "kiểm tra", CampaignKind.GIAM_SAT: "giám sát"}
# A delegation has no seal and numbers in the series of the agency that chairs it.
SYMBOLS = {CampaignKind.KIEM_TRA: "BB-ĐKT", CampaignKind.GIAM_SAT: "BB-ĐGS"}
_THEME = "công tác cải cách hành chính"


def is_territorial(kind: UnitKind) -> bool:
    """Whether a unit is a place with a people's committee, not an office of its own."""
    return level_of(kind) is not UnitLevel.SO or kind in {UnitKind.TINH, UnitKind.THANH_PHO_TW}


def unit_in_sentence(name: str, kind: UnitKind) -> str:
    """«Phường Cầu Tre» → «phường Cầu Tre»; «Sở Nội vụ» stays."""
    return name[:1].lower() + name[1:] if is_territorial(kind) else name


def office_of_unit(name: str, kind: UnitKind) -> str:
    """Who is inspected: «UBND phường Cầu Tre», «Sở Nội vụ»."""
    return f"UBND {unit_in_sentence(name, kind)}" if is_territorial(kind) else name


def document_name(campaign: CampaignKind, is_visit: bool) -> str:
    """A council's delegation works with the committee and surveys the communes."""
    if campaign is not CampaignKind.GIAM_SAT:
        return "BIÊN BẢN"
    return "BIÊN BẢN KHẢO SÁT" if is_visit else "BIÊN BẢN LÀM VIỆC"


def founding_document(campaign: CampaignKind, number: str) -> str:
    """A council's delegation is set up by a resolution, or by a decision of its standing board."""
    return "Nghị quyết" if campaign is CampaignKind.GIAM_SAT and "/NQ" in number.upper() else "Quyết định"


def subject(
    campaign: CampaignKind, kind: InspectionKind, theme: str, year: int, name: str, unit_kind: UnitKind
) -> str:
    """Trích yếu, on two lines: what, and where. A theme of giám sát has a period of its own, not a year."""
    if campaign is CampaignKind.GIAM_SAT and theme.strip():
        about = theme.strip()
        office = office_of_unit(name, unit_kind)
        return f"Giám sát chuyên đề {about[:1].lower()}{about[1:]}\ntại {office}"
    act = "Phúc tra" if kind is InspectionKind.PHUC_TRA else ACTS[campaign].capitalize()
    about = theme.strip() or _THEME
    return f"{act} {about[:1].lower()}{about[1:]} năm {year}\ntại {unit_in_sentence(name, unit_kind)}"


def legal_basis(document: str, number: str, day: date | None, agency: str, about: str) -> str:
    """«Căn cứ Quyết định số 34/QĐ-SNV ngày 05/02/2022 của Sở Nội vụ về việc …».

    What is not on file yet leaves dots that a pen can fill.
    """
    dated = f"{day:%d/%m/%Y}" if day else "…/…/……"
    issued = f" của {agency}" if agency else ""
    return f"Căn cứ {document} số {number or '………'} ngày {dated}{issued} {about}"


def earlier_papers(origins: Iterable[Origin | None]) -> tuple[str, ...]:
    """What a re-inspection goes by: the minutes and the conclusion that asked for what it looks at, each once."""
    bases: dict[str, None] = {}
    for origin in origins:
        if origin is None:
            continue
        number = f" số {origin.number}" if origin.number else ""
        at = f" tại {origin.at}" if origin.at else ""
        day = origin.minutes_on or origin.inspected_on
        bases[f"Căn cứ Biên bản kiểm tra{number} ngày {day:%d/%m/%Y}{at}"] = None
        if origin.conclusion:
            dated = f" ngày {origin.concluded_on:%d/%m/%Y}" if origin.concluded_on else ""
            bases[f"Căn cứ Thông báo kết luận số {origin.conclusion}{dated}"] = None
    return tuple(bases)
