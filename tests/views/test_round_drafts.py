"""The unit never sees a draft of the second round, on no page and in no file."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from uuid import uuid4
from zipfile import ZipFile

import pytest
from flask import url_for

from app.db import db
from app.domain.answers import Field
from app.domain.inspections import Direction, FindingKind, Severity, State
from app.domain.minutes import Details
from app.domain.scoring import FreeInput
from app.services.adjustments import Adjustments, adjust_score
from app.services.findings import (
    FindingText,
    RecommendationText,
    add_finding,
    add_recommendation,
    change_finding,
)
from app.services.minutes import save_minutes_details
from tests import make
from tests.cast import words
from tests.rounds import LATER, TwoRounds, card

SECRET = "Bi-mat-lan-2"
# As the pages write it: 37 hundredths of a point, 63 of bonus.
POINTS, BONUS = "0,37", "0,63"


@pytest.fixture
def world(app) -> TwoRounds:
    return TwoRounds()


@pytest.fixture
def drafts(world) -> TwoRounds:
    """The second round with something hidden in every place where the delegation works."""
    world.known = make.finding(world.inspection, text="Phát hiện đã công bố")
    world.edited = make.finding(world.inspection, text="Phát hiện trước khi sửa")
    world.second()
    world.tap(world.member, "1.1.5", value=FreeInput(37))
    world.tap(world.member, "1.1.5", Field.NOTE, base=2, note=f"{SECRET} ghi chú")
    world.tap(world.member, "1.1.5", Field.REASON, base=3, reason=f"{SECRET} lý do")
    world.tap(
        world.member, "1.1.2", Field.NOT_APPLICABLE, not_applicable=True, na_reason=f"{SECRET} không áp dụng"
    )
    written = FindingText(FindingKind.TON_TAI, Severity.NHE, f"{SECRET} phát hiện")
    asked = RecommendationText(Direction.TO_UNIT, f"{SECRET} kiến nghị")
    area, criterion = world.checklist.by_code["1.1.5"]
    me = world.member.id
    world.hidden = add_finding(world.id, area.id, criterion.id, str(uuid4()), written, asked, me, LATER)
    change_finding(world.id, world.edited.id, 1, written, me, LATER)
    add_recommendation(world.id, str(uuid4()), asked, world.head.id, LATER)
    files = {"uploaded_at": LATER, "uploaded_by_id": me, "caption": f"{SECRET} ảnh"}
    world.files = [
        make.attachment(world.inspection, "1.1.5", name=f"{SECRET}.pdf", **files).id,
        make.attachment(world.inspection, finding=world.known, name=f"{SECRET}-2.pdf", **files).id,
        make.attachment(
            world.inspection,
            finding=db.session.get_one(make.models.Finding, world.hidden),
            name=f"{SECRET}-3.pdf",
            **files,
        ).id,
    ]
    row = world.row
    given = Adjustments(63, f"{SECRET} thưởng", 0, "")
    adjust_score(world.id, world.checklist, row.version, given, world.head.id, LATER)
    save_minutes_details(world.id, Details(number=SECRET), 0, world.head.id, LATER)
    return world


def addresses(app, world: TwoRounds) -> list[str]:
    """Every page that is read, of this inspection and of all lists."""
    values = {
        "inspection_id": [world.id],
        "code": ["1.1.1", "1.1.2", "1.1.5"],
        "finding_id": [world.known.id, world.edited.id, world.hidden],
        "recommendation_id": [1, 2],
        "attachment_id": world.files,
        "delegation_id": [world.delegation.id],
        "campaign_id": [world.delegation.campaign_id],
        "unit_id": [world.ward.id],
        "version_id": [world.inspection.version_id],
        "state": ["cho-ky-bien-ban", "huy"],
    }
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or not rule.arguments <= set(values):
            continue
        combinations = [{}]
        for name in rule.arguments:
            combinations = [made | {name: value} for made in combinations for value in values[name]]
        for made in combinations:
            with app.test_request_context():
                address = url_for(rule.endpoint, **made)
            found.append(address)
            if "<int:inspection_id>" in rule.rule:
                found += [f"{address}?side=verified", f"{address}?side=self"]
    return [address for address in found if not address.startswith(("/login", "/logout", "/static"))]


def text_of(response) -> str:
    """All text of a page, or of the parts of a workbook."""
    if response.data[:2] != b"PK":
        return response.text if response.mimetype.startswith("text/") else ""
    with ZipFile(BytesIO(response.data)) as book:
        return "".join(book.read(name).decode("utf-8", "replace") for name in book.namelist())


def test_the_unit_sees_nothing_of_the_second_round_on_any_page_and_in_any_file(app, drafts, login):
    every = addresses(app, drafts)
    assert len(every) > 60
    for user in (drafts.officer, drafts.unit_head):
        browser = login(user)
        for address in every:
            for headers in ({}, {"HX-Request": "true"}):
                response = browser.get(address, headers=headers)
                text = text_of(response)
                for secret in (SECRET, POINTS, BONUS):
                    assert secret not in text, f"{user.name}: {address}"
                if response.status_code == 200 and SECRET in address:
                    raise AssertionError(address)


def test_the_delegation_sees_what_the_unit_does_not(app, drafts, login):
    browser = login(drafts.head)
    seen = "".join(text_of(browser.get(address)) for address in addresses(app, drafts))
    for what in ("ghi chú", "lý do", "không áp dụng", "phát hiện", "kiến nghị", "ảnh", "thưởng"):
        assert f"{SECRET} {what}" in seen, what
    assert POINTS in seen
    assert BONUS in seen


def test_the_unit_goes_on_seeing_the_first_round_as_it_was_published(drafts, login):
    browser = login(drafts.officer)
    page = browser.get(f"{drafts.at}/score?side=verified")
    assert page.status_code == 200
    assert "Xem hồ sơ" in card(page, "1.1.5")
    assert 'data-round="1"' in page.text
    said = words(browser.get(drafts.at))
    assert "10/10" in said
    assert "9/10 điểm" in said or "9,00/10,00 điểm" in said
    findings = words(browser.get(f"{drafts.at}/findings"))
    assert "Phát hiện đã công bố" in findings
    assert browser.get(f"{drafts.at}/minutes").status_code == 403
    for file in drafts.files:
        assert browser.get(f"/attachments/{file}").status_code == 404


def test_a_later_inspection_tells_the_unit_nothing_of_the_second_round_either(app, drafts, login):
    later = make.inspection(
        unit=drafts.ward,
        delegation=make.delegation(),
        version=db.session.get_one(make.models.ChecklistVersion, drafts.inspection.version_id),
        state=State.DANG_TU_CHAM,
        previous_id=drafts.id,
    )
    text = login(drafts.officer).get(f"/inspections/{later.id}/score?side=self").text
    assert "Phát hiện đã công bố" in text
    assert SECRET not in text


def test_when_the_second_round_is_locked_the_unit_sees_it(drafts, login):
    drafts.tap(drafts.head, "1.1.2", Field.NOT_APPLICABLE, base=2, over=True)
    drafts.tap(drafts.head, "1.1.2", Field.REASON, base=3, reason="Có phát sinh", over=True)
    drafts.step(State.CHO_KY_BIEN_BAN, now=LATER + timedelta(hours=1))
    browser = login(drafts.officer)
    page = browser.get(f"{drafts.at}/score?side=verified")
    assert f"{SECRET} lý do" in card(page, "1.1.5")
    assert "Thẩm định lần 1" in card(page, "1.1.5")
    assert POINTS in page.text
    assert browser.get(f"{drafts.at}/minutes").status_code == 200
    assert f"{SECRET} phát hiện" in words(browser.get(f"{drafts.at}/findings"))


@pytest.mark.parametrize("state", [State.CHO_GIAI_TRINH, State.DA_GIAI_TRINH])
def test_between_the_rounds_the_unit_reads_the_scores_and_not_yet_the_minutes(world, login, state):
    world.publish()
    world.move(state)
    browser = login(world.unit_head)
    assert browser.get(f"{world.at}/score?side=verified").status_code == 200
    for page in ("minutes", "minutes.xlsx", "minutes/opinion"):
        assert browser.get(f"{world.at}/{page}").status_code == 403
    assert f"{world.at}/minutes" not in browser.get(world.at).text
    assert login(world.secretary).get(f"{world.at}/minutes").status_code == 200
