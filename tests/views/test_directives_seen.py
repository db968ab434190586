"""Who sees a directive: one condition for its page, its files, the lists, the choices and the lists carried in."""

from __future__ import annotations

from io import BytesIO
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.access import Principal, Role, may_write_directive
from app.domain.imports import ImportedTask
from app.domain.refusals import Missing
from app.domain.tasks import DirectiveText, NewTask
from app.domain.units import UnitKind
from app.models import Directive, Task, User
from app.queries.access import visible_directives
from app.queries.task_imports import known_directives
from app.services.task_imports import Source, import_tasks
from app.services.tasks import assign_tasks
from tests import make
from tests.cast import words

TITLE = "Kế hoạch kín của Sở Nội vụ"
NUMBER = "77/KH-SNV"


class World:
    """A province with two offices, each with planners of its own, and three wards."""

    def __init__(self) -> None:
        self.city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
        self.office, self.other = (
            make.unit(name, kind=UnitKind.SO_NGANH, parent=self.city) for name in ("Sở Nội vụ", "Sở Tư pháp")
        )
        self.ward, self.neighbour = (make.unit(f"Phường {x}", parent=self.city) for x in ("A", "B"))
        self.author = make.user(Role.SECRETARY, unit=self.office)
        self.colleague = make.user(Role.HEAD, unit=self.office)
        self.reader = make.user(Role.MEMBER, unit=self.office)
        self.planner = make.user(Role.HEAD, unit=self.other)
        self.free = make.user(Role.SECRETARY)
        self.officer = make.user(Role.OFFICER, unit=self.ward)
        self.neighbours = make.user(Role.UNIT_HEAD, unit=self.neighbour)
        self.above = make.user(Role.SUPERVISOR, unit=self.city)
        self.beside = make.user(Role.SUPERVISOR, unit=self.other)
        self.admin = make.user(Role.ADMIN)
        self.directive = make.directive(
            title=TITLE,
            number=NUMBER,
            issued_on=make.NOW.date(),
            unit_id=self.office.id,
            created_by_id=self.author.id,
        )
        self.file = make.attachment(directive_id=self.directive.id, name="Kin.pdf")
        self.at = f"/directives/{self.directive.id}"

    def task(self, **rest: Any) -> Task:
        given = {"directive_id": self.directive.id, "assigner_unit_id": self.office.id}
        return make.task(self.ward, **given | rest)


@pytest.fixture
def world(app) -> World:
    return World()


def principal(user: User) -> Principal:
    path = user.unit_id and db.session.get_one(make.models.Unit, user.unit_id).path
    return Principal(user.id, user.role, user.unit_id, path or "")


def sees(user: User) -> bool:
    found = select(Directive.id).where(visible_directives(principal(user)), Directive.title == TITLE)
    return db.session.execute(found).first() is not None


def cells(reply) -> str:
    book = load_workbook(BytesIO(reply.data))
    return " ".join(str(cell.value) for sheet in book for row in sheet for cell in row)


def test_before_it_gives_a_task_its_office_and_who_is_above_see_it(world):
    seen = {name for name, user in vars(world).items() if isinstance(user, User) and sees(user)}
    assert seen == {"author", "colleague", "reader", "above", "admin"}


def test_with_a_task_the_unit_sees_it_and_the_delegation_that_inspects_the_unit(world):
    delegation = make.delegation()
    member = make.member(delegation, Role.MEMBER, areas=("1",))
    assert not sees(member)
    make.inspection(unit=world.ward, delegation=delegation)
    world.task()
    assert sees(world.officer)
    assert sees(member)
    assert not sees(world.neighbours)
    assert not sees(world.planner)


def test_who_plans_in_another_office_meets_it_nowhere(world, login):
    world.task()
    for person in (world.planner, world.free, world.neighbours, world.beside):
        browser = login(person)
        for address in (
            world.at,
            f"{world.at}/edit",
            f"{world.at}/attachments",
            f"/attachments/{world.file.id}",
        ):
            assert browser.get(address).status_code in {403, 404}, address
            assert TITLE not in browser.get(address).text
        assert browser.get(world.at).text == browser.get("/directives/999999").text
        for address in (
            "/directives",
            "/directives?q=kin",
            f"/tasks/figures?by=van_ban&unit={world.city.id}",
        ):
            assert TITLE not in browser.get(address).text, address
            assert NUMBER not in browser.get(address).text, address
        assert NUMBER not in cells(browser.get("/directives.xlsx?q=kin"))
        board = browser.get(f"/tasks?directive={world.directive.id}")
        assert TITLE not in board.text


def test_who_plans_in_its_office_reads_and_writes_it(world, login):
    browser = login(world.colleague)
    assert TITLE in words(browser.get(world.at))
    assert TITLE in words(browser.get("/directives?q=kin"))
    assert NUMBER in cells(browser.get("/directives.xlsx"))
    assert TITLE in browser.get("/tasks/new").text
    assert browser.get(f"{world.at}/edit").status_code == 200
    reader = login(world.reader)
    assert TITLE in words(reader.get(world.at))
    assert reader.get(f"{world.at}/edit").status_code == 403


def test_no_task_is_given_under_a_directive_of_another_office(world, login):
    mine = make.directive(title="Của mình", unit_id=world.other.id)
    browser = login(world.planner)
    page = browser.get(f"/tasks/new?directive={world.directive.id}").text
    assert TITLE not in page
    assert "Của mình" in page
    sent = {"title": "Việc", "lead": str(world.ward.id), "assigned_on": "01/09/2022"}
    refused = browser.post("/tasks/new", data=sent | {"directive": str(world.directive.id)})
    assert refused.status_code == 422
    assert TITLE not in refused.text
    new = NewTask("Việc", make.NOW.date(), (world.ward.id,), directive_id=world.directive.id)
    with pytest.raises(Missing) as missing:
        assign_tasks(new, principal(world.planner), make.NOW)
    assert missing.value.field == "directive"
    assert browser.post("/tasks/new", data=sent | {"directive": str(mine.id)}).status_code == 303


def test_who_has_gone_to_another_office_has_left_its_directives_behind(world, login):
    browser = login(world.author)
    assert browser.get(f"{world.at}/edit").status_code == 200
    author = db.session.get_one(User, world.author.id)
    author.unit_id = world.other.id
    db.session.commit()
    assert browser.get(world.at).status_code == 404
    assert browser.post(f"{world.at}/edit", data={"title": "Khác", "version": "1"}).status_code == 404


@pytest.mark.parametrize(
    ("role", "unit_id", "office_id", "author_id", "may"),
    [
        (Role.HEAD, 1, 1, 9, True),
        (Role.HEAD, 1, 2, 7, False),
        (Role.HEAD, None, None, 7, True),
        (Role.HEAD, None, None, None, False),
        (Role.HEAD, 1, None, 9, False),
        (Role.MEMBER, 1, 1, 7, False),
        (Role.ADMIN, 1, 1, 7, False),
    ],
)
def test_who_may_write_it(role, unit_id, office_id, author_id, may):
    assert may_write_directive(Principal(7, role, unit_id), office_id, author_id) is may


def test_who_has_no_office_sees_what_they_wrote_down_and_nobody_else_does(world, login):
    own = make.directive(title="Của riêng", created_by_id=world.free.id)
    assert "Của riêng" in words(login(world.free).get(f"/directives/{own.id}"))
    assert login(world.planner).get(f"/directives/{own.id}").status_code == 404


def test_two_offices_may_have_the_same_number_on_the_same_day(world, login):
    sent = {"kind": "ke_hoach", "title": "Kế hoạch", "number": NUMBER, "issued_on": "15/09/2022"}
    assert world.directive.issued_on.isoformat() == "2022-09-15"
    assert login(world.colleague).post("/directives/new", data=sent).status_code == 409
    reply = login(world.planner).post("/directives/new", data=sent)
    assert reply.status_code == 303, "that another office has it is not told"


def test_a_conclusion_is_seen_by_its_delegation_and_its_unit_even_without_tasks(world):
    delegation = make.delegation()
    member = make.member(delegation, Role.SECRETARY)
    inspection = make.inspection(unit=world.neighbour, delegation=delegation)
    world.directive.inspection_id, world.directive.unit_id = inspection.id, None
    world.directive.created_by_id = None
    db.session.commit()
    seen = {name for name, user in vars(world).items() if isinstance(user, User) and sees(user)}
    assert sees(member)
    assert seen == {"neighbours", "above", "admin"}


def test_the_list_asks_no_more_for_many_directives_than_for_one(world, login, count_statements):
    browser = login(world.colleague)
    counts = []
    for number in (1, 20):
        for i in range(number):
            make.directive(title=f"Văn bản {number}.{i}", unit_id=world.office.id)
        with count_statements() as statements:
            browser.get("/directives")
        counts.append(len(statements))
    assert counts[0] == counts[1]


def test_a_list_carried_in_does_not_hang_its_tasks_on_another_offices_directive(world):
    named = DirectiveText(TITLE, NUMBER, world.directive.issued_on)
    for number, (person, found, added) in enumerate(((world.planner, 0, 1), (world.colleague, 1, 0))):
        who, key = principal(person), (NUMBER, TITLE, named.issued_on)
        assert len(known_directives([key], who)) == found
        line = ImportedTask(number, "A", f"Việc {number}", make.NOW.date(), directive=named)
        import_tasks([line], {"A": world.ward.id}, who, Source("s", "f"), make.NOW)
        task = db.session.scalars(select(Task).where(Task.title == line.title)).one()
        assert (task.directive_id == world.directive.id) is (added == 0)
    assert len(known_directives([key], None)) == 1, "the command sees all"
