"""LibreOffice opens the minutes, recalculates them to the same values and prints them."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest
from openpyxl import load_workbook

from app.documents.minutes_xlsx import write_minutes
from tests.examples import full_minutes

MINUTES = full_minutes()


def convert(file: Path, kind: str, folder: Path) -> Path:
    """The file as LibreOffice makes it; it must be there: nobody may skip looking at paper."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    assert office, "LibreOffice is missing: apt-get install libreoffice-calc"
    out = folder / kind.split(":")[0]
    out.mkdir()
    command = [office, f"-env:UserInstallation={(folder / 'profile').as_uri()}", "--headless"]
    subprocess.run(
        [*command, "--convert-to", kind, "--outdir", str(out), str(file)],
        check=True,
        capture_output=True,
        timeout=120,
    )
    (made,) = out.iterdir()
    return made


def without_values(workbook: bytes) -> bytes:
    """The workbook without the values beside its formulas, so that they must be computed."""
    out = io.BytesIO()
    with ZipFile(io.BytesIO(workbook)) as old, ZipFile(out, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            if name.startswith("xl/worksheets/"):
                data = re.sub(rb"(</f>)<v>[^<]*</v>", rb"\1<v></v>", data)
            new.writestr(name, data)
    return out.getvalue()


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("office")


def test_recalculated_sums_equal_the_minutes(folder):
    data = write_minutes(MINUTES)
    bare = folder / "bare.xlsx"
    bare.write_bytes(without_values(data))
    again = load_workbook(convert(bare, "xlsx", folder), data_only=True)
    ours, formulas = load_workbook(io.BytesIO(data), data_only=True), load_workbook(io.BytesIO(data))
    compared = 0
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    compared += 1
                    expected = ours[sheet.title][cell.coordinate].value
                    assert again[sheet.title][cell.coordinate].value == pytest.approx(expected, abs=1e-9), (
                        sheet.title,
                        cell.coordinate,
                    )
    assert compared > 200


def test_it_prints_without_a_stray_page_and_the_signatures_stay_together(folder):
    """Bigger findings move the block: it must stay in one piece wherever it falls."""
    assert shutil.which("pdftotext"), "pdftotext is missing: apt-get install poppler-utils"
    for extra in (0, 9):
        minutes = replace(MINUTES, findings=MINUTES.findings + MINUTES.findings[-1:] * extra)
        file = folder / f"minutes{extra}.xlsx"
        file.write_bytes(write_minutes(minutes))
        place = folder / f"pdf{extra}"
        place.mkdir()
        (place / "profile").mkdir()
        made = convert(file, "pdf", place)
        text = subprocess.run(
            ["pdftotext", "-layout", str(made), "-"], check=True, capture_output=True
        ).stdout.decode()
        pages = text.split("\f")[:-1]
        assert all(len(page.split()) > 12 for page in pages)
        assert "###" not in text
        (last,) = [page for page in pages if "TRƯỞNG ĐOÀN" in page and "ĐẠI DIỆN ĐƠN VỊ" in page]
        assert "Biên bản kết thúc" in last
        assert "ký, ghi rõ họ tên" in last.lower()
