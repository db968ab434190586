"""``flask minutes export`` and ``flask minutes verify``."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from ..documents.minutes_xlsx import write_minutes
from ..domain.minutes import Minutes
from ..domain.refusals import Missing
from ..queries.minutes import minutes_card, signed_with
from ..services.attachments import pictures_of
from ..vietnamese import datetime_short

group = AppGroup("minutes", help="Biên bản: xuất ra tệp, đối chiếu với bản đã ký.")


@group.command("export")
@click.argument("inspection", type=int)
@click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(inspection: int, file: Path) -> None:
    """Xuất biên bản của cuộc kiểm tra số INSPECTION ra tệp .xlsx hoặc .json."""
    if file.suffix.lower() not in {".xlsx", ".json"}:
        raise click.ClickException(f"Tên tệp phải kết thúc bằng .xlsx hoặc .json, không phải «{file.name}».")
    try:
        card = minutes_card(inspection)
    except Missing:
        raise click.ClickException(f"Không có cuộc kiểm tra số {inspection}.") from None
    minutes = card.minutes
    if file.suffix.lower() == ".xlsx":
        data = write_minutes(minutes, pictures_of(current_app.config["SOAT"].storage, minutes))
    else:
        data = minutes.to_json().encode()
    try:
        file.write_bytes(data)
    except OSError as error:
        raise click.ClickException(f"Không ghi được «{file}» ({error.strerror}).") from None
    state = f"đã ký {datetime_short(card.signed_at)}" if card.signed else "chưa ký"
    click.echo(f"Đã xuất biên bản ({state}) ra {file}. SHA-256: {minutes.sha256}")


@group.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def verify(file: Path) -> None:
    """Tệp .json này có đúng là biên bản đã ký không? Không đúng thì kết thúc với mã 1."""
    try:
        minutes = Minutes.from_json(file.read_bytes().decode())
    except (ValueError, KeyError, TypeError):
        raise click.ClickException(f"«{file.name}» không phải là biên bản dạng .json.") from None
    signed_at = signed_with(minutes.sha256)
    if signed_at is None:
        raise click.ClickException(f"Không có biên bản đã ký nào có SHA-256 {minutes.sha256}.")
    click.echo(f"Đúng là biên bản đã ký {datetime_short(signed_at)}. SHA-256: {minutes.sha256}")
