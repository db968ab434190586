"""The identities between the figures of a dossier report, checked and put into words.

A broken identity is a warning with both sides and the difference; it never blocks anything.
Sources: TT 01/2020/TT-VPCP (Biểu II.06); domain reference 4.4, 8.1–8.3.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from .dossiers import COLUMN, COLUMNS, EXTRA_WORDS, Extras, Figures, Line, Report, with_overdue
from .refusals import sentence


class Outcome(StrEnum):
    HOLDS = "holds"
    BROKEN = "broken"
    NOT_ENOUGH = "not_enough"


class Relation(StrEnum):
    EQUAL = "="
    AT_MOST = "≤"
    AT_LEAST = "≥"


ROWS_PREFIX = "rows."

_BROKEN_SIGN = {Relation.EQUAL: "≠", Relation.AT_MOST: ">", Relation.AT_LEAST: "<"}


@dataclass(frozen=True, slots=True)
class Term:
    """One figure of an equation; ``column`` is its number on the form, if it has one."""

    words: str
    value: int | None
    column: int | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One equation with its figures. ``row`` is the field it was checked in, empty for the total row."""

    key: str
    lhs: Term
    rhs: tuple[Term, ...]
    relation: Relation
    outcome: Outcome
    row: str = ""

    @property
    def lhs_value(self) -> int | None:
        return self.lhs.value

    @property
    def rhs_value(self) -> int | None:
        """The right side's sum; ``None`` while one of its figures is missing."""
        values = [term.value for term in self.rhs]
        return None if None in values else sum(value for value in values if value is not None)

    @property
    def difference(self) -> int | None:
        """Left minus right; ``None`` when there are not enough figures."""
        left, right = self.lhs_value, self.rhs_value
        return None if left is None or right is None else left - right

    @property
    def broken(self) -> bool:
        return self.outcome is Outcome.BROKEN

    @property
    def sums_rows(self) -> bool:
        """True for «the rows add up to the total row» of one column."""
        return self.key.startswith(ROWS_PREFIX)

    @property
    def code(self) -> str:
        """Names this check within its report; explanations are kept under it."""
        return f"{self.row}:{self.key}" if self.row else self.key


def check(
    key: str, lhs: Term, rhs: Sequence[Term], relation: Relation = Relation.EQUAL, row: str = ""
) -> Check:
    """Compares ``lhs`` with the sum of ``rhs``.

    With a part missing there are not enough figures – unless the reported parts alone already
    exceed the whole: counts are never negative, so no missing figure could mend that.
    """
    known = tuple(term for term in rhs if term.value is not None)
    total = sum(term.value for term in known if term.value is not None)
    if lhs.value is None or not known:
        return Check(key, lhs, tuple(rhs), relation, Outcome.NOT_ENOUGH, row)
    if len(known) < len(rhs):
        if relation is Relation.EQUAL and total > lhs.value:
            return Check(key, lhs, known, Relation.AT_LEAST, Outcome.BROKEN, row)
        return Check(key, lhs, tuple(rhs), relation, Outcome.NOT_ENOUGH, row)
    holds = {
        Relation.EQUAL: lhs.value == total,
        Relation.AT_MOST: lhs.value <= total,
        Relation.AT_LEAST: lhs.value >= total,
    }[relation]
    return Check(key, lhs, tuple(rhs), relation, Outcome.HOLDS if holds else Outcome.BROKEN, row)


# The identities of one row: key, left column, right columns.
EQUATIONS = (
    ("received", "received_total", ("received_online", "received_direct", "carried_over")),
    ("resolved", "resolved_total", ("resolved_early", "resolved_on_time", "resolved_late")),
    ("processing", "processing_total", ("processing_in_time", "processing_overdue")),
    ("cross", "received_total", ("resolved_total", "processing_total")),
)


# A part that cannot be larger than its whole: key, part, and whole (extra figures or columns).
PARTS = (
    ("postal_in", "postal_in", ("received_direct",)),
    ("postal_out", "postal_out", ("resolved_total",)),
    ("apologies", "apologies", ("resolved_late", "processing_overdue")),
    ("procedures_postal", "procedures_postal", ("procedures_total",)),
    ("procedures_online", "procedures_online", ("procedures_online_service",)),
    ("paid_online", "paid_online", ("with_fee",)),
    ("digitised_in", "digitised_in", ("to_digitise",)),
    ("digitised_out", "digitised_out", ("resolved_with_document",)),
    ("reused", "reused", ("received_total",)),
)


def _term(name: str, figures: Figures, extras: Extras | None = None) -> Term:
    if name in COLUMN:
        return Term(COLUMN[name].words, getattr(figures, name), COLUMN[name].number)
    return Term(EXTRA_WORDS[name], getattr(extras, name))


def checks_of_row(figures: Figures, row: str = "") -> tuple[Check, ...]:
    """3 = 4 + 5 + 6, 7 = 8 + 9 + 10, 11 = 12 + 13 and 3 = 7 + 11 of one row."""
    return tuple(
        check(key, _term(left, figures), [_term(name, figures) for name in right], row=row)
        for key, left, right in EQUATIONS
    )


def checks_of_sums(total: Figures, lines: Sequence[Line]) -> tuple[Check, ...]:
    """The rows add up to the total row, column by column; rows without any figure do not count."""
    lines = [line for line in lines if not line.figures.empty]
    if not lines:
        return ()
    return tuple(
        check(
            f"{ROWS_PREFIX}{column.name}",
            Term(column.words, getattr(total, column.name), column.number),
            [Term(line.field, getattr(line.figures, column.name)) for line in lines],
        )
        for column in COLUMNS
    )


def checks_of_extras(figures: Figures, extras: Extras) -> tuple[Check, ...]:
    """The extra figures against each other and as parts of the form's columns (never added to them)."""
    postal = check(
        "postal",
        _term("postal_total", figures, extras),
        [_term("postal_in", figures, extras), _term("postal_out", figures, extras)],
    )
    parts = tuple(
        check(
            f"part.{key}",
            _term(part, figures, extras),
            [_term(name, figures, extras) for name in whole],
            Relation.AT_MOST,
        )
        for key, part, whole in PARTS
    )
    return (postal, *parts)


def checks(report: Report) -> tuple[Check, ...]:
    """Every identity of a report: the total row, each field, the sums, what surrounds the form."""
    total = report.total
    found = list(checks_of_row(total))
    found.append(
        check(
            "carried_over",
            _term("carried_over", total),
            [Term(sentence("đang giải quyết cuối kỳ trước"), report.previous_processing)],
        )
    )
    found.append(
        check(
            "late_ledger",
            Term(sentence("sổ theo dõi hồ sơ trễ hạn"), report.late_ledger),
            [_term(name, with_overdue(total)) for name in ("resolved_late", "processing_overdue")],
        )
    )
    found.extend(checks_of_sums(total, report.lines))
    for line in report.lines:
        if not line.figures.empty:
            found.extend(checks_of_row(line.figures, line.field))
    found.extend(checks_of_extras(total, replace(report.extras, apologies=report.apologies)))
    return tuple(found)


def broken(report: Report) -> tuple[Check, ...]:
    return tuple(one for one in checks(report) if one.broken)


NOT_ENOUGH_WORDS = sentence("không đủ số liệu")

NOT_REPORTED_WORDS = sentence("chưa báo cáo")

DIFFERENCE_WORD = sentence("lệch")

COLUMN_WORD = sentence("cột")

SUM_OF_ROWS_WORDS = sentence("tổng các dòng")


def _same(text: str) -> str:
    return text


def sentence_of(one: Check, number: Callable[[int], str] = str, say: Callable[[str], str] = _same) -> str:
    """The check in words: columns, figures and difference, as a sentence for the user.

    «Cột 3 ≠ 4 + 5 + 6: tổng tiếp nhận 10.363 ≠ trực tuyến 832 + … = 10.357, lệch 6.»
    ``number`` writes a count the Vietnamese way, ``say`` translates the words.
    """
    sign = _BROKEN_SIGN[one.relation] if one.broken else str(one.relation)
    body = f"{_shown(one.lhs, number, say)} {sign} {_right_side(one, number, say)}"
    if one.outcome is Outcome.NOT_ENOUGH:
        body += f" ({say(NOT_ENOUGH_WORDS)})"
    elif one.broken:
        body += f", {say(DIFFERENCE_WORD)} {number(abs(one.difference or 0))}"
    text = f"{_columns(one, sign, say)}{body}."
    text = text[0].upper() + text[1:]
    return f"{one.row}. {text}" if one.row else text


def _columns(one: Check, sign: str, say: Callable[[str], str]) -> str:
    """«cột 3 ≠ 4 + 5 + 6: », or nothing when the equation is not between columns of the form."""
    numbers = [str(term.column) for term in one.rhs if term.column is not None]
    if one.lhs.column is None:
        return ""
    if one.sums_rows:
        return f"{say(COLUMN_WORD)} {one.lhs.column}: "
    if len(numbers) < len(one.rhs):
        return ""
    return f"{say(COLUMN_WORD)} {one.lhs.column} {sign} {' + '.join(numbers)}: "


def _right_side(one: Check, number: Callable[[int], str], say: Callable[[str], str]) -> str:
    total = one.rhs_value
    if one.sums_rows:
        known = sum(term.value or 0 for term in one.rhs)
        return f"{say(SUM_OF_ROWS_WORDS)} {number(known)}"
    text = " + ".join(_shown(term, number, say) for term in one.rhs)
    return f"{text} = {number(total)}" if len(one.rhs) > 1 and total is not None else text


def _shown(term: Term, number: Callable[[int], str], say: Callable[[str], str]) -> str:
    value = say(NOT_REPORTED_WORDS) if term.value is None else number(term.value)
    return f"{say(term.words)} {value}"
