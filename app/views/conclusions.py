"""/inspections/<id>/conclusion: the document that makes tasks of what an inspection asks for."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response

from ..domain.access import TABLE, Action, require_impartial
from ..domain.conclusions import REPORT_DAYS, require_to_conclude
from ..domain.periods import today
from ..domain.refusals import Forbidden, Refused, sentence
from ..forms.follow_up import conclusion_form
from ..queries.access import InspectionCard
from ..queries.conclusions import agency_of, conclusion_of, findings_to_remedy, recommendations_to_remedy
from ..queries.handovers import heirs_of
from ..queries.reach import unit_lives
from ..queries.remedies import unsettled_tasks
from ..services.conclusions import issue_conclusion
from ..vietnamese import paper
from ._errors import refusal_text
from ._load import load_inspection
from ._login import account, now
from ._terms import terms

blueprint = Blueprint("conclusions", __name__)


@blueprint.route("/inspections/<int:inspection_id>/conclusion", methods=["GET", "POST"])
def issue(inspection_id: int) -> Response | str | tuple[str, int]:
    """Planners prepare it and see what it will ask for; only a head of the delegation issues it."""
    card = load_inspection(inspection_id, Action.ASSIGN_TASKS)
    require_impartial(card.standing)
    may_issue = card.standing.may(Action.STEER_INSPECTION)
    if request.method == "POST" and not may_issue:
        raise Forbidden(sentence("Trưởng đoàn, Phó Trưởng đoàn ban hành kết luận."))
    issued = conclusion_of(inspection_id) is not None
    if request.method == "GET" and issued:
        return redirect(url_for("follow_up.show", inspection_id=inspection_id), 303)
    # A second one at the same moment is refused by the verb.
    require_to_conclude(card.state, issued)
    demands, findings = recommendations_to_remedy(inspection_id), findings_to_remedy(inspection_id)
    day = today(now())
    own = {f"recommendation-{one.id}": one.due_on for one in demands}
    own |= {f"finding-{one.id}": one.due_on for one in findings}
    # A deadline of their own that has gone by is told, and holds if the document is of an earlier day.
    passed = {name: due for name, due in own.items() if due is not None and due < day}
    # It has no tasks of its own yet: what it waits for was handed to it.
    carried = len(unsettled_tasks(inspection_id))
    # Who would get the tasks may be gone: said before they are given, for someone must take them over.
    life = unit_lives({card.unit_id})[card.unit_id]
    ended = life.last if life.last is not None and life.last < day else None
    heirs = heirs_of(card.unit_id, day) if ended else ()
    form = conclusion_form(
        (one.id for one in demands),
        (one.id for one in findings),
        data={
            "issued_on": day,
            "title": _title(card),
            "agency": agency_of(card.campaign_id),
            **{name: due for name, due in own.items() if name not in passed},
            **{f"chosen-{one.id}": True for one in findings},
        },
    )

    def page() -> str:
        return render_template(
            "follow_up/conclusion.html",
            inspection=card,
            form=form,
            demands=demands,
            findings=findings,
            passed=passed,
            carried=carried,
            may_issue=may_issue,
            ended_on=ended,
            heirs=heirs,
            hands_over=account().role in TABLE[Action.WRITE_UNITS],
            report_days=REPORT_DAYS,
        )

    if request.method == "GET":
        return page()
    if not form.validate_on_submit():
        return page(), 422
    try:
        conclusion = form.conclusion(passed)
        issue_conclusion(inspection_id, conclusion, card.standing.steps_as, account().principal, now())
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    count = len(demands) + len(conclusion.findings)
    flash(_issued(count, carried), "ok")
    return redirect(url_for("follow_up.show", inspection_id=inspection_id), 303)


def _issued(count: int, carried: int) -> str:
    words = []
    if count:
        words.append(
            ngettext(
                "Đã ban hành. %(num)s nhiệm vụ khắc phục đã giao cho đơn vị.",
                "Đã ban hành. %(num)s nhiệm vụ khắc phục đã giao cho đơn vị.",
                count,
            )
        )
    elif carried:
        words.append(_("Đã ban hành."))
    else:
        words.append(_("Đã ban hành. Không có nội dung nào phải khắc phục."))
    if carried:
        words.append(
            ngettext(
                "%(num)s nội dung mang sang chưa xong tiếp tục được theo dõi.",
                "%(num)s nội dung mang sang chưa xong tiếp tục được theo dõi.",
                carried,
            )
        )
    return " ".join(words)


def _title(card: InspectionCard) -> str:
    """«Kết luận kiểm tra công tác cải cách hành chính năm 2022 tại Phường Cầu Tre»."""
    about = card.campaign_title[:1].lower() + card.campaign_title[1:]
    return paper(f"{terms(card.campaign_kind).conclusion_of} {about} tại {card.unit_name}")
