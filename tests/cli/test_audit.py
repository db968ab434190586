"""``flask audit verify`` finds every kind of tampering and says which row; ``flask audit seal`` proves the rest."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from app.db import db
from app.domain.access import Role
from app.domain.audit import Checkpoint, chain_hash
from app.models import AuditEvent
from tests import make
from tests.cli.trail import Trail


@pytest.fixture
def trail(app, tmp_path: Path) -> Trail:
    made = Trail(app, tmp_path)
    made.grow(6)
    return made


def rehash(event: AuditEvent) -> str:
    """What a forger who knows the recipe writes."""
    return chain_hash(
        event.previous_hash,
        event.at,
        event.user_id,
        event.action,
        event.object_kind,
        event.object_id,
        event.data,
    )


# --- The chain


def test_a_whole_chain_is_whole_and_gives_its_head(trail):
    output = trail.good()
    assert "Nhật ký nguyên vẹn: 6 dòng." in output
    assert f"6:{trail.rows()[-1].hash}" in output


def test_an_empty_trail_is_whole(app, tmp_path):
    assert "0 dòng" in Trail(app, tmp_path).good()


CHANGES: dict[str, Callable[[AuditEvent], Any]] = {
    "at": lambda event: event.at.replace(year=2021),
    "user_id": lambda event: None,
    "action": lambda event: "campaign.remove",
    "object_kind": lambda event: "delegation",
    "object_id": lambda event: event.object_id + 1,
    "data": lambda event: event.data | {"after": {}},
    "hash": lambda event: "0" * 64,
}


@pytest.mark.parametrize("column", CHANGES)
def test_a_changed_column_is_found_and_its_row_is_named(trail, column):
    victim = trail.rows()[2]
    trail.write(victim.id, **{column: CHANGES[column](victim)})
    assert f"Nội dung dòng số {victim.id} (" in trail.bad()


def test_a_changed_row_with_a_new_hash_of_its_own_is_found_at_the_next(trail):
    victim, following = trail.rows()[2:4]
    victim.data = victim.data | {"after": {}}
    trail.write(victim.id, data=victim.data, hash=rehash(victim))
    assert f"Đứt ở dòng số {following.id} (" in (output := trail.bad())
    assert f"dòng số {victim.id} bị viết lại" in output


def test_a_removed_row_is_found_between_its_neighbours(trail):
    rows = trail.rows()
    trail.remove(rows[2].id)
    output = trail.bad()
    assert f"Đứt ở dòng số {rows[3].id} (" in output
    assert f"giữa số {rows[1].id} và số {rows[3].id}" in output


def test_a_cut_beginning_is_found(trail):
    first, second = trail.rows()[:2]
    trail.remove(first.id)
    assert f"Đầu nhật ký bị cắt: dòng số {second.id}" in trail.bad()


def test_rows_that_changed_places_are_found(trail):
    one, other = trail.rows()[2:4]
    ids, away = (one.id, other.id), 10_000_000
    for old, new in ((ids[0], away), (ids[1], ids[0]), (away, ids[1])):
        trail.write(old, id=new)
    output = trail.bad()
    assert f"Thứ tự bị đổi: dòng số {ids[0]} (" in output
    assert f"phải đứng ngay sau dòng số {ids[1]}." in output


def test_an_inserted_row_is_found(trail):
    rows = trail.rows()
    forged = AuditEvent(
        id=rows[-1].id + 1,
        at=make.NOW,
        user_id=trail.user.id,
        action="user.reset_password",
        object_kind="user",
        object_id=1,
        data={},
        previous_hash=rows[2].hash,
        hash="",
    )
    forged.hash = rehash(forged)
    db.session.add(forged)
    db.session.commit()
    output = trail.bad()
    assert f"Thứ tự bị đổi: dòng số {forged.id} (" in output
    assert f"phải đứng ngay sau dòng số {rows[2].id}" in output


def test_a_cut_end_is_found_by_the_checkpoint(trail):
    assert trail.run("seal").exit_code == 0
    rows = trail.rows()
    trail.remove(rows[-1].id, rows[-2].id)
    assert f"Cuối nhật ký bị cắt: thiếu ít nhất 2 dòng sau dòng số {rows[-3].id}." in trail.bad()


def test_a_cut_end_is_found_by_an_anchor_that_was_kept_elsewhere(trail):
    anchor = trail.good().rsplit("Mốc hiện tại: ", 1)[1].strip()
    trail.remove(trail.rows()[-1].id)
    assert trail.good()  # without the anchor nothing can be seen
    assert "Cuối nhật ký bị cắt: thiếu ít nhất 1 dòng" in trail.bad("--anchor", anchor)


def test_a_chain_that_was_written_anew_does_not_fit_its_checkpoint(trail):
    trail.run("seal")
    before = "0" * 64
    for row in trail.rows():
        row.data, row.previous_hash = row.data | {"after": {}}, before
        row.hash = before = rehash(row)
        trail.write(row.id, data=row.data, previous_hash=row.previous_hash, hash=row.hash)
    last = trail.rows()[-1]
    assert f"Nhật ký đến dòng số {last.id} (" in (output := trail.bad())
    assert "đã bị viết lại: không khớp với mốc đối chiếu" in output


def test_a_cut_end_that_new_events_cover_up_is_found(trail):
    trail.run("seal")
    trail.remove(trail.rows()[-1].id)
    trail.grow(2)
    assert "không khớp với mốc đối chiếu" in trail.bad()


def test_growing_after_a_checkpoint_is_no_fault(trail):
    trail.run("seal")
    trail.grow(2)
    assert "9 dòng" in trail.good()  # the seal is one of them
    trail.run("seal")
    assert [Checkpoint.read(line).count for line in trail.file.read_text().splitlines()] == [7, 10]


def test_nothing_is_sealed_over_a_fault(trail):
    trail.write(trail.rows()[2].id, action="campaign.remove")
    result = trail.run("seal")
    assert result.exit_code == 1
    assert not trail.file.exists()


@pytest.mark.parametrize("anchor", ["", "6", "6:abc", "x:" + "0" * 64, "6:" + "g" * 64])
def test_an_anchor_that_is_none_is_refused_with_a_sentence(trail, anchor):
    result = trail.run("verify", "--anchor", anchor)
    assert (result.exit_code, "không phải là một mốc" in result.output) == (
        (0, False) if not anchor else (1, True)
    )


def test_the_trail_is_read_in_pieces(app, tmp_path, monkeypatch):
    monkeypatch.setattr("app.queries.audit.PIECE", 2)
    trail = Trail(app, tmp_path)
    trail.grow(5)
    assert "5 dòng" in trail.good()
    trail.remove(trail.rows()[2].id)
    trail.bad()


# --- whether it was ever sealed -------------------------------------------------------------------


def test_verify_says_that_nothing_was_ever_sealed(trail):
    note = "Chưa niêm phong: không thấy được nếu các dòng cuối bị cắt"
    assert note in trail.good()
    anchor = trail.good().split("Mốc hiện tại: ")[1].split()[0]
    assert note not in trail.run("verify", "--anchor", anchor).output
    trail.run("seal")
    assert note not in trail.good()


def test_an_administrator_sees_how_old_the_last_seal_is(trail, login):
    admin = make.user(Role.ADMIN)
    assert "chưa niêm phong lần nào" in login(admin).get("/admin/audit").text
    trail.run("seal")
    page = login(admin).get("/admin/audit").text
    assert "Niêm phong gần nhất" in page
    assert "niêm phong nhật ký" in page
    long_ago = update(AuditEvent).where(AuditEvent.action == "audit.seal").values(at=make.NOW)
    db.session.execute(long_ago)
    db.session.commit()
    assert "ngày trước" in login(admin).get("/admin/audit").text
