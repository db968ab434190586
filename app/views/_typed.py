"""What a person had typed into a form whose post is refused: it stays on the page, so that nothing is lost.

Where the session had ended, or its token had changed, it is kept in the page as a signed parcel: after signing in
the same form is sent again by one press, by the account that had filled it. A parcel holds no password.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import current_app, request, session
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from itsdangerous import BadData, URLSafeTimedSerializer
from werkzeug.exceptions import HTTPException

from ..forms._typed import fields_of
from ._return import inside, page_inside

# Fields that nobody types, and those that nobody may read again.
_HIDDEN = re.compile(
    r"csrf_token|op_id|.*version|device_at|side|field|round|seen|over|.*password.*|old|new|again|token|sha256|next"
)
# What a list or a button sends: words of the program, numbers of rows.
_CHOSEN = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+|[a-z]{1,12}|[0-9]{1,10}")
_NUMBER = re.compile(r"[-\d.,% ]{1,30}")
_ACCOUNT = {"login", "me", "second_step", "users"}
# Where the forms of a room have a module of another name; fields named by what they are of and its id.
_FORMS_OF = {"conclusions": "follow_up"}
_OF_ROWS = {"recommendation": _l("Hạn của kiến nghị"), "finding": _l("Hạn khắc phục tồn tại")}
MOST_FIELDS, MOST_LETTERS = 60, 50_000
# A parcel is sent once more as a field of a form: there is a limit to that.
MOST_PARCEL, HOURS = 400_000, 24


@dataclass(frozen=True)
class Typed:
    """One text and the words of its field."""

    label: str
    text: str


@dataclass(frozen=True)
class Parcel:
    """A refused post: where it goes, its fields in their order, the page it came from, and whose it is."""

    address: str
    pairs: list[tuple[str, str]]
    page: str
    person: int | None
    had_files: bool

    @property
    def typed(self) -> list[Typed]:
        return _typed(self.pairs, _room(self.address))


def from_here() -> bool:
    """Whether a page of ours sent this: browsers say so, of themselves or by the origin of every post."""
    site = request.headers.get("Sec-Fetch-Site")
    if site:
        return site == "same-origin"
    return request.headers.get("Origin") == request.host_url.rstrip("/")


def typed_texts() -> list[Typed]:
    """The texts of the refused post in their order; none of a post that another site had the browser send."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    room = (request.endpoint or "").partition(".")[0]
    return [] if room in _ACCOUNT else _typed(_sent(), room)


def _sent() -> list[tuple[str, str]]:
    try:
        return list(request.form.items(multi=True))
    except HTTPException:
        return []  # too large to be read: that is what was refused


def _typed(pairs: list[tuple[str, str]], room: str) -> list[Typed]:
    """Long texts by themselves; figures together, a line each."""
    known, texts, figures = fields_of(_FORMS_OF.get(room, room)), [], []
    rows: Counter[str] = Counter()
    for name, value in pairs:
        row, field = re.search(r"\d+", name), name.rpartition("-")[2]
        words, types = known.get(field, ("", None))
        kind = name.removesuffix(f"-{field}") if field.isdecimal() else ""
        rows[kind] += 1
        if not value.strip() or _HIDDEN.fullmatch(name) or types is False:
            continue
        if types is None and (_CHOSEN.fullmatch(value.strip()) or _NUMBER.fullmatch(value)):
            continue
        label = _(words) if isinstance(words, str) and words else str(words)
        if kind in _OF_ROWS:
            # An id says nothing to a person; the rows stand in the order of the page.
            label = f"{_OF_ROWS[kind]} ({rows[kind]})"
        elif label and "-" in name and row:
            label = f"{label} ({int(row[0][:9]) + 1})"
        if _NUMBER.fullmatch(value):
            figures.append(f"{label or field}: {value}")
        else:
            texts.append(Typed(label, value[:MOST_LETTERS]))
    if figures:
        texts.append(Typed(_("Các số đã nhập"), "\n".join(figures[:2000])))
    return texts[:MOST_FIELDS]


def _room(address: str) -> str:
    adapter = current_app.create_url_adapter(request)
    try:
        endpoint, _arguments = adapter.match(urlsplit(address).path, method="POST") if adapter else ("", {})
    except HTTPException:
        return ""
    return str(endpoint).partition(".")[0]


# --- parcels ------------------------------------------------------------------------------------------


def _seal() -> URLSafeTimedSerializer:
    # The newest key last, as the signer wants it: it signs, the others are still believed.
    older = current_app.config["SECRET_KEY_FALLBACKS"] or []
    return URLSafeTimedSerializer([*reversed(older), str(current_app.secret_key)], salt="typed")


def packed() -> tuple[Parcel, str] | None:
    """The post at hand as a parcel and its sealed form; nothing of another site's post or of an account's."""
    room = (request.endpoint or "").partition(".")[0]
    if request.method != "POST" or not room or room in _ACCOUNT or not from_here():
        return None
    pairs = [(name, value) for name, value in _sent() if name != "csrf_token"]
    if all(_HIDDEN.fullmatch(name) for name, _value in pairs):
        return None  # a button: the page it stands on is enough
    query = [(name, value) for name, value in request.args.items(multi=True)]
    parcel = Parcel(
        address=request.path + (f"?{urlencode(query, errors='replace')}" if query else ""),
        pairs=pairs,
        page=came_from(),
        person=session.get("person"),
        had_files=any(file.filename for file in request.files.values()),
    )
    body = urlencode(pairs, errors="replace")
    sealed = str(_seal().dumps([parcel.address, body, parcel.page, parcel.person, parcel.had_files]))
    return (parcel, sealed) if len(sealed) <= MOST_PARCEL else None


def came_from() -> str:
    """The page of the form, to go back to."""
    parts = urlsplit(request.referrer or "")
    if parts.netloc != request.host:
        return ""
    return page_inside(parts.path + (f"?{parts.query}" if parts.query else "")) or ""


def unpacked(sealed: str | None) -> Parcel | None:
    """What :func:`packed` sealed, unless somebody touched it or it is too old."""
    if not sealed:
        return None
    try:
        content: Any = _seal().loads(sealed, max_age=HOURS * 3600)
    except BadData:
        return None
    address, body, page, person, had_files = content
    if not inside(address):
        return None
    return Parcel(address, parse_qsl(body, keep_blank_values=True), page, person, had_files)
