"""Secrets of the second step lie encrypted in the database, outlive a change of the key, and may be lost with a sentence."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from app import totp, vault
from app.config import read_settings
from app.db import db
from app.domain.access import Role
from app.models import RecoveryCode
from app.queries.users import second_step_of
from app.vault import UNREADABLE, Vault
from tests import make
from tests.cast import words
from tests.conftest import Client

SECRET = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
RECOVERY = "abcd-efgh-ijkm-npqr"


def kept(user_id: int) -> str:
    """What really lies in the table, past the column's type."""
    return db.session.execute(
        text("SELECT totp_secret FROM users WHERE id = :id"), {"id": user_id}
    ).scalar_one()


def keep(user_id: int, value: str) -> None:
    db.session.execute(
        text("UPDATE users SET totp_secret = :value WHERE id = :id"), {"value": value, "id": user_id}
    )
    db.session.commit()
    db.session.expire_all()


@pytest.fixture
def user(app):
    person = make.user(Role.HEAD, name="truongdoan", totp_secret=SECRET, totp_since=make.NOW)
    digest = totp.code_digest(person.id, RECOVERY)
    db.session.add(RecoveryCode(user_id=person.id, code_sha256=digest))
    db.session.commit()
    return person


@pytest.fixture
def change_key(app):
    """Another signing key from now on; ``older`` are still believed."""
    before = app.extensions["soat.vault"]
    yield lambda key, *older: vault.init_app(app, (key, *older))
    app.extensions["soat.vault"] = before


def code(steps: int = 0) -> str:
    return totp.current_code(SECRET, datetime.fromtimestamp(datetime.now(UTC).timestamp() + 30 * steps, UTC))


def to_the_code(client: Client) -> None:
    sent = {"name": "truongdoan", "password": make.PASSWORD}
    assert client.post("/login", data=sent).location == "/login/code"


def test_what_is_sealed_tells_nothing_and_is_opened_again():
    ours = Vault(["khóa ký"])
    sealed = ours.seal(SECRET)
    assert SECRET not in sealed
    assert ours.open(sealed) == SECRET
    assert ours.seal(SECRET) != sealed, "twice the same text looks different"
    assert ours.open(SECRET) == SECRET, "what was never sealed"
    assert Vault(["khác"]).open(sealed) == UNREADABLE
    assert Vault(["khác", "khóa ký"]).open(sealed) == SECRET
    assert ours.open(sealed[:-5]) == ours.open("fernet1:") == ours.open("fernet1:ấ") == UNREADABLE


def test_the_secret_lies_encrypted_in_the_database(user, client):
    assert kept(user.id).startswith("fernet1:")
    assert SECRET not in kept(user.id)
    to_the_code(client)
    assert client.post("/login/code", data={"code": code()}).status_code == 303
    assert client.get("/me").status_code == 200


def test_a_secret_of_an_older_version_works_and_is_encrypted_at_its_next_use(user, client):
    keep(user.id, SECRET)
    to_the_code(client)
    assert kept(user.id) == SECRET
    assert client.post("/login/code", data={"code": code()}).status_code == 303
    assert kept(user.id).startswith("fernet1:")
    assert second_step_of(user.id).secret == SECRET


def test_after_a_change_of_the_key_the_older_one_still_opens_and_use_seals_anew(user, client, change_key):
    change_key("khóa mới", "for tests only")
    to_the_code(client)
    assert client.post("/login/code", data={"code": code()}).status_code == 303
    assert Vault(["khóa mới"]).open(kept(user.id)) == SECRET


def test_with_a_lost_key_a_sentence_says_what_helps(user, client, change_key):
    change_key("khóa mới")
    to_the_code(client)
    for _ in range(8):  # no guess, so it locks nobody out
        refused = client.post("/login/code", data={"code": code()})
        assert refused.status_code == 422
        assert "mã khôi phục" in words(refused)
        assert "đề nghị quản trị" in words(refused)
    assert client.post("/login/code", data={"code": RECOVERY}).status_code == 303
    page = client.get("/me/second-step")
    assert "không còn đọc được" in words(page)
    renewed = client.post("/me/second-step/codes", data={"renew-code": code()})
    assert renewed.status_code == 422
    assert kept(user.id).startswith("fernet1:"), "what cannot be read is left alone: the key may come back"


def test_with_a_lost_key_the_second_step_is_taken_off_by_a_recovery_code(user, client, change_key):
    change_key("khóa mới")
    to_the_code(client)
    client.post("/login/code", data={"code": RECOVERY})
    another = "2345-6789-abcd-efgh"
    db.session.add(RecoveryCode(user_id=user.id, code_sha256=totp.code_digest(user.id, another)))
    db.session.commit()
    proof = {"off-password": make.PASSWORD, "off-code": another}
    assert client.post("/me/second-step/off", data=proof).status_code == 303
    assert "Bắt đầu" in words(client.get("/me/second-step"))
    assert second_step_of(user.id).secret is None


def test_a_setting_up_that_met_a_change_of_the_key_begins_again(app, login, change_key):
    person = make.user(Role.HEAD, name="truongdoan", totp_secret=SECRET)
    browser = login(person)
    change_key("khóa mới")
    page = browser.get("/me/second-step")
    assert "Bắt đầu" in words(page)
    assert "không còn đọc được" not in words(page)
    assert browser.post("/me/second-step/confirm", data={"code": code()}).status_code == 409
    assert browser.post("/me/second-step/begin", data={"password": make.PASSWORD}).status_code == 303


def test_the_command_encrypts_what_is_there_and_names_what_cannot_be_read(app, user, change_key):
    older = make.user(name="cu", totp_secret=SECRET)
    keep(older.id, SECRET)
    run = app.test_cli_runner()
    first = run.invoke(args=["users", "seal-totp"])
    assert (first.exit_code, first.output) == (0, "Đã mã hóa 2 khóa xác thực hai bước.\n")
    assert kept(older.id).startswith("fernet1:")
    change_key("khóa mới", "for tests only")
    make.user(name="mat", totp_secret=SECRET)
    run.invoke(args=["users", "seal-totp"])
    change_key("khóa mới")
    assert second_step_of(user.id).secret == SECRET, "sealed with the newest key"
    keep(older.id, Vault(["đã mất"]).seal(SECRET))
    lost = run.invoke(args=["users", "seal-totp"])
    assert lost.exit_code == 1
    assert "Đã mã hóa 2 khóa" in lost.output
    assert "Không còn đọc được khóa của: cu." in lost.output


def test_the_keys_are_settings(tmp_path):
    settings = read_settings({"SECRET_KEY": "mới", "SECRET_KEY_FALLBACKS": "cũ, cũ hơn,"})
    assert settings.secret_keys == ("mới", "cũ", "cũ hơn")
    assert read_settings({"DATA_DIR": str(tmp_path)}).secret_key_fallbacks == ()
