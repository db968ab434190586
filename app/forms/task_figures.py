"""The form above the figures of tasks: as of which day, of which period, by which due date, split by what."""

from __future__ import annotations

from datetime import date

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField

from ..domain.periods import Period
from ..domain.refusals import Invalid
from ..domain.task_history import By, Question, year_of
from ..domain.tasks import Basis
from ._base import Day, Form
from .tasks import _id

YEARS = 6


def _year(text: object) -> int | None:
    words = str(text or "")
    return int(words) if words.isascii() and words.isdigit() and len(words) == 4 and int(words) else None


class FigureForm(Form):
    """The query string. A choice there is not chooses nothing; a day that cannot be read is refused."""

    class Meta:
        csrf = False

    day = Day(_l("Tính đến ngày"))
    year = SelectField(_l("Nhiệm vụ của năm"), coerce=_year, validate_choice=False)
    start = Day(_l("hoặc từ ngày"))
    end = Day(_l("đến ngày"))
    basis = SelectField(_l("Theo hạn"), validate_choice=False)
    by = SelectField(_l("Chia theo"), validate_choice=False)
    unit = SelectField(_l("Đơn vị"), coerce=_id, validate_choice=False)

    def question(self, today: date, newest: int | None = None) -> Question | None:
        """What is asked; ``None`` when a day does not fit, which the form then says.

        ``newest``: the year that stands for today when none was chosen, as on the board.
        """
        if not self.validate():
            return None
        day = self.day.data or today
        if day > today:
            self.refuse(_("Chưa có số liệu của ngày sau hôm nay."), "day")
            return None
        try:
            if day == today and not (self.year.data or self.start.data or self.end.data):
                self.year.data = newest
            period = self._period(day)
        except Invalid:
            self.refuse(_("Ngày kết thúc kỳ không được trước ngày bắt đầu."), "end")
            return None
        return Question(
            day=day,
            period=period,
            basis=next((word for word in Basis if word == self.basis.data), Basis.CURRENT),
            by=next((word for word in By if word == self.by.data), By.UNIT),
            unit_id=self.unit.data,
        )

    def _period(self, day: date) -> Period:
        """The days typed go before the year chosen; without either the year of the day."""
        if not self.start.data and not self.end.data:
            return year_of(day, self.year.data)
        start = self.start.data or year_of(self.end.data or day).start
        return Period(start, self.end.data or max(day, start))
