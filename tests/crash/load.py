"""People who go on writing while the server dies: each keeps a journal of what was acknowledged.

They speak HTTP as the tablet does: one operation a request, the same ``op_id`` again until an answer comes.
"""

from __future__ import annotations

import http.client
import io
import random
import re
import threading
from dataclasses import dataclass, field
from urllib.parse import urlencode
from uuid import uuid4

from PIL import Image

from tests.browser.people import PASSWORD
from tests.server import Server

GONE = (ConnectionError, http.client.HTTPException, TimeoutError, OSError)


@dataclass
class Journal:
    """What one writer was told. ``acked`` are operations in the order of their acknowledgements."""

    acked: list[str] = field(default_factory=list)
    notes: dict[str, str] = field(default_factory=dict)  # by criterion: the note acknowledged last
    files: list[str] = field(default_factory=list)  # op_ids of acknowledged uploads
    again: int = 0  # sent a second time because no answer had come
    refused: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pass:
    """A signed-in browser without a browser: its cookies and the token of its pages."""

    cookie: str
    token: str


def sign_in(server: Server, name: str) -> Pass:
    """Through the login page. Sessions are rows: they outlive the process."""
    page, cookies = _get(server, "/login", "")
    body = urlencode({"name": name, "password": PASSWORD, "csrf_token": _token(page)})
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": _written(cookies)}
    connection.request("POST", "/login", body, headers)
    reply = connection.getresponse()
    assert reply.status == 303, reply.read()[:500]
    kept = _cookies(reply)
    connection.close()
    page, more = _get(server, "/me", _written(kept))  # the browser's half of the token comes with the page
    return Pass(_written(kept | more), _token(page))


def _get(server: Server, path: str, cookie: str) -> tuple[str, dict[str, str]]:
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
    connection.request("GET", path, headers={"Cookie": cookie})
    reply = connection.getresponse()
    page = reply.read().decode()
    connection.close()
    return page, _cookies(reply)


def _cookies(reply: http.client.HTTPResponse) -> dict[str, str]:
    pairs = (line.partition(";")[0].partition("=") for line in reply.msg.get_all("Set-Cookie") or ())
    return {name: value for name, _equals, value in pairs}


def _written(cookies: dict[str, str]) -> str:
    return "; ".join(f"{name}={value}" for name, value in cookies.items())


def _token(page: str) -> str:
    found = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert found, "this page has no token"
    return found[1]


class Writer(threading.Thread):
    """Writes notes on its own criteria, one after the other, until told to stop; then finishes what waits."""

    def __init__(self, server: Server, who: Pass, inspection: int, codes: list[str], seed: int) -> None:
        super().__init__(daemon=True)
        self.journal = Journal()
        self.stopping = threading.Event()
        self._server = server
        self._who = who
        self._inspection = inspection
        self._codes = codes
        self._chance = random.Random(seed)

    def run(self) -> None:
        while not self.stopping.is_set():
            self.write_one()

    def write_one(self) -> None:
        code = self._chance.choice(self._codes)
        op_id, note = str(uuid4()), f"ghi chú {uuid4()}"
        fields = {"op_id": op_id, "side": "verified", "field": "note", "note": note, "base_version": "999999"}
        body = urlencode(fields).encode()
        path = f"/inspections/{self._inspection}/answers/{code}"
        self._until_answered(path, body, "application/x-www-form-urlencoded", op_id)
        self.journal.acked.append(op_id)
        self.journal.notes[code] = note

    def _until_answered(self, path: str, body: bytes, kind: str, op_id: str) -> str:
        while True:
            try:
                status, text, echo = self._post(path, body, kind)
            except GONE:
                self.journal.again += 1
                self.stopping.wait(0.02)
                continue
            if status == 503:  # it says itself that nothing was written
                self.journal.again += 1
                self.stopping.wait(0.02)
                continue
            if status != 200 or echo != op_id:
                self.journal.refused.append(f"{status} {text[:300]}")
            return text

    def _post(self, path: str, body: bytes, kind: str) -> tuple[int, str, str | None]:
        connection = http.client.HTTPConnection("127.0.0.1", self._server.port, timeout=10)
        headers = {
            "Cookie": self._who.cookie,
            "X-CSRFToken": self._who.token,
            "X-Requested-With": "soat",
            "Content-Type": kind,
        }
        try:
            connection.request("POST", path, body, headers)
            reply = connection.getresponse()
            return reply.status, reply.read().decode(), reply.headers.get("Soat-Op")
        finally:
            connection.close()


class Photographer(Writer):
    """Sends pictures instead of notes: each its own, so that no two have the same bytes."""

    def write_one(self) -> None:
        op_id = str(uuid4())
        colour = tuple(self._chance.randrange(256) for _ in range(3))
        picture = io.BytesIO()
        Image.new("RGB", (64, 48), colour).save(picture, "PNG")
        body, kind = _multipart({"op_id": op_id, "side": "verified", "caption": op_id}, picture.getvalue())
        code = self._chance.choice(self._codes)
        path = f"/inspections/{self._inspection}/answers/{code}/attachments"
        self._until_answered(path, body, kind, op_id)
        self.journal.files.append(op_id)


def _multipart(fields: dict[str, str], picture: bytes) -> tuple[bytes, str]:
    border = uuid4().hex
    parts = [
        f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
        for name, value in fields.items()
    ]
    head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="anh.png"\r\n'
    parts.append(head.encode() + b"Content-Type: image/png\r\n\r\n" + picture + b"\r\n")
    parts.append(f"--{border}--\r\n".encode())
    return b"".join(parts), f"multipart/form-data; boundary={border}"
