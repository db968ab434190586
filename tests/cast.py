"""The people around one inspection, and what a person reads on a page: for tests of pages and of access."""

from __future__ import annotations

import re
from html import unescape
from typing import Any
from uuid import uuid4

from werkzeug.test import TestResponse

from app import models
from app.db import db
from app.domain.access import Role
from app.domain.answers import Field, Operation
from app.domain.inspections import Side, State
from app.domain.scoring import Input
from app.queries.checklists import checklist_value
from app.services.answers import Author, record_answer
from tests import make

# What the page's own scripts send with every request.
SCRIPT = {"X-Requested-With": "soat"}
HTMX = {"HX-Request": "true"}


class World:
    """A ward that is inspected: its own people, the delegation, those above, and strangers to it."""

    def __init__(self, state: State = State.DANG_KIEM_TRA, **inspection: Any) -> None:
        self.district = make.unit("Quận Ngô Quyền")
        self.ward = make.unit("Phường Cầu Tre", parent=self.district)
        self.neighbour = make.unit("Phường Đằng Giang", parent=self.district)
        self.delegation = make.delegation()
        self.inspection = make.inspection(
            unit=self.ward, delegation=self.delegation, state=state, **inspection
        )
        self.id = self.inspection.id
        self.at = f"/inspections/{self.id}"
        place = self.delegation
        self.head = make.member(place, Role.HEAD, user=make.user(Role.HEAD, title="Trưởng đoàn"))
        self.secretary = make.member(place, Role.SECRETARY, areas=("2",))
        member = make.user(Role.MEMBER, title="Thành viên lĩnh vực 1")
        self.member = make.member(place, Role.MEMBER, areas=("1",), user=member)
        self.officer = make.user(Role.OFFICER, unit=self.ward, title="Công chức đầu mối")
        self.unit_head = make.user(Role.UNIT_HEAD, unit=self.ward, title="Chủ tịch UBND phường")
        self.supervisor = make.user(Role.SUPERVISOR, unit=self.district)
        self.admin = make.user(Role.ADMIN)
        self.other_officer = make.user(Role.OFFICER, unit=self.neighbour)
        self.other_head = make.user(Role.HEAD)

    @property
    def strangers(self) -> list[models.User]:
        return [self.other_officer, self.other_head]

    @property
    def checklist(self):
        return checklist_value(db.session.get_one(models.Inspection, self.id).version_id)

    def move(self, state: State, *, published: bool | None = None) -> None:
        """To another state, as the steps would leave it."""
        row = db.session.get_one(models.Inspection, self.id, populate_existing=True)
        row.state = state
        if published is not None:
            row.published_at = make.NOW if published else None
        db.session.commit()

    def score(
        self, user: models.User, value: Input, code: str = "1.1.1", side: Side = Side.VERIFIED, **rest: Any
    ) -> str:
        """One card of this person through the service, whatever the state; gives the operation's name."""
        row = db.session.get_one(models.Inspection, self.id, populate_existing=True)
        before = row.state
        self.move(State.DANG_KIEM_TRA if side is Side.VERIFIED else State.DANG_TU_CHAM)
        op = Operation(str(uuid4()), side, Field.ALL, rest.pop("base", 0), value=value, **rest)
        record_answer(self.id, self.checklist, code, op, Author(user.id, user.title), make.NOW)
        self.move(before)
        return op.op_id


def main_words(response: TestResponse) -> str:
    """What a person reads on the page itself, without what frames every page."""
    found = re.search(r"<main.*?</main>", response.text, re.DOTALL)
    assert found, "this is no page"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[0])).split())


def words(response: TestResponse) -> str:
    """What a person reads on the page."""
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", response.text)).split())


def value_of(response: TestResponse, name: str) -> str:
    """What the first input or text area of this name holds."""
    page = response.text
    if found := re.search(rf'<textarea[^>]*\bname="{name}"[^>]*>(.*?)</textarea>', page, re.DOTALL):
        # A browser leaves out the first line break of a text area.
        return unescape(found[1]).removeprefix("\r\n").removeprefix("\n")
    tag = re.search(rf'<input[^>]*\bname="{name}"[^>]*>', page)
    assert tag, f"no field {name}"
    found = re.search(r'\bvalue="([^"]*)"', tag[0])
    return unescape(found[1]) if found else ""


def checked_of(response: TestResponse, name: str) -> str | None:
    """The value of the radio button or check box of this name that is chosen."""
    for tag in re.findall(rf'<input[^>]*\bname="{name}"[^>]*>', response.text):
        if re.search(r"\bchecked\b", tag):
            found = re.search(r'\bvalue="([^"]*)"', tag)
            return unescape(found[1]) if found else "on"
    return None


def fault_at(response: TestResponse, name: str) -> str:
    """The sentence that stands at the field of this name."""
    found = re.search(rf'id="{name}-error">(.*?)</div>', response.text, re.DOTALL)
    assert found, f"nothing is said at {name}: {words(response)}"
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", found[1])).split())
