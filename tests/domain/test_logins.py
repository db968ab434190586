"""Limits at the door as pure rules: windows, waiting, whose bucket it is."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.accounts import check_name
from app.domain.browsers import browser_words, is_handheld
from app.domain.logins import (
    ACCOUNT,
    ADDRESS,
    DAY,
    DEVICE,
    MINUTE,
    Limit,
    Visitor,
    at_the_door,
    fills,
    keyed,
    network,
    waiting_time,
)
from app.domain.refusals import Invalid
from tests.make import NOW

NOTHING = timedelta()


def test_five_wrong_tries_make_the_sixth_wait_until_the_first_is_forgotten():
    tries = [NOW + timedelta(seconds=10 * n) for n in range(5)]
    assert waiting_time(ACCOUNT, tries[:4], tries[3]) == NOTHING
    assert fills(ACCOUNT, tries[:4], tries[4])
    assert waiting_time(ACCOUNT, tries, tries[4]) == timedelta(seconds=260)
    assert waiting_time(ACCOUNT, tries, NOW + 5 * MINUTE) == NOTHING


@given(st.lists(st.integers(0, 86_400), max_size=120))
def test_whoever_waits_as_told_may_try(seconds):
    tries = [NOW + timedelta(seconds=second) for second in seconds]
    now = NOW + DAY
    past = [at for at in tries if at <= now]
    wait = waiting_time(ACCOUNT, past, now)
    assert NOTHING <= wait <= DAY
    assert waiting_time(ACCOUNT, past, now + wait) == NOTHING


@given(st.integers(1, 400), st.integers(0, 600))
def test_no_more_tries_are_taken_in_any_window_than_the_limit_says(asked, pause):
    limit = Limit(5, 5 * MINUTE)
    taken, at = [], NOW
    for _ in range(asked):
        at += timedelta(seconds=pause)
        if waiting_time([limit], taken, at) == NOTHING:
            taken.append(at)
    for start in taken:
        assert sum(start <= other < start + limit.window for other in taken) <= limit.most


def test_a_known_browser_has_a_bucket_of_its_own():
    here = Visitor(name_key="n", address_key="a", device="d")
    [mine] = at_the_door("password", here, known=True, unlocked=False)
    others = at_the_door("password", here, known=False, unlocked=False)
    assert mine.limits == DEVICE
    assert [bucket.limits for bucket in others] == [ADDRESS, ACCOUNT]
    assert mine.key not in {bucket.key for bucket in others}
    assert [b.limits for b in at_the_door("password", here, known=False, unlocked=True)] == [ADDRESS]


def test_passwords_and_codes_are_counted_apart():
    here = Visitor(name_key="n", address_key="a", device="d")
    keys = {b.key for kind in ("password", "code") for b in at_the_door(kind, here, False, False)}
    assert len(keys) == 4


@pytest.mark.parametrize(
    ("address", "counted_as"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("", ""),
        (None, ""),
        ("unix:", ""),
    ],
)
def test_an_ipv6_house_is_one_address(address, counted_as):
    assert network(address) == counted_as


def test_a_key_depends_on_the_installation_and_on_what_it_is_of():
    assert keyed("one", "name", "x") != keyed("two", "name", "x")
    assert keyed("one", "name", "x") != keyed("one", "address", "x")
    assert "x" != keyed("one", "name", "x") == keyed("one", "name", "x")


@pytest.mark.parametrize("name", ["a", "canbo", "canbo.cau-tre_2", "x" * 50])
def test_names_that_can_be_typed_anywhere_are_taken(name):
    check_name(name)


@pytest.mark.parametrize("name", ["", "Canbo", "cán", "a b", ".a", "a.", "x" * 51, "a\n", "a@b"])
def test_other_names_are_refused_at_their_field(name):
    with pytest.raises(Invalid) as refusal:
        check_name(name)
    assert refusal.value.field == "name"


@pytest.mark.parametrize(
    ("line", "words", "handheld"),
    [
        (
            "Mozilla/5.0 (Linux; Android 14; SM-X200) AppleWebKit/537.36 Chrome/141.0 Safari/537.36",
            "Chrome, Android",
            True,
        ),
        (
            "Mozilla/5.0 (iPad; CPU OS 18_0 like Mac OS X) AppleWebKit/605 Version/18.0 Safari/604",
            "Safari, iPad",
            True,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64) AppleWebKit/537.36 Chrome/141 Safari/537.36 Edg/141.0",
            "Edge, Windows",
            False,
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537.36 coc_coc_browser/141 Chrome/135 Safari/537",
            "Cốc Cốc, Windows",
            False,
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox, Linux", False),
        ("curl/8.5.0", "", False),
        ("", "", False),
    ],
)
def test_a_browser_is_named_in_words_its_owner_knows(line, words, handheld):
    assert browser_words(line) == words
    assert is_handheld(line) is handheld
