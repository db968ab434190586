"""The delegation's pictures in the minutes: on the page, in the workbook, in the seal."""

from __future__ import annotations

from dataclasses import replace
from io import BytesIO
from uuid import uuid4

import pytest
from openpyxl import load_workbook
from PIL import Image

from app.documents.minutes.photos import GONE, MOST
from app.documents.minutes_xlsx import write_minutes
from app.domain.access import Role
from app.domain.attachments import FileKind, Place, Upload
from app.domain.inspections import Side, State
from app.domain.minutes import Minutes
from app.queries.checklists import checklist_value
from app.queries.minutes import minutes_card
from app.services.attachments import add_attachment, remove_attachment
from tests import make

SHEET = "PL6 Ảnh minh chứng"


def picture(colour: str, size: tuple[int, int] = (320, 240)) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, colour).save(out, "JPEG")
    return out.getvalue()


class World:
    def __init__(self, app) -> None:
        self.store = app.config["SOAT"].storage
        delegation = make.delegation()
        self.head = make.member(delegation, Role.HEAD)
        self.inspection = make.inspection(delegation=delegation, state=State.DANG_KIEM_TRA)
        self.id = self.inspection.id
        self.checklist = checklist_value(self.inspection.version_id)

    def add(self, code: str, colour: str, caption: str = "") -> int:
        criterion = self.checklist.by_code[code][1]
        upload = Upload(FileKind.PICTURE, "anh.jpg", picture(colour, (640, 480)), thumbnail=picture(colour))
        place = Place(inspection_id=self.id, criterion_id=criterion.id, side=Side.VERIFIED)
        return add_attachment(self.store, place, upload, str(uuid4()), caption, self.head.id, make.NOW)


@pytest.fixture
def world(app) -> World:
    return World(app)


def book_of(reply) -> list[str]:
    return load_workbook(BytesIO(reply.data)).sheetnames


def test_minutes_without_pictures_have_no_sheet_for_them(world, login):
    reply = login(world.head).get(f"/inspections/{world.id}/minutes.xlsx")
    assert SHEET not in book_of(reply)


def test_pictures_stand_in_the_order_of_the_checklist_with_their_captions(world, login):
    world.add("1.1.2", "blue", "Bảng niêm yết mất trang")
    world.add("1.1.1", "red")
    gone = world.add("1.1.1", "green", "Ảnh đã bỏ")
    remove_attachment(gone, world.head.id, make.NOW)
    make.attachment(
        world.inspection,
        side=Side.SELF,
        kind=FileKind.PICTURE,
        thumbnail_sha256="1" * 64,
        caption="Ảnh của đơn vị",
    )
    browser = login(world.head)

    page = browser.get(f"/inspections/{world.id}/minutes").text
    assert "Ảnh 1 (mục 1.1.1)<" in page
    assert "Ảnh 2 (mục 1.1.2): Bảng niêm yết mất trang" in page
    assert "Ảnh đã bỏ" not in page
    assert "Ảnh của đơn vị" not in page

    book = load_workbook(BytesIO(browser.get(f"/inspections/{world.id}/minutes.xlsx").data))
    sheet = book[SHEET]
    images = sheet._images
    assert [(image.anchor._from.col, image.anchor._from.row) for image in images] == [(0, 3), (1, 3)]
    assert [_colour(image._data()) for image in images] == ["red", "blue"]
    assert [cell.value for cell in sheet[5]] == [
        "Ảnh 1 (mục 1.1.1)",
        "Ảnh 2 (mục 1.1.2): Bảng niêm yết mất trang",
    ]
    assert "Phụ lục 6" in sheet["A1"].value


def _colour(data: bytes) -> str:
    pixel = Image.open(BytesIO(data)).getpixel((100, 100))
    return max(zip(pixel, ("red", "green", "blue"), strict=True))[1]


def test_a_picture_changes_the_seal_and_the_snapshot_keeps_it(world):
    before = minutes_card(world.id).minutes
    world.add("1.1.1", "red", "Ảnh")
    after = minutes_card(world.id).minutes
    assert before.sha256 != after.sha256
    assert Minutes.from_json(after.to_json()) == after


def test_minutes_without_pictures_keep_the_seal_they_had_before_there_were_any(world):
    assert "photos" not in minutes_card(world.id).minutes.to_json()


def test_a_picture_that_the_storage_lost_leaves_its_caption(world):
    world.add("1.1.1", "red", "Ảnh")
    sheet = load_workbook(BytesIO(write_minutes(minutes_card(world.id).minutes, {})))[SHEET]
    assert sheet["A4"].value == GONE
    assert sheet["A5"].value == "Ảnh 1 (mục 1.1.1): Ảnh"


def test_very_many_pictures_are_cut_with_a_sentence(world):
    world.add("1.1.1", "red")
    minutes = minutes_card(world.id).minutes
    many = replace(minutes, photos=minutes.photos * (MOST + 3))
    sheet = load_workbook(BytesIO(write_minutes(many, {})))[SHEET]
    assert "Còn 3 ảnh khác" in sheet.cell(sheet.max_row, 1).value
