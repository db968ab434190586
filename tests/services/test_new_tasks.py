"""Giving tasks: to whom, once, and by which documents."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from app.db import db
from app.domain.access import Principal
from app.domain.refusals import Conflict, Invalid
from app.domain.series import Repeat, Series
from app.domain.tasks import DirectiveText, NewTask
from app.models import Directive, Task, Unit
from app.services.directives import create_directive, update_directive
from app.services.tasks import JustGiven, assign_tasks
from tests import make
from tests.services.given import DAY, DUE, NOW, TODAY, office


@pytest.fixture
def unit(app) -> Unit:
    return make.unit()


@pytest.fixture
def by(app) -> Principal:
    return office()


def test_what_was_sent_twice_is_given_once_unless_it_is_meant(unit, by):
    other = make.unit("Phường Đằng Giang")
    new = NewTask("Báo cáo", TODAY, (unit.id,), due=DUE)
    [first] = assign_tasks(new, by, NOW)
    with pytest.raises(JustGiven) as refused:
        assign_tasks(replace(new, lead_ids=(other.id, unit.id)), by, NOW + timedelta(minutes=9))
    assert (refused.value.task_id, refused.value.params) == (first, {"units": 1})
    assert db.session.scalar(select(func.count()).select_from(Task)) == 1
    assert assign_tasks(replace(new, lead_ids=(other.id,)), by, NOW), "another unit is another task"
    assert assign_tasks(replace(new, assigned_on=TODAY - DAY), by, NOW), "so is another day"
    assert assign_tasks(new, by, NOW + timedelta(minutes=11)), "who waits has thought about it"
    assert assign_tasks(new, by, NOW, again=True)


def test_a_regular_task_sent_twice_is_given_once(unit, by):
    series = Series(Repeat.MONTH, TODAY + 90 * DAY)
    new = NewTask("Báo cáo", TODAY, (unit.id,), series=series)
    ids = assign_tasks(new, by, NOW)
    with pytest.raises(JustGiven):
        assign_tasks(new, by, NOW)
    assert db.session.scalar(select(func.count()).select_from(Task)) == len(ids) > 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"lead_ids": ()}, "lead"),
        ({"due": TODAY - DAY}, "due"),
        ({"assigned_on": TODAY + DAY, "due": None}, "assigned_on"),
    ],
)
def test_a_wrong_new_task_is_refused_at_its_field(unit, by, wrong, field):
    fields = {"title": "Báo cáo", "assigned_on": TODAY, "lead_ids": (unit.id,), "due": DUE} | wrong
    with pytest.raises(Invalid) as refused:
        assign_tasks(NewTask(**fields), by, NOW)
    assert refused.value.field == field


def test_a_unit_does_not_lead_and_cooperate_at_once(unit, by):
    with pytest.raises(Invalid) as refused:
        assign_tasks(NewTask("Báo cáo", TODAY, (unit.id,), (unit.id,)), by, NOW)
    assert refused.value.field == "cooperating"


def test_a_directive_is_written_down_once(by):
    text = DirectiveText("Kế hoạch CCHC", "12/KH-UBND", TODAY)
    create_directive(text, by, NOW)
    with pytest.raises(Conflict) as refused:
        create_directive(text, by, NOW)
    assert refused.value.field == "number"


def test_a_directive_changed_by_another_person_is_not_overwritten(by):
    directive_id = create_directive(DirectiveText("Kế hoạch"), by, NOW)
    update_directive(directive_id, DirectiveText("Kế hoạch năm 2022"), 1, by, NOW)
    with pytest.raises(Conflict):
        update_directive(directive_id, DirectiveText("Kế hoạch khác"), 1, by, NOW)
    db.session.expire_all()
    assert db.session.get(Directive, directive_id).title == "Kế hoạch năm 2022"


def test_a_unit_that_is_no_more_is_given_nothing(unit, by):
    old = make.unit("Phường Cầu Tre cũ", valid_to=TODAY - DAY)
    for ids, field in (((old.id,), "lead"), ((unit.id,), "cooperating")):
        others = (old.id,) if field == "cooperating" else ()
        with pytest.raises(Invalid, match="hết ngày") as refused:
            assign_tasks(NewTask("Báo cáo", TODAY, ids, others), by, NOW)
        assert refused.value.field == field
        assert refused.value.params["last"] == "14/09/2022"
    assert assign_tasks(NewTask("Báo cáo", TODAY - DAY, (old.id,)), by, NOW), (
        "what was given while it existed"
    )


def test_a_regular_task_ends_with_its_unit(by):
    unit = make.unit("Phường Cầu Tre", valid_to=date(2022, 10, 31))
    series = Series(Repeat.MONTH, date(2022, 11, 30))
    with pytest.raises(Invalid) as refused:
        assign_tasks(NewTask("Báo cáo tháng", TODAY, (unit.id,), series=series), by, NOW)
    assert (refused.value.field, refused.value.params["period"]) == ("until", "Tháng 11/2022")
    whole = replace(series, until=date(2022, 10, 31))
    assert len(assign_tasks(NewTask("Báo cáo tháng", TODAY, (unit.id,), series=whole), by, NOW)) == 2
