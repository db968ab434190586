"""``flask demo``: the demonstration data; run twice it changes nothing."""

from __future__ import annotations

from datetime import UTC, datetime

import click
from flask.cli import with_appcontext

from ..demo import ACCOUNTS, PASSWORD, load


@click.command("demo")
@with_appcontext
def command() -> None:
    """Nạp dữ liệu trình diễn và in các tài khoản."""
    loaded = load(datetime.now(UTC))
    click.echo("Đã nạp dữ liệu trình diễn." if loaded else "Dữ liệu trình diễn đã có sẵn.")
    click.echo(f"Tài khoản (mật khẩu {PASSWORD}):")
    for name, title, _post, _role, _place in ACCOUNTS:
        click.echo(f"  {name:<11} {title}")
