"""``flask sweep``: what nobody needs any more leaves the store; rows and results stay."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import click
from flask import current_app

from ..config import Settings
from ..domain.refusals import Refused
from ..services.sweep import sweep
from ..vietnamese import count, file_size


@click.command("sweep")
@click.option("--dry-run", is_flag=True, help="Chỉ in sẽ xóa gì; không ghi, không xóa.")
def command(dry_run: bool) -> None:
    """Xóa khỏi kho các danh sách đã nhập xong từ lâu và tệp không còn nơi nào dùng."""
    settings: Settings = current_app.config["SOAT"]
    days = settings.keep_lists_days
    try:
        swept = sweep(settings.storage, datetime.now(UTC), timedelta(days=days), dry_run=dry_run)
    except Refused as refusal:
        raise click.ClickException(str(refusal)) from None
    click.echo(
        f"Danh sách tải lên đã kết thúc quá {days} ngày, không giữ tệp nữa: {count(len(swept.lists))}."
    )
    for one in swept.lists:
        click.echo(f"  {one.id}: {one.file_name or 'không tên'} ({file_size(one.size)})")
    done = "Sẽ xóa" if dry_run else "Đã xóa"
    size = f", {file_size(swept.size)}" if swept.files else ""
    click.echo(f"{done} {count(len(swept.files))} tệp không còn nơi nào dùng{size}.")
    if dry_run:
        click.echo("Chạy thử: chưa xóa gì.")
