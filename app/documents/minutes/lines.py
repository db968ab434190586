"""How many lines a text takes: estimated from the widths of Times New Roman.

Merged cells do not grow with their text, so their rows need a height; and no row may be higher than
409 points, so long texts go over several rows.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise

# Advance widths in thousandths of the font size, of Times New Roman and its metric twins.
_REGULAR_GROUPS = {
    180: "'",
    250: " ,.\u00a0·",
    278: "/:;\\ijlt",
    333: "!()-I[]`fr",
    389: "Js",
    408: '"',
    444: "?acez",
    469: "^",
    480: "{}",
    500: "#$*0123456789_bdghknopquvxyđ–«»",
    540: "~ơư",
    556: "FPS",
    564: "+<=>",
    611: "ELTZ",
    667: "BCR",
    722: "ADGHKNOQUVXYwĐƠ",
    776: "&mƯ",
    833: "%",
    889: "M",
    921: "@",
    944: "W",
}
_BOLD_GROUPS = {
    220: "|",
    250: " ,.\u00a0·",
    278: "'/\\il",
    333: "!()-:;[]`fjt",
    389: "Is",
    394: "{}",
    444: "cerz",
    500: "#$*0123456789?J_agovxy–«»",
    556: '"Sbdhknpquđơ',
    570: "+<=>",
    611: "FPư",
    667: "BELTZ",
    722: "ACDNRUVXYwĐ",
    778: "GHKOQƠƯ",
    833: "&m",
    930: "@",
    944: "M",
    1000: "%W",
}


def _table(groups: dict[int, str]) -> dict[str, int]:
    """Width by character; letters with marks are as wide as without (ấ = a), line breaks have none."""
    widths = {"\n": 0}
    for width, letters in groups.items():
        widths |= dict.fromkeys(letters, width)
    for code in [*range(0xC0, 0x180), *range(0x1A0, 0x1B1), *range(0x1EA0, 0x1EFA)]:
        letter = chr(code)
        base = unicodedata.normalize("NFD", letter)
        horned = unicodedata.normalize("NFC", base[0] + "\u031b") if "\u031b" in base else base[0]
        if letter not in widths:
            widths[letter] = widths.get(horned, 600)
    return widths


_REGULAR, _BOLD = _table(_REGULAR_GROUPS), _table(_BOLD_GROUPS)
_UNKNOWN = 1000  # ideographs, emoji, em dashes
# A word and the blanks behind it; blanks at a line's end take no room.
_WORD = re.compile(r"(\S*)(\s*)")


@lru_cache(maxsize=10_000)
def _wide(word: str, bold: bool) -> int:
    """In thousandths of the font size; the same words come again and again."""
    widths = _BOLD if bold else _REGULAR
    return sum([widths.get(letter, _UNKNOWN) for letter in word])


def count_lines(text: str, width: float, size: float, *, bold: bool = False) -> int:
    """Lines of ``text`` wrapped at ``width`` points, at least one."""
    if len(text) * size < width and "\n" not in text:  # most cells: no letter is wider than the size
        return 1
    return sum(1 for _ in _line_ends(text, width, size, bold)) + 1


def pieces(text: str, width: float, size: float, most: int, *, bold: bool = False) -> list[str]:
    """``text`` cut at ends of lines into pieces of at most ``most`` lines; joined they are the text."""
    if len(text) * size < width * most and "\n" not in text:
        return [text]
    ends = list(_line_ends(text, width, size, bold))
    cuts = [0, *ends[most - 1 :: most], len(text)]
    return [text[start:end] for start, end in pairwise(cuts) if end > start] or [""]


def _line_ends(text: str, width: float, size: float, bold: bool) -> Iterator[int]:
    """Where each line but the last ends."""
    room = width * 1000 / size
    start = 0
    for paragraph in text.split("\n"):
        if start:
            yield start
        used, place = 0, start
        for word, blanks in _WORD.findall(paragraph):
            wide = _wide(word, bold)
            if word and used and used + wide > room:
                yield place
                used = 0
            if wide > room:  # longer than a whole line: broken anywhere
                for at, letter in enumerate(word, place):
                    one = _wide(letter, bold)
                    if used and used + one > room:
                        yield at
                        used = 0
                    used += one
            else:
                used += wide
            if blanks:
                used += _wide(blanks, bold)
            place += len(word) + len(blanks)
        start += len(paragraph) + 1
