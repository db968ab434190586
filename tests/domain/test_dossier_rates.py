"""Rates of dossier statistics against the reference reports, and their laws."""

import json
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.checklists import FIGURE_KEYS
from app.domain.dossier_rates import (
    figure,
    in_time_resolved,
    largest_difference,
    on_time,
    online,
    online_as_reported,
    progress_qd766,
    rates,
)
from app.domain.dossiers import COLUMNS, Extras, Figures, OnlinePractice, Report
from app.domain.scoring import half_up

VECTORS = json.loads((Path(__file__).parents[1] / "vectors.json").read_text("utf-8"))
PERCENTS = {percent["id"]: percent for percent in VECTORS["percents"]}
KEYS = sorted(key for key in FIGURE_KEYS if key.startswith("dossier."))

WARD = Figures(received_total=4545, received_online=2756, resolved_total=4545, resolved_late=4)
CITY = Figures(10363, 832, 9465, 66, 10261, 7620, 2641, 0, 102, 102, 0)


def hundredths(n: int, d: int) -> int:
    return half_up(Fraction(n, d) * 10000)


def test_the_wards_on_time_rate_is_derived_from_the_late_dossiers():
    assert in_time_resolved(WARD) == (4541, True)
    rate = on_time(WARD)
    assert (rate.n, rate.d) == (4541, 4545)
    assert rate.formula == "(cột 7 − cột 10) / cột 7"
    assert hundredths(rate.n, rate.d) == 9991


def test_the_citys_on_time_rate_counts_early_and_on_time_dossiers():
    rate = on_time(CITY)
    assert (rate.n, rate.d) == (7620 + 2641, 10261)
    assert rate.formula == "(cột 8 + cột 9) / cột 7"
    assert rate.n == rate.d


def test_the_progress_of_qd_766_has_another_numerator_and_denominator():
    rate = progress_qd766(CITY)
    assert (rate.n, rate.d) == (10261 + 102, 10363)
    ward = progress_qd766(replace(WARD, processing_total=0))
    assert (ward.n, ward.d) == (4541, 4545)


def test_the_online_rate_has_three_practices():
    report = Report(CITY, extras=Extras(online_service_received=5000))
    pairs = {
        practice: (online(report, practice).n, online(report, practice).d) for practice in OnlinePractice
    }
    assert pairs == {
        OnlinePractice.RECEIVED_IN_PERIOD: (832, 832 + 9465),
        OnlinePractice.ALL: (832, 10363),
        OnlinePractice.ONLINE_SERVICE: (832, 5000),
    }
    assert online_as_reported(report).d == 5000
    assert online_as_reported(replace(report, online_practice=OnlinePractice.ALL)).d == 10363


def test_the_ward_printed_its_online_rate_of_column_3():
    printed = PERCENTS["p.online_cautre"]
    rate = online_as_reported(Report(WARD))
    assert (rate.n, rate.d) == (printed["numerator"], printed["denominator"])
    assert rate.formula == "cột 4 / cột 3"
    assert hundredths(rate.n, rate.d) == 6064


def test_the_citys_online_rate_of_2021():
    year = Figures(received_total=7364, received_online=612)
    rate = online(Report(year), OnlinePractice.ALL)
    printed = PERCENTS["p.online_bk"]
    assert (rate.n, rate.d) == (printed["numerator"], printed["denominator"])
    assert hundredths(rate.n, rate.d) == 831


def test_procedures_by_post():
    report = Report(CITY, extras=Extras(procedures_total=258, procedures_postal=133))
    found = {rate.key: rate for rate in rates(report)}["postal_procedures"]
    printed = PERCENTS["p.postal_tthc"]
    assert (found.n, found.d) == (printed["numerator"], printed["denominator"])
    assert hundredths(found.n, found.d) == 5155


def test_apologies_are_counted_against_columns_10_and_13():
    ward = Report(replace(WARD, processing_total=0))
    assert figure("dossier.apology_rate", ward) is None
    assert figure("dossier.apology_rate", replace(ward, extras=Extras(apologies=3))) == (3, 4)
    assert figure("dossier.apology_rate", Report(CITY)) == (0, 0)


def test_nothing_in_process_means_nothing_overdue():
    assert figure("dossier.processing_overdue_rate", Report(Figures(processing_total=0))) == (0, 0)
    assert figure("dossier.processing_overdue_rate", Report(CITY)) == (0, 102)


def test_postal_figures_are_measured_against_the_target():
    extras = Extras(postal_in=390, postal_out=857, postal_target=1000)
    assert figure("dossier.postal_rate", Report(CITY, extras=extras)) == (1247, 1000)
    assert figure("dossier.postal_rate", Report(CITY, extras=replace(extras, postal_total=1200))) == (
        1200,
        1000,
    )


def test_the_largest_relative_difference_to_the_system_is_found():
    system = replace(CITY, received_online=800, processing_in_time=100)
    assert largest_difference(CITY, system) == (32, 800)
    assert figure("dossier.reconciliation", Report(CITY, system=CITY))[0] == 0
    assert figure("dossier.reconciliation", Report(CITY)) is None
    assert largest_difference(Figures(resolved_late=4), Figures(resolved_late=0)) == (4, 4)


def test_the_other_figures_of_the_checklist():
    extras = Extras(
        procedures_online_service=32,
        procedures_online=17,
        with_fee=40,
        paid_online=30,
        to_digitise=100,
        digitised_in=90,
        resolved_with_document=80,
        digitised_out=70,
        reused=60,
    )
    report = Report(CITY, extras=extras)
    assert figure("dossier.online_procedure_rate", report) == (17, 32)
    assert hundredths(17, 32) == 5313
    assert figure("dossier.online_payment_rate", report) == (30, 40)
    assert figure("dossier.digitised_input_rate", report) == (90, 100)
    assert figure("dossier.digitised_result_rate", report) == (70, 80)
    assert figure("dossier.reuse_rate", report) == (60, 10363)


@pytest.mark.parametrize("key", KEYS)
def test_every_dossier_key_of_the_checklist_is_a_figure(key):
    assert figure(key, Report(Figures())) is None


def test_an_unknown_key_is_a_mistake_of_the_caller():
    with pytest.raises(KeyError):
        figure("dossier.ontime_rate", Report(CITY))


counts = st.none() | st.integers(0, 999_999_999)
figures = st.builds(Figures, *[counts for _ in COLUMNS])
reports = st.builds(
    Report,
    total=figures,
    extras=st.builds(Extras, *[counts for _ in Extras.__dataclass_fields__]),
    system=st.none() | figures,
    online_practice=st.none() | st.sampled_from(OnlinePractice),
)


@given(reports)
def test_rates_never_invent_negative_numbers_and_agree_with_the_figures_of_the_checklist(report):
    shown = {rate.key: (rate.n, rate.d) for rate in rates(report) if rate.known}
    for n, d in shown.values():
        assert n >= 0
        assert d >= 0
    for key in KEYS:
        assert figure(key, report) == shown.get(key)
