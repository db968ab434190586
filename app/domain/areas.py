"""Areas of reform that a task is about (lĩnh vực CCHC), by the contents of NQ 76/NQ-CP of 15/7/2021.

The areas of a checklist are data of its version, with names and codes of their own. Tasks come from directives
as well, which know no checklist: for them these words group the year's work, and :func:`recognise` finds the
word of a checklist's area, so that a recommendation's task stands among the others.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum


class ReformArea(StrEnum):
    CDDH = "CDDH"
    TC = "TC"
    TTHC = "TTHC"
    TCBM = "TCBM"
    CDCV = "CDCV"
    TCC = "TCC"
    CQS = "CQS"


# Parts of folded names, in the order of looking; «hiện đại hóa» is the older name (NQ 30c/NQ-CP).
_SIGNS: Mapping[str, ReformArea] = {
    "chi dao": ReformArea.CDDH,
    "the che": ReformArea.TC,
    "thu tuc": ReformArea.TTHC,
    "bo may": ReformArea.TCBM,
    "cong vu": ReformArea.CDCV,
    "can bo, cong chuc": ReformArea.CDCV,
    "tai chinh": ReformArea.TCC,
    "chinh quyen dien tu": ReformArea.CQS,
    "chinh quyen so": ReformArea.CQS,
    "hien dai hoa": ReformArea.CQS,
    "chuyen doi so": ReformArea.CQS,
}


def recognise(folded_name: str) -> ReformArea | None:
    """The word for an area of a checklist, by its name folded for search; ``None`` where none fits."""
    return next((area for sign, area in _SIGNS.items() if sign in folded_name), None)
