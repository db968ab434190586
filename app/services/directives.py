"""Verbs about directives (văn bản chỉ đạo): write one down, correct it, take back one that gave nothing."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from ..db import db, verb
from ..domain.access import Principal
from ..domain.refusals import Conflict, Missing, sentence
from ..domain.tasks import DirectiveText
from ..models import Attachment, Directive
from ..queries.access import visible_directives
from ..queries.directives import has_given, twin_of
from ..vietnamese import fold
from ._audit import changes, note_event

_SAID = ("kind", "number", "issued_on", "title", "agency", "note")


@verb
def create_directive(text: DirectiveText, by: Principal, now: datetime) -> int:
    """The new directive's id; :class:`Conflict` when there is one of that number and day already."""
    _refuse_twin(text, None, by)
    directive = Directive(unit_id=by.unit_id, created_by_id=by.id, created_at=now, **_columns(text))
    db.session.add(directive)
    db.session.flush()
    given = {name: value for name, value in _columns(text).items() if name != "title_search"}
    note_event("directive.add", "directive", directive.id, by.id, now, {"after": given})
    return directive.id


@verb
def update_directive(
    directive_id: int, text: DirectiveText, version: int, by: Principal, now: datetime
) -> None:
    """Corrects a directive that nobody else changed since ``version`` was read."""
    directive = _locked(directive_id, version)
    _refuse_twin(text, directive_id, by)
    before = {name: getattr(directive, name) for name in _columns(text)}
    changed = {name: value for name, value in _columns(text).items() if before[name] != value}
    for name, value in changed.items():
        setattr(directive, name, value)
    directive.version += 1
    changed.pop("title_search", None)
    note_event("directive.update", "directive", directive_id, by.id, now, changes(before, changed))


@verb
def remove_directive(directive_id: int, version: int, by: Principal, now: datetime) -> None:
    """Takes a directive back that has given nothing, with its files; the trail keeps what it said.

    :class:`Conflict` when it gave a task, is the conclusion of an inspection, or was changed since ``version``.
    """
    directive = _locked(directive_id, version)
    if directive.inspection_id is not None:
        raise Conflict(sentence("Kết luận của một cuộc kiểm tra thì không xóa được."))
    # Who gives a task at the same moment holds the row as well, and is seen here or finds none.
    if has_given(directive_id):
        raise Conflict(sentence("Văn bản đã giao nhiệm vụ nên không xóa được."))
    files = db.session.scalars(
        select(Attachment).where(Attachment.directive_id == directive_id).order_by(Attachment.id)
    ).all()
    said = {name: getattr(directive, name) for name in _SAID}
    if files:
        said["file_names"] = ", ".join(file.name for file in files)
    for file in files:
        db.session.delete(file)
    db.session.flush()
    db.session.delete(directive)
    note_event("directive.remove", "directive", directive_id, by.id, now, {"before": said})


def _locked(directive_id: int, version: int) -> Directive:
    directive = db.session.execute(
        select(Directive).where(Directive.id == directive_id).with_for_update(),
        execution_options={"populate_existing": True},
    ).scalar_one_or_none()
    if directive is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    if directive.version != version:
        raise Conflict(sentence("Văn bản này vừa được người khác sửa. Hãy tải lại trang để xem bản mới."))
    return directive


def _refuse_twin(text: DirectiveText, own_id: int | None, by: Principal) -> None:
    if twin_of(text.number, text.issued_on, visible_directives(by), own_id or 0):
        raise Conflict(sentence("Văn bản số %(number)s cùng ngày đã có."), field="number", number=text.number)


def _columns(text: DirectiveText) -> dict[str, object]:
    return {
        "kind": text.kind,
        "number": text.number,
        "issued_on": text.issued_on,
        "title": text.title,
        "title_search": fold(f"{text.number} {text.title}"),
        "agency": text.agency,
        "note": text.note,
    }
