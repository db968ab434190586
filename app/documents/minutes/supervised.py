"""What giám sát says otherwise on paper, the same on the page and in the file."""

from __future__ import annotations

from app import vietnamese as vi
from app.domain.inspections import Direction, FindingKind
from app.domain.minutes import Minutes, RecommendationLine, VisitLine

NOTHING_FOUND = "Không."


def minutes_called(minutes: Minutes) -> str:
    """For names of files: «Biên bản kiểm tra», «Biên bản giám sát», «Biên bản khảo sát»."""
    return "Biên bản khảo sát" if minutes.is_visit else f"Biên bản {minutes.act}"


def examined(minutes: Minutes) -> str:
    """What was done at the unit: «kiểm tra», «giám sát», «khảo sát»."""
    return "khảo sát" if minutes.is_visit else minutes.act


def unit_heading(minutes: Minutes) -> str:
    return f"Đơn vị được {examined(minutes)}: {minutes.unit_name}"


def demands_heading(minutes: Minutes) -> str:
    """A council recommends; only kiểm tra demands."""
    return (
        f"KIẾN NGHỊ CỦA ĐOÀN {minutes.act.upper()}"
        if minutes.supervised
        else (f"KIẾN NGHỊ, YÊU CẦU CỦA ĐOÀN {minutes.act.upper()}")
    )


def demands_to_unit(minutes: Minutes) -> str:
    what = "Kiến nghị" if minutes.supervised else "Kiến nghị, yêu cầu"
    return f"{what} của Đoàn {minutes.act} đối với đơn vị"


def doer(minutes: Minutes) -> str:
    return "Cơ quan, đơn vị thực hiện" if minutes.supervised else "Người, bộ phận thực hiện"


def demand_groups(minutes: Minutes) -> list[tuple[str, tuple[RecommendationLine, ...]]]:
    """What is asked for, with a heading where more than the unit is asked; nothing asked is no group."""
    if not minutes.others:
        return [("", minutes.demands)] if minutes.demands else []
    groups = (
        (f"Đối với {minutes.unit_name}", minutes.demands),
        ("Đối với các cơ quan, đơn vị khác", minutes.others),
    )
    kept = [(title, lines) for title, lines in groups if lines]
    return [(f"{number}. {title}", lines) for number, (title, lines) in enumerate(kept, 1)]


def visits_line(minutes: Minutes) -> str:
    """«Đoàn đã khảo sát thực tế tại 02 đơn vị: UBND phường … (ngày 01/11/2022); …»"""
    places = "; ".join(f"{visit.unit_name} (ngày {vi.date_short(visit.day)})" for visit in minutes.visits)
    return f"Đoàn đã khảo sát thực tế tại {vi.leading_zero(len(minutes.visits))} đơn vị: {places}."


def visit_lines(visit: VisitLine) -> list[str]:
    """What was found and asked for at one place, a line each."""
    names = {FindingKind.UU_DIEM: "Kết quả", FindingKind.TON_TAI: "Tồn tại, hạn chế"}
    lines = [f"- {names[one.kind]}: {one.text}" for one in visit.findings]
    asked = {Direction.TO_UNIT: "Kiến nghị", Direction.TO_OTHERS: "Kiến nghị"}
    for one in visit.recommendations:
        whom = f" (với {one.addressee})" if one.addressee else ""
        lines.append(f"- {asked.get(one.direction, 'Đơn vị đề xuất')}: {one.text.rstrip('.')}{whom}.")
    return lines


def told_visits(minutes: Minutes) -> list[tuple[str, list[str]]]:
    """The places of which something is told, numbered a), b) …"""
    told = [(visit.unit_name, visit_lines(visit)) for visit in minutes.visits]
    letters = "abcdefghiklmnopqrstuvxy"
    return [
        (f"{letters[place]}) Tại {name}:" if place < len(letters) else f"Tại {name}:", lines)
        for place, (name, lines) in enumerate((name, lines) for name, lines in told if lines)
    ]
