"""The hash chain of audit events: each hash covers the event and the hash before it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

GENESIS = "0" * 64


def chain_hash(
    previous_hash: str,
    at: datetime,
    user_id: int | None,
    action: str,
    object_kind: str,
    object_id: int | None,
    data: Mapping[str, Any],
) -> str:
    """SHA-256 of the event's canonical JSON, in hexadecimal."""
    text = json.dumps(
        [previous_hash, at.astimezone(UTC).isoformat(), user_id, action, object_kind, object_id, data],
        ensure_ascii=False,
        sort_keys=True,
        separators=(",", ":"),
        default=str,
    )
    return hashlib.sha256(text.encode()).hexdigest()
