"""``make bench``: statements and milliseconds of three things, each as a ratio to its floor.

Ours and its floor take turns, so that a busy minute of the machine meets both; the figures are medians.
"""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from statistics import median
from time import perf_counter
from typing import Any
from uuid import uuid4

from flask import Flask, template_rendered
from flask_login import current_user
from sqlalchemy import event
from werkzeug.test import EnvironBuilder

from app.db import db
from tests.bench import reminding
from tests.bench.figures import EACH, FEW, MANY, OF_WARD, Place, province, ward
from tests.bench.floors import flat_render, plain_workbook, upsert_app
from tests.bench.stage import Stage, set_stage

Timed = Callable[[], float]


@dataclass(frozen=True)
class Line:
    """One line of the table; times in milliseconds."""

    what: str
    statements: int
    ours: float
    floor: float
    floor_name: str
    aim: str

    def __str__(self) -> str:
        ratio = f"{self.ours / self.floor:.2f}×"
        return f"| {self.what} | {self.statements} | {self.ours:.2f} | {self.floor:.2f} | {ratio} | {self.aim} | {self.floor_name} |"


def main() -> None:
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    print(
        f"{os.cpu_count()} cores, Python {sys.version.split()[0]}, SQLite, medians of {rounds} interleaved runs\n"
    )
    print("| | statements | ms | floor, ms | ratio | aim | floor |\n|---|---|---|---|---|---|---|")
    with set_stage() as stage:
        for measure in (open_page, save_score, export_minutes):
            for line in measure(stage, rounds):
                print(line, flush=True)
    for measure in (open_list, open_figures, remind_province):
        for line in measure(rounds):
            print(line, flush=True)


def open_page(stage: Stage, rounds: int) -> Iterator[Line]:
    path = f"/inspections/{stage.inspection_id}/score"

    def ours() -> float:
        return ask(stage.app, request_to(stage, path))

    with rendered(stage.app, "score/page.html") as seen, counted(stage.app) as statements:
        html = answer(stage.app, request_to(stage, path)).decode()
    [(template, context)] = seen
    flat = flat_render(html, stage.checklist)

    def templates_alone() -> float:
        with stage.app.request_context(request_to(stage, path)):
            assert current_user.is_authenticated  # loaded before the clock starts
            return timed(lambda: template.render(context))

    for floor, name, aim in (
        (templates_alone, "our templates alone, all values in memory", "≤ 2×, ≤ 10"),
        (lambda: timed(flat), "the same HTML from one flat template, only escaping", ""),
    ):
        yield line("(a) open the scoring page, 77 criteria", len(statements), ours, floor, name, aim, rounds)


def save_score(stage: Stage, rounds: int) -> Iterator[Line]:
    path = f"/inspections/{stage.inspection_id}/answers/{stage.yes_no.code}"
    bare = upsert_app(stage.folder)
    turns = iter(range(10**9))

    def form() -> dict[str, str]:
        turn = next(turns)
        return {
            "op_id": str(uuid4()),
            "side": "verified",
            "field": "value",
            "base_version": str(turn + 1),
            "yes": str(turn % 2),
        }

    def ours() -> float:
        return ask(stage.app, request_to(stage, path, form()))

    def floor() -> float:
        return ask(bare, request_to(stage, path, form()))

    ours()
    with counted(stage.app) as statements:
        ours()
    yield line(
        "(b) save one score",
        len(statements),
        ours,
        floor,
        "bare Flask, one raw sqlite3 upsert and commit, as durable",
        "≤ 3×, ≤ 8",
        rounds,
    )


def export_minutes(stage: Stage, rounds: int) -> Iterator[Line]:
    path = f"/inspections/{stage.inspection_id}/minutes.xlsx"

    def ours() -> float:
        return ask(stage.app, request_to(stage, path))

    with counted(stage.app) as statements:
        file = answer(stage.app, request_to(stage, path))
    styled, bare = plain_workbook(file, styled=True), plain_workbook(file, styled=False)
    for floor, name, aim in (
        (lambda: timed(styled), "openpyxl alone, the same cells with the same look", "≤ 1.5×"),
        (lambda: timed(bare), "openpyxl alone, the same values without any look", ""),
    ):
        yield line("(c) export the minutes", len(statements), ours, floor, name, aim, max(rounds // 5, 5))


def open_list(rounds: int) -> Iterator[Line]:
    with ward(OF_WARD) as many, ward(OF_WARD // 10) as few:
        yield compare(
            f"(d) a ward's tasks, {OF_WARD}",
            "/tasks",
            (many, 1),
            (few, 1),
            f"with {OF_WARD // 10}",
            "",
            rounds,
        )


def open_figures(rounds: int) -> Iterator[Line]:
    """What one row costs; each page of many communes takes turns with the same of few."""
    with province(MANY) as many, province(FEW) as few:
        for what, path in (
            ("(e) figures as of a past day", "/tasks/figures?day=15/9/2022"),
            ("(f) the same workbook", "/tasks/figures.xlsx?day=15/9/2022"),
            ("(g) overview of those who follow", "/"),
        ):
            yield compare(
                f"{what}, {MANY} communes × {EACH} tasks, one row",
                path,
                (many, MANY),
                (few, FEW),
                f"one row of {FEW} communes",
                "≤ 1.5×",
                max(rounds // 5, 5),
            )


def remind_province(rounds: int) -> Iterator[Line]:
    """Few runs: each takes seconds. What others wait is the longest of hundreds of saves."""
    found = reminding.measure(max(min(rounds // 30, 3), 1))
    yield Line(
        f"(h) `flask remind`, {MANY} communes × {EACH} tasks: {found.digests} digests of {found.marks:,} reminders",
        found.statements,
        found.run,
        found.plain,
        "sqlite3 alone, the same rows in one transaction",
        "",
    )
    yield Line(
        f"(i) another person's save meanwhile, the longest (longest transaction of the run {found.longest_lock:.0f} ms)",
        reminding.SAVES,
        found.longest_save,
        found.save,
        "the same save with nobody else, median",
        "≤ 200 ms",
    )


def compare(
    what: str, path: str, many: tuple[Place, int], few: tuple[Place, int], than: str, aim: str, rounds: int
) -> Line:
    """The same page of two apps, by rows; refuses one whose statements grow with them."""

    def cost(place: Place, rows: int) -> Timed:
        environ = request_to(place, path)
        return lambda: ask(place.app, dict(environ)) / rows

    asked = []
    for place, _rows in (many, few):
        with counted(place.app) as statements:
            answer(place.app, request_to(place, path))
        asked.append(len(statements))
    assert asked[0] == asked[1], f"{path}: {asked[0]} statements for many, {asked[1]} for few"
    return line(what, asked[0], cost(*many), cost(*few), than, aim, rounds)


def line(
    what: str, statements: int, ours: Timed, floor: Timed, floor_name: str, aim: str, rounds: int
) -> Line:
    for _ in range(3):
        ours(), floor()
    gc.collect()
    pairs = [(ours(), floor()) for _ in range(rounds)]
    mine, bare = (median(times) * 1000 for times in zip(*pairs, strict=True))
    return Line(what, statements, mine, bare, floor_name, aim)


def request_to(stage: Stage | Place, path: str, form: dict[str, str] | None = None) -> dict[str, Any]:
    """A WSGI request as the page's scripts send it; made before the clock starts."""
    headers = (
        {"Cookie": stage.cookie, "X-CSRFToken": stage.csrf, "X-Requested-With": "fetch"}
        if form
        else {"Cookie": stage.cookie}
    )
    builder = EnvironBuilder(path, method="POST" if form else "GET", data=form, headers=headers)
    try:
        return builder.get_environ()
    finally:
        builder.close()


def ask(app: Flask, environ: dict[str, Any]) -> float:
    return timed(lambda: answer(app, environ))


def answer(app: Flask, environ: dict[str, Any]) -> bytes:
    """The body of the reply, asked as a WSGI server asks."""
    status: list[str] = []
    body = app(environ, lambda line, _headers, _error=None: status.append(line))
    try:
        whole = b"".join(body)
    finally:
        if hasattr(body, "close"):
            body.close()
    assert status[0].startswith("200"), f"{environ['REQUEST_METHOD']} {environ['PATH_INFO']}: {status[0]}"
    return whole


def timed(work: Callable[[], object]) -> float:
    start = perf_counter()
    work()
    return perf_counter() - start


@contextmanager
def rendered(app: Flask, name: str) -> Iterator[list[tuple[Any, dict[str, Any]]]]:
    """The templates of this name rendered meanwhile, each with its values."""
    seen: list[tuple[Any, dict[str, Any]]] = []

    def note(_app: Flask, template: Any, context: dict[str, Any], **_rest: Any) -> None:
        if template.name == name:
            seen.append((template, dict(context)))

    with template_rendered.connected_to(note, app):
        yield seen


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """The SQL statements sent meanwhile, without BEGIN and COMMIT."""
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        if not statement.startswith("BEGIN"):
            statements.append(statement)

    with app.app_context():
        engine = db.engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield statements
    finally:
        event.remove(engine, "before_cursor_execute", note)


if __name__ == "__main__":
    main()
