"""``flask tasks import``."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import click
from flask.cli import AppGroup

from ..documents.faults import Faults
from ..documents.tasks_xlsx import read_tasks, unit_fault
from ..domain.periods import today
from ..domain.refusals import Refused
from ..domain.tasks import ImportedTask
from ..queries.units import units_named
from ..services.task_imports import import_tasks
from ..vietnamese import fold

group = AppGroup("tasks", help="Nhiệm vụ: nhập từ Excel.")


@group.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Chỉ kiểm tra, không lưu.")
def import_(file: Path, dry_run: bool) -> None:
    """Nhập nhiệm vụ từ sheet «Nhiệm vụ»; có lỗi thì in mỗi lỗi một dòng và kết thúc với mã 1."""
    now = datetime.now(UTC)
    try:
        lines = read_tasks(file.read_bytes(), today(now))
        unit_ids = _unit_ids(lines, now)
        if dry_run:
            click.echo(f"Tệp đúng, chưa lưu: {len(lines)} nhiệm vụ.")
            return
        added, known = import_tasks(lines, unit_ids, now)
    except Faults as refusal:
        for fault in refusal.faults:
            click.echo(fault.short)
        raise click.exceptions.Exit(1) from None
    except Refused as refusal:
        click.echo(str(refusal))
        raise click.exceptions.Exit(1) from None
    click.echo(f"Đã nhập {added} nhiệm vụ; {known} nhiệm vụ đã có từ trước.")


def _unit_ids(lines: tuple[ImportedTask, ...], now: datetime) -> dict[str, int]:
    """The id of every unit that is named, by name or code; raises :class:`Faults` for all that fail."""
    found = {name: units_named(fold(name), name, today(now)) for name in {line.unit for line in lines}}
    faults = [
        unit_fault(line.row, line.unit, len(found[line.unit])) for line in lines if len(found[line.unit]) != 1
    ]
    if faults:
        raise Faults(faults)
    return {name: ids[0] for name, ids in found.items()}
