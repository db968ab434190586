"""What a re-inspection (phúc tra) took over and found, in words of paper; the same on the page and in the file."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.minutes import Minutes
from app.domain.minutes_tasks import Origin, RemedyLine, Told, Verdict
from app.domain.tasks import Workflow

REINSPECTED = "Kết quả phúc tra những nội dung chưa khắc phục xong"
HANDED = "Nội dung mang sang từ lần kiểm tra trước"
NEW = "Tồn tại, hạn chế phát hiện trong lần phúc tra này"
COLUMNS = (
    "STT",
    "Nội dung, hạn khắc phục",
    "Đã nêu tại; đơn vị báo cáo",
    "Kết luận trước phúc tra",
    "Kết quả phúc tra",
)
NOTHING_NEW = "Không có tồn tại, hạn chế mới."
STILL_TO_REMEDY = "Các nội dung chưa đạt nêu ở phần kết quả phúc tra tiếp tục phải khắc phục."
STILL_TO_JUDGE = "Các nội dung chưa kết luận nêu ở phần kết quả phúc tra tiếp tục được theo dõi."
_NOT_JUDGED = "chưa kết luận"
_VERDICTS = {Workflow.DONE: "đã khắc phục", Workflow.REDO: "chưa đạt"}
_SAID = _VERDICTS | {Workflow.CANCELLED: "không yêu cầu nữa"}


def line(one: RemedyLine) -> str:
    """«Niêm yết đủ thủ tục (hạn 07/12/2026): chưa đạt. Còn thiếu 3 thủ tục», then what was said before."""
    due = f" (hạn {vi.date_short(one.due)})" if one.due else ""
    remark = f" {one.remark}" if one.remark else ""
    text = f"{one.text.rstrip('.')}{due}: {_VERDICTS.get(one.workflow, _NOT_JUDGED)}.{remark}"
    if one.origin is None:
        return text
    told = [text, f"Đã nêu tại {origin(one.origin)}"]
    if one.before:
        told.append(f"Trước phúc tra: {'; '.join(map(verdict, one.before))}")
    return " ".join(f"{sentence.rstrip('.')}." for sentence in told)


def origin(asked: Origin | None) -> str:
    """«Biên bản số 05/BB-ĐKT ngày 15/09/2022; Kết luận số 45/TB-SNV ngày 20/09/2022»"""
    if asked is None:
        return ""
    number = f" số {asked.number}" if asked.number else " kiểm tra"
    parts = [f"Biên bản{number} ngày {vi.date_short(asked.minutes_on or asked.inspected_on)}"]
    if asked.at:
        parts[0] += f" tại {asked.at}"
    if asked.conclusion:
        day = f" ngày {vi.date_short(asked.concluded_on)}" if asked.concluded_on else ""
        parts.append(f"Kết luận số {asked.conclusion}{day}")
    return "; ".join(parts)


def report(told: Told | None) -> str:
    """«Đơn vị báo cáo ngày 20/11/2026: Đã niêm yết đủ (12/BC-UBND ngày 18/11/2026)»"""
    if told is None:
        return "Đơn vị chưa báo cáo"
    text = f"Đơn vị báo cáo ngày {vi.date_short(told.on)}: {told.text}"
    if not told.product:
        return text
    day = f" ngày {vi.date_short(told.product_on)}" if told.product_on else ""
    return f"{text.rstrip('.')} ({told.product}{day})"


def verdict(one: Verdict) -> str:
    """«ngày 21/11/2026: chưa đạt – Ảnh chụp chưa rõ»"""
    reason = f" – {one.text}" if one.text else ""
    return f"ngày {vi.date_short(one.on)}: {_SAID.get(one.workflow, _NOT_JUDGED)}{reason}"


def said(one: Verdict) -> str:
    """«Chưa đạt»"""
    return _capital(_SAID.get(one.workflow, _NOT_JUDGED))


def what(one: RemedyLine) -> str:
    """What was asked for, the shortcoming behind it, and until when."""
    parts = [one.text]
    if one.finding and one.finding != one.text:
        parts.append(f"(Tồn tại: {one.finding})")
    if one.due:
        parts.append(f"Hạn: {vi.date_short(one.due)}")
    return "\n".join(parts)


def found(one: RemedyLine) -> str:
    """What the re-inspection says of it: «Chưa đạt (ngày 22/11/2026)», then its words."""
    text = _capital(_VERDICTS.get(one.workflow, _NOT_JUDGED))
    if one.judged_on:
        text += f" (ngày {vi.date_short(one.judged_on)})"
    return "\n".join(filter(None, (text, one.remark)))


def cells(one: RemedyLine) -> tuple[str, ...]:
    """A row of the table of what was handed on, without its number."""
    said_before = "\n".join(_capital(verdict(before)) for before in one.before) or "Chưa có"
    where = f"{origin(one.origin)}\n{report(one.report)}"
    return what(one), where, said_before, found(one)


def handed(minutes: Minutes) -> tuple[RemedyLine, ...]:
    """What the table tells; older minutes were signed without it, and stay as they were."""
    return tuple(one for one in minutes.reinspected if one.origin is not None)


def still_open(minutes: Minutes) -> str:
    """What goes on after a re-inspection; nothing when all it took over is remedied."""
    unmet = any(one.workflow is Workflow.REDO for one in minutes.reinspected)
    waits = any(one.workflow not in _VERDICTS for one in handed(minutes))
    return " ".join(text for text, there in ((STILL_TO_REMEDY, unmet), (STILL_TO_JUDGE, waits)) if there)


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
