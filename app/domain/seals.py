"""The seal of an operation that was saved to a file: proof that it was made on its own account's page.

The page of an account, and nobody else, is given the account's key. Whoever carries the file, an administrator
too, can neither change an operation in it nor invent one. CONTRIBUTING.md says exactly what is sealed.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from typing import Any

# In the order of their names, as they stand in what is sealed.
SEALED = ("account", "at", "base", "fields", "id", "kind", "sha256", "url")
_NAME = re.compile(r"[a-z_]{1,40}")
_SEAL = re.compile(r"[0-9a-f]{64}")


def seal_key(secret: str, account_id: int) -> str:
    """The key of one account, 64 hexadecimal characters; its UTF-8 bytes are the key of the HMAC."""
    return _hmac(secret, f"soat queue seal 1 {account_id}")


def canonical(operation: Mapping[str, Any]) -> str:
    """What is sealed, as one line of JSON. ``ValueError`` for what no page of ours makes."""
    fields = operation.get("fields")
    if not isinstance(fields, dict) or not all(
        isinstance(name, str) and _NAME.fullmatch(name) and isinstance(value, str)
        for name, value in fields.items()
    ):
        raise ValueError("fields")
    if type(operation.get("account")) is not int:
        raise ValueError("account")
    base, sha256 = operation.get("base"), operation.get("sha256")
    if base is not None and (type(base) is not int or not 0 <= base < 2**31):
        raise ValueError("base")
    if sha256 is not None and not (isinstance(sha256, str) and _SEAL.fullmatch(sha256)):
        raise ValueError("sha256")
    if not all(isinstance(operation.get(name), str) for name in ("at", "id", "kind", "url")):
        raise ValueError("texts")
    plain = {name: operation.get(name) for name in SEALED}
    text = json.dumps(plain, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    text.encode()  # a lone surrogate is no text
    return text


def seal(key: str, operation: Mapping[str, Any]) -> str:
    return _hmac(key, canonical(operation))


def is_sealed(key: str, operation: Mapping[str, Any]) -> bool:
    """Whether the operation's own ``seal`` fits what it says; never raises."""
    given = operation.get("seal")
    if not isinstance(given, str) or not _SEAL.fullmatch(given):
        return False
    try:
        return hmac.compare_digest(given, seal(key, operation))
    except ValueError:
        return False


def _hmac(key: str, text: str) -> str:
    return hmac.new(key.encode(), text.encode(), hashlib.sha256).hexdigest()
