"""Sentences of the minutes that carry figures of dossiers: form II.06, the ledger of late ones, what does not add up."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain import dossier_checks, dossier_rates, dossiers
from app.domain.late_dossiers import CAUSE_WORDS, LateEntry
from app.domain.minutes import DossierPart

from .words import from_to, uncapitalised

COLUMNS = dossiers.COLUMNS

NO_EXPLANATION = "Chưa có giải trình"

NO_APOLOGY = "Chưa có"


def dossier_lines(part: DossierPart | None) -> list[str]:
    """The total row of form II.06 in words, postal figures, apologies and what does not add up."""
    if part is None or part.report.total.empty:
        return ["Chưa có số liệu hồ sơ thủ tục hành chính của kỳ."]
    f, more = part.report.total, part.report.extras
    lines = [
        f"Từ {from_to(part.period_from, part.period_to)}, số hồ sơ nhận giải quyết: {_known(f.received_total)} hồ sơ"
        + _parts(
            ("trực tuyến", f.received_online),
            ("trực tiếp, dịch vụ bưu chính", f.received_direct),
            ("từ kỳ trước chuyển sang", f.carried_over),
        ),
        f"Đã giải quyết: {_known(f.resolved_total)} hồ sơ"
        + _parts(
            ("trước hạn", f.resolved_early), ("đúng hạn", f.resolved_on_time), ("quá hạn", f.resolved_late)
        ),
        f"Đang giải quyết: {_known(f.processing_total)} hồ sơ"
        + _parts(("trong hạn", f.processing_in_time), ("quá hạn", f.processing_overdue)),
    ]
    apology = late_line(part)
    lines += [apology] if apology else []
    # The apologies have their own line.
    told = [rate for rate in shown_rates(part) if rate.key != "dossier.apology_rate"]
    rates = "; ".join(f"{uncapitalised(rate.label)} {rate_text(rate)}" for rate in told)
    if rates:
        lines.append(f"Tỷ lệ: {rates}.")
    if more.postal_total is not None:
        lines.append(
            f"Qua dịch vụ bưu chính công ích: {vi.leading_zero(more.postal_total)} lượt"
            + _parts(("tiếp nhận", more.postal_in), ("trả kết quả", more.postal_out))
        )
    lines += broken_lines(part)
    return lines


def late_line(part: DossierPart) -> str:
    """«Văn bản xin lỗi: 03/04 hồ sơ quá hạn»; without late dossiers, or without a figure of them, nothing."""
    report, ledger = part.report, part.report.ledger
    late = ledger.total if report.late is None and ledger else report.late
    if not late or report.apologies is None:
        return ""
    if ledger is not None and ledger.total > late:
        # More entries than the form counts: each figure stands beside what it is a part of.
        return (
            f"Văn bản xin lỗi: {vi.leading_zero(ledger.apologised)}/{vi.leading_zero(ledger.total)} hồ sơ của sổ theo dõi; có giải"
            f" trình: {vi.leading_zero(ledger.explained)}/{vi.leading_zero(ledger.total)}; biểu ghi {vi.leading_zero(late)} hồ sơ quá hạn, lệch"
            f" {vi.leading_zero(ledger.total - late)}."
        )
    line = f"Văn bản xin lỗi: {vi.leading_zero(report.apologies)}/{vi.leading_zero(late)} hồ sơ quá hạn"
    if ledger is None:
        return f"{line}."
    line += f"; có giải trình: {vi.leading_zero(ledger.explained)}/{vi.leading_zero(late)}"
    if ledger.total != late:
        line += f"; sổ theo dõi ghi {vi.leading_zero(ledger.total)} hồ sơ, lệch {vi.leading_zero(abs(ledger.total - late))}"
    return f"{line}."


def late_cause(entry: LateEntry) -> str:
    """The kind of cause by Biểu II.07, then the explanation."""
    kind = CAUSE_WORDS[entry.cause_kind] if entry.cause_kind else ""
    return "\n".join(filter(None, (kind, entry.cause))) or NO_EXPLANATION


def late_apology(entry: LateEntry) -> str:
    """«12/PXL ngày 05/09/2022», or what of it is missing."""
    if not entry.apology_number and entry.apology_on is None:
        return NO_APOLOGY
    day = f"ngày {vi.date_short(entry.apology_on)}" if entry.apology_on else "(chưa có ngày)"
    return f"{entry.apology_number or '(chưa có số)'} {day}"


def shown_rates(part: DossierPart) -> list[dossier_rates.Rate]:
    """The rates whose figures were reported and whose denominator is not zero."""
    return [rate for rate in dossier_rates.rates(part.report) if rate.known and rate.d]


def broken_lines(part: DossierPart) -> list[str]:
    return [
        f"Số liệu chưa khớp: {dossier_checks.sentence_of(check, vi.count)} "
        f"Giải trình của đơn vị: {explanation.rstrip('.') or 'chưa có'}."
        for check, explanation in part.broken
    ]


def rate_text(rate: dossier_rates.Rate) -> str:
    """«4.541/4.545 = 99,91%»"""
    return f"{vi.count(rate.n)}/{vi.count(rate.d)} = {vi.percent(rate.n, rate.d)}"


def _known(number: int | None) -> str:
    return vi.NOTHING if number is None else vi.leading_zero(number)


def _parts(*parts: tuple[str, int | None]) -> str:
    """«, trong đó trước hạn 7.620, đúng hạn 2.641, quá hạn 0.»; what is not reported is not said."""
    known = [f"{name} {vi.leading_zero(number)}" for name, number in parts if number is not None]
    return f", trong đó {', '.join(known)}." if known else "."
