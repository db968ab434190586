"""Uploads are judged by what they hold: hostile files get a sentence, honest ones come through."""

from __future__ import annotations

import time

import pytest

from app.documents import uploads
from app.documents.uploads import check_upload
from app.domain.attachments import FileKind, extension_of, file_name
from app.domain.refusals import Invalid
from tests.documents import hostile
from tests.documents.hostile import EXCEL, Hostile, office, pdf, picture

MOST = 15 * 2**20
HOSTILE = hostile.all_of_them()


def test_there_are_more_than_sixty_hostile_files():
    assert len(HOSTILE) > 60


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_is_refused_with_its_sentence_and_soon(name: str):
    file: Hostile = HOSTILE[name]
    assert len(file.content) <= MOST, "the size alone would refuse it"
    started = time.monotonic()
    with pytest.raises(Invalid) as refused:
        check_upload(file.content, file.name, MOST)
    assert time.monotonic() - started < 10
    assert file.says in str(refused.value)
    assert refused.value.field == "file"


# --- Honest files


@pytest.mark.parametrize(
    ("name", "content", "kind", "kept"),
    [
        ("Ảnh niêm yết.JPG", picture(), FileKind.PICTURE, "Ảnh niêm yết.jpg"),
        ("anh.jpg", picture("PNG"), FileKind.PICTURE, "anh.jpg"),
        ("anh", picture("WEBP"), FileKind.PICTURE, "anh.jpg"),
        ("Quyết định 12.pdf", pdf(), FileKind.PDF, "Quyết định 12.pdf"),
        ("bao-cao.docx", office(), FileKind.DOCX, "bao-cao.docx"),
        ("so-lieu.xlsx", office(EXCEL), FileKind.XLSX, "so-lieu.xlsx"),
        ("v1.2 final", pdf(), FileKind.PDF, "v1.2 final.pdf"),
    ],
)
def test_an_honest_file_comes_through(name, content, kind, kept):
    upload = check_upload(content, name, MOST)
    assert (upload.kind, upload.name) == (kind, kept)
    assert (upload.thumbnail is not None) == (kind is FileKind.PICTURE)
    if kind is not FileKind.PICTURE:
        assert upload.content == content


def test_a_workbook_of_our_own_comes_through():
    path = uploads.__file__.replace("uploads.py", "default/cap-xa-2026.xlsx")
    with open(path, "rb") as file:  # noqa: PTH123
        assert check_upload(file.read(), "cap-xa-2026.xlsx", MOST).kind is FileKind.XLSX


def test_words_of_a_pdf_that_only_look_like_code_come_through():
    page = b"3 0 obj\n<</Length 30>>\nstream\n(noi ve /JavaScript va /JS )\nendstream\nendobj\n"
    assert check_upload(pdf(page), "a.pdf", MOST).kind is FileKind.PDF


def test_a_picture_with_a_film_behind_it_as_phones_make_comes_through():
    assert (
        check_upload(picture() + b"\0\0\0\x18ftypmp42" + bytes(5000), "a.jpg", MOST).kind is FileKind.PICTURE
    )


def test_a_file_of_the_largest_size_passes_and_one_byte_more_does_not():
    content = pdf(b"%" + b" " * (2**20 - len(pdf()) - 2) + b"\n")
    assert len(content) == 2**20
    assert check_upload(content, "a.pdf", 2**20).content == content
    with pytest.raises(Invalid, match="lớn hơn 1 MB"):
        check_upload(content + b"\n", "a.pdf", 2**20)


def test_a_pdf_made_to_cost_time_costs_little():
    for part in (
        b"<<" * 2_000_000,
        b"stream\n" * 500_000,
        b"stream\nendstream" * 200_000,
        b"/J#6" * 1_000_000,
    ):
        started = time.monotonic()
        check_upload(pdf(part), "a.pdf", MOST)
        assert time.monotonic() - started < 3


# --- Names


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd.pdf"),
        ("C:\\Users\\A\\Báo cáo.pdf", "Báo cáo.pdf"),
        ("anh\u202egnp.exe", "anhgnp.pdf"),
        ("a\0b\r\nc.pdf", "abc.pdf"),
        ('"><script>.pdf', "script.pdf"),
        ("", "tai-lieu.pdf"),
        ("...", "tai-lieu.pdf"),
        (".pdf", "pdf.pdf"),
        ("x" * 500 + ".pdf", "x" * 120 + ".pdf"),
        ("a\u200b\ufeff.pdf", "a.pdf"),
        ("Ba\u0301o ca\u0301o.pdf", "Báo cáo.pdf"),
        ("\ud800.pdf", "pdf.pdf"),
    ],
)
def test_a_name_is_made_fit_to_be_shown_and_saved(given, kept):
    assert file_name(given, FileKind.PDF) == kept


def test_an_extension_is_short_and_behind_a_name():
    assert extension_of("Ảnh.JPG") == ".jpg"
    assert [extension_of(name) for name in ("", ".", "jpg", ".jpg", "a.", "a.b c", "v1.ảnh")] == [""] * 7
