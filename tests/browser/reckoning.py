"""The checklist workbook read and scored with none of the app's code: what the pages are measured against."""

from __future__ import annotations

import re
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from openpyxl import load_workbook

from tests.server import ROOT

WORKBOOK = ROOT / "app" / "documents" / "default" / "cap-xa-2026.xlsx"
_LEVEL = re.compile(r"(.+?) = (\d+(?:,\d+)?)(?:;\s*|$)")


@dataclass(frozen=True)
class Leaf:
    """One criterion (TCTP) as its row of the workbook says it."""

    code: str
    max_points: Fraction
    kind: str
    row: dict[str, Any]

    @property
    def area(self) -> str:
        return self.code.split(".")[0]

    @property
    def may_be_na(self) -> bool:
        return self.row["Cho phép không áp dụng (x)"] == "x"

    def yes_no(self, yes: bool) -> Fraction:
        return self.max_points if yes else Fraction(0)

    @property
    def levels(self) -> list[Fraction]:
        return [_number(points) for _label, points in _LEVEL.findall(self.row["Các mức"])]

    def penalty(self, faults: int) -> Fraction:
        return max(Fraction(0), _hundredths(self.max_points - _number(self.row["Trừ mỗi lỗi"]) * faults))

    def ratio(self, n: int, d: int) -> Fraction | None:
        """``None``: a zero denominator takes the criterion out of the scale."""
        if d == 0:
            return {"khong_ap_dung": None, "toi_da": self.max_points, "khong_diem": Fraction(0)}[
                self.row["Mẫu số bằng 0"]
            ]
        share, full = Fraction(100 * n, d), _number(self.row["Đạt tối đa từ (%)"])
        if share >= full:
            return self.max_points
        if share < _number(self.row["0 điểm dưới (%)"]):
            return Fraction(0)
        scale = {"theo_100": Fraction(100), "theo_chi_tieu": full}[self.row["Cách tính ở giữa"]]
        return _hundredths(self.max_points * share / scale)


def leaves() -> list[Leaf]:
    header, *lines = load_workbook(WORKBOOK)["Tiêu chí"].iter_rows(values_only=True)
    found = []
    for line in lines:
        row = dict(zip(header, line, strict=True))
        if row["Cấp"] == "TCTP":
            found.append(Leaf(row["Mã"], _number(row["Điểm tối đa"]), row["Cách chấm"], row))
    return found


def written(points: Fraction) -> str:
    """2.5 → «2,5», 4 → «4», as the page prints points."""
    text = f"{float(points):.2f}".rstrip("0").rstrip(".")
    return text.replace(".", ",")


def _number(value: Any) -> Fraction:
    return Fraction(str(value).replace(",", "."))


def _hundredths(points: Fraction) -> Fraction:
    """Half up at the second decimal."""
    return Fraction(floor(points * 100 + Fraction(1, 2)), 100)
