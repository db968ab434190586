"""Verbs about accounts: create, correct, close, unlock; passwords and preferences."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import delete, select, update

from ..db import db, verb
from ..domain.access import Role
from ..domain.accounts import ONE_TIME_PASSWORD_LASTS, AccountText, check_name, check_office, check_unit
from ..domain.refusals import Conflict, Invalid, Missing, sentence
from ..domain.reminders import check_address
from ..models import KnownDevice, Unit, User
from ..passwords import hash_password
from ..queries.delegations import seats_lost
from ..queries.idle import is_idle
from ..queries.own_units import inside_commune
from ..vietnamese import fold
from ._addresses import take_address
from ._audit import note_event
from ._door import ask_password, end_sessions, forget_second_step, give_back
from ._door import token_digest as token_digest  # how a cookie's token is looked up


def new_password() -> str:
    """A one-time password that can be read out on the telephone: no 0/O, 1/l."""
    letters = "abcdefghijkmnpqrstuvwxyz23456789"
    return "-".join("".join(secrets.choice(letters) for _ in range(4)) for _ in range(4))


def add_user(
    name: str,
    title: str,
    role: Role,
    unit_id: int | None,
    password: str,
    now: datetime,
    *,
    post: str = "",
    email: str = "",
    must_change: bool = True,
    demo: bool = False,
    by_id: int | None = None,
    with_mail: bool = False,
    office_only: bool = False,
) -> User:
    """A new account; :class:`Conflict` when the name is taken. Its address is asked by a letter.

    ``office_only``: it is placed in an office inside a commune, and does not stand for the commune.
    """
    check_name(name)
    check_address(email)
    user = User(
        name=name,
        title=title,
        post=post,
        role=role,
        unit_id=unit_id,
        password_hash=hash_password(password),
        must_change_password=must_change,
        password_until=now + ONE_TIME_PASSWORD_LASTS if must_change else None,
        demo=demo,
        created_at=now,
    )
    user.name_search = _search_words(user)
    return _add_user(user, email, with_mail, by_id, now, office_only)


@verb
def _add_user(
    user: User, email: str, with_mail: bool, by_id: int | None, now: datetime, office_only: bool
) -> User:
    if db.session.execute(select(User.id).where(User.name == user.name)).first():
        raise Conflict(sentence("Tên đăng nhập «%(name)s» đã có."), field="name", name=user.name)
    _check_place(user.role, user.unit_id, office_only)
    db.session.add(user)
    db.session.flush()
    take_address(user, email, with_mail, now)
    data = {"name": user.name, "title": user.title, "role": user.role, "unit_id": user.unit_id}
    note_event("user.add", "user", user.id, by_id, now, data)
    return user


@verb
def edit_user(
    user_id: int,
    text: AccountText,
    version: int,
    by_id: int,
    now: datetime,
    *,
    with_mail: bool = False,
    ends_seats: bool = False,
    office_only: bool = False,
) -> None:
    """Corrects an account that nobody else changed since ``version``; rights follow at the next request.

    Raises :class:`Conflict` at «ends_seats» when places in running delegations would end and nobody has said so.
    """
    check_address(text.email)
    user = _locked(user_id)
    if user.version != version:
        raise Conflict(
            sentence("Tài khoản vừa được người khác sửa. Hãy mở lại trang để xem bản mới rồi sửa tiếp.")
        )
    if user.role is Role.ADMIN and text.role is not Role.ADMIN:
        _keep_an_admin(user, "role")
    moved = (user.role, user.unit_id) != (text.role, text.unit_id)
    _check_place(text.role, text.unit_id, office_only or not moved)
    lost = seats_lost(user_id, user.role, text.role)
    if lost and not ends_seats:
        raise Conflict(
            sentence(
                "Vai trò mới làm chấm dứt vị trí trong đoàn đang hoạt động: hãy xác nhận hoặc giữ vai trò cũ."
            ),
            field="ends_seats",
        )
    columns = {
        "title": text.title,
        "post": text.post,
        "role": text.role,
        "unit_id": text.unit_id,
        "email": text.email,
    }
    changed = {name: value for name, value in columns.items() if getattr(user, name) != value}
    before = {name: getattr(user, name) for name in changed}
    take_address(user, text.email, with_mail, now)
    for name, value in changed.items():
        setattr(user, name, value)
    user.name_search = _search_words(user)
    user.version += 1
    data: dict[str, object] = {"before": before, "after": changed}
    if lost:
        data["seats"] = [{"delegation": seat.delegation_id, "role": seat.role} for seat in lost]
    note_event("user.update", "user", user_id, by_id, now, data)


@verb
def close_user(user_id: int, by_id: int, now: datetime) -> None:
    """Nobody signs in with it any more; all its sessions end at once, its browsers are forgotten."""
    user = _locked(user_id)
    if not user.active:
        return
    _keep_an_admin(user)
    user.active = False
    user.version += 1
    ended = _shut_out(user_id)
    note_event("user.disable", "user", user_id, by_id, now, {"sessions": ended})


@verb
def close_idle_user(user_id: int, before: datetime, now: datetime) -> bool:
    """Closes an account that nobody has used since ``before``; whether it did. Not the last administrator's, and not
    one that somebody has come in with, or was let in again, at this very moment."""
    user = _locked(user_id)
    if db.session.scalar(select(User.id).where(User.id == user_id, is_idle(before))) is None:
        return False
    if user.role is Role.ADMIN and _open_admins() == [user_id]:
        return False
    user.active = False
    user.version += 1
    since = user.signed_in_at or user.created_at
    data = {"since": since.isoformat(timespec="seconds"), "sessions": _shut_out(user_id)}
    note_event("user.disable_idle", "user", user_id, None, now, data)
    return True


@verb
def open_user(user_id: int, by_id: int, now: datetime) -> None:
    """A closed account works again; without effect on one that does."""
    user = _locked(user_id)
    if user.active:
        return
    user.active, user.opened_at = True, now
    user.version += 1
    note_event("user.enable", "user", user_id, by_id, now)


@verb
def unlock_user(name: str, now: datetime, by_id: int | None = None) -> None:
    """For half an hour wrong tries of others do not keep the person out, on whatever machine."""
    user = _named(name)
    user.unlocked_at = now
    note_event("user.unlock", "user", user.id, by_id, now)


@verb
def remove_second_step(name: str, now: datetime, by_id: int | None = None) -> None:
    """For who has lost both the telephone and the recovery codes; all sessions end."""
    user = _named(name)
    if user.id == by_id:
        raise Conflict(sentence("Hãy tắt xác thực hai bước của chính bạn ở trang tài khoản của tôi."))
    if user.totp_since is None:
        raise Conflict(sentence("Xác thực hai bước chưa bật."))
    forget_second_step(user)
    end_sessions(user.id)
    note_event("user.totp_removed", "user", user.id, by_id, now)


def reset_password(name: str, password: str, now: datetime, by_id: int | None = None) -> None:
    """A new one-time password; every open session of the account ends."""
    _reset_password(name, hash_password(password), now, by_id)


@verb
def _reset_password(name: str, hashed: str, now: datetime, by_id: int | None) -> None:
    user = _named(name)
    if user.id == by_id:
        raise Conflict(sentence("Hãy đổi mật khẩu của chính bạn ở trang tài khoản của tôi."))
    user.password_hash = hashed
    user.opened_at = now  # who gets a new password is awaited
    user.must_change_password = True
    user.password_until = now + ONE_TIME_PASSWORD_LASTS
    _shut_out(user.id)
    note_event("user.reset_password", "user", user.id, by_id, now)


def change_password(
    user_id: int, session_id: int, old: str, new: str, now: datetime, device: str = ""
) -> None:
    """A new password for oneself; all other sessions of the account end, other browsers are forgotten."""
    tries = ask_password(user_id, old, "old", now)
    if new == old:
        raise Invalid(sentence("Mật khẩu mới phải khác mật khẩu hiện tại."), field="new")
    _change_password(user_id, session_id, hash_password(new), tries, now, device)


@verb
def _change_password(
    user_id: int, session_id: int, hashed: str, tries: list[int], now: datetime, device: str
) -> None:
    give_back(tries)
    user = _locked(user_id)
    user.password_hash = hashed
    user.must_change_password = False
    user.password_until = None
    end_sessions(user_id, but=session_id)
    db.session.execute(
        delete(KnownDevice).where(KnownDevice.user_id == user_id, KnownDevice.token_sha256 != device)
    )
    note_event("user.change_password", "user", user_id, user_id, now)


@verb
def set_preferences(user_id: int, locale: str, theme: str) -> None:
    """How the pages look to this person: no event of the trail, for it concerns nobody else."""
    db.session.execute(update(User).where(User.id == user_id).values(locale=locale, theme=theme))


def _locked(user_id: int) -> User:
    user = db.session.get(User, user_id, populate_existing=True, with_for_update=True)
    if user is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return user


def _named(name: str) -> User:
    user = db.session.execute(
        select(User).where(User.name == name).with_for_update(), execution_options={"populate_existing": True}
    ).scalar_one_or_none()
    if user is None:
        raise Missing(sentence("Không có tài khoản «%(name)s»."), name=name)
    return user


def _keep_an_admin(user: User, field: str = "") -> None:
    """The last administrator stays one; the rows are locked, so that two cannot leave at the same moment."""
    if _open_admins() == [user.id]:
        raise Conflict(
            sentence("Đây là quản trị duy nhất còn hoạt động; hãy thêm người khác trước."), field=field
        )


def _open_admins() -> list[int]:
    admins = select(User.id).where(User.role == Role.ADMIN, User.active).order_by(User.id).with_for_update()
    return list(db.session.scalars(admins))


def _check_place(role: Role, unit_id: int | None, office_only: bool) -> None:
    check_unit(role, unit_id)
    if unit_id is None:
        return
    if db.session.get(Unit, unit_id) is None:
        raise Invalid(sentence("Hãy chọn đơn vị trong danh sách."), field="unit")
    inside = inside_commune(unit_id)
    if inside is not None:
        check_office(role, inside.office, inside.commune, office_only)


def _shut_out(user_id: int) -> int:
    """All sessions end and no browser is known any more; how many sessions."""
    db.session.execute(delete(KnownDevice).where(KnownDevice.user_id == user_id))
    return end_sessions(user_id)


def _search_words(user: User) -> str:
    return fold(f"{user.name} {user.title} {user.post}")
