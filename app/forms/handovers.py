"""The form that hands a unit's open work over: to whom, and what goes elsewhere."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, SelectChoice, SelectField

from ..domain.handovers import STAYS, Estate, Kind, Piece
from ._base import Form
from ._chosen import read_id


def _read_heir(text: Any) -> int | None:
    return STAYS if str(text) == str(STAYS) else read_id(text)


def _read_assigner(text: Any) -> int | None:
    """Without one it is the unit that takes everything; what cannot be read is no successor."""
    return None if text in (None, "") else read_id(text) or STAYS


class Elsewhere(Field):
    """What does not go where the rest goes, as selects send it: «task-12-7», task 12 to unit 7; «» with the rest."""

    most = 5000

    def process_formdata(self, valuelist: list[str]) -> None:
        self.data = {}
        for text in valuelist[: self.most]:
            if text.strip():
                piece, heir = _read(text)
                self.data[piece] = heir


def _read(text: str) -> tuple[Piece, int]:
    kind, _dash, rest = text.partition("-")
    id_, _dash, heir = rest.partition("-")
    number, unit = read_id(id_), _read_heir(heir)
    if kind not in set(Kind) or number is None or unit is None:
        raise ValueError(_("Hãy chọn đơn vị nhận trong danh sách."))
    return (Kind(kind), number), unit


class HandoverForm(Form):
    """``seen``: the seal of the preview; ``heir``: where everything goes that ``to`` does not name.

    ``sure``: the second question was answered, ``back``: with a no.
    """

    seen = HiddenField()
    sure = HiddenField()
    back = HiddenField()
    # Which units may be chosen the verb says: they may be others than a moment ago.
    heir = SelectField(_l("Đơn vị nhận"), coerce=_read_heir, validate_choice=False)
    to = Elsewhere()
    assigner = SelectField(_l("Đơn vị thay làm bên giao"), coerce=_read_assigner, validate_choice=False)

    def __init__(self, estate: Estate, **more: Any) -> None:
        super().__init__(**more)
        self.heir.choices = _choices(estate)
        # Where everything else goes, unless another one is chosen.
        heirs = [SelectChoice(heir.id, heir.name) for heir in estate.heirs]
        self.assigner.choices = [SelectChoice("", _("Như trên")), *heirs]
        if self.heir.data is None and not self.is_submitted():
            # Among several nobody is the likely one: the first of the alphabet would get what is another's.
            only = estate.heirs[0].id if len(estate.heirs) == 1 else None
            self.heir.data = STAYS if estate.goes_on else only

    def chosen(self, piece: Piece) -> int | None:
        """Where this piece was sent, if elsewhere than the rest."""
        found: int | None = (self.to.data or {}).get(piece)
        return found


def _choices(estate: Estate) -> Sequence[SelectChoice]:
    heirs = [SelectChoice(heir.id, heir.name) for heir in estate.heirs]
    if estate.goes_on:
        return [SelectChoice(STAYS, _("Giữ lại ở đơn vị này")), *heirs]
    return [SelectChoice("", _("Chọn đơn vị")), *heirs] if len(heirs) > 1 else heirs
