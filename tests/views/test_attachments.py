"""/attachments/<id> and the files of criteria, findings, tasks and reports: the ladder of each."""

from __future__ import annotations

import hashlib
import re
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import models
from app.db import db
from app.domain.attachments import FileKind
from app.domain.inspections import Side, State
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Attachment, TaskReport
from tests import make
from tests.cast import HTMX, SCRIPT, World, words
from tests.documents.hostile import EXCEL, all_of_them, office, pdf, picture
from tests.documents.test_images import SECRETS, saved, two_halves, with_secrets

ON_CRITERION = "answers/1.1.1/attachments"


@pytest.fixture
def world(app) -> World:
    return World()


def form(content: bytes | None = None, name: str = "anh.jpg", **fields: object) -> dict[str, object]:
    """What a browser sends."""
    sent: dict[str, object] = {"op_id": str(uuid4()), "caption": ""} | fields
    return sent | {"file": (BytesIO(picture() if content is None else content), name)}


def whole(fields: dict[str, Any]) -> dict[str, object]:
    """A large form as bytes: the test client's own encoder leaves a temporary file open."""
    content, name = fields["file"]
    boundary, body = encode_multipart(fields | {"file": FileStorage(content, name)})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def stored() -> list[Attachment]:
    return list(db.session.execute(select(Attachment).order_by(Attachment.id)).scalars())


def files_on_disk(app: Flask) -> set[str]:
    return {path.name for path in app.config["SOAT"].storage.root.rglob("*") if path.is_file()}


def sentence_of(response) -> str:
    found = re.search(r'<p class="(?:error|alert bad)" role="alert".*?</p>', response.text, re.DOTALL)
    assert found, words(response)
    return " ".join(re.sub(r"<[^>]+>", " ", found[0]).split())


class TaskWorld:
    """A ward's task with a report on it, its officer, the delegation's head who gave it, and strangers."""

    def __init__(self, workflow: Workflow = Workflow.AWAITING) -> None:
        self.around = World()
        self.head, self.member = self.around.head, self.around.member
        self.officer, self.supervisor = self.around.officer, self.around.supervisor
        self.strangers = self.around.strangers
        done = make.NOW.date() if workflow is Workflow.DONE else None
        self.task = make.task(self.around.ward, workflow=workflow, completed_on=done)
        self.report = self.hop(Action.REPORT)
        self.at = f"/tasks/{self.task.id}"

    def hop(self, action: Action, task: models.Task | None = None) -> TaskReport:
        row = TaskReport(
            task_id=(task or self.task).id,
            action=action,
            effective_on=make.NOW.date(),
            workflow_after=Workflow.AWAITING,
            at=make.NOW,
        )
        db.session.add(row)
        db.session.commit()
        return row


# --- A criterion: works


def test_a_picture_is_kept_and_the_person_comes_back_to_the_criterion(world, login):
    browser = login(world.member)
    reply = browser.post(
        f"{world.at}/{ON_CRITERION}", data=form(name="Niêm yết.JPG", caption="Bảng niêm yết")
    )
    assert reply.status_code == 303
    assert reply.location == f"{world.at}/answers/1.1.1?side=verified"
    [row] = stored()
    assert (row.side, row.name, row.caption, row.kind) == (
        Side.VERIFIED,
        "Niêm yết.jpg",
        "Bảng niêm yết",
        FileKind.PICTURE,
    )
    page = browser.get(reply.location)
    assert "Bảng niêm yết" in words(page)
    assert f'src="/attachments/{row.id}/thumbnail"' in page.text
    assert "Đã lưu tệp" in words(page)


def test_a_script_gets_the_file_as_the_list_shows_it_and_its_operations_name(world, login):
    sent = form(pdf(), "Quyết định.pdf")
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    assert 'class="evidence-item"' in reply.text
    assert "Quyết định.pdf" in reply.text
    assert "<html" not in reply.text


def test_the_same_sending_twice_is_one_file(world, login):
    browser, op_id = login(world.member), str(uuid4())
    first, second = (
        browser.post(f"{world.at}/{ON_CRITERION}", data=form(op_id=op_id), headers=SCRIPT) for _ in range(2)
    )
    assert (first.status_code, second.status_code, len(stored())) == (200, 200, 1)
    assert re.findall(r"file-\d+", first.text) == re.findall(r"file-\d+", second.text)


def test_the_unit_brings_evidence_for_its_own_score_before_it_scored(app, login):
    world = World(State.DANG_TU_CHAM)
    reply = login(world.officer).post(f"{world.at}/{ON_CRITERION}", data=form(office(EXCEL), "so.xlsx"))
    assert reply.status_code == 303
    assert [(row.side, row.kind) for row in stored()] == [(Side.SELF, FileKind.XLSX)]


def test_the_purpose_and_what_must_not_be_brought_stand_at_the_form(world, login):
    said = words(login(world.member).get(f"{world.at}/{ON_CRITERION}"))
    assert "bí mật nhà nước" in said
    assert "không chụp mặt, tên" in said
    assert "tối đa 15 MB" in said


def test_the_number_stands_on_the_card_of_the_scoring_page(world, login):
    make.attachment(world.inspection)
    make.attachment(world.inspection, side=Side.SELF)
    make.attachment(world.inspection, removed_at=make.NOW)

    def number(person: models.User, side: str) -> str:
        page = login(person).get(f"{world.at}/score?side={side}")
        found = re.search(
            rf'data-evidence-count="{make.criterion(world.inspection).id}"[^>]*>(\d+)<', page.text
        )
        assert found
        return found[1]

    assert number(world.member, "verified") == "2"
    assert number(world.officer, "self") == "1", "the delegation's is not counted for the unit"


def test_the_drawer_of_the_scoring_page_gets_the_files_only(world, login):
    make.attachment(world.inspection, caption="Bản chụp")
    reply = login(world.member).get(f"{world.at}/{ON_CRITERION}?side=verified", headers=HTMX)
    assert "Bản chụp" in reply.text
    assert "<html" not in reply.text


# --- What is served


def test_a_picture_is_shown_without_its_place_and_can_do_nothing(world, login):
    browser = login(world.member)
    photo = saved(two_halves(), "JPEG", exif=with_secrets())
    browser.post(f"{world.at}/{ON_CRITERION}", data=form(photo))
    [row] = stored()
    for address in (f"/attachments/{row.id}", f"/attachments/{row.id}/thumbnail"):
        reply = browser.get(address)
        assert (reply.status_code, reply.mimetype) == (200, "image/jpeg")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert reply.headers["Cache-Control"] == "private, no-cache"
        assert reply.headers["Content-Disposition"].startswith("inline")
        assert "Cookie" in reply.headers["Vary"]
        assert not any(secret in reply.data for secret in SECRETS)
        assert not Image.open(BytesIO(reply.data)).getexif()
        again = browser.get(address, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (pdf(), "Quyết định 12/QĐ-UBND.pdf", "application/pdf"),
        (office(), "bao-cao.docx", FileKind.DOCX.media_type),
        (office(EXCEL), "so-lieu.xlsx", FileKind.XLSX.media_type),
    ],
)
def test_a_document_is_a_download_and_nothing_else(world, login, content, name, kind):
    browser = login(world.member)
    browser.post(f"{world.at}/{ON_CRITERION}", data=form(content, name))
    [row] = stored()
    reply = browser.get(f"/attachments/{row.id}")
    assert (reply.data, reply.mimetype) == (content, kind)
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert browser.get(f"/attachments/{row.id}/thumbnail").status_code == 404


def test_bytes_that_are_gone_are_said_to_be_gone(world, login):
    row = make.attachment(world.inspection, sha256="a" * 64)
    reply = login(world.member).get(f"/attachments/{row.id}")
    assert reply.status_code == 404
    assert "kho lưu trữ" in words(reply)


# --- Refuses what must not be kept


def test_every_hostile_file_gets_a_sentence_and_leaves_nothing(world, login, app):
    browser, before = login(world.member), files_on_disk(app)
    faults = []
    for name, file in all_of_them().items():
        reply = browser.post(f"{world.at}/{ON_CRITERION}", data=form(file.content, file.name), headers=SCRIPT)
        if reply.status_code != 422 or file.says not in sentence_of(reply):
            faults.append(f"{name}: {reply.status_code} {words(reply)[:80]}")
    assert not faults, "\n".join(faults)
    assert stored() == []
    assert files_on_disk(app) == before


def test_without_scripts_the_sentence_stands_at_the_field_and_the_caption_stays(world, login):
    reply = login(world.member).post(
        f"{world.at}/{ON_CRITERION}", data=form(b"<svg/>", "a.svg", caption="Sơ đồ")
    )
    assert reply.status_code == 422
    assert "Chỉ nhận ảnh JPEG" in sentence_of(reply)
    assert 'value="Sơ đồ"' in reply.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"op_id": "x"}, "Trang này đã cũ"),
        ({"op_id": ""}, "Trang này đã cũ"),
        ({"caption": "x" * 301}, "Tối đa 300 ký tự"),
    ],
)
@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["plain", "script"])
def test_a_form_that_is_wrong_gets_its_sentence(world, login, fields, says, headers):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(**fields), headers=headers)
    assert reply.status_code == 422
    assert says in sentence_of(reply)
    assert stored() == []


@pytest.mark.parametrize("file", [None, "chỉ là chữ", b""])
def test_a_form_without_a_file_asks_for_one(world, login, file):
    data: dict[str, Any] = {"op_id": str(uuid4())}
    if file is not None:
        data["file"] = (BytesIO(file), "") if isinstance(file, bytes) else file
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=data)
    assert reply.status_code == 422
    assert "Hãy chọn tệp" in sentence_of(reply)


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["plain", "script"])
@pytest.mark.parametrize("more", [1, 3 * 2**20], ids=["a byte", "megabytes"])
def test_a_file_beyond_the_limit_gets_a_sentence_with_advice(world, login, headers, more):
    content = b"%PDF-" + bytes(15 * 2**20 + more)
    reply = login(world.member).post(
        f"{world.at}/{ON_CRITERION}", headers=headers, **whole(form(content, "a.pdf"))
    )
    assert reply.status_code in {413, 422}
    assert "lớn hơn 15 MB" in words(reply)
    assert "dpi" in words(reply)
    assert stored() == []


def test_who_is_not_signed_in_sends_no_large_body(world, client):
    reply = client.post(f"{world.at}/{ON_CRITERION}", **whole(form(bytes(8 * 2**20))))
    assert reply.status_code in {303, 413}
    assert client.get("/attachments/1").status_code == 303
    assert client.get("/attachments/1", headers=SCRIPT).status_code == 401


def test_without_the_token_nothing_is_kept(world, login):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(), csrf=False)
    assert (reply.status_code, stored()) == (400, [])


# --- A criterion: who may


@pytest.mark.parametrize(
    ("person", "side", "status"),
    [
        ("head", "verified", 303),
        ("member", "verified", 303),
        ("secretary", "verified", 403),  # another's area
        ("head", "self", 403),
        ("officer", "self", 409),  # the visit has begun
        ("officer", "verified", 404),  # not published: it is not there
        ("supervisor", "verified", 403),
        ("admin", "verified", 403),
        ("other_officer", "verified", 404),
        ("other_head", "verified", 404),
    ],
)
def test_who_may_add_to_a_criterion_during_the_visit(world, login, app, person, side, status):
    before = files_on_disk(app)
    reply = login(getattr(world, person)).post(
        f"{world.at}/{ON_CRITERION}", data=form(picture(size=(31, 17)), side=side)
    )
    assert reply.status_code == status
    assert len(stored()) == (status == 303)
    if status != 303:
        assert files_on_disk(app) == before


def test_nothing_is_added_when_the_minutes_are_signed(app, login):
    world = World(State.DA_KY_BIEN_BAN, published_at=make.NOW)
    for person, side in ((world.head, "verified"), (world.officer, "self")):
        reply = login(person).post(f"{world.at}/{ON_CRITERION}", data=form(side=side), headers=SCRIPT)
        assert reply.status_code == 409
        assert "không cho phép" in sentence_of(reply)


def test_a_supervision_without_scores_takes_no_evidence_of_scores(app, login):
    world = World(scoring=False)
    assert login(world.head).post(f"{world.at}/{ON_CRITERION}", data=form()).status_code == 409


@pytest.mark.parametrize("address", ["answers/9.9/attachments", "answers/1.1.1/attachments?side=x"])
def test_a_criterion_or_side_that_is_not_there_is_not_found(world, login, address):
    browser = login(world.head)
    assert browser.get(f"{world.at}/{address}").status_code == 404
    assert browser.post(f"{world.at}/{address}", data=form()).status_code == 404


def test_the_delegations_evidence_is_hidden_from_the_unit_until_it_is_published(world, login):
    file = make.attachment(
        world.inspection, caption="CANARY-DOAN", kind=FileKind.PICTURE, thumbnail_sha256="b" * 64
    )
    addresses = (f"/attachments/{file.id}", f"/attachments/{file.id}/thumbnail")
    browser = login(world.officer)
    for address in addresses:
        hidden, missing = browser.get(address), browser.get("/attachments/999999")
        assert (hidden.status_code, words(hidden)) == (404, words(missing))
    for page in (ON_CRITERION, "answers/1.1.1?side=self", "score?side=self", f"{ON_CRITERION}?side=self"):
        reply = browser.get(f"{world.at}/{page}")
        assert reply.status_code == 200
        assert "CANARY" not in reply.text
        assert f"/attachments/{file.id}" not in reply.text
    assert browser.get(f"{world.at}/{ON_CRITERION}?side=verified").status_code == 404
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    assert "CANARY-DOAN" in browser.get(f"{world.at}/{ON_CRITERION}?side=verified").text
    assert "kho lưu trữ" in words(browser.get(addresses[0])), "found, only its bytes were never there"


def test_strangers_find_no_file_and_a_missing_one_looks_the_same(world, login):
    finding = make.finding(world.inspection)
    files = [
        make.attachment(world.inspection),
        make.attachment(world.inspection, side=Side.SELF),
        make.attachment(world.inspection, finding=finding),
        make.attachment(task=make.task(world.ward)),
    ]
    for person in world.strangers:
        browser = login(person)
        for file in files:
            for end, post in (("", 0), ("/thumbnail", 0), ("/remove", 1), ("/restore", 1), ("/caption", 1)):
                ask = browser.post if post else browser.get
                foreign, missing = ask(f"/attachments/{file.id}{end}"), ask(f"/attachments/999999{end}")
                assert (foreign.status_code, missing.status_code) == (404, 404)
                assert words(foreign) == words(missing)
    assert all(row.removed_at is None for row in stored())


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(world, login):
    browser, file = login(world.member), make.attachment(world.inspection)
    assert "kho lưu trữ" in words(browser.get(f"/attachments/{file.id}"))
    db.session.execute(db.delete(models.DelegationMember).filter_by(user_id=world.member.id))
    db.session.commit()
    assert "Không tìm thấy nội dung này" in words(browser.get(f"/attachments/{file.id}"))


# --- Words, taking out and bringing back


def test_a_caption_is_changed(world, login):
    file = make.attachment(world.inspection)
    reply = login(world.member).post(f"/attachments/{file.id}/caption", data={"caption": " Trang 2 "})
    assert reply.status_code == 303
    assert stored()[0].caption == "Trang 2"


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_a_caption_that_is_too_long_is_refused(world, login, headers):
    file = make.attachment(world.inspection)
    reply = login(world.member).post(
        f"/attachments/{file.id}/caption", data={"caption": "x" * 301}, headers=headers
    )
    assert reply.status_code == 422
    assert "Tối đa 300 ký tự" in words(reply)


def test_a_file_is_taken_out_with_one_tap_to_bring_it_back(world, login):
    browser, file = login(world.member), make.attachment(world.inspection)
    reply = browser.post(f"/attachments/{file.id}/remove")
    assert reply.status_code == 303
    page = browser.get(reply.location)
    assert "Hoàn tác" in words(page)
    assert f'action="/attachments/{file.id}/restore"' in page.text
    assert browser.get(f"/attachments/{file.id}").status_code == 404
    assert browser.post(f"/attachments/{file.id}/restore").status_code == 303
    assert stored()[0].removed_at is None


def test_in_the_drawer_the_files_of_the_place_come_back_anew(world, login):
    browser, file = login(world.member), make.attachment(world.inspection, caption="Bản chụp")
    gone = browser.post(f"/attachments/{file.id}/remove", headers=HTMX)
    assert "Hoàn tác" in gone.text
    assert "Bản chụp" not in gone.text
    back = browser.post(f"/attachments/{file.id}/restore", headers=HTMX)
    assert "Bản chụp" in back.text
    assert "Hoàn tác" not in back.text


@pytest.mark.parametrize("verb", ["caption", "remove", "restore"])
@pytest.mark.parametrize(
    ("person", "status"), [("secretary", 403), ("supervisor", 403), ("admin", 403), ("officer", 404)]
)
def test_who_may_not_write_here_changes_no_file(world, login, verb, person, status):
    file = make.attachment(world.inspection, removed_at=make.NOW if verb == "restore" else None)
    reply = login(getattr(world, person)).post(f"/attachments/{file.id}/{verb}", data={"caption": "x"})
    assert reply.status_code == status
    row = stored()[0]
    assert (row.caption, row.removed_at is None) == ("", verb != "restore")


@pytest.mark.parametrize("verb", ["caption", "remove", "restore"])
def test_nothing_is_changed_when_the_state_forbids_it(app, login, verb):
    world = World(State.DA_KY_BIEN_BAN, published_at=make.NOW)
    file = make.attachment(world.inspection, removed_at=make.NOW if verb == "restore" else None)
    reply = login(world.head).post(f"/attachments/{file.id}/{verb}", data={"caption": "x"})
    assert reply.status_code == 409


def test_pages_take_no_post_and_verbs_no_get(world, login):
    browser, file = login(world.head), make.attachment(world.inspection)
    for end in ("", "/thumbnail"):
        assert browser.post(f"/attachments/{file.id}{end}").status_code == 405
    for end in ("/caption", "/remove", "/restore"):
        assert browser.get(f"/attachments/{file.id}{end}").status_code == 405
    assert browser.put(f"{world.at}/{ON_CRITERION}").status_code == 405


# --- A finding


def test_files_of_a_finding_stand_on_its_page_and_in_the_list(world, login):
    finding, browser = make.finding(world.inspection), login(world.member)
    at = f"{world.at}/findings/{finding.id}"
    reply = browser.post(f"{at}/attachments", data=form(caption="Quầy số 3"))
    assert (reply.status_code, reply.location) == (303, f"{at}/edit")
    [row] = stored()
    assert row.finding_id == finding.id
    assert "Quầy số 3" in words(browser.get(f"{at}/edit"))
    assert f"/attachments/{row.id}/thumbnail" in browser.get(f"{world.at}/findings").text
    assert "Quầy số 3" in words(browser.get(f"{at}/attachments"))


@pytest.mark.parametrize(
    ("person", "status"),
    [
        ("head", 303),
        ("secretary", 303),
        ("member", 303),
        ("officer", 404),
        ("supervisor", 403),
        ("admin", 403),
        ("other_head", 404),
    ],
)
def test_who_may_add_to_a_finding(world, login, person, status):
    finding = make.finding(world.inspection)
    address = f"{world.at}/findings/{finding.id}/attachments"
    assert login(getattr(world, person)).post(address, data=form()).status_code == status
    assert len(stored()) == (status == 303)


def test_a_member_adds_nothing_to_a_finding_of_another_area(world, login):
    finding = make.finding(world.inspection, "2.1.1")
    reply = login(world.member).post(f"{world.at}/findings/{finding.id}/attachments", data=form())
    assert reply.status_code == 403


def test_a_finding_that_was_taken_out_or_is_anothers_takes_its_files_along(world, login):
    finding = make.finding(world.inspection, removed_at=make.NOW)
    file = make.attachment(world.inspection, finding=finding)
    browser = login(world.head)
    assert browser.get(f"/attachments/{file.id}").status_code == 404
    assert browser.get(f"{world.at}/findings/{finding.id}/attachments").status_code == 404
    other = make.finding(make.inspection(delegation=world.delegation))
    assert browser.post(f"{world.at}/findings/{other.id}/attachments", data=form()).status_code == 404


def test_the_files_of_findings_are_hidden_from_the_unit_until_published(world, login):
    finding = make.finding(world.inspection)
    file = make.attachment(world.inspection, finding=finding, name="canary.pdf")
    browser = login(world.officer)
    for address in (f"/attachments/{file.id}", f"{world.at}/findings/{finding.id}/attachments"):
        assert browser.get(address).status_code == 404
    assert "canary" not in browser.get(f"{world.at}/findings").text
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    assert "canary" in browser.get(f"{world.at}/findings").text
    assert browser.get(f"{world.at}/findings/{finding.id}/attachments").status_code == 200
    assert browser.post(f"{world.at}/findings/{finding.id}/attachments", data=form()).status_code == 403


# --- A task and its reports


def test_the_unit_brings_papers_for_a_task_and_for_its_report(app, login):
    world = TaskWorld()
    browser = login(world.officer)
    for address in (f"{world.at}/attachments", f"{world.at}/reports/{world.report.id}/attachments"):
        reply = browser.post(address, data=form(pdf(), "ke-hoach.pdf"))
        assert (reply.status_code, reply.location) == (303, world.at)
        assert browser.get(address).status_code == 200
    assert [row.task_report_id for row in stored()] == [None, world.report.id]
    page = browser.get(world.at)
    assert all(f"/attachments/{row.id}" in page.text for row in stored())
    seen = login(world.head).get(world.at)
    assert all(f"/attachments/{row.id}" in seen.text for row in stored())
    reply = login(world.head).get(f"/attachments/{stored()[0].id}")
    assert (reply.status_code, reply.data) == (200, pdf())


@pytest.mark.parametrize(
    ("person", "task", "report"),
    [("officer", 303, 303), ("head", 303, 403), ("member", 403, 403), ("supervisor", 403, 403)],
)
def test_who_may_add_to_a_task(app, login, person, task, report):
    world = TaskWorld()
    browser = login(getattr(world, person))
    assert browser.post(f"{world.at}/attachments", data=form()).status_code == task
    address = f"{world.at}/reports/{world.report.id}/attachments"
    assert browser.post(address, data=form()).status_code == report


def test_strangers_to_a_task_find_nothing(app, login):
    world = TaskWorld()
    for person in world.strangers:
        browser = login(person)
        for address in (f"{world.at}/attachments", f"{world.at}/reports/{world.report.id}/attachments"):
            assert browser.get(address).status_code == 404
            assert browser.post(address, data=form()).status_code == 404
    assert login(world.head).get("/tasks/999999/attachments").status_code == 404


def test_only_a_report_of_this_task_takes_papers(app, login):
    world = TaskWorld()
    other = world.hop(Action.REPORT, make.task(world.around.ward))
    step = world.hop(Action.ACCEPT)
    browser = login(world.officer)
    for report in (other.id, step.id, 999_999):
        assert browser.post(f"{world.at}/reports/{report}/attachments", data=form()).status_code == 404
    assert stored() == []


@pytest.mark.parametrize("workflow", [Workflow.DONE, Workflow.CANCELLED, Workflow.MOVED, Workflow.PAUSED])
def test_a_closed_task_takes_no_papers(app, login, workflow):
    world = TaskWorld(workflow)
    browser = login(world.officer)
    reply = browser.post(f"{world.at}/attachments", data=form(), headers=SCRIPT)
    assert reply.status_code == 409
    assert "khép lại" in sentence_of(reply)
    assert "data-uploads" not in browser.get(world.at).text


def test_a_paper_of_a_task_is_taken_out_by_the_unit(app, login):
    world = TaskWorld()
    file = make.attachment(task=world.task, task_report_id=world.report.id)
    assert login(world.head).post(f"/attachments/{file.id}/remove").status_code == 403
    assert login(world.officer).post(f"/attachments/{file.id}/remove").status_code == 303


# --- What it costs


def test_pages_ask_no_more_of_the_database_for_forty_files_than_for_one(world, login, count_statements):
    finding = make.finding(world.inspection)
    browser = login(world.head)
    pages = [
        f"{world.at}/{ON_CRITERION}",
        f"{world.at}/findings",
        f"{world.at}/score",
        f"{world.at}/answers/1.1.1",
    ]

    def cost() -> list[int]:
        found = []
        for page in pages:
            browser.get(page)
            with count_statements() as statements:
                assert browser.get(page).status_code == 200
            found.append(len(statements))
        return found

    make.attachment(world.inspection)
    make.attachment(world.inspection, finding=finding)
    one = cost()
    for _ in range(30):
        make.attachment(world.inspection)
        make.attachment(world.inspection, finding=finding)
    assert cost() == one


def test_a_small_picture_costs_three_statements(world, login, count_statements):
    browser = login(world.member)
    browser.post(f"{world.at}/{ON_CRITERION}", data=form())
    with count_statements() as statements:
        assert browser.get(f"/attachments/{stored()[0].id}/thumbnail").status_code == 200
    assert len(statements) <= 4  # the session, the file, the inspection's card


# --- From the outbox of a device


def test_the_hash_of_what_came_is_kept_and_told(world, login):
    content = picture()
    sha256 = hashlib.sha256(content).hexdigest()
    sent = form(content, sha256=sha256.upper())
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Received"]) == (200, sha256)
    [row] = stored()
    assert row.received_sha256 == sha256
    assert row.sha256 != sha256, "a picture is encoded anew"


@pytest.mark.parametrize("claimed", ["0" * 64, "not a hash", "0" * 63])
def test_other_bytes_than_were_sent_are_refused_and_may_be_sent_again(world, login, claimed):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(sha256=claimed), headers=SCRIPT)
    assert (reply.status_code, stored()) == (422, [])
    assert "Soat-Op" not in reply.headers
    assert ("data-broken" in reply.text) == (claimed == "0" * 64)
    assert "nguyên vẹn" in sentence_of(reply) or "không đúng dạng" in sentence_of(reply)


def test_a_photo_finds_the_finding_by_the_operation_that_made_it(world, login):
    browser = login(world.member)
    finding = make.finding(world.inspection, created_by_id=world.member.id)
    address = f"{world.at}/findings/by-op/{finding.op_id}/attachments"
    sent = form()
    for _again in range(2):
        reply = browser.post(address, data=sent | {"file": (BytesIO(picture()), "anh.jpg")}, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    [row] = stored()
    assert row.finding_id == finding.id
    assert f'data-also="{address}"' in browser.get(f"{world.at}/findings/{finding.id}/edit").text
    assert browser.get(address).status_code == 405
    assert browser.post(f"{world.at}/findings/by-op/{uuid4()}/attachments", data=form()).status_code == 404
    other = make.finding(make.inspection(delegation=world.delegation, unit=make.unit()))
    elsewhere = f"{world.at}/findings/by-op/{other.op_id}/attachments"
    assert browser.post(elsewhere, data=form(), headers=SCRIPT).status_code == 404


def test_words_find_the_file_by_its_operation_and_are_echoed(world, login):
    browser = login(world.member)
    file = make.attachment(world.inspection, side=Side.VERIFIED, uploaded_by_id=world.member.id)
    op_id = str(uuid4())
    for _again in range(2):
        reply = browser.post(
            f"/attachments/by-op/{file.op_id}/caption",
            data={"op_id": op_id, "caption": "Bảng niêm yết"},
            headers=SCRIPT,
        )
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, op_id)
    [row] = stored()
    assert row.caption == "Bảng niêm yết"
    for address, sent, status in (
        (f"/attachments/by-op/{uuid4()}/caption", {"caption": "x"}, 404),
        (f"/attachments/by-op/{file.op_id}/caption", {"caption": "x" * 301}, 422),
        (f"/attachments/by-op/{file.op_id}/caption", {"caption": "x", "op_id": "1"}, 422),
    ):
        assert browser.post(address, data=sent, headers=SCRIPT).status_code == status
    assert browser.get(f"/attachments/by-op/{file.op_id}/caption").status_code == 405
    assert stored()[0].caption == "Bảng niêm yết"
