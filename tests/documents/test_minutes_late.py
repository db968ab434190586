"""The ledger of late dossiers on paper: the line of section III, the appendix of its own, pasted lines."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date, timedelta

from openpyxl import load_workbook

from app.documents.late_paste import read_paste
from app.documents.late_xlsx import COLUMNS, write_ledger
from app.documents.minutes import dossier_words
from app.documents.minutes_xlsx import appendix_names, write_minutes
from app.domain.late_dossiers import Gap, LateCause, LateCounts, LateEntry
from app.domain.minutes import DossierPart, Minutes
from tests.examples import full_minutes

MINUTES = full_minutes()
START, END, TODAY = date(2022, 1, 1), date(2022, 9, 15), date(2022, 9, 20)


def ledger(count: int) -> tuple[LateEntry, ...]:
    return tuple(
        LateEntry(
            f"H24.11-2208{number % 28 + 1:02}-{number:04}",
            field="Đất đai",
            due_on=date(2022, 8, 30),
            returned_on=None if number % 3 else date(2022, 9, 2),
            days_late=16 if number % 3 else 3,
            cause_kind=LateCause.FINANCE,
            cause="Chờ cơ quan thuế xác định nghĩa vụ tài chính. " * (number % 5),
            apology_number=f"{number}/PXL" if number else "",
            apology_on=date(2022, 8, 29) if number else None,
            reappointed_on=date(2022, 9, 10) + timedelta(number % 3) if number else None,
        )
        for number in range(count)
    )


def with_ledger(entries: tuple[LateEntry, ...]) -> Minutes:
    part = MINUTES.dossiers
    assert part is not None
    explained, apologised, reappointed = (sum(gap not in one.gaps for one in entries) for gap in Gap)
    incomplete = sum(bool(one.gaps) for one in entries)
    counts = LateCounts(len(entries), explained, apologised, reappointed, incomplete)
    report = replace(part.report, ledger=counts, late_ledger=len(entries))
    return replace(MINUTES, dossiers=replace(part, report=report, late_entries=entries))


def part_of(minutes: Minutes) -> DossierPart:
    assert minutes.dossiers is not None
    return minutes.dossiers


def test_the_record_tells_the_apologies_as_x_of_y_once():
    lines = dossier_words.dossier_lines(part_of(with_ledger(ledger(4))))
    assert "Văn bản xin lỗi: 03/04 hồ sơ quá hạn; có giải trình: 03/04." in lines
    assert not any("xin lỗi" in line for line in lines if line.startswith("Tỷ lệ"))
    # Typed figures only: no word about explanations.
    assert "Văn bản xin lỗi: 04/04 hồ sơ quá hạn." in dossier_words.dossier_lines(part_of(MINUTES))


def test_a_ledger_that_does_not_match_says_the_difference():
    assert (
        "05/06 hồ sơ của sổ theo dõi; có giải trình: 04/06; biểu ghi 04 hồ sơ quá hạn, lệch 02"
        in dossier_words.late_line(part_of(with_ledger(ledger(6))))
    )


def test_without_late_dossiers_there_is_no_line():
    part = part_of(MINUTES)
    none = replace(part.report, total=replace(part.report.total, resolved_late=0, processing_overdue=0))
    assert dossier_words.late_line(replace(part, report=none)) == ""


def test_the_appendix_lists_each_dossier_and_is_left_out_without_one():
    assert "Sổ theo dõi hồ sơ trễ hạn" not in appendix_names(MINUTES)
    minutes = with_ledger(ledger(4))
    book = load_workbook(io.BytesIO(write_minutes(minutes)))
    assert (
        book.sheetnames[5:7] == ["PL5 Hồ sơ trễ hạn", "PL6 Thành phần – Tài liệu"]
        or book.sheetnames[5] == "PL5 Hồ sơ trễ hạn"
    )
    rows = [[cell.value for cell in row] for row in book["PL5 Hồ sơ trễ hạn"].iter_rows(min_row=5, max_row=8)]
    assert [row[1] for row in rows] == [entry.code for entry in part_of(minutes).late_entries]
    assert rows[0][6:9] == ["Chờ xác định nghĩa vụ tài chính", "Chưa có", "Chưa có"]
    assert rows[1][7] == "1/PXL ngày 29/08/2022"
    names = appendix_names(minutes)
    assert names.index("Sổ theo dõi hồ sơ trễ hạn") == 4


def test_minutes_with_a_ledger_are_sealed_and_read_again_and_older_seals_hold():
    minutes = with_ledger(ledger(4))
    assert Minutes.from_json(minutes.to_json()) == minutes
    text = MINUTES.to_json()
    assert "ledger" not in text.replace("late_ledger", "")
    assert "late_entries" not in text
    assert Minutes.from_json(text) == MINUTES


def test_every_column_of_the_ledger_comes_back_from_its_workbook():
    entries = (
        LateEntry(
            "H24.11-220901-0001",
            "Đất đai",
            date(2022, 9, 1),
            date(2022, 9, 5),
            date(2022, 9, 8),
            3,
            LateCause.STAFF,
            'Hai dòng\nvà "ngoặc kép"',
            "12/PXL",
            date(2022, 9, 5),
            date(2022, 9, 8),
            1,
            True,
        ),
        LateEntry("H24.11-220901-0002", due_on=date(2022, 9, 5), days_late=10),
    )
    sheet = load_workbook(io.BytesIO(write_ledger(entries, "Phường & <Cầu Tre>", START, END))).active
    assert sheet is not None
    lines = []
    for row in sheet.iter_rows(values_only=True):
        cells = ["" if v is None else f"{v:%d/%m/%Y}" if hasattr(v, "year") else str(v) for v in row]
        lines.append("\t".join('"' + cell.replace('"', '""') + '"' for cell in cells))
    assert read_paste("\r\n".join(lines), (), START, END, TODAY).entries == entries


def test_headings_may_stand_in_any_order_and_unknown_ones_are_passed_over():
    text = "Ngày hẹn trả\tGhi chú\tMÃ HỒ SƠ\n05/09/2022\tbỏ qua\th24-1"
    pasted = read_paste(text, (), START, END, TODAY)
    assert pasted.good
    assert pasted.entries == (LateEntry("H24-1", due_on=date(2022, 9, 5)),)


def test_every_fault_of_a_line_is_named_with_its_line_and_column():
    cells = dict.fromkeys(COLUMNS, "") | {
        "code": "A1",
        "due_on": "31/02/2022",
        "days_late": "hai",
        "cause_kind": "trời mưa",
        "published": "có lẽ",
        "field": "x" * 201,
        "reappointed_times": "100",
    }
    (line,) = read_paste("\n" + "\t".join(cells.values()), ("B2",), START, END, TODAY).lines
    assert line.number == 2
    assert {fault.field for fault in line.faults} == set(cells) - {
        *("code", "received_on", "returned_on", "cause", "apology_number", "apology_on", "reappointed_on")
    } | {"reappointed_times"}


def test_a_cause_is_understood_in_the_words_of_the_page_and_in_those_of_the_ledger():
    english = dict.fromkeys(LateCause, "-") | {LateCause.FINANCE: "Waiting for the tax due"}
    for word in ("Waiting for the tax due", "Chờ xác định nghĩa vụ tài chính"):
        (line,) = read_paste(f"Mã hồ sơ\tNguyên nhân\nA1\t{word}", (), START, END, TODAY, english).lines
        assert line.entry.cause_kind is LateCause.FINANCE
