"""Every verb leaves a trace: an event, a line of the change log, or a reason why not."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.audit import GENESIS, change_hash, seal_of, sealed_faults
from app.models import AuditEvent
from app.services._audit import changes, note_events
from tests import make

SERVICES = Path(__file__).parents[2] / "app" / "services"
# What leaves a trace: events, the change log of scores, the step that does both, entering at the door, linking.
TRACES = {"note_event", "note_events", "_note", "_enter", "_log", "_link", "move", "seal_answers"}
TRACES |= {"take_hop", "take_hops", "move_together", "_rewrite_finding", "_rewrite_recommendation"}
NO_TRACE = {
    "note_presence": "where somebody is looking now, worth nothing a minute later",
    "touch_session": "when a browser was last seen, not what anybody did",
    "_knock": "a try at the door is counted and forgotten; take_try notes the limit that is reached",
    "_knock_by_provider": "as _knock, for who comes back from a provider of identities",
    "_knock_inside": "as _knock, for who links an identity with their account",
    "_give_back": "a right password is no wrong try",
    "_take_try_inside": "as _knock, for who is already inside",
    "_take": "which run sends a digest, while it does",
    "_mark_mailed": "kept with the digest itself; the run that made it is noted",
    "_mark_failed": "as _mark_mailed",
    "_keep_rest": "the rest of a long digest, which _keep noted as a whole",
    "_note_letter": "as _mark_mailed: what became of a letter stands with the letter",
    "read_notice": "what somebody has read is nobody else's business",
    "read_all_notices": "as read_notice",
    "keep_check": "what the server itself found in a list; uploading it and carrying it in are events",
    "set_preferences": "language and look of one's own pages",
}


def verbs() -> dict[str, ast.FunctionDef]:
    return {
        node.name: node
        for path in sorted(SERVICES.glob("*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef)
        and any(getattr(one, "id", "") == "verb" for one in node.decorator_list)
    }


def test_every_verb_leaves_a_trace_or_says_why_not():
    silent = {
        name
        for name, node in verbs().items()
        if not any(
            isinstance(call, ast.Call) and getattr(call.func, "id", "") in TRACES for call in ast.walk(node)
        )
    }
    assert silent == set(NO_TRACE), (
        "A verb that changes something calls note_event with old and new values (services/_audit.py); "
        "one that need not, says why in NO_TRACE."
    )


def test_many_objects_of_one_press_are_as_many_links_and_one_look_at_the_end(app, count_statements):
    now = make.NOW
    with count_statements() as statements:
        note_events("task.assign", "task", [(1, {"after": {"title": "A"}}), (2, {}), (3, {})], None, now)
    rows = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [row.object_id for row in rows] == [1, 2, 3]
    assert [row.previous_hash for row in rows] == [GENESIS, rows[0].hash, rows[1].hash]
    assert sum("SELECT audit_events" in statement for statement in statements) == 1


def test_a_thousand_links_of_one_press_stand_in_their_order(app):
    note_events("task.assign", "task", ((number, {}) for number in range(3000)), None, make.NOW)
    rows = list(db.session.scalars(select(AuditEvent).order_by(AuditEvent.id)))
    assert [row.object_id for row in rows] == list(range(3000))
    assert [row.previous_hash for row in rows[1:]] == [row.hash for row in rows[:-1]]


@pytest.mark.parametrize(
    ("before", "after", "data"),
    [
        ({"a": 1}, {"a": 1}, {"before": {}, "after": {}}),
        ({"a": 1, "b": 2}, {"a": 1, "b": 3}, {"before": {"b": 2}, "after": {"b": 3}}),
        ({}, {"a": None, "b": ""}, {"before": {"b": None}, "after": {"b": ""}}),
    ],
)
def test_an_event_keeps_what_is_different(before, after, data):
    assert changes(before, after) == data


def test_a_seal_tells_a_changed_a_removed_and_an_inserted_line_apart():
    lines = [{"id": number, "field": "value", "at": make.NOW} for number in (1, 2, 4)]
    seals = [seal_of(lines[:2]), seal_of(lines[2:])]
    assert not list(sealed_faults(seals, lines))
    assert not list(sealed_faults(seals, [*lines, {"id": 5}])), "what came later is not sealed yet"
    tampered = [lines[0] | {"field": "note"}, {"id": 3}, lines[2]]
    assert [(one.fault, one.change_id) for one in sealed_faults(seals, tampered)] == [
        ("changed", 1),
        ("added", 3),
        ("removed", 2),
    ]
    assert change_hash(lines[0]) != change_hash(lines[1])
