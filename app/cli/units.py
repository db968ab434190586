"""``flask units load-vietnam``: the official list of provinces and communes."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import UTC, date, datetime
from typing import Any

import click
import vietnam_provinces
from flask.cli import AppGroup

from ..domain.units import NewUnit, UnitKind, Validity
from ..services.units import load_units
from ..vietnamese import count, nfc

group = AppGroup("units", help="Đơn vị hành chính.")

# QĐ 19/2025/QĐ-TTg: the list of 34 provinces and 3,321 communes is in force from this day.
IN_FORCE_SINCE = date(2025, 7, 1)

_KINDS = {
    "tỉnh": UnitKind.TINH,
    "thành phố trung ương": UnitKind.THANH_PHO_TW,
    "xã": UnitKind.XA,
    "phường": UnitKind.PHUONG,
    "đặc khu": UnitKind.DAC_KHU,
}


def official_units(province_code: str | None = None) -> list[tuple[NewUnit, Sequence[NewUnit]]]:
    """Provinces with their communes from the package; all, or the one with this two-digit code."""
    divisions = json.loads(vietnam_provinces.NESTED_DIVISIONS_JSON_PATH.read_text(encoding="utf-8"))
    return [
        (_unit(division, 2), [_unit(commune, 5) for commune in division["wards"]])
        for division in divisions
        if province_code is None or division["code"] == int(province_code)
    ]


def _unit(division: dict[str, Any], digits: int) -> NewUnit:
    # Some names of the package have two blanks in a row.
    name = " ".join(nfc(division["name"]).split())
    kind = _KINDS[nfc(division["division_type"])]
    if kind is UnitKind.TINH and not name.startswith("Tỉnh "):
        name = f"Tỉnh {name}"  # every other unit's name begins with its kind
    return NewUnit(name, kind, Validity(IN_FORCE_SINCE), code=f"{division['code']:0{digits}}")


@group.command("load-vietnam")
@click.option("--province", "province_code", metavar="MÃ", help="Chỉ một tỉnh, thành phố, ví dụ 31.")
def load_vietnam(province_code: str | None) -> None:
    """Nạp danh mục tỉnh, xã hiện hành; chạy lại không thay đổi gì."""
    if province_code is not None and not (province_code.isascii() and province_code.isdecimal()):
        raise click.ClickException(f"Mã tỉnh gồm hai chữ số, không phải «{province_code}».")
    provinces = official_units(province_code)
    if not provinces:
        raise click.ClickException(f"Không có tỉnh, thành phố mã «{province_code}».")
    loaded = load_units(provinces, datetime.now(UTC))
    communes = sum(len(below) for _, below in provinces)
    click.echo(
        f"{count(len(provinces))} tỉnh, thành phố và {count(communes)} xã, phường, đặc khu: "
        f"thêm {count(loaded.added)}, đã có {count(loaded.known)}."
    )
