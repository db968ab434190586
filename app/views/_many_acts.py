"""What may be done to many tasks at once, as their pages and addresses call it."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from ..domain.refusals import Missing, sentence
from ..domain.task_many import MANY
from ..domain.task_steps import Action

# Title of the page, its button with how many, what is said afterwards, and the icon.
WORDS: Mapping[Action, tuple[LazyString, LazyString, LazyString, str]] = {
    Action.ACCEPT: (
        _l("Tiếp nhận nhiều nhiệm vụ"),
        _l("Tiếp nhận"),
        _l("Đã tiếp nhận %(n)s nhiệm vụ."),
        "check",
    ),
    Action.EXTEND: (
        _l("Gia hạn nhiều nhiệm vụ"),
        _l("Gia hạn"),
        _l("Đã gia hạn %(n)s nhiệm vụ."),
        "calendar-due",
    ),
    Action.CANCEL: (_l("Hủy nhiều nhiệm vụ"), _l("Hủy"), _l("Đã hủy %(n)s nhiệm vụ."), "circle-x"),
}


def act_of(word: str) -> Action:
    act = next((one for one in MANY if one == word.replace("-", "_")), None)
    if act is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return act
