"""Sweeping the store: uploaded lists that ended long ago let their bytes go, and bytes that nothing names go too.

What is younger than a day is left alone: its row may not be written yet. What a row comes to name at the very moment
it is taken away is put back (see ``_kept.py``). Files, signed minutes and carried-in files of tablets keep theirs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import update

from ..db import db, verb
from ..domain.imports import in_parts
from ..domain.refusals import Missing
from ..models import ImportJob
from ..queries.sweep import OldList, carried_in, is_old, named_by_rows, named_for_good, old_lists
from ..storage import Kept, Store
from ._audit import note_event

# Longer than any request, and than a list is read.
GRACE = timedelta(days=1)
_AT_ONCE = 200


@dataclass(frozen=True, slots=True)
class Swept:
    """What a sweep did, or would do: lists whose bytes nobody needs any more, and files that nothing names."""

    lists: tuple[OldList, ...] = ()
    files: tuple[Kept, ...] = ()

    @property
    def size(self) -> int:
        return sum(one.size for one in self.files)


def sweep(store: Store, now: datetime, keep_lists: timedelta, *, dry_run: bool = False) -> Swept:
    """Lists first, so that their bytes are among those that nothing names, unless something else does."""
    before = now - keep_lists
    lists = old_lists(before)
    if not dry_run:
        for some in in_parts(lists, _AT_ONCE):
            _let_go([one.id for one in some], before, now)
    old = [one for one in store.kept() if one.changed_at < now - GRACE]
    named = named_for_good() | named_by_rows(
        (one.sha256 for one in old if one.sha256), [one.id for one in lists]
    )
    loose = [one for one in old if one.sha256 not in named]
    gone = loose if dry_run else [one for one in loose if _remove(store, one, now)]
    result = Swept(tuple(lists), tuple(gone))
    if gone and not dry_run:
        _note(len(gone), result.size, now)
    return result


@verb
def _let_go(job_ids: Sequence[int], before: datetime, now: datetime) -> None:
    """Their rows and results stay. Who began to write one meanwhile keeps it."""
    told = db.session.scalars(
        update(ImportJob)
        .where(ImportJob.id.in_(job_ids), ImportJob.swept_at.is_(None), is_old(before))  # type: ignore[arg-type]
        .values(swept_at=now)
        .returning(ImportJob.id)
        .execution_options(synchronize_session=False)
    ).all()
    if told:
        note_event("storage.let_go", "storage", None, None, now, {"after": {"lists": sorted(told)}})


def _remove(store: Store, one: Kept, now: datetime) -> bool:
    """Whether it is gone for good: not put anew meanwhile, and named by nothing after it was taken away."""
    if not one.sha256:
        store.remove(one)
        return True
    try:
        content = store.get(one.sha256)
    except Missing:
        content = None  # damaged: nobody could read it anyway
    changed_at = store.changed_at(one.sha256)
    if changed_at is None or changed_at >= now - GRACE:
        return False
    store.remove(one)
    if content is not None and (named_by_rows([one.sha256]) or one.sha256 in carried_in()):
        store.put(content)
        return False
    return True


@verb
def _note(files: int, size: int, now: datetime) -> None:
    note_event("storage.sweep", "storage", None, None, now, {"after": {"files": files, "size": size}})
