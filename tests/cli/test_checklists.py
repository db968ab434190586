"""``flask checklists import`` and ``flask checklists export``."""

import pytest

from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.queries.checklists import forget_checklists, version_cards
from tests.documents.workbook_edits import edited, put, put_info

GOOD = str(DEFAULT_WORKBOOK)


@pytest.fixture
def run(app):
    forget_checklists()
    yield lambda *words: app.test_cli_runner().invoke(args=["checklists", *map(str, words)])
    forget_checklists()


def test_import_stores_a_draft_or_a_published_version_and_tells_its_code(run):
    result = run("import", GOOD, "--publish")
    assert result.exit_code == 0, result.output
    assert "7 lĩnh vực, 35 tiêu chí, 77 tiêu chí thành phần, 100 điểm" in result.output
    assert "Mã: cap-xa-2026@2026.1" in result.output
    (card,) = version_cards(drafts=False)
    assert card.criteria == 77


def test_dry_run_stores_nothing(run):
    result = run("import", GOOD, "--dry-run")
    assert result.exit_code == 0
    assert "chưa lưu" in result.output
    assert version_cards(drafts=True) == []


def test_every_fault_is_one_line_and_the_exit_status_is_1(run, tmp_path):
    path = tmp_path / "sai.xlsx"
    path.write_bytes(edited(put("D12", "1,5"), put_info("B3", "phuong"), put("C4", None)))
    for words in ((), ("--dry-run",), ("--publish",)):
        result = run("import", path, *words)
        assert result.exit_code == 1
        assert result.stdout.splitlines() == [
            "Thông tin!B3: cấp đơn vị «phuong» không có; dùng xa, so hoặc huyen.",
            "Tiêu chí!C4: thiếu nội dung.",
            "Tiêu chí!D12: «1,5» là chữ, không phải số.",
        ]
    assert version_cards(drafts=True) == []


def test_a_stored_version_is_refused_also_by_a_dry_run(run):
    run("import", GOOD)
    for words in ((), ("--dry-run",)):
        result = run("import", GOOD, *words)
        assert result.exit_code == 1
        assert "phiên bản 2026.1 đã có; hãy đặt phiên bản mới." in result.stdout
        assert len(result.stdout.splitlines()) == 1


def test_a_file_that_is_missing_or_no_workbook_is_refused(run, tmp_path):
    assert run("import", tmp_path / "khong-co.xlsx").exit_code == 2
    path = tmp_path / "a.xlsx"
    path.write_text("<html>")
    result = run("import", path)
    assert (result.exit_code, result.stdout) == (1, "Tệp không phải là sổ Excel .xlsx.\n")


def test_export_gives_a_workbook_that_imports_to_the_same(run, tmp_path):
    run("import", GOOD, "--publish")
    for code in ("cap-xa-2026", "cap-xa-2026@2026.1"):
        path = tmp_path / f"{code}.xlsx"
        assert run("export", code, "--to", path).exit_code == 0
        assert read_checklist(path.read_bytes()) == read_checklist(DEFAULT_WORKBOOK.read_bytes())


def test_export_of_an_unknown_code_or_into_an_unknown_folder_is_refused(run, tmp_path):
    run("import", GOOD)
    result = run("export", "so-nganh", "--to", tmp_path / "a.xlsx")
    assert result.exit_code == 1
    assert "Không có bộ tiêu chí mã «so-nganh». Các mã: cap-xa-2026@2026.1." in result.output
    result = run("export", "cap-xa-2026", "--to", tmp_path / "none" / "a.xlsx")
    assert result.exit_code == 1
    assert "Không ghi được" in result.output


def test_ignored_sheets_are_told_but_refuse_nothing(run, tmp_path):
    path = tmp_path / "Bộ Cầu Tre.xlsx"
    path.write_bytes(edited(lambda book: book.create_sheet("Nháp")))
    result = run("import", path)
    assert result.exit_code == 0
    assert "Đã bỏ qua sheet «Nháp»." in result.stderr
    assert "Mã: bo-cau-tre@2026.1" in result.stdout
