"""/ for a unit: its own work, in one place, ordered by what is due; nothing of other units."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.inspections import Direction, Side, State
from app.domain.minutes import Details
from app.domain.periods import today
from app.domain.scoring import YesNoInput
from app.domain.tasks import Workflow
from app.models import ReportStatus
from app.views._login import now
from tests import make
from tests.cast import World, main_words, words
from tests.council import Council


@pytest.fixture
def world(app) -> World:
    return World(State.DANG_TU_CHAM)


def day(days: int) -> date:
    """So many days from the day of the server."""
    return today(now()) + timedelta(days=days)


def home(login, person) -> str:
    page = login(person).get("/")
    assert page.status_code == 200
    return main_words(page)


def change(inspection_id: int, **values: object) -> None:
    row = db.session.get_one(models.Inspection, inspection_id, populate_existing=True)
    for name, value in values.items():
        setattr(row, name, value)
    db.session.commit()


def test_everything_stands_in_one_list_by_what_is_due(world, login):
    change(world.id, self_due_on=day(2), inspected_on=day(5))
    make.task(world.ward, title="Việc quá hạn", due_current=day(-2))
    make.task(world.ward, title="Việc sắp đến hạn", due_current=day(1))
    make.task(world.ward, title="Việc không có hạn")
    make.dossier_report(world.ward, inspection_id=world.id)
    page = home(login, world.officer)
    order = (
        "Việc quá hạn",
        "quá hạn 2 ngày",
        "Việc sắp đến hạn",
        "còn 1 ngày",
        "Tự chấm điểm",
        "còn 2 ngày",
        "Đoàn kiểm tra đến làm việc",
        "còn 5 ngày",
        "Gửi số liệu hồ sơ TTHC",
        "Việc không có hạn",
        "không có thời hạn",
    )
    places = [page.index(words_) for words_ in order]
    assert places == sorted(places)
    assert f"{day(-2):%d/%m/%Y}" in page
    assert "1 việc quá hạn" in page


def test_each_row_has_one_button_that_leads_to_the_page(world, login):
    task = make.task(world.ward, due_current=day(1))
    report = make.dossier_report(world.ward)
    page = login(world.officer).get("/").text
    for href in (f"{world.at}/score?side=self", f"/tasks/{task.id}", f"/dossiers/{report.id}", world.at):
        assert f'href="{href}"' in page, href


def test_who_has_scored_everything_is_told_to_lock_or_to_wait(world, login):
    for area in world.checklist.areas:
        db.session.add(
            models.AreaScore(
                inspection_id=world.id,
                area_id=area.id,
                side=Side.SELF,
                points=0,
                max_points=500,
                answered=5,
                total=5,
            )
        )
    db.session.commit()
    assert "Đã chấm đủ, chờ Thủ trưởng chốt" in home(login, world.officer)
    assert "Chốt tự chấm" in home(login, world.unit_head)


def test_recommendations_and_shortcomings_with_a_day_are_told_once_published(world, login):
    inspection = db.session.get_one(models.Inspection, world.id)
    make.finding(inspection, text="Chưa niêm yết", due_on=day(3))
    asked = make.recommendation(inspection, text="Niêm yết ngay", due_on=day(4))
    make.recommendation(inspection, text="Việc đã thành nhiệm vụ", due_on=day(4))
    make.recommendation(inspection, text="Không có hạn")
    make.recommendation(inspection, text="Gửi cấp trên", direction=Direction.TO_SUPERIOR, due_on=day(4))
    done = db.session.execute(
        db.select(models.Recommendation).where(models.Recommendation.text == "Việc đã thành nhiệm vụ")
    ).scalar_one()
    make.task(world.ward, title="Nhiệm vụ từ kiến nghị", recommendation_id=done.id)
    hidden = home(login, world.officer)
    assert "Chưa niêm yết" not in hidden
    assert "Niêm yết ngay" not in hidden
    world.move(State.DA_KY_BIEN_BAN, published=True)
    page = home(login, world.officer)
    assert "Chưa niêm yết" in page
    assert "còn 3 ngày" in page
    assert page.index("Chưa niêm yết") < page.index("Niêm yết ngay")
    assert "Nhiệm vụ từ kiến nghị" in page
    for text in ("Việc đã thành nhiệm vụ", "Không có hạn", "Gửi cấp trên"):
        assert text not in page
    world.move(State.KET_THUC, published=True)
    assert asked.text not in home(login, world.officer)


def test_minutes_wait_for_opinion_then_for_signature_and_scores_are_told(world, login):
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    page = login(world.officer).get("/")
    assert "Chưa ghi ý kiến của đơn vị" in words(page)
    assert f'href="{world.at}/minutes/opinion"' in page.text
    assert "Đoàn đã công bố điểm thẩm định" in words(page)
    details = json.loads(Details(opinion="Nhất trí").to_json())
    db.session.add(models.MinutesRevision(inspection_id=world.id, details=details, updated_at=make.NOW))
    db.session.commit()
    assert "Đã ghi ý kiến của đơn vị" in home(login, world.officer)


def test_documents_are_signed_minutes_and_files_given_to_the_unit(world, login):
    inspection = db.session.get_one(models.Inspection, world.id)
    shown = make.attachment(inspection, name="anh-cua-doan.pdf", uploaded_by_id=world.head.id)
    make.attachment(inspection, name="cua-don-vi.pdf", side=Side.SELF, uploaded_by_id=world.officer.id)
    task = make.task(world.ward)
    make.attachment(task=task, name="huong-dan.pdf", uploaded_by_id=world.head.id)
    make.attachment(task=task, name="bao-cao-cua-minh.pdf", uploaded_by_id=world.officer.id)
    make.attachment(inspection, name="da-bo.pdf", uploaded_by_id=world.head.id, removed_at=make.NOW)
    page = home(login, world.officer)
    assert "huong-dan.pdf" in page
    assert "anh-cua-doan.pdf" not in page
    db.session.add(
        models.MinutesRevision(
            inspection_id=world.id, details={}, updated_at=make.NOW, signed_at=make.NOW, snapshot="{}"
        )
    )
    world.move(State.DA_KY_BIEN_BAN, published=True)
    page = login(world.officer).get("/")
    assert "Biên bản đã ký" in page.text
    assert f'href="{world.at}/minutes.xlsx"' in page.text
    assert f"/attachments/{shown.id}" in page.text
    for name in ("cua-don-vi.pdf", "bao-cao-cua-minh.pdf", "da-bo.pdf"):
        assert name not in page.text


def test_nothing_of_another_unit_is_there(world, login):
    make.task(world.neighbour, title="Việc của phường khác", due_current=day(1))
    make.dossier_report(world.neighbour)
    other = make.inspection(
        unit=world.neighbour, delegation=world.delegation, state=State.CHO_KY_BIEN_BAN, published_at=make.NOW
    )
    make.finding(other, text="Tồn tại của phường khác", due_on=day(1))
    make.recommendation(other, text="Kiến nghị cho phường khác", due_on=day(1))
    make.attachment(other, name="phuong-khac.pdf")
    for person in (world.officer, world.unit_head):
        page = login(person).get("/").text
        for text in ("phường khác", "Đằng Giang", "phuong-khac", "Quận Ngô Quyền"):
            assert text not in page
        assert f"/inspections/{other.id}" not in page


def test_what_is_done_waits_elsewhere_or_is_over_is_no_work(world, login):
    make.task(world.ward, title="Đã xong", workflow=Workflow.DONE, completed_on=date(2022, 9, 1))
    make.task(world.ward, title="Chờ xác nhận", workflow=Workflow.AWAITING, due_current=day(1))
    make.dossier_report(world.ward, status=ReportStatus.SUBMITTED)
    world.move(State.HUY)
    page = home(login, world.officer)
    assert "Không có việc nào đang chờ đơn vị" in page
    assert "Biên bản đã ký và tệp Đoàn gửi cho đơn vị sẽ ở đây" in page


def test_an_account_without_a_unit_sees_an_empty_home(world, login):
    assert "Không có việc nào" in home(login, make.user(Role.OFFICER))


def test_a_giam_sat_is_told_without_a_word_of_scores(app, login):
    council = Council(visit_state=State.CHO_KY_BIEN_BAN)
    page = home(login, council.ward_head)
    assert "Biên bản chờ ký" in page
    assert "Giám sát ngày 01/11/2022" in page
    for word in ("chấm", "điểm", "Thành phố Bắc Kạn"):
        assert word not in page, word


def test_the_home_costs_the_same_for_two_rows_and_for_many(world, login, count_statements):
    browser = login(world.officer)

    def more(number: int) -> None:
        for _place in range(number):
            make.task(world.ward, due_current=day(1))
            own = make.inspection(
                unit=world.ward,
                delegation=make.delegation(),
                state=State.CHO_KY_BIEN_BAN,
                published_at=make.NOW,
            )
            make.finding(own, due_on=day(2))
            make.recommendation(own, due_on=day(2))
            make.attachment(own)

    more(2)
    browser.get("/")
    with count_statements() as few:
        browser.get("/")
    more(10)
    with count_statements() as many:
        browser.get("/")
    assert len(many) == len(few)
    assert len(few) <= 12


def test_the_self_score_is_counted_down(world, login):
    world.score(world.officer, YesNoInput(True), side=Side.SELF)
    assert "Còn 9 tiêu chí chưa tự chấm" in home(login, world.officer)


def test_what_the_list_leaves_out_is_counted_too(world, login):
    for number in range(33):
        make.task(world.ward, title=f"Việc {number}", due_current=day(-1))
    make.task(world.ward, title="Còn hạn", due_current=day(9))
    page = home(login, world.officer)
    # With the self-score and the visit, whose day has gone by too.
    assert "Theo thời hạn 36" in page
    assert "34 việc quá hạn" in page
    assert "Còn 4 nhiệm vụ nữa" in page


def test_what_was_asked_for_and_is_left_out_is_counted_too(world, login):
    inspection = db.session.get_one(models.Inspection, world.id)
    for number in range(32):
        make.finding(inspection, text=f"Tồn tại {number}", due_on=day(-1 if number < 31 else 9))
    world.move(State.DA_KY_BIEN_BAN, published=True)
    page = home(login, world.officer)
    assert "Theo thời hạn 32" in page
    assert "31 việc quá hạn" in page
    assert "Còn 2 tồn tại, kiến nghị nữa" in page


def test_inspections_that_run_are_not_cut_off_by_newer_ones(world, login):
    change(world.id, inspected_on=date(2020, 1, 2))
    for number in range(31):
        make.inspection(
            unit=world.ward,
            delegation=make.delegation(),
            state=State.KET_THUC if number else State.DANG_KIEM_TRA,
            inspected_on=date(2022, 3, 1) + timedelta(days=number),
        )
    page = home(login, world.officer)
    assert "Kiểm tra định kỳ ngày 02/01/2020" in page
    assert "Kiểm tra định kỳ ngày 01/03/2022" in page
    assert "Kiểm tra định kỳ ngày 02/03/2022" not in page


def test_all_documents_stand_on_a_page_of_their_own(world, login, count_statements):
    task = make.task(world.ward)
    for number in range(3):
        make.attachment(
            task=task,
            name=f"tep-{number}.pdf",
            uploaded_by_id=world.head.id,
            uploaded_at=make.NOW + timedelta(days=number),
        )
    browser = login(world.officer)
    assert "/documents" not in browser.get("/").text
    assert "tep-0.pdf" in words(browser.get("/documents"))
    with count_statements() as few:
        browser.get("/documents")
    for number in range(3, 53):
        make.attachment(
            task=task,
            name=f"tep-{number}.pdf",
            uploaded_by_id=world.head.id,
            uploaded_at=make.NOW + timedelta(days=number),
        )
    page = browser.get("/")
    assert 'href="/documents"' in page.text
    assert "Tài liệu 53" in words(page)
    with count_statements() as many:
        first = main_words(browser.get("/documents"))
    assert len(many) == len(few)
    assert first.index("tep-52.pdf") < first.index("tep-3.pdf")
    assert "tep-2.pdf" not in first
    last = main_words(browser.get("/documents?page=2"))
    assert "tep-2.pdf" in last
    assert "tep-3.pdf" not in last
    assert "tep-52.pdf" in words(browser.get("/documents?page=999")), "a page there is not is the first"


def test_documents_are_for_the_units_own_people(world, login):
    make.attachment(task=make.task(world.neighbour), name="phuong-khac.pdf", uploaded_by_id=world.head.id)
    assert "phuong-khac.pdf" not in login(world.unit_head).get("/documents").text
    assert login(world.head).get("/documents").status_code == 403
    assert login(world.officer).post("/documents").status_code == 405
    assert login(make.user(Role.OFFICER)).get("/documents").status_code == 200


def test_a_task_that_was_not_accepted_is_to_be_accepted_first(world, login):
    make.task(world.ward, title="Việc mới giao")
    page = home(login, world.officer)
    page = page.replace(" :", ":")
    assert "Tiếp nhận: Việc mới giao" in page
    assert "Báo cáo: Việc mới giao" not in page
    make.task(world.ward, title="Việc đang làm", workflow=Workflow.IN_PROGRESS)
    assert "Báo cáo: Việc đang làm" in home(login, world.officer).replace(" :", ":")


def test_a_period_of_a_regular_task_says_which_one_it_is(world, login):
    for label, due in (("Tháng 8/2022", day(3)), ("Tháng 9/2022", day(33))):
        make.task(world.ward, title="Báo cáo tháng", period_label=label, due_current=due)
    for person in (world.officer, world.head):
        page = home(login, person)
        assert "Báo cáo tháng – Tháng 8/2022" in page
        assert "Báo cáo tháng – Tháng 9/2022" in page


def test_who_is_left_at_a_unit_that_is_no_more_is_told_where_it_lives_on(app, login):
    old, new = make.unit("Phường Cầu Tre", valid_to=date(2025, 6, 30)), make.unit("Phường Ngô Quyền")
    officers = [make.user(Role.OFFICER, unit=unit) for unit in (old, new)]
    assert "ghi đơn vị kế thừa" in home(login, officers[0])
    make.succession(old, new, date(2025, 7, 1))
    page = home(login, officers[0])
    assert "«Phường Cầu Tre» hoạt động đến hết ngày 30/06/2025." in page
    assert "đơn vị kế thừa tiếp tục: Phường Ngô Quyền." in page
    assert "hoạt động đến hết" not in home(login, officers[1])
