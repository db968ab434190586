"""Rights are read from the rows of now: whoever loses one between two requests loses it at the next."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import unescape
from typing import Any

import pytest
from sqlalchemy import delete, update

from app import models
from app.db import db
from app.domain.access import Role
from tests.access.requests import sent
from tests.access.sent import Sent
from tests.access.stage import Stage
from tests.access.test_matrix import address, ask, status_of

TYPED = "Chưa niêm yết thủ tục <b>tại</b> Bộ phận «Một cửa»; đã gõ nửa trang giấy."


def _user(stage: Stage, principal: str, **columns: Any) -> None:
    id_ = stage.world.people[principal].id
    db.session.execute(update(models.User).where(models.User.id == id_).values(columns))


def _place(stage: Stage, principal: str, **columns: Any) -> None:
    id_ = stage.world.people[principal].id
    mine = models.DelegationMember.user_id == id_
    db.session.execute(update(models.DelegationMember).where(mine).values(columns))


def _leave(stage: Stage, principal: str) -> None:
    id_ = stage.world.people[principal].id
    db.session.execute(delete(models.DelegationMember).where(models.DelegationMember.user_id == id_))


def _state(stage: Stage, inspection_id: int, state: str) -> None:
    row = models.Inspection.id == inspection_id
    db.session.execute(update(models.Inspection).where(row).values(state=state))


@dataclass(frozen=True)
class Moment:
    """What this person may do, what happens between two requests, and what the second one gets."""

    principal: str
    row: tuple[str, str, str]
    happens: Callable[[Stage], None]
    then: str
    form: str = "text"


MOMENTS = {
    "removed from the delegation": Moment(
        "member_in_area",
        ("findings.create", "POST", ""),
        lambda stage: _leave(stage, "member_in_area"),
        "404",
    ),
    "another area was given": Moment(
        "member_in_area",
        ("findings.create", "POST", ""),
        lambda stage: _place(stage, "member_in_area", areas=["2"]),
        "403",
    ),
    "another area was given, a score": Moment(
        "member_in_area",
        ("answers.save", "POST", ""),
        lambda stage: _place(stage, "member_in_area", areas=["2"]),
        "403",
        "note",
    ),
    "removed from the delegation, a score": Moment(
        "member_in_area",
        ("answers.save", "POST", ""),
        lambda stage: _leave(stage, "member_in_area"),
        "404",
        "note",
    ),
    "another area was given, a sign-off": Moment(
        "secretary",
        ("signoffs.sign", "POST", ""),
        lambda stage: _place(stage, "secretary", areas=["1"]),
        "403",
        "opinion",
    ),
    "moved to the inspected unit, a decision": Moment(
        "head",
        ("signoffs.decide", "POST", ""),
        lambda stage: _user(stage, "head", unit_id=stage.world.ward),
        "403",
        "reason",
    ),
    "moved to the inspected unit, a step": Moment(
        "head",
        ("inspections.step", "POST", "cancel"),
        lambda stage: _user(stage, "head", unit_id=stage.world.ward),
        "403",
        "reason",
    ),
    "head became a member": Moment(
        "head",
        ("inspections.step", "POST", "cancel"),
        lambda stage: _place(stage, "head", role=Role.MEMBER),
        "403",
        "reason",
    ),
    "secretary became a member": Moment(
        "secretary",
        ("minutes.edit", "POST", ""),
        lambda stage: _place(stage, "secretary", role=Role.MEMBER),
        "403",
        "strengths",
    ),
    "moved to the inspected unit": Moment(
        "head",
        ("adjustments.save", "POST", ""),
        lambda stage: _user(stage, "head", unit_id=stage.world.ward),
        "403",
        "bonus_reason",
    ),
    "moved to another unit": Moment(
        "officer_own",
        ("answers.save", "POST", "self"),
        lambda stage: _user(stage, "officer_own", unit_id=stage.world.neighbour),
        "404",
        "note",
    ),
    "administrator no more": Moment(
        "admin",
        ("units.new", "POST", ""),
        lambda stage: _user(stage, "admin", role=Role.MEMBER),
        "403",
        "note",
    ),
    "a member became administrator, a score": Moment(
        "member_in_area",
        ("answers.save", "POST", ""),
        lambda stage: _user(stage, "member_in_area", role=Role.ADMIN),
        "403",
        "note",
    ),
    "a head's account became a member's, a step": Moment(
        "head",
        ("inspections.step", "POST", "cancel"),
        lambda stage: _user(stage, "head", role=Role.MEMBER),
        "404",
        "reason",
    ),
    "a member moved to an office inside the ward, a score": Moment(
        "member_in_area",
        ("answers.save", "POST", ""),
        lambda stage: _user(
            stage, "member_in_area", unit_id=stage.world.people["member_of_office_inside"].unit_id
        ),
        "403",
        "note",
    ),
    "the supervisor's unit changed": Moment(
        "supervisor_above",
        ("inspections.show", "GET", ""),
        lambda stage: _user(stage, "supervisor_above", unit_id=stage.world.elsewhere),
        "404",
    ),
    "the account was closed": Moment(
        "head",
        ("findings.create", "POST", ""),
        lambda stage: _user(stage, "head", active=False),
        "login",
    ),
    "the head has locked the scores": Moment(
        "member_in_area",
        ("answers.save", "POST", ""),
        lambda stage: _state(stage, stage.world.visit, "cho_ky_bien_ban"),
        "409",
        "note",
    ),
}


@pytest.mark.parametrize("name", MOMENTS)
def test_a_right_that_is_lost_is_lost_at_the_next_request(stage: Stage, name: str) -> None:
    moment = MOMENTS[name]
    endpoint, method, _case = moment.row
    given = sent(stage.world).get(moment.row, Sent())
    request = Sent(given.path, given.query, given.form | {moment.form: TYPED}, given.headers)
    path = address(stage, endpoint, method, request)
    allowed = ask(stage, moment.principal, method, path, request)
    assert status_of(allowed, moment.principal) in {"200", "303"}, "allowed as long as it is theirs"
    stage.take_back()

    moment.happens(stage)
    db.session.commit()
    stage.writes = 0
    refused = ask(stage, moment.principal, method, path, request)
    writes = stage.writes
    stage.take_back()
    got = status_of(refused, moment.principal)
    assert ("login" if (refused.location or "").startswith("/login") else got) == moment.then
    assert not writes
    if method == "POST" and moment.then in {"403", "404", "409"}:
        assert TYPED in unescape(refused.text), "what was typed is still on the page"
        assert TYPED not in refused.text, "and it is text, not markup"


def test_a_refused_post_of_another_site_shows_nothing_of_what_it_sent(stage: Stage) -> None:
    request = sent(stage.world)["findings.create", "POST", ""]
    path = address(stage, "findings.create", "POST", request)
    form = Sent({}, request.query, request.form | {"text": TYPED})
    reply = ask(stage, "officer_own", "POST", path, form, {"Sec-Fetch-Site": "cross-site"})
    assert (reply.status_code, TYPED in unescape(reply.text)) == (403, False)


def test_passwords_and_tokens_are_never_shown_again(stage: Stage) -> None:
    form = {
        "old": "mật khẩu cũ",
        "new": "mật khẩu mới",
        "password": "mật khẩu",
        "csrf_token": "một mã",
        "text": TYPED,
    }
    reply = ask(stage, "officer_own", "POST", f"/inspections/{stage.world.visit}/findings", Sent(form=form))
    shown = unescape(reply.text)
    assert TYPED in shown
    assert "mật khẩu" not in shown.lower().replace(TYPED.lower(), "")
    assert "một mã" not in shown


@pytest.mark.parametrize("principal", ["head", "member_in_area"])
def test_what_a_script_sends_is_kept_by_the_page_and_not_repeated(stage: Stage, principal: str) -> None:
    request = sent(stage.world)["answers.save", "POST", "self"]
    path = address(stage, "answers.save", "POST", request)
    form = Sent({}, {}, request.form | {"note": TYPED})
    reply = ask(stage, principal, "POST", path, form, {"X-Requested-With": "soat"})
    assert (reply.status_code, TYPED in unescape(reply.text)) == (403, False)
