"""Attachments: kept once, at their place, while the place takes files; taken out and brought back."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from app import models
from app.db import db
from app.domain.attachments import MOST_AT_ONE_PLACE, FileKind, Place, Upload
from app.domain.inspections import ALLOWED_IN, Side, State
from app.domain.refusals import Conflict, Invalid, Missing
from app.domain.tasks import OPEN, Workflow
from app.models import Attachment, AuditEvent
from app.queries.attachments import (
    evidence_counts,
    evidence_of_criterion,
    evidence_of_findings,
    evidence_of_task,
)
from app.services.attachments import add_attachment, change_caption, read_content, remove_attachment
from app.storage import Folder
from tests import make

PAPER = Upload(FileKind.PDF, "Quyết định.pdf", b"%PDF-1.7 quyet dinh")
PHOTO = Upload(FileKind.PICTURE, "anh.jpg", b"jpeg", b"small jpeg")


class World:
    def __init__(self, folder, state: State = State.DANG_KIEM_TRA) -> None:
        self.store = Folder(folder)
        self.inspection = make.inspection(state=state)
        self.criterion_id = make.criterion(self.inspection).id
        self.user = make.user().id

    def place(self, side: Side = Side.VERIFIED, **rest: int) -> Place:
        return Place(inspection_id=self.inspection.id, criterion_id=self.criterion_id, side=side, **rest)

    def of_finding(self) -> Place:
        return Place(inspection_id=self.inspection.id, finding_id=make.finding(self.inspection).id)

    def add(self, place: Place | None = None, upload: Upload = PAPER, op_id: str = "", **rest) -> int:
        fields = {"caption": "", "user_id": self.user, "now": make.NOW} | rest
        return add_attachment(self.store, place or self.place(), upload, op_id or str(uuid4()), **fields)


@pytest.fixture
def world(app, tmp_path) -> World:
    return World(tmp_path)


def stored() -> int:
    return db.session.execute(select(func.count()).select_from(Attachment)).scalar_one()


def move(world: World, state: State) -> None:
    row = db.session.get_one(models.Inspection, world.inspection.id, populate_existing=True)
    row.state = state
    db.session.commit()


# --- Adding


def test_a_file_stands_at_its_place_with_its_bytes_in_the_storage(world):
    id_ = world.add(caption="Bản chính")
    row = db.session.get_one(Attachment, id_)
    assert (row.name, row.kind, row.size, row.caption) == ("Quyết định.pdf", FileKind.PDF, 19, "Bản chính")
    assert read_content(world.store, row.sha256) == PAPER.content
    [line] = evidence_of_criterion(world.inspection.id, world.criterion_id, Side)
    assert (line.id, line.side, line.words) == (id_, Side.VERIFIED, "Bản chính")


def test_a_picture_has_its_small_copy(world):
    row = db.session.get_one(Attachment, world.add(upload=PHOTO))
    assert read_content(world.store, row.thumbnail_sha256) == b"small jpeg"


def test_the_same_operation_again_is_the_same_file(world):
    op_id = str(uuid4())
    assert world.add(op_id=op_id) == world.add(op_id=op_id)
    assert stored() == 1


def test_the_same_operation_many_times_at_once_is_one_file(world, app):
    op_id, place = str(uuid4()), world.place()

    def send(_: int) -> int:
        with app.app_context():
            return add_attachment(world.store, place, PAPER, op_id, "", world.user, make.NOW)

    with ThreadPoolExecutor(6) as people:
        assert len(set(people.map(send, range(12)))) == 1
    assert stored() == 1


@pytest.mark.parametrize("other", ["file", "person", "place"])
def test_an_operation_of_another_file_person_or_place_is_refused(world, other):
    op_id = str(uuid4())
    world.add(op_id=op_id)
    changed = {
        "file": {"upload": PHOTO},
        "person": {"user_id": make.user().id},
        "place": {"place": world.of_finding()},
    }[other]
    with pytest.raises(Invalid, match="Mã thao tác"):
        world.add(op_id=op_id, **changed)
    assert stored() == 1


def test_a_file_sent_before_is_answered_after_the_state_moved_on(world):
    op_id = str(uuid4())
    id_ = world.add(op_id=op_id)
    move(world, State.DA_KY_BIEN_BAN)
    assert world.add(op_id=op_id) == id_


@pytest.mark.parametrize("state", State)
def test_a_place_takes_files_in_the_states_in_which_it_takes_answers_or_findings(app, tmp_path, state):
    world = World(tmp_path, state)
    for place in (world.place(Side.SELF), world.place(Side.VERIFIED), world.of_finding()):
        before = stored()
        if state in ALLOWED_IN[place.action(state)]:
            world.add(place)
            assert stored() == before + 1
        else:
            with pytest.raises(Conflict):
                world.add(place)
            assert stored() == before


@pytest.mark.parametrize("workflow", Workflow)
def test_a_task_takes_files_while_it_is_open(world, workflow):
    done = make.NOW.date() if workflow is Workflow.DONE else None
    task = make.task(make.unit(), workflow=workflow, completed_on=done)
    if workflow in OPEN:
        id_ = world.add(Place(task_id=task.id))
        assert [line.id for line in evidence_of_task(task.id)[None]] == [id_]
    else:
        with pytest.raises(Conflict, match="khép lại"):
            world.add(Place(task_id=task.id))


def test_a_full_place_takes_no_more_and_another_one_does(world):
    for _ in range(MOST_AT_ONE_PLACE):
        make.attachment(world.inspection)
    with pytest.raises(Invalid, match="mức tối đa") as refused:
        world.add()
    assert refused.value.field == "file"
    world.add(world.of_finding())


@pytest.mark.parametrize("gone", ["finding", "task", "inspection", "removed finding", "another's finding"])
def test_a_place_that_is_not_there_is_missing(world, gone):
    finding = make.finding(world.inspection, removed_at=make.NOW if gone == "removed finding" else None)
    other = make.inspection(state=State.DANG_KIEM_TRA)
    place = {
        "finding": Place(inspection_id=world.inspection.id, finding_id=finding.id + 99),
        "task": Place(task_id=999),
        "inspection": Place(inspection_id=999_999, finding_id=finding.id),
        "removed finding": Place(inspection_id=world.inspection.id, finding_id=finding.id),
        "another's finding": Place(inspection_id=other.id, finding_id=finding.id),
    }[gone]
    with pytest.raises(Missing):
        world.add(place)
    assert stored() == 0


def test_bytes_are_in_the_storage_before_a_row_names_them(world):
    """A refusal after the bytes were written leaves bytes, never a row without bytes."""
    move(world, State.HUY)
    with pytest.raises(Conflict):
        world.add()
    assert stored() == 0
    assert len([path for path in world.store.root.rglob("*") if path.is_file()]) == 1


@pytest.mark.parametrize(
    "columns",
    [
        {},
        {"task": True, "inspection": True},
        {"inspection": True},
        {"inspection": True, "criterion": True},
        {"inspection": True, "criterion": True, "side": Side.SELF, "finding": True},
    ],
)
def test_the_tables_refuse_a_file_at_no_place_or_at_two(world, columns):
    finding, task = make.finding(world.inspection), make.task(make.unit())
    ids = {
        "task": ("task_id", task.id),
        "inspection": ("inspection_id", world.inspection.id),
        "criterion": ("criterion_id", world.criterion_id),
        "finding": ("finding_id", finding.id),
    }
    fields = dict(ids[name] for name in columns if name in ids)
    if "side" in columns:
        fields["side"] = columns["side"]
    with pytest.raises(IntegrityError):
        make.attachment(None, None, **fields)
    db.session.rollback()


# --- Changing


def test_a_caption_is_changed_and_both_words_stay_in_the_trail(world):
    id_ = world.add(caption="cũ")
    change_caption(id_, "mới", world.user, make.NOW)
    assert db.session.get_one(Attachment, id_).caption == "mới"
    event = db.session.execute(select(AuditEvent).order_by(AuditEvent.id.desc())).scalars().first()
    assert (event.action, event.data["before"], event.data["after"]) == (
        "attachment.caption",
        {"caption": "cũ"},
        {"caption": "mới"},
    )


def test_a_file_is_taken_out_and_brought_back(world):
    id_ = world.add()
    remove_attachment(id_, world.user, make.NOW)
    assert evidence_of_criterion(world.inspection.id, world.criterion_id, Side) == []
    assert evidence_counts(world.inspection.id, Side) == {}
    remove_attachment(id_, world.user, make.NOW, back=True)
    assert evidence_counts(world.inspection.id, Side) == {world.criterion_id: 1}
    assert read_content(world.store, db.session.get_one(Attachment, id_).sha256) == PAPER.content


def test_taking_out_twice_is_taking_out_once(world):
    id_ = world.add()
    for _ in range(2):
        remove_attachment(id_, world.user, make.NOW)
    actions = db.session.execute(select(AuditEvent.action).order_by(AuditEvent.id)).scalars().all()
    assert actions == ["attachment.add", "attachment.remove"]


def test_nothing_is_changed_once_the_scores_are_locked(world):
    id_ = world.add()
    move(world, State.DA_KY_BIEN_BAN)
    with pytest.raises(Conflict):
        change_caption(id_, "mới", world.user, make.NOW)
    with pytest.raises(Conflict):
        remove_attachment(id_, world.user, make.NOW)
    row = db.session.get_one(Attachment, id_, populate_existing=True)
    assert (row.caption, row.removed_at) == ("", None)


def test_a_file_that_was_taken_out_has_no_caption_to_change(world):
    id_ = world.add()
    remove_attachment(id_, world.user, make.NOW)
    with pytest.raises(Missing):
        change_caption(id_, "x", world.user, make.NOW)
    with pytest.raises(Missing):
        remove_attachment(id_ + 99, world.user, make.NOW)


def test_bringing_back_fills_no_place_beyond_its_most(world):
    id_ = world.add()
    remove_attachment(id_, world.user, make.NOW)
    for _ in range(MOST_AT_ONE_PLACE):
        make.attachment(world.inspection)
    with pytest.raises(Invalid):
        remove_attachment(id_, world.user, make.NOW, back=True)


# --- Reading


def test_each_side_and_each_finding_has_its_own_files(world):
    unit, delegation = make.attachment(world.inspection, side=Side.SELF), make.attachment(world.inspection)
    finding = make.finding(world.inspection)
    of_finding = make.attachment(world.inspection, finding=finding)
    make.attachment(make.inspection())
    own = evidence_of_criterion(world.inspection.id, world.criterion_id, [Side.SELF])
    assert [line.id for line in own] == [unit.id]
    assert evidence_counts(world.inspection.id, Side) == {world.criterion_id: 2}
    assert evidence_counts(world.inspection.id, [Side.VERIFIED]) == {world.criterion_id: 1}
    assert {
        id_: [line.id for line in lines] for id_, lines in evidence_of_findings(world.inspection.id).items()
    } == {finding.id: [of_finding.id]}
    assert delegation.id != unit.id
