"""SIGKILL under load, again and again: what was acknowledged is there, once, and the trail is whole.

Processes die here, not the machine: what the disk keeps when the power goes is the business of the
settings in ``app/db.py`` and of ``tests/test_db.py``, which reads them back from every connection.
"""

from __future__ import annotations

import hashlib
import random
import sqlite3
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.crash.load import Photographer, Writer, sign_in
from tests.databases import KINDS, durable_postgresql
from tests.server import Server, prepare_data

KILLS = 50
WRITING_WITHIN = 60


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    wanted = metafunc.config.getoption("--db")
    metafunc.parametrize("server", KINDS if wanted == "both" else (wanted,), indirect=True)


@pytest.fixture
def server(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Server]:
    with _database(request.param) as url:
        prepare_data(tmp_path, url)
        running = Server(tmp_path, url)
        try:
            running.start()
            yield running
        finally:
            running.stop()


@contextmanager
def _database(kind: str) -> Iterator[str]:
    if kind == "sqlite":
        yield ""
    else:
        with durable_postgresql() as url:
            yield url


def rows(server: Server, sql: str) -> list[dict[str, Any]]:
    engine = create_engine(server.database_url or f"sqlite:///{server.data_dir / 'soat.db'}")
    try:
        with engine.connect() as connection:
            return [dict(row) for row in connection.execute(text(sql)).mappings()]
    finally:
        engine.dispose()


def _writers(server: Server) -> list[Writer]:
    (inspection,) = rows(
        server, "SELECT id, version_id FROM inspections WHERE state = 'dang_kiem_tra' AND scoring"
    )
    codes = [
        row["code"]
        for row in rows(
            server,
            "SELECT c.code FROM criteria c JOIN areas a ON a.id = c.area_id "
            f"WHERE a.version_id = {inspection['version_id']} ORDER BY c.code",
        )
    ]
    head = sign_in(server, "truongdoan")
    # Each writer has criteria of its own: which note came last is then known.
    shares = [codes[number::5] for number in range(5)]
    people = [Writer(server, head, inspection["id"], share, seed) for seed, share in enumerate(shares[:4])]
    return [*people, Photographer(server, head, inspection["id"], shares[4], 4)]


def _assert_sound(server: Server) -> None:
    """As the next start finds the file: SQLite itself rolls back what was half written."""
    if server.database_url:
        return
    with closing(sqlite3.connect(server.data_dir / "soat.db")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []


def _wait_for_more(writers: list[Writer], wanted: int) -> None:
    def acknowledged() -> int:
        return sum(len(writer.journal.acked) + len(writer.journal.files) for writer in writers)

    enough, until = acknowledged() + wanted, time.monotonic() + WRITING_WITHIN
    while acknowledged() < enough:
        assert time.monotonic() < until, "nobody writes any more"
        time.sleep(0.005)


def test_no_acknowledged_operation_is_lost_or_doubled_when_the_server_is_killed_fifty_times(server, capsys):
    chance = random.Random(1)
    began = time.monotonic()
    writers = _writers(server)
    for writer in writers:
        writer.start()
    for kill in range(KILLS):
        # In the midst of the work: some operations after the start, at any moment of the next one. Pictures
        # take longest: now and then one comes through.
        _wait_for_more(writers if kill % 5 else writers[-1:], chance.randint(1, 6) if kill % 5 else 1)
        time.sleep(chance.uniform(0, 0.05))
        server.kill()
        _assert_sound(server)
        server.start()
    for writer in writers:
        writer.stopping.set()
        writer.join(60)
        assert not writer.is_alive()
    server.stop()
    journals = [writer.journal for writer in writers]
    acked = [op_id for journal in journals for op_id in journal.acked]
    files = [op_id for journal in journals for op_id in journal.files]
    again = sum(journal.again for journal in journals)
    with capsys.disabled():
        print(
            f"\n{'PostgreSQL' if server.database_url else 'SQLite'}: {KILLS} kills in "
            f"{time.monotonic() - began:.0f} s, {len(acked)} operations and {len(files)} pictures acknowledged, "
            f"{again} tries without an answer"
        )
    assert [journal.refused for journal in journals] == [[]] * len(journals)
    assert len(acked) + len(files) > KILLS
    assert len(acked) > len(files) > KILLS // 10

    changes = rows(server, "SELECT op_id, outcome FROM answer_changes")
    sent = Counter(row["op_id"] for row in changes if row["outcome"] == "accepted")
    assert {op_id: sent[op_id] for op_id in acked if sent[op_id] != 1} == {}
    before = rows(server, "SELECT op_id FROM answer_changes WHERE field <> 'note'")
    assert len(changes) - len(before) >= len(acked)
    notes = {
        row["code"]: row["note"]
        for row in rows(
            server,
            "SELECT c.code, a.note FROM answers a JOIN criteria c ON c.id = a.criterion_id "
            "WHERE a.side = 'verified'",
        )
    }
    assert [
        (code, note, notes.get(code))
        for journal in journals
        for code, note in journal.notes.items()
        if notes.get(code) != note
    ] == []

    stored = rows(server, "SELECT op_id, sha256, thumbnail_sha256 FROM attachments")
    assert Counter(row["op_id"] for row in stored) == Counter(files)
    for row in stored:
        for name in filter(None, (row["sha256"], row["thumbnail_sha256"])):
            content = next(server.data_dir.rglob(name)).read_bytes()
            assert hashlib.sha256(content).hexdigest() == name

    _assert_sound(server)
    server.flask("audit", "seal")
    server.flask("audit", "verify")
