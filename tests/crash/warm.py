"""A server that starts in a blink: its modules are imported once, each start is a fork of that process.

What is served and killed is the same as elsewhere (Granian's process and its worker, see ``tests/server.py``);
only the seconds in which Python reads the same files again are left out, so that fifty kills fit into a test.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import signal
import subprocess
import sys
import time
import traceback
import urllib.error
import urllib.request
from pathlib import Path

import psycopg  # noqa: F401 – with the app's other modules, so that no start has to read them
from granian import cli

import app  # noqa: F401
from tests.server import ROOT, Server, _environment

STARTED_WITHIN = 60


class WarmServer(Server):
    def __init__(self, data_dir: Path, database_url: str = "") -> None:
        super().__init__(data_dir, database_url)
        self._nursery = subprocess.Popen(
            [sys.executable, "-m", "tests.crash.warm"],
            cwd=ROOT,
            env=_environment(data_dir, database_url),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._pid = 0

    def start(self) -> None:
        self._pid = self._ask(["start", str(self.port), str(self.log)])
        until = time.monotonic() + STARTED_WITHIN
        while True:
            try:
                urllib.request.urlopen(self.url + "/healthz", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if time.monotonic() > until:
                    raise RuntimeError("Soát did not start:\n" + self.log.read_text()) from None
                time.sleep(0.01)

    def stop(self) -> None:
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        self._end(signal.SIGKILL)

    def close(self) -> None:
        self.stop()
        self._nursery.communicate(timeout=20)

    def _end(self, number: signal.Signals) -> None:
        if self._pid:
            if number is signal.SIGKILL:
                os.killpg(self._pid, number)
            else:
                os.kill(self._pid, number)
            self._ask(["gone"])
            self._pid = 0

    def _ask(self, words: list[str]) -> int:
        assert self._nursery.stdin
        assert self._nursery.stdout
        self._nursery.stdin.write(json.dumps(words) + "\n")
        self._nursery.stdin.flush()
        return int(self._nursery.stdout.readline())


def serve(port: str, log: str) -> None:
    """In a fork: what ``tests.server.Server.start`` runs, in a process group of its own."""
    os.setsid()
    out = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    for number in (1, 2):
        os.dup2(out, number)
    sys.argv = ["granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", port, "--workers", "1"]
    sys.argv += ["--blocking-threads", "4", "--no-ws", "wsgi:app"]
    cli.entrypoint()


def main() -> None:
    # Granian's worker too is a fork of what is imported here.
    multiprocessing.set_start_method("fork", force=True)
    child = held = 0
    for line in sys.stdin:
        match json.loads(line):
            case ["start", port, log]:
                held, alive = os.pipe()  # open at the other end until the last process of the group is dead
                os.set_inheritable(alive, True)
                child = os.fork()
                if not child:
                    try:
                        serve(port, log)
                    except BaseException:
                        traceback.print_exc()
                        raise
                    finally:
                        os._exit(1)
                os.close(alive)
                print(child, flush=True)
            case ["gone"]:
                os.waitpid(child, 0)
                os.read(held, 1)
                os.close(held)
                print(0, flush=True)


if __name__ == "__main__":
    main()
