"""Operations of a device that come twice, or come again with other words: what the trail says of them.

A device that never heard our answer does not know whether its operation was taken. It sends it again under the same
name; what the person has corrected meanwhile comes under that name too, with a higher ``corrected``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select

from ..db import db
from ..domain.refusals import Conflict, sentence
from ..models import AuditEvent
from ._audit import on_device

WORDS = ("change", "remove", "restore")


@dataclass(frozen=True, slots=True)
class Sent:
    """The name a device gave to its operation, and how often it was corrected since; "" where no device named it."""

    op_id: str = ""
    corrected: int = 0
    device_at: datetime | None = None

    @property
    def data(self) -> dict[str, object]:
        """For the event, so that the same operation is known when it comes again."""
        named = {"op": self.op_id, "corrected": self.corrected} if self.op_id else {}
        return named | on_device(self.device_at)


def changed_since() -> Conflict:
    """What is raised where the version that was on the page is no longer the row's."""
    return Conflict(
        sentence("Người khác vừa sửa mục này. Những gì bạn gõ vẫn ở đây; hãy mở lại để xem bản mới.")
    )


def met(kind: str, inspection_id: int, id_: int, sent: Sent, *, made: bool = False) -> bool | None:
    """``None``: never met, its version decides. ``True``: all of it is written. ``False``: it was written with older
    words and nobody has touched the thing since, so the corrected ones may follow; :class:`Conflict` when somebody has.

    ``made``: the operation has made the thing, so that everything noted of it came after.
    """
    if not sent.op_id:
        return None
    found = db.session.execute(
        select(AuditEvent.data)
        .where(
            AuditEvent.object_kind == "inspection",
            AuditEvent.object_id == inspection_id,
            AuditEvent.action.in_([f"{kind}.{word}" for word in WORDS]),
        )
        .order_by(AuditEvent.id)
    ).scalars()
    about = [data for data in found if data.get(kind) == id_]
    mine = [data for data in about if data.get("op") == sent.op_id]
    if not mine and not made:
        return None
    if sent.corrected <= max((data.get("corrected", 0) for data in mine), default=0):
        return True
    since = about if made else about[about.index(mine[0]) :]
    if len(since) > len(mine):
        raise changed_since()
    return False
