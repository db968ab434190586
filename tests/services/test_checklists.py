"""Storing, publishing and deleting versions of checklists."""

import pytest
from sqlalchemy import func, select

from app import models
from app.db import db
from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.domain.access import Role
from app.domain.refusals import Conflict, Invalid, Missing
from app.queries.checklists import checklist_value, find_version, forget_checklists, version_card
from app.services.checklists import delete_draft, import_checklist, publish_version
from tests import make

pytestmark = pytest.mark.usefixtures("app")


@pytest.fixture(scope="module")
def ward():
    return read_checklist(DEFAULT_WORKBOOK.read_bytes())


@pytest.fixture(autouse=True)
def _forget():
    forget_checklists()
    yield
    forget_checklists()


def how_many(model):
    return db.session.execute(select(func.count()).select_from(model)).scalar_one()


def without_ids(checklist):
    def bare(value):
        return type(value)(**{**{f: getattr(value, f) for f in value.__dataclass_fields__}, "id": 0})

    areas = []
    for area in checklist.areas:
        groups = []
        for group in area.groups:
            plain = bare(group)
            groups.append(type(group)(**{**fields(plain), "criteria": tuple(map(bare, group.criteria))}))
        areas.append(type(area)(**{**fields(bare(area)), "groups": tuple(groups)}))
    return type(checklist)(**{**fields(checklist), "areas": tuple(areas)})


def fields(value):
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def test_what_is_stored_is_what_was_in_the_workbook(ward):
    admin = make.user(Role.ADMIN)
    version = import_checklist(ward, "cap-xa-2026", admin.id, make.NOW, publish=True)
    stored = checklist_value(version.id)
    assert without_ids(stored) == ward
    assert all(criterion.id for criterion in stored.criteria)
    card = version_card(version.id)
    assert (card.code, card.version, card.criteria, card.published) == ("cap-xa-2026", "2026.1", 77, True)


def test_the_same_name_and_version_are_stored_once(ward):
    import_checklist(ward, "cap-xa-2026", None, make.NOW)
    with pytest.raises(Invalid, match=r"phiên bản 2026\.1 đã có; hãy đặt phiên bản mới"):
        import_checklist(ward, "khac", None, make.NOW)
    assert how_many(models.ChecklistVersion) == how_many(models.Checklist) == 1


def test_a_new_version_of_a_name_keeps_the_code_and_another_name_gets_a_free_one(ward):
    first = import_checklist(ward, "cap-xa", None, make.NOW)
    newer = type(ward)(**{**fields(ward), "version": "2026.2"})
    other = type(ward)(**{**fields(ward), "name": "Bộ khác"})
    second = import_checklist(newer, "ten-khac", None, make.NOW)
    third = import_checklist(other, "cap-xa", None, make.NOW)
    codes = [version_card(version.id).code for version in (first, second, third)]
    assert codes == ["cap-xa", "cap-xa", "cap-xa-2"]
    assert find_version("cap-xa").version == "2026.2"
    publish_version(first.id, make.user(Role.ADMIN).id, make.NOW)
    assert find_version("cap-xa").version == "2026.1"
    assert find_version("cap-xa@2026.2").id == second.id
    assert find_version("Bộ khác").id == third.id
    assert find_version("khong-co") is None


def test_a_published_version_is_not_published_again_and_not_deleted(ward):
    admin = make.user(Role.ADMIN)
    version = import_checklist(ward, "cap-xa", admin.id, make.NOW)
    publish_version(version.id, admin.id, make.NOW)
    for verb in (publish_version, delete_draft):
        with pytest.raises(Conflict, match="đã công bố"):
            verb(version.id, admin.id, make.NOW)
        with pytest.raises(Missing):
            verb(version.id + 1000, admin.id, make.NOW)
    assert how_many(models.Criterion) == 77


def test_deleting_a_draft_leaves_nothing_of_it_but_the_audit(ward):
    admin = make.user(Role.ADMIN)
    version = import_checklist(ward, "cap-xa", admin.id, make.NOW)
    delete_draft(version.id, admin.id, make.NOW)
    for model in (
        models.Checklist,
        models.ChecklistVersion,
        models.Area,
        models.CriterionGroup,
        models.Criterion,
    ):
        assert how_many(model) == 0
    actions = (
        db.session.execute(select(models.AuditEvent.action).order_by(models.AuditEvent.id)).scalars().all()
    )
    assert [a for a in actions if a.startswith("checklist")] == ["checklist.import", "checklist.delete_draft"]


def test_a_draft_that_an_inspection_uses_is_not_deleted():
    version = make.checklist_version(published=False)
    make.inspection(version=version)
    with pytest.raises(Conflict, match="đang được dùng"):
        delete_draft(version.id, make.user(Role.ADMIN).id, make.NOW)
