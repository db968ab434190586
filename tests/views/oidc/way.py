"""The way to the provider of identities and back."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import parse_qsl, urlencode, urlsplit

from flask import Flask

from tests.cast import words
from tests.conftest import Client
from tests.provider import Person

BACK = "http://localhost/login/oidc/callback"
SUBJECT = "nguoi"


def configure(app: Flask, **settings) -> None:
    app.config["SOAT"] = replace(app.config["SOAT"], **settings)


def leave(client: Client, **query: str) -> str:
    """Presses the button; the address at the provider."""
    reply = client.get("/login/oidc", query_string=query)
    assert reply.status_code == 303
    return reply.location


def inside_path(address: str) -> str:
    assert address.startswith(BACK)
    return address.removeprefix("http://localhost")


def return_address(client: Client, person: Person, says: str = "accept", **query: str) -> str:
    """From the button to the moment when the provider sends the person back."""
    return inside_path(person.answer(leave(client, **query), BACK, says))


def come_back(client: Client, person: Person, says: str = "accept", **query: str):
    return client.get(return_address(client, person, says, **query))


def told(client: Client, reply) -> str:
    """The words on the page that one is led to: the login page, unless said otherwise."""
    assert reply.status_code == 303
    assert urlsplit(reply.location).path == "/login"
    return words(client.get(reply.location))


def is_in(client: Client) -> bool:
    return client.get("/me").status_code == 200


def changed(address: str, **parts: str | None) -> str:
    """The address with other or without some parts of its query."""
    path, query = urlsplit(address).path, dict(parse_qsl(urlsplit(address).query))
    kept = {name: value for name, value in (query | parts).items() if value is not None}
    return f"{path}?{urlencode(kept)}"
