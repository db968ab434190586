"""Identities of form II.06: the reference reports as examples, laws with hypothesis."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier_checks import (
    EQUATIONS,
    Outcome,
    Relation,
    Term,
    broken,
    check,
    checks,
    checks_of_extras,
    checks_of_row,
    checks_of_sums,
    sentence_of,
)
from app.domain.dossiers import COLUMNS, EXTRA_WORDS, Extras, Figures, Line, Report, total_of

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
FACTS = {fact["id"]: fact["value"] for fact in VECTORS["facts"]}
NAMES = [column.name for column in COLUMNS]

CITY = Figures(
    received_total=10363,
    received_online=832,
    received_direct=9465,
    carried_over=66,
    resolved_total=10261,
    resolved_early=7620,
    resolved_on_time=2641,
    resolved_late=0,
    processing_total=102,
    processing_in_time=102,
    processing_overdue=0,
)
WARD = Figures(received_total=4545, received_online=2756, resolved_total=4545, resolved_late=4)


def dotted(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def outcomes(found) -> dict[str, Outcome]:
    return {one.code: one.outcome for one in found}


@pytest.mark.parametrize("identity", VECTORS["identities"], ids=lambda identity: identity["id"])
def test_every_identity_of_the_reference_reports_comes_out_as_printed(identity):
    found = check(
        identity["id"],
        Term("", FACTS[identity["lhs"]]),
        [Term("", FACTS[name]) for name in identity["rhs"]],
    )
    assert (found.lhs_value, found.rhs_value) == (identity["lhs_value"], identity["rhs_value"])
    assert (found.outcome is Outcome.HOLDS) == identity["holds"]


@pytest.mark.parametrize(("prefix", "figures"), [("s0", CITY), ("s3", WARD)])
def test_the_examples_here_are_the_facts_of_the_reference_reports(prefix, figures):
    for name in NAMES:
        if getattr(figures, name) is not None:
            assert getattr(figures, name) == FACTS[f"{prefix}.{name}"]
        else:
            assert f"{prefix}.{name}" not in FACTS


def test_the_city_report_holds_in_all_four_equations():
    assert set(outcomes(checks_of_row(CITY)).values()) == {Outcome.HOLDS}
    assert broken(Report(CITY)) == ()


def test_a_report_without_the_split_has_not_enough_figures_and_is_not_broken():
    assert set(outcomes(checks_of_row(WARD)).values()) == {Outcome.NOT_ENOUGH}
    closed = replace(WARD, processing_total=0)
    assert outcomes(checks_of_row(closed)) == {
        "received": Outcome.NOT_ENOUGH,
        "resolved": Outcome.NOT_ENOUGH,
        "processing": Outcome.NOT_ENOUGH,
        "cross": Outcome.HOLDS,
    }


def test_a_quarterly_report_with_totals_alone_can_only_be_checked_across():
    totals = Figures(received_total=100, resolved_total=90, processing_total=9)
    assert [one.key for one in checks_of_row(totals) if one.broken] == ["cross"]


def test_a_broken_identity_names_columns_figures_and_difference():
    wrong = replace(CITY, carried_over=60)
    first = checks_of_row(wrong)[0]
    assert first.broken
    assert first.difference == 6
    assert sentence_of(first, dotted) == (
        "Cột 3 ≠ 4 + 5 + 6: tổng tiếp nhận 10.363 ≠ trực tuyến 832 + trực tiếp 9.465 + kỳ trước 60 "
        "= 10.357, lệch 6."
    )


def test_a_broken_identity_of_a_field_names_the_field():
    line = Line("Đất đai", Figures(processing_total=3, processing_in_time=1, processing_overdue=1))
    (found,) = [one for one in checks(Report(Figures(), (line,))) if one.broken]
    assert found.code == "Đất đai:processing"
    assert sentence_of(found) == (
        "Đất đai. Cột 11 ≠ 12 + 13: đang giải quyết 3 ≠ đang giải quyết trong hạn 1 "
        "+ đang giải quyết quá hạn 1 = 2, lệch 1."
    )


def test_the_words_can_be_translated():
    one = checks_of_row(replace(CITY, resolved_total=10262))[1]
    assert sentence_of(one, say=str.upper).startswith("CỘT 7 ≠ 8 + 9 + 10: ĐÃ GIẢI QUYẾT 10262 ≠")


def test_too_few_figures_are_told_as_such():
    assert sentence_of(checks_of_row(WARD)[0], dotted) == (
        "Cột 3 = 4 + 5 + 6: tổng tiếp nhận 4.545 = trực tuyến 2.756 + trực tiếp chưa báo cáo "
        "+ kỳ trước chưa báo cáo (không đủ số liệu)."
    )


def test_a_part_larger_than_the_whole_is_broken_even_when_the_other_parts_are_missing():
    found = checks_of_row(Figures(received_total=100, received_online=120))[0]
    assert found.broken
    assert found.relation is Relation.AT_LEAST
    assert sentence_of(found) == "Cột 3 < 4: tổng tiếp nhận 100 < trực tuyến 120, lệch 20."


def test_postal_dossiers_are_never_added_to_the_columns():
    city = Report(CITY, extras=Extras(postal_total=1247, postal_in=390, postal_out=857))
    assert broken(city) == ()
    postal = {one.key: one for one in checks_of_extras(city.total, city.extras)}
    assert postal["postal"].outcome is Outcome.HOLDS
    assert postal["part.postal_in"].outcome is Outcome.HOLDS
    for _, left, right in EQUATIONS:
        assert not {left, *right} & set(EXTRA_WORDS)


def test_more_postal_dossiers_than_column_5_are_a_warning():
    found = broken(
        Report(replace(CITY, received_direct=380, received_online=9917), extras=Extras(postal_in=390))
    )
    assert [sentence_of(one) for one in found] == ["Tiếp nhận qua bưu chính 390 > trực tiếp 380, lệch 10."]


def test_the_dossiers_carried_over_are_those_still_open_at_the_end_of_the_period_before():
    assert broken(Report(CITY, previous_processing=66)) == ()
    (found,) = broken(Report(CITY, previous_processing=70))
    assert sentence_of(found) == "Kỳ trước 66 ≠ đang giải quyết cuối kỳ trước 70, lệch 4."


def test_the_ledger_of_late_dossiers_must_have_as_many_entries_as_columns_10_and_13():
    late = Figures(resolved_late=4, processing_overdue=0)
    assert broken(Report(late, late_ledger=4)) == ()
    (found,) = broken(Report(late, late_ledger=3))
    assert sentence_of(found) == (
        "Sổ theo dõi hồ sơ trễ hạn 3 ≠ giải quyết quá hạn 4 + đang giải quyết quá hạn 0 = 4, lệch 1."
    )


def test_rows_that_do_not_add_up_are_told_per_column():
    lines = (Line("Hộ tịch", Figures(received_total=60)), Line("Đất đai", Figures(received_total=30)))
    (found,) = broken(Report(Figures(received_total=100), lines))
    assert found.code == "rows.received_total"
    assert sentence_of(found) == "Cột 3: tổng tiếp nhận 100 ≠ tổng các dòng 90, lệch 10."


def test_a_report_without_rows_has_no_sums_to_check():
    assert checks_of_sums(CITY, ()) == ()


def test_every_code_of_a_report_is_its_own():
    codes = [one.code for one in checks(Report(CITY, (Line("Hộ tịch", CITY), Line("Đất đai", CITY))))]
    assert len(codes) == len(set(codes))


# --- laws -------------------------------------------------------------------------------------

counts = st.integers(0, 5000)


@st.composite
def consistent(draw: st.DrawFn) -> Figures:
    """A row in which all identities hold."""
    online, carried, early, on_time, late, overdue = (draw(counts) for _ in range(6))
    resolved = early + on_time + late
    processing = overdue + draw(counts)
    direct = resolved + processing - online - carried
    if direct < 0:
        processing, direct = processing - direct, 0
    return Figures(
        online + direct + carried,
        online,
        direct,
        carried,
        resolved,
        early,
        on_time,
        late,
        processing,
        processing - overdue,
        overdue,
    )


anything = st.builds(Figures, *[st.none() | counts for _ in NAMES])


@given(st.lists(consistent(), max_size=6))
def test_consistent_rows_and_their_sum_break_nothing(rows):
    lines = tuple(Line(f"Lĩnh vực {i}", row) for i, row in enumerate(rows))
    assert broken(Report(total_of(rows), lines)) == ()


@given(consistent(), st.sampled_from(NAMES), st.integers(1, 99))
def test_one_wrong_figure_breaks_every_equation_it_stands_in_by_the_same_difference(row, name, by):
    wrong = replace(row, **{name: getattr(row, name) + by})
    for found in checks_of_row(wrong):
        _, left, right = next(equation for equation in EQUATIONS if equation[0] == found.key)
        assert found.broken == (name == left or name in right)
        assert abs(found.difference) == (by if found.broken else 0)


@given(consistent(), st.sets(st.sampled_from(NAMES)))
def test_leaving_figures_of_a_right_report_out_never_breaks_an_identity(row, left_out):
    partial = replace(row, **dict.fromkeys(left_out))
    assert not any(one.broken for one in checks_of_row(partial))


@given(anything, st.lists(anything, max_size=4))
def test_any_report_at_all_can_be_checked_and_told(total, rows):
    report = Report(total, tuple(Line(f"Dòng {i}", row) for i, row in enumerate(rows)))
    for found in checks(report):
        text = sentence_of(found, dotted)
        assert text.endswith(".")
        assert ("lệch" in text) == found.broken
        assert (found.difference is None) == (found.outcome is Outcome.NOT_ENOUGH)


@given(st.lists(anything, max_size=5))
def test_the_computed_total_row_never_contradicts_its_rows(rows):
    lines = [Line(f"Dòng {i}", row) for i, row in enumerate(rows)]
    assert not any(one.broken for one in checks_of_sums(total_of(rows), lines))
