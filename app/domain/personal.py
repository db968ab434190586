"""What looks like a person in a text that must name nobody: numbers of papers and telephones, names.

It errs on the side of the person: who meant something else can say it in other words.
"""

from __future__ import annotations

import re

_NUMBER_OF_A_PERSON = re.compile(
    r"(?<![\w.-])(?:[0-9]{12}|[0-9]{9}|0[0-9]{2,3}[ .-]?[0-9]{3}[ .-]?[0-9]{3,4})(?![\w-])"
)
_TITLES = frozenset(["ông", "bà", "anh", "chị", "cô", "chú", "bác"])
# The commonest family names; what follows one is a given name, unless a place is called after somebody.
_FAMILIES = frozenset(
    [
        "nguyễn",
        "trần",
        "lê",
        "phạm",
        "hoàng",
        "huỳnh",
        "phan",
        "vũ",
        "võ",
        "đặng",
        "bùi",
        "đỗ",
        "hồ",
        "ngô",
        "dương",
        "lý",
        "đoàn",
        "trịnh",
        "đinh",
        "mai",
        "đào",
        "tô",
        "trương",
        "tạ",
        "chu",
        "tống",
        "lương",
    ]
)
_PLACES = frozenset(
    [
        "đường",
        "phố",
        "tp",
        "phường",
        "xã",
        "quận",
        "huyện",
        "trường",
        "viện",
        "khu",
        "cầu",
        "ngõ",
        "hẻm",
        "thôn",
        "tổ",
        "chợ",
    ]
)
_AROUND = "(«“\"'.,;:)»”"


def looks_personal(*texts: str) -> bool:
    """Whether one of the texts seems to hold a person's name, identity number or telephone number."""
    return any(_NUMBER_OF_A_PERSON.search(text) or _names_somebody(text) for text in texts)


def _names_somebody(text: str) -> bool:
    """«ông Nguyễn Văn A» after a title, «Nguyễn Thị Hoa» by its family name; never «đường Nguyễn Văn Linh»."""
    written = text.split()
    words = [word.strip(_AROUND) for word in written]
    for place, word in enumerate(words):
        name = words[place + 1 : place + 3]
        if len(name) < 2 or not all(_capitalised(part) for part in name):
            continue
        if any(part[-1] in _AROUND for part in written[place : place + 2]):
            continue  # a name does not go on behind a comma
        before = words[place - 1].lower() if place else ""
        if word.lower() in _TITLES:
            return True
        if word.lower() in _FAMILIES and _capitalised(word) and before not in _PLACES:
            return True
    return False


def _capitalised(word: str) -> bool:
    return word[:1].isupper() and word.isalpha()
