"""What is sent in each row of the matrix: path, query and form, by endpoint, method and case.

A row that is not here is sent without a form to the address made of :func:`tests.access.sent.places`.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import current_app

from app import totp
from app.documents.checklist_xlsx import DEFAULT_WORKBOOK
from app.domain.task_many import seal_of
from tests import make
from tests.access.papers import task_list
from tests.access.people import SECOND_STEP, WORD
from tests.access.requests_of_files import attachments
from tests.access.sent import SCRIPT, Sent
from tests.access.world import World


def _op() -> str:
    return str(uuid4())


_PERIOD = {"period_from": "01/01/2022", "period_to": "15/09/2022"}
_FINDING = {"kind": "ton_tai", "severity": "nhe", "text": "Chưa niêm yết", "version": "1"}
_CAMPAIGN = {"kind": "kiem_tra", "title": "Kế hoạch mới", "year": "2022", "version": "1", **_PERIOD}
_DIRECTIVE = {"title": "Về việc mới", "number": "99/KH-UBND", "version": "1"}
_VERIFIED = {"side": "verified", "field": "note", "note": "Đã xem", "base_version": "2"}
_SELF = {"side": "self", "field": "note", "note": "Đã nộp", "base_version": "1"}


def _proposal(direction: str) -> dict[str, str]:
    return {"op_id": _op(), "direction": direction, "text": "Đề nghị", "version": "1"}


def _delegation(world: World) -> dict[str, Any]:
    """A delegation of a head and a member; who is left out, leaves it."""
    people = world.people
    return {
        "name": "Đoàn mới",
        "version": "1",
        "row": ["0", "1"],
        "m0-user": str(people["head"].id),
        "m0-role": "head",
        "m1-user": str(people["stranger_member"].id),
        "m1-role": "member",
        "m1-areas": ["1"],
        "reason": "Thay người đi công tác",
    }


def sent(world: World) -> dict[tuple[str, str, str], Sent]:
    """Every row's request by (endpoint, method, case)."""
    waiting, prepared = {"inspection_id": world.waiting}, {"inspection_id": world.prepared}
    explaining = {"inspection_id": world.explaining}
    other_finding = {"finding_id": world.other_finding}
    draft = {"checklist_id": world.draft_checklist, "version_id": world.draft_version}
    demand, search = {"recommendation_id": world.demand}, {"q": WORD}
    adjusted = {
        "version": "1",
        "bonus": "1",
        "bonus_reason": "Sáng kiến",
        "deduction": "",
        "deduction_reason": "",
    }
    minutes = {"number": "12/BB", "copies": "4", "copies_each": "2", "version": "1"}
    inspection = {"kind": "dinh_ky", "inspected_on": "15/09/2022", "version": "1", **_PERIOD}
    succession = {
        "type": "merge",
        "day": "01/07/2025",
        "successor": str(world.spare),
        "legal_document": "NQ 1",
    }
    task = {"title": "Việc mới", "lead": str(world.ward), "assigned_on": "01/09/2022", "directive": ""}
    rows: dict[tuple[str, str, str], Sent] = {}

    def add(endpoint: str, method: str = "POST", case: str = "", **parts: Any) -> None:
        rows[endpoint, method, case] = Sent(**parts)

    add("adjustments.save", form=adjusted)
    add("adjustments.show", "GET", "too_early", path=prepared)
    add("answers.approve_na", path={"code": "1.1.2"})
    add("presences.tell", "POST", form={"criterion": "1.1.2"})
    queue = b'{"format":1,"operations":[]}'
    kept = current_app.config["SOAT"].storage.put(queue)
    add("queue_files.look", form={"file": lambda: (BytesIO(queue), "hang-cho.json")})
    add("queue_files.look", case="no_queue", form={"file": lambda: (BytesIO(b"[]"), "hang-cho.json")})
    add("queue_files.carry_in", path={"sha256": kept})
    add("queue_files.carry_in", case="unknown", path={"sha256": "0" * 64})
    add("presences.tell", "POST", "nowhere", form={"criterion": "9.9.9"})
    add("answers.area_not_applicable", path={"code": "1"}, form={"side": "verified", "na_reason": "Không có"})
    add("answers.save", form=_VERIFIED | {"op_id": _op()})
    add("answers.save", case="script", form=_VERIFIED | {"op_id": _op()}, headers=SCRIPT)
    add("answers.save", case="self", path=prepared, form=_SELF | {"op_id": _op()})
    add("answers.save", case="self_too_late", form=_SELF | {"op_id": _op()})
    add("answers.show", "GET", "verified", query={"side": "verified"})
    add("answers.show", "GET", "verified_published", path=waiting, query={"side": "verified"})
    add("campaigns.create", form=_CAMPAIGN)
    add("campaigns.edit", form=_CAMPAIGN)
    add("campaigns.remove", path={"campaign_id": world.spare_campaign})
    add("campaigns.remove", case="in_use")
    for endpoint in ("delete", "publish"):
        add(f"checklists.{endpoint}", path=draft)
    for endpoint in ("show", "export"):
        add(f"checklists.{endpoint}", "GET", "draft", path=draft)
    add("checklists.take_file", form={"file": lambda: (BytesIO(DEFAULT_WORKBOOK.read_bytes()), "bo.xlsx")})
    add("delegations.create", form=_delegation(world))
    add("delegations.edit", form=_delegation(world))
    # Before a visit has begun the secretary arranges who sits there too.
    add(
        "delegations.edit",
        case="not_begun",
        path={"delegation_id": world.spare_delegation},
        form=_delegation(world),
    )
    add("delegations.edit", case="no_reason", form=_delegation(world) | {"reason": ""})
    add("delegations.remove", path={"delegation_id": world.spare_delegation})
    add("directives.create", form=_DIRECTIVE)
    add("directives.edit", form=_DIRECTIVE)
    for case, id_ in (
        ("of_another_office", world.other_directive),
        ("of_the_district", world.district_directive),
        ("conclusion", world.conclusion),
    ):
        for endpoint, method in (("show", "GET"), ("edit", "GET"), ("edit", "POST")):
            add(f"directives.{endpoint}", method, case, path={"directive_id": id_}, form=_DIRECTIVE)
        add("attachments.of_directive", "GET", case, path={"directive_id": id_})
    add("directives.remove", form={"version": "1"})
    add(
        "directives.remove",
        case="unused",
        path={"directive_id": world.unused_directive},
        form={"version": "1"},
    )
    figures = {"version": "1", "total-received_total": "7", "note": "Đã đối chiếu"}
    add("dossiers.save", form=figures)
    add("dossiers.check", form=figures)
    new_report = {
        "unit": str(world.ward),
        "source": "unit",
        "period_from": "01/01/2020",
        "period_to": "31/12/2020",
    }
    add("dossiers.create", form=new_report)
    add("dossiers.submit", form={"version": "1"})
    add("dossiers.confirm", path={"report_id": world.sent_report}, form={"version": "1"})
    add(
        "dossiers.give_back",
        path={"report_id": world.sent_report},
        form={"version": "1", "reason": "Lệch sổ"},
    )
    late = {"code": "H24.11-220801-0009", "due_on": "05/08/2022", "version": "1"}
    pasted = {"text": "H24.11-220801-0010\t\t\t05/08/2022", "take": "1"}
    sent_report = {"report_id": world.sent_report}
    add("late_dossiers.create", form=late)
    add("late_dossiers.create", "GET", "sent", path=sent_report)
    add("late_dossiers.edit", form=late)
    add("late_dossiers.edit", case="of_another_report", path=sent_report, form=late)
    add("late_dossiers.paste", form=pasted)
    # The dossier ran late in that report's period too.
    add("late_dossiers.paste", case="sent", path=sent_report, form=pasted)
    add("late_dossiers.remove", form={"version": "1"})
    unanswered = {"inspection_id": world.unanswered}
    soon = datetime.now(UTC) + timedelta(days=10)
    said = {"stance": "explain", "text": "Đã nộp bổ sung", "version": "0"}
    add("explanations.accept", path=unanswered)
    add("explanations.accept", case="too_early")
    add("explanations.due", "GET", path=unanswered)
    add(
        "explanations.due",
        path=unanswered,
        form={"due_on": f"{soon:%d/%m/%Y}", "reason": "Đơn vị xin thêm ngày"},
    )
    add("explanations.due", "GET", case="too_early")
    add("explanations.index", "GET", path=unanswered)
    add("explanations.save", path=unanswered, form=said)
    add("explanations.save", case="script", path=unanswered, form=said, headers={"HX-Request": "true"})
    add("explanations.save", case="too_early", form=said)
    for endpoint in ("show", "download"):
        add(f"scores.{endpoint}", "GET", "explaining", path=unanswered)
    add("minutes.show", "GET", "explaining", path=unanswered)
    add("findings.create", query={"criterion": "1.1.1"}, form=_FINDING | {"op_id": _op()})
    add("findings.new", "GET", query={"criterion": "1.1.1"})
    add("findings.change", form=_FINDING | {"op_id": _op()})
    add("findings.change", case="of_another_inspection", path=other_finding, form=_FINDING | {"op_id": _op()})
    add("findings.edit", "GET", "of_another_inspection", path=other_finding)
    add("findings.index", "GET", "published", path=waiting)
    add("findings.restore", path={"finding_id": world.removed_finding})
    add(
        "inspections.create",
        form=inspection | {"unit_ids": str(world.free), "version_id": str(world.version)},
    )
    add("inspections.edit", form=inspection | {"self_due_on": "01/09/2022"})
    add("inspections.show", "GET", "published", path=waiting)
    for method in ("GET", "POST"):
        for case, path, state in (
            ("cancel", prepared, "huy"),
            ("lock_self", prepared, "da-chot-tu-cham"),
            ("reopen", waiting, "dang-kiem-tra"),
            ("publish", {}, "cho-giai-trinh"),
            ("explain", explaining, "da-giai-trinh"),
            ("second_round", explaining, "tham-dinh-lan-2"),
            ("take_back", explaining, "dang-kiem-tra"),
        ):
            reason = {"reason": "Có lý do", "due_on": f"{soon:%d/%m/%Y}"}
            add("inspections.step", method, case, path=path | {"state": state}, form=reason)
        add("minutes.sign", method, path=waiting, form={"sha256": world.sha256})
        add("minutes.opinion", method, form={"opinion": "Nhất trí", "version": "1"})
        add(
            "minutes.opinion", method, "published", path=waiting, form={"opinion": "Nhất trí", "version": "1"}
        )
        close = {"unit_id": world.spare}
        add("units.close", method, path=close, form={"valid_to": "30/06/2025"})
        successor = {"successor": str(world.free)}
        add("units.succession", method, path=close, form=succession | successor)
    ended = {"unit_id": world.ended}
    add("handovers.show", "GET", path=ended)
    add(
        "handovers.hand_over",
        path=ended,
        form={"seen": world.ended_seal, "heir": str(world.free), "sure": "1"},
    )
    add("handovers.hand_over", case="out_of_date", path=ended, form={"heir": str(world.free)})
    for endpoint in ("show", "download"):
        add(f"minutes.{endpoint}", "GET", "published", path=waiting)
    add("minutes.edit", form=minutes)
    add("login.choose_language", form={"locale": "vi"})
    add("login.sign_in", form={"name": world.people["head"].name, "password": make.PASSWORD})
    new = "mot-mat-khau-khac-2022"
    add("me.change_password", form={"old": make.PASSWORD, "new": new, "again": new})
    add("me.change_preferences", form={"locale": "vi", "theme": "dark"})
    mailbox = {"email": "don.vi@vi.du.vn", "quiet_from": "21", "quiet_to": "6"}
    add("notices.mailbox", form=mailbox)
    add("notices.wishes", form=mailbox | {"mail_digest": "y"})
    for endpoint in ("edit", "change", "create", "remove"):
        method = "GET" if endpoint == "edit" else "POST"
        add(f"recommendations.{endpoint}", method, "to_unit", path=demand, form=_proposal("to_unit"))
        add(f"recommendations.{endpoint}", method, form=_proposal("to_superior"))
    add("recommendations.restore", path={"recommendation_id": world.removed_proposal})
    for endpoint in ("show", "missing"):
        add(f"score.{endpoint}", "GET", "verified", query={"side": "verified"})
    add("score.show", "GET", "verified_published", path=waiting, query={"side": "verified"})
    for noun in ("tasks", "directives", "dossiers", "inspections"):
        add(f"{noun}.index", "GET", "search", query=search)
    add("task_figures.index", "GET", "by_directive", query={"by": "van_ban"})
    add("task_figures.index", "GET", "elsewhere", query={"unit": str(world.neighbour), "by": "van_ban"})
    add("tasks.create", form=task)
    for case, id_ in (
        ("of_another_office", world.other_directive),
        ("of_the_district", world.district_directive),
    ):
        add("tasks.create", "GET", case, query={"directive": str(id_)})
        add("tasks.create", case=case, form=task | {"directive": str(id_)})
    add("tasks.find_units", "GET", query={"pick": "lead", "lead_q": "phuong"})
    regular = {"task_id": world.regular_task}
    add("series.show", "GET", path=regular)
    add("series.cancel", path=regular, form={"text": "Kế hoạch mới"})
    add("task_imports.take", form={"file": lambda: (BytesIO(task_list("Phường Cầu Tre")), "viec.xlsx")})
    for endpoint, method in (("show", "GET"), ("faults", "GET"), ("write", "POST")):
        add(f"task_imports.{endpoint}", method, "faulty", path={"job_id": world.faulty_list})
    carried = {"job_id": world.carried_list}
    for endpoint in ("show", "ask_back"):
        add(f"task_imports.{endpoint}", "GET", "carried", path=carried)
    add("task_imports.take_back", case="carried", path=carried, form={"text": "Nhập nhầm tệp"})
    for noun in ("task", "directive", "dossier", "inspection"):
        add(f"exports.{noun}_list", "GET", "search", query=search)
    add("exports.finding_list", "GET", "published", path=waiting)
    add("tasks.ask_step", "GET", path={"action": "tiep-nhan"})
    add("tasks.step", case="accept", form={"version": "1"})
    add("tasks.step", case="cancel", path={"action": "huy"}, form={"version": "1", "text": "Trùng việc"})
    words = {"version": "1", "title": "Việc ghi lại cho đúng", "detail": "", "directive": "", "area": ""}
    add("tasks.step", case="correct", path={"action": "dinh-chinh"}, form=words)
    due = {"version": "1", "due": "01/09/2035", "text": "Ghi nhầm năm"}
    add("tasks.step", case="adjust", path={"action": "dieu-chinh-han"}, form=due)
    add("tasks.step", case="recall", path={"action": "rut-de-nghi"}, form={"version": "1"})
    chosen = {f"version-{world.reported_task}": "1", f"decision-{world.reported_task}": "xac_nhan"}
    add("task_decisions.decide", form=chosen)
    add("task_decisions.decide", case="nothing", form={"text": "Sai mẫu"})
    add("task_decisions.answer", form={"text": "Đã bàn"})
    ticked = {f"version-{world.task}": "1", "task": str(world.task), "text": "Trùng việc"}
    add("task_many.show", "GET", path={"act": "huy"}, query={"task": str(world.task)})
    add("task_many.show", "GET", "accept", path={"act": "tiep-nhan"})
    add("task_many.act", path={"act": "huy"}, form=ticked)
    add("task_many.act", case="accept", path={"act": "tiep-nhan"}, form=ticked)
    add("task_many.act", case="nothing", path={"act": "huy"}, form={"text": "Trùng việc"})
    here = {"directive": str(world.directive), "group": "tat_ca", "year": "tat_ca"}
    sealed = {"seal": seal_of([(world.task, 1)]), "text": "Trùng việc"}
    add("task_filtered.show", "GET", path={"act": "huy"}, query=here)
    add("task_filtered.show", "GET", "accept", path={"act": "tiep-nhan"}, query=here)
    add("task_filtered.take", path={"act": "huy"}, query=here, form=sealed)
    add("task_filtered.take", case="accept", path={"act": "tiep-nhan"}, query=here, form=sealed)
    add("task_filtered.take", case="others", path={"act": "huy"}, query=here, form={"text": "Trùng việc"})
    add("task_many.ask_cancel", "GET")
    add("task_many.cancel", form={"shown": "1", "text": "Nhập nhầm"})
    add("units.index", "GET", "picker", query={"pick": "unit", "unit_q": "phuong"})
    new_unit = {
        "name": "Phường Mới",
        "kind": "phuong",
        "parent": str(world.district),
        "valid_from": "01/07/2025",
    }
    add("units.new", form=new_unit)
    first, second = {"code": "1"}, {"code": "2"}
    typed = {"opinion": "Điểm lĩnh vực này còn cao"}
    add("signoffs.index", "GET", "published", path=waiting)
    add("signoffs.sign", path=second)
    add("signoffs.sign", case="unfinished", path=first)
    add("signoffs.sign", case="locked", path=waiting | second)
    add("signoffs.withdraw", path=first)
    add("signoffs.opinion", path=second, form=typed)
    add("signoffs.opinion", case="locked", path=waiting | second, form=typed)
    verdict = {"decision": "tiep_thu", "reason": "Chấm lại", "version": "1"}
    add("signoffs.decide", form=verdict)
    add(
        "signoffs.decide",
        case="of_another_inspection",
        path={"signoff_id": world.public_signoff},
        form=verdict,
    )
    _follow_up(world, add)
    _visits(world, add)
    attachments(world, add)
    _accounts(world, add)
    return rows


def _follow_up(world: World, add: Callable[..., None]) -> None:
    signed, followed = {"inspection_id": world.signed}, {"inspection_id": world.followed}
    conclusion = {
        "number": "46/TB-SNV",
        "issued_on": "20/09/2022",
        "title": "Kết luận",
        "agency": "Sở Nội vụ",
    }
    again = {"inspected_on": "01/12/2022", **_PERIOD, "period_to": "01/12/2022"}
    again["delegation"] = str(world.delegation_followed)
    for method in ("GET", "POST"):
        add("conclusions.issue", method, path=signed, form=conclusion)
        add("conclusions.issue", method, "too_early", form=conclusion)
        add("follow_up.reinspect", method, path=followed, form=again)
    add("follow_up.show", "GET", "followed", path=followed)
    add(
        "follow_up.judge",
        path=followed | {"task_id": world.remedy, "action": "xac-nhan"},
        form={"version": "1"},
    )


def _visits(world: World, add: Callable[..., None]) -> None:
    form = {"unit_ids": str(world.spare), "inspected_on": "14/09/2022"}
    cases = {"": world.session, "below_a_visit": world.field_visit, "of_an_inspection": world.visit}
    for method in ("GET", "POST"):
        for case, id_ in cases.items():
            add("visits.create", method, case, path={"inspection_id": id_}, form=form)
    for case, id_ in (("session", world.session), ("field_visit", world.field_visit)):
        add("inspections.show", "GET", case, path={"inspection_id": id_})
        add("minutes.show", "GET", case, path={"inspection_id": id_})
    to_others = _proposal("to_others") | {"version": "1"}
    add("recommendations.create", case="to_others", path={"inspection_id": world.session}, form=to_others)


def _accounts(world: World, add: Callable[..., None]) -> None:
    def code() -> str:
        return totp.current_code(SECOND_STEP, datetime.now(UTC))

    def waiting_code() -> str:
        return totp.current_code(world.waiting_secret, datetime.now(UTC))

    waits = {"awaits_code": world.waiting_token}
    add("login.show_code", "GET", "waiting", session=waits)
    add("login.enter_code", form={"code": waiting_code}, session=waits)
    add("login.enter_code", case="nobody_waits", form={"code": waiting_code})
    add("second_step.begin", form={"password": make.PASSWORD})
    add("second_step.confirm", form={"code": code})
    add("second_step.renew", form={"renew-code": code})
    add("second_step.off", form={"off-password": make.PASSWORD, "off-code": code})
    add("oidc.callback", "GET", query={"state": "x", "code": "y"})
    add("identities.begin", form={"password": make.PASSWORD})
    add("identities.link", form={"subject": "nguoi-moi"})
    add("identities.manage", "GET", path={"user_id": world.linked_account})
    add("identities.unlink", path={"user_id": world.linked_account})
    add("identities.unlink", case="of_another", path={"user_id": world.account})
    add("identities.link", case="taken", form={"subject": world.taken_subject})
    user = {"title": "Người mới", "post": "", "role": "member", "unit": "", "version": "1"}
    add("users.new", form=user | {"name": "nguoi.moi"})
    add("users.new", case="taken", form=user | {"name": world.people["head"].name})
    add("users.edit", form=user)
    itself = {"user_id": world.people["admin"].id}
    add("users.edit", case="last_admin", path=itself, form=user)
    for endpoint in ("close", "reset_password", "remove_second_step"):
        add(f"users.{endpoint}", case="oneself", path=itself)
    add("me.end_other_sessions", form={"sure": "1"})
    add("users.end_sessions", form={"sure": "1"})
    add("users.end_session", path={"user_id": world.people["officer_own"].id})
    add("users.reopen", path={"user_id": world.closed_account})
    add("users.remove_second_step", path={"user_id": world.waiting_account})
