"""``flask minutes export`` and ``flask minutes verify``."""

from __future__ import annotations

from openpyxl import load_workbook

from app.domain.access import Role
from app.domain.inspections import State
from app.domain.minutes import Minutes
from app.queries.minutes import minutes_card
from app.services.minutes import sign_minutes
from tests import make


def run(app, *arguments):
    return app.test_cli_runner().invoke(args=["minutes", *map(str, arguments)])


def test_export_writes_a_workbook_or_json(app, tmp_path):
    inspection = make.inspection()
    for name in ("bb.xlsx", "bb.json"):
        result = run(app, "export", inspection.id, "--to", tmp_path / name)
        assert result.exit_code == 0, result.output
    assert load_workbook(tmp_path / "bb.xlsx").sheetnames[0] == "Biên bản"
    minutes = Minutes.from_json((tmp_path / "bb.json").read_text())
    assert minutes == minutes_card(inspection.id).minutes


def test_export_refuses_with_a_sentence(app, tmp_path):
    inspection = make.inspection()
    for arguments, words in (
        ((inspection.id, "--to", tmp_path / "bb.pdf"), ".xlsx hoặc .json"),
        ((99999, "--to", tmp_path / "bb.json"), "Không có cuộc kiểm tra số 99999"),
        ((inspection.id, "--to", tmp_path / "khong" / "bb.json"), "Không ghi được"),
    ):
        result = run(app, "export", *arguments)
        assert result.exit_code == 1
        assert words in result.output


def test_verify_knows_signed_minutes_from_others(app, tmp_path):
    inspection = make.inspection(state=State.CHO_KY_BIEN_BAN)
    make.minutes(inspection)
    file = tmp_path / "bb.json"
    run(app, "export", inspection.id, "--to", file)
    assert run(app, "verify", file).exit_code == 1
    seal = minutes_card(inspection.id).minutes.sha256
    sign_minutes(inspection.id, seal, Role.HEAD, make.user(Role.HEAD).id, make.NOW)
    result = run(app, "verify", file)
    assert result.exit_code == 0, result.output
    file.write_text(file.read_text().replace("Cầu Tre", "Cầu Tro"))
    assert run(app, "verify", file).exit_code == 1
    file.write_text("không phải")
    assert "không phải là biên bản" in run(app, "verify", file).output
