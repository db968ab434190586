"""The chain of audit events: every field counts, and so does every event before."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.audit import GENESIS, chain_hash

AT = datetime(2022, 9, 15, 1, 30, tzinfo=UTC)
EVENT = (GENESIS, AT, 1, "finding.add", "inspection", 7, {"finding": 3})


def test_the_hash_is_sha256_in_hexadecimal():
    assert len(chain_hash(*EVENT)) == len(GENESIS) == 64
    assert set(chain_hash(*EVENT)) <= set("0123456789abcdef")


OTHERS = ("f" * 64, AT + timedelta(microseconds=1), 2, "finding.remove", "finding", 8, {"finding": 4})


@pytest.mark.parametrize("place", range(len(EVENT)))
def test_every_field_counts(place):
    changed = list(EVENT)
    changed[place] = OTHERS[place]
    assert chain_hash(*changed) != chain_hash(*EVENT)


def test_nobody_is_somebody_else_than_user_none():
    assert chain_hash(*EVENT[:2], None, *EVENT[3:]) != chain_hash(*EVENT[:2], "None", *EVENT[3:])


def test_the_same_moment_in_another_zone_is_the_same_event():
    in_hanoi = AT.astimezone(timezone(timedelta(hours=7)))
    assert chain_hash(GENESIS, in_hanoi, *EVENT[2:]) == chain_hash(*EVENT)


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=10)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=4,
)


@given(st.dictionaries(words, json_values, max_size=4))
def test_data_that_went_through_a_database_gives_the_same_hash(data):
    """Key order is the database's own; the hash does not see it."""
    back = json.loads(json.dumps(dict(reversed(data.items()))))
    first = (GENESIS, AT, 1, "a", "b", 1)
    assert chain_hash(*first, data) == chain_hash(*first, back)


def test_changing_an_early_event_changes_every_later_hash():
    def chain(texts):
        last, hashes = GENESIS, []
        for text in texts:
            last = chain_hash(last, AT, 1, "note", "inspection", 1, {"text": text})
            hashes.append(last)
        return hashes

    true, forged = chain(["a", "b", "c"]), chain(["x", "b", "c"])
    assert all(one != other for one, other in zip(true, forged, strict=True))
