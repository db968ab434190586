"""/attachments/<id> and the files of criteria: the ladder of each."""

from __future__ import annotations

import re
from io import BytesIO
from uuid import uuid4

import pytest
from PIL import Image

from app import models
from app.db import db
from app.domain.attachments import FileKind
from app.domain.inspections import Side, State
from tests import make
from tests.cast import HTMX, SCRIPT, World, words
from tests.documents.hostile import EXCEL, office, pdf, picture
from tests.documents.test_images import SECRETS, saved, two_halves, with_secrets
from tests.views.attached import ON_CRITERION, files_on_disk, form, sentence_of, stored


@pytest.fixture
def world(app) -> World:
    return World()


# --- A criterion: works


def test_a_picture_is_kept_and_the_person_comes_back_to_the_criterion(world, login):
    browser = login(world.member)
    reply = browser.post(
        f"{world.at}/{ON_CRITERION}", data=form(name="Niêm yết.JPG", caption="Bảng niêm yết")
    )
    assert reply.status_code == 303
    assert reply.location == f"{world.at}/answers/1.1.1?side=verified"
    [row] = stored()
    assert (row.side, row.name, row.caption, row.kind) == (
        Side.VERIFIED,
        "Niêm yết.jpg",
        "Bảng niêm yết",
        FileKind.PICTURE,
    )
    page = browser.get(reply.location)
    assert "Bảng niêm yết" in words(page)
    assert f'src="/attachments/{row.id}/thumbnail"' in page.text
    assert "Đã lưu tệp" in words(page)


def test_a_script_gets_the_file_as_the_list_shows_it_and_its_operations_name(world, login):
    sent = form(pdf(), "Quyết định.pdf")
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    assert 'class="evidence-item"' in reply.text
    assert "Quyết định.pdf" in reply.text
    assert "<html" not in reply.text


def test_the_same_sending_twice_is_one_file(world, login):
    browser, op_id = login(world.member), str(uuid4())
    first, second = (
        browser.post(f"{world.at}/{ON_CRITERION}", data=form(op_id=op_id), headers=SCRIPT) for _ in range(2)
    )
    assert (first.status_code, second.status_code, len(stored())) == (200, 200, 1)
    assert re.findall(r"file-\d+", first.text) == re.findall(r"file-\d+", second.text)


def test_the_unit_brings_evidence_for_its_own_score_before_it_scored(app, login):
    world = World(State.DANG_TU_CHAM)
    reply = login(world.officer).post(f"{world.at}/{ON_CRITERION}", data=form(office(EXCEL), "so.xlsx"))
    assert reply.status_code == 303
    assert [(row.side, row.kind) for row in stored()] == [(Side.SELF, FileKind.XLSX)]


def test_the_purpose_and_what_must_not_be_brought_stand_at_the_form(world, login):
    said = words(login(world.member).get(f"{world.at}/{ON_CRITERION}"))
    assert "bí mật nhà nước" in said
    assert "không chụp mặt, tên" in said
    assert "tối đa 15 MB" in said


def test_the_number_stands_on_the_card_of_the_scoring_page(world, login):
    make.attachment(world.inspection)
    make.attachment(world.inspection, side=Side.SELF)
    make.attachment(world.inspection, removed_at=make.NOW)

    def number(person: models.User, side: str) -> str:
        page = login(person).get(f"{world.at}/score?side={side}")
        found = re.search(
            rf'data-evidence-count="{make.criterion(world.inspection).id}"[^>]*>(\d+)<', page.text
        )
        assert found
        return found[1]

    assert number(world.member, "verified") == "2"
    assert number(world.officer, "self") == "1", "the delegation's is not counted for the unit"


def test_the_drawer_of_the_scoring_page_gets_the_files_only(world, login):
    make.attachment(world.inspection, caption="Bản chụp")
    reply = login(world.member).get(f"{world.at}/{ON_CRITERION}?side=verified", headers=HTMX)
    assert "Bản chụp" in reply.text
    assert "<html" not in reply.text


# --- What is served


def test_a_picture_is_shown_without_its_place_and_can_do_nothing(world, login):
    browser = login(world.member)
    photo = saved(two_halves(), "JPEG", exif=with_secrets())
    browser.post(f"{world.at}/{ON_CRITERION}", data=form(photo))
    [row] = stored()
    for address in (f"/attachments/{row.id}", f"/attachments/{row.id}/thumbnail"):
        reply = browser.get(address)
        assert (reply.status_code, reply.mimetype) == (200, "image/jpeg")
        assert reply.headers["X-Content-Type-Options"] == "nosniff"
        assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'; sandbox")
        assert reply.headers["Cache-Control"] == "private, no-cache"
        assert reply.headers["Content-Disposition"].startswith("inline")
        assert "Cookie" in reply.headers["Vary"]
        assert not any(secret in reply.data for secret in SECRETS)
        assert not Image.open(BytesIO(reply.data)).getexif()
        again = browser.get(address, headers={"If-None-Match": reply.headers["ETag"]})
        assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (pdf(), "Quyết định 12/QĐ-UBND.pdf", "application/pdf"),
        (office(), "bao-cao.docx", FileKind.DOCX.media_type),
        (office(EXCEL), "so-lieu.xlsx", FileKind.XLSX.media_type),
    ],
)
def test_a_document_is_a_download_and_nothing_else(world, login, content, name, kind):
    browser = login(world.member)
    browser.post(f"{world.at}/{ON_CRITERION}", data=form(content, name))
    [row] = stored()
    reply = browser.get(f"/attachments/{row.id}")
    assert (reply.data, reply.mimetype) == (content, kind)
    assert reply.headers["Content-Disposition"].startswith("attachment")
    assert reply.headers["Cache-Control"] == "private, no-store"
    assert reply.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in reply.headers["Content-Security-Policy"]
    assert browser.get(f"/attachments/{row.id}/thumbnail").status_code == 404


def test_bytes_that_are_gone_are_said_to_be_gone(world, login):
    row = make.attachment(world.inspection, sha256="a" * 64)
    reply = login(world.member).get(f"/attachments/{row.id}")
    assert reply.status_code == 404
    assert "kho lưu trữ" in words(reply)


# --- A criterion: who may


@pytest.mark.parametrize(
    ("person", "side", "status"),
    [
        ("head", "verified", 303),
        ("member", "verified", 303),
        ("secretary", "verified", 403),  # another's area
        ("head", "self", 403),
        ("officer", "self", 409),  # the visit has begun
        ("officer", "verified", 404),  # not published: it is not there
        ("supervisor", "verified", 403),
        ("admin", "verified", 403),
        ("other_officer", "verified", 404),
        ("other_head", "verified", 404),
    ],
)
def test_who_may_add_to_a_criterion_during_the_visit(world, login, app, person, side, status):
    before = files_on_disk(app)
    reply = login(getattr(world, person)).post(
        f"{world.at}/{ON_CRITERION}", data=form(picture(size=(31, 17)), side=side)
    )
    assert reply.status_code == status
    assert len(stored()) == (status == 303)
    if status != 303:
        assert files_on_disk(app) == before


def test_nothing_is_added_when_the_minutes_are_signed(app, login):
    world = World(State.DA_KY_BIEN_BAN, published_at=make.NOW)
    for person, side in ((world.head, "verified"), (world.officer, "self")):
        reply = login(person).post(f"{world.at}/{ON_CRITERION}", data=form(side=side), headers=SCRIPT)
        assert reply.status_code == 409
        assert "không cho phép" in sentence_of(reply)


def test_a_supervision_without_scores_takes_no_evidence_of_scores(app, login):
    world = World(scoring=False)
    assert login(world.head).post(f"{world.at}/{ON_CRITERION}", data=form()).status_code == 409


@pytest.mark.parametrize("address", ["answers/9.9/attachments", "answers/1.1.1/attachments?side=x"])
def test_a_criterion_or_side_that_is_not_there_is_not_found(world, login, address):
    browser = login(world.head)
    assert browser.get(f"{world.at}/{address}").status_code == 404
    assert browser.post(f"{world.at}/{address}", data=form()).status_code == 404


def test_the_delegations_evidence_is_hidden_from_the_unit_until_it_is_published(world, login):
    file = make.attachment(
        world.inspection, caption="CANARY-DOAN", kind=FileKind.PICTURE, thumbnail_sha256="b" * 64
    )
    addresses = (f"/attachments/{file.id}", f"/attachments/{file.id}/thumbnail")
    browser = login(world.officer)
    for address in addresses:
        hidden, missing = browser.get(address), browser.get("/attachments/999999")
        assert (hidden.status_code, words(hidden)) == (404, words(missing))
    for page in (ON_CRITERION, "answers/1.1.1?side=self", "score?side=self", f"{ON_CRITERION}?side=self"):
        reply = browser.get(f"{world.at}/{page}")
        assert reply.status_code == 200
        assert "CANARY" not in reply.text
        assert f"/attachments/{file.id}" not in reply.text
    assert browser.get(f"{world.at}/{ON_CRITERION}?side=verified").status_code == 404
    world.move(State.CHO_KY_BIEN_BAN, published=True)
    assert "CANARY-DOAN" in browser.get(f"{world.at}/{ON_CRITERION}?side=verified").text
    assert "kho lưu trữ" in words(browser.get(addresses[0])), "found, only its bytes were never there"


def test_strangers_find_no_file_and_a_missing_one_looks_the_same(world, login):
    finding = make.finding(world.inspection)
    files = [
        make.attachment(world.inspection),
        make.attachment(world.inspection, side=Side.SELF),
        make.attachment(world.inspection, finding=finding),
        make.attachment(task=make.task(world.ward)),
    ]
    for person in world.strangers:
        browser = login(person)
        for file in files:
            for end, post in (("", 0), ("/thumbnail", 0), ("/remove", 1), ("/restore", 1), ("/caption", 1)):
                ask = browser.post if post else browser.get
                foreign, missing = ask(f"/attachments/{file.id}{end}"), ask(f"/attachments/999999{end}")
                assert (foreign.status_code, missing.status_code) == (404, 404)
                assert words(foreign) == words(missing)
    assert all(row.removed_at is None for row in stored())


def test_a_right_that_was_taken_away_is_gone_at_the_next_request(world, login):
    browser, file = login(world.member), make.attachment(world.inspection)
    assert "kho lưu trữ" in words(browser.get(f"/attachments/{file.id}"))
    db.session.execute(db.delete(models.DelegationMember).filter_by(user_id=world.member.id))
    db.session.commit()
    assert "Không tìm thấy nội dung này" in words(browser.get(f"/attachments/{file.id}"))


# --- Words, taking out and bringing back


def test_a_caption_is_changed(world, login):
    file = make.attachment(world.inspection)
    reply = login(world.member).post(f"/attachments/{file.id}/caption", data={"caption": " Trang 2 "})
    assert reply.status_code == 303
    assert stored()[0].caption == "Trang 2"


@pytest.mark.parametrize("headers", [{}, SCRIPT])
def test_a_caption_that_is_too_long_is_refused(world, login, headers):
    file = make.attachment(world.inspection)
    reply = login(world.member).post(
        f"/attachments/{file.id}/caption", data={"caption": "x" * 301}, headers=headers
    )
    assert reply.status_code == 422
    assert "Tối đa 300 ký tự" in words(reply)


def test_a_file_is_taken_out_with_one_tap_to_bring_it_back(world, login):
    browser, file = login(world.member), make.attachment(world.inspection)
    reply = browser.post(f"/attachments/{file.id}/remove")
    assert reply.status_code == 303
    page = browser.get(reply.location)
    assert "Hoàn tác" in words(page)
    assert f'action="/attachments/{file.id}/restore"' in page.text
    assert browser.get(f"/attachments/{file.id}").status_code == 404
    assert browser.post(f"/attachments/{file.id}/restore").status_code == 303
    assert stored()[0].removed_at is None


def test_in_the_drawer_the_files_of_the_place_come_back_anew(world, login):
    browser, file = login(world.member), make.attachment(world.inspection, caption="Bản chụp")
    gone = browser.post(f"/attachments/{file.id}/remove", headers=HTMX)
    assert "Hoàn tác" in gone.text
    assert "Bản chụp" not in gone.text
    back = browser.post(f"/attachments/{file.id}/restore", headers=HTMX)
    assert "Bản chụp" in back.text
    assert "Hoàn tác" not in back.text


@pytest.mark.parametrize("verb", ["caption", "remove", "restore"])
@pytest.mark.parametrize(
    ("person", "status"), [("secretary", 403), ("supervisor", 403), ("admin", 403), ("officer", 404)]
)
def test_who_may_not_write_here_changes_no_file(world, login, verb, person, status):
    file = make.attachment(world.inspection, removed_at=make.NOW if verb == "restore" else None)
    reply = login(getattr(world, person)).post(f"/attachments/{file.id}/{verb}", data={"caption": "x"})
    assert reply.status_code == status
    row = stored()[0]
    assert (row.caption, row.removed_at is None) == ("", verb != "restore")


@pytest.mark.parametrize("verb", ["caption", "remove", "restore"])
def test_nothing_is_changed_when_the_state_forbids_it(app, login, verb):
    world = World(State.DA_KY_BIEN_BAN, published_at=make.NOW)
    file = make.attachment(world.inspection, removed_at=make.NOW if verb == "restore" else None)
    reply = login(world.head).post(f"/attachments/{file.id}/{verb}", data={"caption": "x"})
    assert reply.status_code == 409


def test_pages_take_no_post_and_verbs_no_get(world, login):
    browser, file = login(world.head), make.attachment(world.inspection)
    for end in ("", "/thumbnail"):
        assert browser.post(f"/attachments/{file.id}{end}").status_code == 405
    for end in ("/caption", "/remove", "/restore"):
        assert browser.get(f"/attachments/{file.id}{end}").status_code == 405
    assert browser.put(f"{world.at}/{ON_CRITERION}").status_code == 405


# --- What it costs


def test_pages_ask_no_more_of_the_database_for_forty_files_than_for_one(world, login, count_statements):
    finding = make.finding(world.inspection)
    browser = login(world.head)
    pages = [
        f"{world.at}/{ON_CRITERION}",
        f"{world.at}/findings",
        f"{world.at}/score",
        f"{world.at}/answers/1.1.1",
    ]

    def cost() -> list[int]:
        found = []
        for page in pages:
            browser.get(page)
            with count_statements() as statements:
                assert browser.get(page).status_code == 200
            found.append(len(statements))
        return found

    make.attachment(world.inspection)
    make.attachment(world.inspection, finding=finding)
    one = cost()
    for _ in range(30):
        make.attachment(world.inspection)
        make.attachment(world.inspection, finding=finding)
    assert cost() == one


def test_a_small_picture_costs_three_statements(world, login, count_statements):
    browser = login(world.member)
    browser.post(f"{world.at}/{ON_CRITERION}", data=form())
    with count_statements() as statements:
        assert browser.get(f"/attachments/{stored()[0].id}/thumbnail").status_code == 200
    assert len(statements) <= 4  # the session, the file, the inspection's card
