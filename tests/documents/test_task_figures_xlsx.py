"""The workbook of figures says what their page says, to the last digit."""

from __future__ import annotations

from datetime import date
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.documents.task_figures_xlsx import TITLE, Heading, write_figures
from app.domain.task_history import Point, Question, Tally, year_of
from app.domain.tasks import Counts, Rate
from app.vietnamese import percent
from app.views.exports import _part
from tests import make

DAY = date(2022, 9, 15)


@pytest.mark.parametrize(("n", "d"), [(14, 27), (24_799, 24_800), (24_800, 24_800), (9_999, 10_000), (0, 3)])
def test_a_rate_reads_as_on_the_page(n, d):
    tally = Tally(Counts(done_on_time=n, open_in_time=d - n), Rate(n, d))
    heading = Heading(Question(DAY, year_of(DAY)), "Hải Phòng", ("Phường Cầu Tre",))
    file = write_figures(heading, (tally,), (Point(DAY, Rate(n, d)),), make.NOW)
    rows = list(load_workbook(BytesIO(file), data_only=True)[TITLE].iter_rows(values_only=True))
    of_ward, total = (next(row for row in rows if row[1] == name) for name in ("Phường Cầu Tre", "Tổng cộng"))
    assert {f"{row[13]:.2%}" for row in (of_ward, total)} == {percent(n, d).replace(",", ".")}
    assert f"{_part(n, d):.2%}" == percent(n, d).replace(",", ".")
