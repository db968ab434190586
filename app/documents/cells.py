"""Text of users written into workbook cells as text: never a formula, never an illegal character."""

from __future__ import annotations

import re
import unicodedata

from openpyxl.cell.cell import Cell

# Excel's own limit for one cell, counted in UTF-16 units; openpyxl would cut without a word.
MOST_UNITS = 32_767

_ILLEGAL_IN_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
# What Excel would take for a formula when somebody edits the cell and presses Enter.
_FORMULA_START = ("=", "+", "-", "@")


def clean(text: str) -> str:
    """NFC, line breaks as ``\\n``, without characters that XML cannot hold."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    text = _SURROGATE.sub("\ufffd", _ILLEGAL_IN_XML.sub("", text))
    return unicodedata.normalize("NFC", text)


def fitted(text: str) -> str:
    """Cleaned text for one cell; what does not fit is counted in a visible mark at its end."""
    text = clean(text)
    if _units(text) <= MOST_UNITS:
        return text
    # 60 units are more than the mark can need.
    kept = _first_units(text, MOST_UNITS - 60)
    return f"{kept}… [ô Excel không chứa hết: còn {len(text) - len(kept)} ký tự]"


def put_text(cell: Cell, text: str) -> Cell:
    """Writes ``text`` into ``cell`` as text whatever it looks like; empty text leaves the cell empty.

    Assign a style copied from another cell (``cell._style = …``) before, not after: it would take
    the quote prefix away again. Fonts, borders and alignments may come in any order.
    """
    value = fitted(text)
    cell.value = value or None
    if value:
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(_FORMULA_START)
    return cell


def _units(text: str) -> int:
    """Length in UTF-16 units, as Excel counts."""
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def _first_units(text: str, most: int) -> str:
    """The longest beginning of ``text`` of at most ``most`` UTF-16 units, no pair cut in two."""
    return text.encode("utf-16-le")[: most * 2].decode("utf-16-le", errors="ignore")
