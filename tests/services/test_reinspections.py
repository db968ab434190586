"""A re-inspection begins while somebody else works on what it takes over."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date
from time import sleep

from app.db import db
from app.domain.access import Role
from app.domain.inspection_texts import InspectionText
from app.domain.inspections import InspectionKind, State
from app.domain.periods import Period
from app.domain.tasks import Workflow
from app.models import Task
from app.services.reinspections import Reinspection, begin_reinspection
from tests import make

DAY = date(2022, 9, 20)


def test_what_is_handed_over_at_the_same_moment_is_taken_over_where_it_went(app):
    first = make.inspection(state=State.THEO_DOI_KHAC_PHUC)
    delegation = make.delegation(name="Đoàn phúc tra")
    head = make.user(Role.HEAD).id
    unit = db.session.get_one(make.models.Unit, first.unit_id)
    asked = {
        "directive_id": make.directive(inspection_id=first.id).id,
        "recommendation_id": make.recommendation(first).id,
    }
    stays, goes = make.task(unit, **asked).id, make.task(unit, **asked).id
    heir_unit = make.unit("Phường mới")
    text = InspectionText(
        kind=InspectionKind.PHUC_TRA, period=Period(DAY, DAY), inspected_on=DAY, self_due_on=None
    )
    first_id, wanted = first.id, Reinspection(text, delegation.id)

    def reinspect() -> int:
        with app.app_context():
            try:
                return begin_reinspection(first_id, wanted, head, make.NOW)
            finally:
                db.session.remove()

    with ThreadPoolExecutor(1) as other:
        task = db.session.get_one(Task, goes, with_for_update=True, populate_existing=True)
        task.workflow = Workflow.MOVED
        db.session.flush()
        begun = other.submit(reinspect)
        sleep(0.4)
        heir = make.task(heir_unit, handed_over_from_id=goes, **asked).id  # commits
        new_id = begun.result(30)
    db.session.expire_all()
    taken = {id_: db.session.get_one(Task, id_).reinspection_id for id_ in (stays, goes, heir)}
    assert taken == {stays: new_id, goes: None, heir: new_id}
