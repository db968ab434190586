"""The wire between tablet and server, cut and bent by the tests where Playwright's routes cannot."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.server import Server

_HOP = {"connection", "keep-alive", "transfer-encoding", "content-length"}


class Wire:
    """A proxy before a server. ``fault``: None, "cut" (a post reaches the server, its reply breaks off in the middle),
    "gone" (every post is torn off before the server), "all gone" (gets too).

    ``keeps_pages``: what was got once is got again while the server is down, as a service worker does it.
    """

    def __init__(self, server: Server, *, keeps_pages: bool = False) -> None:
        self.server = server
        self.fault: str | None = None
        self.kept: dict[str, tuple[int, list[tuple[str, str]], bytes]] | None = {} if keeps_pages else None
        self.cuts = 0
        wire = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_GET(self) -> None:
                wire.answer(self)

            do_POST = do_GET

            def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 – its name in the base class
                pass

        self._http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._http.daemon_threads = True
        self.url = f"http://127.0.0.1:{self._http.server_port}"
        self._thread = threading.Thread(target=self._http.serve_forever, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._http.shutdown()
        self._http.server_close()

    def answer(self, asked: BaseHTTPRequestHandler) -> None:
        body = asked.rfile.read(int(asked.headers.get("Content-Length") or 0))
        post = asked.command == "POST"
        if self.fault == "all gone" or (post and self.fault == "gone"):
            return _reset(asked)
        try:
            status, headers, content = self._fetch(asked, body)
        except OSError:
            page = (self.kept or {}).get(asked.path)
            if post or page is None:
                return _reset(asked)
            status, headers, content = page
        if self.kept is not None and not post and status == 200 and asked.path != "/me/token":
            self.kept[asked.path] = (status, headers, content)
        asked.send_response_only(status)
        for name, value in headers:
            asked.send_header(name, value)
        asked.send_header("Content-Length", str(len(content)))
        asked.end_headers()
        if post and self.fault == "cut":
            self.cuts += 1
            asked.wfile.write(content[: len(content) // 2])
            asked.wfile.flush()
            return _reset(asked)
        asked.wfile.write(content)
        return None

    def _fetch(self, asked: BaseHTTPRequestHandler, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=30)
        try:
            connection.request(asked.command, asked.path, body or None, dict(asked.headers.items()))
            reply = connection.getresponse()
            content = reply.read()
        except http.client.HTTPException as error:
            raise ConnectionError(error) from error
        finally:
            connection.close()
        headers = [(name, value) for name, value in reply.getheaders() if name.lower() not in _HOP]
        return reply.status, headers, content


def _reset(asked: BaseHTTPRequestHandler) -> None:
    """The connection is torn, not closed: RST instead of FIN."""
    asked.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    asked.close_connection = True
    asked.connection.close()


@contextmanager
def wire_to(server: Server, *, keeps_pages: bool = False) -> Iterator[Wire]:
    wire = Wire(server, keeps_pages=keeps_pages)
    try:
        yield wire
    finally:
        wire.close()
