"""The minutes after a second round: two columns more, sums that still add up, and older seals that hold."""

from __future__ import annotations

import io
from dataclasses import replace
from decimal import Decimal

import pytest
from openpyxl import load_workbook
from openpyxl.workbook import Workbook

from app.documents.minutes_xlsx import write_minutes
from app.domain.minutes import Minutes
from app.domain.minutes_scores import CriterionLine
from app.domain.scoring import Scored
from tests.documents.test_minutes_libreoffice import convert, without_values
from tests.examples import full_minutes

PLAIN = full_minutes()
# Of the example before there were rounds: what is signed then must be told by it for ever.
SEAL = "dded14ef17d07ed4bab174a6271d8346674a59dff6ccf344b1825ed489161bd5"
SAID = (
    "Đơn vị đã bổ sung Kế hoạch số 12/KH-UBND ngày 10/9/2022 và biên bản bàn giao; đề nghị Đoàn xem xét lại."
)


def _line(line: CriterionLine, *, first: bool, said: bool) -> CriterionLine:
    cut = line.verified.points is not None and line.verified != line.self_score
    was = Scored((line.verified.points or 0) // 2) if cut else line.verified
    return replace(
        line,
        first=was if first else CriterionLine("", "", 0).first,
        explanation=(SAID if int(line.code[-1]) % 2 else "Đồng ý") if said and cut else "",
    )


def in_rounds(*, first: bool = True, said: bool = True) -> Minutes:
    """The full example after a second round, with the unit's words at every criterion that was cut."""
    areas = tuple(
        replace(
            area,
            groups=tuple(
                replace(group, criteria=tuple(_line(one, first=first, said=said) for one in group.criteria))
                for group in area.groups
            ),
        )
        for area in PLAIN.areas
    )
    return replace(PLAIN, areas=areas)


BOTH = in_rounds()


def sheet_of(book: Workbook):
    return book["PL1 Chấm điểm"]


def test_without_a_second_round_minutes_are_what_they_were():
    assert PLAIN.sha256 == SEAL
    assert '"first"' not in PLAIN.to_json()
    assert Minutes.from_json(PLAIN.to_json()) == PLAIN


def test_minutes_of_two_rounds_survive_their_snapshot():
    again = Minutes.from_json(BOTH.to_json())
    assert again == BOTH
    assert again.sha256 == BOTH.sha256 != PLAIN.sha256
    assert again.first_sum == BOTH.first_sum
    assert BOTH.first_sum.points < BOTH.verified_sum.points


@pytest.mark.parametrize(
    ("first", "said", "names"),
    [
        (True, True, ["Thẩm định lần 1", "Thẩm định lần 2", "Chênh lệch", "Lý do", "Giải trình của đơn vị"]),
        (True, False, ["Thẩm định lần 1", "Thẩm định lần 2", "Chênh lệch", "Lý do"]),
        (False, True, ["Thẩm định", "Chênh lệch", "Lý do", "Giải trình của đơn vị"]),
        (False, False, ["Thẩm định", "Chênh lệch", "Lý do"]),
    ],
)
def test_each_column_is_there_only_where_it_says_something(first, said, names):
    book = load_workbook(io.BytesIO(write_minutes(in_rounds(first=first, said=said))))
    header = [cell.value for cell in sheet_of(book)[4]]
    assert header == ["Mã", "Nội dung", "Điểm tối đa", "Tự chấm", *names, "Tài liệu yêu cầu"]


def test_the_words_of_the_unit_and_both_points_stand_in_the_row():
    rows = {row[0].value: row for row in sheet_of(load_workbook(io.BytesIO(write_minutes(BOTH)))).iter_rows()}
    line = next(one for one in BOTH.lines if one.explanation == SAID)
    row = rows[line.code]
    assert Decimal(str(row[4].value)) * 100 == line.first.points
    assert Decimal(str(row[5].value)) * 100 == line.verified.points
    assert row[6].value == f"=ROUND(F{row[0].row}-D{row[0].row},2)"
    assert row[8].value.startswith("Đơn vị đã bổ sung")


def test_libreoffice_comes_to_the_same_sums(tmp_path):
    bare = tmp_path / "bare.xlsx"
    bare.write_bytes(without_values(write_minutes(BOTH)))
    sheet = sheet_of(load_workbook(convert(bare, "xlsx", tmp_path), data_only=True))
    rows = {row[1].value: [cell.value for cell in row] for row in sheet.iter_rows()}
    total, most = rows["Tổng cộng"], rows["Điểm tối đa áp dụng"]
    for column, sums in ((3, BOTH.self_sum), (4, BOTH.first_sum), (5, BOTH.verified_sum)):
        assert Decimal(str(total[column])) * 100 == sums.points
        assert Decimal(str(most[column])) * 100 == sums.max_points
    for area in BOTH.areas:
        assert Decimal(str(rows[area.name][4])) * 100 == area.first_sum.points
    index = rows["Quy đổi (thang điểm 100)"]
    assert [Decimal(str(index[c])) * 100 for c in (4, 5)] == [BOTH.first_index, BOTH.index]
