"""What comes over a slow line is waited for with nothing held: others go on writing meanwhile."""

from __future__ import annotations

from io import BytesIO

import pytest

from app.db import db
from tests.cast import SCRIPT
from tests.views.attached import ON_CRITERION, TaskWorld, form, stored, whole


class Slow(BytesIO):
    """A body that arrives bit by bit; notes whether a transaction was open while it did."""

    asked = held = False

    def readinto(self, room) -> int:
        return self._seen(super().readinto(room))

    def read(self, *size) -> bytes:
        return self._seen(super().read(*size))

    def readline(self, *size) -> bytes:
        return self._seen(super().readline(*size))

    def _seen(self, got):
        self.asked = True
        self.held = self.held or db.session().in_transaction()
        return got


def post_slowly(browser, address: str) -> Slow:
    sent = whole(form())
    body = Slow(sent["data"])
    length = str(len(sent["data"]))
    browser.post(
        address,
        input_stream=body,
        content_type=sent["content_type"],
        content_length=length,
        headers=SCRIPT,
    )
    assert body.asked
    return body


@pytest.mark.parametrize("place", ["criterion", "task", "directive", "queue"])
def test_nothing_is_held_while_a_body_is_still_coming(app, login, place: str) -> None:
    tasks = TaskWorld()
    world = tasks.around
    who, address = {
        "criterion": (world.member, f"{world.at}/{ON_CRITERION}"),
        "task": (tasks.officer, f"{tasks.at}/steps/bao_cao"),
        "directive": (world.head, "/directives/new"),
        "queue": (world.admin, "/admin/queue-files"),
    }[place]
    assert not post_slowly(login(who), address).held
    assert len(stored()) == (place == "criterion")
