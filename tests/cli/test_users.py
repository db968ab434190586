"""``flask users …``: what an operator does at the machine itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.models import AuditEvent, User, UserSession
from tests import make


@pytest.fixture
def run(app):
    return lambda *words: app.test_cli_runner().invoke(args=["users", *words])


def test_accounts_are_added_listed_and_get_a_new_password(run):
    unit = make.unit("Phường Cầu Tre", code="11779")
    outcome = run("add", "canbo", "--role", "officer", "--unit", unit.code)
    assert outcome.exit_code == 0
    assert outcome.output.startswith("canbo: ")
    assert run("list").output == "canbo\tofficer\tđang dùng\t-\tcanbo\tPhường Cầu Tre\n"
    again = run("reset-password", "canbo")
    assert again.exit_code == 0
    assert again.output != outcome.output


def test_what_cannot_be_done_is_said_and_ends_with_one(run):
    make.user(Role.MEMBER, name="thanhvien")
    for words in (
        ("add", "Cán bộ", "--role", "member"),
        ("add", "thanhvien", "--role", "member"),
        ("add", "canbo", "--role", "officer"),
        ("add", "canbo", "--role", "officer", "--unit", "99999"),
        ("reset-password", "khong-co"),
        ("unlock", "khong-co"),
        ("remove-totp", "khong-co"),
        ("remove-totp", "thanhvien"),
    ):
        outcome = run(*words)
        assert outcome.exit_code == 1, words
        assert outcome.output.startswith("Error: "), words


def test_an_unlock_lets_a_new_machine_in(run, client):
    make.user(Role.ADMIN, name="quantri")
    right = {"name": "quantri", "password": make.PASSWORD}
    for _ in range(5):
        client.post("/login", data={**right, "password": "sai"})
    assert client.post("/login", data=right).status_code == 429
    assert run("unlock", "quantri").exit_code == 0
    assert client.post("/login", data=right).status_code == 303


def test_a_lost_second_step_is_taken_off(run):
    user = make.user(Role.ADMIN, name="quantri", totp_secret="JBSWY3DPEHPK3PXP", totp_since=make.NOW)
    assert "hai bước" in run("list").output
    assert run("remove-totp", "quantri").exit_code == 0
    assert db.session.get_one(User, user.id, populate_existing=True).totp_since is None


# --- accounts that nobody uses ----------------------------------------------------------------------


def ago(days: int) -> datetime:
    return datetime.now(UTC) - timedelta(days=days)


def away(role: Role, name: str, days: int | None, **more: object) -> User:
    """Somebody who was made long ago and came in last so many days ago; never for ``None``."""
    since = None if days is None else ago(days)
    return make.user(role, name=name, created_at=ago(400), signed_in_at=since, **more)


def still_open() -> set[str]:
    return set(db.session.scalars(select(User.name).where(User.active)))


def test_who_stays_away_for_long_is_closed_and_everything_of_theirs_stays(run, login):
    away(Role.ADMIN, "quantri", 1)
    gone = away(Role.MEMBER, "di-vang", 46)
    away(Role.MEMBER, "vua-vao", 44)
    away(Role.OFFICER, "chua-vao", None, unit=make.unit())
    make.user(Role.MEMBER, name="moi-lap", created_at=ago(3))
    away(Role.MEMBER, "mo-lai", 100, opened_at=ago(2))
    away(Role.MEMBER, "da-khoa", 100, active=False)
    tried = run("sweep-idle", "--dry-run")
    assert tried.exit_code == 0
    assert "di-vang: đăng nhập gần nhất" in tried.output
    assert "chua-vao: chưa từng đăng nhập" in tried.output
    assert "Chạy thử" in tried.output
    assert "di-vang" in still_open()
    done = run("sweep-idle")
    assert done.output.endswith("Đã khóa 2 tài khoản.\n")
    assert still_open() == {"quantri", "vua-vao", "moi-lap", "mo-lai"}
    events = db.session.scalars(select(AuditEvent).where(AuditEvent.action == "user.disable_idle")).all()
    assert {event.object_id for event in events} >= {gone.id}
    assert all(event.user_id is None and event.data["since"] for event in events)
    assert run("sweep-idle").output == "Đã khóa 0 tài khoản.\n"


def test_the_last_administrator_is_never_closed(run):
    away(Role.ADMIN, "lau-nhat", 300)
    away(Role.ADMIN, "gan-hon", 200)
    tried = run("sweep-idle", "--dry-run").output
    assert "lau-nhat: đăng nhập gần nhất" in tried
    assert "gan-hon: giữ lại, là quản trị cuối cùng" in tried
    assert still_open() == {"lau-nhat", "gan-hon"}
    assert "giữ lại" in run("sweep-idle").output
    assert still_open() == {"gan-hon"}


def test_who_is_signed_in_and_who_is_let_in_again_is_not_idle(run, login, client):
    away(Role.ADMIN, "quantri", 1)
    worker = away(Role.MEMBER, "dang-lam", 100)
    back = away(Role.MEMBER, "tro-lai", 100, active=False)
    db.session.add(
        UserSession(
            token_sha256="x" * 64,
            user_id=worker.id,
            created_at=ago(3),
            seen_at=ago(1),
            expires_at=ago(-1),
        )
    )
    db.session.commit()
    assert login("quantri", make.PASSWORD).post(f"/admin/users/{back.id}/open").status_code == 303
    run("sweep-idle")
    assert still_open() == {"quantri", "dang-lam", "tro-lai"}
    assert client.post("/login", data={"name": "tro-lai", "password": make.PASSWORD}).status_code == 303
    assert db.session.get_one(User, back.id, populate_existing=True).signed_in_at > ago(1)


def test_the_setting_turns_it_off(run, app, monkeypatch):
    away(Role.ADMIN, "quantri", 1)
    away(Role.MEMBER, "di-vang", 4000)
    monkeypatch.setitem(app.config, "SOAT", replace(app.config["SOAT"], idle_days=0))
    assert "không khóa tài khoản nào" in run("sweep-idle").output
    assert "di-vang" in still_open()
