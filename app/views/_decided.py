"""What was decided about tasks, told on the next page with the way back: who pressed too soon takes it back there."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, url_for
from flask_babel import gettext as _

from ..vietnamese import shortened

# So many of one press are named; the rest is found on the board.
_NAMED = 5


def tell_decided(text: str, tasks: Sequence[tuple[int, str]]) -> None:
    """``tasks``: id and title of each."""
    links = [
        {
            "title": shortened(title, 60),
            "words": _("Hoàn tác nếu nhầm"),
            "address": url_for("tasks.show", task_id=task_id, open="hoan_tac", _anchor="step-hoan_tac"),
        }
        for task_id, title in tasks[:_NAMED]
    ]
    # base.html makes the links of it; Flask keeps any message that JSON can hold.
    flash({"text": text, "links": links}, "ok")  # type: ignore[arg-type]


def tell_confirmed(confirmed: Sequence[tuple[int, str]]) -> None:
    if len(confirmed) == 1:
        text = _("Đã xác nhận hoàn thành:")
    else:
        text = _("Đã xác nhận hoàn thành %(count)s nhiệm vụ:", count=len(confirmed))
    tell_decided(text, confirmed)
