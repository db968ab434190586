"""What comes in as a file: what is refused with a sentence, and what a device sends from its outbox."""

from __future__ import annotations

import hashlib
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest

from app.domain.inspections import Side
from tests import make
from tests.cast import SCRIPT, World, words
from tests.documents.hostile import all_of_them, picture
from tests.views.attached import ON_CRITERION, files_on_disk, form, sentence_of, stored, whole


@pytest.fixture
def world(app) -> World:
    return World()


# --- Refuses what must not be kept


def test_every_hostile_file_gets_a_sentence_and_leaves_nothing(world, login, app):
    browser, before = login(world.member), files_on_disk(app)
    faults = []
    for name, file in all_of_them().items():
        reply = browser.post(f"{world.at}/{ON_CRITERION}", data=form(file.content, file.name), headers=SCRIPT)
        if reply.status_code != 422 or file.says not in sentence_of(reply):
            faults.append(f"{name}: {reply.status_code} {words(reply)[:80]}")
    assert not faults, "\n".join(faults)
    assert stored() == []
    assert files_on_disk(app) == before


def test_without_scripts_the_sentence_stands_at_the_field_and_the_caption_stays(world, login):
    reply = login(world.member).post(
        f"{world.at}/{ON_CRITERION}", data=form(b"<svg/>", "a.svg", caption="Sơ đồ")
    )
    assert reply.status_code == 422
    assert "Chỉ nhận ảnh JPEG" in sentence_of(reply)
    assert 'value="Sơ đồ"' in reply.text


@pytest.mark.parametrize(
    ("fields", "says"),
    [
        ({"op_id": "x"}, "Trang này đã cũ"),
        ({"op_id": ""}, "Trang này đã cũ"),
        ({"caption": "x" * 301}, "Tối đa 300 ký tự"),
    ],
)
@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["plain", "script"])
def test_a_form_that_is_wrong_gets_its_sentence(world, login, fields, says, headers):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(**fields), headers=headers)
    assert reply.status_code == 422
    assert says in sentence_of(reply)
    assert stored() == []


@pytest.mark.parametrize("file", [None, "chỉ là chữ", b""])
def test_a_form_without_a_file_asks_for_one(world, login, file):
    data: dict[str, Any] = {"op_id": str(uuid4())}
    if file is not None:
        data["file"] = (BytesIO(file), "") if isinstance(file, bytes) else file
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=data)
    assert reply.status_code == 422
    assert "Hãy chọn tệp" in sentence_of(reply)


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["plain", "script"])
@pytest.mark.parametrize("more", [1, 3 * 2**20], ids=["a byte", "megabytes"])
def test_a_file_beyond_the_limit_gets_a_sentence_with_advice(world, login, headers, more):
    content = b"%PDF-" + bytes(15 * 2**20 + more)
    reply = login(world.member).post(
        f"{world.at}/{ON_CRITERION}", headers=headers, **whole(form(content, "a.pdf"))
    )
    assert reply.status_code in {413, 422}
    assert "lớn hơn 15 MB" in words(reply)
    assert "dpi" in words(reply)
    assert stored() == []


def test_who_is_not_signed_in_sends_no_large_body(world, client):
    reply = client.post(f"{world.at}/{ON_CRITERION}", **whole(form(bytes(8 * 2**20))))
    assert reply.status_code in {303, 413}
    assert client.get("/attachments/1").status_code == 303
    assert client.get("/attachments/1", headers=SCRIPT).status_code == 401


def test_without_the_token_nothing_is_kept(world, login):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(), csrf=False)
    assert (reply.status_code, stored()) == (400, [])


# --- From the outbox of a device


def test_the_hash_of_what_came_is_kept_and_told(world, login):
    content = picture()
    sha256 = hashlib.sha256(content).hexdigest()
    sent = form(content, sha256=sha256.upper())
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=sent, headers=SCRIPT)
    assert (reply.status_code, reply.headers["Soat-Received"]) == (200, sha256)
    [row] = stored()
    assert row.received_sha256 == sha256
    assert row.sha256 != sha256, "a picture is encoded anew"


@pytest.mark.parametrize("claimed", ["0" * 64, "not a hash", "0" * 63])
def test_other_bytes_than_were_sent_are_refused_and_may_be_sent_again(world, login, claimed):
    reply = login(world.member).post(f"{world.at}/{ON_CRITERION}", data=form(sha256=claimed), headers=SCRIPT)
    assert (reply.status_code, stored()) == (422, [])
    assert "Soat-Op" not in reply.headers
    assert ("data-broken" in reply.text) == (claimed == "0" * 64)
    assert "nguyên vẹn" in sentence_of(reply) or "không đúng dạng" in sentence_of(reply)


def test_a_photo_finds_the_finding_by_the_operation_that_made_it(world, login):
    browser = login(world.member)
    finding = make.finding(world.inspection, created_by_id=world.member.id)
    address = f"{world.at}/findings/by-op/{finding.op_id}/attachments"
    sent = form()
    for _again in range(2):
        reply = browser.post(address, data=sent | {"file": (BytesIO(picture()), "anh.jpg")}, headers=SCRIPT)
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, sent["op_id"])
    [row] = stored()
    assert row.finding_id == finding.id
    assert f'data-also="{address}"' in browser.get(f"{world.at}/findings/{finding.id}/edit").text
    assert browser.get(address).status_code == 405
    assert browser.post(f"{world.at}/findings/by-op/{uuid4()}/attachments", data=form()).status_code == 404
    other = make.finding(make.inspection(delegation=world.delegation, unit=make.unit()))
    elsewhere = f"{world.at}/findings/by-op/{other.op_id}/attachments"
    assert browser.post(elsewhere, data=form(), headers=SCRIPT).status_code == 404


def test_words_find_the_file_by_its_operation_and_are_echoed(world, login):
    browser = login(world.member)
    file = make.attachment(world.inspection, side=Side.VERIFIED, uploaded_by_id=world.member.id)
    op_id = str(uuid4())
    for _again in range(2):
        reply = browser.post(
            f"/attachments/by-op/{file.op_id}/caption",
            data={"op_id": op_id, "caption": "Bảng niêm yết"},
            headers=SCRIPT,
        )
        assert (reply.status_code, reply.headers["Soat-Op"]) == (200, op_id)
    [row] = stored()
    assert row.caption == "Bảng niêm yết"
    for address, sent, status in (
        (f"/attachments/by-op/{uuid4()}/caption", {"caption": "x"}, 404),
        (f"/attachments/by-op/{file.op_id}/caption", {"caption": "x" * 301}, 422),
        (f"/attachments/by-op/{file.op_id}/caption", {"caption": "x", "op_id": "1"}, 422),
    ):
        assert browser.post(address, data=sent, headers=SCRIPT).status_code == status
    assert browser.get(f"/attachments/by-op/{file.op_id}/caption").status_code == 405
    assert stored()[0].caption == "Bảng niêm yết"
