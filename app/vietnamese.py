"""Vietnamese text: search folding, sorting, numbers and dates, written and read.

Everything here is pure and needs only the standard library. ICU would sort too, but its Python
wheel (icu4py 1.2) has no collator and PyICU has no wheel, so :func:`sort_key` follows the CLDR rules
for ``vi`` itself; the tests hold it to the alphabet and to the examples offices gave.

What cannot be read raises :class:`Unreadable`, whose text is a sentence for the user.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Literal
from zoneinfo import ZoneInfo

HANOI = ZoneInfo("Asia/Ho_Chi_Minh")
NOTHING = "–"  # printed for «no value» and for a rate whose denominator is zero

Amount = int | Decimal | Fraction
Mode = Literal["half_up", "truncate"]


def paper(text: str) -> str:
    """Marks words that go into a paper (a workbook, a document): papers are Vietnamese in every language."""
    return text


class Unreadable(ValueError):
    """What was typed cannot be read. ``text`` is the sentence, with ``%(name)s`` places that ``params`` fill."""

    def __init__(self, text: str, **params: object) -> None:
        super().__init__(text % params if params else text)
        self.text = text
        self.params = params


# --- text ---------------------------------------------------------------------------------------


def nfc(text: str) -> str:
    """The normal form every stored text has."""
    return unicodedata.normalize("NFC", text)


def clean(text: str) -> str:
    """NFC, line ends as ``\\n``, no control characters, no blanks at either end: text fit to store."""
    text = nfc(text.replace("\r\n", "\n").replace("\r", "\n"))
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


_UNHEARD = str.maketrans("đ", "d", "'’‘ʼ")  # đ has no decomposition; «M’Drắk» is typed with and without


def fold(text: str) -> str:
    """Text as search sees it: no marks, no capitals, one blank between words («ĐỐNG ĐA» → «dong da»)."""
    bare = "".join(
        c
        for c in unicodedata.normalize("NFD", text)
        if c.isspace() or unicodedata.category(c) not in ("Mn", "Me", "Cf", "Cc", "Cs")
    )
    return " ".join(nfc(bare.lower().translate(_UNHEARD)).split())


def unaccented(text: str) -> str:
    """Letters without their marks, capitals kept: «Đống Đa» → «Dong Da»."""
    bare = unicodedata.normalize("NFKD", text).translate(str.maketrans("Đđ", "Dd"))
    return "".join(c for c in bare if unicodedata.category(c) != "Mn")


def shortened(text: str, most: int) -> str:
    """At most so many characters, with a mark where the rest was."""
    return text if len(text) <= most else text[: most - 1] + "…"


# Slips of the key that real reports carry, as whole words (domain reference, section 9).
_SLIPS = {"mục tiếp": "trực tiếp", "quả hạn": "quá hạn", "hồ sợ": "hồ sơ"}
_SLIP = re.compile(r"\b(" + "|".join(_SLIPS) + r")\b", re.IGNORECASE)


def mend_slips(text: str) -> str:
    """Known slips set right («quả hạn» → «quá hạn»), for importers that look for a heading."""

    def right(found: re.Match[str]) -> str:
        word = _SLIPS[found[1].lower()]
        return word.capitalize() if found[1][0].isupper() else word

    return _SLIP.sub(right, nfc(text))


def clean_number_of_document(text: str) -> str:
    """«2686/QĐ –UBND» → «2686/QĐ-UBND», «09/2019/QD-UBND» → «09/2019/QĐ-UBND»."""
    text = " ".join(nfc(text).split())
    text = re.sub(r"^số\s*:?\s*(?=\d)", "", text, flags=re.IGNORECASE)
    text = re.sub(r"\s*[-‐‑‒–—−]\s*", "-", text)
    text = re.sub(r"\s*/\s*", "/", text)
    text = re.sub(r"(?<![^\W_])QD(?=-)", "QĐ", text)
    text = re.sub(r"(?<![^\W_])ND(?=-CP)", "NĐ", text)
    return re.sub(r"(?<![^\W_])HDND(?![^\W_])", "HĐND", text)


# --- sorting ------------------------------------------------------------------------------------

_BREVE, _CIRCUMFLEX, _HORN = "\u0306", "\u0302", "\u031b"
_SHAPES = _BREVE + _CIRCUMFLEX + _HORN  # these make another letter: ă, â, ơ
_TONES = "\u0300\u0309\u0303\u0301\u0323"  # huyền, hỏi, ngã, sắc, nặng: these only settle ties
_ALPHABET = tuple(unicodedata.normalize("NFD", letter) for letter in "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz")
_RANK = {letter: 0x40 + place for place, letter in enumerate(_ALPHABET)}

_END_OF_LEVEL, _BLANK, _PUNCTUATION, _NUMBER, _OTHER_SCRIPT = 0x01, 0x02, 0x03, 0x20, 0xF0
_PLAIN, _OTHER_MARK, _CAPITAL = 0x02, 0x10, 0x03


def sort_key(text: str) -> str:
    """A key of ASCII hexadecimal digits that any database sorts into Vietnamese order.

    Letters first (a ă â b c d đ e ê …), tones of the whole text second (không dấu, huyền, hỏi, ngã, sắc,
    nặng), capitals third. A blank comes before everything, numbers count by value: «Phường 2» stands
    before «Phường 10».
    """
    letters, tones, capitals = bytearray(), bytearray(), bytearray()
    for letter, tone, capital in _sorted_units(text):
        letters += letter
        tones.append(tone)
        capitals.append(_CAPITAL if capital else _PLAIN)
    levels = (bytes(letters), bytes(tones).rstrip(b"\x02"), bytes(capitals).rstrip(b"\x02"))
    return bytes([_END_OF_LEVEL]).join(levels).hex()


def _sorted_units(text: str) -> list[tuple[bytes, int, bool]]:
    """The text as units of sorting: the weight of the letter (or number), its tone, is it a capital."""
    units: list[tuple[bytes, int, bool]] = []
    for part in re.finditer(r"(\d+)|(\s+)|(\S)([\u0300-\u036f]*)", _decomposed(text)):
        figures, blank, base, marks = part.groups()
        if figures:
            digits = "".join(str(unicodedata.decimal(c)) for c in figures).lstrip("0")
            weight = bytes([_NUMBER]) + len(digits).to_bytes(4) + digits.encode("ascii")
            units.append((weight, _PLAIN, False))
        elif blank:
            units.append((bytes([_BLANK]), _PLAIN, False))
        else:
            units.append(_letter(base, marks))
    return units


def _decomposed(text: str) -> str:
    text = unicodedata.normalize("NFKD", text).strip()
    return "".join(c for c in text if c.isspace() or unicodedata.category(c) not in ("Cc", "Cf"))


def _letter(base: str, marks: str) -> tuple[bytes, int, bool]:
    low = base.lower()
    shape = next((m for m in marks if m in _SHAPES and low + m in _RANK), "")
    tone = _PLAIN
    for mark in marks.replace(shape, "", 1):
        tone = _PLAIN + 1 + _TONES.index(mark) if mark in _TONES else _OTHER_MARK
    if rank := _RANK.get(low + shape):
        weight = bytes([rank])
    else:
        group = _OTHER_SCRIPT if base.isalpha() else _PUNCTUATION
        weight = bytes([group]) + ord(low[0]).to_bytes(3)
    return weight, tone, base != low


# --- numbers, written ---------------------------------------------------------------------------


def count(number: int | None) -> str:
    """4545 → «4.545»."""
    return NOTHING if number is None else f"{number:,}".replace(",", ".")


def leading_zero(number: int) -> str:
    """4 → «04»: counts from 1 to 9 in running text; never in tables."""
    return f"0{number}" if 1 <= number <= 9 else count(number)


@lru_cache(maxsize=4096)  # one page shows the same few hundreds of times
def points(hundredths: int | None, *, fixed: bool = False) -> str:
    """950 → «9,5», with ``fixed`` «9,50»; ``None`` (not scored, not applicable) → «–»."""
    if hundredths is None:
        return NOTHING
    return _comma(hundredths, 2, fixed=fixed)


def number(value: int | Decimal | None) -> str:
    """A figure as it was entered: 4541.5 → «4.541,5»; :func:`read_amount` reads it back."""
    if value is None:
        return NOTHING
    digits = max(0, -int(Decimal(value).as_tuple().exponent))
    return _comma(int(value * 10**digits), digits)


def file_size(size: int) -> str:
    """«320 KB», «1,4 MB»."""
    if size < 2**20:
        return f"{count(max(1, -(-size // 1024)))} KB"
    return f"{number(Decimal(size * 10 // 2**20) / 10)} MB"


def percent(n: Amount | None, d: Amount | None, digits: int = 2, mode: Mode = "half_up") -> str:
    """n/d as «60,64%», always with ``digits`` decimals; «–» when d is zero or a figure is missing.

    Never a false 100%: what is below the denominator shows at most 99,99% (domain reference, section 11).
    """
    if n is None or d is None or d == 0:
        return NOTHING
    share = Fraction(n) / Fraction(d) * 100
    whole = 10**digits
    steps = _rounded(share * whole, mode)
    if share < 100:
        steps = min(steps, 100 * whole - 1)
    return _comma(steps, digits, fixed=True) + "%"


def _rounded(value: Fraction, mode: Mode) -> int:
    """A whole number: half away from zero, or cut towards zero."""
    size = abs(value)
    steps = int(size + Fraction(1, 2)) if mode == "half_up" else int(size)
    return -steps if value < 0 else steps


def _comma(steps: int, digits: int, *, fixed: bool = False) -> str:
    """``steps`` of 10^-digits with dots and a comma; without ``fixed`` closing zeros are dropped."""
    whole, part = divmod(abs(steps), 10**digits)
    tail = f"{part:0{digits}d}" if digits else ""
    if not fixed:
        tail = tail.rstrip("0")
    sign = "-" if steps < 0 else ""
    return sign + count(whole) + ("," + tail if tail else "")


class Verdict(StrEnum):
    """How a printed percentage fits its numerator and denominator."""

    EXACT_BOTH = "exact_both"
    ROUNDED = "rounded"
    TRUNCATED = "truncated"
    MISMATCH = "mismatch"


def matches(printed: str, n: Amount, d: Amount) -> Verdict:
    """Which way of rounding gives the percentage that a report printed, with as many decimals.

    Raises :class:`Unreadable` when ``printed`` is no percentage.
    """
    text = nfc(printed).strip()
    if d == 0:
        return Verdict.EXACT_BOTH if text == NOTHING else Verdict.MISMATCH
    found = re.fullmatch(r"([0-9]{1,9})(?:[.,]([0-9]{1,9}))?\s*%?", text)
    if not found:
        raise Unreadable("Tỷ lệ phần trăm ghi như 51,85%.")
    tail = found[2] or ""
    steps = int(found[1] + tail)
    exact = Fraction(n) / Fraction(d) * 100 * 10 ** len(tail)
    rounded, cut = _rounded(exact, "half_up") == steps, _rounded(exact, "truncate") == steps
    if rounded and cut:
        return Verdict.EXACT_BOTH
    if rounded:
        return Verdict.ROUNDED
    return Verdict.TRUNCATED if cut else Verdict.MISMATCH


# --- numbers, read ------------------------------------------------------------------------------

_MOST_DIGITS = 15  # larger figures are slips of the key
_GROUPED = r"(?:[0-9]+|[1-9][0-9]{0,2}(?:\.[0-9]{3})+)"


def read_points(text: str) -> Decimal:
    """A score field: «9,5» and «9.5» are both 9.5; at most two decimals, never below zero."""
    text = _number_text(text)
    found = re.fullmatch(r"([0-9]{1,6})(?:[.,]([0-9]+))?", text)
    if not found:
        raise Unreadable("Điểm ghi bằng chữ số, ví dụ 9,5.")
    if len(found[2] or "") > 2:
        raise Unreadable("Điểm có nhiều nhất hai chữ số sau dấu phẩy.")
    return Decimal(f"{found[1]}.{found[2] or 0}")


def read_count(text: str) -> int:
    """A count field: «4.545» is 4545, «04» is 4; no decimals, never below zero."""
    text = _number_text(text)
    if not re.fullmatch(_GROUPED, text):
        raise Unreadable("Số đếm ghi bằng chữ số, không có phần lẻ, ví dụ 4545 hoặc 4.545.")
    return int(_not_too_long(text.replace(".", "")))


def read_amount(text: str) -> Decimal:
    """A numerator or denominator, a count or money: «4.545» is 4545, «1.234,5» is 1234.5.

    A comma is always the decimal comma. Dots group thousands wherever they can («4.545»); a single dot
    that cannot is a decimal point («4541.5», «0.25»). Anything else («1,234.5», «1,234,567», «1.23.456»)
    is refused rather than guessed.
    """
    text = _number_text(text)
    if found := re.fullmatch(rf"({_GROUPED})(?:,([0-9]{{1,6}}))?", text):
        whole, part = found[1].replace(".", ""), found[2]
    elif found := re.fullmatch(r"([0-9]+)\.([0-9]{1,6})", text):
        whole, part = found[1], found[2]
    else:
        raise Unreadable("Số ghi bằng chữ số, phần lẻ sau dấu phẩy, ví dụ 4.545 hoặc 1.234,5.")
    return Decimal(f"{_not_too_long(whole)}.{part or 0}").normalize() + 0


def _number_text(text: str) -> str:
    """The typed text without the blanks that stand around it or group thousands («4 545»)."""
    text = nfc(text).strip()
    if not text:
        raise Unreadable("Chưa ghi số.")
    if re.match(r"[-−–]\s*[0-9]", text):
        raise Unreadable("Không ghi số âm.")
    return re.sub(r"(?<=[0-9])[ \u00a0\u202f](?=[0-9]{3}(?![0-9]))", ".", text)


def _not_too_long(digits: str) -> str:
    digits = digits.lstrip("0") or "0"
    if len(digits) > _MOST_DIGITS:
        raise Unreadable("Số quá lớn; xin kiểm tra lại.")
    return digits


# --- dates --------------------------------------------------------------------------------------


def date_short(day: date | None) -> str:
    """«08/09/2025»: tables, lists and forms."""
    return NOTHING if day is None else f"{day.day:02}/{day.month:02}/{day.year:04}"


def date_long(day: date) -> str:
    """«ngày 08 tháng 9 năm 2025»: days below 10 and months 1 and 2 take a zero (NĐ 30/2020/NĐ-CP)."""
    month = f"{day.month:02}" if day.month <= 2 else f"{day.month}"
    return f"ngày {day.day:02} tháng {month} năm {day.year}"


def local(moment: datetime) -> datetime:
    """The moment on a clock in Viet Nam; one without a zone is UTC, as databases hand it back."""
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(HANOI)


def time_of(moment: datetime) -> str:
    """«14:32» on a clock in Viet Nam."""
    return f"{local(moment):%H:%M}"


def datetime_short(moment: datetime | None) -> str:
    """«08/09/2025 14:32» on a clock in Viet Nam."""
    return NOTHING if moment is None else f"{date_short(local(moment))} {time_of(moment)}"


_DAY_MONTH_YEAR = re.compile(r"([0-9]{1,2})([/.-])([0-9]{1,2})(?:\2([0-9]{4}))?")
_ISO = re.compile(r"([0-9]{4})-([0-9]{2})-([0-9]{2})")
_IN_WORDS = re.compile(r"(?:ngày )?([0-9]{1,2}) tháng ([0-9]{1,2})(?: năm ([0-9]{4}))?", re.IGNORECASE)


def read_date(text: str, year: int | None = None) -> date:
    """d/m/yyyy, d-m-yyyy, d.m.yyyy, «ngày 8 tháng 9 năm 2025», and yyyy-mm-dd as browsers send it.

    ``year`` fills a missing year («15-9» in a report of 2022). A month above 12 is refused, never swapped
    with the day: «07/15/2022» has no right answer.
    """
    text = " ".join(nfc(text).split())
    if not text:
        raise Unreadable("Chưa ghi ngày.")
    if found := _ISO.fullmatch(text):
        y, m, d = found[1], found[2], found[3]
    elif found := _DAY_MONTH_YEAR.fullmatch(text):
        d, m, y = found[1], found[3], found[4]
    elif found := _IN_WORDS.fullmatch(text):
        d, m, y = found[1], found[2], found[3]
    else:
        raise Unreadable("Ngày ghi theo dạng ngày/tháng/năm, ví dụ 08/09/2025.")
    return _real_day(int(d), int(m), int(y) if y else year)


def _real_day(day: int, month: int, year: int | None) -> date:
    if year is None:
        raise Unreadable("Thiếu năm; ngày ghi theo dạng ngày/tháng/năm, ví dụ 08/09/2025.")
    if not 1900 <= year <= 2200:
        raise Unreadable("Năm phải từ 1900 đến 2200.")
    if not 1 <= month <= 12:
        raise Unreadable("Không có tháng %(month)s; ngày ghi trước, tháng ghi sau.", month=month)
    try:
        return date(year, month, day)
    except ValueError:
        raise Unreadable(
            "Tháng %(month)s năm %(year)s không có ngày %(day)s.", month=month, year=year, day=day
        ) from None


def read_datetime(text: str, year: int | None = None) -> datetime:
    """«16/09/2022 17:29», and 2022-09-16T17:29 as browsers send it: a moment on a clock in Viet Nam."""
    found = re.fullmatch(r"(\S.*?)(?:\s*[T,]\s*|\s+)([0-9]{1,2}):([0-9]{2})(?::[0-9]{2})?", nfc(text).strip())
    if not found:
        raise Unreadable("Ngày giờ ghi theo dạng 08/09/2025 14:32.")
    hour, minute = int(found[2]), int(found[3])
    if hour > 23 or minute > 59:
        raise Unreadable("Giờ ghi từ 00:00 đến 23:59.")
    day = read_date(found[1], year)
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=HANOI)
