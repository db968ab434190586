"""What must not lie in the database as plain text is encrypted with a key made of the app's signing key.

Fernet (AES-CBC with HMAC); the newest key encrypts, those before it still decrypt.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from flask import Flask, current_app

# What no key of ours can read any more: neither a text nor nothing.
UNREADABLE = ""
# Says that what follows is encrypted, and how; rows of older versions hold plain text.
_MARK = "fernet1:"
_NAME = "soat.vault"


class Vault:
    """Encrypts with the first key and decrypts with any."""

    def __init__(self, keys: Sequence[str]) -> None:
        self._fernet = MultiFernet([Fernet(_derived(key)) for key in keys])

    def seal(self, text: str) -> str:
        return _MARK + self._fernet.encrypt(text.encode()).decode()

    def open(self, kept: str) -> str:
        """The text; :data:`UNREADABLE` when its key is gone. What was never sealed is given back as it is."""
        if not kept.startswith(_MARK):
            return kept
        try:
            return self._fernet.decrypt(kept.removeprefix(_MARK)).decode()
        except (InvalidToken, ValueError):
            return UNREADABLE


def _derived(key: str) -> bytes:
    """A key for this purpose only: who learns it cannot sign sessions with it."""
    hkdf = HKDF(algorithm=SHA256(), length=32, salt=None, info=b"soat vault 1")
    return base64.urlsafe_b64encode(hkdf.derive(key.encode()))


def init_app(app: Flask, keys: Sequence[str]) -> None:
    app.extensions[_NAME] = Vault(keys)


def current_vault() -> Vault:
    """The vault of the app at hand."""
    vault: Vault = current_app.extensions[_NAME]
    return vault
