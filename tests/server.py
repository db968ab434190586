"""A real Soát: its own process, port and data, with the demonstration data; for browsers, crashes and bench.

The database is a SQLite file in the data folder unless another one is given by its URL.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.nursery import ROOT, Fork, nursery


class Server:
    """One address and one data folder for good; the process behind them may be stopped and started again."""

    def __init__(self, data_dir: Path, database_url: str = "") -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.data_dir = data_dir
        self.database_url = database_url
        # More SOAT_* variables for the next start.
        self.settings: dict[str, str] = {}
        self.root = ROOT  # where the app lies; a test of updates puts another build there
        self.log = data_dir / "server.log"
        self._process: subprocess.Popen[bytes] | Fork | None = None

    def flask(self, *command: str) -> str:
        """``flask --app wsgi …`` on this server's data; its output."""
        return _flask(self.data_dir, *command, database_url=self.database_url)

    def start(self) -> None:
        """As ``make run`` serves: Granian with one worker."""
        arguments = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--workers", "1"]
        arguments += ["--blocking-threads", "4", "--no-ws", "wsgi:app"]
        environment = _environment(self.data_dir, self.database_url) | self.settings
        if self.root == ROOT:
            self._process = nursery().serve(arguments, self.log, environment)
        else:
            with self.log.open("ab") as out:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "granian", *arguments],
                    cwd=self.root,
                    env=environment,
                    stdout=out,
                    stderr=out,
                    start_new_session=True,  # so that it can be killed with all its children
                )
        _wait(self, self._process)

    def stop(self) -> None:
        if self._process is not None:
            self._process.terminate()
            self._process.wait(20)
            self._process = None

    def kill(self) -> None:
        """As when the machine's power supply is pulled, for the process: SIGKILL, children too."""
        if self._process is not None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait(20)
            self._process = None


def prepare_data(folder: Path, database_url: str = "") -> None:
    """As ``make run`` does it: migrate, load the demonstration data."""
    _flask(folder, "db", "upgrade", database_url=database_url)
    _flask(folder, "demo", database_url=database_url)


@contextmanager
def running_server(folder: Path, prepared: Path | None = None) -> Iterator[Server]:
    """A server on a new ``folder``, or on a copy of data ``prepared`` before; stopped at the end."""
    if prepared is None:
        prepare_data(folder)
    else:
        shutil.copytree(prepared, folder, dirs_exist_ok=True)
    server = Server(folder)
    try:
        server.start()
        yield server
    finally:
        server.stop()


def _environment(folder: Path, database_url: str = "") -> dict[str, str]:
    """Ours only: a developer's SOAT_* must not lead the tests to real data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOAT_")}
    given = {"SOAT_DATABASE_URL": database_url} if database_url else {}
    return kept | {"SOAT_DATA_DIR": str(folder)} | given


def _flask(folder: Path, *command: str, database_url: str = "") -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env=_environment(folder, database_url),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _wait(server: Server, process: subprocess.Popen[bytes] | Fork) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(server.url + "/healthz", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Soát did not start:\n" + server.log.read_text()) from None
            time.sleep(0.02)
