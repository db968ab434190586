"""``flask tasks import``."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import click
from flask.cli import AppGroup

from ..services.task_imports import Source, import_tasks
from ..views._task_list import check_list
from ._faults import telling_faults

group = AppGroup("tasks", help="Nhiệm vụ: nhập từ Excel.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không lưu.")
def import_(file: Path, dry_run: bool) -> None:
    """Nhập nhiệm vụ từ sheet «Nhiệm vụ»; có lỗi thì in mỗi lỗi một dòng và kết thúc với mã 1.

    Lệnh này ghi cả quá trình đã qua: nhiệm vụ được tính từ ngày giao, ngày hoàn thành ghi trong danh sách, nên số
    liệu các ngày trước sẽ đổi. Nhập trên trang web thì mặc định chỉ tính từ ngày nhập.
    """
    now = datetime.now(UTC)
    data = file.read_bytes()
    with telling_faults():
        checked = check_list(data, None, now)
        if checked.faults:
            for fault in checked.faults:
                click.echo(fault.short)
            raise click.exceptions.Exit(1)
        if dry_run:
            click.echo(f"Tệp đúng, chưa lưu: {len(checked.lines)} nhiệm vụ.")
            return
        source = Source(sha256(data).hexdigest(), file.name)
        added, known = import_tasks(checked.lines, checked.unit_ids, None, source, now, backdated=True)
    click.echo(f"Đã nhập {added} nhiệm vụ; {known} nhiệm vụ đã có từ trước.")
