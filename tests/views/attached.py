"""Files as tests of pages send them, and what is kept of them."""

from __future__ import annotations

import re
from io import BytesIO
from typing import Any
from uuid import uuid4

from flask import Flask
from sqlalchemy import select
from werkzeug.datastructures import FileStorage
from werkzeug.test import encode_multipart

from app import models
from app.db import db
from app.domain.task_steps import Action
from app.domain.tasks import Workflow
from app.models import Attachment, TaskReport
from tests import make
from tests.cast import World, words
from tests.documents.hostile import picture

ON_CRITERION = "answers/1.1.1/attachments"


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
