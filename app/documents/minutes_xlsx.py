"""The minutes as a workbook: «Biên bản» and its appendices, ready to print and sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time

from openpyxl import Workbook
from openpyxl.styles import Font

from app.domain.minutes import Minutes

from .minutes import assigned, attendance, late, photos, procedures, record, remarks, scores, supervised
from .minutes.archive import workbook_bytes
from .minutes.paper import FONT, Looks, Page, Paper

PORTRAIT = Page()
LANDSCAPE = Page(landscape=True, left=20)


@dataclass(frozen=True, slots=True)
class _Appendix:
    title: str
    name: str
    widths: tuple[float, ...]
    write: Callable[[Paper, Minutes, int], None]
    repeat: tuple[int, int] | None


_APPENDICES = (
    _Appendix(scores.TITLE, scores.NAME, (), scores.write, (4, 4)),
    _Appendix(remarks.TITLE, remarks.NAME, remarks.WIDTHS, remarks.write, None),
    _Appendix(assigned.TITLE, assigned.NAME, assigned.WIDTHS, assigned.write, (4, 4)),
    _Appendix(procedures.TITLE, procedures.NAME, procedures.WIDTHS, procedures.write, (6, 8)),
)
_LATE = _Appendix(late.TITLE, late.NAME, late.WIDTHS, late.write, (4, 4))


def appendix_names(minutes: Minutes) -> list[str]:
    """Names of the appendices in their order; «Phụ lục 1» is the first."""
    with_photos = [photos.NAME] if minutes.photos else []
    return [*(appendix.name for appendix in _appendices(minutes)), attendance.NAME, *with_photos]


def _appendices(minutes: Minutes) -> list[_Appendix]:
    """Without scores the table of them is left out; with them it is as wide as it has columns.

    The ledger of late dossiers is there where it has entries.
    """
    table, *others = _APPENDICES
    if minutes.dossiers and minutes.dossiers.late_entries:
        others.append(_LATE)
    return [replace(table, widths=scores.widths(minutes)), *others] if minutes.scored else others


def _sheet_title(title: str, number: int) -> str:
    """«PL2 Tồn tại – Kiến nghị» is «PL1 …» where nothing is scored."""
    return f"PL{number} {title.partition(' ')[2]}"


def write_minutes(minutes: Minutes, pictures: Mapping[str, bytes] | None = None) -> bytes:
    """The .xlsx file. The same minutes give the same bytes.

    ``pictures``: the bytes of ``minutes.photos`` by their SHA-256.
    """
    book = Workbook(write_only=True)
    # Column widths are counted in digits of the default font; an absent font would stretch them.
    book._named_styles["Normal"].font = Font(name=FONT, size=11)
    looks = Looks()
    # Lets a paper in the hand be compared with the stored minutes.
    footer = f"Soát · {minutes.sha256[:16]}"
    names = appendix_names(minutes)

    papers = [Paper(book, looks, record.TITLE, record.WIDTHS, PORTRAIT, footer)]
    record.write(papers[0], minutes, names)
    for number, appendix in enumerate(_appendices(minutes), 1):
        title = _sheet_title(appendix.title, number)
        paper = Paper(book, looks, title, appendix.widths, LANDSCAPE, footer, appendix.repeat)
        appendix.write(paper, minutes, number)
        papers.append(paper)
    title = _sheet_title(attendance.TITLE, names.index(attendance.NAME) + 1)
    last = Paper(book, looks, title, attendance.WIDTHS, PORTRAIT, footer)
    attendance.write(last, minutes, names.index(attendance.NAME) + 1, names)
    papers.append(last)
    if minutes.photos:
        title = _sheet_title(photos.TITLE, len(names))
        album = Paper(book, looks, title, photos.WIDTHS, PORTRAIT, footer)
        photos.write(album, minutes, len(names), pictures or {})
        papers.append(album)

    values = {paper.sheet.title: paper.values for paper in papers}
    title = f"{supervised.minutes_called(minutes)} – {minutes.unit_name}"
    return workbook_bytes(book, values, _moment(minutes), title)


def _moment(minutes: Minutes) -> datetime:
    """When the minutes were made, for the file's properties; never the clock."""
    details = minutes.details
    return (
        details.ended_at or details.started_at or datetime.combine(details.day or minutes.period_to, time())
    )
