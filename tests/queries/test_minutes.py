"""What the minutes gather from the tables."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain import dossiers
from app.domain.access import Role
from app.domain.inspections import CampaignKind
from app.domain.refusals import Missing
from app.domain.tasks import Workflow
from app.domain.units import UnitKind
from app.models import DossierLine
from app.queries.minutes import minutes_card
from tests import make


def test_the_statement_count_is_fixed(app, count_statements):
    inspection = make.inspection()
    minutes_card(inspection.id)
    with count_statements() as few:
        minutes_card(inspection.id)
    for number in range(30):
        make.finding(inspection, text=f"Tồn tại {number}")
    with count_statements() as many:
        minutes = minutes_card(inspection.id).minutes
    assert len(minutes.shortcomings) == 30
    assert len(many) == len(few)


def test_an_unknown_inspection_is_missing(app):
    with pytest.raises(Missing):
        minutes_card(12345)


def test_dossier_figures_are_those_that_were_typed(app):
    ward = make.unit()
    inspection = make.inspection(unit=ward)
    report = make.dossier_report(
        ward,
        extra={"postal_total": 1247, "postal_in": 390, "postal_out": 857},
        explanations={"cross": "Đang rà soát"},
    )
    figures = {"received_total": 4545, "received_online": 2756, "resolved_total": 4545, "resolved_late": 4}
    make._save(DossierLine(report_id=report.id, place=1, field="Tổng số", is_total=True, **figures))
    part = minutes_card(inspection.id).minutes.dossiers
    assert part.report.total == dossiers.Figures(**figures)
    assert part.report.extras.postal_in == 390
    assert (part.explanations[0].code, part.explanations[0].text) == ("cross", "Đang rà soát")


def test_a_task_finished_after_the_visit_was_still_open_then(app):
    ward = make.unit()
    inspection = make.inspection(unit=ward)
    make.task(ward, workflow=Workflow.DONE, completed_on=date(2022, 9, 20), due_current=date(2022, 9, 10))
    make.task(ward, workflow=Workflow.DONE, completed_on=date(2022, 9, 1), due_current=date(2022, 9, 10))
    make.task(ward, workflow=Workflow.CANCELLED)
    make.task(ward, own_plan=True)
    make.task(ward, lead=False)
    part = minutes_card(inspection.id).minutes.tasks
    assert tuple(part.counts.done_rate) == (1, 2)
    assert tuple(part.due) == (1, 2)
    late = next(line for line in part.lines if line.workflow is Workflow.NOT_STARTED)
    assert late.completed_on is None


def test_the_delegation_stands_head_first_and_demonstration_accounts_have_no_names(app):
    delegation = make.delegation()
    make.member(
        delegation, Role.SECRETARY, user=make.user(Role.SECRETARY, title="Lê Thị Mẫu", post="Chuyên viên")
    )
    head = make.user(Role.HEAD, title="Trưởng đoàn", post="Trưởng phòng", demo=True)
    make.member(delegation, Role.HEAD, user=head)
    minutes = minutes_card(make.inspection(delegation=delegation).id).minutes
    assert [person.role for person in minutes.delegation] == [Role.HEAD, Role.SECRETARY]
    assert (minutes.head.name, minutes.head.post) == ("", "Trưởng phòng")
    assert minutes.secretary.name == "Lê Thị Mẫu"


def test_supervision_by_the_council_is_not_scored_and_says_so_in_its_titles(app):
    campaign = make.campaign(kind=CampaignKind.GIAM_SAT)
    inspection = make.inspection(
        unit=make.unit("Thành phố Bắc Kạn", kind=UnitKind.THANH_PHO_THUOC_TINH),
        delegation=make.delegation(campaign),
        scoring=False,
    )
    minutes = minutes_card(inspection.id).minutes
    assert (minutes.act, minutes.symbol, minutes.areas) == ("giám sát", "BB-ĐGS", ())
    assert minutes.unit_name == "UBND thành phố Bắc Kạn"
    assert minutes.subject.startswith("Giám sát công tác cải cách hành chính năm 2022")


def test_a_department_is_not_a_people_s_committee(app):
    inspection = make.inspection(unit=make.unit("Sở Nội vụ", kind=UnitKind.SO_NGANH))
    assert minutes_card(inspection.id).minutes.unit_name == "Sở Nội vụ"


def test_a_report_that_was_sent_back_is_no_result_and_a_paper_without_number_is_named(app):
    ward = make.unit()
    inspection = make.inspection(unit=ward)
    told = {"product_number": "12/BC-UBND", "result": "Đã xong"}
    paper = make.directive(title="Kế hoạch cải cách", issued_on=date(2022, 1, 5), agency="UBND quận")
    make.task(ward, title="Trả lại", workflow=Workflow.REDO, **told)
    make.task(
        ward,
        title="Xong",
        workflow=Workflow.DONE,
        completed_on=date(2022, 9, 1),
        directive_id=paper.id,
        **told,
    )
    lines = {line.text: line for line in minutes_card(inspection.id).minutes.tasks.lines}
    assert lines["Trả lại"].result == ""
    assert lines["Xong"].result == "12/BC-UBND\nĐã xong"
    assert lines["Xong"].directive == "Kế hoạch cải cách ngày 05/01/2022 của UBND quận"
