"""A tablet whose page was made in the first round while the head began the second."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.database import change, rows, ward_inspection
from tests.browser.scoring import ScorePage

CODE = "1.1.1"
BOTH = """
SELECT a.round, a.points FROM answers a JOIN criteria c ON c.id = a.criterion_id
WHERE a.inspection_id = ? AND c.code = ? AND a.side = 'verified' ORDER BY a.round
"""
# What services/_rounds.py does, from outside of the server's process.
CARRIED = """
INSERT INTO answers (inspection_id, criterion_id, side, round, value, points, not_applicable, na_reason,
  reason, note, version, updated_by_id, updated_at)
SELECT inspection_id, criterion_id, side, 2, value, points, not_applicable, na_reason,
  reason, note, version, updated_by_id, updated_at
FROM answers WHERE inspection_id = ? AND side = 'verified'
"""
SUMS = """
INSERT INTO area_scores (inspection_id, area_id, side, round, points, max_points, answered, total)
SELECT inspection_id, area_id, side, 2, points, max_points, answered, total
FROM area_scores WHERE inspection_id = ? AND side = 'verified'
"""


def begin_second_round(server, inspection: int) -> None:
    for statement in (
        CARRIED,
        SUMS,
        "UPDATE inspections SET state = 'tham_dinh_lan_2', round = 2, published_at = CURRENT_TIMESTAMP"
        " WHERE id = ?",
    ):
        assert change(server, statement, inspection)


def test_a_tap_on_a_page_of_the_first_round_overwrites_nothing_and_is_not_lost(server, person) -> None:
    inspection = ward_inspection(server)
    score = ScorePage(person("thanhvien"), inspection).open(area="1")
    with score.saving(CODE):
        score.choose(CODE, 0)
    with score.saving("1.1.2"):
        score.choose("1.1.2", 0)
    begin_second_round(server, inspection)

    score.choose(CODE, 2)
    panel = score.card(CODE).locator(".conflict")
    expect(panel).to_contain_text("đã sang thẩm định lần 2")
    assert rows(server, BOTH, inspection, CODE) == [{"round": 1, "points": 100}, {"round": 2, "points": 100}]

    with score.saving(CODE):
        panel.locator('[data-keeps="mine"]').click()
    expect(panel).to_have_count(0)
    expect(score.result(CODE)).to_contain_text("Cần lý do vì khác điểm")
    assert rows(server, BOTH, inspection, CODE) == [{"round": 1, "points": 100}, {"round": 2, "points": 0}]

    # From now on the page scores the round that runs, and asks for the reason of what differs from the first.
    score.open(area="1")
    with score.saving("1.1.2"):
        score.choose("1.1.2", 1)
    expect(score.result("1.1.2")).to_contain_text("Cần lý do vì khác điểm thẩm định lần 1")
    expect(score.input("1.1.2", "reason")).to_be_visible()
    with score.saving("1.1.2"):
        score.input("1.1.2", "reason").fill("Thiếu một lĩnh vực")
        score.input("1.1.2", "reason").blur()
    expect(score.result("1.1.2")).to_contain_text("Đã lưu")
