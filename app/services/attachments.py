"""Verbs about attachments: add, word, remove and bring back; and their bytes.

Bytes are on disk before a row names them, so a crash leaves at most bytes nobody asks for. An ``op_id``
made on the device makes adding safe to repeat. Removing is a mark: it can be undone and stays in the trail.
"""

from __future__ import annotations

import contextlib
from dataclasses import asdict
from datetime import datetime

from sqlalchemy import ColumnElement, func, select

from ..db import db, verb
from ..domain.attachments import Place, Upload, check_room
from ..domain.inspections import State, require_state
from ..domain.minutes import Minutes
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.tasks import OPEN, Workflow
from ..models import Attachment, Directive, Finding, Inspection, Task
from ..queries.attachments import place_of
from ..storage import Store, Unreachable
from ._audit import changes, note_event, on_device
from ._kept import keep_named


def add_attachment(
    store: Store,
    place: Place,
    upload: Upload,
    op_id: str,
    caption: str,
    user_id: int,
    now: datetime,
    device_at: datetime | None = None,
) -> int:
    """Keeps a file at its place; gives its id. The same ``op_id`` again gives the same file.

    Raises :class:`Invalid` when the place is full or the ``op_id`` is another file's, :class:`Conflict` when
    the state takes no files (any more). The bytes are written first, outside the transaction: nobody's save
    waits for a picture.
    """
    sha256 = store.put(upload.content)
    thumbnail = store.put(upload.thumbnail) if upload.thumbnail else None
    id_ = _record(place, upload, sha256, thumbnail, op_id, caption, user_id, now, device_at)
    keep_named(store, {sha256: upload.content} | ({thumbnail: upload.thumbnail} if thumbnail else {}))
    return id_


def read_content(store: Store, sha256: str) -> bytes:
    """The bytes of an attachment."""
    return store.get(sha256)


def pictures_of(store: Store, minutes: Minutes) -> dict[str, bytes]:
    """The small pictures of the minutes by their SHA-256; what the storage no longer has is left out."""
    found: dict[str, bytes] = {}
    for photo in minutes.photos:
        with contextlib.suppress(Missing, Unreachable):
            found[photo.sha256] = store.get(photo.sha256)
    return found


@verb
def _record(
    place: Place,
    upload: Upload,
    sha256: str,
    thumbnail: str | None,
    op_id: str,
    caption: str,
    user_id: int,
    now: datetime,
    device_at: datetime | None,
) -> int:
    # Under the lock: the same operation twice at the same moment waits here for itself.
    state = _lock(place)
    made = db.session.execute(select(Attachment).where(Attachment.op_id == op_id)).scalar_one_or_none()
    if made is not None:
        # By what the device sent: another version of the encoder makes other bytes of the same picture.
        same = (
            made.received_sha256 == upload.received
            if made.received_sha256 and upload.received
            else made.sha256 == sha256
        )
        if not same or (place_of(made), made.uploaded_by_id) != (place, user_id):
            raise Invalid(sentence("Mã thao tác này đã dùng cho một thao tác khác. Hãy tải lại trang."))
        return made.id
    _require_open(place, state)
    check_room(db.session.execute(select(func.count()).where(*_here(place))).scalar_one())
    file = Attachment(
        op_id=op_id,
        sha256=sha256,
        thumbnail_sha256=thumbnail,
        received_sha256=upload.received,
        name=upload.name,
        kind=upload.kind,
        size=len(upload.content),
        caption=caption,
        uploaded_by_id=user_id,
        uploaded_at=now,
        **asdict(place),
    )
    db.session.add(file)
    db.session.flush()
    data = {"attachment": file.id, "name": file.name, "sha256": sha256, "size": file.size}
    if upload.received:
        data["received"] = upload.received
    _note("attachment.add", place, user_id, now, data | on_device(device_at))
    return file.id


@verb
def change_caption(
    attachment_id: int, caption: str, user_id: int, now: datetime, device_at: datetime | None = None
) -> None:
    """Other words for a file."""
    file, place = _locked(attachment_id)
    if file.removed_at is not None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    before, file.caption = file.caption, caption
    if before != caption:
        data = {
            "attachment": file.id,
            "name": file.name,
            **changes({"caption": before}, {"caption": caption}),
        }
        _note("attachment.caption", place, user_id, now, data | on_device(device_at))


@verb
def remove_attachment(
    attachment_id: int,
    user_id: int,
    now: datetime,
    *,
    back: bool = False,
    device_at: datetime | None = None,
) -> None:
    """Takes a file out, or brings it ``back``."""
    file, place = _locked(attachment_id)
    if back == (file.removed_at is None):
        return
    if back:
        check_room(db.session.execute(select(func.count()).where(*_here(place))).scalar_one())
    file.removed_at = None if back else now
    data = {"attachment": file.id, "name": file.name, "sha256": file.sha256}
    data |= on_device(device_at)
    _note("attachment.restore" if back else "attachment.remove", place, user_id, now, data)


def _locked(attachment_id: int) -> tuple[Attachment, Place]:
    """The file, under the lock of what it belongs to, if files may come and go there now."""
    file = db.session.get(Attachment, attachment_id)
    if file is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    place = place_of(file)
    state = _lock(place)
    _require_open(place, state)
    file = db.session.get_one(Attachment, attachment_id, populate_existing=True)
    if state is State.CHO_GIAI_TRINH:
        published = select(Inspection.published_at).where(Inspection.id == place.inspection_id)
        until = db.session.execute(published).scalar_one()
        if until is not None and file.uploaded_at <= until:
            raise Conflict(
                sentence(
                    "Tệp đã nộp trước khi công bố điểm thì giữ nguyên; hãy thêm tệp mới cho phần giải trình."
                )
            )
    return file, place


def _lock(place: Place) -> State | Workflow | int:
    """Nobody else writes about this inspection, task or directive until the end of the verb; gives its state.

    A directive has none, only its version: it takes files at any time.
    """
    if place.task_id is not None:
        wanted = select(Task.workflow).where(Task.id == place.task_id)
    elif place.directive_id is not None:
        wanted = select(Directive.version).where(Directive.id == place.directive_id)  # type: ignore[assignment]
    else:
        wanted = select(Inspection.state).where(Inspection.id == place.inspection_id)  # type: ignore[assignment]
    state: State | Workflow | int | None = db.session.execute(wanted.with_for_update()).scalar_one_or_none()
    if state is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return state


def _require_open(place: Place, state: State | Workflow | int) -> None:
    if isinstance(state, int):
        return
    if isinstance(state, Workflow):
        if state not in OPEN:
            raise Conflict(sentence("Nhiệm vụ đã khép lại, không thêm bớt tệp được nữa."))
        return
    require_state(state, place.action(state))
    if place.finding_id is not None:
        finding = db.session.get(Finding, place.finding_id, populate_existing=True)
        if finding is None or finding.removed_at is not None or finding.inspection_id != place.inspection_id:
            raise Missing(sentence("Không tìm thấy nội dung này."))


def _here(place: Place) -> list[ColumnElement[bool]]:
    """The files that stand at a place."""
    columns = {name: getattr(Attachment, name) for name in asdict(place)}
    same = [
        columns[name] == value if value is not None else columns[name].is_(None)
        for name, value in asdict(place).items()
    ]
    return [*same, Attachment.removed_at.is_(None)]


def _note(action: str, place: Place, user_id: int, now: datetime, data: dict[str, object]) -> None:
    """In the trail of what the file belongs to."""
    where = {name: value for name, value in asdict(place).items() if value is not None}
    if place.task_id is not None:
        note_event(action, "task", place.task_id, user_id, now, data | where)
    elif place.directive_id is not None:
        note_event(action, "directive", place.directive_id, user_id, now, data | where)
    else:
        note_event(action, "inspection", place.inspection_id, user_id, now, data | where)
