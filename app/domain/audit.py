"""The audit trail's proof: a hash chain of events, seals over the change log of scores, and checkpoints.

A chain alone cannot see that its end was cut off, so a checkpoint (how many, and the last hash) is kept
outside the database. The change log of scores is not in the chain, for a tap must stay cheap: it is sealed
by the hash of each line when scores are locked, when minutes are signed, and by ``flask audit seal``.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from typing import Any

GENESIS = "0" * 64
# Of each line's hash a seal keeps so many digits: 64 bits tell any two lines apart.
SEAL_DIGITS = 16


def _sha256(parts: list[Any]) -> str:
    text = json.dumps(parts, ensure_ascii=False, sort_keys=True, separators=(",", ":"), default=str)
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()


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
    moment = at.astimezone(UTC).isoformat()
    return _sha256([previous_hash, moment, user_id, action, object_kind, object_id, data])


@dataclass(frozen=True, slots=True)
class Event:
    """One event as it is stored."""

    id: int
    at: datetime
    user_id: int | None
    action: str
    object_kind: str
    object_id: int | None
    data: Mapping[str, Any]
    previous_hash: str
    hash: str

    @property
    def sound(self) -> bool:
        """Whether the event still says what its own hash was made of."""
        return self.hash == chain_hash(
            self.previous_hash,
            self.at,
            self.user_id,
            self.action,
            self.object_kind,
            self.object_id,
            self.data,
        )


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How many events there were, and the hash of the last: what makes a cut end visible."""

    count: int
    hash: str

    def __str__(self) -> str:
        return f"{self.count}:{self.hash}"

    @classmethod
    def read(cls, text: str) -> Checkpoint:
        """The reverse of ``str``; ``ValueError`` when it is none."""
        count, _, hash_ = text.strip().partition(":")
        if (
            not (count.isascii() and count.isdecimal())
            or len(hash_) != 64
            or set(hash_) - set("0123456789abcdef")
        ):
            raise ValueError(text)
        return cls(int(count), hash_)


class Fault(StrEnum):
    """What can be wrong with the chain."""

    CHANGED = "changed"
    UNLINKED = "unlinked"
    NO_BEGINNING = "no_beginning"
    REWRITTEN = "rewritten"
    CUT = "cut"


@dataclass(frozen=True, slots=True)
class Break:
    """A fault and where it shows: the event, and the one before it where there is one.

    ``missing``: how many events are cut off at the end.
    """

    fault: Fault
    event: Event | None
    before: Event | None = None
    missing: int = 0


class ChainCheck:
    """Walks the chain in the order of ids, event by event; memory does not grow with it."""

    def __init__(self, checkpoints: Iterable[Checkpoint] = ()) -> None:
        self.count = 0
        self.last: Event | None = None
        self._known: dict[int, set[str]] = {}
        for checkpoint in checkpoints:
            self._known.setdefault(checkpoint.count, set()).add(checkpoint.hash)

    @property
    def head(self) -> Checkpoint:
        return Checkpoint(self.count, self.last.hash if self.last else GENESIS)

    def follow(self, events: Iterable[Event]) -> Iterator[Break]:
        """The breaks among the next events."""
        for event in events:
            before, self.last = self.last, event
            self.count += 1
            if not event.sound:
                yield Break(Fault.CHANGED, event, before)
            if before is None and event.previous_hash != GENESIS:
                yield Break(Fault.NO_BEGINNING, event)
            elif before is not None and event.previous_hash != before.hash:
                yield Break(Fault.UNLINKED, event, before)
            if self._known.get(self.count, {event.hash}) != {event.hash}:
                yield Break(Fault.REWRITTEN, event, before)

    def end(self) -> Iterator[Break]:
        """What is missing at the end, by the checkpoints."""
        most = max(self._known, default=0)
        if most > self.count:
            yield Break(Fault.CUT, None, self.last, most - self.count)


def change_hash(change: Mapping[str, Any]) -> str:
    """The hash of one line of the change log, of all its columns; instants in UTC."""
    return _sha256([{name: _plain(value) for name, value in change.items()}])


def _plain(value: Any) -> Any:
    return value.astimezone(UTC).isoformat() if isinstance(value, datetime) else value


def seal_of(changes: Iterable[Mapping[str, Any]]) -> dict[str, Any]:
    """The data of an ``answers.digest`` event: the last line's id and the beginning of each line's hash."""
    hashes = {str(change["id"]): change_hash(change)[:SEAL_DIGITS] for change in changes}
    return {"until": max(map(int, hashes), default=0), "count": len(hashes), "changes": hashes}


class LogFault(StrEnum):
    """What can be wrong with the change log of one inspection's scores."""

    CHANGED = "changed"
    REMOVED = "removed"
    ADDED = "added"
    UNLINKED = "unlinked"
    ANSWER = "answer"


@dataclass(frozen=True, slots=True)
class LogBreak:
    """``change_id`` is the line of the log; for ``ANSWER`` it is the answer's own id."""

    fault: LogFault
    change_id: int


def sealed_faults(seals: Iterable[Mapping[str, Any]], log: Iterable[Mapping[str, Any]]) -> Iterator[LogBreak]:
    """What changed, went or came in the log since it was sealed; lines after the last seal are still free."""
    sealed: dict[int, str] = {}
    until = 0
    for seal in seals:
        sealed |= {int(id_): hash_ for id_, hash_ in seal["changes"].items()}
        until = max(until, int(seal["until"]))
    for change in log:
        id_ = change["id"]
        known = sealed.pop(id_, None)
        if known is None:
            if id_ <= until:
                yield LogBreak(LogFault.ADDED, id_)
        elif change_hash(change)[:SEAL_DIGITS] != known:
            yield LogBreak(LogFault.CHANGED, id_)
    yield from (LogBreak(LogFault.REMOVED, id_) for id_ in sorted(sealed))


# The approval of «không áp dụng» has an event of its own and no line in the log.
_OF_ANSWER = ("value", "points", "not_applicable", "na_reason", "reason", "note")


def _said(state: Mapping[str, Any] | None) -> tuple[Any, ...]:
    return tuple((state or {}).get(name) for name in _OF_ANSWER)


_NOTHING_SAID = (None, None, False, "", "", "")


def log_faults(
    accepted: Iterable[Mapping[str, Any]], answers: Iterable[Mapping[str, Any]]
) -> Iterator[LogBreak]:
    """Where log and answers do not tell one story, sealed or not.

    Each accepted line begins where the last one of its criterion, side and round ended, and the answer that
    stands is what the last one made of it. A later round begins with what the one before it ended with.
    """
    ends: dict[tuple[Any, ...], Mapping[str, Any]] = {}

    def end_of(criterion_id: int, side: Any, round_: int) -> Mapping[str, Any] | None:
        places = ((criterion_id, side, number) for number in range(round_, 0, -1))
        return next((ends[place] for place in places if place in ends), None)

    for change in accepted:
        place = (change["criterion_id"], change["side"], change["round"])
        before = end_of(*place)
        if before is not None:
            linked = change["version"] == before["version"] + 1 and _said(change["before"]) == _said(
                before["after"]
            )
        else:
            linked = change["version"] == 1 and _said(change["before"]) == _NOTHING_SAID
        if not linked:
            yield LogBreak(LogFault.UNLINKED, change["id"])
        ends[place] = change
    standing = set()
    for answer in answers:
        place = (answer["criterion_id"], answer["side"], answer["round"])
        standing.add(place)
        last = end_of(*place)
        if last is None or last["version"] != answer["version"] or _said(last["after"]) != _said(answer):
            yield LogBreak(LogFault.ANSWER, answer["id"])
    lost = (change for place, change in ends.items() if place not in standing)
    yield from (LogBreak(LogFault.UNLINKED, change["id"]) for change in lost)
