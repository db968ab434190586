"""``flask checklists import`` and ``flask checklists export``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from ..documents.checklist_xlsx import code_of_file, read_workbook, write_checklist
from ..domain.checklists import Checklist
from ..queries.checklists import checklist_value, find_version, stored_version, version_cards
from ..services.checklists import already_stored, import_checklist
from ..vietnamese import points
from ._faults import telling_faults

group = AppGroup("checklists", help="Bộ tiêu chí: nhập từ Excel, xuất ra Excel.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không lưu.")
@click.option("--publish", is_flag=True, help="Công bố ngay sau khi nhập.")
def import_(file: Path, dry_run: bool, publish: bool) -> None:
    """Nhập bộ tiêu chí từ sổ Excel; có lỗi thì in mỗi lỗi một dòng và kết thúc với mã 1."""
    with telling_faults():
        reading = read_workbook(file.read_bytes())
        for notice in reading.notices:
            click.echo(notice, err=True)
        value = reading.checklist
        if dry_run:
            if stored_version(value.name, value.version) is not None:
                raise already_stored(value.name, value.version)
            click.echo(f"Tệp đúng, chưa lưu: {_summary(value)}.")
            return
        version = import_checklist(value, code_of_file(file.name), None, datetime.now(UTC), publish=publish)
    stored = next(card for card in version_cards(drafts=True) if card.id == version.id)
    state = "đã công bố" if publish else "bản nháp"
    click.echo(f"Đã nhập, {state}: {_summary(value)}. Mã: {stored.code}@{stored.version}")


@group.command("export")
@click.argument("code")
@click.option("--to", "file", required=True, type=click.Path(dir_okay=False, path_type=Path))
def export(code: str, file: Path) -> None:
    """Xuất bộ tiêu chí CODE ra sổ Excel.

    CODE là mã của bộ tiêu chí (lấy từ tên tệp khi nhập lần đầu, ví dụ cap-xa-2026): bản công bố mới nhất.
    Thêm @phiên-bản để chọn một phiên bản, ví dụ cap-xa-2026@2026.1.
    """
    card = find_version(code)
    if card is None:
        known = ", ".join(f"{card.code}@{card.version}" for card in version_cards(drafts=True)) or "chưa có"
        raise click.ClickException(f"Không có bộ tiêu chí mã «{code}». Các mã: {known}.")
    try:
        file.write_bytes(write_checklist(checklist_value(card.id)))
    except OSError as error:
        raise click.ClickException(f"Không ghi được «{file}» ({error.strerror}).") from None
    click.echo(f"Đã xuất {card.code}@{card.version} ra {file}.")


def _summary(value: Checklist) -> str:
    groups = sum(len(area.groups) for area in value.areas)
    return (
        f"«{value.name}», phiên bản {value.version}: {len(value.areas)} lĩnh vực, {groups} tiêu chí, "
        f"{len(value.criteria)} tiêu chí thành phần, {points(value.scale)} điểm"
    )
