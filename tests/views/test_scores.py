"""/inspections/<id>/scores: all scores side by side; who sees which round, and that the sums are right."""

from __future__ import annotations

import re
from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import update

from app.db import db
from app.domain.explanations import Stance
from app.domain.inspections import CampaignKind, Side, State
from app.domain.scoring import FreeInput, LevelInput, PenaltyInput, YesNoInput
from app.models import Answer, Campaign, Explanation, Inspection
from tests import make
from tests.cast import World, words

YES, NO = YesNoInput(True), YesNoInput(False)


@pytest.fixture
def world(app) -> World:
    """Round 2 goes on: 1.1.1 was 1 → 0 → 0,75; 1.1.2 the same in both rounds; 1.1.5 as the unit scored it."""
    world = World(explain_due_on=date(2022, 9, 20), bonus=50, bonus_reason="Có sáng kiến")
    for code, own, verified in (
        ("1.1.1", YES, NO),
        ("1.1.2", LevelInput(0), LevelInput(1)),
        ("1.1.5", FreeInput(100), FreeInput(100)),
    ):
        world.score(world.officer, own, code, Side.SELF, reason="Có minh chứng")
        world.score(world.head, verified, code, reason=f"Lý do lần 1 của {code}")
    second_round(world, "1.1.1", 75, "Đã bổ sung văn bản")
    db.session.add(
        Explanation(
            inspection_id=world.id,
            criterion_id=make.criterion(world.inspection, "1.1.1").id,
            stance=Stance.EXPLAIN,
            text="Văn bản số 12 đã nộp",
            updated_by_id=world.officer.id,
            updated_at=make.NOW,
        )
    )
    db.session.commit()
    world.move(State.THAM_DINH_LAN_2, published=True)
    return world


def second_round(world: World, code: str, points: int, reason: str) -> None:
    """The first round copied, and one score of it changed."""
    columns = [c.name for c in Answer.__table__.columns if c.name not in {"id", "round"}]
    first = db.session.execute(
        db.select(Answer).where(Answer.inspection_id == world.id, Answer.side == Side.VERIFIED)
    ).scalars()
    db.session.add_all([Answer(round=2, **{name: getattr(row, name) for name in columns}) for row in first])
    db.session.flush()
    db.session.execute(
        update(Answer)
        .where(
            Answer.round == 2,
            Answer.inspection_id == world.id,
            Answer.criterion_id == make.criterion(world.inspection, code).id,
        )
        .values(points=points, reason=reason, version=2)
    )
    db.session.execute(update(Inspection).where(Inspection.id == world.id).values(round=2))
    db.session.commit()


def row_of(page, code: str) -> str:
    """The words of one criterion's row."""
    start = page.text.index(f'id="s-{code}"')
    part = page.text[start : page.text.index("</tr>", start)]
    return " ".join(re.sub(r"<[^>]+>", " ", part.partition(">")[2]).split())


def test_the_delegation_sees_every_round_with_who_when_and_why(world, login):
    page = login(world.head).get(f"{world.at}/scores")
    assert page.status_code == 200
    row = row_of(page, "1.1.1")
    for words_ in (
        "Lý do lần 1 của 1.1.1",
        "Văn bản số 12 đã nộp",
        "0,75",
        "Đã bổ sung văn bản",
        "Trưởng đoàn",
    ):
        assert words_ in row
    assert "giữ nguyên" in row_of(page, "1.1.2")
    assert "Điểm hiện tại" in words(page)
    # 0,75 + 0,5 + 1 of 10; and half a point of bonus.
    assert "2,25" in words(page)
    assert "22,50" in words(page)
    assert "23,00" in words(page)


def test_the_unit_never_sees_a_draft_of_the_second_round(world, login):
    page = login(world.officer).get(f"{world.at}/scores")
    assert page.status_code == 200
    assert "0,75" not in words(page)
    assert "Đã bổ sung văn bản" not in words(page)
    assert "Lý do lần 1 của 1.1.1" in words(page)
    assert "15,00" in words(page)
    book = load_workbook(BytesIO(login(world.officer).get(f"{world.at}/scores.xlsx").data))
    cells = {cell.value for row in book.active for cell in row}
    assert "Đã bổ sung văn bản" not in cells
    assert "Lý do lần 1 của 1.1.1" in cells
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    assert "Đã bổ sung văn bản" in words(login(world.officer).get(f"{world.at}/scores"))


def test_before_publication_the_unit_sees_its_own_scores_alone(world, login):
    world.move(State.DANG_KIEM_TRA, published=False)
    page = login(world.officer).get(f"{world.at}/scores")
    assert page.status_code == 200
    for secret in ("Lý do lần 1", "Đã bổ sung", "Văn bản số 12"):
        assert secret not in page.text
    book = load_workbook(BytesIO(login(world.officer).get(f"{world.at}/scores.xlsx").data))
    assert not any("Lý do" in str(cell.value) for row in book.active for cell in row)


def test_only_what_differs_is_shown_on_demand(world, login):
    page = login(world.head).get(f"{world.at}/scores?show=different")
    assert 'id="s-1.1.1"' in page.text
    assert 'id="s-1.1.2"' in page.text
    assert 'id="s-1.1.5"' not in page.text
    assert 'id="s-2.1.1"' not in page.text


def test_the_file_has_the_same_figures_and_formulas_that_add_up(world, login):
    reply = login(world.head).get(f"{world.at}/scores.xlsx")
    assert reply.status_code == 200
    formulas, values = (load_workbook(BytesIO(reply.data), data_only=only).active for only in (False, True))
    rows = {row[1].value: [cell.value for cell in row] for row in values.iter_rows()}
    assert [str(value) for value in rows["Tổng cộng"][2:7]] == ["10.0", "3.0", "1.5", "2.25", "2.25"]
    assert rows["Điểm sau thưởng, trừ"][6] == 23
    assert rows["Điểm thưởng"][6:8] == [0.5, "Có sáng kiến"]
    assert [cell.value for cell in formulas[4]][2].startswith("=SUM(C5:C")
    assert rows["Tiêu chí thành phần 1.1.1"][7:10] == [
        "Lý do lần 1 của 1.1.1",
        "Văn bản số 12 đã nộp",
        "Đã bổ sung văn bản",
    ]


def test_with_one_round_there_is_one_column_of_the_delegation(app, login):
    world = World()
    world.score(world.head, YES)
    page = login(world.head).get(f"{world.at}/scores")
    assert "lần 1" not in words(page)
    assert "Điểm cuối" not in words(page)
    reply = login(world.head).get(f"{world.at}/scores.xlsx")
    assert reply.status_code == 200
    sheet = load_workbook(BytesIO(reply.data)).active
    heads = [cell.value for cell in sheet[3]]
    assert heads[-2:] == ["Thẩm định", "Lý do thẩm định"]
    assert {row[3].value for row in sheet.iter_rows(min_row=4)} <= {"–", None}, "the unit has scored nothing"


def test_the_page_asks_a_fixed_number_of_questions(world, login, count_statements):
    client = login(world.head)
    client.get(f"{world.at}/scores")
    with count_statements() as statements:
        client.get(f"{world.at}/scores")
    assert len(statements) <= 7
    for code in ("2.1.1", "1.1.4"):
        world.score(world.officer, YES if code == "2.1.1" else PenaltyInput(0), code, Side.SELF)
    with count_statements() as again:
        client.get(f"{world.at}/scores")
    assert len(again) == len(statements)


def test_strangers_find_nothing_and_a_supervision_has_no_scores(world, login):
    for stranger in world.strangers:
        assert login(stranger).get(f"{world.at}/scores").status_code == 404
        assert login(stranger).get(f"{world.at}/scores.xlsx").status_code == 404
    for reader in (world.supervisor, world.admin, world.member, world.unit_head):
        assert login(reader).get(f"{world.at}/scores").status_code == 200
    db.session.execute(update(Inspection).where(Inspection.id == world.id).values(scoring=False))
    db.session.commit()
    assert login(world.head).get(f"{world.at}/scores").status_code == 404
    assert login(world.head).post(f"{world.at}/scores").status_code == 405


def test_a_scored_giam_sat_is_not_called_an_inspection(world, login):
    campaign = db.session.get_one(Campaign, world.delegation.campaign_id)
    campaign.kind = CampaignKind.GIAM_SAT
    db.session.commit()
    world.move(State.DANG_KIEM_TRA)
    for page in ("scores", "explanations"):
        heading = login(world.head).get(f"{world.at}/{page}").text.partition("</header>")[2]
        assert "Phường Cầu Tre · Đang giám sát" in heading, page
