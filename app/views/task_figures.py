"""/tasks/figures: how many tasks are done, as of any day, by unit, directive and area; as a page and a file.

The file is a paper: it is Vietnamese whatever language the page is read in.
"""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, render_template, request, send_file, url_for
from flask_babel import LazyString, force_locale
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from ..documents.task_figures_xlsx import Heading, write_figures
from ..domain.access import Action
from ..domain.areas import ReformArea
from ..domain.attachments import FileKind
from ..domain.periods import today
from ..domain.refusals import Invalid, sentence
from ..domain.task_history import By, Point, Question, ends_month
from ..domain.tasks import Basis
from ..forms.task_figures import YEARS, FigureForm
from ..queries.access import visible_tasks
from ..queries.task_figures import Line, answer
from ..queries.task_years import counted_year
from ..vietnamese import date_short, paper
from ._board import own_unit_name
from ._labels import label
from ._load import allow
from ._login import account, now

blueprint = Blueprint("task_figures", __name__)

FIELDS = ("day", "year", "start", "end", "basis", "by", "unit")

BYS: dict[By, LazyString] = {
    By.UNIT: _l("Theo đơn vị"),
    By.DIRECTIVE: _l("Theo văn bản"),
    By.AREA: _l("Theo lĩnh vực"),
}
BASES: dict[Basis, LazyString] = {
    Basis.CURRENT: _l("hạn hiện tại"),
    Basis.ORIGINAL: _l("hạn ban đầu"),
}


def _asked(day: date) -> tuple[FigureForm, Question | None]:
    """The form and what it asks: without a choice the year that the board counts too."""
    form = FigureForm(request.args)
    years = [
        ("", _("Năm của ngày tính")),
        *((str(day.year - back), str(day.year - back)) for back in range(YEARS)),
    ]
    newest = counted_year(visible_tasks(account().principal), day)
    for number in (form.year.data, newest):
        if number and str(number) not in dict(years):
            years.append((str(number), str(number)))
    form.year.choices = years
    form.basis.choices = [(word.value, BASES[word]) for word in Basis]
    form.basis.choices.reverse()
    return form, form.question(day, newest)


@blueprint.get("/tasks/figures")
def index() -> str | tuple[str, int]:
    allow(Action.READ_TASKS)
    day = today(now())
    form, asked = _asked(day)
    if asked is None:
        return render_template("tasks/figures.html", form=form, asked=None, today=day), 422
    found = answer(visible_tasks(account().principal), asked)
    return render_template(
        "tasks/figures.html",
        form=form,
        asked=asked,
        found=found,
        own_unit=own_unit_name(),
        total=found.total,
        today=day,
        period=_period(asked),
        bys=[(word, BYS[word], _link(asked, by=word.value)) for word in By],
        By=By,
        basis=BASES[asked.basis],
        name_of=_name,
        month_of=_month,
        link=lambda **changed: _link(asked, **changed),
    )


@blueprint.get("/tasks/figures.xlsx")
def download() -> Response:
    allow(Action.READ_TASKS)
    day = today(now())
    _refused, asked = _asked(day)
    if asked is None:
        raise Invalid(sentence("Ngày hoặc kỳ không đọc được; hãy chọn lại trên trang số liệu."))
    found = answer(visible_tasks(account().principal), asked)
    with force_locale("vi"):
        names = tuple(_name(line, asked.by) for line in found.lines)
    heading = Heading(asked, unit=found.crumbs[-1][1] if found.crumbs else "", names=names)
    file = write_figures(heading, tuple(line.tally for line in found.lines), found.trend, now())
    name = paper(f"Số liệu nhiệm vụ - {date_short(asked.day).replace('/', '-')}.xlsx")
    return send_file(BytesIO(file), FileKind.XLSX.media_type, as_attachment=True, download_name=name)


def _link(asked: Question, to: str = "task_figures.index", **changed: Any) -> str:
    """The same question with something changed, and nothing in the address that goes without saying.

    What else stands in the address of the page (``_scheme``, ``endpoint``) is not ours and goes no further.
    """
    args: dict[str, Any] = {name: request.args.get(name) for name in FIELDS} | changed
    wanted = [(name, value) for name, value in args.items() if value not in (None, "")]
    return url_for(to) + (f"?{urlencode(wanted, errors='replace')}" if wanted else "")


def _name(line: Line, by: By) -> str:
    if by is By.AREA:
        return str(label(line.key)) if isinstance(line.key, ReformArea) else _("Chưa phân lĩnh vực")
    if line.key is None:
        return _("Không theo văn bản nào")
    if line.own:
        return _("%(unit)s (giao cho chính đơn vị)", unit=line.name)
    return line.name


def _period(asked: Question) -> str:
    if asked.period.label:
        return _("năm %(year)s", year=asked.period.label)
    return _(
        "từ %(start)s đến %(end)s", start=date_short(asked.period.start), end=date_short(asked.period.end)
    )


def _month(point: Point) -> str:
    """«8/2022», and for a month that has not ended the day itself."""
    if ends_month(point.day):
        return f"{point.day.month}/{point.day.year}"
    return _("đến %(day)s", day=date_short(point.day))
