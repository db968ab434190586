"""Bytes that a row names from now on, whatever a sweep was about to do."""

from __future__ import annotations

from collections.abc import Mapping

from ..storage import Store


def keep_named(store: Store, contents: Mapping[str, bytes | None]) -> None:
    """After the row was written: bytes that a sweep took away at that very moment are put once more.

    A sweep looks at the rows again after it has taken something away, and puts it back when one names it now.
    Whichever of the two looks last sees what the other one did.
    """
    for sha256, content in contents.items():
        if content is not None and store.changed_at(sha256) is None:
            store.put(content)
