"""Names of papers that are downloaded: in Vietnamese, with a fallback that keeps every letter."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote

from flask import send_file
from werkzeug.wrappers import Response

from ..domain.attachments import FileKind
from ..vietnamese import unaccented


def workbook_reply(data: bytes, name: str) -> Response:
    """The workbook as a file called ``name``; «Đ» is «D» for programs that know no other letters."""
    reply = send_file(BytesIO(data), FileKind.XLSX.media_type, as_attachment=True, download_name=name)
    plain = unaccented(name).encode("ascii", "ignore").decode()
    reply.headers.set(
        "Content-Disposition",
        "attachment",
        **{"filename": plain, "filename*": f"UTF-8''{quote(name, safe='!#$&+-.^_`|~')}"},
    )
    return reply
