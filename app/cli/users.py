"""``flask users add`` and ``flask users reset-password``."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import AppGroup

from ..domain.access import ACCOUNT_ROLES, Role
from ..domain.refusals import Refused
from ..queries.units import find_unit_by_code
from ..services.users import add_user, new_password, reset_password

group = AppGroup("users", help="Tài khoản: thêm, đặt lại mật khẩu.")


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
