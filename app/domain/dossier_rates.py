"""Rates of dossier statistics: each keeps its numerator, its denominator and the practice it follows.

Nothing is rounded here. A rate whose figures are missing has no n and d («không đủ số liệu»); a zero
denominator stays a zero denominator, and the criterion's own policy decides what it means.
Sources: domain reference 4.4 and 8.2; QĐ 766/QĐ-TTg.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction

from .dossiers import COLUMNS, Figures, OnlinePractice, Report
from .refusals import sentence


@dataclass(frozen=True, slots=True)
class Rate:
    """``formula`` says which figures were divided, as counted for this report."""

    key: str
    label: str
    formula: str
    n: int | None = None
    d: int | None = None

    @property
    def known(self) -> bool:
        return self.n is not None and self.d is not None


Pair = tuple[int, int]


def _pair(n: int | None, d: int | None) -> Pair | None:
    return None if n is None or d is None else (n, d)


def _sum(*values: int | None) -> int | None:
    return None if None in values else sum(value for value in values if value is not None)


def in_time_resolved(figures: Figures) -> tuple[int | None, bool]:
    """Dossiers resolved early or on time, and whether they were derived.

    Some reports give only the late ones: 4.545 resolved, 04 late, so 4.541 in time.
    """
    counted = _sum(figures.resolved_early, figures.resolved_on_time)
    if counted is not None:
        return counted, False
    if figures.resolved_total is None or figures.resolved_late is None:
        return None, False
    derived = figures.resolved_total - figures.resolved_late
    return (derived, True) if derived >= 0 else (None, False)


def on_time(figures: Figures) -> Rate:
    """Tỷ lệ giải quyết đúng hạn, dossiers resolved early included."""
    n, derived = in_time_resolved(figures)
    formula = sentence("(cột 7 − cột 10) / cột 7") if derived else sentence("(cột 8 + cột 9) / cột 7")
    pair = _pair(n, figures.resolved_total)
    return _rate("dossier.on_time_rate", sentence("Giải quyết trước hạn và đúng hạn"), formula, pair)


def progress_qd766(figures: Figures) -> Rate:
    """Tiến độ giải quyết theo QĐ 766: in time among all received and processed in the period."""
    n, derived = in_time_resolved(figures)
    in_time = 0 if figures.processing_total == 0 else figures.processing_in_time
    formula = (
        sentence("(cột 7 − cột 10 + cột 12) / cột 3")
        if derived
        else sentence("(cột 8 + cột 9 + cột 12) / cột 3")
    )
    pair = _pair(_sum(n, in_time), figures.received_total)
    return _rate("qd766", sentence("Tiến độ giải quyết theo QĐ 766"), formula, pair)


def online(report: Report, practice: OnlinePractice) -> Rate:
    """Tỷ lệ trực tuyến, counted in one of the three practices in use."""
    total = report.total
    d, formula = {
        OnlinePractice.RECEIVED_IN_PERIOD: (
            _sum(total.received_online, total.received_direct),
            sentence("cột 4 / (cột 4 + cột 5)"),
        ),
        OnlinePractice.ALL: (total.received_total, sentence("cột 4 / cột 3")),
        OnlinePractice.ONLINE_SERVICE: (
            report.extras.online_service_received,
            sentence("cột 4 / hồ sơ tiếp nhận của TTHC có DVC trực tuyến"),
        ),
    }[practice]
    label = sentence("Hồ sơ trực tuyến")
    return _rate("dossier.online_rate", label, formula, _pair(total.received_online, d))


def online_as_reported(report: Report) -> Rate:
    """The online rate in the report's own practice; if it names none, the first that has figures.

    The checklist asks for procedures with online services first (criterion 7.3.1).
    """
    if report.online_practice is not None:
        return online(report, report.online_practice)
    order = (OnlinePractice.ONLINE_SERVICE, OnlinePractice.RECEIVED_IN_PERIOD, OnlinePractice.ALL)
    tried = [online(report, practice) for practice in order]
    return next((rate for rate in tried if rate.known), tried[0])


def _part(n: int | None, d: int | None) -> Pair | None:
    """As :func:`_pair`; a part larger than its whole is a slip to be put right, no figure to score by."""
    return None if n is not None and d is not None and n > d else _pair(n, d)


def _processing_overdue(report: Report) -> Pair | None:
    total = report.total
    overdue = 0 if total.processing_total == 0 else total.processing_overdue
    return _pair(overdue, total.processing_total)


def _apology(report: Report) -> Pair | None:
    # Nobody to apologise to: 0/0, also where no apologies were counted.
    return (0, 0) if report.late == 0 else _part(report.apologies, report.late)


def postal_count(report: Report) -> int | None:
    """Lượt hồ sơ qua bưu chính: as reported, else in and out together."""
    extras = report.extras
    if extras.postal_total is not None:
        return extras.postal_total
    return _sum(extras.postal_in, extras.postal_out)


def largest_difference(unit: Figures, system: Figures | None) -> Pair | None:
    """The largest relative difference to the one-stop system's figures over columns 3–13.

    Relative to the system's figure; where the system has 0 and the unit has not, the difference is whole.
    """
    if system is None:
        return None
    pairs: list[Pair] = []
    for column in COLUMNS:
        ours, theirs = getattr(unit, column.name), getattr(system, column.name)
        if ours is not None and theirs is not None:
            pairs.append((abs(ours - theirs), theirs or max(ours, 1)))
    return max(pairs, key=lambda pair: Fraction(*pair), default=None)


def _rate(key: str, label: str, formula: str, pair: Pair | None) -> Rate:
    n, d = pair or (None, None)
    return Rate(key, label, formula, n, d)


# key → label, formula, and how the pair is found. on_time and online say their formula themselves.
_OTHERS: dict[str, tuple[str, str, Callable[[Report], Pair | None]]] = {
    "dossier.processing_overdue_rate": (
        sentence("Đang giải quyết quá hạn"),
        sentence("cột 13 / cột 11"),
        _processing_overdue,
    ),
    "dossier.apology_rate": (
        sentence("Xin lỗi hồ sơ quá hạn bằng văn bản"),
        sentence("hồ sơ đã có văn bản xin lỗi / (cột 10 + cột 13)"),
        _apology,
    ),
    "dossier.reconciliation": (
        sentence("Chênh lệch lớn nhất với Hệ thống một cửa"),
        sentence("|số báo cáo − số hệ thống| / số hệ thống, cột 3–13"),
        lambda report: largest_difference(report.total, report.system),
    ),
    "dossier.postal_rate": (
        sentence("Hồ sơ qua bưu chính so với chỉ tiêu"),
        sentence("lượt qua bưu chính / chỉ tiêu được giao"),
        lambda report: _pair(postal_count(report), report.extras.postal_target),
    ),
    "dossier.online_procedure_rate": (
        sentence("TTHC phát sinh hồ sơ trực tuyến"),
        sentence("TTHC có hồ sơ trực tuyến / TTHC có DVC trực tuyến đã phát sinh hồ sơ"),
        lambda report: _part(report.extras.procedures_online, report.extras.procedures_online_service),
    ),
    "dossier.online_payment_rate": (
        sentence("Thanh toán trực tuyến"),
        sentence("hồ sơ thanh toán trực tuyến / hồ sơ có nghĩa vụ tài chính"),
        lambda report: _part(report.extras.paid_online, report.extras.with_fee),
    ),
    "dossier.digitised_input_rate": (
        sentence("Số hóa thành phần hồ sơ"),
        sentence("hồ sơ đã số hóa thành phần / hồ sơ tiếp nhận phải số hóa"),
        lambda report: _part(report.extras.digitised_in, report.extras.to_digitise),
    ),
    "dossier.digitised_result_rate": (
        sentence("Kết quả điện tử"),
        sentence("hồ sơ có kết quả điện tử / hồ sơ đã giải quyết có kết quả bằng văn bản"),
        lambda report: _part(report.extras.digitised_out, report.extras.resolved_with_document),
    ),
    "dossier.reuse_rate": (
        sentence("Tái sử dụng dữ liệu đã số hóa"),
        sentence("hồ sơ có tái sử dụng / cột 3"),
        lambda report: _part(report.extras.reused, report.total.received_total),
    ),
    "postal_procedures": (
        sentence("TTHC thực hiện qua bưu chính"),
        sentence("TTHC qua bưu chính / tổng số TTHC"),
        lambda report: _part(report.extras.procedures_postal, report.extras.procedures_total),
    ),
}


def rates(report: Report) -> tuple[Rate, ...]:
    """Every rate of a report in the order they are shown; those without figures have no n and d."""
    others = (
        _rate(key, label, formula, pair_of(report)) for key, (label, formula, pair_of) in _OTHERS.items()
    )
    return (on_time(report.total), progress_qd766(report.total), online_as_reported(report), *others)


def figure(key: str, report: Report) -> Pair | None:
    """(n, d) for a key of column «Số liệu tự động» (domain reference 4.4); ``None``: not enough figures.

    An unknown key is a ``KeyError``.
    """
    if key == "dossier.on_time_rate":
        rate = on_time(report.total)
        return _pair(rate.n, rate.d)
    if key == "dossier.online_rate":
        rate = online_as_reported(report)
        return _pair(rate.n, rate.d)
    return _OTHERS[key][2](report)
