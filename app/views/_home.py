"""The words of a unit's home: what each thing to do is called, until when, and where its button leads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from flask import render_template, url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from ..domain.access import Role
from ..domain.home import Due, DueKind, OwnInspection
from ..domain.inspections import InspectionKind
from ..domain.periods import today
from ..domain.tasks import SOON_DAYS
from ..queries.documents import MinutesOf, documents_of
from ..queries.ended_units import ended_unit
from ..queries.home import home_of
from ..queries.own_units import inside_commune
from ..vietnamese import count, date_short
from ._labels import label
from ._login import account, now

_LONG = 160
_DOCUMENTS = 50


@dataclass(frozen=True, slots=True)
class Line:
    """One row: what, by when, one button."""

    title: str
    detail: str
    button: str
    href: str
    icon: str
    by: str = ""
    left: str = ""
    look: str = ""


def unit_home() -> str:
    me, day = account(), today(now())
    home = home_of(me.principal.unit_id or 0, day)
    idle = not home.dues and not home.inspections
    return render_template(
        "overview/unit.html",
        lines=[line_of(due, day) for due in home.dues],
        late=sum((due.days_left(day) or 0) < 0 for due in home.dues) + home.more_late,
        more=home.more,
        more_asked=home.more_asked,
        inspections=home.inspections,
        documents=home.documents,
        name_of=name_of,
        # Placed in an office inside a commune, with nothing to do there: whose officer are they meant to be?
        inside=inside_commune(me.principal.unit_id or 0) if idle else None,
        # Nothing comes to a unit that is no more: its people have to be moved to where the work went.
        ended=ended_unit(me.principal.unit_id or 0, day) if idle else None,
    )


def unit_documents(page: int) -> str:
    """All that the home shows the newest of."""
    documents = documents_of(account().principal.unit_id or 0, page, _DOCUMENTS)
    return render_template("overview/documents.html", documents=documents, name_of=name_of)


def name_of(own: OwnInspection | MinutesOf) -> str:
    """«Kiểm tra định kỳ 15/09/2022», «Giám sát 07/11/2022»."""
    if own.supervised:
        return _("Giám sát ngày %(day)s", day=date_short(own.inspected_on))
    kind = str(label(own.kind)).lower()
    if own.kind is InspectionKind.PHUC_TRA:
        return _("Phúc tra ngày %(day)s", day=date_short(own.inspected_on))
    return _("Kiểm tra %(kind)s ngày %(day)s", kind=kind, day=date_short(own.inspected_on))


def line_of(due: Due, day: date) -> Line:
    title, detail, button, href, icon = _WORDS[due.kind](due)
    left, look = _left(due.days_left(day))
    if due.pressing:
        left, look = _("cần làm ngay"), "warn"
    return Line(title, detail, button, href, icon, date_short(due.due_on) if due.due_on else "", left, look)


def _left(days: int | None) -> tuple[str, str]:
    if days is None:
        return _("không có thời hạn"), "muted"
    if days < 0:
        return ngettext("quá hạn %(days)s ngày", "quá hạn %(days)s ngày", -days, days=count(-days)), "bad"
    if days == 0:
        return _("hạn hôm nay"), "warn"
    look = "warn" if days <= SOON_DAYS else "info"
    return ngettext("còn %(num)s ngày", "còn %(num)s ngày", days), look


Words = tuple[str, str, str, str, str]


def _self_score(due: Due) -> Words:
    href = url_for("score.show", inspection_id=due.id, side="self")
    left = due.left or 0
    detail = ngettext(
        "Còn %(num)s tiêu chí chưa tự chấm xong", "Còn %(num)s tiêu chí chưa tự chấm xong", left
    )
    if not left:
        detail = _("Đã chấm đủ các tiêu chí")
    return _("Tự chấm điểm"), detail, _("Tự chấm"), href, "clipboard-list"


def _lock_self(due: Due) -> Words:
    if account().role is not Role.UNIT_HEAD:
        href = url_for("score.show", inspection_id=due.id, side="self")
        return _("Tự chấm điểm"), _("Đã chấm đủ, chờ Thủ trưởng chốt"), _("Xem lại"), href, "clipboard-list"
    href = url_for("inspections.show", inspection_id=due.id)
    return _("Chốt tự chấm"), _("Đã chấm đủ các tiêu chí"), _("Chốt"), href, "lock"


def _visit(due: Due) -> Words:
    href = url_for("inspections.show", inspection_id=due.id)
    title = _("Đoàn giám sát đến làm việc") if due.supervised else _("Đoàn kiểm tra đến làm việc")
    return title, _("Chuẩn bị báo cáo, hồ sơ, tài liệu"), _("Xem"), href, "calendar-event"


def _minutes(due: Due) -> Words:
    if due.left:
        href = url_for("minutes.opinion", inspection_id=due.id)
        return _("Biên bản chờ ký"), _("Chưa ghi ý kiến của đơn vị"), _("Ghi ý kiến"), href, "signature"
    href = url_for("minutes.show", inspection_id=due.id)
    return _("Biên bản chờ ký"), _("Đã ghi ý kiến của đơn vị"), _("Xem biên bản"), href, "signature"


def _explanation(due: Due) -> Words:
    href = url_for("explanations.index", inspection_id=due.id)
    detail = _("Đồng ý hoặc giải trình từng tiêu chí khác điểm")
    return _("Giải trình điểm thẩm định"), detail, _("Giải trình"), href, "message"


def _scores(due: Due) -> Words:
    href = url_for("score.show", inspection_id=due.id, side="verified")
    return _("Đoàn đã công bố điểm thẩm định"), _("Xem trước khi ký biên bản"), _("Xem điểm"), href, "eye"


def _dossiers(due: Due) -> Words:
    href = url_for("dossiers.show", report_id=due.id)
    detail = due.text
    if due.left:
        lacks = ngettext(
            "%(num)s hồ sơ trễ hạn còn thiếu giải trình, xin lỗi hoặc hẹn lại",
            "%(num)s hồ sơ trễ hạn còn thiếu giải trình, xin lỗi hoặc hẹn lại",
            due.left,
        )
        detail = f"{detail} · {lacks}"
    return _("Gửi số liệu hồ sơ TTHC (II.06)"), detail, _("Nhập và gửi"), href, "file-text"


def _task(due: Due) -> Words:
    href = url_for("tasks.show", task_id=due.id)
    button = _("Tiếp nhận") if due.new else _("Báo cáo")
    return _short(due.text), _("Nhiệm vụ được giao"), button, href, "list-check"


def _finding(due: Due) -> Words:
    href = url_for("findings.index", inspection_id=due.id)
    return _short(due.text), _("Tồn tại phải khắc phục"), _("Xem"), href, "flag"


def _recommendation(due: Due) -> Words:
    href = url_for("findings.index", inspection_id=due.id) + "#recommendations"
    return _short(due.text), _("Kiến nghị của Đoàn"), _("Xem"), href, "message-report"


def _short(text: str) -> str:
    return text if len(text) <= _LONG else f"{text[: _LONG - 1].rstrip()}…"


_WORDS: dict[DueKind, Callable[[Due], Words]] = {
    DueKind.SELF_SCORE: _self_score,
    DueKind.LOCK_SELF: _lock_self,
    DueKind.VISIT: _visit,
    DueKind.MINUTES: _minutes,
    DueKind.EXPLANATION: _explanation,
    DueKind.SCORES: _scores,
    DueKind.DOSSIERS: _dossiers,
    DueKind.TASK: _task,
    DueKind.FINDING: _finding,
    DueKind.RECOMMENDATION: _recommendation,
}
