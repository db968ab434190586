"""What the unit answers to the delegation's first round of scores: it agrees, or it explains.

Source: the rounds of scores as offices run them (domain reference, 4.3).
"""

from __future__ import annotations

from enum import StrEnum


class Stance(StrEnum):
    ACCEPT = "accept"
    EXPLAIN = "explain"
