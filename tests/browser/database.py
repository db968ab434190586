"""Looks into the server's own SQLite file, so that «saved» means what is on the disk."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import Any

from tests.server import Server

ANSWER = """
SELECT a.value, a.points, a.version, a.not_applicable, a.na_reason, a.reason, a.note, u.name AS by
FROM answers a JOIN criteria c ON c.id = a.criterion_id JOIN users u ON u.id = a.updated_by_id
WHERE a.inspection_id = ? AND c.code = ? AND a.side = 'verified'
"""
CHANGES = """
SELECT x.field, x.sent, x.outcome, u.name AS by
FROM answer_changes x JOIN criteria c ON c.id = x.criterion_id JOIN users u ON u.id = x.user_id
WHERE x.inspection_id = ? AND c.code = ? AND x.side = 'verified' ORDER BY x.id
"""


def rows(server: Server, sql: str, *values: Any) -> list[dict[str, Any]]:
    with closing(_open(server)) as connection:
        return [dict(row) for row in connection.execute(sql, values)]


def change(server: Server, sql: str, *values: Any) -> int:
    """What an operator might do to the file; gives the number of changed rows."""
    with closing(_open(server)) as connection, connection:
        return connection.execute(sql, values).rowcount


def _open(server: Server) -> sqlite3.Connection:
    connection = sqlite3.connect(server.data_dir / "soat.db", timeout=10)
    connection.row_factory = sqlite3.Row
    return connection


def ward_inspection(server: Server) -> int:
    """The inspection of phường Cầu Tre, the one that is scored."""
    (row,) = rows(server, "SELECT id FROM inspections WHERE scoring")
    return int(row["id"])


def stored_answer(server: Server, inspection: int, code: str) -> dict[str, Any] | None:
    """The delegation's answer as it stands; ``value`` is the rule's input."""
    found = rows(server, ANSWER, inspection, code)
    return {**found[0], "value": json.loads(found[0]["value"] or "null")} if found else None


def stored_changes(server: Server, inspection: int, code: str) -> list[dict[str, Any]]:
    """Everything that was ever sent for the delegation's answer, in order."""
    return [{**row, "sent": json.loads(row["sent"])} for row in rows(server, CHANGES, inspection, code)]
