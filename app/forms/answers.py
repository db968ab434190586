"""One operation of the scoring page: text from the browser in, an :class:`Operation` out."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID

from flask_babel import gettext as _
from wtforms import BooleanField, StringField

from .. import vietnamese
from ..domain.answers import Field, Operation
from ..domain.checklists import Rule, RuleKind
from ..domain.inspections import Side
from ..domain.refusals import Invalid, sentence
from ..domain.scoring import FreeInput, Input, LevelInput, PenaltyInput, RatioInput, YesNoInput
from ._base import Form, LongText, NotLonger, tidy
from ._device import read_moment


class AnswerForm(Form):
    """The card of one criterion. Figures stay text here: which kind they are the rule says."""

    class Meta:
        # The app's global check already asked for the token; once is enough on the hottest path.
        csrf = False

    op_id = StringField()
    side = StringField()
    field = StringField(default=Field.ALL.value)
    base_version = StringField(default="0")
    device_at = StringField()
    # A page that says none is one of before there were rounds.
    round = StringField(default="1")
    yes = StringField()
    level = StringField()
    numerator = StringField()
    denominator = StringField()
    faults = StringField()
    points = StringField()
    not_applicable = BooleanField()
    na_reason = LongText(validators=[NotLonger(2000)])
    reason = LongText(validators=[NotLonger(2000)])
    note = LongText(validators=[NotLonger(5000)])

    def operation(self, rule: Rule) -> Operation:
        """The operation; :class:`Invalid` with the field when a figure cannot be read."""
        for text in (self.na_reason, self.reason, self.note):
            if text.errors:
                raise Invalid(str(text.errors[0]), field=text.name)
        try:
            side, field = Side(self.side.data or ""), Field(self.field.data or "")
        except ValueError:
            raise Invalid(sentence("Trang này đã cũ, hãy tải lại."), field="value") from None
        not_applicable = bool(self.not_applicable.data)
        value = None
        if field is Field.VALUE or (field is Field.ALL and not not_applicable):
            value = self._input(rule)
        return Operation(
            op_id=self._op_id(),
            side=side,
            field=field,
            base_version=self._version(),
            device_at=read_moment(self.device_at.data),
            value=value,
            not_applicable=not_applicable,
            na_reason=self.na_reason.data,
            reason=self.reason.data,
            note=self.note.data,
            round=self.round_number(),
        )

    def _op_id(self) -> str:
        try:
            return str(UUID(self.op_id.data or ""))
        except ValueError:
            raise Invalid(sentence("Trang này đã cũ, hãy tải lại."), field="value") from None

    def round_number(self) -> int:
        """The round that the page was made for."""
        text = self.round.data or "1"
        if text not in {"1", "2"}:
            raise Invalid(sentence("Trang này đã cũ, hãy tải lại."), field="value")
        return int(text)

    def _version(self) -> int:
        text = self.base_version.data or "0"
        if not (text.isascii() and text.isdigit() and len(text) < 10):
            raise Invalid(sentence("Trang này đã cũ, hãy tải lại."), field="value")
        return int(text)

    def _input(self, rule: Rule) -> Input | None:
        """The rule's input; ``None`` when everything is empty (the score is taken back)."""
        match rule.kind:
            case RuleKind.YES_NO:
                chosen = {"1": True, "0": False, "": None}.get(self.yes.data or "", ...)
                if chosen is ...:
                    raise Invalid(sentence("Hãy chọn «Có» hoặc «Không»."), field="yes")
                return None if chosen is None else YesNoInput(bool(chosen))
            case RuleKind.LEVELS:
                text = self.level.data or ""
                if not text:
                    return None
                if not (text.isascii() and text.isdigit() and len(text) < 4):
                    raise Invalid(sentence("Không có mức này trong tiêu chí."), field="level")
                return LevelInput(int(text))
            case RuleKind.RATIO:
                return self._ratio()
            case RuleKind.PENALTY:
                faults = self._number("faults", vietnamese.read_count)
                return None if faults is None else PenaltyInput(faults)
            case RuleKind.FREE:
                return self._points()

    def _ratio(self) -> Input | None:
        numerator: Decimal | None = self._number("numerator", vietnamese.read_amount)
        denominator: Decimal | None = self._number("denominator", vietnamese.read_amount)
        if numerator is None and denominator is None:
            return None
        if numerator is None:
            raise Invalid(sentence("Hãy điền tử số."), field="numerator")
        if denominator is None:
            raise Invalid(sentence("Hãy điền mẫu số."), field="denominator")
        return RatioInput(numerator, denominator)

    def _points(self) -> Input | None:
        points: Decimal | None = self._number("points", vietnamese.read_points)
        if points is None:
            return None
        if points * 100 != (points * 100).to_integral_value():
            raise Invalid(sentence("Điểm có tối đa hai chữ số thập phân."), field="points")
        return FreeInput(int(points * 100))

    def _number(self, name: str, read: Any) -> Any:
        text = tidy(self[name].data)
        if not text:
            return None
        try:
            return read(text)
        except vietnamese.Unreadable as error:
            raise Invalid(_(str(error)), field=name) from None
