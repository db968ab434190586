"""static/js/scoring.js shows while one types what app/domain/scoring.py will decide: the same points, always."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from app import vietnamese
from app.domain.checklists import (
    Between,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    Rule,
    YesNo,
    ZeroDen,
    rule_to_json,
)
from app.domain.refusals import Invalid
from app.domain.scoring import (
    FreeInput,
    Input,
    LevelInput,
    PenaltyInput,
    RatioInput,
    YesNoInput,
    points_of,
)
from tests.server import Server

VECTORS = json.loads((Path(__file__).parent.parent / "vectors.json").read_text())
CASES = 500
POLICIES = {"na": ZeroDen.NOT_APPLICABLE, "full": ZeroDen.FULL, "zero": ZeroDen.ZERO}
BETWEEN = {"ratio_of_100": Between.OF_100, "ratio_of_target": Between.OF_TARGET}

# A case: the rule's data as the page has it, the texts of the inputs, and what Python decides.
Case = tuple[dict[str, Any], dict[str, str], dict[str, Any]]

TEXTS = (
    """
0|00|04|7|4545|4.545|4 545|4\u00a0545|4\u202f545|45.45|4.5|4,5|4,50|4.545,5|1.234,5|1,234.5|1,234,567|1.23.456
1.234.567|12.345.67|0,25|0.25|0.250|00.25|.5|,5|5.|5,|1.|1,|-1|−1|–1|- 1|+1|1e3|1E3|0x10|1/2|50%|1 2|1  000
1 000 000|1 0000|10 000,5|1.000 000|٣|４|½|²|1_000|NaN|Infinity|null|9,5|9.5|9,55|9,555|9.555|10,00|abc|4.545a|a4
1\t|\t2|\u00a03\u00a0|\ufeff5|6\ufeff|\u200b7|8\u200b|012.345|0.123|0.1234|1.0000|123456789012345|1234567890123456
999.999.999.999.999|9.999.999.999.999.999|1,1234567|1.1234567|0000000000000000000001|1'000|1,000|1.000|1.000,0
1.000,000000|1.000.|.000|1..000|1,,5|1,5.0|1.5,0| 12 |12 |  12|1.5 |5 000|5 00|5000 000|1,5 000|000|0,00|0.00
999999|1000000|999999,99|1000000,1
""".replace("\n", "|")
    .strip("|")
    .split("|")
)


@pytest.fixture(scope="module")
def run(open_browser: Callable[[], Browser], server: Server) -> Iterator[Callable[[str, Any], Any]]:
    """``run("module.readCount(given)", given)``: an expression in the browser, for each given value."""
    page: Page = open_browser().new_page(base_url=server.url)
    page.goto("/login")

    def each(expression: str, given: list[Any]) -> list[Any]:
        script = f"""async (all) => {{
            const module = await import("/static/js/scoring.js");
            const plain = (key, value) => (typeof value === "bigint" ? Number(value) : value);
            return JSON.parse(JSON.stringify(all.map((given) => {expression}), plain));
        }}"""
        found: list[Any] = page.evaluate(script, given)
        return found

    yield each
    page.close()


# --- points --------------------------------------------------------------------------------------


def decided(rule: Rule, maximum: int, value: Input) -> dict[str, Any]:
    """Python's points in the words of the script."""
    try:
        points = points_of(rule, maximum, value)
    except Invalid:
        return {"fault": True}
    return {"dropped": True} if points is None else {"points": points}


def data(rule: Rule, maximum: int) -> dict[str, Any]:
    return rule_to_json(rule) | {"max": maximum}


def ratio_case(rule: Ratio, maximum: int, n: Decimal, d: Decimal) -> Case:
    texts = {"numerator": vietnamese.number(n), "denominator": vietnamese.number(d)}
    return data(rule, maximum), texts, decided(rule, maximum, RatioInput(n, d))


def vector_cases() -> Iterator[Case]:
    for case in VECTORS["scoring"]:
        maximum = int(Decimal(str(case["max"])) * 100)
        rule = Ratio(
            "tử số",
            "mẫu số",
            Decimal(str(case["full_at"])),
            Decimal(str(case["zero_below"])),
            BETWEEN[case["between"]],
            POLICIES[case["zero_den"]],
        )
        made = ratio_case(rule, maximum, Decimal(str(case["n"])), Decimal(str(case["d"])))
        expected = case["expected"]
        if expected is not None and "points" in made[2]:
            assert made[2]["points"] == int(Decimal(expected) * 100), case["name"]
        yield made


def made_up_cases() -> Iterator[Case]:
    """All five rules, with figures that fall on, beside and between the thresholds."""
    dice = random.Random("soat")
    for number in range(CASES):
        maximum = dice.choice((25, 50, 75, 100, 150, 200, 250, 300, 400, 1000))
        match number % 10:
            case 0:
                yes = dice.random() < 0.5
                texts = {"yes": "1" if yes else "0"}
                yield data(YesNo(), maximum), texts, decided(YesNo(), maximum, YesNoInput(yes))
            case 1:
                steps = sorted(dice.sample(range(maximum), dice.randint(1, 5)), reverse=True)
                rule = Levels((Level("Tốt", maximum), *(Level(f"Mức {step}", step) for step in steps)))
                level = dice.randint(0, len(steps) + 1)
                yield data(rule, maximum), {"level": str(level)}, decided(rule, maximum, LevelInput(level))
            case 2 | 3:
                penalty = Penalty(Decimal(dice.choice(("0.25", "0.5", "0.1", "0.33", "0.05", "1"))), "lỗi")
                faults = dice.choice((0, 1, 2, 3, 7, 40, 4545, 10**9))
                texts = {"faults": vietnamese.count(faults)}
                yield data(penalty, maximum), texts, decided(penalty, maximum, PenaltyInput(faults))
            case 4:
                points = dice.randint(0, maximum + 50)
                texts = {"points": vietnamese.points(points).replace(",", dice.choice(",."))}
                yield data(Free(), maximum), texts, decided(Free(), maximum, FreeInput(points))
            case _:
                yield made_up_ratio(dice, maximum)


def made_up_ratio(dice: random.Random, maximum: int) -> Case:
    full = Decimal(dice.choice(("100", "95", "90", "80", "66.67", "33.33", "99.5")))
    zero = min(full, Decimal(dice.choice(("0", "30", "50", "70", "80", "12.5"))))
    rule = Ratio("tử", "mẫu", full, zero, dice.choice(list(Between)), dice.choice(list(ZeroDen)))
    d = Decimal(dice.choice((0, 1, 3, 7, 8, 27, 100, 200, 4545, 10**6, 10**15 - 1)))
    share = dice.choice((full / 100, zero / 100, Decimal(str(dice.random())), Decimal(1), Decimal(0)))
    n = (d * share).quantize(Decimal(dice.choice(("1", "0.1", "0.001", "0.000001")))) if d < 10**9 else d - 1
    return ratio_case(rule, maximum, max(Decimal(0), n + dice.choice((0, 0, 0, 1))), d)


@pytest.mark.parametrize("cases", [vector_cases, made_up_cases], ids=["the vectors", "made-up cases"])
def test_the_page_shows_the_points_that_the_server_will_give(run, cases) -> None:
    all_cases = list(cases())
    shown = run("module.score(given[0], given[1])", [[rule, texts] for rule, texts, _ in all_cases])
    wrong = [
        (rule, texts, expected, found)
        for (rule, texts, expected), found in zip(all_cases, shown, strict=True)
        if found != expected
    ]
    assert not wrong, f"{len(wrong)} of {len(all_cases)} differ, the first: {wrong[0]}"


# --- numbers as they are typed -------------------------------------------------------------------


def read(reader: Callable[[str], Any], text: str) -> Decimal | None:
    """What the server's form makes of the text; ``None`` when it is refused."""
    try:
        return Decimal(reader(vietnamese.clean(text)))
    except vietnamese.Unreadable:
        return None


READERS = {
    "read_amount": ("readAmount", vietnamese.read_amount, lambda f: Decimal(f[0]).scaleb(-f[1])),
    "read_count": ("readCount", vietnamese.read_count, Decimal),
    "read_points": ("readPoints", vietnamese.read_points, lambda f: Decimal(f) / 100),
}


@pytest.mark.parametrize("name", READERS)
def test_the_page_reads_and_refuses_the_same_texts_as_the_server(run, name) -> None:
    script, reader, value = READERS[name]
    found = run(f"module.{script}(given)", TEXTS)
    wrong = []
    for text, seen in zip(TEXTS, found, strict=True):
        on_page, on_server = None if seen is None else value(seen), read(reader, text)
        if on_page != on_server:
            wrong.append(f"«{text!a}»: page {on_page}, server {on_server}")
    assert not wrong, "\n".join(wrong)


def test_the_page_writes_points_and_percentages_as_the_server(run) -> None:
    points = [0, 1, 5, 10, 25, 99, 100, 105, 110, 950, 2266, 10000, 123456]
    assert run("module.written(given)", points) == [vietnamese.points(one) for one in points]
    shares = [
        (4541, 4545),
        (14, 27),
        (2756, 4545),
        (0, 7),
        (7, 0),
        (99999, 100000),
        (5, 4),
        (1, 3),
        (2, 3),
        (45450, 1),
    ]
    shown = run("module.percent([BigInt(given[0]), 0], [BigInt(given[1]), 0])", [list(s) for s in shares])
    assert shown == [vietnamese.percent(n, d) for n, d in shares]
