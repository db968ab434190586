"""What may be done to many tasks at once, as their pages and addresses call it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..domain.refusals import Missing, sentence
from ..domain.task_many import MANY
from ..domain.task_steps import Action


class Words(NamedTuple):
    """How one act is spoken of: on its page, on its button, and, with how many, once it is done."""

    title: LazyString
    press: LazyString
    done: LazyString
    icon: str


WORDS: Mapping[Action, Words] = {
    Action.ACCEPT: Words(
        _l("Tiếp nhận nhiều nhiệm vụ"),
        _l("Tiếp nhận"),
        _l("Đã tiếp nhận %(n)s nhiệm vụ."),
        "check",
    ),
    Action.EXTEND: Words(
        _l("Gia hạn nhiều nhiệm vụ"),
        _l("Gia hạn"),
        _l("Đã gia hạn %(n)s nhiệm vụ."),
        "calendar-due",
    ),
    Action.CANCEL: Words(_l("Hủy nhiều nhiệm vụ"), _l("Hủy"), _l("Đã hủy %(n)s nhiệm vụ."), "circle-x"),
}


def act_of(word: str) -> Action:
    """What an address asks for; :class:`Missing` where it names nothing that is done to many."""
    act = next((one for one in MANY if one == word.replace("-", "_")), None)
    if act is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return act
