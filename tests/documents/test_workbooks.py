"""Files that are no workbook, or are made to do harm: refused with one sentence, quickly, in little memory."""

import os
import resource
import struct
import threading
import time
import zipfile
from io import BytesIO

import pytest
from openpyxl import Workbook

from app.documents import workbooks
from app.documents.faults import Faults
from app.documents.workbooks import DAMAGED, EMPTY, NO_WORKBOOK, OLD_OR_LOCKED, TOO_LARGE, read_book

from .workbook_edits import GOOD, repacked, saved, with_sheet_xml

TITLES = ("Thông tin", "Tiêu chí")
SHEET = "xl/worksheets/sheet2.xml"
HEAD = '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
TAIL = "</sheetData></worksheet>"


def sentence_of(data):
    with pytest.raises(Faults) as caught:
        read_book(data, TITLES, 3002)
    assert len(caught.value.faults) == 1
    return str(caught.value)


def zip_of(*members):
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return file.getvalue()


def with_sheet(xml):
    return repacked(lambda name, content: xml if name == SHEET else content)


def test_1_an_empty_file():
    assert sentence_of(b"") == EMPTY


@pytest.mark.parametrize(
    "data", [b"<html></html>", b"a,b,c\n1,2,3", b"%PDF-1.7", "chữ".encode(), b"\x00" * 100]
)
def test_2_what_is_no_zip_container(data):
    assert sentence_of(data) == NO_WORKBOOK


def test_3_a_password_or_the_old_format():
    assert sentence_of(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600) == OLD_OR_LOCKED


@pytest.mark.parametrize(
    "data",
    [
        zip_of(("a.txt", "chữ")),
        zip_of(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")),
        GOOD[: len(GOOD) // 2],
        GOOD[:-30],
        GOOD[:500] + b"\xff" * 50 + GOOD[550:],
        b"PK\x03\x04",
        b"PK\x05\x06" + b"\x00" * 18,
        repacked(lambda name, content: None if name == "xl/workbook.xml" else content),
        repacked(lambda name, content: b"<not xml" if name == SHEET else content),
        repacked(lambda name, content: content, [("xl/vbaProject.bin", b"macro")]),
        repacked(
            lambda name, content: (
                content.replace(b"spreadsheetml.sheet.main", b"macroEnabled.main")
                if name == "[Content_Types].xml"
                else content
            )
        ),
        repacked(lambda name, content: content, [("../evil.xml", b"")]),
    ],
    ids=[
        "text",
        "docx",
        "half",
        "tail",
        "middle",
        "head",
        "empty",
        "no-workbook",
        "no-xml",
        "vba",
        "macro-type",
        "path",
    ],
)
def test_4_a_damaged_file_another_document_or_macros(data):
    assert sentence_of(data) == DAMAGED


def test_4_a_member_named_twice():
    with pytest.warns(UserWarning, match="Duplicate name"):
        data = repacked(lambda name, content: content, [(SHEET, b"<x/>")])
    assert sentence_of(data) == DAMAGED


def test_5_files_that_are_too_large_packed_or_unpacked():
    assert sentence_of(b"PK" + b"\x00" * 5 * 2**20) == TOO_LARGE
    big = with_sheet(HEAD + "<row/>" * 4_000_000 + TAIL)
    assert "quá lớn" in sentence_of(big)
    assert "quá lớn" in sentence_of(
        repacked(lambda name, content: content, [("xl/media/a.bin", b"0" * 8_000_000)])
    )
    many = repacked(lambda name, content: content, [(f"xl/media/{n}.bin", b"") for n in range(100)])
    assert "quá nhiều phần" in sentence_of(many)


def test_a_size_that_the_archive_states_wrongly_helps_nobody():
    data = bytearray(with_sheet(HEAD + "<row/>" * 4_000_000 + TAIL))
    place = data.index(struct.pack("<I", len(HEAD + TAIL) + 6 * 4_000_000), data.index(b"PK\x01\x02"))
    data[place : place + 4] = struct.pack("<I", 1000)
    assert sentence_of(bytes(data)) == DAMAGED


def entities(depth):
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, depth))
    return (
        f'<!DOCTYPE x [<!ENTITY e0 "chữ">{lines}]>'
        + HEAD
        + f"<row><c t='str'><v>&e{depth - 1};</v></c></row>"
        + TAIL
    )


def repeated_string():
    """One shared string of a million letters, shown by thirty thousand cells."""
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>'
        + "ạ" * 300_000
        + "</t></si></sst>"
    )
    rows = "".join(f'<row r="{n}">' + '<c t="s"><v>0</v></c>' * 19 + "</row>" for n in range(1, 1500))
    types = "application/vnd.openxmlformats-officedocument.spreadsheetml.sharedStrings+xml"
    relation = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/sharedStrings"

    def change(name, content):
        if name == SHEET:
            return (HEAD + rows + TAIL).encode()
        if name == "[Content_Types].xml":
            override = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{types}"/></Types>'
            return content.replace(b"</Types>", override.encode())
        if name == "xl/_rels/workbook.xml.rels":
            new = f'<Relationship Id="rId99" Type="{relation}" Target="sharedStrings.xml"/></Relationships>'
            return content.replace(b"</Relationships>", new.encode())
        return content

    return repacked(change, [("xl/sharedStrings.xml", strings.encode())])


BOMBS = {
    "entities": lambda: with_sheet(entities(10)),
    "outside file": lambda: with_sheet(
        '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
        + HEAD
        + "<row><c t='str'><v>&a;</v></c></row>"
        + TAIL
    ),
    "row number": lambda: with_sheet(HEAD + '<row r="99999999999999"><c><v>1</v></c></row>' + TAIL),
    "column": lambda: with_sheet(HEAD + '<row r="1"><c r="ZZZZZZZ1"><v>1</v></c></row>' + TAIL),
    "wide rows": lambda: with_sheet(
        HEAD + "".join(f'<row r="{n}"><c r="XFD{n}"/></row>' for n in range(1, 250_000)) + TAIL
    ),
    "deep": lambda: with_sheet("<a>" * 1_000_000),
    "digits": lambda: with_sheet(HEAD + f'<row r="1"><c r="A1"><v>{"9" * 1_000_000}</v></c></row>' + TAIL),
    "shared formula": lambda: with_sheet(
        HEAD
        + '<row r="1"><c r="A1"><f t="shared" si="0">A1</f></c>'
        + '<c r="B1"><f t="shared" si="0"/></c></row>'
        + TAIL
    ),
    "string index": lambda: with_sheet(HEAD + '<row r="1"><c r="A1" t="s"><v>7</v></c></row>' + TAIL),
    "repeated string": repeated_string,
    "styles": lambda: repacked(
        lambda name, content: (
            content.replace(b"</cellXfs>", b'<xf numFmtId="0"/>' * 250_000 + b"</cellXfs>")
            if name == "xl/styles.xml"
            else content
        )
    ),
    "merged": lambda: with_sheet(
        HEAD + "</sheetData><mergeCells><mergeCell ref='A1:XFD1048576'/></mergeCells></worksheet>"
    ),
}


@pytest.mark.parametrize("name", BOMBS)
def test_hostile_workbooks_are_answered_within_20_seconds_and_300_megabytes_here(name):
    data = BOMBS[name]()
    before, begun = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.monotonic()
    try:
        read_book(data, TITLES, 3002)
    except Faults as refusal:
        assert len(refusal.faults) == 1
    assert time.monotonic() - begun < 20
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 300_000
    assert b"root:" not in data


def test_nothing_outside_the_workbook_is_read():
    assert sentence_of(BOMBS["outside file"]()) == DAMAGED


def test_a_child_that_hangs_is_ended(monkeypatch):
    monkeypatch.setattr(workbooks, "SECONDS", 0.01)
    assert sentence_of(GOOD) == DAMAGED


def test_the_child_gets_none_of_the_servers_environment(monkeypatch, tmp_path):
    spy = tmp_path / "spy.py"
    spy.write_text("import os, sys; sys.stdout.write('\\n'.join(sorted(os.environ))); sys.exit(0)")
    monkeypatch.setattr(workbooks, "_CHILD", spy)
    monkeypatch.setenv("SOAT_SECRET_KEY", "secret")
    lines = workbooks._run_child(b"", (), 1)
    assert b"SOAT_SECRET_KEY" not in b"".join(lines)
    assert os.environ["SOAT_SECRET_KEY"] == "secret"


def test_many_threads_may_read_at_once_and_a_queue_that_is_too_long_is_told_so(monkeypatch):
    results = []

    def read():
        try:
            results.append(len(read_book(GOOD, TITLES, 3002).sheets))
        except Faults as refusal:
            results.append(str(refusal))

    threads = [threading.Thread(target=read) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [2] * 6
    monkeypatch.setattr(workbooks, "PATIENCE", 0)
    monkeypatch.setattr(workbooks, "_children", threading.BoundedSemaphore(1))
    with workbooks._children:
        assert sentence_of(GOOD) == workbooks.BUSY


def test_a_workbook_of_another_program_with_other_sheets_is_read():
    book = Workbook()
    book.active.title = "Thông tin"
    book.active["A1"] = "a"
    read = read_book(saved(book), TITLES, 10)
    assert list(read.sheets) == ["Thông tin"]
    assert len(read.sheets["Thông tin"]) == 1


def test_reading_stops_after_the_most_rows_that_were_asked_for():
    read = read_book(with_sheet_xml(lambda xml: xml), TITLES, 5)
    assert [len(rows) for rows in read.sheets.values()] == [5, 5]
