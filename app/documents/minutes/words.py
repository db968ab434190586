"""Sentences of the minutes that carry figures: Vietnamese for paper, the same on the page and in the file."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from app import vietnamese as vi
from app.domain.inspections import InspectionKind, Severity
from app.domain.minutes import FindingLine, Minutes, Person, RecommendationLine
from app.domain.minutes_scores import AreaLine, CriterionLine
from app.domain.minutes_tasks import TaskPart
from app.domain.tasks import Rate

from . import carried
from .labels import KINDS, ROLES, SEVERITIES

# Room for a pen.
DOTS = "…" * 9
NOT_APPLICABLE = "Không áp dụng"
NOT_SCORED = vi.NOTHING
NOTHING_FOUND = "Không."
NO_OPINION = "Đơn vị chưa ghi ý kiến."


def number_line(minutes: Minutes) -> str:
    """«Số: 05/BB-ĐKT», or room to write the number in."""
    number = minutes.details.number.strip()
    number = number.zfill(2) if number.isdigit() else number or " " * 8
    return f"Số: {number}/{minutes.symbol}"


def place_line(minutes: Minutes) -> str:
    return f"{minutes.details.place or '…' * 6}, {_day(minutes.details.day)}"


def bases(minutes: Minutes) -> list[str]:
    """«Căn cứ …» lines: each ends with a semicolon, the last with a full stop (NĐ 30/2020/NĐ-CP)."""
    lines = [line.strip().rstrip(";.,") for line in minutes.legal_bases]
    return [f"{line}{'.' if line is lines[-1] else ';'}" for line in lines]


def opening(minutes: Minutes) -> str:
    details = minutes.details
    return (
        f"Hôm nay, vào hồi {_hour(details.started_at)}, {_start_day(details.started_at, details.day)}, "
        f"tại {details.venue or DOTS}, chúng tôi gồm có:"
    )


def person_line(person: Person) -> str:
    """«Ông/Bà …, chức vụ … – Trưởng đoàn»; what is unknown is left for the pen."""
    role = f" – {ROLES[person.role]}" if person.role in ROLES else ""
    return f"Ông/Bà: {person.name or DOTS}, chức vụ: {person.post or DOTS}{role}"


def blank_people(count: int) -> tuple[Person, ...]:
    return (Person(),) * count


def scope(minutes: Minutes) -> str:
    if minutes.details.scope:
        return minutes.details.scope
    if not minutes.scored:
        about = minutes.theme or "công tác cải cách hành chính"
        return f"{minutes.act.capitalize()} {about[:1].lower()}{about[1:].rstrip('.')}."
    return (
        f"{minutes.act.capitalize()} công tác cải cách hành chính trên {vi.leading_zero(len(minutes.areas))} lĩnh vực, "
        f"theo {minutes.checklist_name}, phiên bản {minutes.checklist_version} "
        f"({vi.count(len(minutes.lines))} tiêu chí thành phần, thang điểm {vi.points(minutes.max_points)})."
    )


def period(minutes: Minutes) -> str:
    """«Từ ngày … đến ngày … (quý II/2022).»; a label that says the two days again is left out."""
    label = minutes.period_label
    named = f" ({label})" if label and not label.lower().startswith("từ ") else ""
    return f"Từ {from_to(minutes.period_from, minutes.period_to)}{named}."


def kind(minutes: Minutes) -> str:
    if minutes.is_visit:
        return "Khảo sát thực tế tại cơ sở."
    if minutes.kind is InspectionKind.PHUC_TRA:
        return f"{KINDS[minutes.kind].capitalize()}."
    return f"{minutes.act.capitalize()} {KINDS[minutes.kind]}."


def finding_line(finding: FindingLine) -> str:
    """The text, and the criterion it belongs to: «Chưa … (tiêu chí 3.4.3).»; and whether it was said before."""
    where = f"tiêu chí {finding.criterion_code}" if finding.criterion_code else ""
    again = uncapitalised(repeated(finding))
    if not where and not again:
        return finding.text
    return f"{finding.text.rstrip('.')} ({'; '.join(filter(None, (where, again)))})."


def repeated(finding: FindingLine) -> str:
    """«Lặp lại, đã nêu ngày 15/9/2022 tại UBND phường Cầu Tre», or nothing."""
    if finding.repeated_on is None:
        return ""
    at = f" tại {finding.repeated_at}" if finding.repeated_at else ""
    return f"Lặp lại, đã nêu ngày {vi.date_short(finding.repeated_on)}{at}"


def listed(text: str) -> str:
    """With a dash in front; people type one themselves often enough."""
    return text if text.startswith(("-", "+")) else f"- {text}"


def reason(line: CriterionLine) -> str:
    """Why the delegation gave what it gave; a unit's «không áp dụng» it did not follow is told as the unit's."""
    na_reason = line.na_reason
    if na_reason and not line.verified.not_applicable:
        na_reason = f"Đơn vị đề nghị không áp dụng: {na_reason}"
    return "\n".join(filter(None, (line.reason, na_reason)))


def score_line(area: AreaLine) -> str:
    """«tối đa 16,00; tự chấm 15,50; thẩm định 14,00/16,00 điểm (87,50%).»"""
    own, verified = area.self_sum, area.verified_sum
    text = (
        f"tối đa {_points(area.max_points)}; tự chấm {_points(own.points) if own.answered else vi.NOTHING}; "
    )
    if not verified.answered:
        return f"{text}thẩm định: chưa chấm."
    text += f"thẩm định {_points(verified.points)}/{_points(verified.max_points)} điểm ({index(area.index)})"
    left_out = sum(line.verified.not_applicable for line in area.lines)
    if left_out:
        text += f"; không áp dụng {vi.leading_zero(left_out)} tiêu chí"
    if not verified.complete:
        text += f"; còn {vi.leading_zero(verified.total - verified.answered)} tiêu chí chưa chấm"
    return f"{text}."


def result_lines(minutes: Minutes) -> list[str]:
    """Total, converted index, bonus and deduction, grade."""
    total = minutes.verified_sum
    if not total.answered:
        return [f"Chưa chấm điểm thẩm định: còn {vi.leading_zero(total.total)}/{total.total} tiêu chí."]
    lines = [
        f"Tổng điểm thẩm định: {_points(total.points)}/{_points(total.max_points)} điểm; "
        f"quy đổi {_points(minutes.index)}/100."
    ]
    if minutes.adjustments:
        lines.append(
            f"Điểm thưởng: {_points(minutes.bonus)}; điểm trừ: {_points(minutes.deduction)}; "
            f"điểm sau thưởng, trừ: {_points(minutes.final_index)}."
        )
    if minutes.grade:
        lines.append(f"Xếp loại dự kiến: {minutes.grade}.")
    elif not total.complete:
        left = total.total - total.answered
        lines.append(f"Chưa xếp loại: còn {vi.leading_zero(left)}/{total.total} tiêu chí chưa chấm.")
    return lines


def task_lines(part: TaskPart | None) -> list[str]:
    """«14/27 nhiệm vụ (51,8%)»; one decimal, cut off, so that nothing reads 100% while one is open."""
    if part is None or part.counts.total == 0:
        return ["Không có nhiệm vụ được giao trong kỳ."]
    n, at = part.counts, vi.date_short(part.as_of)
    lines = [
        f"Tính đến ngày {at}, đơn vị đã hoàn thành {task_rate(n.done_rate, 'nhiệm vụ được giao')}, trong đó "
        f"đúng hạn {_zero(n.done_on_time)}, quá hạn {_zero(n.done_late)}, không quy định thời hạn {_zero(n.done_no_due)}.",
    ]
    if n.open:
        lines.append(
            f"Chưa hoàn thành {_zero(n.open)} nhiệm vụ, trong đó trong hạn {_zero(n.open_in_time)}, "
            f"quá hạn {_zero(n.open_overdue)}, không quy định thời hạn {_zero(n.open_no_due)}."
        )
    if part.due.d:
        lines.append(f"Trong số nhiệm vụ đến hạn, đã hoàn thành {task_rate(part.due, 'nhiệm vụ')}.")
    return lines


def task_rate(rate: Rate, noun: str) -> str:
    return f"{vi.count(rate.n)}/{vi.count(rate.d)} {noun} ({vi.percent(rate.n, rate.d, 1, 'truncate')})"


def nothing_new(minutes: Minutes) -> str:
    """«Không.», but for a re-inspection that took over what is not remedied yet, which is told before."""
    return carried.still_open(minutes) or NOTHING_FOUND


def shortcomings(minutes: Minutes) -> list[str]:
    """What the secretary wrote, else how many were noted and the serious ones by name."""
    if minutes.details.shortcomings:
        return minutes.details.shortcomings.split("\n")
    if not minutes.shortcomings:
        return [nothing_new(minutes)]
    counts = minutes.shortcomings_by_severity
    kinds = ", ".join(f"{_zero(n)} {SEVERITIES[s].lower()}" for s, n in counts.items() if s)
    total = f"Ghi nhận {_zero(len(minutes.shortcomings))} tồn tại, hạn chế" + (f" ({kinds})" if kinds else "")
    if minutes.repeated:
        total += f", trong đó {_zero(len(minutes.repeated))} tồn tại lặp lại"
    # Light ones alone are nothing to point out.
    worst = next((severity for severity in counts if severity is not Severity.NHE), None)
    named = [
        listed(finding_line(f))
        for f in minutes.shortcomings
        if f.repeated_on or (worst and f.severity is worst)
    ]
    return [
        f"{total}, nêu tại mục III và {remarks_appendix(minutes)}"
        + ("; đáng chú ý:" if named and minutes.repeated else ", trong đó đáng chú ý:" if named else "."),
        *named,
    ]


def strengths(minutes: Minutes) -> list[str]:
    if minutes.details.strengths:
        return minutes.details.strengths.split("\n")
    if not minutes.strengths:
        return ["Không ghi nhận riêng."]
    return [
        f"Ghi nhận {_zero(len(minutes.strengths))} ưu điểm, nêu tại mục III và {remarks_appendix(minutes)}."
    ]


def remarks_appendix(minutes: Minutes) -> str:
    """Without the sheet of scores the findings are the first appendix."""
    return "Phụ lục 2" if minutes.scored else "Phụ lục 1"


def causes(minutes: Minutes) -> list[str]:
    if minutes.details.causes:
        return minutes.details.causes.split("\n")
    return [listed(cause) for cause in minutes.causes] or ["Không nêu."]


def proposal_line(proposal: RecommendationLine) -> str:
    if not proposal.addressee:
        return proposal.text
    return f"{proposal.text.rstrip('.')} (kiến nghị với: {proposal.addressee})."


def documents(minutes: Minutes, appendices: Sequence[str]) -> list[str]:
    return [*(f"Phụ lục {n}: {title}" for n, title in enumerate(appendices, 1)), *minutes.details.documents]


def closing(minutes: Minutes) -> str:
    details = minutes.details
    # Who keeps an opinion of its own does not agree to the whole.
    agreed = "thống nhất nội dung"
    if minutes.reserves:
        agreed += ", trừ ý kiến bảo lưu nêu tại mục VI.3,"
    return (
        f"Biên bản kết thúc vào hồi {_hour(details.ended_at)} cùng ngày, đã đọc cho mọi người cùng nghe, "
        f"{agreed} và ký tên; lập thành {vi.leading_zero(details.copies)} bản có giá trị như nhau, "
        f"mỗi bên giữ {vi.leading_zero(details.copies_each)} bản./."
    )


def recipients(minutes: Minutes) -> list[str]:
    """Nơi nhận: who gets the paper, and where it is kept (NĐ 30/2020/NĐ-CP)."""
    if not minutes.recipients:
        return []
    return [*(f"- {name};" for name in minutes.recipients), "- Lưu: VT, Hồ sơ."]


def appendix_reference(minutes: Minutes) -> str:
    number = number_line(minutes).removeprefix("Số: ").strip()
    number = f" số {number}" if minutes.details.number.strip() else f" số ……/{minutes.symbol}"
    return f"(Kèm theo Biên bản{number} {_day(minutes.details.day)})"


def index(hundredths: int | None) -> str:
    """An index of hundredths as «87,50%»."""
    return vi.NOTHING if hundredths is None else f"{_points(hundredths)}%"


def _points(hundredths: int | None) -> str:
    return vi.points(hundredths, fixed=True)


def uncapitalised(text: str) -> str:
    """«Tỷ lệ …» inside a sentence; «TTHC …» stays."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def _zero(number: int) -> str:
    return vi.leading_zero(number)


def _day(day: date | None) -> str:
    return vi.date_long(day) if day else "ngày …… tháng …… năm ………"


def _hour(moment: datetime | None) -> str:
    if moment is None:
        return "…… giờ …… phút"
    local = vi.local(moment)
    return f"{local.hour:02} giờ {local.minute:02} phút"


def _start_day(moment: datetime | None, day: date | None) -> str:
    return _day(vi.local(moment).date() if moment else day)


def from_to(start: date, end: date) -> str:
    return f"ngày {vi.date_short(start)} đến ngày {vi.date_short(end)}"
