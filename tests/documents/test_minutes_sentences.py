"""What papers must not say: a 0 that nobody gave, another's reason, an agreement with a reservation."""

from __future__ import annotations

import io
from dataclasses import replace
from datetime import date

from openpyxl import Workbook, load_workbook

from app.documents.minutes import dossier_words, words
from app.documents.minutes.paper import SPARE, Looks, Page, Paper
from app.documents.minutes_xlsx import write_minutes
from app.domain import dossiers, snapshots
from app.domain.inspections import FindingKind, InspectionKind, Severity
from app.domain.minutes import FindingLine, Minutes
from app.domain.minutes_heading import earlier_papers
from app.domain.minutes_scores import CriterionLine
from app.domain.minutes_tasks import Origin
from app.domain.scoring import UNSCORED, Scored
from tests.examples import full_minutes

MINUTES = full_minutes()


def book(minutes: Minutes) -> Workbook:
    return load_workbook(io.BytesIO(write_minutes(minutes)))


def texts(minutes: Minutes, sheet: str = "Biên bản") -> list[str]:
    return [c.value for row in book(minutes)[sheet].iter_rows() for c in row if isinstance(c.value, str)]


def without(*, own: bool = False, verified: bool = False) -> Minutes:
    """The minutes without the unit's scores, or without the delegation's."""

    def line(one: CriterionLine) -> CriterionLine:
        return replace(
            one,
            self_score=UNSCORED if own else one.self_score,
            verified=UNSCORED if verified else one.verified,
        )

    areas = tuple(
        replace(
            area,
            groups=tuple(
                replace(group, criteria=tuple(line(one) for one in group.criteria)) for group in area.groups
            ),
        )
        for area in MINUTES.areas
    )
    return replace(MINUTES, areas=areas)


def test_a_self_score_that_never_was_is_a_dash_everywhere():
    minutes = without(own=True)
    made = book(minutes)
    record, table = made["Biên bản"], made["PL1 Chấm điểm"]
    row = next(row for row in record.iter_rows() if row[1].value == "Tổng cộng")
    assert row[8].value == "–"
    assert str(row[9].value).startswith("=SUM(")
    assert {row[3].value for row in table.iter_rows(min_row=5)} <= {"–", None}
    assert minutes.self_index is None


def test_a_draft_without_scores_of_the_delegation_has_no_rate_and_no_result():
    minutes = without(verified=True)
    record = book(minutes)["Biên bản"]
    row = next(row for row in record.iter_rows() if row[1].value == "Tổng cộng")
    assert (row[9].value, row[10].value) == ("–", "–")
    assert words.result_lines(minutes) == ["Chưa chấm điểm thẩm định: còn 77/77 tiêu chí."]
    assert (minutes.index, minutes.final_index, minutes.grade) == (None, None, None)


def test_the_unit_s_not_applicable_is_no_reason_of_the_delegation():
    own = CriterionLine(
        "7.1.1", "Nội dung", 400, Scored(not_applicable=True), Scored(0), "", "", "Không phát sinh."
    )
    assert words.reason(own) == "Đơn vị đề nghị không áp dụng: Không phát sinh."
    both = replace(own, verified=Scored(not_applicable=True), reason="Đã đối chiếu")
    assert words.reason(both) == "Đã đối chiếu\nKhông phát sinh."


def test_people_not_entered_yet_are_dots_on_both_sheets():
    minutes = replace(MINUTES, details=replace(MINUTES.details, unit_people=(), other_people=()))
    found = texts(minutes, "PL5 Thành phần & tài liệu")
    assert found.count("Không.") == 1
    assert found.count(words.DOTS) >= 4


def test_a_reinspection_goes_by_the_papers_that_asked_for_it():
    origin = Origin(date(2022, 9, 15), "05/BB-ĐKT", date(2022, 9, 15), "45/TB-SNV", date(2022, 9, 20))
    assert earlier_papers([origin, None, origin]) == (
        "Căn cứ Biên bản kiểm tra số 05/BB-ĐKT ngày 15/09/2022",
        "Căn cứ Thông báo kết luận số 45/TB-SNV ngày 20/09/2022",
    )
    assert words.kind(replace(MINUTES, kind=InspectionKind.PHUC_TRA)) == "Phúc tra."


def test_a_reservation_is_left_out_of_the_agreement():
    assert "thống nhất nội dung và ký tên" in words.closing(replace_dissent(""))
    assert "thống nhất nội dung, trừ ý kiến bảo lưu nêu tại mục VI.3, và ký tên" in words.closing(
        replace_dissent("Không nhất trí điểm 3.4.1.")
    )


def replace_dissent(text: str) -> Minutes:
    return replace(MINUTES, details=replace(MINUTES.details, dissent=text), reserves=bool(text))


def test_light_shortcomings_are_not_pointed_out():
    light = FindingLine(FindingKind.TON_TAI, "Thiếu một biểu mẫu.", "1", severity=Severity.NHE)
    (line,) = words.shortcomings(replace(MINUTES, findings=(light,)))
    assert "đáng chú ý" not in line
    grave = replace(light, severity=Severity.NGHIEM_TRONG)
    assert words.shortcomings(replace(MINUTES, findings=(light, grave)))[1:] == ["- Thiếu một biểu mẫu."]


def test_a_plus_in_front_is_a_dash_already_and_further_lines_stay_in_line():
    assert words.listed("+ Chưa công khai") == "+ Chưa công khai"
    found = FindingLine(FindingKind.TON_TAI, "+ Dòng một\n+ Dòng hai", MINUTES.areas[0].code)
    (shown,) = [text for text in texts(replace(MINUTES, findings=(found,))) if "Dòng một" in text][:1]
    first, second = shown.split("\n")
    assert first.startswith("\u2003\u2003+ Dòng một")
    assert second.startswith("\u2003\u2003+ Dòng hai")


def test_counts_of_dossiers_are_written_alike_in_one_sentence():
    assert MINUTES.dossiers
    report = MINUTES.dossiers.report
    figures = dossiers.Figures(processing_total=5, processing_in_time=5, processing_overdue=0)
    part = replace(MINUTES.dossiers, report=replace(report, total=figures))
    assert "Đang giải quyết: 05 hồ sơ, trong đó trong hạn 05, quá hạn 0." in dossier_words.dossier_lines(part)


def test_a_visit_s_opinion_and_signature_speak_of_the_same():
    found = " ".join(texts(replace(MINUTES, is_visit=True, act="giám sát")))
    assert "ĐƠN VỊ ĐƯỢC KHẢO SÁT" in found
    assert "ĐƠN VỊ ĐƯỢC GIÁM SÁT" not in found


def test_other_words_do_not_break_a_seal():
    minutes = replace_dissent("Bảo lưu")
    again = Minutes.from_json(minutes.to_json())
    assert again.sha256 == snapshots.sha256(minutes.to_json()) == minutes.sha256


def test_minutes_signed_before_keep_what_they_say_and_their_seal():
    older = replace(MINUTES, details=replace(MINUTES.details, dissent="Bảo lưu"))
    assert "recipients" not in older.to_json()
    assert "reserves" not in older.to_json()
    assert "thống nhất nội dung và ký tên" in words.closing(older)
    assert "Nơi nhận:" not in texts(older)
    told = replace(older, recipients=("UBND phường Cầu Tre", "Đoàn kiểm tra"))
    assert texts(told)[-4:] == [
        "Nơi nhận:",
        "- UBND phường Cầu Tre;",
        "- Đoàn kiểm tra;",
        "- Lưu: VT, Hồ sơ.",
    ]


def test_short_tables_and_notes_stand_below_their_headings():
    """Where a heading is the last row that fits, it goes to the next page with what it heads."""
    made = Paper(Workbook(), Looks(), "Tờ", (400,), Page())
    rows = int((made.page.height - SPARE) // 20)
    for number in range(1, rows + 1):
        made.row(height=20, keep=number == rows)
    made.row(height=20)
    made.finish()
    assert [one.id for one in made.sheet.row_breaks.brk] == [rows - 1]


def test_a_page_is_never_filled_to_the_last_point():
    made = Paper(Workbook(), Looks(), "Tờ", (400,), Page())
    for _row in range(3):
        made.row(height=(made.page.height - 3) / 3)
    made.finish(fixed=True)
    assert [one.id for one in made.sheet.row_breaks.brk] == [2]
