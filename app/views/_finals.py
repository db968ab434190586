"""What a step that is hard to take back makes final: shown, with what still stands against it, before it is taken."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from .. import vietnamese
from ..domain.answers import Gap, differs
from ..domain.explanations import Stance, answered_of, criteria_to_answer
from ..domain.inspections import InspectionKind, Side, State
from ..domain.locking import gaps
from ..domain.scoring import Sum
from ..domain.tasks import OPEN, Workflow
from ..queries.access import InspectionCard
from ..queries.answers import answer_sheet, area_sums, get
from ..queries.checklists import checklist_value
from ..queries.explanations import explanations_of
from ..queries.findings import findings_of, recommendations_of
from ..queries.inherited import inherited_of
from ..queries.remedies import lines_of

# They are asked about on a page of their own; signing the minutes has always had one.
FINAL = frozenset(
    {State.DA_CHOT_TU_CHAM, State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH, State.CHO_KY_BIEN_BAN, State.KET_THUC}
)
_NAMED = 5  # so many codes are named; the page of what is missing lists all
_FINISHES = {
    State.DA_CHOT_TU_CHAM: Side.SELF,
    State.CHO_GIAI_TRINH: Side.VERIFIED,
    State.CHO_KY_BIEN_BAN: Side.VERIFIED,
}


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure of what becomes final; ``href``: where it is put right."""

    name: str
    value: str
    look: str = ""
    href: str = ""


@dataclass(frozen=True, slots=True)
class Final:
    """``after``: what can be changed no more; ``against``: why the step cannot be taken yet, and where to go."""

    facts: list[Fact]
    after: str
    against: str = ""
    href: str = ""


def final_of(card: InspectionCard, to: State) -> Final | None:
    """What the person is asked about before the step; ``None`` for steps that are easily taken back."""
    if to not in FINAL:
        return None
    if to is State.KET_THUC:
        return _end(card)
    if to is State.DA_GIAI_TRINH:
        return _explained(card)
    return _scores(card, to) if card.scoring else _findings(card)


def _after(to: State) -> str:
    match to:
        case State.DA_CHOT_TU_CHAM:
            return _(
                "Sau khi chốt, đơn vị không sửa được điểm, lý do và minh chứng tự chấm nữa; chỉ Trưởng đoàn mở lại "
                "được, kèm lý do."
            )
        case State.CHO_GIAI_TRINH:
            return _(
                "Đơn vị thấy điểm thẩm định lần 1 và lý do ngay khi công bố. Trong lúc đơn vị giải trình, Đoàn không "
                "sửa điểm; rút lại công bố phải kèm lý do."
            )
        case _:
            return _(
                "Điểm được khóa và đơn vị thấy ngay. Trước khi ký biên bản, Trưởng đoàn mở lại được, kèm lý do; "
                "sau khi ký thì không."
            )


def _scores(card: InspectionCard, to: State) -> Final:
    side = _FINISHES[to]
    checklist = checklist_value(card.version_id)
    sheet = answer_sheet(card.id, checklist, card.round)
    other = Side.VERIFIED if side is Side.SELF else Side.SELF
    found = gaps(checklist, side, sheet.on(side), sheet.on(other), sheet.first)
    total = sum(area_sums(card.id, side, checklist, card.round).values(), Sum())
    everything = url_for("score.missing", inspection_id=card.id, side=side)

    def at(codes: list[str]) -> str:
        return f"{url_for('score.show', inspection_id=card.id, side=side)}#c-{codes[0]}"

    unscored, waiting = found.get(Gap.UNSCORED, []), found.get(Gap.NA_APPROVAL, [])
    reasons = [
        c.code
        for c in checklist.criteria
        if any(c.code in codes for gap, codes in found.items() if gap.wants_reason)
    ]
    facts = [
        Fact(
            _("Đã chấm"),
            _("%(n)s/%(d)s tiêu chí", n=total.answered, d=total.total),
            "warn" if unscored else "ok",
        ),
        Fact(
            _("Chưa chấm"), str(len(unscored)), "warn" if unscored else "ok", at(unscored) if unscored else ""
        ),
        Fact(
            _("Còn thiếu lý do"),
            str(len(reasons)),
            "warn" if reasons else "ok",
            at(reasons) if reasons else "",
        ),
    ]
    if waiting:
        facts.append(Fact(_("«Không áp dụng» chờ duyệt"), str(len(waiting)), "warn", at(waiting)))
    facts.append(
        Fact(
            _("Điểm tự chấm") if side is Side.SELF else _("Điểm thẩm định"),
            f"{vietnamese.points(total.points, fixed=True)}/{vietnamese.points(total.max_points, fixed=True)}",
        )
    )
    if side is Side.VERIFIED:
        changed = sum(differs(get(sheet.verified, c), get(sheet.own, c)) for c in checklist.criteria)
        facts.append(Fact(_("Khác điểm tự chấm"), _("%(count)s tiêu chí", count=changed)))
    left = [c.code for c in checklist.criteria if any(c.code in codes for codes in found.values())]
    return Final(facts, _after(to), _unfinished(left), everything)


def _unfinished(codes: list[str]) -> str:
    if not codes:
        return ""
    named = ", ".join(codes[:_NAMED]) + (" …" if len(codes) > _NAMED else "")
    return ngettext(
        "Còn %(num)s tiêu chí chưa xong: %(codes)s",
        "Còn %(num)s tiêu chí chưa xong: %(codes)s",
        len(codes),
        codes=named,
    )


def _explained(card: InspectionCard) -> Final:
    checklist = checklist_value(card.version_id)
    sheet, said = answer_sheet(card.id, checklist, 1), explanations_of(card.id)
    needed = criteria_to_answer(checklist, sheet.own, sheet.verified)
    answered = answered_of(said, sheet.verified)
    missing = [criterion.code for criterion in needed if criterion.id not in answered]
    left = len(missing)
    stances = [said[id_].stance for id_ in answered]
    page = url_for("explanations.index", inspection_id=card.id, show="left")
    facts = [
        Fact(
            _("Đã trả lời"),
            _("%(n)s/%(d)s tiêu chí", n=len(needed) - left, d=len(needed)),
            "warn" if left else "ok",
            page if left else "",
        ),
        Fact(_("Đồng ý"), _("%(count)s tiêu chí", count=stances.count(Stance.ACCEPT))),
        Fact(_("Giải trình"), _("%(count)s tiêu chí", count=stances.count(Stance.EXPLAIN))),
    ]
    after = _(
        "Sau khi gửi, đơn vị không sửa được câu trả lời và minh chứng nữa; chỉ Trưởng đoàn mở lại được, kèm lý do."
    )
    return Final(facts, after, _unfinished(missing), page)


def _findings(card: InspectionCard) -> Final:
    """Nothing is scored: giám sát, and most re-inspections, which say of what they took over whether it is remedied."""
    facts = [
        Fact(_("Phát hiện"), str(len(findings_of(card.id)))),
        Fact(_("Kiến nghị"), str(len(recommendations_of(card.id)))),
    ]
    if card.kind is InspectionKind.PHUC_TRA:
        told = [inherited for _line, inherited in inherited_of(card.id, lines_of(card.id))]
        judged = sum(any(said.again for said in inherited.verdicts) for inherited in told)
        page = url_for("follow_up.show", inspection_id=card.id)
        value = _("%(n)s/%(d)s nội dung", n=judged, d=len(told))
        missing = judged < len(told)
        facts.append(
            Fact(_("Đã kết luận phúc tra"), value, "warn" if missing else "ok", page if missing else "")
        )
    after = _(
        "Đơn vị thấy phát hiện, kiến nghị ngay. Trước khi ký biên bản, Trưởng đoàn mở lại được, kèm lý do; "
        "sau khi ký thì không."
    )
    return Final(facts, after)


def _end(card: InspectionCard) -> Final:
    lines = lines_of(card.id)
    asked = [line for line in lines if line.workflow is not Workflow.CANCELLED]
    done = sum(line.workflow is Workflow.DONE for line in asked)
    handed = sum(line.handed_on(card.id) and line.workflow in OPEN for line in asked)
    left = sum(not line.settled(card.id) for line in asked)
    page = url_for("follow_up.show", inspection_id=card.id)
    facts = [
        Fact(_("Đã khắc phục"), _("%(n)s/%(d)s nội dung", n=done, d=len(asked)), "warn" if left else "ok"),
        Fact(_("Chuyển sang phúc tra"), _("%(count)s nội dung", count=handed)),
        Fact(
            _("Chưa xong"),
            _("%(count)s nội dung", count=left),
            "warn" if left else "ok",
            page if left else "",
        ),
    ]
    against = (
        ngettext("Còn %(num)s nội dung chưa xong.", "Còn %(num)s nội dung chưa xong.", left) if left else ""
    )
    return Final(facts, _("Kết thúc rồi thì không mở lại được."), against, page)
