"""``flask demo``: the demonstration data; run twice it changes nothing."""

from __future__ import annotations

import click
from flask.cli import with_appcontext


@click.command("demo")
@with_appcontext
def command() -> None:
    """Nạp dữ liệu trình diễn và in các tài khoản."""
