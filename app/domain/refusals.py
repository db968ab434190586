"""Refused and its kinds: every "no" of the app is one of these, with a sentence for the user."""

from __future__ import annotations

from typing import Any


def sentence(text: str) -> str:
    """Marks a sentence for translation; the text itself is the Vietnamese original."""
    return text


class Told(str):
    """A sentence with its places filled: Vietnamese wherever it is read as it is (papers, the command), while a
    page may say it in the reader's language. Places may hold other such words.
    """

    __slots__ = ("params", "text")
    text: str
    params: dict[str, Any]

    def to_json(self) -> dict[str, Any]:
        """What a page needs later: kept beside the words themselves."""
        kept = {
            name: value.to_json() if isinstance(value, Told) else value for name, value in self.params.items()
        }
        return {"text": self.text, "params": kept}


def told(text: str, **params: Any) -> Told:
    """``text`` is marked with :func:`sentence`; its ``%(name)s`` places are filled by ``params``."""
    words = Told(text % params if params else text)
    words.text, words.params = text, params
    return words


class Refused(Exception):
    """A "no". ``text`` may hold ``%(name)s`` places that ``params`` fill; one handler makes the page.

    ``field`` names the form field the sentence belongs to, where there is one.
    """

    status = 422

    def __init__(self, text: str, *, field: str = "", **params: object) -> None:
        super().__init__(text % params if params else text)
        self.text = text
        self.params = params
        self.field = field


class Missing(Refused):
    """There is no such thing, or the person may not know that there is (404)."""

    status = 404


class Forbidden(Refused):
    """The person sees the thing but may not do this with it (403)."""

    status = 403


class Conflict(Refused):
    """Somebody else was faster, or the thing's state does not allow it now (409)."""

    status = 409


class Limited(Refused):
    """Too many wrong tries; ``seconds`` says when the next one is taken (429)."""

    status = 429

    def __init__(self, text: str, *, seconds: int, field: str = "", **params: object) -> None:
        super().__init__(text, field=field, **params)
        self.seconds = seconds


class Invalid(Refused):
    """What was typed cannot be taken (422)."""
