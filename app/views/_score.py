"""What the scoring page shows, put together once for the page, the single card and the reply to a save."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import Any
from uuid import uuid4

from flask import request, url_for
from flask_babel import get_locale
from flask_babel import gettext as _

from .. import vietnamese
from ..domain.access import Action
from ..domain.answers import NO_ANSWER, AnswerState, Gap, Replaced, gap_of
from ..domain.checklists import Area, Checklist, Criterion, Levels, rule_to_json
from ..domain.explanations import Explanation, Stance
from ..domain.inspections import Side, allows
from ..domain.refusals import Forbidden, Missing, sentence
from ..domain.scoring import (
    FreeInput,
    LevelInput,
    PenaltyInput,
    RatioInput,
    Sum,
    YesNoInput,
    classify,
    final_index,
)
from ..queries.access import InspectionCard
from ..queries.answers import AnswerSheet, answer_sheet, area_sums, get
from ..queries.attachments import evidence_counts
from ..queries.checklists import checklist_value
from ..queries.explanations import explanations_of
from ..queries.findings import findings_by_criterion
from ..queries.repeats import Earlier, earlier_shortcomings


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in the inputs of a card, as text: the stored answer, or what was typed and refused."""

    yes: str = ""
    level: str = ""
    numerator: str = ""
    denominator: str = ""
    faults: str = ""
    points: str = ""
    not_applicable: bool = False
    na_reason: str = ""
    reason: str = ""
    note: str = ""


@dataclass(slots=True)
class Card:
    """One criterion of the page. ``op_id`` serves the form post of a browser without scripts.

    In the second round of the delegation's scores ``first`` is its answer of the first, ``explained`` what the
    unit said to it. ``replaced``: the member's score that the head went over. ``earlier``: what signed minutes
    have said of this criterion before.
    """

    criterion: Criterion
    area: Area
    side: Side
    mine: AnswerState
    other: AnswerState
    shows_other: bool
    editable: bool
    entry: Entry
    gap: Gap | None
    first: AnswerState | None = None
    explained: Explanation | None = None
    replaced: Replaced | None = None
    findings: int = 0
    files: int = 0
    last_time: tuple[str, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    faults: Mapping[str, str] = field(default_factory=dict)
    op_id: str = field(default_factory=lambda: str(uuid4()))

    @property
    def may_be_na(self) -> bool:
        return self.criterion.may_be_na or self.area.may_be_na

    @property
    def said_last_time(self) -> tuple[str, ...]:
        """Without what stands among the earlier shortcomings already."""
        known = {one.text for one in self.earlier}
        return tuple(text for text in self.last_time if text not in known)


@dataclass(frozen=True, slots=True)
class Total:
    """The whole checklist on one side, with index and classification."""

    sum: Sum
    index: int | None
    grade: str | None


def entry_of(state: AnswerState) -> Entry:
    """The stored answer as the inputs show it."""
    rest: dict[str, Any] = {
        "not_applicable": state.not_applicable,
        "na_reason": state.na_reason,
        "reason": state.reason,
        "note": state.note,
    }
    match state.value:
        case YesNoInput(yes):
            return Entry(yes="1" if yes else "0", **rest)
        case LevelInput(level):
            return Entry(level=str(level), **rest)
        case RatioInput(n, d):
            return Entry(numerator=vietnamese.number(n), denominator=vietnamese.number(d), **rest)
        case PenaltyInput(faults):
            return Entry(faults=vietnamese.count(faults), **rest)
        case FreeInput(points):
            return Entry(points=vietnamese.points(points), **rest)
        case _:
            return Entry(**rest)


def said(criterion: Criterion, state: AnswerState) -> str:
    """An answer's input in a few words, to stand beside the other side's: «4.541/4.545», «Đủ»."""
    match state.value:
        case _ if state.not_applicable:
            return ""
        case YesNoInput(yes):
            return _("Có") if yes else _("Không")
        case LevelInput(level):
            rule = criterion.rule
            return rule.levels[level].label if isinstance(rule, Levels) and level < len(rule.levels) else ""
        case RatioInput(n, d):
            return f"{vietnamese.number(n)}/{vietnamese.number(d)}"
        case PenaltyInput(faults):
            return vietnamese.count(faults)
        case _:
            return ""


def may_score(card: InspectionCard, side: Side, area: Area) -> bool:
    """Whether this person may write this side of this area now."""
    if not card.scoring:
        return False
    if side is Side.SELF:
        return card.standing.may(Action.SCORE_SELF) and allows(card.state, Action.SCORE_SELF)
    return card.standing.may_score_area(area.code) and allows(card.state, Action.SCORE_VERIFIED)


def may_bring(card: InspectionCard, side: Side, area: Area) -> bool:
    """Whether this person may bring files to this side of this area now: with scores, or with explanations."""
    if side is Side.SELF and allows(card.state, Action.EXPLAIN):
        return card.scoring and card.standing.may(Action.EXPLAIN)
    return may_score(card, side, area)


def visible_sides(card: InspectionCard) -> tuple[Side, ...]:
    """Whose files this person may see; the delegation's are hidden from the unit until published."""
    return (Side.SELF, Side.VERIFIED) if card.sees_verified else (Side.SELF,)


def total_of(sums: Mapping[str, Sum], card: InspectionCard, checklist: Checklist) -> Total:
    total = sum(sums.values(), Sum())
    if card.shown_until is not None:
        # Bonus and deduction have no rounds: the ones on file may be drafts of the second.
        return Total(total, None, None)
    index = final_index(total, card.bonus, card.deduction, checklist)
    return Total(total, index, classify(index, checklist.bands) if total.complete else None)


def one_card(
    inspection: InspectionCard,
    checklist: Checklist,
    code: str,
    side: Side,
    mine: AnswerState,
    other: AnswerState,
    first: AnswerState | None = None,
) -> Card:
    """A card as replies and the single page show it, without findings.

    ``first``: in the second round, the delegation's answer of the first.
    """
    area, criterion = checklist.by_code[code]
    shows_other = side is Side.VERIFIED or inspection.sees_verified
    return Card(
        criterion=criterion,
        area=area,
        side=side,
        mine=mine,
        other=other if shows_other else NO_ANSWER,
        shows_other=shows_other,
        editable=may_score(inspection, side, area),
        entry=entry_of(mine),
        gap=gap_of(criterion, side, mine, other, first),
        first=first if side is Side.VERIFIED else None,
        replaced=None if inspection.standing.of_unit else mine.overridden,
    )


def card_on(
    inspection: InspectionCard, checklist: Checklist, sheet: AnswerSheet, code: str, side: Side
) -> Card:
    """:func:`one_card` from all the answers."""
    _area, criterion = checklist.by_code[code]
    other = Side.SELF if side is Side.VERIFIED else Side.VERIFIED
    first = get(sheet.first, criterion) if sheet.first is not None and side is Side.VERIFIED else None
    mine = get(sheet.on(side), criterion)
    return one_card(inspection, checklist, code, side, mine, get(sheet.on(other), criterion), first)


@dataclass(frozen=True, slots=True)
class Lacking:
    """Criteria that have a score but not the reason it needs: how many, by area code, and where the first is."""

    by_area: Mapping[str, int]
    first: str = ""
    href: str = ""

    @property
    def count(self) -> int:
        return sum(self.by_area.values())


def lacking_of(
    inspection: InspectionCard, checklist: Checklist, ids: Collection[int], side: Side, here: str | None = ""
) -> Lacking:
    """``here``: the area that is on the page, empty when all are, ``None`` when none is.

    The first one on the page is a jump within it; one elsewhere is another page.
    """
    lines = [(area.code, c.code) for area in checklist.areas for c in area.criteria if c.id in ids]
    if not lines:
        return Lacking({})
    on_page = [code for area, code in lines if here is not None and here in {"", area}]
    first = on_page[0] if on_page else lines[0][1]
    page = "" if on_page else url_for("score.show", inspection_id=inspection.id, side=side)
    return Lacking(Counter(area for area, _code in lines), first, f"{page}#c-{first}")


@dataclass(frozen=True, slots=True)
class Sheet:
    """The whole page: cards by area code, sums by area code, the total."""

    checklist: Checklist
    cards: Mapping[str, list[Card]]
    sums: Mapping[str, Sum]
    total: Total

    @property
    def gaps(self) -> list[Card]:
        return [card for cards in self.cards.values() for card in cards if card.gap]

    def lacking(self, inspection: InspectionCard, side: Side, here: str | None) -> Lacking:
        ids = {card.criterion.id for card in self.gaps if card.gap and card.gap.wants_reason}
        return lacking_of(inspection, self.checklist, ids, side, here or "")


def sheet_of(inspection: InspectionCard, side: Side) -> Sheet:
    """Everything the page shows, in five SELECTs (the checklist itself is in the process's memory).

    One more for who is not of the unit: what went wrong before. And one in the second round, for what the unit
    said to the first.
    """
    checklist = checklist_value(inspection.version_id)
    answers = answer_sheet(inspection.id, checklist, inspection.shown_round)
    found = findings_by_criterion(inspection.id, inspection.previous_id)
    files = evidence_counts(inspection.id, visible_sides(inspection), inspection.shown_until)
    explained = explained_for(inspection, side)
    earlier = earlier_for(inspection)
    cards: dict[str, list[Card]] = {}
    for area in checklist.areas:
        cards[area.code] = [card_on(inspection, checklist, answers, c.code, side) for c in area.criteria]
        for card in cards[area.code]:
            card.explained = explained.get(card.criterion.id)
            card.files = files.get(card.criterion.id, 0)
            card.findings = found.now.get(card.criterion.id, 0)
            card.last_time = found.last_time.get(card.criterion.code, ())
            card.earlier = earlier.get(card.criterion.code, ())
    sums = area_sums(inspection.id, side, checklist, inspection.shown_round)
    return Sheet(checklist, cards, sums, total_of(sums, inspection, checklist))


def explained_for(inspection: InspectionCard, side: Side) -> Mapping[int, Explanation]:
    """What the unit said, by criterion id, beside the delegation's second round of scores."""
    if side is Side.SELF or inspection.shown_round == 1:
        return {}
    return explanations_of(inspection.id)


def earlier_for(inspection: InspectionCard) -> Mapping[str, tuple[Earlier, ...]]:
    """Shortcomings of earlier inspections by criterion; the unit scores itself without being reminded."""
    return {} if inspection.standing.of_unit else earlier_shortcomings(inspection.id)


@lru_cache(maxsize=4096)
def rule_json(criterion: Criterion) -> str:
    """The rule as the page's own script needs it to show points while one types."""
    return json.dumps(rule_to_json(criterion.rule) | {"max": criterion.max_points}, ensure_ascii=False)


def card_words() -> Mapping[str, str]:
    """The words every card repeats, looked up once a language: a look-up costs more than the rest of a line."""
    return _card_words(str(get_locale()))


@cache
def _card_words(_locale: str) -> Mapping[str, str]:
    return {
        "max": _("Tối đa"),
        "points": _("điểm"),
        "self": _("Đơn vị tự chấm"),
        "verified": _("Đoàn thẩm định"),
        "na": _("không áp dụng"),
        "na_short": _("KAD"),
        "na_button": _("Không áp dụng"),
        "na_reason": _("Lý do không áp dụng"),
        "reason": _("Lý do khác điểm tự chấm"),
        "second_reason": _("Lý do khác điểm tự chấm hoặc lần 1"),
        "free_reason": _("Lý do cho điểm"),
        "save": _("Lưu"),
        "approve": _("Duyệt"),
        "finding": _("Phát hiện"),
        "files": _("Minh chứng"),
        "more": _("Ghi chú, minh chứng, căn cứ"),
        "has_note": _("có ghi chú"),
        "note": _("Ghi chú"),
        "evidence": _("Tài liệu kiểm chứng"),
        "legal_basis": _("Căn cứ"),
        "clear": _("Bỏ điểm đã chấm"),
        "history": _("Lịch sử thay đổi"),
        "last_time": _("Lần trước"),
        "earlier": _("Đã có tồn tại"),
        "remedied": _("đã khắc phục"),
        "not_remedied": _("chưa khắc phục"),
        "saved": _("Đã lưu"),
        "wants_reason": _("Cần ghi lý do"),
        "yes": _("Có"),
        "no": _("Không"),
        "one_less": _("Bớt một"),
        "one_more": _("Thêm một"),
        "less": _("Bớt 0,25"),
        "more_points": _("Thêm 0,25"),
        "number": _("Số"),
        "khong_ap_dung": _("mẫu số 0: không áp dụng"),
        "toi_da": _("mẫu số 0: tối đa"),
        "khong_diem": _("mẫu số 0: 0 điểm"),
        Gap.UNSCORED: _("Chưa chấm"),
        Gap.DIFFERENCE: _("Cần lý do vì khác điểm tự chấm"),
        Gap.FREE_REASON: _("Cần lý do cho điểm tự do"),
        Gap.NA_APPROVAL: _("Chờ Trưởng đoàn duyệt «Không áp dụng»"),
        Gap.SECOND_ROUND: _("Cần lý do vì khác điểm thẩm định lần 1"),
        Gap.REPLACED: _("Cần lý do thay đổi điểm của thành viên"),
        "first": _("Thẩm định lần 1"),
        Stance.ACCEPT: _("Đơn vị đồng ý"),
        "agreed_before": _("Đơn vị đồng ý với điểm công bố trước đó"),
        Stance.EXPLAIN: _("Đơn vị giải trình"),
    }


def points_or_na(answer: Mapping[str, Any] | None) -> str:
    """An answer of the change log in a word: its points, «không áp dụng», or nothing yet."""
    if not answer:
        return "–"
    return _("KAD") if answer.get("not_applicable") else vietnamese.points(answer.get("points"))


def wanted_side(inspection: InspectionCard) -> Side:
    """The side asked for; by default one's own. The delegation's is hidden from the unit until published."""
    default = Side.SELF if inspection.standing.of_unit else Side.VERIFIED
    try:
        side = Side(request.values.get("side") or default)
    except ValueError:
        raise Missing(sentence("Không tìm thấy nội dung này.")) from None
    if side is Side.VERIFIED and not inspection.sees_verified:
        raise Forbidden(sentence("Điểm thẩm định chưa được công bố cho đơn vị."))
    return side


def require_right(inspection: InspectionCard, side: Side) -> None:
    """The table's answer for writing one side, before areas are looked at."""
    action = Action.SCORE_SELF if side is Side.SELF else Action.SCORE_VERIFIED
    if not inspection.standing.may(action):
        raise Forbidden(sentence("Bạn không có quyền chấm phần này."))
