"""The trail for people: everything for the administrator, an inspection's for its head, nothing for others."""

from __future__ import annotations

import ast
import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

import pytest
from openpyxl import load_workbook

from app.documents.lists_xlsx import HEAD_ROW
from app.domain.access import Role
from app.domain.inspections import Side, State
from app.domain.scoring import YesNoInput
from app.domain.task_steps import Action as TaskAction
from app.services.adjustments import Adjustments, adjust_score
from app.services.findings import FindingText, add_finding, change_finding
from app.services.inspections import take_step
from app.views._trail_words import WORDS
from tests import make
from tests.cast import World, words

APP = Path(__file__).parents[2] / "app"


@pytest.fixture
def world(app) -> World:
    made = World()
    device = datetime(2022, 9, 15, 0, 5, tzinfo=UTC)
    made.score(made.officer, YesNoInput(True), side=Side.SELF)
    made.score(made.member, YesNoInput(False), device_at=device)
    text = FindingText(make.FindingKind.TON_TAI, make.Severity.NHE, "Chưa niêm yết thủ tục")
    area = make.criterion(made.inspection).area_id
    finding = add_finding(made.id, area, None, "op-1", text, None, made.member.id, make.NOW)
    change_finding(
        made.id,
        finding,
        1,
        FindingText(make.FindingKind.TON_TAI, make.Severity.NGHIEM_TRONG, "Chưa niêm yết 5 thủ tục"),
        made.head.id,
        make.NOW,
    )
    return made


def test_the_head_reads_what_happened_to_the_inspection_old_and_new(world, login):
    take_step(world.id, State.HUY, "Hoãn vì bão", Role.HEAD, world.head.id, make.NOW)
    page = login(world.head).get(f"{world.at}/history")
    text = words(page)
    assert "Thành viên lĩnh vực 1 chấm điểm tiêu chí 1.1.1 (Thẩm định)" in text
    assert "giờ trên máy người chấm: 15/09/2022 07:05" in text
    assert "Công chức đầu mối chấm điểm tiêu chí 1.1.1 (Tự chấm)" in text
    assert "Thành viên lĩnh vực 1 ghi phát hiện" in text
    assert "Trưởng đoàn sửa phát hiện" in text
    assert "Mức độ Nhẹ → Nghiêm trọng" in text
    assert "Chưa niêm yết thủ tục → Chưa niêm yết 5 thủ tục" in text
    assert "Trưởng đoàn hủy cuộc kiểm tra" in text
    assert "Trạng thái Đang kiểm tra → Đã hủy" in text
    assert "Lý do Hoãn vì bão" in text


@pytest.mark.parametrize(
    ("query", "here", "gone"),
    [
        ({"who": "linh vuc 1"}, "Thành viên lĩnh vực 1 chấm điểm", "Trưởng đoàn sửa"),
        ({"action": "finding.change"}, "Trưởng đoàn sửa phát hiện", "Thành viên lĩnh vực 1 ghi"),
        ({"action": "answer.save"}, "Công chức đầu mối chấm điểm", "Trưởng đoàn sửa"),
        ({"since": "15/09/2022", "until": "15/9/2022"}, "Trưởng đoàn sửa phát hiện", "Không có việc nào"),
        ({"until": "14/09/2022"}, "Không có việc nào như vậy", "Trưởng đoàn sửa phát hiện"),
        ({"since": "16/09/2022"}, "Không có việc nào như vậy", "Trưởng đoàn sửa phát hiện"),
    ],
)
def test_the_trail_is_filtered_by_person_action_and_days(world, login, query, here, gone):
    text = words(login(world.head).get(f"{world.at}/history", query_string=query))
    assert here in text
    assert gone not in text


@pytest.mark.parametrize(
    "query",
    [
        {"page": "99"},
        {"page": "x"},
        {"since": "31/02/2022"},
        {"until": "31/12/9999"},
        {"since": "01/01/0001"},
        {"object": "99999999999999999999"},
        {"kind": "nothing", "action": "' OR 1=1"},
        {"who": "%"},
    ],
)
def test_what_cannot_be_read_filters_nothing_and_breaks_nothing(world, login, query):
    assert login(world.admin).get("/admin/audit", query_string=query).status_code == 200


def test_the_administrator_reads_everything_and_follows_one_thing(world, login):
    admin = login(world.admin)
    text = words(admin.get("/admin/audit"))
    assert "đăng nhập" in text
    assert "Cuộc kiểm tra: Phường Cầu Tre" in text
    one = words(admin.get("/admin/audit", query_string={"kind": "inspection", "object": world.id}))
    assert "Trưởng đoàn sửa phát hiện" in one
    assert f"{world.admin.title} đăng nhập" not in one


def test_who_is_not_head_or_administrator_reads_no_trail(world, login):
    for person in (world.secretary, world.member, world.officer, world.unit_head, world.supervisor):
        assert login(person).get(f"{world.at}/history").status_code == 403
        assert login(person).get(f"{world.at}/history.xlsx").status_code == 403
    for person in world.strangers:
        assert login(person).get(f"{world.at}/history").status_code == 404
    for person in (world.head, world.member, world.unit_head):
        assert login(person).get("/admin/audit").status_code == 403


def test_the_workbook_holds_the_same_as_text_that_no_program_calculates_with(world, login):
    given = Adjustments(50, '=HYPERLINK("http://x")', 0, "")
    adjust_score(world.id, world.checklist, 1, given, world.head.id, make.NOW)
    reply = login(world.head).get(f"{world.at}/history.xlsx", query_string={"action": "inspection.adjust"})
    assert reply.headers["Content-Disposition"].startswith("attachment")
    sheet = load_workbook(BytesIO(reply.data)).active
    rows = list(sheet.iter_rows(values_only=True))
    assert rows[HEAD_ROW - 1][:4] == ("Giờ máy chủ", "Giờ thiết bị", "Người", "Việc")
    assert rows[1][0].startswith("Đơn vị: Phường Cầu Tre · Việc: ")
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToWidth) == ("landscape", 1)
    assert sheet.print_title_rows == f"${HEAD_ROW}:${HEAD_ROW}"
    assert {cell.font.name for row in sheet for cell in row if cell.value} == {"Times New Roman"}
    assert ("Điểm thưởng", "0", "0,5") in {row[5:8] for row in rows}
    [cell] = [cell for row in sheet for cell in row if str(cell.value).startswith("=HYPER")]
    assert (cell.data_type, cell.quotePrefix) == ("s", True)


def test_the_trail_asks_no_more_of_the_database_for_many_lines_than_for_few(world, login, count_statements):
    head = login(world.head)
    with count_statements() as few:
        head.get(f"{world.at}/history")
    for number in range(60):
        text = FindingText(make.FindingKind.UU_DIEM, None, f"Ưu điểm {number}")
        area = make.criterion(world.inspection).area_id
        add_finding(world.id, area, None, f"many-{number}", text, None, world.member.id, make.NOW)
    with count_statements() as many:
        page = head.get(f"{world.at}/history")
    assert "Trang 1/2" in words(page)
    assert len(many) <= len(few) <= 16


def test_every_page_of_the_trail_shows_every_line_once(world, login):
    for number in range(120):
        text = FindingText(make.FindingKind.UU_DIEM, None, f"Ưu điểm số {number}.")
        area = make.criterion(world.inspection).area_id
        add_finding(world.id, area, None, f"many-{number}", text, None, world.member.id, make.NOW)
    head, seen = login(world.head), []
    for page in (1, 2, 3):
        text = words(head.get(f"{world.at}/history", query_string={"page": page}))
        seen += re.findall(r"Ưu điểm số (\d+)\.", text)
    assert sorted(map(int, seen)) == list(range(120))


def test_every_action_that_the_app_notes_has_its_words():
    nouns = {action.partition(".")[0] for action in WORDS}
    pattern = re.compile(rf"({'|'.join(nouns)})\.[a-z_]+")
    noted = {f"task.{action}" for action in TaskAction if action is not TaskAction.ASSIGN}
    for path in (APP / "services").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and pattern.fullmatch(node.value)
            ):
                noted.add(node.value)
    assert len(noted) > 50
    assert not noted - set(WORDS), "Give each new action its words in app/views/_trail_words.py."
