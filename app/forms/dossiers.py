"""Forms about dossier reports: the filters of the list, a new report, form II.06 itself.

Form II.06 is many small fields: `total-received_total`, `rows-3-resolved_late`, `extras-postal_in`.
An empty cell is «not reported»; a cell that cannot be read keeps its text and says why.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, fields, replace
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import (
    BooleanField,
    Field,
    FieldList,
    FormField,
    HiddenField,
    IntegerField,
    SelectField,
    StringField,
)
from wtforms import Form as PlainForm
from wtforms.validators import ValidationError

from ..domain.dossiers import (
    COLUMN,
    COLUMNS,
    EXTRA_WORDS,
    MOST,
    Extras,
    Figures,
    Line,
    OnlinePractice,
    Report,
)
from ..domain.periods import Period
from ..domain.refusals import Invalid
from ..vietnamese import NOTHING, count, fold
from ._base import Count, Day, Form, Given, LongText, NotLonger, Text, tidy

MOST_ROWS = 100
MOST_EXPLANATIONS = 500
# Free rows at the end of the form, so that a field can be added without script.
SPARE_ROWS = 2


class _NotHuge:
    """Counts end where typing slips begin."""

    def __call__(self, _form: Any, field: Field) -> None:
        if field.data is not None and field.data > MOST:
            raise ValidationError(_("Số quá lớn; tối đa %(most)s.", most=count(MOST)))


def _cell() -> Count:
    return Count(validators=[_NotHuge()], render_kw={"autocomplete": "off"})


def _one_line(text: str | None) -> str:
    """A name that was typed on several lines is still one name."""
    return " ".join(tidy(text).split())


class _Entries(FieldList):
    """A list of small forms; indices that are no plain small number are not ours."""

    def _extract_indices(self, prefix: str, formdata: Any) -> Iterator[int]:
        for key in formdata:
            index = key.removeprefix(f"{prefix}-").split("-", 1)[0]
            if key.startswith(f"{prefix}-") and index.isascii() and index.isdecimal() and len(index) <= 4:
                yield int(index)


class FiguresForm(PlainForm):
    """Columns 3–13 of one row."""

    received_total = _cell()
    received_online = _cell()
    received_direct = _cell()
    carried_over = _cell()
    resolved_total = _cell()
    resolved_early = _cell()
    resolved_on_time = _cell()
    resolved_late = _cell()
    processing_total = _cell()
    processing_in_time = _cell()
    processing_overdue = _cell()

    @property
    def figures(self) -> Figures:
        """What could be read; a cell that could not counts as not reported."""
        return Figures(**{column.name: self[column.name].data for column in COLUMNS})


class RowForm(FiguresForm):
    """One field (lĩnh vực TTHC) with its figures."""

    field = StringField(validators=[NotLonger(200)], filters=[_one_line])

    @property
    def blank(self) -> bool:
        return not any(field.raw_data and field.raw_data[0].strip() for field in self)


class ExtrasForm(PlainForm):
    """Figures beside the form; their names are those of :class:`Extras`."""

    postal_total = _cell()
    postal_in = _cell()
    postal_out = _cell()
    postal_target = _cell()
    apologies = _cell()
    online_service_received = _cell()
    procedures_total = _cell()
    procedures_postal = _cell()
    procedures_online_service = _cell()
    procedures_online = _cell()
    with_fee = _cell()
    paid_online = _cell()
    to_digitise = _cell()
    digitised_in = _cell()
    resolved_with_document = _cell()
    digitised_out = _cell()
    reused = _cell()

    @property
    def extras(self) -> Extras:
        return Extras(**{each.name: self[each.name].data for each in fields(Extras)})


class ExplanationForm(PlainForm):
    """Why one identity does not hold; ``code`` is the check's."""

    code = HiddenField()
    text = LongText(_l("Giải trình"), [NotLonger(2000)])


@dataclass(frozen=True, slots=True)
class Fault:
    """A refused cell: where it is, what it is called, and the sentence."""

    id: str
    label: str
    sentence: str


class ReportForm(Form):
    """Form II.06 with everything beside it."""

    version = HiddenField()
    total = FormField(FiguresForm)
    rows = _Entries(FormField(RowForm), max_entries=MOST_ROWS)
    extras = FormField(ExtrasForm)
    late_ledger = Count(_l("Số hồ sơ trong sổ theo dõi trễ hạn"), [_NotHuge()])
    online_practice = SelectField(_l("Cách tính tỷ lệ trực tuyến"), validate_choice=False)
    explanations = _Entries(FormField(ExplanationForm), max_entries=MOST_EXPLANATIONS)
    note = LongText(_l("Ghi chú"), [NotLonger(4000)], render_kw={"rows": 2})

    def __init__(self, practices: list[tuple[str, Any]] | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.online_practice.choices = [("", _("Theo số liệu có sẵn")), *(practices or [])]

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        good = super().validate(extra_validators)
        return self._rows_are_named() and good

    def _rows_are_named(self) -> bool:
        seen: dict[str, int] = {}
        good = True
        for place, row in enumerate(self.rows, 1):
            if row.form.blank:
                continue
            name = fold(row.form.field.data or "")
            sentence = ""
            if not name:
                sentence = _("Hãy ghi tên lĩnh vực của dòng này.")
            elif name in seen:
                sentence = _("Lĩnh vực này đã có ở dòng %(place)s.", place=seen[name])
            if sentence:
                row.form.field.errors = [*row.form.field.errors, sentence]
                good = False
            seen.setdefault(name, place)
        return good

    @property
    def version_number(self) -> int:
        return _version(self.version.data)

    @property
    def practice(self) -> OnlinePractice | None:
        return next((word for word in OnlinePractice if word == self.online_practice.data), None)

    def report(self, stored: Report) -> Report:
        """What was typed, in the surroundings (previous period, one-stop system) of the stored report."""
        return replace(
            stored,
            total=self.total.form.figures,
            lines=tuple(
                Line(row.form.field.data, row.form.figures) for row in self.rows if row.form.field.data
            ),
            extras=self.extras.form.extras,
            online_practice=self.practice,
            # The entries of the ledger itself count, where there are any.
            late_ledger=self.late_ledger.data if stored.ledger is None else stored.late_ledger,
        )

    @property
    def explained(self) -> dict[str, str]:
        """The explanations by the check's code."""
        return {each.form.code.data or "": each.form.text.data for each in self.explanations}

    def explain(self, codes: list[str]) -> None:
        """Every broken identity has its explanation field; those that were typed keep their text."""
        there = {each.form.code.data for each in self.explanations}
        for code in codes:
            if code not in there and len(self.explanations) < MOST_EXPLANATIONS:
                self.explanations.append_entry({"code": code, "text": ""})

    def compared_with(self, stored: Report) -> dict[str, str]:
        """Cell id → what is stored there, for the cells in which the typed form says something else."""
        rows: list[tuple[FiguresForm, Figures]] = [(self.total.form, stored.total)]
        lines = {fold(line.field): line.figures for line in stored.lines}
        rows += [(row.form, lines.get(fold(row.form.field.data or ""), Figures())) for row in self.rows]
        cells = [
            (row[column.name], getattr(figures, column.name)) for row, figures in rows for column in COLUMNS
        ]
        cells += [(cell, getattr(stored.extras, cell.short_name)) for cell in self.extras.form]
        if stored.ledger is None:
            cells.append((self.late_ledger, stored.late_ledger))
        return {
            cell.id: NOTHING if value is None else count(value) for cell, value in cells if cell.data != value
        }

    def fill_total(self) -> None:
        """Empty cells of the total row get the sum of the rows; what was typed there stays."""
        for column in COLUMNS:
            cell = self.total.form[column.name]
            known = [row.form[column.name].data for row in self.rows]
            known = [value for value in known if value is not None]
            if known and not (cell.raw_data and cell.raw_data[0].strip()):
                cell.data, cell.raw_data = sum(known), None

    def faults(self) -> Iterator[Fault]:
        """Every refused cell in the order of the page, for the summary at its head."""
        for place, row in enumerate(self.rows, 1):
            name = row.form.field.data or _("dòng %(place)s", place=place)
            yield from _faults(row.form.field, name)
            yield from self._faults_of_row(row.form, name)
        yield from self._faults_of_row(self.total.form, _("dòng tổng"))
        for each in self.extras.form:
            yield from _faults(each, _(EXTRA_WORDS[each.short_name]))
        yield from _faults(self.late_ledger, self.late_ledger.label.text)
        for explanation in self.explanations:
            yield from _faults(explanation.form.text, explanation.form.text.label.text)
        yield from _faults(self.note, self.note.label.text)
        if self.csrf_token.errors:
            sentence = _("Trang đã mở quá lâu hoặc phiên đã đổi. Hãy tải lại trang rồi gửi lại.")
            yield Fault("", "", sentence)
        for sentence in self.form_errors:
            yield Fault("", "", str(sentence))

    def _faults_of_row(self, row: FiguresForm, name: str) -> Iterator[Fault]:
        for column in COLUMNS:
            label = _("%(row)s, cột %(column)s", row=name, column=COLUMN[column.name].number)
            yield from _faults(row[column.name], label)


def _version(text: str | None) -> int:
    """The version a form carries; nonsense is a version that never was."""
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _faults(field: Field, label: Any) -> Iterator[Fault]:
    for sentence in field.errors:
        yield Fault(field.id, str(label), str(sentence))


def report_form_data(
    report: Report, explanations: Mapping[str, str], codes: list[str], **rest: Any
) -> dict[str, Any]:
    """A stored report as the form shows it, with an explanation field for each of ``codes``."""
    spare: list[dict[str, Any]] = [{} for _spare in range(SPARE_ROWS)]
    return {
        "total": asdict(report.total),
        "rows": [{"field": line.field, **asdict(line.figures)} for line in report.lines] + spare,
        "extras": asdict(report.extras),
        "late_ledger": report.late_ledger,
        "online_practice": report.online_practice.value if report.online_practice else "",
        "explanations": [{"code": code, "text": explanations.get(code, "")} for code in codes],
        **rest,
    }


class _OneOf(SelectField):
    """A select field whose refusal is a sentence."""

    def pre_validate(self, _form: Any) -> None:
        if self.data not in {value for value, _label in self.choices or ()}:
            raise ValidationError(_("Hãy chọn một mục trong danh sách."))


def _id(text: Any) -> int | None:
    text = str(text or "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


class NewReportForm(Form):
    """Which unit, which period, who counted; the units to choose from are given by the view."""

    unit = _OneOf(_l("Đơn vị"), coerce=_id)
    period_from = Day(_l("Từ ngày"), [Given()])
    period_to = Day(_l("Đến ngày"), [Given()])
    period_label = Text(_l("Tên kỳ"), [NotLonger(100)])
    source = _OneOf(_l("Nguồn số liệu"))
    with_rows = BooleanField(_l("Lập sẵn các dòng lĩnh vực thường có ở cấp xã"))

    def __init__(self, units: list[tuple[int, str]], sources: list[tuple[str, Any]], **more: Any) -> None:
        super().__init__(**more)
        self.unit.choices = units
        self.source.choices = sources

    def validate(self, extra_validators: Mapping[str, Any] | None = None) -> bool:
        good = super().validate(extra_validators)
        first, last = self.period_from.data, self.period_to.data
        if first is not None and last is not None and last < first:
            self.period_to.errors = [_("Ngày kết thúc kỳ không được trước ngày bắt đầu.")]
            return False
        return good

    @property
    def period(self) -> Period:
        if self.period_from.data is None or self.period_to.data is None:
            raise Invalid("Hãy điền mục này.", field="period_from")
        return Period(self.period_from.data, self.period_to.data, self.period_label.data)


class SuggestionForm(Form):
    """What a link to the new form carries in its address; what cannot be read suggests nothing."""

    class Meta:
        csrf = False

    unit = IntegerField()
    period_from = Day()
    period_to = Day()
    period_label = Text()

    @property
    def suggested(self) -> dict[str, Any]:
        return {name: value for name, value in self.data.items() if value}


class ReportFilterForm(Form):
    """The query string of the list; what cannot be read filters nothing."""

    class Meta:
        csrf = False

    q = Text(_l("Tìm đơn vị"), [NotLonger(200)])
    year = SelectField(_l("Năm"), coerce=_id, validate_choice=False)
    status = SelectField(_l("Trạng thái"), validate_choice=False)
    page = IntegerField(default=1)

    @property
    def words(self) -> str:
        return fold(self.q.data or "")[:200]


class StepForm(Form):
    """One press of a button: hand in, confirm."""

    version = HiddenField()

    @property
    def version_number(self) -> int:
        return _version(self.version.data)


class ReturnForm(StepForm):
    reason = LongText(_l("Lý do trả lại"), [Given(), NotLonger(1000)], render_kw={"rows": 2})
