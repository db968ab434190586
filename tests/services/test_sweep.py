"""Sweeping the store: what nobody needs goes, what anything names stays, and an upload at that moment loses nothing."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.attachments import FileKind, Place, Upload
from app.domain.imports import ImportState
from app.domain.refusals import Conflict
from app.domain.tasks import Workflow
from app.models import AuditEvent, ImportJob, MinutesRevision
from app.services import attachments
from app.services.attachments import add_attachment
from app.services.import_jobs import begin_writing
from app.services.queue_files import note_queue_import
from app.services.sweep import GRACE, sweep
from app.storage import Bucket, Folder
from tests import make
from tests.test_storage import s3, store  # noqa: F401

KEEP = timedelta(days=30)
NOW = datetime.now(UTC)
# Everything that was put today is old by then.
LATER = NOW + 2 * GRACE


def job(kept, content: bytes, **rest) -> ImportJob:
    usual = {"state": ImportState.DONE, "ended_at": NOW - KEEP - timedelta(hours=1), "beat_at": NOW}
    if "user_id" not in rest:
        rest["user_id"] = make.user().id
    row = ImportJob(
        sha256=kept.put(content),
        size=len(content),
        file_name="danh-sach.xlsx",
        created_at=NOW,
        **(usual | rest),
    )
    db.session.add(row)
    db.session.commit()
    return row


def events(action: str) -> list[dict]:
    rows = db.session.scalars(select(AuditEvent).where(AuditEvent.action == action).order_by(AuditEvent.id))
    return [row.data["after"] for row in rows]


def swept_at(row: ImportJob) -> datetime | None:
    db.session.expire_all()
    return db.session.get_one(ImportJob, row.id).swept_at


def is_there(kept, sha256: str) -> bool:
    return kept.changed_at(sha256) is not None


def test_a_list_that_ended_long_ago_lets_its_workbook_go_and_keeps_its_result(app, store):  # noqa: F811
    old = job(store, b"old", summary={"added": 3})
    new = job(store, b"new", ended_at=NOW)
    result = sweep(store, LATER, KEEP)
    assert [one.id for one in result.lists] == [old.id]
    assert [one.sha256 for one in result.files] == [old.sha256]
    assert not is_there(store, old.sha256)
    assert is_there(store, new.sha256)
    assert (swept_at(old), swept_at(new)) == (LATER, None)
    assert (old.state, old.summary["added"], old.file_name) == (ImportState.DONE, 3, "danh-sach.xlsx")
    assert events("storage.let_go") == [{"lists": [old.id]}]
    assert events("storage.sweep") == [{"files": 1, "size": 3}]
    again = sweep(store, LATER, KEEP)
    assert (again.lists, again.files) == ((), ())
    assert len(events("storage.sweep")) == 1, "nothing to tell"


@pytest.mark.parametrize("state", [ImportState.CHECKED, ImportState.READING, ImportState.WRITING])
def test_a_list_that_nobody_ended_is_old_when_nothing_was_heard_of_it_for_so_long(app, store, state):  # noqa: F811
    silent = job(store, b"silent", state=state, ended_at=None, beat_at=NOW - KEEP - GRACE)
    busy = job(store, b"busy", state=state, ended_at=None)
    assert [one.id for one in sweep(store, LATER, KEEP).lists] == [silent.id]
    assert is_there(store, busy.sha256)


def test_the_same_workbook_uploaded_again_keeps_its_bytes(app, store):  # noqa: F811
    first, again = job(store, b"same"), job(store, b"same", ended_at=None, state=ImportState.CHECKED)
    result = sweep(store, LATER, KEEP)
    assert ([one.id for one in result.lists], result.files) == ([first.id], ())
    assert is_there(store, again.sha256)


def test_a_dry_run_says_the_same_and_does_nothing(app, store):  # noqa: F811
    old, loose = job(store, b"old"), store.put(b"loose")
    foreseen = sweep(store, LATER, KEEP, dry_run=True)
    assert is_there(store, loose)
    assert is_there(store, old.sha256)
    assert swept_at(old) is None
    assert events("storage.let_go") == []
    assert sweep(store, LATER, KEEP) == foreseen
    assert {one.sha256 for one in foreseen.files} == {old.sha256, loose}


def test_bytes_without_a_row_go_after_a_day(app, store):  # noqa: F811
    # Not the module's moment: a long run comes here half an hour after it began.
    loose, put = store.put(b"loose"), datetime.now(UTC)
    assert sweep(store, put + GRACE - timedelta(minutes=5), KEEP).files == ()
    assert sweep(store, put + GRACE + timedelta(minutes=5), KEEP).size == 5
    assert not is_there(store, loose)


def test_what_anything_names_stays(app, store):  # noqa: F811
    file, small, signed, carried = (store.put(one) for one in (b"file", b"small", b"signed", b"carried"))
    task = make.task(make.unit())
    make.attachment(task=task, sha256=file, thumbnail_sha256=small, removed_at=NOW)
    snapshot = json.dumps({"photos": [{"sha256": signed}]})
    db.session.add(
        MinutesRevision(
            inspection_id=make.inspection().id, snapshot=snapshot, sha256="f" * 64, updated_at=NOW, details={}
        )
    )
    db.session.commit()
    note_queue_import(carried, [], {}, make.user().id, NOW)
    loose = store.put(b"loose")
    assert [one.sha256 for one in sweep(store, LATER, KEEP).files] == [loose]
    assert all(is_there(store, one) for one in (file, small, signed, carried))


def test_many_files_are_asked_in_parts(app, tmp_path):
    kept, task = Folder(tmp_path), make.task(make.unit())
    hashes = [kept.put(str(number).encode()) for number in range(600)]
    for sha256 in hashes[::100]:
        make.attachment(task=task, sha256=sha256)
    result = sweep(kept, LATER, KEEP)
    assert {one.sha256 for one in result.files} == set(hashes) - set(hashes[::100])


def test_what_was_put_again_is_new(app, tmp_path):
    kept = Folder(tmp_path)
    sha256 = kept.put(b"twice")
    long_ago = (NOW - 10 * GRACE).timestamp()
    os.utime(kept.path(sha256), (long_ago, long_ago))
    assert kept.put(b"twice") == sha256
    assert sweep(kept, datetime.now(UTC), KEEP).files == ()


def test_in_a_bucket_old_bytes_are_sent_again_and_new_ones_are_not(app, s3, tmp_path, monkeypatch):  # noqa: F811
    kept = Bucket("soat", uuid4().hex, s3, "us-east-1")
    sent, put = [], kept._s3.put_object
    monkeypatch.setattr(kept._s3, "put_object", lambda **given: (sent.append(given["Key"]), put(**given)))
    kept.put(b"twice")
    kept.put(b"twice")
    assert len(sent) == 1
    monkeypatch.setattr("app.storage._NEW_FOR", timedelta())
    kept.put(b"twice")
    assert len(sent) == 2


def test_files_of_others_in_the_same_place_are_left_alone(app, store):  # noqa: F811
    name = hashlib.sha256(b"x").hexdigest()
    places = ["README", f"zz/{name}", f"00/{name}", f"{name[:2]}/{name}.bak", f"{name[:2]}/old/{name}"]
    if isinstance(store, Folder):
        for place in places:
            path = store.root / place
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"x")
    else:
        for place in places:
            store._s3.put_object(Bucket=store.bucket, Key=f"{store.prefix}/{place}", Body=b"x")
    assert list(store.kept()) == []
    assert sweep(store, LATER, KEEP).files == ()


def test_what_a_put_that_died_left_behind_goes_too(app, tmp_path):
    kept = Folder(tmp_path)
    path = kept.path(kept.put(b"x")).with_name("new-ab12_x9")
    path.write_bytes(b"half")
    make.attachment(task=make.task(make.unit()), sha256=hashlib.sha256(b"x").hexdigest())
    assert sweep(kept, NOW, KEEP).files == ()
    assert [one.size for one in sweep(kept, LATER, KEEP).files] == [4]
    assert not path.exists()


def test_a_damaged_file_that_nothing_names_goes(app, tmp_path):
    kept = Folder(tmp_path)
    path = kept.path(kept.put(b"sound"))
    path.write_bytes(b"not what it was")
    assert len(sweep(kept, LATER, KEEP).files) == 1
    assert not path.exists()


# --- An upload at the same moment


class World:
    """A task that takes files."""

    def __init__(self, kept) -> None:
        self.store, self.user = kept, make.user().id
        self.place = Place(task_id=make.task(make.unit(), workflow=Workflow.IN_PROGRESS).id)

    def upload(self, content: bytes) -> int:
        upload = Upload(FileKind.PDF, "a.pdf", content)
        return add_attachment(self.store, self.place, upload, str(uuid4()), "", self.user, NOW)


def test_an_upload_between_the_last_look_and_the_taking_away_gets_its_bytes_back(app, store, monkeypatch):  # noqa: F811
    world, sha256 = World(store), store.put(b"the same")
    remove = store.remove

    def slow(one) -> None:
        world.upload(b"the same")
        remove(one)

    monkeypatch.setattr(store, "remove", slow)
    assert sweep(store, LATER, KEEP).files == ()
    assert store.get(sha256) == b"the same"


def test_an_upload_whose_bytes_are_taken_away_before_its_row_stands_puts_them_again(app, store, monkeypatch):  # noqa: F811
    world, sha256 = World(store), store.put(b"the same")
    record = attachments._record

    def slow(*given) -> int:
        assert [one.sha256 for one in sweep(store, LATER, KEEP).files] == [sha256]
        return record(*given)

    monkeypatch.setattr(attachments, "_record", slow)
    world.upload(b"the same")
    assert store.get(sha256) == b"the same"


def test_two_sweeps_at_once_hurt_nobody(app, store, monkeypatch):  # noqa: F811
    store.put(b"loose")
    task = make.task(make.unit())
    make.attachment(task=task, sha256=store.put(b"named"))
    remove, inner = store.remove, []

    def slow(one) -> None:
        if not inner:
            inner.append(True)
            sweep(store, LATER, KEEP)
        remove(one)

    monkeypatch.setattr(store, "remove", slow)
    sweep(store, LATER, KEEP)
    assert len(list(store.kept())) == 1


# --- What the pages and the command say


@pytest.fixture
def kept(app, tmp_path, monkeypatch) -> Folder:
    """A folder of this test's own."""
    folder = Folder(tmp_path / "files")
    monkeypatch.setitem(app.config, "SOAT", replace(app.config["SOAT"], storage=folder))
    return folder


def test_a_list_without_its_workbook_is_not_written_and_says_why(app, login, kept):
    head = make.member(make.delegation(), Role.HEAD)
    sound = job(kept, b"a", user_id=head.id, state=ImportState.CHECKED, ended_at=None, beat_at=NOW - 2 * KEEP)
    sound.summary = {"added": 1, "known": 0, "units": 1, "directives": 0, "new_directives": 0, "preview": []}
    faulty = job(
        kept, b"b", user_id=head.id, state=ImportState.CHECKED, ended_at=None, beat_at=NOW - 2 * KEEP
    )
    faulty.faults, faulty.summary = [["B2", "còn trống."]], {"rows": 1, "faults": 1}
    db.session.commit()
    sweep(kept, LATER, KEEP)
    browser = login(head)
    page = browser.get(f"/tasks/import/{sound.id}").text
    assert "đã được xóa khỏi kho" in page
    assert "/write" not in page
    assert browser.post(f"/tasks/import/{sound.id}/write").status_code == 409
    with pytest.raises(Conflict, match="xóa khỏi kho"):
        begin_writing(sound.id, head.id, NOW)
    page = browser.get(f"/tasks/import/{faulty.id}").text
    assert "còn trống." in page
    assert "faults.xlsx" not in page
    assert browser.get(f"/tasks/import/{faulty.id}/faults.xlsx").status_code == 409


def test_the_command_says_what_it_did(app, kept):
    row, young = job(kept, b"old list"), kept.put(b"young")
    loose = kept.path(kept.put(b"loose"))
    for path in (loose, kept.path(row.sha256)):
        os.utime(path, (0, 0))
    run = app.test_cli_runner().invoke
    said = run(args=["sweep", "--dry-run"])
    assert said.exit_code == 0, said.output
    assert "Sẽ xóa 2 tệp" in said.output
    assert "Chạy thử: chưa xóa gì." in said.output
    assert loose.exists()
    said = run(args=["sweep"])
    assert "quá 30 ngày, không giữ tệp nữa: 1." in said.output
    assert "danh-sach.xlsx" in said.output
    assert "Đã xóa 2 tệp không còn nơi nào dùng" in said.output
    assert not loose.exists()
    assert is_there(kept, young)


def test_a_bucket_that_does_not_answer_ends_the_command_with_a_sentence(app, monkeypatch):
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "x")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "x")
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    away = Bucket("soat", "", "http://127.0.0.1:9", "us-east-1")
    monkeypatch.setitem(app.config, "SOAT", replace(app.config["SOAT"], storage=away))
    said = app.test_cli_runner().invoke(args=["sweep"])
    assert said.exit_code == 1
    assert "Kho lưu trữ tệp không trả lời" in said.output
