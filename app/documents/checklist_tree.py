"""The rows of «Tiêu chí» put together: codes, ranks, who belongs to whom, and whether points add up."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from app.domain.checklists import (
    FIGURE_KEYS,
    Area,
    AreaKind,
    Criterion,
    CriterionGroup,
    Rule,
)
from app.vietnamese import count

from .checklist_columns import ALL_PARAMETERS, OF_CRITERIA, RANKS, Col, Rank
from .checklist_lines import Line, in_words, short, shown, shown_points, sure, trimmed
from .checklist_rules import read_rule
from .workbooks import Kind, Raw

MOST_TEXT = 2_000
_CODE = re.compile(r"[1-9][0-9]{0,3}(\.[1-9][0-9]{0,3}){0,2}")
_NAMES = {Rank.AREA: "lĩnh vực", Rank.GROUP: "tiêu chí", Rank.CRITERION: "tiêu chí thành phần"}


@dataclass
class Node:
    """One row while the tree grows. ``unsure``: a child may be missing, so sums prove nothing."""

    line: Line
    rank: Rank
    code: str | None
    text: str
    points: int | None
    in_charge: str
    may_be_na: bool = False
    rule: Rule | None = None
    details: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)
    unsure: bool = False
    # What the children add up to, where it differs from the row's own points and was reported.
    sum_instead: int | None = None

    def criteria(self) -> Iterator[Node]:
        """The criteria below, or the row itself if it is one."""
        if self.rank is Rank.CRITERION:
            yield self
        for child in self.children:
            yield from child.criteria()


class Tree:
    """Grows line by line; every fault goes to the lines' notebook."""

    def __init__(self) -> None:
        self.areas: list[Node] = []
        self.unsure = False
        self._area: Node | None = None
        self._group: Node | None = None
        self._codes: dict[str, Line] = {}
        # After a row of unknown rank nobody knows what the next rows belong to.
        self._lost = False

    def add(self, line: Line) -> None:
        code = self._read_code(line)
        rank = line.one_of(Col.RANK, Rank, "thiếu cấp (LV, TC hoặc TCTP).", "cấp «%s» không có.")
        by_code = RANKS[code.count(".")] if code else None
        twisted = False
        if code and rank and rank is not by_code:
            twisted = True
            line.fault(Col.CODE, f"mã «{code}» không đúng dạng của cấp {rank} (ví dụ {_example(rank)}).")
            rank = by_code if self._fits(line, code, by_code) else rank
        rank = rank or by_code
        if code:
            # A second row with the same code: one of the two is wrong, so nothing is said of its children.
            code = code if self._codes.setdefault(code, line) is line and not twisted else None
        node = self._read_node(line, rank, code, with_rule=not twisted)
        self._place(node, rank)

    def _read_code(self, line: Line) -> str | None:
        """The code as far as it can be used; its own faults are noted."""
        match line.raw(Col.CODE):
            case None:
                line.fault(Col.CODE, "thiếu mã.")
                return None
            case Raw(Kind.FORMULA | Kind.ERROR):
                return None
            case Raw(Kind.NUMBER, Decimal() as value) if value.is_finite() and value % 1 == 0:
                code = shown(value)
            case Raw(Kind.NUMBER, Decimal() as value):
                why = "hãy định dạng ô là Text (1.1 và 1.10 dạng số không phân biệt được)."
                line.fault(Col.CODE, f"mã {shown(value)} lưu dạng số; {why}")
                return None
            case Raw(Kind.TEXT) as raw:
                code = trimmed(raw)
            case raw:
                code = in_words(raw)
        if not _CODE.fullmatch(code):
            line.fault(Col.CODE, f"mã «{short(code)}» không đúng dạng (1, 1.1 hoặc 1.1.1).")
            return None
        if code in self._codes:
            line.fault(Col.CODE, f"mã «{code}» trùng với ô {self._codes[code].place(Col.CODE)}.")
        return code

    def _fits(self, line: Line, code: str, by_code: Rank | None) -> bool:
        """Whether the code is right and the rank wrong: only criteria have a rule, only known codes children."""
        parent = code.rpartition(".")[0]
        has_place = code not in self._codes and (not parent or parent in self._codes)
        return has_place and line.filled(Col.RULE) is (by_code is Rank.CRITERION)

    def _read_node(self, line: Line, rank: Rank | None, code: str | None, with_rule: bool) -> Node:
        text = line.text(Col.TEXT, missing="thiếu nội dung.") or ""
        if len(text) > MOST_TEXT:
            line.fault(Col.TEXT, f"nội dung dài {count(len(text))} ký tự, quá {count(MOST_TEXT)}.")
        points = line.points(Col.POINTS, "thiếu điểm tối đa.", "điểm tối đa phải lớn hơn 0.")
        in_charge = line.text(Col.IN_CHARGE) or ""
        node = Node(line, rank or Rank.CRITERION, code, text, points, in_charge)
        if not with_rule or rank is None:
            return node
        node.may_be_na = _may_be_na(line, rank)
        if rank is Rank.CRITERION:
            node.rule = read_rule(line, points)
            node.details = {column: line.text(column) or "" for column in OF_CRITERIA}
            figure = node.details[Col.FIGURE]
            if figure and figure not in FIGURE_KEYS:
                line.fault(Col.FIGURE, f"số liệu «{short(figure)}» không có.")
        else:
            for column in (Col.RULE, *ALL_PARAMETERS, *OF_CRITERIA):
                if line.filled(column):
                    line.fault(column, f"«{column}» chỉ ghi cho cấp TCTP; dòng cấp {rank} để trống.")
        return node

    def _place(self, node: Node, rank: Rank | None) -> None:
        match rank:
            case Rank.AREA:
                self.areas.append(node)
                self._area, self._group, self._lost = node, None, False
            case Rank.GROUP:
                self._attach(node, self._area, Rank.AREA)
                self._group = node
            case Rank.CRITERION:
                self._attach(node, self._group, Rank.GROUP)
            case None:
                self._lost = self.unsure = True
                for parent in (self._area, self._group):
                    if parent:
                        parent.unsure = True

    def _attach(self, node: Node, parent: Node | None, parents_rank: Rank) -> None:
        if parent:
            parent.children.append(node)
        if self._lost:
            return
        if parent is None:
            named = f" «{node.code}»" if node.code else ""
            node.line.fault(
                Col.CODE, f"{_NAMES[node.rank]}{named} không nằm dưới {_NAMES[parents_rank]} nào."
            )
            self.unsure = True
            if self._area:
                self._area.unsure = True
        elif node.code and parent.code and node.code.rpartition(".")[0] != parent.code:
            node.line.fault(Col.CODE, f"mã «{node.code}» không thuộc {_NAMES[parents_rank]} «{parent.code}».")
            # Its children are not measured against a code that is wrong itself.
            node.code = None

    def check_families(self) -> None:
        """No area or group without children; points of the children add up to the parent's."""
        for area in self.areas:
            for group in area.children:
                _check_family(group)
            _check_family(area)

    def sums(self) -> tuple[int, ...] | None:
        """What the whole may be; see :func:`_sums`. Nothing if a row is in doubt."""
        if self.unsure or any(area.points is None for area in self.areas):
            return None
        return _sums(self.areas)

    def built(self) -> tuple[Area, ...]:
        """The areas as domain values; only for a tree without faults."""
        return tuple(_area(node) for node in self.areas)


def _example(rank: Rank) -> str:
    return ".".join("1" * (RANKS.index(rank) + 1))


def _may_be_na(line: Line, rank: Rank) -> bool:
    raw = line.raw(Col.MAY_BE_NA)
    if raw is None or not line.filled(Col.MAY_BE_NA):
        return False
    if rank is Rank.GROUP:
        line.fault(Col.MAY_BE_NA, "dòng cấp TC không dùng cột này; hãy để trống.")
    elif raw.kind is not Kind.TEXT or trimmed(raw) not in ("x", "X"):
        line.fault(Col.MAY_BE_NA, "chỉ ghi x hoặc để trống.")
    return True


def _check_family(parent: Node) -> None:
    if parent.unsure:
        return
    if not parent.children:
        named = f" «{parent.code}»" if parent.code else ""
        child = "tiêu chí" if parent.rank is Rank.AREA else "tiêu chí thành phần"
        parent.line.fault(Col.CODE, f"{_NAMES[parent.rank]}{named} không có {child} nào.")
        return
    if parent.points is None or any(child.points is None for child in parent.children):
        return
    sums = _sums(parent.children)
    if parent.points not in sums:
        parent.sum_instead = sums[0]
        own, total = shown_points(parent.points), shown_points(sums[0])
        parent.line.fault(Col.POINTS, f"{own} khác tổng các dòng con ({total}).")


def _sums(nodes: list[Node]) -> tuple[int, ...]:
    """What a parent may hold: the sum of its children, or what it becomes once their own faults are mended.

    A wrong group is told at the group alone, not at its area and at the whole again.
    """
    of_children = sum(node.points or 0 for node in nodes)
    mended = sum((node.points or 0) if node.sum_instead is None else node.sum_instead for node in nodes)
    of_criteria = sum(leaf.points or 0 for node in nodes for leaf in node.criteria())
    return of_children, mended, of_criteria


def _area(node: Node) -> Area:
    return Area(
        code=sure(node.code),
        name=node.text,
        max_points=sure(node.points),
        groups=tuple(_group(child) for child in node.children),
        kind=_kind(node.text),
        may_be_na=node.may_be_na,
        in_charge=node.in_charge,
    )


def _kind(name: str) -> AreaKind:
    """Direction and steering, impact on people, or an area of reform (domain reference, section 3.1)."""
    folded = name.casefold()
    if "chỉ đạo" in folded:
        return AreaKind.LEADERSHIP
    if "tác động" in folded or "hài lòng" in folded:
        return AreaKind.IMPACT
    return AreaKind.REFORM


def _group(node: Node) -> CriterionGroup:
    criteria = tuple(_criteria(node.children))
    return CriterionGroup(sure(node.code), node.text, sure(node.points), criteria, node.in_charge)


def _criteria(nodes: list[Node]) -> Iterator[Criterion]:
    for node in nodes:
        if node.rule is None:
            raise AssertionError("a workbook with faults was built")
        yield Criterion(
            code=sure(node.code),
            text=node.text,
            max_points=sure(node.points),
            rule=node.rule,
            may_be_na=node.may_be_na,
            evidence=node.details[Col.EVIDENCE],
            legal_basis=node.details[Col.LEGAL_BASIS],
            figure=node.details[Col.FIGURE],
            in_charge=node.in_charge,
        )
