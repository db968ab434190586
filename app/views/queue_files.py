"""/admin/queue-files: what waited on a tablet and was saved to a file is looked at, then carried in."""

from __future__ import annotations

from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import Blueprint, make_response, render_template, request
from flask_login import current_user
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Response

from ..domain.access import TABLE, Action
from ..domain.queue_files import MOST_BYTES, Queued, read_queue
from ..domain.refusals import Invalid, Missing, sentence
from ..forms.queue_files import ConfirmForm, QueueFileForm
from ..queries.operations import Met, met_operations
from ..queries.users import Account
from ..services.queue_files import note_queue_import, rehearsal
from ._errors import refusal_text
from ._evidence import store
from ._load import allow
from ._login import account, now, settings
from ._queued_words import Worded, worded
from ._replay import Result, accounts_of, replay
from ._security import mark_checked

blueprint = Blueprint("queue_files", __name__)

_TOO_LARGE = sentence("Tệp quá lớn: tối đa %(most)s MB.")


@blueprint.url_value_preprocessor
def _take_more(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """Photos travel in the file; only for those who may bring one."""
    if request.method != "POST" or not current_user.is_authenticated:
        return
    if current_user.role in TABLE[Action.IMPORT_QUEUES]:
        request.max_content_length = MOST_BYTES + 2**20


@blueprint.errorhandler(413)
def _larger(_error: RequestEntityTooLarge) -> Response:
    mark_checked()
    words = refusal_text(Invalid(_TOO_LARGE, most=MOST_BYTES // 2**20))
    return make_response(render_template("errors/page.html", code=413, sentence=words), 413)


@dataclass(frozen=True, slots=True)
class Line:
    """One operation with what became of it: saved, already, conflict or refused."""

    op: Queued
    who: str
    state: str
    words: str
    where: Worded

    @property
    def moment(self) -> datetime | None:
        """When the device says it was done; its clock may be wrong."""
        try:
            moment = datetime.fromisoformat(self.op.at)
        except ValueError:
            return None
        return moment if moment.tzinfo and 2000 < moment.year < 2200 else None


@blueprint.get("/admin/queue-files")
def show() -> str:
    allow(Action.IMPORT_QUEUES)
    return _page(QueueFileForm(formdata=None))


@blueprint.post("/admin/queue-files")
def look() -> str | tuple[str, int]:
    """What would happen, operation by operation; nothing is written but the file itself, under its hash."""
    allow(Action.IMPORT_QUEUES)
    form = QueueFileForm()
    if not form.validate_on_submit():
        return _page(form), 422
    content = form.file.data.read(MOST_BYTES + 1)
    try:
        operations = _read(content)
    except Invalid as refusal:
        form.refuse(refusal_text(refusal), "file")
        return _page(form), 422
    sha256 = store().put(content)
    return _page(QueueFileForm(formdata=None), sha256, _run(operations, rehearse=True))


@blueprint.post("/admin/queue-files/<sha256>/import")
def carry_in(sha256: str) -> str | tuple[str, int]:
    """The file that was looked at, by its hash. Pressed twice, the second time finds everything already there."""
    allow(Action.IMPORT_QUEUES)
    if not ConfirmForm().validate_on_submit() or len(sha256) != 64 or set(sha256) - set("0123456789abcdef"):
        raise Missing(sentence("Không tìm thấy nội dung này."))
    operations = _read(store().get(sha256))
    people = sorted({op.account for op in operations if not op.fault})
    foreseen = Counter(line.state for line in _run(operations, rehearse=True))
    note_queue_import(sha256, people, foreseen, account().id, now())
    return _page(QueueFileForm(formdata=None), sha256, _run(operations, rehearse=False), done=True)


def _read(content: bytes) -> list[Queued]:
    if len(content) > MOST_BYTES:
        raise Invalid(_TOO_LARGE, field="file", most=MOST_BYTES // 2**20)
    return read_queue(content, *settings().secret_keys)


def _run(operations: list[Queued], *, rehearse: bool) -> list[Line]:
    people = accounts_of(operations)
    met = met_operations([op.id for op in operations if not op.fault])
    places = worded(operations)
    with rehearsal() if rehearse else nullcontext():
        return [
            _line(op, people.get(op.account), met.get(op.id), where)
            for op, where in zip(operations, places, strict=True)
        ]


def _line(op: Queued, person: Account | None, before: Met | None, where: Worded) -> Line:
    if before is Met.TAKEN:
        result = Result("already")
    elif before is Met.CONFLICT:
        result = Result("conflict")
    else:
        result = replay(op, person)
    return Line(op, person.title if person else "", result.state, result.words, where)


def _page(form: QueueFileForm, sha256: str = "", lines: list[Line] | None = None, done: bool = False) -> str:
    return render_template(
        "queue_files/page.html",
        form=form,
        sha256=sha256,
        lines=lines,
        counts=Counter(line.state for line in lines or ()),
        done=done,
        most=MOST_BYTES // 2**20,
    )
