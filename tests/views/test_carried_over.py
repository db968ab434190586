"""What a re-inspection takes over is told with where it comes from and what was said of it: page, minutes, file."""

from __future__ import annotations

import json
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.db import db
from app.models import MinutesRevision
from app.queries.minutes import minutes_card
from app.queries.minutes_told import told_remedies
from tests import make
from tests.cast import main_words
from tests.signed import TODAY, Signed, begin, handed_to, judge, newest, reinspect, report, short


def signed_minutes(inspection, **rest) -> None:
    fields = {"signed_at": make.NOW, "updated_at": make.NOW} | rest
    db.session.add(MinutesRevision(inspection_id=inspection.id, **fields))
    db.session.commit()


ORIGIN = f"Biên bản số 05/BB-ĐKT ngày 15/09/2022; Kết luận số 45/TB-SNV ngày {short(TODAY)}"


@pytest.fixture
def world(app) -> Signed:
    return Signed()


def handed_on(world, login) -> str:
    """The first was reported and found wanting, then the rest was handed on; the address of the re-inspection."""
    head, officer = login(world.head), login(world.officer)
    details = {"number": "5", "day": "2022-09-15"}
    signed_minutes(world.inspection, details=details)
    world.conclude(head)
    first, _second, third = world.tasks()
    report(officer, first)
    judge(head, world.at, first, "tra-lai", text="Ảnh chụp chưa rõ")
    report(officer, first)
    judge(head, world.at, first, "tra-lai", text="Còn thiếu hai thủ tục")
    reinspect(head, world)
    new = begin()
    judge(head, new, third, "chua-dat", text="Vẫn ghi thiếu")
    return new


def test_the_board_tells_where_each_comes_from_and_every_verdict(world, login):
    board = main_words(login(world.head).get(f"{handed_on(world, login)}/follow-up"))
    assert board.count(ORIGIN) == 3
    for reason in ("Ảnh chụp chưa rõ", "Còn thiếu hai thủ tục"):
        assert f"Kết luận trước phúc tra, ngày {short(TODAY)} Chưa đạt {reason}" in board
    assert f"Kết luận phúc tra, ngày {short(TODAY)} Chưa đạt Vẫn ghi thiếu" in board
    assert "Đã niêm yết đủ" in board


def test_the_appendix_tells_what_was_taken_over_instead_of_nothing(world, login):
    new, head = handed_on(world, login), login(world.head)
    paper = main_words(head.get(f"{new}/minutes"))
    assert "Nội dung mang sang từ lần kiểm tra trước" in paper
    sheet = load_workbook(BytesIO(head.get(f"{new}/minutes.xlsx").data))["PL1 Tồn tại – Kiến nghị"]
    rows = [[cell.value for cell in row if cell.value is not None] for row in sheet]
    due = short(world.tasks()[0].due_current)
    assert [
        1,
        f"Niêm yết đủ thủ tục\n(Tồn tại: Chưa niêm yết thủ tục)\nHạn: {due}",
        f"{ORIGIN}\nĐơn vị báo cáo ngày {short(TODAY)}: Đã niêm yết đủ (12/BC-UBND ngày 15/09/2022)",
        f"Ngày {short(TODAY)}: chưa đạt – Ảnh chụp chưa rõ\nNgày {short(TODAY)}: chưa đạt – Còn thiếu hai thủ tục",
        "Chưa kết luận",
    ] in rows
    assert [
        3,
        f"Sổ theo dõi ghi thiếu\nHạn: {short(world.tasks()[2].due_current)}",
        f"{ORIGIN}\nĐơn vị chưa báo cáo",
        "Chưa có",
        f"Chưa đạt (ngày {short(TODAY)})\nVẫn ghi thiếu",
    ] in rows
    assert ["Không có tồn tại, hạn chế mới."] in rows
    for text in ("Ảnh chụp chưa rõ", "Đơn vị chưa báo cáo", "Không có tồn tại, hạn chế mới."):
        assert text in paper


def test_when_all_is_remedied_nothing_goes_on(world, login):
    new, head = handed_on(world, login), login(world.head)
    for task in world.tasks():
        assert judge(head, new, task, "ghi-nhan-tai-cho", text="Đã xem tại chỗ").status_code == 303
    paper = main_words(head.get(f"{new}/minutes"))
    assert "tiếp tục" not in paper.split("III. KẾT QUẢ")[1]
    assert "Chưa đạt – Ảnh chụp" not in paper
    assert "chưa đạt – Ảnh chụp chưa rõ" in paper


def test_what_was_said_at_the_unit_before_is_told_of_its_successor(world, login):
    handed_on(world, login)
    heir = handed_to(world.tasks()[0], make.unit("Phường Lạch Tray"))
    db.session.commit()
    lines = [line for line in told_remedies(newest().id) if line.text == "Niêm yết đủ thủ tục"]
    assert [[said.text for said in line.before] for line in lines] == [
        ["Ảnh chụp chưa rõ", "Còn thiếu hai thủ tục"]
    ]
    assert lines[0].report is not None
    assert heir.id


def test_what_the_minutes_tell_costs_the_same_for_many_as_for_one(world, login, count_statements):
    new = handed_on(world, login)
    id_ = newest().id
    with count_statements() as few:
        told_remedies(id_)
    for number in range(20):
        made = make.task(
            world.ward,
            title=f"Việc {number}",
            finding_id=world.found.id,
            directive_id=world.tasks()[0].directive_id,
            reinspection_id=id_,
        )
        assert made.id
    with count_statements() as many:
        told_remedies(id_)
    assert len(few) == len(many) == 4
    head = login(world.head)
    assert main_words(head.get(f"{new}/follow-up")).count(ORIGIN) == 23


def test_minutes_that_were_signed_before_this_was_told_stay_as_they_were(world, login):
    """Their snapshot has lines without an origin: the seal holds and the appendix says what was signed."""
    new = handed_on(world, login)
    card = minutes_card(newest().id)
    old = card.minutes.to_json()
    lines = [
        {
            "text": "Niêm yết đủ thủ tục",
            "due": None,
            "workflow": "thuc_hien_lai",
            "completed_on": None,
            "remark": "",
        }
    ]
    told = json.loads(old)
    told["reinspected"] = lines
    text = json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    minutes = type(card.minutes).from_json(text)
    assert minutes.to_json() == text
    signed_minutes(newest(), snapshot=text, sha256=minutes.sha256)
    paper = main_words(login(world.head).get(f"{new}/minutes"))
    assert "Niêm yết đủ thủ tục: chưa đạt." in paper
    assert "mang sang từ lần" not in paper
    assert "B. Tồn tại, hạn chế Không." in paper


def test_the_question_before_the_minutes_says_how_many_were_judged_again(world, login):
    new, head = handed_on(world, login), login(world.head)
    page = head.get(f"{new}/steps/cho-ky-bien-ban")
    assert "Đã kết luận phúc tra 1/3 nội dung" in main_words(page)
    assert f'href="{new}/follow-up"' in page.text
