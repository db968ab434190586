"""The ledger of late dossiers: days, gaps, what cannot be true, what looks like a person, the figure."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.dossier_checks import broken
from app.domain.dossier_rates import figure, rates
from app.domain.dossiers import Extras, Figures, Report
from app.domain.late_dossiers import (
    CAUSE_WORDS,
    Gap,
    LateCause,
    LateCounts,
    LateEntry,
    days_late,
    faults,
    received_by_code,
    tidy_code,
)
from app.domain.personal import looks_personal

START, END, TODAY = date(2022, 1, 1), date(2022, 9, 15), date(2022, 9, 20)
GOOD = LateEntry(
    "H24.11-220901-0001",
    due_on=date(2022, 9, 5),
    returned_on=date(2022, 9, 8),
    cause="Chờ thông báo thuế",
    apology_number="12/PXL",
    apology_on=date(2022, 9, 5),
    reappointed_on=date(2022, 9, 8),
)


def found(**changed: object) -> list[str]:
    return [fault.field for fault in faults(replace(GOOD, **changed), START, END, TODAY)]


def test_days_are_calendar_days_behind_the_due_date():
    assert days_late(date(2022, 9, 5), date(2022, 9, 8), END) == 3
    assert days_late(date(2022, 9, 5), None, END) == 10
    assert days_late(None, date(2022, 9, 8), END) is None
    assert days_late(date(2022, 9, 5), date(2022, 9, 1), END) == 0


def test_an_apology_needs_number_and_date():
    assert GOOD.gaps == ()
    assert replace(GOOD, apology_number="").gaps == (Gap.APOLOGY,)
    assert replace(GOOD, apology_on=None).gaps == (Gap.APOLOGY,)
    # The kind of cause alone explains nothing.
    assert LateEntry("A1", cause_kind=LateCause.OTHER).gaps == (Gap.EXPLANATION, Gap.APOLOGY, Gap.NEW_DATE)


def test_every_cause_has_words():
    assert set(CAUSE_WORDS) == set(LateCause)


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"returned_on": None}, []),
        ({"returned_on": END + timedelta(2)}, []),
        ({"code": ""}, ["code"]),
        ({"code": "HỒ SƠ 1"}, ["code"]),
        ({"code": "ABC"}, ["code"]),
        ({"code": "1" * 61}, ["code"]),
        ({"due_on": None}, ["due_on"]),
        ({"due_on": END, "returned_on": None, "reappointed_on": None}, ["due_on"]),
        ({"received_on": date(2022, 9, 6)}, ["due_on", "apology_on"]),
        ({"received_on": TODAY + timedelta(1), "due_on": None}, ["due_on", "received_on", "apology_on"]),
        ({"returned_on": date(2022, 9, 5)}, ["returned_on"]),
        ({"returned_on": TODAY + timedelta(1)}, ["returned_on"]),
        (
            {"due_on": date(2021, 12, 1), "returned_on": date(2021, 12, 31), "code": "1"},
            ["returned_on", "apology_on"],
        ),
        ({"days_late": 3}, []),
        ({"days_late": 4}, ["days_late"]),
        ({"apology_on": TODAY, "returned_on": None, "reappointed_on": TODAY + timedelta(3)}, []),
        ({"apology_on": date(2022, 9, 9)}, ["apology_on", "reappointed_on"]),
        ({"apology_on": date(2022, 9, 8)}, []),
        ({"reappointed_on": date(2022, 9, 6), "apology_on": date(2022, 9, 7)}, ["reappointed_on"]),
        ({"reappointed_on": date(2023, 9, 7)}, ["reappointed_on"]),
        ({"cause": "Nguyễn Thị Hoa, CMND 031234567"}, ["cause"]),
        ({"apology_number": "bà Hoa 0912345678"}, ["apology_number"]),
        ({"field": "Ông Nguyễn Văn An"}, ["field"]),
        ({"apology_on": TODAY + timedelta(1)}, ["apology_on", "reappointed_on"]),
        ({"apology_on": date(2022, 8, 31)}, ["apology_on"]),
        ({"apology_on": date(2022, 9, 3), "received_on": date(2022, 9, 4)}, ["apology_on"]),
        ({"reappointed_on": date(2022, 9, 5)}, ["reappointed_on"]),
        ({"reappointed_on": None, "reappointed_times": 1}, ["reappointed_on"]),
    ],
)
def test_what_cannot_be_true_is_found_at_its_field(changed, fields):
    assert found(**changed) == fields


def test_codes_are_one_however_they_are_typed():
    assert tidy_code(" h24.11 – 220901 - 0001 ") == "H24.11-220901-0001"
    assert tidy_code("000.00.g02-220901-0001") == "000.00.G02-220901-0001"
    assert received_by_code("H24.11-220901-0001") == date(2022, 9, 1)
    assert received_by_code("H24.11-229901-0001") is None
    assert received_by_code("HS01") is None


@pytest.mark.parametrize(
    "text",
    [
        "Ông Nguyễn Văn Ví Dụ chậm nộp",
        "do bà Trần Thị B.",
        "CCCD 001234567890",
        "CMND 123456789",
        "gọi 0912 345 678",
        "gọi 0912345678",
        "Nguyễn Thị Hoa nộp thiếu giấy tờ",
        "chờ NGUYỄN VĂN AN bổ sung",
        "hồ sơ của (Lê Thị Bích Hằng)",
    ],
)
def test_names_and_numbers_of_persons_are_seen(text):
    assert looks_personal("", text)


@pytest.mark.parametrize(
    "text",
    [
        "H24.11-220901-0001",
        "12/PXL-UBND",
        "Chờ ý kiến Sở Tài nguyên và Môi trường",
        "Bà Rịa – Vũng Tàu",
        "ông bà",
        "Mở đường Nguyễn Văn Linh, trường Lê Hồng Phong",
        "Chờ UBND TP Hồ Chí Minh trả lời",
        "Chờ UBND thành phố Hà Nội, Sở Tư pháp",
        "Cán bộ nghỉ phép; Lê Chân, Hải Phòng",
    ],
)
def test_ordinary_words_are_no_persons(text):
    assert not looks_personal(text)


@given(st.text(), st.text())
def test_no_text_breaks_the_looking(code, text):
    looks_personal(code, text)
    list(faults(LateEntry(tidy_code(code), cause=text), START, END, TODAY))


def test_the_ledger_wins_over_the_typed_apologies():
    ward = Report(
        Figures(resolved_total=4545, resolved_late=4, processing_total=0), extras=Extras(apologies=4)
    )
    assert figure("dossier.apology_rate", ward) == (4, 4)
    ledger = replace(ward, ledger=LateCounts(4, 4, 3, 3, 1), late_ledger=4)
    assert figure("dossier.apology_rate", ledger) == (3, 4)
    (rate,) = [rate for rate in rates(ledger) if rate.key == "dossier.apology_rate"]
    assert (rate.n, rate.d) == (3, 4)
    assert not [check for check in broken(ledger) if "apolog" in check.key]
    # More letters than late dossiers: the ledger's own figure is what does not add up.
    told = Figures(resolved_total=4545, resolved_late=4, processing_total=0, processing_overdue=0)
    too_many = replace(ward, total=told, extras=Extras(), ledger=LateCounts(6, 6, 5, 5), late_ledger=6)
    # 5/4 is a slip to be put right: nobody is offered points for it.
    assert figure("dossier.apology_rate", too_many) is None
    assert {check.key for check in broken(too_many)} == {"late_ledger", "part.apologies"}
    # Nothing is being processed, so nothing of it is overdue: the ledger is compared all the same.
    assert {check.key for check in broken(replace(ledger, late_ledger=3))} == {"late_ledger"}


def test_a_letter_goes_out_a_day_before_the_due_date_at_the_latest():
    assert GOOD.apologised_late
    assert not replace(GOOD, apology_on=date(2022, 9, 4)).apologised_late
    assert not replace(GOOD, apology_on=None).apologised_late
