"""One request to an address: half of it true, half of it nonsense, so that it gets past the first check."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote_from_bytes
from uuid import UUID

from hypothesis import strategies as st

from tests.documents.hostile import SVG, office, pdf, picture
from tests.fuzz.targets import Target
from tests.test_bad_input import NOT_TEXT, PLAIN

MORE = (
    "1e400",
    "1e309",
    "0,005",
    "99999999999999999999,99",
    "1.5.5",
    "１２",
    "'; DROP TABLE users; --",
    "=cmd|' /C calc'!A0",
    '=HYPERLINK("https://vi.du")',
    "@SUM(1)",
    '{"$gt": ""}',
    "\ud800",
    "\udfff\ud800x",
    "Đ" * 6000,
    "\u061c\u2066ẩn\u2069",
    "<svg/onload=alert(1)>",
    "%00%0a",
    "..%2f..%2f",
    "2022-09-15T10:00:00+07:00",
    "31/12/9999",
    "29/02/2021",
    "verified",
    "self",
    "all",
)
HOSTILE = [*(text.encode("utf-8", "surrogatepass") for text in (*PLAIN, *MORE)), *NOT_TEXT]
# Names a form may never have heard of, and those frameworks listen to.
STRANGE_NAMES = (
    "_method",
    "csrf_token",
    "next",
    "rows-0-field",
    "rows-9999-x",
    "m0-user",
    "a[]",
    "__proto__",
    "",
)
PATHS = (
    b"0",
    b"-1",
    b"+1",
    b"1.0",
    b"2147483647",
    b"2147483648",
    b"9" * 10,
    b"9" * 40,
    b"00001",
    b"1%00",
    b"..",
    b"1/../2",
    "٣".encode(),
    "１".encode(),
    "1.1.1\u0301".encode(),
    "lĩnh vực".encode(),
    b"\xff\xfe",
    b"\xed\xa0\x80",
    b"\x00",
    b"a" * 3000,
    b"1.1.1",
    b"1.1.2",
    b"9.9.9",
    b"huy",
    b"%",
    b"'",
)
FILES = (
    (b"", "rong.xlsx"),
    (b"PK\x05\x06" + bytes(18), "rong.docx"),
    (office(), "bao-cao.docx"),
    (office()[:150], "cut.xlsx"),
    (pdf(), "a.pdf"),
    (pdf(), "\u202egpj.fdp" * 40),
    (pdf(), '"; filename="b.pdf'),
    (SVG, "a.svg"),
    (picture()[:80], "a.jpg"),
    (b"\xd0\xcf\x11\xe0" * 9, "a.xls"),
)
HEADERS = (
    {"HX-Request": "true"},
    {"X-Requested-With": "soat"},
    {"HX-Request": "true", "HX-Current-URL": "javascript:alert(1)", "HX-Target": "\u00ff"},
    {"X-HTTP-Method-Override": "DELETE"},
    {"Accept": "application/json"},
    {"Accept-Language": "xx-YY;q=zz,\u00e9,en;q=2"},
    {"Referer": "http://[", "Origin": "null"},
    {"Range": "bytes=5-2,-1,x"},
    {"If-None-Match": "*", "If-Modified-Since": "Thu, 99 Foo 9999 99:99:99 GMT"},
    {"Cookie": "sid=\u00ff; device=%00"},
    {"Sec-Fetch-Site": "cross-site"},
    {"X-Forwarded-For": "x" * 500, "Forwarded": "for=_"},
    {"Content-Encoding": "gzip"},
    {"Idempotency-Key": "\u00ff"},
)
FORM = "application/x-www-form-urlencoded"
BOUNDARY = "ranhgioi"
JUNK = (
    (b'{"a": {"b": [1e999, NaN]}}', "application/json"),
    (b"[" * 5000, "application/json"),
    (b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><x>&a;</x>", "application/xml"),
    (b"--x\r\nContent-Disposition: form-data", "multipart/form-data; boundary=x"),
    (
        b"--x\r\nContent-Disposition: form-data; name=text; filename=a\r\n\r\n\r\n--x--",
        "multipart/form-data; boundary=x",
    ),
    (b"--x\r\n" * 200, "multipart/form-data; boundary=x"),
    (b"abc", "multipart/form-data"),
    (b"abc", "multipart/form-data; boundary=" + "b" * 300),
    (b"a=1&" * 4000, FORM),
    (b"=&=&&;;%&%u1234=\xff", FORM),
    (b"version=1", FORM + "; charset=utf-16"),
    (b"version=1", "text/plain"),
    (b"\x00\xff" * 50, "application/octet-stream"),
    (b"version=1", ""),
)


@dataclass
class Shot:
    """A request as it goes over the wire."""

    method: str
    path: str
    query: str = ""
    body: bytes = b""
    kind: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    csrf: bool = True

    def __str__(self) -> str:
        address = self.path + (f"?{self.query}" if self.query else "")
        return f"{self.method} {address[:400]} {self.kind} {self.headers} {self.body[:600]!r}"


def _bytes(value: Any) -> bytes:
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")


nonsense = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(max_size=30).map(_bytes),
    st.integers(-(2**70), 2**70).map(_bytes),
    st.binary(max_size=12),
)


@st.composite
def shots(draw: st.DrawFn, target: Target, names: list[str]) -> Shot:
    """The target's own request with some fields gone, spoiled, doubled or foreign, and perhaps elsewhere."""
    query = draw(_pairs(target.query, names, foreign=1))
    shot = Shot(target.method, draw(_paths(target)), _encoded(query))
    if draw(st.integers(0, 3)) == 3:
        shot.headers = dict(draw(st.sampled_from(HEADERS)))
    if target.method != "GET":
        shot.csrf = draw(st.integers(0, 19)) < 19
        _fill(draw, shot, target, names)
    return shot


def _fill(draw: st.DrawFn, shot: Shot, target: Target, names: list[str]) -> None:
    way = draw(st.integers(0, 9))
    if way == 9:
        shot.body, shot.kind = draw(st.sampled_from(JUNK))
        return
    pairs = draw(_pairs(target.fields, names, foreign=2))
    files = [name for name, values in target.fields.items() if isinstance(values[0], tuple)]
    if files or way == 7:
        shot.kind = f"multipart/form-data; boundary={BOUNDARY}"
        shot.body = _multipart(draw, pairs, files or ["file"])
    elif way == 8:
        texts = {name: value.decode("utf-8", "replace") for name, value in pairs}
        shot.body, shot.kind = json.dumps(texts).encode(), draw(st.sampled_from(("application/json", FORM)))
    else:
        shot.body, shot.kind = _encoded(pairs).encode(), FORM


@st.composite
def _pairs(
    draw: st.DrawFn, known: dict[str, list[Any]], names: list[str], foreign: int
) -> list[tuple[str, bytes]]:
    pairs: list[tuple[str, bytes]] = []
    # 0: as a person would send it; up to 3: the more of it spoiled.
    spoil = draw(st.integers(0, 3))
    for name, values in known.items():
        if values and isinstance(values[0], tuple):
            continue
        fate = draw(st.integers(0, 9)) if spoil else 9
        if fate == 8 and spoil > 1:
            continue
        if name.endswith("op_id"):
            pairs.append((name, str(UUID(int=draw(st.integers(0, 2**128 - 1)))).encode()))
        if fate < 2 * spoil:
            pairs.append((name, draw(nonsense)))
        elif not name.endswith("op_id") and values:
            pairs.append((name, _bytes(values[0] if len(values) == 1 else draw(st.sampled_from(values)))))
        if fate == 1:
            pairs.append((name, draw(nonsense)))  # a second one of the same name
    for _foreign in range(draw(st.integers(0, foreign))):
        pairs.append((draw(st.sampled_from([*names, *STRANGE_NAMES])), draw(nonsense)))
    return pairs


@st.composite
def _paths(draw: st.DrawFn, target: Target) -> str:
    """The rule's own address; one time in five, something else where its numbers and words stand."""
    path = target.rule.rule
    wrong = draw(st.integers(0, 4)) == 4 if target.path else False
    for name, value in target.path.items():
        part = (
            draw(st.one_of(st.sampled_from(PATHS), st.integers(0, 60).map(_bytes)))
            if wrong
            else _bytes(value)
        )
        for written in (f"<int:{name}>", f"<path:{name}>", f"<{name}>"):
            path = path.replace(written, quote_from_bytes(part, safe=""))
    return path


def _encoded(pairs: list[tuple[str, bytes]]) -> str:
    return "&".join(f"{quote_from_bytes(_bytes(name))}={quote_from_bytes(value)}" for name, value in pairs)


def _multipart(draw: st.DrawFn, pairs: list[tuple[str, bytes]], files: list[str]) -> bytes:
    parts = [f'form-data; name="{name}"'.encode() + b"\r\n\r\n" + value for name, value in pairs]
    for name in files:
        content, called = draw(st.sampled_from(FILES))
        parts.append(f'form-data; name="{name}"; filename="{called}"'.encode() + b"\r\n\r\n" + content)
    return (
        b"".join(b"--%s\r\nContent-Disposition: %s\r\n" % (BOUNDARY.encode(), part) for part in parts)
        + f"--{BOUNDARY}--\r\n".encode()
    )
