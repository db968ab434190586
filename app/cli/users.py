"""``flask users add``, ``list``, ``reset-password``, ``unlock``, ``remove-totp``, ``seal-totp``, ``sweep-idle``."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import current_app
from flask.cli import AppGroup

from ..config import Settings
from ..domain.access import ACCOUNT_ROLES, Role
from ..domain.refusals import Refused
from ..queries.idle import idle_accounts, open_admins
from ..queries.units import find_unit_by_code
from ..queries.users import list_users
from ..services.second_step import reseal
from ..services.users import (
    add_user,
    close_idle_user,
    new_password,
    remove_second_step,
    reset_password,
    unlock_user,
)
from ..vietnamese import count, date_short

group = AppGroup("users", help="Tài khoản: thêm, liệt kê, đặt lại mật khẩu, mở khóa.")


@group.command("add")
@click.argument("name")
@click.option("--role", required=True, type=click.Choice([role.value for role in ACCOUNT_ROLES]))
@click.option("--unit", "unit_code", help="Mã đơn vị (mã GSO, ví dụ 11779).")
@click.option("--title", help="Tên hoặc chức vụ hiển thị; mặc định là tên đăng nhập.")
def add(name: str, role: str, unit_code: str | None, title: str | None) -> None:
    """Thêm tài khoản và in mật khẩu dùng một lần."""
    unit = find_unit_by_code(unit_code) if unit_code else None
    if unit_code and unit is None:
        raise click.ClickException(f"Không có đơn vị mã «{unit_code}».")
    password = new_password()
    try:
        add_user(name, title or name, Role(role), unit.id if unit else None, password, datetime.now(UTC))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name}: {password}")


@group.command("list")
def show() -> None:
    """Liệt kê tài khoản: tên, vai trò, trạng thái, xác thực hai bước, hiển thị, đơn vị."""
    for user, unit in list_users():
        state = "đang dùng" if user.active else "đã khóa"
        second = "hai bước" if user.totp_since else "-"
        click.echo("\t".join((user.name, user.role.value, state, second, user.title, unit or "-")))


@group.command("reset-password")
@click.argument("name")
def reset(name: str) -> None:
    """Đặt lại mật khẩu và in mật khẩu dùng một lần."""
    password = new_password()
    try:
        reset_password(name, password, datetime.now(UTC))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name}: {password}")


@group.command("unlock")
@click.argument("name")
def unlock(name: str) -> None:
    """Cho đăng nhập từ máy mới trong 30 phút, dù người khác đã thử sai nhiều lần."""
    try:
        unlock_user(name, datetime.now(UTC))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name}: đăng nhập được từ máy mới trong 30 phút.")


@group.command("remove-totp")
@click.argument("name")
def remove_totp(name: str) -> None:
    """Gỡ xác thực hai bước của người mất cả điện thoại lẫn mã khôi phục."""
    try:
        remove_second_step(name, datetime.now(UTC))
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(f"{name}: đã gỡ xác thực hai bước.")


@group.command("seal-totp")
def seal_totp() -> None:
    """Mã hóa mọi khóa xác thực hai bước bằng khóa ký mới nhất; thoát với mã 1 khi có khóa không còn đọc được."""
    sealed, lost = reseal(datetime.now(UTC))
    click.echo(f"Đã mã hóa {sealed} khóa xác thực hai bước.")
    if lost:
        click.echo(
            "Không còn đọc được khóa của: " + ", ".join(lost) + ". Họ vào bằng mã khôi phục, hoặc gỡ bằng "
            "«flask users remove-totp»; đặt khóa ký cũ vào SOAT_SECRET_KEY_FALLBACKS thì lại đọc được."
        )
        raise SystemExit(1)


@group.command("sweep-idle")
@click.option("--dry-run", is_flag=True, help="Chỉ in sẽ khóa ai; không khóa.")
def sweep_idle(dry_run: bool) -> None:
    """Khóa tài khoản không ai đăng nhập quá SOAT_IDLE_DAYS ngày; quản trị cuối cùng thì không."""
    settings: Settings = current_app.config["SOAT"]
    now = datetime.now(UTC)
    if not settings.idle_days:
        click.echo("SOAT_IDLE_DAYS=0: không khóa tài khoản nào.")
        return
    before, closed = now - timedelta(days=settings.idle_days), 0
    # What a dry run must foresee: who is the last administrator by then.
    admins = open_admins()
    for one in idle_accounts(before):
        since = (
            f"đăng nhập gần nhất {date_short(one.signed_in_at)}"
            if one.signed_in_at
            else "chưa từng đăng nhập"
        )
        if dry_run and admins == {one.id}:
            click.echo(f"  {one.name}: giữ lại, là quản trị cuối cùng")
        elif dry_run:
            admins.discard(one.id)
            click.echo(f"  {one.name}: {since}")
        elif close_idle_user(one.id, before, now):
            closed += 1
            click.echo(f"  {one.name}: {since}")
        else:
            click.echo(f"  {one.name}: giữ lại, là quản trị cuối cùng hoặc vừa có người dùng")
    click.echo("Chạy thử: chưa khóa ai." if dry_run else f"Đã khóa {count(closed)} tài khoản.")
