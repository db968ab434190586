"""Forms of findings and recommendations."""

from __future__ import annotations

from typing import Any
from uuid import UUID, uuid4

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import Field, HiddenField, RadioField, SelectChoice
from wtforms.validators import ValidationError

from ..domain.inspections import Direction, FindingKind, Severity
from ._base import Day, Form, Given, LongText, NotLonger, Text


class _OnceForm(Form):
    """A form whose sending twice makes one thing: ``op_id`` is made with the page or on the device."""

    op_id = HiddenField(default=lambda: str(uuid4()))
    version = HiddenField(default="1")
    # How often a device has corrected what it may have sent before under the same name.
    corrected = HiddenField(default="0")

    def validate_op_id(self, field: Any) -> None:
        try:
            field.data = str(UUID(field.data or ""))
        except ValueError:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại.")) from None

    def validate_version(self, field: Any) -> None:
        if not (field.data or "").isdecimal() or len(field.data) > 9:
            raise ValidationError(_("Trang này đã cũ, hãy tải lại."))

    def validate_corrected(self, field: Any) -> None:
        if field.data:
            self.validate_version(field)


class MoveForm(_OnceForm):
    """A button that takes something out or brings it back; a plain one names neither itself nor a version."""

    op_id = HiddenField()
    version = HiddenField()

    def validate_op_id(self, field: Any) -> None:
        if field.data:
            super().validate_op_id(field)

    def validate_version(self, field: Any) -> None:
        if field.data:
            super().validate_version(field)


class FindingForm(_OnceForm):
    kind = RadioField(
        _l("Loại"),
        choices=[
            SelectChoice(FindingKind.TON_TAI.value, _l("Tồn tại, hạn chế")),
            SelectChoice(FindingKind.UU_DIEM.value, _l("Ưu điểm")),
        ],
        default=FindingKind.TON_TAI.value,
    )
    severity = RadioField(
        _l("Mức độ"),
        choices=[
            SelectChoice(Severity.NHE.value, _l("Nhẹ")),
            SelectChoice(Severity.TRUNG_BINH.value, _l("Trung bình")),
            SelectChoice(Severity.NGHIEM_TRONG.value, _l("Nghiêm trọng")),
        ],
        default=Severity.NHE.value,
    )
    text = LongText(_l("Nội dung"), [Given(), NotLonger(5000)])
    cause = LongText(_l("Nguyên nhân"), [NotLonger(2000)])
    responsibility = Text(_l("Trách nhiệm"), [NotLonger(500)])
    legal_basis = Text(_l("Căn cứ"), [NotLonger(1000)])
    due_on = Day(_l("Hạn khắc phục"))
    recommended = LongText(_l("Kiến nghị kèm theo (nếu có)"), [NotLonger(5000)])
    addressee = Text(_l("Người, bộ phận thực hiện"), [NotLonger(500)])


class RecommendationForm(_OnceForm):
    direction = RadioField(
        _l("Chiều kiến nghị"),
        choices=[
            SelectChoice(Direction.TO_UNIT.value, _l("Đoàn yêu cầu đơn vị")),
            SelectChoice(Direction.TO_SUPERIOR.value, _l("Đơn vị kiến nghị cấp trên")),
        ],
        default=Direction.TO_UNIT.value,
    )
    text = LongText(_l("Nội dung"), [Given(), NotLonger(5000)])
    addressee = Text(_l("Nơi thực hiện"), [NotLonger(500)])
    report_to = Text(_l("Báo cáo về"), [NotLonger(500)])
    due_on = Day(_l("Thời hạn"))

    def speak_of_supervision(self) -> None:
        """A giám sát makes no demands; it recommends, to the unit and to others."""
        self.direction.choices = [
            SelectChoice(Direction.TO_UNIT.value, _l("Đoàn kiến nghị với đơn vị")),
            SelectChoice(
                Direction.TO_OTHERS.value, _l("Đoàn kiến nghị với cơ quan khác (sở, ngành, UBND tỉnh)")
            ),
            SelectChoice(Direction.TO_SUPERIOR.value, _l("Đơn vị kiến nghị cấp trên")),
        ]
        self.addressee.label.text = _l("Cơ quan, đơn vị thực hiện")


def shown(field: Field) -> str:
    """What stands in a field, as a person reads it."""
    if isinstance(field, RadioField):
        return next((str(option.label.text) for option in field if option.checked), "–")
    if isinstance(field, Day):
        return field.show(field.data) if field.data else "–"
    return field.data or "–"
