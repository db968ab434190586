"""Presence: quiet, short-lived, and only among the people of one side."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select, update

from app.db import db
from app.domain.access import Role
from app.domain.inspections import Side
from app.models import AuditEvent, Presence, UserSession
from app.queries.checklists import checklist_value
from app.queries.presences import others_here
from app.services.presences import note_presence
from tests import make


def staged():
    unit = make.unit()
    delegation = make.delegation()
    head = make.user(Role.HEAD, title="Trưởng đoàn")
    secretary = make.user(Role.SECRETARY, title="Thư ký")
    make.member(delegation, Role.HEAD, user=head)
    make.member(delegation, Role.SECRETARY, user=secretary)
    officer = make.user(Role.OFFICER, unit=unit, title="Cán bộ")
    inspection = make.inspection(unit=unit, delegation=delegation)
    return inspection, head, secretary, officer


def tell(client, inspection, criterion=""):
    return client.post(f"/inspections/{inspection.id}/presence", data={"criterion": criterion})


def test_each_hears_about_the_others_of_their_own_side(app, login):
    inspection, head, secretary, officer = staged()
    code = first_code(inspection)
    assert tell(login(secretary), inspection, code).json == {"others": []}
    assert tell(login(head), inspection, code).json == {"others": [{"title": "Thư ký", "criterion": code}]}
    assert tell(login(officer), inspection, code).json == {"others": []}
    heard = tell(login(secretary), inspection).json["others"]
    assert heard == [{"title": "Trưởng đoàn", "criterion": code}]
    assert tell(login(head), inspection).json == {"others": []}  # the secretary is nowhere now


def test_a_word_is_forgotten_after_45_seconds_and_its_row_goes_with_the_next(app):
    inspection, head, secretary, _officer = staged()
    note_presence(inspection.id, secretary.id, Side.VERIFIED, "1.1.1", make.NOW)
    later = make.NOW + timedelta(seconds=44)
    assert [one.title for one in others_here(inspection.id, Side.VERIFIED, head.id, later)] == ["Thư ký"]
    late = make.NOW + timedelta(seconds=46)
    assert others_here(inspection.id, Side.VERIFIED, head.id, late) == []
    note_presence(inspection.id, head.id, Side.VERIFIED, "1.1.1", late)
    assert db.session.scalars(select(Presence.user_id)).all() == [head.id]


def test_it_is_no_event_and_no_activity(app, login):
    inspection, head, _secretary, _officer = staged()
    client = login(head)
    seen = db.session.scalar(select(UserSession.seen_at)) - timedelta(minutes=30)
    db.session.execute(update(UserSession).values(seen_at=seen))
    db.session.commit()
    events = db.session.scalar(select(func.count(AuditEvent.id)))
    assert tell(client, inspection).status_code == 200
    assert db.session.scalar(select(UserSession.seen_at)) == seen
    assert db.session.scalar(select(func.count(AuditEvent.id))) == events
    client.get(f"/inspections/{inspection.id}")
    assert db.session.scalar(select(UserSession.seen_at)) > seen


def test_strangers_get_404_onlookers_403_and_an_unknown_criterion_404(app, login):
    inspection, head, _secretary, _officer = staged()
    assert tell(login(make.user(Role.MEMBER)), inspection).status_code == 404
    assert tell(login(make.user(Role.ADMIN)), inspection).status_code == 403
    assert tell(login(head), inspection, "99.9").status_code == 404
    assert login(head).get(f"/inspections/{inspection.id}/presence").status_code == 405


def first_code(inspection) -> str:

    return checklist_value(inspection.version_id).criteria[0].code
