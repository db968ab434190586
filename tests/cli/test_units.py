"""``flask units load-vietnam`` with the official list."""

from __future__ import annotations

from sqlalchemy import func, select

from app.db import db
from app.domain.units import UnitKind
from app.models import Unit
from app.queries.units import UnitFilter, find_units
from app.vietnamese import fold


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["units", "load-vietnam", *arguments])


def kinds():
    db.session.commit()
    rows = db.session.execute(select(Unit.kind, func.count()).group_by(Unit.kind)).all()
    return dict(tuple(row) for row in rows)


def test_the_whole_country_is_loaded_once(app):
    first = run(app)
    assert first.exit_code == 0
    assert "34 tỉnh, thành phố và 3.321 xã, phường, đặc khu: thêm 3.355, đã có 0." in first.output
    found = kinds()
    assert found[UnitKind.TINH] + found[UnitKind.THANH_PHO_TW] == 34
    assert (found[UnitKind.XA], found[UnitKind.PHUONG], found[UnitKind.DAC_KHU]) == (2621, 687, 13)

    assert "thêm 0, đã có 3.355" in run(app).output
    assert kinds() == found

    def search(text):
        return [row.name for row in find_units(UnitFilter(words=fold(text))).rows]

    assert search("da nang")[0] == "Thành phố Đà Nẵng"
    assert search("Ngô Quyền hải phòng") == ["Phường Ngô Quyền"]
    assert search("31")[0] == "Thành phố Hải Phòng"
    assert search("m'drak") == search("M’Drắk") == ["Xã M’Drắk"]
    assert search("an giang")[0] == "Tỉnh An Giang"
    assert not any("  " in name for name in db.session.scalars(select(Unit.name)))


def test_one_province_is_loaded_with_its_communes(app):
    assert run(app, "--province", "31").exit_code == 0
    assert sum(kinds().values()) == 115


def test_a_province_there_is_not_is_refused(app):
    for code in ("99", "Hải Phòng", "３１"):
        refused = run(app, "--province", code)
        assert refused.exit_code == 1
        assert code in refused.output
    assert kinds() == {}
