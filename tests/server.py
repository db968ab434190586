"""A real Soát: its own process, port and SQLite file, with the demonstration data; for browsers and bench."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True)
class Server:
    url: str
    data_dir: Path
    log: Path

    def flask(self, *command: str) -> str:
        """``flask --app wsgi …`` on this server's data; its output."""
        return _flask(self.data_dir, *command)


@contextmanager
def running_server(folder: Path) -> Iterator[Server]:
    """As ``make run`` does it: migrate, load the demonstration data, serve; stopped at the end."""
    _flask(folder, "db", "upgrade")
    _flask(folder, "demo")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    granian = [
        sys.executable,
        "-m",
        "granian",
        "--interface",
        "wsgi",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    log = folder / "server.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [*granian, "--workers", "1", "--blocking-threads", "4", "--no-ws", "wsgi:app"],
            cwd=ROOT,
            env=_environment(folder),
            stdout=out,
            stderr=out,
        )
    server = Server(f"http://127.0.0.1:{port}", folder, log)
    try:
        _wait(server, process)
        yield server
    finally:
        process.terminate()
        process.wait(20)


def _environment(folder: Path) -> dict[str, str]:
    """Ours only: a developer's SOAT_* must not lead the tests to real data."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("SOAT_")}
    return kept | {"SOAT_DATA_DIR": str(folder)}


def _flask(folder: Path, *command: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "flask", "--app", "wsgi", *command],
        cwd=ROOT,
        env=_environment(folder),
        capture_output=True,
        text=True,
    )
    if done.returncode:
        raise RuntimeError(f"flask {' '.join(command)} failed:\n{done.stdout}{done.stderr}")
    return done.stdout


def _wait(server: Server, process: subprocess.Popen[bytes]) -> None:
    until = time.monotonic() + 60
    while True:
        try:
            urllib.request.urlopen(server.url + "/healthz", timeout=5).close()
            return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            if process.poll() is not None or time.monotonic() > until:
                raise RuntimeError("Soát did not start:\n" + server.log.read_text()) from None
            time.sleep(0.1)
