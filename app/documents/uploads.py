"""Looks at files of strangers before they are kept: by what they hold, never by what they are called."""

from __future__ import annotations

import hashlib
import io
import re
import struct
import zlib
from collections.abc import Iterator
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

from ..domain.attachments import FileKind, Upload, extension_of, file_name
from ..domain.refusals import Invalid, sentence
from .images import clean_picture

ACCEPTED = ("image/jpeg", "image/png", "image/webp", ".pdf", ".docx", ".xlsx")

MOST_MEMBERS = 2000
MOST_UNPACKED = 120 * 2**20
MOST_RATIO = 100
# A small file may be packed as tightly as it likes: it cannot unpack to much.
RATIO_MATTERS_FROM = 20 * 2**20
_MOST_DIRECTORY = 2**19
_MOST_OBJECTS = 16 * 2**20
_HEAD = 1024

_KINDS = sentence("Chỉ nhận ảnh JPEG, PNG, WebP và tài liệu PDF, Word .docx, Excel .xlsx.")
_HEIC = sentence(
    "Ảnh HEIC chưa nhận được. Trên iPhone, iPad: Cài đặt → Camera → Định dạng → chọn «Tương thích nhất» "
    "(trên máy khác: chọn JPEG trong cài đặt máy ảnh) rồi chụp lại, hoặc gửi ảnh chụp màn hình của ảnh đó."
)
_OLD_OFFICE = sentence(
    "Tệp có mật khẩu hoặc ở định dạng cũ (.doc, .xls). Hãy bỏ mật khẩu và lưu lại thành .docx, .xlsx hoặc PDF."
)
_DAMAGED = sentence(
    "Không đọc được tài liệu: tệp hỏng hoặc tải lên chưa hết. Hãy mở tệp, lưu lại rồi gửi lại."
)
_MACROS = sentence(
    "Tài liệu có macro hoặc mã lệnh nên không nhận. Hãy lưu lại thành .docx, .xlsx hoặc PDF không có macro."
)
_PDF_CODE = sentence("Tệp PDF có mã lệnh hoặc tệp nhúng nên không nhận. Hãy in ra PDF lại rồi gửi bản mới.")
_TWO_FACES = sentence("Tệp mang hai định dạng cùng lúc nên không nhận. Hãy mở tệp, lưu lại rồi gửi bản mới.")
_UNPACKED = sentence("Tài liệu quá lớn khi giải nén. Hãy bỏ bớt hình và sheet không cần, hoặc gửi bản PDF.")
_CUT = sentence("Tệp đến nơi không còn nguyên vẹn nên chưa nhận. Bản trên máy vẫn còn, hãy gửi lại.")
_WRONG_NAME = sentence(
    "Tên tệp kết thúc bằng «%(extension)s» nhưng nội dung là loại khác. Hãy đặt lại đuôi tệp cho đúng rồi gửi lại."
)

_PICTURES = {".jpg", ".jpeg", ".jfif", ".png", ".webp"}
_EXTENSIONS = {
    FileKind.PICTURE: _PICTURES,
    FileKind.PDF: {".pdf"},
    FileKind.DOCX: {".docx"},
    FileKind.XLSX: {".xlsx"},
}
_HEIC_BRANDS = {b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1", b"avif", b"avis"}
_MARKUP = re.compile(rb"<\s*(?:!doctype\s+html|html|head|body|script|svg|iframe|\?php)|<\?php", re.IGNORECASE)


class Broken(Invalid):
    """Other bytes than those that were sent: sent again they may arrive whole."""


def check_upload(data: bytes, given_name: str, most_bytes: int, sent_sha256: str = "") -> Upload:
    """The file as it may be kept, or :class:`Invalid` with the sentence that fits; ``data`` may be anything.

    ``sent_sha256``: what the device says that it has sent.
    """
    received = hashlib.sha256(data).hexdigest()
    if sent_sha256 and received != sent_sha256 and len(data) <= most_bytes:
        raise Broken(_CUT, field="file")
    if not data:
        raise _no(sentence("Tệp rỗng (0 byte). Hãy chọn lại tệp."))
    if len(data) > most_bytes:
        raise too_large(most_bytes)
    kind = _kind_of(data)
    _check_name(given_name, kind)
    if kind is FileKind.PICTURE:
        picture, tiny = clean_picture(data)
        return Upload(kind, file_name(given_name, kind), picture, tiny, received)
    return Upload(kind, file_name(given_name, kind), data, received=received)


def too_large(most_bytes: int) -> Invalid:
    return Invalid(
        sentence(
            "Tệp lớn hơn %(most)s MB nên chưa nhận. Ảnh: chọn độ phân giải thấp hơn; PDF: quét ở 150–200 dpi hoặc "
            "tách thành nhiều tệp."
        ),
        field="file",
        most=most_bytes // 2**20,
    )


def _kind_of(data: bytes) -> FileKind:
    """What the bytes say they are; every check of a kind but the decoding of pictures is behind it."""
    if data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4], data[8:12]) == (
        b"RIFF",
        b"WEBP",
    ):
        _refuse_second_face(data, _PDF_HEADER, _MARKUP)
        return FileKind.PICTURE
    if data[4:8] == b"ftyp" and data[8:12] in _HEIC_BRANDS:
        raise _no(_HEIC)
    if data.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        raise _no(_OLD_OFFICE)
    if data.startswith(b"%PDF-"):
        _refuse_second_face(data, _MARKUP)
        _check_pdf(data)
        return FileKind.PDF
    if data.startswith(b"PK\x03\x04"):
        _refuse_second_face(data, _PDF_HEADER, zipped=True)
        return _check_office(data)
    raise _no(_KINDS)


_PDF_HEADER = re.compile(rb"%PDF-\d")


def _refuse_second_face(data: bytes, *faces: re.Pattern[bytes], zipped: bool = False) -> None:
    """A file that another program takes for something else. Readers look for these near the beginning, and for
    a ZIP's directory at the end; what cameras append to their pictures is none of them."""
    head = data[:_HEAD]
    if any(face.search(head) for face in faces) or (not zipped and _is_archive_too(data)):
        raise _no(_TWO_FACES)


def _is_archive_too(data: bytes) -> bool:
    end = _end_of_directory(data)
    size = struct.unpack_from("<I", data, end + 12)[0] if end >= 0 else 0
    return 0 < size <= end and data.startswith(b"PK\x01\x02", end - size)


def _end_of_directory(data: bytes) -> int:
    """Where the record stands that ends every ZIP; -1 when this is none."""
    end = data.rfind(b"PK\x05\x06", max(0, len(data) - 65_557))
    return end if end + 22 <= len(data) else -1


def _check_name(given: str, kind: FileKind) -> None:
    """A name that says one thing while the bytes say another was meant to deceive somebody, or is a mistake."""
    name = given.replace("\\", "/").rsplit("/", 1)[-1].strip()
    extension = extension_of(name)
    if extension and extension not in _EXTENSIONS[kind]:
        raise Invalid(_WRONG_NAME, field="file", extension=extension)


# --- PDF ---------------------------------------------------------------------------------------------

_STREAM = re.compile(rb"(?<!end)stream\r?\n")
_HEX_IN_NAME = re.compile(rb"#([0-9A-Fa-f]{2})")
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)(?![A-Za-z0-9])")


def _check_pdf(data: bytes) -> None:
    """Whole, and without code, programs to start or files inside.

    No full reader: what hides deeper is met by how PDFs are served, as a download and never shown in the
    app's own page.
    """
    if b"%%EOF" not in data[-2048:] or b"startxref" not in data[-4096:]:
        raise _no(_DAMAGED)
    if any(_ACTIVE.search(_plain_names(part)) for part in _pdf_objects(data)):
        raise _no(_PDF_CODE)


def _pdf_objects(data: bytes) -> Iterator[bytes]:
    """The parts that hold objects: outside the streams, and the unpacked object streams."""
    place, budget = 0, _MOST_OBJECTS
    for found in _STREAM.finditer(data):
        if found.start() < place:
            continue  # inside the stream before
        end = data.find(b"endstream", found.end())
        if end < 0:
            break
        before = data[place : found.end()]
        yield before
        place = end
        if b"/ObjStm" not in _plain_names(before[-2000:]):
            continue
        unpacked = _inflate(data[found.end() : end], budget)
        budget -= len(unpacked)
        if budget <= 0:
            raise _no(_UNPACKED)
        yield unpacked
    yield data[place:]


def _plain_names(part: bytes) -> bytes:
    """``/J#61vaScript`` is ``/JavaScript`` to a reader."""
    return _HEX_IN_NAME.sub(lambda found: bytes([int(found[1], 16)]), part)


def _inflate(packed: bytes, most: int) -> bytes:
    try:
        return zlib.decompressobj().decompress(packed, most)
    except zlib.error:
        return b""


# --- DOCX, XLSX --------------------------------------------------------------------------------------

_MAIN_PARTS = {
    b"wordprocessingml.document.main+xml": FileKind.DOCX,
    b"spreadsheetml.sheet.main+xml": FileKind.XLSX,
}
_ACTIVE_PARTS = re.compile(r"(?:^|/)(?:vbaproject\.bin|vbadata\.xml|activex/|customui/)", re.IGNORECASE)
_REMOTE_TEMPLATE = re.compile(
    rb"attachedTemplate[^>]*Target\s*=\s*[\"'](?:https?:|\\\\|file://[^/])", re.IGNORECASE
)


def _check_office(data: bytes) -> FileKind:
    """Word or Excel, whole, without macros, and no larger than it says."""
    _check_directory(data)
    try:
        with ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            names = [member.filename for member in members]
            if len(set(names)) < len(names) or any(map(_leads_out, names)):
                raise _no(_DAMAGED)
            if any(m.flag_bits & 1 or m.compress_type not in {ZIP_STORED, ZIP_DEFLATED} for m in members):
                raise _no(_DAMAGED)
            # zipfile unpacks at most the size that is declared here, so a lie ends as a damaged file.
            unpacked = sum(member.file_size for member in members)
            if unpacked > MOST_UNPACKED or (
                unpacked > RATIO_MATTERS_FROM and unpacked > MOST_RATIO * len(data)
            ):
                raise _no(_UNPACKED)
            if any(map(_ACTIVE_PARTS.search, names)):
                raise _no(_MACROS)
            _read_through(archive)
            types = _small_part(archive, "[Content_Types].xml")
            links = [_small_part(archive, name) for name in names if name.endswith("settings.xml.rels")]
    except Invalid:
        raise
    except Exception:  # a damaged archive raises seven kinds of exceptions, all of one meaning
        raise _no(_DAMAGED) from None
    if b"macroenabled" in types.lower() or any(map(_REMOTE_TEMPLATE.search, links)):
        raise _no(_MACROS)
    found = {kind for part, kind in _MAIN_PARTS.items() if part in types}
    if len(found) != 1:
        raise _no(_KINDS)
    return found.pop()


def _check_directory(data: bytes) -> None:
    """The list of members, before ``zipfile`` reads it: 15 MB of nothing but names would cost minutes."""
    end = _end_of_directory(data)
    if end < 0:
        raise _no(_DAMAGED)
    members, size, start, comment = struct.unpack_from("<HIIH", data, end + 10)
    # The first member begins the file and the directory ends it: nothing stands before or behind the archive.
    if start + size != end or end + 22 + comment != len(data):
        raise _no(_DAMAGED)
    if members > MOST_MEMBERS or size > _MOST_DIRECTORY:
        raise _no(_UNPACKED)


def _leads_out(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name


def _read_through(archive: ZipFile) -> None:
    """Every member to its end, in pieces: its check sum and its true length."""
    for member in archive.infolist():
        with archive.open(member) as part:
            while part.read(2**18):
                pass


def _small_part(archive: ZipFile, name: str) -> bytes:
    with archive.open(name) as part:
        return part.read(2**20)


def _no(text: str) -> Invalid:
    return Invalid(text, field="file")
