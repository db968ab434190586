"""A real provider of identities for tests: Canaille, in an environment and a process of its own."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from itertools import count
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import requests
from joserfc import jwt
from joserfc.jwk import RSAKey

from app.oidc import Provider, open_provider
from tests import prepare

CLIENT, SECRET, PASSWORD = "soat", "bi mat +&% của Soát".encode().hex(), "mat-khau-o-noi-khac"
NAME = "Danh tính thành phố"
# Many: Canaille cannot make two tokens for one person within one second.
PEOPLE = tuple(f"nguoi-{number}" for number in range(200))
_newcomers = count()


@dataclass
class Running:
    """The process; its own key is known here, so that tests can sign what it would never say."""

    redirect_uris: Sequence[str]
    port: int = 0
    key: RSAKey = field(default_factory=lambda: RSAKey.generate_key(2048, auto_kid=True))
    process: subprocess.Popen[bytes] | None = None

    def __post_init__(self) -> None:
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def known(self, **options: Any) -> Provider:
        """As Soát knows it from its settings."""
        return open_provider(options.get("issuer", self.issuer), CLIENT, options.get("secret", SECRET), NAME)

    def start(self, log: Path) -> None:
        python = prepare.canaille()
        if python is None:
            raise RuntimeError("No provider of identities found: run «make test» once.")
        wanted = {
            "host": f"127.0.0.1:{self.port}",
            "database": str(log.with_suffix(".sqlite")),
            "key": self.key.as_dict(private=True),
            "people": PEOPLE,
            "password": PASSWORD,
            "client_id": CLIENT,
            "client_secret": SECRET,
            "redirect_uris": list(self.redirect_uris),
        }
        with log.open("ab") as out:
            self.process = subprocess.Popen(
                [python, Path(__file__).with_name("serve.py")],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
                cwd=log.parent,
            )
        assert self.process.stdin
        self.process.stdin.write(json.dumps(wanted).encode())
        self.process.stdin.close()
        until = time.monotonic() + 60
        while True:
            try:
                urllib.request.urlopen(f"{self.issuer}/.well-known/openid-configuration", timeout=5).close()
                return
            except (urllib.error.URLError, ConnectionError, TimeoutError):
                if self.process.poll() is not None or time.monotonic() > until:
                    raise RuntimeError("The provider did not start:\n" + log.read_text()) from None
                time.sleep(0.1)

    def stop(self) -> None:
        if self.process is not None:
            self.process.terminate()
            self.process.wait(20)
            self.process = None

    def sign(self, **claims: Any) -> str:
        """An ID token with the provider's own signature; what is ``None`` is left out."""
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "nguoi",
            "iat": now,
            "exp": now + 60,
            "nonce": "n",
        } | claims
        plain = {name: value for name, value in whole.items() if value is not None}
        return jwt.encode({"alg": "RS256", "kid": self.key.kid}, plain, self.key)


@contextmanager
def running_provider(folder: Path, redirect_uris: Sequence[str]) -> Iterator[Running]:
    provider = Running(redirect_uris)
    try:
        provider.start(folder / "provider.log")
        yield provider
    finally:
        provider.stop()


class Person:
    """A newcomer's browser at the provider: signs in there once, then says yes or no on the page of consent."""

    def __init__(self) -> None:
        self.name, self._browser = PEOPLE[next(_newcomers)], requests.Session()
        self._busy_until = 0.0
        self._browser.trust_env = False

    def answer(self, address: str, back: str, says: str = "accept") -> str:
        """Goes to ``address`` and through the provider's pages; gives the address it is sent ``back`` to."""
        if says == "deny":
            # Who has agreed once is not asked again, unless one wants to be.
            address += "&prompt=consent"
        reply = self._follow(self._browser.get(address, allow_redirects=False, timeout=20), back)
        for _page in range(6):
            if reply.is_redirect:
                # See PEOPLE: the token of this answer first.
                time.sleep(max(0, self._busy_until - time.monotonic()))
                self._busy_until = time.monotonic() + 1.5
                return reply.headers["Location"]
            assert reply.status_code == 200, f"{reply.status_code} {reply.url}\n{reply.text[:2000]}"
            values = {"login": self.name, "password": PASSWORD, "answer": says}
            form = {name: values[name] for name in values if f'name="{name}"' in reply.text}
            token = re.search(r'name="csrf_token"[^>]*value="([^"]*)"', reply.text)
            form["csrf_token"] = unescape(token[1]) if token else ""
            action = re.search(r'<form[^>]*action="([^"]*)"', reply.text)
            target = urljoin(reply.url, unescape(action[1]) if action else "")
            reply = self._follow(
                self._browser.post(target, data=form, allow_redirects=False, timeout=20), back
            )
        raise AssertionError("The provider asks and asks:\n" + reply.text[:3000])

    def _follow(self, reply: requests.Response, back: str) -> requests.Response:
        while reply.is_redirect and not reply.headers["Location"].startswith(back):
            there = urljoin(reply.url, reply.headers["Location"])
            reply = self._browser.get(there, allow_redirects=False, timeout=20)
        return reply
