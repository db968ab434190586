"""Dossier statistics (số liệu hồ sơ TTHC, Biểu II.06): figures, the identities between them, rates.

Every figure is a whole number of dossiers or ``None``, which means «not reported» and is never read
as 0. A broken identity is a warning with both sides and the difference; it never blocks anything.
Sources: TT 01/2020/TT-VPCP (Biểu II.06); domain reference 4.4, 8.1–8.3.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from . import late_dossiers, snapshots
from .refusals import sentence

# Larger counts are typing slips; the bound also fits a 32-bit column.
MOST = 999_999_999


@dataclass(frozen=True, slots=True)
class Figures:
    """Columns 3–13 of one row of the form, in the order of the paper."""

    received_total: int | None = None
    received_online: int | None = None
    received_direct: int | None = None
    carried_over: int | None = None
    resolved_total: int | None = None
    resolved_early: int | None = None
    resolved_on_time: int | None = None
    resolved_late: int | None = None
    processing_total: int | None = None
    processing_in_time: int | None = None
    processing_overdue: int | None = None

    @property
    def empty(self) -> bool:
        return all(getattr(self, column.name) is None for column in COLUMNS)


@dataclass(frozen=True, slots=True)
class Extras:
    """Figures asked at inspections beside the form; none of them is ever added to its columns.

    Postal figures count «lượt»: one dossier may count in both. What came in by post is part of
    column 5 already, what went out by post is part of the resolved dossiers.
    """

    postal_total: int | None = None
    postal_in: int | None = None
    postal_out: int | None = None
    postal_target: int | None = None
    apologies: int | None = None
    online_service_received: int | None = None
    procedures_total: int | None = None
    procedures_postal: int | None = None
    procedures_online_service: int | None = None
    procedures_online: int | None = None
    with_fee: int | None = None
    paid_online: int | None = None
    to_digitise: int | None = None
    digitised_in: int | None = None
    resolved_with_document: int | None = None
    digitised_out: int | None = None
    reused: int | None = None


def extras_to_json(extras: Extras) -> dict[str, int]:
    """What was reported, by name; the rest is left out."""
    return {name: value for name, value in asdict(extras).items() if value is not None}


def extras_from_json(data: Mapping[str, Any]) -> Extras:
    """The reverse of :func:`extras_to_json`; names that are no extra figures are passed over."""
    return Extras(**{each.name: data.get(each.name) for each in fields(Extras)})


@dataclass(frozen=True, slots=True)
class Column:
    """One column of the form: its number, its heading on paper, its name inside a sentence."""

    number: int
    name: str
    heading: str
    words: str


COLUMNS = (
    Column(3, "received_total", sentence("Tổng số"), sentence("tổng tiếp nhận")),
    Column(4, "received_online", sentence("Trực tuyến"), sentence("trực tuyến")),
    Column(5, "received_direct", sentence("Trực tiếp, dịch vụ bưu chính"), sentence("trực tiếp")),
    Column(6, "carried_over", sentence("Từ kỳ trước"), sentence("kỳ trước")),
    Column(7, "resolved_total", sentence("Tổng số"), sentence("đã giải quyết")),
    Column(8, "resolved_early", sentence("Trước hạn"), sentence("trước hạn")),
    Column(9, "resolved_on_time", sentence("Đúng hạn"), sentence("đúng hạn")),
    Column(10, "resolved_late", sentence("Quá hạn"), sentence("giải quyết quá hạn")),
    Column(11, "processing_total", sentence("Tổng số"), sentence("đang giải quyết")),
    Column(12, "processing_in_time", sentence("Trong hạn"), sentence("đang giải quyết trong hạn")),
    Column(13, "processing_overdue", sentence("Quá hạn"), sentence("đang giải quyết quá hạn")),
)
COLUMN = {column.name: column for column in COLUMNS}

EXTRA_WORDS = {
    "postal_total": sentence("lượt hồ sơ qua bưu chính công ích"),
    "postal_in": sentence("tiếp nhận qua bưu chính"),
    "postal_out": sentence("trả kết quả qua bưu chính"),
    "postal_target": sentence("chỉ tiêu bưu chính được giao"),
    "apologies": sentence("hồ sơ quá hạn đã có văn bản xin lỗi"),
    "online_service_received": sentence("hồ sơ tiếp nhận của TTHC có DVC trực tuyến"),
    "procedures_total": sentence("tổng số TTHC"),
    "procedures_postal": sentence("TTHC thực hiện qua bưu chính"),
    "procedures_online_service": sentence("TTHC có DVC trực tuyến đã phát sinh hồ sơ"),
    "procedures_online": sentence("TTHC có phát sinh hồ sơ trực tuyến"),
    "with_fee": sentence("hồ sơ có nghĩa vụ tài chính"),
    "paid_online": sentence("hồ sơ thanh toán trực tuyến"),
    "to_digitise": sentence("hồ sơ tiếp nhận phải số hóa"),
    "digitised_in": sentence("hồ sơ đã số hóa thành phần"),
    "resolved_with_document": sentence("hồ sơ đã giải quyết có kết quả bằng văn bản"),
    "digitised_out": sentence("hồ sơ có kết quả điện tử"),
    "reused": sentence("hồ sơ có tái sử dụng dữ liệu"),
}

# Lĩnh vực TTHC a commune usually reports (domain reference 8.1); the rows a new form starts with.
COMMUNE_FIELDS = (
    "Hộ tịch",
    "Chứng thực",
    "Đất đai",
    "Xây dựng",
    "Hộ kinh doanh",
    "Bảo trợ xã hội",
    "Người có công",
    "Trẻ em",
    "Giáo dục",
    "Y tế",
    "Nông nghiệp – môi trường",
    "Văn hóa",
    "Thi đua – khen thưởng",
    "Tín ngưỡng – tôn giáo",
    "Tiếp công dân",
)


class OnlinePractice(StrEnum):
    """Three ways in use to count the online rate; a report says which it follows."""

    RECEIVED_IN_PERIOD = "cot_4_5"
    ALL = "cot_3"
    ONLINE_SERVICE = "dvctt"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the form: a field (lĩnh vực TTHC) and its figures."""

    field: str
    figures: Figures


@dataclass(frozen=True)
class Report:
    """One filled form with all that is compared with it.

    ``total`` is the total row as reported. ``system``: the same row in the one-stop system.
    ``previous_processing``: column 11 of the period before. ``late_ledger``: entries in the ledger
    of late dossiers. ``ledger``: what these entries say, where there are any; they win over what was typed.
    """

    total: Figures
    lines: tuple[Line, ...] = ()
    extras: Extras = field(default_factory=Extras)
    system: Figures | None = None
    online_practice: OnlinePractice | None = None
    previous_processing: int | None = None
    late_ledger: int | None = None
    ledger: late_dossiers.LateCounts | None = snapshots.later(None)  # noqa: RUF009 – a field

    @property
    def apologies(self) -> int | None:
        return self.extras.apologies if self.ledger is None else self.ledger.apologised

    @property
    def late(self) -> int | None:
        """Dossiers that ran late, columns 10 + 13; ``None`` while one of them is not known."""
        late, overdue = self.total.resolved_late, _with_overdue(self.total).processing_overdue
        return None if late is None or overdue is None else late + overdue


def _with_overdue(total: Figures) -> Figures:
    """Where nothing is being processed, nothing of it is overdue, reported or not."""
    return replace(total, processing_overdue=0) if total.processing_total == 0 else total


def total_of(rows: Iterable[Figures]) -> Figures:
    """The total row: each column adds up what was reported; ``None`` where no row reports it."""
    rows = tuple(rows)
    sums: dict[str, int | None] = {}
    for column in COLUMNS:
        known = [value for row in rows if (value := getattr(row, column.name)) is not None]
        sums[column.name] = sum(known) if known else None
    return Figures(**sums)


# --- identities -------------------------------------------------------------------------------


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
            [_term(name, _with_overdue(total)) for name in ("resolved_late", "processing_overdue")],
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
