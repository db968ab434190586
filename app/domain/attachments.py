"""Attachments (minh chứng): what kinds of files there are, what they belong to, and how they are named."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from .access import Action
from .inspections import Side, State, allows
from .refusals import Invalid, sentence

# So many at one place; more evidence than this nobody reads.
MOST_AT_ONE_PLACE = 40
_LONGEST_NAME = 120


class FileKind(StrEnum):
    """What is kept. Every picture becomes a JPEG on the way in, whatever it was."""

    PICTURE = "picture"
    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]

    @property
    def extension(self) -> str:
        return ".jpg" if self is FileKind.PICTURE else f".{self.value}"


_OFFICE = "application/vnd.openxmlformats-officedocument"
_MEDIA_TYPES = {
    FileKind.PICTURE: "image/jpeg",
    FileKind.PDF: "application/pdf",
    FileKind.DOCX: f"{_OFFICE}.wordprocessingml.document",
    FileKind.XLSX: f"{_OFFICE}.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that was looked at and may be kept: its bytes as they will be served, a thumbnail of pictures.

    ``received`` is the SHA-256 of the bytes that came; a picture is encoded anew, so its ``content`` has another.
    """

    kind: FileKind
    name: str
    content: bytes
    thumbnail: bytes | None = None
    received: str | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """What a file belongs to: one side of a criterion or a finding of an inspection, a task (its report), or a
    directive."""

    inspection_id: int | None = None
    criterion_id: int | None = None
    side: Side | None = None
    finding_id: int | None = None
    task_id: int | None = None
    task_report_id: int | None = None
    directive_id: int | None = None

    def action(self, state: State) -> Action:
        """The action whose states also decide when files may come and go here (tasks and directives have none).

        The unit brings files with its self-score, and again with its explanations.
        """
        if self.finding_id is not None:
            return Action.WRITE_FINDINGS
        if self.side is Side.VERIFIED:
            return Action.SCORE_VERIFIED
        return Action.EXPLAIN if allows(state, Action.EXPLAIN) else Action.SCORE_SELF


def file_name(given: str, kind: FileKind) -> str:
    """A name fit to be shown and saved: no folders, no invisible or reordering characters, our extension."""
    last = unicodedata.normalize("NFC", given).replace("\\", "/").rsplit("/", 1)[-1]
    # Format characters can turn «gnp.exe» around on the screen; quotes and wildcards trouble some systems.
    kept = "".join(
        c
        for c in last
        if c == " " or (unicodedata.category(c)[0] not in "CZ" and c not in '<>:"|?*' and ord(c) != 0xFFFD)
    )
    stem = stem_of(kept).strip(" .")[:_LONGEST_NAME].strip(" .")
    return (stem or ("anh" if kind is FileKind.PICTURE else "tai-lieu")) + kind.extension


def extension_of(name: str) -> str:
    """«.jpg» of «Ảnh 1.JPG»; «» where the name has none."""
    stem, dot, rest = name.rpartition(".")
    return f".{rest.lower()}" if dot and stem and rest.isascii() and rest.isalnum() and len(rest) <= 5 else ""


def stem_of(name: str) -> str:
    found = extension_of(name)
    return name[: -len(found)] if found else name


def check_room(already: int) -> None:
    """Raises :class:`Invalid` when a place is full."""
    if already >= MOST_AT_ONE_PLACE:
        raise Invalid(
            sentence("Ở đây đã có %(count)s tệp, là mức tối đa. Hãy bỏ bớt tệp không cần."),
            field="file",
            count=already,
        )
