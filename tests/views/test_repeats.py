"""What failed before is said on the card, among the findings, and on the paper."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from datetime import date

import pytest
from openpyxl import load_workbook

from app.db import db
from app.documents.minutes import words as paper
from app.documents.minutes_xlsx import write_minutes
from app.domain.inspections import FindingState, State
from app.domain.minutes import Minutes
from app.domain.units import SuccessionType
from app.models import ChecklistVersion, Inspection, Unit, UnitSuccession
from app.queries.minutes import minutes_card
from tests import make
from tests.cast import SCRIPT, World, words
from tests.examples import full_minutes

DAY = date(2021, 9, 15)


@pytest.fixture
def world(app) -> World:
    return World()


def before(world, *, unit=None, code="1.1.1", text="Niêm yết thiếu 03 thủ tục", **rest):
    """A shortcoming in signed minutes a year earlier, at the same unit or at one that became it."""
    unit_id = world.inspection.unit_id
    if unit is not None:
        make._save(
            UnitSuccession(
                from_unit_id=unit.id,
                to_unit_id=unit_id,
                effective_date=date(2022, 1, 1),
                type=SuccessionType.MERGE,
            )
        )
    here = unit or db.session.get_one(Unit, unit_id)
    version = db.session.get_one(ChecklistVersion, world.inspection.version_id)
    state = State.THEO_DOI_KHAC_PHUC
    earlier = make.inspection(unit=here, version=version, state=state, inspected_on=DAY)
    return make.finding(earlier, code, text=text, **rest)


def card_of(page, code="1.1.1"):
    return re.search(rf'<article class="criterion" id="c-{code}".*?</article>', page.text, re.DOTALL)[0]


def test_the_card_says_that_it_failed_before_and_what_was_said(world, login):
    before(world, unit=make.unit("Phường Vạn Mỹ"))
    before(world, code="1.1.2", state=FindingState.DA_KHAC_PHUC)
    page = login(world.member).get(f"{world.at}/score")
    card = card_of(page)
    assert "Đã có tồn tại (15/09/2021)" in card
    assert "Phường Vạn Mỹ" in card
    assert "chưa khắc phục" in card
    assert "Niêm yết thiếu 03 thủ tục" in card
    assert "đã khắc phục" in card_of(page, "1.1.2")
    assert "criterion-earlier" not in card_of(page, "1.1.3")


def test_the_single_card_and_the_fragment_say_it_too(world, login):
    before(world)
    browser = login(world.member)
    assert "Đã có tồn tại" in browser.get(f"{world.at}/answers/1.1.1").text
    assert "Đã có tồn tại" in browser.get(f"{world.at}/answers/1.1.1", headers=SCRIPT).text


def test_the_unit_is_not_reminded_while_it_scores_itself(world, login):
    before(world)
    page = login(world.officer).get(f"{world.at}/score")
    assert page.status_code == 200
    assert "Đã có tồn tại" not in page.text


def test_what_stands_there_already_is_not_said_twice(world, login):
    finding = before(world)
    world.inspection.previous_id = finding.inspection_id
    db.session.get_one(Inspection, finding.inspection_id).published_at = make.NOW
    db.session.commit()
    assert card_of(login(world.member).get(f"{world.at}/score")).count("Niêm yết thiếu 03 thủ tục") == 1


def test_the_scoring_page_asks_no_more_for_thirty_earlier_shortcomings(world, login, count_statements):
    browser = login(world.member)
    browser.get(f"{world.at}/score")
    with count_statements() as few:
        browser.get(f"{world.at}/score")
    for number in range(30):
        before(world, text=f"Tồn tại {number}")
    with count_statements() as many:
        browser.get(f"{world.at}/score")
    assert len(many) == len(few)


def test_a_finding_on_that_criterion_is_marked_with_when_and_where(world, login):
    before(world, unit=make.unit("Phường Vạn Mỹ"))
    make.finding(world.inspection, "1.1.1")
    make.finding(world.inspection, "1.1.2")
    page = words(login(world.member).get(f"{world.at}/findings"))
    assert page.count("Tồn tại lặp lại") == 1
    assert "Đã nêu ngày 15/09/2021 (Phường Vạn Mỹ) · chưa khắc phục" in page


def test_the_minutes_say_it_in_their_text_in_the_assessment_and_in_the_appendix(world, login):
    before(world, unit=make.unit("Phường Vạn Mỹ"))
    make.finding(world.inspection, "1.1.1", text="Chưa niêm yết.")
    make.finding(world.inspection, "1.1.2", text="Thiếu sổ theo dõi.")
    minutes = minutes_card(world.inspection.id).minutes
    assert [one.repeated_on for one in minutes.shortcomings] == [DAY, None]
    line = "Chưa niêm yết (tiêu chí 1.1.1; lặp lại, đã nêu ngày 15/09/2021 tại UBND phường Vạn Mỹ)."
    assert paper.finding_line(minutes.shortcomings[0]) == line
    assessment = paper.shortcomings(minutes)
    assert "trong đó 01 tồn tại lặp lại" in assessment[0]
    assert f"- {line}" in assessment
    page = words(login(world.secretary).get(f"{world.at}/minutes"))
    assert line in page
    assert "(Lặp lại, đã nêu ngày 15/09/2021 tại UBND phường Vạn Mỹ)" in page
    book = load_workbook(io.BytesIO(write_minutes(minutes)))
    cells = [str(c.value) for row in book["PL2 Tồn tại – Kiến nghị"].iter_rows() for c in row if c.value]
    assert any("(Lặp lại, đã nêu ngày 15/09/2021" in cell for cell in cells)


def test_a_snapshot_keeps_what_was_said_and_one_without_it_keeps_its_seal():
    plain = full_minutes()
    assert "repeated" not in plain.to_json()
    marked = replace(plain, findings=(replace(plain.findings[0], repeated_on=DAY), *plain.findings[1:]))
    assert Minutes.from_json(marked.to_json()) == marked
    assert Minutes.from_json(plain.to_json()).shortcomings[0].repeated_on is None
