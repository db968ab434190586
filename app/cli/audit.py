"""``flask audit verify`` and ``flask audit seal``: is the trail whole, and what proves it tomorrow."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from ..domain.audit import (
    Break,
    ChainCheck,
    Checkpoint,
    Event,
    Fault,
    LogBreak,
    LogFault,
    log_faults,
    sealed_faults,
)
from ..models import Outcome
from ..queries import audit as queries
from ..services.audit import note_seal, seal_inspection
from ..vietnamese import count, datetime_short

group = AppGroup("audit", help="Nhật ký: kiểm tra có bị sửa, xóa, đổi chỗ dòng nào không; niêm phong.")

_file = click.option(
    "--checkpoints",
    "file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Tệp giữ các mốc đối chiếu; mặc định audit-checkpoints.txt trong thư mục dữ liệu.",
)
_anchors = click.option(
    "--anchor",
    "anchors",
    multiple=True,
    metavar="SỐ:HASH",
    help="Mốc đã chép ra nơi khác (dòng mà lệnh này in ra); ghi được nhiều lần.",
)


@group.command("verify")
@_file
@_anchors
def verify(file: Path | None, anchors: tuple[str, ...]) -> None:
    """Đối chiếu toàn bộ nhật ký; sai thì nêu từng dòng và kết thúc với mã 1."""
    head = _verified(file, anchors)
    if head.count and not any(_checkpoints(file, anchors)):
        click.echo(
            "Chưa niêm phong: không thấy được nếu các dòng cuối bị cắt. Hãy chạy «flask audit seal» mỗi ngày và "
            "chép mốc ra nơi khác.",
            err=True,
        )
    click.echo(f"Mốc hiện tại: {head}")


@group.command("seal")
@_file
@_anchors
def seal(file: Path | None, anchors: tuple[str, ...]) -> None:
    """Đối chiếu, niêm phong các lần chấm điểm chưa niêm phong, ghi một mốc mới. Nên chạy mỗi ngày."""
    _verified(file, anchors)
    now = datetime.now(UTC)
    lines = sum(seal_inspection(inspection_id, now) for inspection_id in queries.scored_inspections())
    # Before the checkpoint, which covers it.
    note_seal(lines, now)
    check = ChainCheck()
    for events in queries.chain():
        list(check.follow(events))
    path = _path(file)
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a", encoding="utf-8") as stream:
        stream.write(f"{check.head}\n")
    click.echo(f"Đã niêm phong thêm {count(lines)} lần chấm điểm.")
    click.echo(f"Mốc mới, hãy chép ra nơi khác: {check.head}")


def _path(file: Path | None) -> Path:
    return file or Path(current_app.config["SOAT"].data_dir) / "audit-checkpoints.txt"


def _verified(file: Path | None, anchors: tuple[str, ...]) -> Checkpoint:
    """The chain's head when all is well; otherwise every fault is printed and the program ends with 1."""
    check = ChainCheck(_checkpoints(file, anchors))
    faults = [*_chain_faults(check), *_log_faults(), *_minutes_faults()]
    if faults:
        for fault in faults:
            click.echo(fault, err=True)
        raise click.ClickException(f"Nhật ký có {count(len(faults))} sai lệch.")
    click.echo(f"Nhật ký nguyên vẹn: {count(check.count)} dòng.")
    return check.head


def _checkpoints(file: Path | None, anchors: tuple[str, ...]) -> Iterator[Checkpoint]:
    path = _path(file)
    kept = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    for text in (*kept, *anchors):
        if not text.strip():
            continue
        try:
            yield Checkpoint.read(text)
        except ValueError:
            raise click.ClickException(f"«{text}» không phải là một mốc đối chiếu (số dòng:hash).") from None


def _chain_faults(check: ChainCheck) -> Iterator[str]:
    for events in queries.chain():
        for found in check.follow(events):
            yield _said(found)
    for found in check.end():
        yield _said(found)


def _named(event: Event) -> str:
    who = f"người số {event.user_id}" if event.user_id else "hệ thống"
    return f"dòng số {event.id} ({event.action}, {who}, {datetime_short(event.at)})"


def _said(found: Break) -> str:
    event, before = found.event, found.before
    if event is None:
        after = f" sau dòng số {before.id}" if before else ""
        return f"Cuối nhật ký bị cắt: thiếu ít nhất {count(found.missing)} dòng{after}."
    if found.fault is Fault.CHANGED:
        return f"Nội dung {_named(event)} đã bị sửa."
    if found.fault is Fault.REWRITTEN:
        return f"Nhật ký đến {_named(event)} đã bị viết lại: không khớp với mốc đối chiếu."
    place = queries.event_with_hash(event.previous_hash)
    if place is not None:
        return f"Thứ tự bị đổi: {_named(event)} phải đứng ngay sau dòng số {place}."
    if before is None:
        return f"Đầu nhật ký bị cắt: {_named(event)} không phải là dòng đầu tiên."
    return (
        f"Đứt ở {_named(event)}: có dòng giữa số {before.id} và số {event.id} bị xóa, hoặc dòng số {before.id} "
        "bị viết lại."
    )


_LOG_WORDS = {
    LogFault.CHANGED: "lần chấm số %s đã bị sửa sau khi niêm phong",
    LogFault.REMOVED: "lần chấm số %s đã niêm phong nay không còn",
    LogFault.ADDED: "lần chấm số %s được chèn vào sau khi niêm phong",
    LogFault.UNLINKED: "lần chấm số %s không nối tiếp lần chấm trước của cùng tiêu chí",
    LogFault.ANSWER: "điểm số %s (bảng answers) không khớp với lần chấm cuối cùng",
}


def _log_faults() -> Iterator[str]:
    for inspection_id in queries.scored_inspections():
        log = queries.changes_after(inspection_id, 0)
        accepted = [change for change in log if change["outcome"] is Outcome.ACCEPTED]
        found: list[LogBreak] = [
            *sealed_faults(queries.seals_of(inspection_id), log),
            *log_faults(accepted, queries.answers_standing(inspection_id)),
        ]
        for one in found:
            yield f"Cuộc kiểm tra số {inspection_id}: {_LOG_WORDS[one.fault] % one.change_id}."


def _minutes_faults() -> Iterator[str]:
    for minutes in queries.signed_minutes():
        name = f"Biên bản đã ký của cuộc kiểm tra số {minutes.inspection_id}, bản {minutes.revision}"
        if hashlib.sha256(minutes.snapshot.encode("utf-8", "replace")).hexdigest() != minutes.sha256:
            yield f"{name}: nội dung không còn khớp với SHA-256 lúc ký."
        if not minutes.noted:
            yield f"{name}: nhật ký không có dòng ghi nhận việc ký bản này."
