"""Criteria of every rule with inputs that fit them, made at random: what the laws of scoring are tried on."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import strategies as st

from app.domain.checklists import (
    Area,
    Between,
    Criterion,
    CriterionGroup,
    Free,
    Level,
    Levels,
    Penalty,
    Ratio,
    Rule,
    RuleKind,
    YesNo,
    ZeroDen,
)
from app.domain.scoring import FreeInput, Input, LevelInput, PenaltyInput, RatioInput, YesNoInput

hundredths = st.integers(1, 2000)
words = st.text(max_size=20)


@st.composite
def percentages(draw: st.DrawFn, least: Decimal = Decimal(0), most: Decimal = Decimal(100)) -> Decimal:
    return draw(st.decimals(least, most, places=2))


@st.composite
def ratio_rules(draw: st.DrawFn) -> Ratio:
    full_at = draw(percentages(Decimal(1)))
    return Ratio(
        numerator=draw(words),
        denominator=draw(words),
        full_at=full_at,
        zero_below=draw(percentages(most=full_at)),
        between=draw(st.sampled_from(Between)),
        zero_den=draw(st.sampled_from(ZeroDen)),
    )


@st.composite
def levels(draw: st.DrawFn, most: int) -> Levels:
    """Best first, from the maximum down to 0."""
    between = draw(st.lists(st.integers(0, most), max_size=4))
    steps = sorted({most, 0, *between}, reverse=True)
    return Levels(tuple(Level(f"Mức {place}", points) for place, points in enumerate(steps)))


@st.composite
def rules(draw: st.DrawFn, most: int = 400) -> Rule:
    penalties = st.builds(Penalty, st.decimals("0.01", 5, places=2), words)
    return draw(
        st.one_of(st.just(YesNo()), st.just(Free()), levels(most), ratio_rules(), penalties)  # type: ignore[arg-type]
    )


@st.composite
def criteria(draw: st.DrawFn, id_: int = 1, code: str = "1.1.1") -> Criterion:
    most = draw(hundredths)
    return Criterion(code, "Tiêu chí", most, draw(rules(most)), may_be_na=draw(st.booleans()), id=id_)


@st.composite
def areas(draw: st.DrawFn, code: str = "1", first_id: int = 1) -> Area:
    """One area with one group of up to six criteria; ids count from ``first_id``."""
    leaves = tuple(
        draw(criteria(first_id + place, f"{code}.1.{place + 1}")) for place in range(draw(st.integers(1, 6)))
    )
    most = sum(leaf.max_points for leaf in leaves)
    return Area(code, "Lĩnh vực", most, (CriterionGroup(f"{code}.1", "Tiêu chí", most, leaves),))


def inputs(criterion: Criterion) -> st.SearchStrategy[Input]:
    """Inputs that the criterion's rule takes."""
    match criterion.rule.kind:
        case RuleKind.YES_NO:
            return st.builds(YesNoInput, st.booleans())
        case RuleKind.LEVELS:
            return st.builds(LevelInput, st.integers(0, len(criterion.rule.levels) - 1))  # type: ignore[union-attr]
        case RuleKind.RATIO:
            whole = st.integers(0, 10**6).map(Decimal)
            return st.one_of(
                st.builds(RatioInput, whole, st.integers(1, 10**6).map(Decimal)),
                st.just(RatioInput(Decimal(0), Decimal(0))),
            )
        case RuleKind.PENALTY:
            return st.builds(PenaltyInput, st.integers(0, 10**6))
        case RuleKind.FREE:
            return st.builds(FreeInput, st.integers(0, criterion.max_points))
