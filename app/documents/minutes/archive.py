"""The finished workbook as bytes: formulas with their values, and the same minutes give the same bytes.

openpyxl writes formulas without a value. Excel fills them in, but not in Protected View, where every
downloaded file opens first, and previews on telephones never do: sums would be blank there.
"""

from __future__ import annotations

import io
import re
from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl.workbook import Workbook
from openpyxl.writer.excel import ExcelWriter

from app.documents.cells import clean

_FORMULA = re.compile(rb'(<c r="([A-Z]+[0-9]+)"[^>]*><f>[^<]*</f>)<v ?(?:/>|></v>)')
_LONG_AGO = (1980, 1, 1, 0, 0, 0)

Values = Mapping[str, Mapping[str, Decimal | int]]


def workbook_bytes(book: Workbook, values: Values, moment: datetime, title: str) -> bytes:
    """``values``: sheet title → cell → value of its formula; ``moment`` and ``title`` stand in the properties."""
    book.properties.creator, book.properties.title = "Soát", clean(title)
    book.properties.created = book.properties.modified = moment.replace(tzinfo=None)
    paths = {f"xl/worksheets/sheet{n}.xml": values[s.title] for n, s in enumerate(book.worksheets, 1)}
    out = io.BytesIO()
    ExcelWriter(book, _Archive(out, paths)).save()
    return out.getvalue()


class _Archive(ZipFile):
    """Takes what openpyxl writes, puts values beside the formulas, and writes no time of day."""

    def __init__(self, out: io.BytesIO, paths: Mapping[str, Mapping[str, Decimal | int]]) -> None:
        super().__init__(out, "w", ZIP_DEFLATED)
        self._paths = paths

    def write(self, filename, arcname=None, compress_type=None, compresslevel=None):
        values = self._paths[arcname]

        def filled(found: re.Match[bytes]) -> bytes:
            return b"%b<v>%b</v>" % (found[1], str(values[found[2].decode()]).encode())

        self.writestr(arcname, _FORMULA.sub(filled, Path(filename).read_bytes()))

    def writestr(self, zinfo_or_arcname, data, compress_type=None, compresslevel=None):
        info = ZipInfo(str(zinfo_or_arcname), _LONG_AGO)
        info.compress_type = ZIP_DEFLATED
        super().writestr(info, data)
