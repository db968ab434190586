"""Every figure, identity, percentage and text of the public reports holds – and none is forgotten.

The nouns' own tests try most of them; here it is the app's own code once more for the whole file, and a
test that fails when vectors.json grows something that no test handles.
"""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path

import pytest

from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.domain import dossier_checks, dossiers, tasks
from app.domain.dossier_checks import Outcome, Relation, Term
from app.domain.dossier_rates import on_time, online, postal_count
from app.domain.dossiers import Extras, Figures, OnlinePractice, Report
from app.domain.scoring import RatioInput, points_of
from app.vietnamese import Verdict, count, matches, percent, read_amount, read_count

HERE = Path(__file__).parent
VECTORS = json.loads((HERE / "vectors.json").read_text("utf-8"))
FACTS = {fact["id"]: fact for fact in VECTORS["facts"]}
VALUES = {id_: fact["value"] for id_, fact in FACTS.items()}

# Columns of form II.06, and the figures beside it, as the two reports name them.
COLUMNS = tuple(column.name for column in dossiers.COLUMNS)
BESIDE = ("postal_total", "postal_in", "postal_out")

# What each kind of entry is handled by; a new one must be added here together with its test.
HANDLED = {
    "facts": {
        **{f"s0.{name}": "form II.06, city" for name in COLUMNS},
        **{f"s0.{name}": "figures beside the form, city" for name in BESIDE},
        **{f"s0.{name}_2021": "postal figures of 2021" for name in ("postal", "postal_in", "postal_out")},
        **{f"s0.{name}_2022h1": "postal figures of 2022" for name in ("postal", "postal_in", "postal_out")},
        **{
            f"s3.{name}": "form II.06, ward"
            for name in ("received_total", "received_online", "resolved_total", "resolved_late")
        },
        "s0.tthc": "procedures, with s0.tthc_postal",
        "s0.tthc_postal": "procedures by post",
        "s0.online_2021": "online dossiers of 2021",
        "s0.received_2021": "online dossiers of 2021",
        "s0.online_tthc_rate_2021": "a percentage told without its figures",
        "s0.directives": "a plain count",
        "s0.radio": "a plain count",
        "s0.web": "a plain count",
        "s3.tasks_total": "tasks",
        "s3.tasks_done": "tasks",
        "s3.it_rate": "a percentage told without its figures",
        "s3.linked_rate": "a percentage told without its figures",
    },
    "text": {"dates", "noise", "areas_in_seed3", "sort", "fold", "documents"},
}


# --- Nothing is forgotten


def test_every_part_of_the_file_has_its_test():
    assert VECTORS.keys() == {"facts", "identities", "percents", "scoring", "text"}
    assert VALUES.keys() == HANDLED["facts"].keys()
    assert VECTORS["text"].keys() == HANDLED["text"]
    assert {name for one in VECTORS["identities"] for name in (one["lhs"], *one["rhs"])} <= VALUES.keys()


def test_every_name_is_used_once():
    for part, key in (("facts", "id"), ("identities", "id"), ("percents", "id"), ("scoring", "name")):
        names = [one[key] for one in VECTORS[part]]
        assert len(names) == len(set(names)), part


@pytest.mark.parametrize(
    ("part", "where"),
    [
        ("scoring", "domain/test_scoring.py"),
        ("identities", "domain/test_dossier_checks.py"),
        ("percents", "test_vietnamese.py"),
        ("dates", "test_vietnamese.py"),
        ("noise", "test_vietnamese.py"),
        ("sort", "test_vietnamese.py"),
        ("fold", "test_vietnamese.py"),
        ("documents", "test_vietnamese.py"),
        ("areas_in_seed3", "test_vietnamese.py"),
    ],
)
def test_the_tests_of_a_noun_go_through_all_of_its_part(part, where):
    """A parametrised test takes the whole list; a list cut short would be seen here."""
    source = (HERE / where).read_text("utf-8")
    assert f'VECTORS["{part}"]' in source or f'TEXT["{part}"]' in source


# --- Facts


@pytest.mark.parametrize(
    "fact", [fact for fact in VECTORS["facts"] if isinstance(fact["value"], int)], ids=lambda f: f["id"]
)
def test_a_count_is_read_as_the_report_printed_it(fact):
    printed = fact.get("raw", count(fact["value"])).split()[-1]
    assert read_count(printed) == fact["value"]
    assert read_amount(printed) == fact["value"]
    assert read_count(count(fact["value"])) == fact["value"]


@pytest.mark.parametrize(
    "fact", [fact for fact in VECTORS["facts"] if fact["unit"] == "%"], ids=lambda f: f["id"]
)
def test_a_percentage_without_figures_is_a_number_with_at_most_two_decimals(fact):
    assert read_amount(fact.get("raw", fact["value"]).rstrip("%")) == Decimal(fact["value"]) <= 100


def city() -> Report:
    figures = Figures(**{name: VALUES[f"s0.{name}"] for name in COLUMNS})
    return Report(figures, (), Extras(**{name: VALUES[f"s0.{name}"] for name in BESIDE}))


def ward() -> Figures:
    known = {name: VALUES[f"s3.{name}"] for name in COLUMNS if f"s3.{name}" in VALUES}
    return Figures(**known)


def test_the_citys_report_breaks_no_identity_and_postal_figures_are_never_added_in():
    report = city()
    assert dossier_checks.broken(report) == ()
    assert report.total.received_total == VALUES["s0.received_total"]
    assert postal_count(report) == VALUES["s0.postal_total"]


def test_the_wards_report_is_on_time_but_for_four():
    rate = on_time(ward())
    assert (rate.n, rate.d) == (
        VALUES["s3.resolved_total"] - VALUES["s3.resolved_late"],
        VALUES["s3.resolved_total"],
    )
    assert percent(rate.n, rate.d) == "99,91%"


# --- Identities


@pytest.mark.parametrize("identity", VECTORS["identities"], ids=lambda identity: identity["id"])
def test_an_identity_holds_and_its_sums_are_those_of_the_file(identity):
    left, right = VALUES[identity["lhs"]], [VALUES[name] for name in identity["rhs"]]
    assert (left, sum(right)) == (identity["lhs_value"], identity["rhs_value"])
    one = dossier_checks.check(
        identity["id"],
        Term("", left),
        [Term("", value) for value in right],
        Relation.EQUAL,
    )
    assert (one.outcome is Outcome.HOLDS) == identity["holds"]
    broken = dossier_checks.check(
        identity["id"], Term("", left + 1), [Term("", value) for value in right], Relation.EQUAL
    )
    assert (broken.outcome, broken.difference) == (Outcome.BROKEN, 1)


# --- Percentages


@pytest.mark.parametrize("case", VECTORS["percents"], ids=lambda case: case["id"])
def test_a_printed_percentage_is_judged_and_reckoned(case):
    n, d, printed = case["numerator"], case["denominator"], case["printed"]
    digits = len(printed.rstrip("%").partition(",")[2])
    assert matches(printed, n, d) is Verdict(case["verdict"])
    assert percent(n, d, digits) == case["half_up_same_digits"]
    assert percent(n, d, digits, "truncate") == case["truncated_same_digits"]


def test_the_app_prints_what_the_ward_and_the_city_printed():
    """Tasks are cut, dossiers rounded half up: each as its report has it."""
    done = tasks.Rate(VALUES["s3.tasks_done"], VALUES["s3.tasks_total"])
    assert percent(done.n, done.d, 1, "truncate") == "51,8%"
    share = online(Report(ward(), (), Extras()), OnlinePractice.ALL)
    assert percent(share.n, share.d) == "60,64%"
    assert percent(VALUES["s0.online_2021"], VALUES["s0.received_2021"]) == "8,31%"
    assert percent(VALUES["s0.tthc_postal"], VALUES["s0.tthc"]) == "51,55%"


# --- The ward's figures through the shipped checklist


@pytest.mark.parametrize(
    ("code", "n", "d", "points"),
    [
        ("1.4.1", VALUES["s3.tasks_done"], VALUES["s3.tasks_total"], 0),
        ("3.4.1", VALUES["s3.resolved_total"] - VALUES["s3.resolved_late"], VALUES["s3.resolved_total"], 400),
        ("7.3.1", VALUES["s3.received_online"], VALUES["s3.received_total"], 227),
    ],
)
def test_the_shipped_checklist_scores_the_ward(code, n, d, points):
    _area, criterion = read_checklist(DEFAULT_WORKBOOK.read_bytes()).by_code[code]
    assert points_of(criterion.rule, criterion.max_points, RatioInput(Decimal(n), Decimal(d))) == points


def test_the_shipped_checklist_has_the_seven_areas_of_the_report():
    areas = read_checklist(DEFAULT_WORKBOOK.read_bytes()).areas
    assert len(areas) == len(VECTORS["text"]["areas_in_seed3"]) == 7
