"""Servers that start in a blink: the modules are imported once, each server is a fork of the process that did it.

What is served, stopped and killed is the same as ``python -m granian`` (its process and its worker); only the
seconds in which Python reads the same files again are left out.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import multiprocessing
import os
import select
import signal
import subprocess
import sys
import tempfile
import threading
import time
import traceback
from functools import cache
from pathlib import Path

import psycopg  # noqa: F401 – with the app's other modules, so that no start has to read them
from flask import Flask
from granian import cli
from jinja2 import FileSystemBytecodeCache

import app  # noqa: F401

ROOT = Path(__file__).parent.parent


class Fork:
    """A server, with what :class:`subprocess.Popen` has and its tests need. It leads a group of processes."""

    def __init__(self, nursery: Nursery, pid: int) -> None:
        self.pid = pid
        self._nursery = nursery
        self._ended = False

    def poll(self) -> int | None:
        """None as long as any process of the group lives."""
        self._ended = self._ended or bool(self._nursery.ask("ended", self.pid))
        return 0 if self._ended else None

    def terminate(self) -> None:
        if self.poll() is None:
            os.kill(self.pid, signal.SIGTERM)

    def wait(self, timeout: float) -> int:
        until = time.monotonic() + timeout
        while self.poll() is None:
            if time.monotonic() > until:
                raise TimeoutError(f"the server {self.pid} goes on and on")
            time.sleep(0.01)
        return 0


class Nursery:
    """The process that is forked: one for each process of tests, ended with it."""

    def __init__(self) -> None:
        self._one_at_a_time = threading.Lock()
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.nursery"],
            cwd=ROOT,
            env={name: value for name, value in os.environ.items() if not name.startswith("SOAT_")},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            start_new_session=True,  # Ctrl-C ends the tests first, then this
        )
        atexit.register(self._process.communicate)  # the end of what it reads is its own end

    def serve(self, arguments: list[str], log: Path, environment: dict[str, str]) -> Fork:
        """Granian with these arguments."""
        return Fork(self, self.ask("serve", arguments, str(log), environment))

    def ask(self, *words: object) -> int:
        assert self._process.stdin
        assert self._process.stdout
        with self._one_at_a_time:
            self._process.stdin.write(json.dumps(words) + "\n")
            self._process.stdin.flush()
            return int(self._process.stdout.readline())


@cache
def nursery() -> Nursery:
    return Nursery()


def _serve(arguments: list[str], log: str, environment: dict[str, str]) -> None:
    """In a fork: Granian in a process group of its own."""
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    os.dup2(out, 1)
    os.dup2(out, 2)
    os.environ.clear()
    os.environ.update(environment)
    sys.argv = ["granian", *arguments]
    cli.entrypoint()


def _fork(arguments: list[str], log: str, environment: dict[str, str]) -> tuple[int, int]:
    held, alive = os.pipe()  # open at the other end until the last process of the group is dead
    os.set_inheritable(alive, True)
    child = os.fork()
    if not child:
        try:
            _serve(arguments, log, environment)
        except BaseException:
            traceback.print_exc()
            raise
        finally:
            os._exit(1)
    os.close(alive)
    return child, held


def _ended(child: int, held: int) -> bool:
    with contextlib.suppress(ChildProcessError):  # it was waited for already; others of its group may live
        if os.waitpid(child, os.WNOHANG) == (0, 0):
            return False
    return bool(select.select([held], [], [], 0)[0])


def main() -> None:
    # Granian's worker too is a fork of what is imported here.
    multiprocessing.set_start_method("fork", force=True)
    with tempfile.TemporaryDirectory(prefix="soat-templates-") as templates:
        # What one server has compiled the next one reads.
        Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": FileSystemBytecodeCache(templates)}
        _listen()


def _listen() -> None:
    living: dict[int, int] = {}
    for line in sys.stdin:
        match json.loads(line):
            case ["serve", arguments, log, environment]:
                child, living[child] = _fork(arguments, log, environment)
                print(child, flush=True)
            case ["ended", child]:
                ended = _ended(child, living[child])
                if ended:
                    os.close(living.pop(child))
                print(int(ended), flush=True)
    for child in living:  # of tests that were ended themselves
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child, signal.SIGKILL)


if __name__ == "__main__":
    main()
