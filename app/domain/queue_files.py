"""A queue that was saved to a file on a tablet: read with distrust."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from .refusals import Invalid, sentence
from .seals import is_sealed, seal_key

FORMATS = {1}
MOST_BYTES = 64 * 2**20
MOST_OPERATIONS = 2000
KINDS = {"answer", "finding", "recommendation", "photo", "caption"}


@dataclass(frozen=True, slots=True)
class QueuedFile:
    name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Queued:
    """One operation of the file. ``fault``: why it is not even tried, a sentence."""

    id: str
    account: int
    kind: str
    url: str
    at: str
    fields: Mapping[str, str]
    base: int | None = None
    file: QueuedFile | None = None
    fault: str = ""


def read_queue(content: bytes, *secrets: str) -> list[Queued]:
    """The operations in their order; :class:`Invalid` when the file is no queue of ours at all.

    ``secrets``: the signing key and those before it, under which a device may have sealed what it keeps.
    """
    try:
        # Numbers of ten thousand digits and nests a thousand deep are not ours either.
        whole = json.loads(content, parse_float=_no_number, parse_constant=_no_number)
        rows = whole["operations"] if whole["format"] in FORMATS else None
    except (ValueError, KeyError, TypeError, RecursionError):
        rows = None
    if not isinstance(rows, list):
        raise Invalid(sentence("Tệp này không phải tệp chờ gửi của Soát."), field="file")
    if len(rows) > MOST_OPERATIONS:
        raise Invalid(sentence("Tệp có quá nhiều mục: tối đa %(most)s."), field="file", most=MOST_OPERATIONS)
    return [_operation(row, secrets) for row in rows]


def _no_number(_text: str) -> Any:
    raise ValueError("no such number in a queue")


def _operation(row: Any, secrets: Sequence[str]) -> Queued:
    given = row if isinstance(row, dict) else {}
    id_, kind, url, at = (_line(given.get(name)) for name in ("id", "kind", "url", "at"))
    account = given.get("account")
    queued = Queued(id_, account if type(account) is int and 0 < account < 2**31 else 0, kind, url, at, {})
    if not any(is_sealed(seal_key(secret, queued.account), given) for secret in secrets):
        return _faulty(
            queued,
            sentence(
                "Mục này không có dấu niêm đúng: không do trang của tài khoản đó làm ra, hoặc đã bị sửa."
            ),
        )
    if given.get("format", 1) not in FORMATS or queued.kind not in KINDS or not _is_id(queued.id):
        return _faulty(queued, sentence("Mục này thuộc loại mà phiên bản Soát này không nhận."))
    try:
        file = _file(given)
    except ValueError:
        return _faulty(queued, sentence("Nội dung tệp kèm theo không khớp với dấu niêm."))
    # Sealed, so of the right types.
    return replace(queued, fields=given["fields"], base=given["base"], file=file)


def _faulty(queued: Queued, fault: str) -> Queued:
    return replace(queued, fault=fault)


def _line(value: Any) -> str:
    """Something to show, whatever stood there."""
    return value[:300].encode("utf-8", "replace").decode() if isinstance(value, str) else ""


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False


def _file(given: Mapping[str, Any]) -> QueuedFile | None:
    """The file with the bytes that were sealed; ``ValueError`` for any other."""
    about = given.get("file")
    if about is None:
        if given.get("sha256") is not None:
            raise ValueError("the bytes are missing")
        return None
    if not isinstance(about, dict) or not isinstance(about.get("base64"), str):
        raise ValueError("no bytes")
    try:
        content = base64.b64decode(about["base64"], validate=True)
    except binascii.Error as error:
        raise ValueError("no base64") from error
    if hashlib.sha256(content).hexdigest() != given.get("sha256"):
        raise ValueError("other bytes")
    return QueuedFile(_line(about.get("name")) or "tep", _line(about.get("type")), content)


def path_of(url: str) -> str | None:
    """The path of an address of ours; ``None`` for any other."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    inside = not parts.scheme and not parts.netloc and parts.path.startswith("/")
    return parts.path if inside and not parts.path.startswith("//") else None
