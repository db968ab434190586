"""The board's columns and conditions against the rules they stand for."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role
from app.domain.inspections import State
from app.domain.task_board import Group, first_group, group_of
from app.domain.task_history import tally
from app.domain.tasks import Basis, Timeliness, Workflow
from app.models import Task, Unit, User
from app.queries._task_groups import group_word, in_group
from app.queries.access import decided_tasks, standing_for_task, visible_tasks
from app.queries.directives import units_of_directive
from app.queries.exports import all_tasks
from app.queries.task_board import By, board, sections
from app.queries.task_figures import counts_by_unit, tallies_as_of, values_as_of
from app.queries.tasks import TaskFilter
from app.views._tasks import sides_of
from tests import make

TODAY = date(2022, 9, 15)
DAY = timedelta(days=1)


def test_the_group_in_the_database_is_that_of_the_domain(app):
    unit = make.unit()
    for workflow in Workflow:
        for due in (None, TODAY - DAY, TODAY, TODAY + 3 * DAY, TODAY + 4 * DAY):
            for given in (TODAY, TODAY + DAY):
                done = TODAY if workflow is Workflow.DONE else None
                make.task(unit, workflow=workflow, due_current=due, assigned_on=given, completed_on=done)
    word = group_word(TODAY).label("word")
    rows = db.session.execute(select(Task, word)).all()
    assert {row.word for row in rows} == set(Group) - {Group.AWAITING}
    for row in rows:
        task = row.Task
        assert row.word == group_of(task.workflow, task.assigned_on, task.due_current, TODAY)
    counts = board(Task.id.is_not(None), Task.id.is_(None), TaskFilter(), TODAY)
    assert counts.total == len(rows)
    assert (counts.to_confirm, counts.late_awaiting) == (0, 1)
    # What a tile says is what stands below it; what waits stands in the group of its day too.
    for group in Group:
        below = db.session.scalars(select(Task).where(in_group(group, TODAY))).all()
        assert counts.counts[group] == len(below)
        waiting = sum(task.workflow is Workflow.AWAITING for task in below)
        assert counts.left[group] == len(below) - (0 if group is Group.AWAITING else waiting)


def test_soon_late_and_in_time_are_the_same_n_everywhere(app):
    """Board, list, workbook, sections, page of the directive, figures and domain: every state with every day."""
    unit, directive = make.unit(), make.directive()
    for workflow in Workflow:
        for due in (None, TODAY - DAY, TODAY, TODAY + 3 * DAY, TODAY + 4 * DAY):
            for lead in (True, False):
                make.task(
                    unit,
                    workflow=workflow,
                    due_current=due,
                    completed_on=TODAY - DAY if workflow is Workflow.DONE else None,
                    lead=lead,
                    directive_id=directive.id,
                )
    upcoming = {"assigned_on": TODAY + DAY, "due_current": TODAY + 2 * DAY}
    make.task(unit, directive_id=directive.id, **upcoming)
    seen, everything = Task.lead, TaskFilter()
    tile = board(seen, Task.id.is_(None), everything, TODAY).counts
    # Each of the four open states has two days that are soon: a report that waits is not done yet.
    assert tile[Group.DUE_SOON] == 8
    counted = tally(values_as_of(TODAY, seen), TODAY).counts
    assert tallies_as_of(Task.unit_id, TODAY, Basis.CURRENT, seen)[unit.id].counts == counted
    assert counts_by_unit(TODAY, seen)[unit.id] == counted
    assert tile[Group.DUE_SOON] == counted.open_due_soon
    assert tile[Group.DUE_SOON] + tile[Group.IN_TIME] == counted.open_in_time
    assert tile[Group.OVERDUE] == counted.open_overdue
    assert tile[Group.NO_DUE] == counted.open_no_due
    assert tile[Group.DONE] == counted.done
    by_day = replace(everything, timeliness=Timeliness.DUE_SOON)
    by_tile = replace(everything, group=Group.DUE_SOON)
    below = [[row.id for row in all_tasks(seen, wanted, TODAY)] for wanted in (by_day, by_tile)]
    assert below[0] == below[1]
    assert len(below[0]) == tile[Group.DUE_SOON]
    late_and_soon = (tile[Group.OVERDUE], tile[Group.DUE_SOON])
    for by in By:
        assert [(one.overdue, one.soon) for one in sections(seen, everything, TODAY, by)] == [late_and_soon]
    (row,) = units_of_directive(seen, directive.id, TODAY).rows
    assert (row.overdue, row.soon) == late_and_soon


@pytest.mark.parametrize(
    ("counts", "waiting", "first"),
    [
        ({}, 0, Group.OVERDUE),
        ({Group.DONE: 3}, 0, Group.DONE),
        ({Group.DUE_SOON: 1, Group.IN_TIME: 5}, 0, Group.DUE_SOON),
        ({Group.OVERDUE: 2, Group.AWAITING: 1}, 0, Group.OVERDUE),
        ({Group.OVERDUE: 2, Group.AWAITING: 1}, 1, Group.AWAITING),
    ],
)
def test_where_the_board_opens(counts, waiting, first):
    assert first_group(counts, waiting) is first


def principal(user: User) -> Principal:
    unit = db.session.get(Unit, user.unit_id) if user.unit_id else None
    return Principal(user.id, user.role, user.unit_id, unit.path if unit else "")


def test_who_decides_in_lists_is_who_decides_on_the_page(app):
    office, other_office = make.unit("Quận"), make.unit("Sở")
    ward, neighbour = make.unit("Phường A", parent=office), make.unit("Phường B", parent=office)
    elsewhere = make.unit("Phường C")
    delegation, cancelled = make.delegation(), make.delegation()
    inspected = make.inspection(unit=ward, delegation=delegation)
    called_off = make.inspection(unit=neighbour, delegation=cancelled, state=State.HUY)
    people = [
        make.user(role, unit=unit)
        for role in Role
        if role is not Role.DEPUTY
        for unit in (None, office, other_office, ward)
    ]
    for place in (Role.HEAD, Role.DEPUTY, Role.SECRETARY, Role.MEMBER):
        for unit in (office, ward):
            people.append(make.member(delegation, place, user=make.user(Role.OFFICER, unit=unit)))
            people.append(make.member(delegation, place, user=make.user(Role.HEAD, unit=unit)))
        people.append(make.member(cancelled, place, user=make.user(Role.HEAD, unit=other_office)))
    people = [one if isinstance(one, User) else db.session.get(User, one.user_id) for one in people]
    made = [
        make.task(unit, assigner_unit_id=giver and giver.id)
        for unit in (ward, neighbour, office)
        for giver in (None, office, other_office, ward)
    ]
    # What an inspection asked for or looks at again, handed over to another unit since.
    for one in (inspected, called_off):
        asked = make.directive(inspection_id=one.id)
        for unit in (ward, other_office, elsewhere):
            made.append(make.task(unit, directive_id=asked.id))
            made.append(make.task(unit, reinspection_id=one.id, assigner_unit_id=office.id))
    decided = 0
    for person in people:
        me = principal(person)
        mine = set(db.session.scalars(select(Task.id).where(decided_tasks(me))))
        expected = {task.id for task in made if "assigner" in sides_of(standing_for_task(me, task))}
        assert mine == expected, (person.role, person.unit_id)
        seen = set(db.session.scalars(select(Task.id).where(visible_tasks(me))))
        assert mine <= seen
        assert seen == {task.id for task in made if standing_for_task(me, task).role is not None}
        decided += len(mine)
    assert decided > 20
