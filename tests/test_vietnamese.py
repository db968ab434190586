"""Vietnamese text, numbers and dates of app/vietnamese.py, with the cases offices gave (vectors.json)."""

import json
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from babel.numbers import format_decimal
from hypothesis import given
from hypothesis import strategies as st

from app import vietnamese as vi
from app.vietnamese import Unreadable, Verdict

VECTORS = json.loads((Path(__file__).parent / "vectors.json").read_text(encoding="utf-8"))
TEXT = VECTORS["text"]
NAMES = st.text("aăâbcdđeêơưABĐ ̣́̀̉̃019-", max_size=12)


# --- text -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(("raw", "folded"), TEXT["fold"])
def test_search_folding_gives_what_the_offices_expect(raw, folded):
    assert vi.fold(raw) == folded


@given(st.text())
def test_folding_folds_once_and_does_not_care_how_text_was_composed(text):
    folded = vi.fold(text)
    assert vi.fold(folded) == folded
    assert vi.fold(unicodedata.normalize("NFD", text)) == vi.fold(unicodedata.normalize("NFC", text))


def test_folding_forgets_blanks_and_invisible_marks():
    assert vi.fold("  Cầu \u00a0\t Tre\u200b ") == "cau tre"
    assert vi.fold("a\x00\ud800b\nc") == "ab c"
    assert vi.fold("Xã M’Drắk") == vi.fold("xa M'Drak") == "xa mdrak"


def test_clean_text_is_composed_and_has_no_control_characters():
    assert vi.clean(" Ca\u0302\u0300u\x00 Tre\r\nhai\x07 ") == "Cầu Tre\nhai"
    assert vi.clean("\ud800a") == "a"


@pytest.mark.parametrize("case", TEXT["noise"], ids=lambda case: case["raw"])
def test_noise_of_real_reports_is_understood(case):
    if isinstance(case["means"], int):
        assert vi.read_count(case["raw"]) == case["means"]
    elif "/" in case["raw"]:
        assert vi.clean_number_of_document(case["raw"]) == case["means"]
    else:
        assert vi.mend_slips(case["raw"]) == case["means"]


def test_slips_are_mended_inside_a_heading_but_not_inside_a_word():
    assert vi.mend_slips("Quả hạn (hồ sợ)") == "Quá hạn (hồ sơ)"
    assert vi.mend_slips("hồ sợi") == "hồ sợi"


@pytest.mark.parametrize(("number", "day", "_seed"), TEXT["documents"])
def test_numbers_of_documents_that_are_right_stay_as_they_are(number, day, _seed):
    assert vi.clean_number_of_document(number) == number
    if day:
        assert vi.date_short(date.fromisoformat(day)) == "/".join(reversed(day.split("-")))


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("QD-UBND", "QĐ-UBND"),
        ("Số: 45 / 2020 / ND - CP", "45/2020/NĐ-CP"),
        ("12/HDND-VP", "12/HĐND-VP"),
        ("08/NQ—HĐND", "08/NQ-HĐND"),
        ("1/VND-CP", "1/VND-CP"),
    ],
)
def test_numbers_of_documents_are_written_the_official_way(raw, clean):
    assert vi.clean_number_of_document(raw) == clean
    assert vi.clean_number_of_document(clean) == clean


def test_the_seven_areas_of_the_reference_report_are_composed_text():
    assert len(TEXT["areas_in_seed3"]) == 7
    assert all(vi.nfc(name) == name for name in TEXT["areas_in_seed3"])


# --- sorting --------------------------------------------------------------------------------------


def test_names_sort_as_the_offices_expect():
    assert sorted(TEXT["sort"]["input"], key=vi.sort_key) == TEXT["sort"]["expected"]


def test_letters_and_tones_sort_in_the_order_of_the_alphabet():
    letters = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"
    assert sorted(set(letters), key=vi.sort_key) == list(letters)
    for tones in ("aàảãáạ", "ưừửữứự", "êềểễếệ", "oòỏõóọ"):
        assert sorted(set(tones), key=vi.sort_key) == list(tones)


@pytest.mark.parametrize(
    "ordered",
    [
        ["Phường 2", "Phường 02a", "Phường 10", "Phường A"],
        ["Bắc Ninh", "bắc ninh 2"],
        ["an", "An", "án"],
        ["Hoa", "Hoà", "Hòa", "Hoa Bình"],
        ["", "-", "1", "a", "中"],
    ],
)
def test_blanks_numbers_and_capitals_find_their_place(ordered):
    assert sorted(set(ordered), key=vi.sort_key) == ordered


@given(NAMES, NAMES)
def test_sort_keys_are_ascii_and_do_not_care_how_text_was_composed(one, two):
    key = vi.sort_key(one)
    assert set(key) <= set("0123456789abcdef")
    assert key == vi.sort_key(unicodedata.normalize("NFD", one)) == vi.sort_key(vi.nfc(one))
    assert (vi.sort_key("Xã " + one) < vi.sort_key("Xã " + two)) == (
        vi.sort_key("Xã " + one.strip()) < vi.sort_key("Xã " + two.strip())
    )


@given(st.text(max_size=30))
def test_any_text_has_a_sort_key(text):
    bytes.fromhex(vi.sort_key(text))


@given(st.integers(0, 10**20), st.integers(0, 10**20))
def test_numbers_sort_by_value(one, two):
    assert (vi.sort_key(f"Khu {one}") < vi.sort_key(f"Khu {two}")) == (one < two)


# --- numbers, written -----------------------------------------------------------------------------


@given(st.integers(-(10**15), 10**15))
def test_counts_are_written_as_the_standard_library_of_locales_writes_them(n):
    assert vi.count(n) == format_decimal(n, locale="vi")


@given(st.integers(-(10**9), 10**9))
def test_points_are_written_as_the_standard_library_of_locales_writes_them(hundredths):
    value = Decimal(hundredths) / 100
    assert vi.points(hundredths) == format_decimal(value, "#,##0.##", locale="vi")
    assert vi.points(hundredths, fixed=True) == format_decimal(value, "#,##0.00", locale="vi")


def test_points_have_a_comma_and_nothing_is_a_dash():
    assert vi.points(950) == "9,5"
    assert vi.points(950, fixed=True) == "9,50"
    assert vi.points(0) == "0"
    assert vi.points(7500) == "75"
    assert vi.points(-50) == "-0,5"
    assert vi.points(None) == vi.count(None) == vi.number(None) == "–"


def test_small_counts_take_a_zero_in_running_text():
    assert [vi.leading_zero(n) for n in (0, 4, 9, 10, 4545)] == ["0", "04", "09", "10", "4.545"]


@pytest.mark.parametrize("case", VECTORS["percents"], ids=lambda case: case["id"])
def test_printed_percentages_of_real_reports_are_recognised(case):
    n, d, printed = case["numerator"], case["denominator"], case["printed"]
    digits = len(printed.rstrip("%").partition(",")[2])
    assert vi.percent(n, d, digits) == case["half_up_same_digits"]
    assert vi.percent(n, d, digits, "truncate") == case["truncated_same_digits"]
    assert vi.matches(printed, n, d) == case["verdict"]


def test_a_hundred_percent_is_never_false():
    assert vi.percent(9996, 10000, 1) == "99,9%"
    assert vi.percent(999_999, 1_000_000) == "99,99%"
    assert vi.percent(10000, 10000, 1) == "100,0%"
    assert vi.percent(11, 10) == "110,00%"
    assert vi.percent(27, 27, 0) == "100%"


@given(
    st.integers(0, 10**7), st.integers(1, 10**7), st.integers(0, 4), st.sampled_from(["half_up", "truncate"])
)
def test_percent_shows_a_hundred_only_when_nothing_is_missing(n, d, digits, mode):
    shown = Decimal(vi.percent(n, d, digits, mode).rstrip("%").replace(".", "").replace(",", "."))
    assert (shown >= 100) == (n >= d)
    assert abs(shown - Decimal(n) * 100 / d) <= Decimal(1).scaleb(-digits)


def test_a_zero_denominator_has_no_percentage():
    assert vi.percent(0, 0) == vi.percent(5, 0) == vi.percent(None, 4) == vi.percent(1, None) == "–"
    assert vi.matches("–", 0, 0) is Verdict.EXACT_BOTH
    assert vi.matches("0%", 0, 0) is Verdict.MISMATCH


def test_percentages_take_exact_amounts():
    assert vi.percent(Decimal("0.5"), Decimal("1.5")) == "33,33%"
    assert vi.percent(165, 200, 0) == "83%", "halves go up"


def test_a_printed_percentage_that_is_none_is_refused():
    with pytest.raises(Unreadable):
        vi.matches("trên 93", 93, 100)


# --- numbers, read --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("typed", "value"),
    [("9,5", "9.5"), ("9.5", "9.5"), (" 10 ", "10"), ("0", "0"), ("9,50", "9.5"), ("04", "4")],
)
def test_points_are_read_with_comma_or_dot(typed, value):
    assert vi.read_points(typed) == Decimal(value)


@pytest.mark.parametrize(
    ("typed", "value"), [("4.545", 4545), ("4545", 4545), ("4 545", 4545), ("04", 4), ("1.234.567", 1234567)]
)
def test_counts_are_read_with_dots_as_thousands(typed, value):
    assert vi.read_count(typed) == value


@pytest.mark.parametrize(
    ("typed", "value"),
    [
        ("4.545", "4545"),
        ("1.234,5", "1234.5"),
        ("1234,5", "1234.5"),
        ("4541.5", "4541.5"),
        ("0.25", "0.25"),
        ("0.545", "0.545"),
        ("12,345", "12.345"),
        ("1 234 567", "1234567"),
        ("1000", "1000"),
    ],
)
def test_amounts_are_read_the_vietnamese_way(typed, value):
    assert vi.read_amount(typed) == Decimal(value)
    assert "E" not in str(vi.read_amount(typed))


UNREADABLE = [
    "",
    "   ",
    "-1",
    "−5",
    "- 3",
    "abc",
    "１２",
    "NaN",
    "inf",
    "1e5",
    "9" * 40,
    "9" * 5000,
    "4.",
    ",5",
    "1_000",
    "٣",
    "1\x00",
]


@pytest.mark.parametrize(
    ("read", "typed"),
    [(read, typed) for read in (vi.read_points, vi.read_count, vi.read_amount) for typed in UNREADABLE]
    + [(vi.read_points, t) for t in ("9,555", "1.234,5", "1.234")]
    + [(vi.read_count, t) for t in ("4,5", "4.54", "4.5", "04.545", "4.5450")]
    + [(vi.read_amount, t) for t in ("1,234.5", "1,234,567", "1.23.456", "1,", "4 54")],
)
def test_what_is_no_number_is_refused_with_a_sentence(read, typed):
    with pytest.raises(Unreadable) as refused:
        read(typed)
    assert str(refused.value).endswith(".")


@given(st.decimals(0, 10**14, places=3))
def test_an_amount_written_is_read_back(value):
    assert vi.read_amount(vi.number(value)) == value


@given(st.integers(0, 10**8 - 1))
def test_points_written_are_read_back(hundredths):
    if hundredths < 100_000:
        assert vi.read_points(vi.points(hundredths)) * 100 == hundredths
    assert vi.read_count(vi.count(hundredths)) == hundredths


@given(
    st.text(max_size=20),
    st.sampled_from([vi.read_points, vi.read_count, vi.read_amount, vi.read_date, vi.read_datetime]),
)
def test_reading_any_text_gives_a_value_or_a_sentence(text, read):
    with suppress(Unreadable):
        read(text)


# --- dates ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("case", TEXT["dates"], ids=lambda case: case["raw"])
def test_dates_of_real_reports_are_read_or_refused(case):
    raw, expected = case["raw"], case["expected"]
    if expected is None:
        with pytest.raises(Unreadable):
            vi.read_date(raw)
    elif "T" in expected:
        assert vi.read_datetime(raw) == datetime.fromisoformat(expected)
    elif expected.startswith("--"):
        with pytest.raises(Unreadable, match="Thiếu năm"):
            vi.read_date(raw)
        assert vi.read_date(raw, year=2022) == date.fromisoformat("2022" + expected[1:])
    else:
        assert vi.read_date(raw) == date.fromisoformat(expected)


@pytest.mark.parametrize(
    "typed", ["8/9/2025", "08-09-2025", "8.9.2025", "2025-09-08", "ngày 08 tháng 9 năm 2025", " 8/9/2025 "]
)
def test_the_same_day_is_read_however_it_is_written(typed):
    assert vi.read_date(typed) == date(2025, 9, 8)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "8/9-2025",
        "8/9/25",
        "0/1/2025",
        "1/0/2025",
        "29/02/2023",
        "1/1/0001",
        "hôm nay",
        "８/9/2025",
        "2025-13-01",
    ],
)
def test_what_is_no_date_is_refused(typed):
    with pytest.raises(Unreadable):
        vi.read_date(typed)


def test_a_month_above_twelve_is_named_and_never_swapped():
    with pytest.raises(Unreadable, match="Không có tháng 15"):
        vi.read_date("07/15/2022")


def test_the_29th_of_february_depends_on_the_year_of_the_report():
    assert vi.read_date("29/2", year=2024) == date(2024, 2, 29)
    with pytest.raises(Unreadable, match="Tháng 2 năm 2023 không có ngày 29"):
        vi.read_date("29/2", year=2023)


def test_the_long_form_of_a_date_follows_the_decree_on_documents():
    assert vi.date_long(date(2025, 9, 8)) == "ngày 08 tháng 9 năm 2025"
    assert vi.date_long(date(2024, 1, 25)) == "ngày 25 tháng 01 năm 2024"
    assert vi.date_long(date(2025, 12, 10)) == "ngày 10 tháng 12 năm 2025"


@given(st.dates(date(1900, 1, 1), date(2200, 12, 31)))
def test_a_date_written_is_read_back(day):
    assert (
        vi.read_date(vi.date_short(day)) == vi.read_date(vi.date_long(day)) == vi.read_date(str(day)) == day
    )


def test_times_are_those_of_a_clock_in_viet_nam():
    moment = datetime(2022, 9, 15, 20, 5, tzinfo=UTC)
    assert vi.time_of(moment) == "03:05"
    assert vi.datetime_short(moment) == vi.datetime_short(moment.replace(tzinfo=None)) == "16/09/2022 03:05"
    assert vi.date_short(None) == vi.datetime_short(None) == "–"


@pytest.mark.parametrize("typed", ["2022-09-16T17:29", "16/09/2022 17:29", "16-9-2022  17:29:00"])
def test_a_moment_is_read_on_a_clock_in_viet_nam(typed):
    assert vi.read_datetime(typed) == datetime(2022, 9, 16, 10, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    "typed", ["16/09/2022", "16/09/2022 24:00", "16/09/2022 10:60", "07/15/2022 10:00", ""]
)
def test_what_is_no_moment_is_refused(typed):
    with pytest.raises(Unreadable):
        vi.read_datetime(typed)


def test_names_of_files_lose_their_marks_and_no_letter():
    assert vi.unaccented("Biên bản – phường Đống Đa, đợt 2") == "Bien ban – phuong Dong Da, dot 2"
