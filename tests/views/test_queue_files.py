"""An administrator carries in what waited on a tablet: under the names of others, and never of their own making."""

from __future__ import annotations

import base64
import hashlib
import json
from html import unescape
from io import BytesIO
from uuid import uuid4

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from app.domain.seals import seal, seal_key
from app.models import Answer, AnswerChange, Attachment, AuditEvent, Finding, Outcome, Unit
from app.queries.checklists import checklist_value
from tests import make
from tests.documents.hostile import pdf


class Stage:
    def __init__(self, app):
        self.secret = app.config["SOAT"].secret_key
        delegation = make.delegation()
        self.inspection = make.inspection(delegation=delegation, state=State.DANG_KIEM_TRA)
        areas = tuple(checklist_value(self.inspection.version_id).areas_by_code)
        self.member = make.member(delegation, Role.MEMBER, areas=areas)
        self.other = make.member(delegation, Role.HEAD)
        self.admin = make.user(Role.ADMIN)
        self.code = checklist_value(self.inspection.version_id).criteria[0].code
        self.base = f"/inspections/{self.inspection.id}"

    def op(self, **change):
        row = {
            "account": self.member.id,
            "at": "2022-09-15T01:30:00.000Z",
            "base": 0,
            "fields": {"side": "verified", "field": "note", "note": "Đã xem sổ"},
            "file": None,
            "format": 1,
            "id": str(uuid4()),
            "kind": "answer",
            "sha256": None,
            "url": f"{self.base}/answers/{self.code}",
        } | change
        return row | {"seal": seal(seal_key(self.secret, row["account"]), row)}


@pytest.fixture
def stage(app):
    return Stage(app)


def look(client, *operations):
    content = json.dumps({"format": 1, "operations": operations}).encode()
    reply = client.post("/admin/queue-files", data={"file": (BytesIO(content), "soat.json")})
    return reply, hashlib.sha256(content).hexdigest()


def carry_in(client, *operations):
    _reply, sha256 = look(client, *operations)
    return client.post(f"/admin/queue-files/{sha256}/import")


def count(table) -> int:
    return db.session.scalar(select(func.count()).select_from(table)) or 0


def test_a_look_writes_nothing_and_says_what_would_happen(stage, login):
    client = login(stage.admin)
    reply, _sha = look(client, stage.op(), stage.op() | {"fields": {"note": "bịa"}})
    assert reply.status_code == 200
    assert "Sẽ ghi: 1" in reply.text
    assert "Không nhận: 1" in reply.text
    assert "dấu niêm" in reply.text
    assert count(Answer) == count(AnswerChange) == 0


def test_it_is_written_under_the_original_account_and_only_once(stage, login):
    client, op = login(stage.admin), stage.op()
    assert "Đã ghi: 1" in carry_in(client, op).text
    change = db.session.scalars(select(AnswerChange)).one()
    assert (change.user_id, change.op_id, change.outcome) == (stage.member.id, op["id"], Outcome.ACCEPTED)
    assert db.session.scalars(select(Answer.note)).one() == "Đã xem sổ"
    again = carry_in(client, op)
    assert "Đã có từ trước: 1" in again.text
    assert count(AnswerChange) == 1


def test_who_carried_which_file_in_is_in_the_trail(stage, login):
    _reply, sha256 = look(login(stage.admin), stage.op())
    login(stage.admin).post(f"/admin/queue-files/{sha256}/import")
    event = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "queue.import")).one()
    assert event.user_id == stage.admin.id
    assert event.data == {"sha256": sha256, "accounts": [stage.member.id], "counts": {"saved": 1}}


def test_another_persons_answer_is_not_overwritten(stage, login):
    data = {
        "op_id": str(uuid4()),
        "side": "verified",
        "field": "note",
        "note": "Của trưởng đoàn",
        "base_version": "0",
    }
    assert (
        login(stage.other)
        .post(f"{stage.base}/answers/{stage.code}", data=data, headers={"X-Requested-With": "soat"})
        .status_code
        == 200
    )
    reply = carry_in(login(stage.admin), stage.op())
    assert "Khác bản đang có – không ghi đè: 1" in reply.text
    assert db.session.scalars(select(Answer.note)).one() == "Của trưởng đoàn"
    assert set(db.session.scalars(select(AnswerChange.outcome))) == {Outcome.ACCEPTED, Outcome.CONFLICT}


def test_only_who_has_the_right_now(stage, login):
    stranger = make.user(Role.MEMBER)
    closed = make.user(Role.MEMBER, active=False)
    reply = carry_in(
        login(stage.admin),
        stage.op(account=stranger.id),
        stage.op(account=closed.id),
        stage.op(account=stage.admin.id),
        stage.op(account=10**6),
        stage.op(fields={"side": "self", "field": "note", "note": "x"}),
    )
    assert "Không nhận: 5" in reply.text
    assert count(AnswerChange) == 0


def test_other_addresses_are_not_posted_to(stage, login):
    places = [
        f"{stage.base}/steps/huy",
        "/admin/users/new",
        "/logout",
        f"{stage.base}/score",
        "/nowhere",
        "//elsewhere/x",
    ]
    reply = carry_in(login(stage.admin), *(stage.op(url=url) for url in places))
    assert f"Không nhận: {len(places)}" in reply.text
    assert reply.text.count("không phải nơi hàng chờ") == len(places)


def test_what_a_form_refuses_is_refused_with_its_sentence(stage, login):
    reply = carry_in(
        login(stage.admin), stage.op(fields={"side": "verified", "field": "note", "note": "x" * 5001})
    )
    assert "Không nhận: 1" in reply.text
    assert "Tối đa 5000 ký tự" in reply.text


def test_findings_and_files_come_along(stage, login):
    fields = {
        "kind": "ton_tai",
        "severity": "nhe",
        "text": "Chưa niêm yết",
        "version": "1",
        "criterion": stage.code,
    }
    finding = stage.op(kind="finding", url=f"{stage.base}/findings", fields=fields, base=None)
    content = pdf()
    photo = stage.op(
        kind="photo",
        url=f"{stage.base}/answers/{stage.code}/attachments?side=verified",
        fields={"caption": "Bảng niêm yết"},
        base=None,
        sha256=hashlib.sha256(content).hexdigest(),
        file={
            "name": "bang.pdf",
            "type": "application/pdf",
            "size": len(content),
            "base64": base64.b64encode(content).decode(),
        },
    )
    evil = b"MZ this is a program"
    bad = photo | {"id": str(uuid4()), "sha256": hashlib.sha256(evil).hexdigest()}
    bad["file"] = photo["file"] | {"base64": base64.b64encode(evil).decode()}
    bad["seal"] = seal(seal_key(stage.secret, stage.member.id), bad)
    client = login(stage.admin)
    reply, _sha = look(client, finding, photo, bad)
    assert "Sẽ ghi: 2" in reply.text
    assert count(Finding) == count(Attachment) == 0
    reply = carry_in(client, finding, photo, bad)
    assert "Đã ghi: 2" in reply.text
    assert "Không nhận: 1" in reply.text
    assert db.session.scalars(select(Finding.created_by_id)).one() == stage.member.id
    file = db.session.scalars(select(Attachment)).one()
    assert (file.uploaded_by_id, file.caption, file.sha256) == (
        stage.member.id,
        "Bảng niêm yết",
        photo["sha256"],
    )


def test_the_administrator_stays_signed_in_as_themselves(stage, login):
    client = login(stage.admin)
    reply = carry_in(client, stage.op())
    assert stage.admin.name in reply.text
    assert client.get("/admin/queue-files").status_code == 200


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"[" * 100_000, b'{"format":1,"operations":[' + b"9" * 5000 + b"]}"]
)
def test_what_is_no_queue_is_422(stage, login, content):
    reply = login(stage.admin).post("/admin/queue-files", data={"file": (BytesIO(content), "x.json")})
    assert reply.status_code == 422
    assert "không phải tệp chờ gửi" in reply.text


def test_the_ladder(stage, login):
    client = login(stage.admin)
    assert client.post("/admin/queue-files").status_code == 422
    assert client.post(f"/admin/queue-files/{'0' * 64}/import").status_code == 404
    assert client.post("/admin/queue-files/..%2f..%2fsecret-key/import").status_code == 404
    assert client.get(f"/admin/queue-files/{'0' * 64}/import").status_code == 405
    for person in (stage.member, stage.other):
        assert login(person).get("/admin/queue-files").status_code == 403
        assert look(login(person), stage.op())[0].status_code == 403
    assert client.post("/admin/queue-files", csrf=False, data={}).status_code == 400


def test_the_preview_names_ward_criterion_and_value(stage, login):
    checklist = checklist_value(stage.inspection.version_id)
    levels = next(c for c in checklist.criteria if c.rule.kind == "muc")
    ratio = next(c for c in checklist.criteria if c.rule.kind == "ty_le")
    fields = {"side": "verified", "field": "value"}
    operations = [
        stage.op(url=f"{stage.base}/answers/{levels.code}", fields=fields | {"level": "1"}),
        stage.op(
            url=f"{stage.base}/answers/{ratio.code}", fields=fields | {"numerator": "7", "denominator": "9"}
        ),
        stage.op(
            kind="finding",
            url=f"{stage.base}/findings",
            fields={"criterion": ratio.code, "text": "Chưa niêm yết", "kind": "ton_tai", "severity": "nhe"},
        ),
        stage.op(url=f"{stage.base}/answers/{levels.code}", fields=fields | {"level": "99"}),
        stage.op() | {"seal": "0" * 64},
        stage.op(url="/inspections/999999999/answers/1.1.1", fields=fields | {"yes": "1"}),
    ]
    reply, _sha256 = look(login(stage.admin), *operations)
    text = unescape(reply.get_data(as_text=True))
    assert reply.status_code == 200
    for words in (
        db.session.get_one(Unit, stage.inspection.unit_id).name,
        f"{levels.code} {levels.text}",
        levels.rule.levels[1].label,
        "7 / 9",
        "Chưa niêm yết",
        "Mức thứ 99",
        "/inspections/999999999/answers/1.1.1",
    ):
        assert words in text, words

    # Of what was not made by its account's page only the place is told.
    assert "Đã xem sổ" not in text


def test_the_names_of_a_hundred_operations_cost_one_statement(stage, login, count_statements):
    def statements(number: int) -> int:
        client = login(stage.admin)
        operations = [stage.op() | {"seal": "0" * 64} for _one in range(number)]
        with count_statements() as found:
            assert look(client, *operations)[0].status_code == 200
        return len(found)

    assert statements(1) == statements(100)
