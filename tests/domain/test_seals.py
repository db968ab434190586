"""Seals of operations in a file: only the account's own page can make them, every part is under them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.seals import canonical, is_sealed, seal, seal_key

OPERATION = {
    "account": 4,
    "at": "2022-09-15T01:30:00.000Z",
    "base": 2,
    "fields": {"side": "verified", "field": "note", "note": 'Đã niêm yết «đủ»\n\t"1" \\ \u2028 \x7f 🙂'},
    "id": "0a1b2c3d-1111-4222-8333-444455556666",
    "kind": "answer",
    "sha256": None,
    "url": "/inspections/1/answers/3.4.1",
}


def test_the_canonical_form_is_what_contributing_says():
    assert canonical(
        OPERATION | {"fields": {"b": "1", "a": "ệ"}, "order": 3, "seal": "x", "state": "waiting"}
    ) == (
        '{"account":4,"at":"2022-09-15T01:30:00.000Z","base":2,"fields":{"a":"ệ","b":"1"},'
        '"id":"0a1b2c3d-1111-4222-8333-444455556666","kind":"answer","sha256":null,'
        '"url":"/inspections/1/answers/3.4.1"}'
    )


def test_each_account_has_a_key_of_its_own_that_depends_on_the_secret():
    assert len({seal_key("one", 1), seal_key("one", 11), seal_key("two", 1)}) == 3


@pytest.mark.parametrize(
    "change",
    [
        {"account": 5},
        {"at": "2022-09-15T01:30:00.001Z"},
        {"base": 3},
        {"base": None},
        {"fields": {**OPERATION["fields"], "note": "khác"}},
        {"fields": {}},
        {"id": "0a1b2c3d-1111-4222-8333-444455556667"},
        {"kind": "finding"},
        {"sha256": "0" * 64},
        {"url": "/inspections/2/answers/3.4.1"},
        {"seal": None},
        {"seal": "ỏ" * 64},
        {"fields": {"note": 1}},
        {"fields": {"Note": "1"}},
        {"account": "4"},
        {"account": True},
        {"at": "\ud800"},
    ],
)
def test_whatever_is_changed_breaks_the_seal(change):
    key = seal_key("secret", 4)
    sealed = OPERATION | {"seal": seal(key, OPERATION)}
    assert is_sealed(key, sealed)
    assert not is_sealed(key, sealed | change)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.floats(allow_nan=True),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)


@given(st.dictionaries(st.sampled_from([*OPERATION, "seal"]), JSON))
def test_nothing_anybody_writes_makes_it_fail(row):
    assert not is_sealed(seal_key("secret", 4), row)
