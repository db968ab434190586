"""The house's floors: who may import whom, and a few habits that hold everywhere.

Stairs go down only. When a test here fails, its message says which line to move, and where to.
"""

from __future__ import annotations

import ast
import hashlib
import re
import sys
from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
HTMX_SHA384 = "2OatzQy1H+Zd/IIrjr1TcuDGqLXeHhbooAyJY1KdQMKnr4LZ22k31GBLdYKHmVjg"


@dataclass(frozen=True)
class Room:
    """What a room may import besides the standard library and itself, and what to do instead."""

    libraries: frozenset[str]
    rooms: frozenset[str]
    advice: str


def _room(libraries: str, rooms: str, advice: str) -> Room:
    return Room(frozenset(libraries.split()), frozenset(rooms.split()), advice)


ROOMS = {
    "domain": _room("", "", "domain/ is pure: pass the value in as an argument."),
    "vietnamese": _room("babel icu4py", "", "vietnamese.py knows no other room."),
    "documents": _room(
        "openpyxl docxtpl segno PIL",
        "domain vietnamese",
        "Gather the value in queries/ and hand it to documents/.",
    ),
    "db": _room("flask flask_sqlalchemy sqlalchemy", "", "db.py only opens databases."),
    "models": _room(
        "sqlalchemy", "db domain vault", "Models are the plan of the tables; verbs live in services/."
    ),
    "queries": _room(
        "sqlalchemy", "db models domain vault", "A query takes plain values and asks one question."
    ),
    "services": _room(
        "sqlalchemy",
        "db models queries domain storage mail passwords totp vault vietnamese",
        "A verb gets domain values from the view, and knows no request.",
    ),
    "passwords": _room("argon2 zxcvbn", "", "passwords.py hashes and compares, nothing else."),
    "totp": _room("pyotp", "", "totp.py makes and compares codes, nothing else."),
    "vault": _room("cryptography flask", "", "vault.py encrypts and decrypts, nothing else."),
    "oidc": _room("authlib joserfc requests", "domain", "oidc.py speaks with a provider, nothing else."),
    "mail": _room("", "", "mail.py hands letters in, nothing else."),
    "storage": _room("boto3 botocore", "domain", "storage.py keeps bytes, nothing else."),
    "forms": _room(
        "wtforms flask_wtf flask_babel",
        "domain vietnamese passwords",
        "A form turns text into domain values; choices from the database are given by the view.",
    ),
    "views": _room(
        "flask flask_login flask_babel werkzeug",
        "forms queries services documents models domain vietnamese",
        "Move the question into queries/ or the change into services/ and import that by name.",
    ),
}
# What surrounds every request needs more than a view does; one line each, with the reason.
MORE_FOR_ONE_FILE = {
    "forms/_base.py": {"flask", "werkzeug"},  # what of a request is read as a form
    "views/_security.py": {"flask_wtf"},  # CSRF is set up here
    "views/_errors.py": {"flask_wtf", "sqlalchemy"},  # their errors become sentences here
    "views/_typed.py": {"itsdangerous"},  # seals what was typed when a session ends
    "views/_address_mail.py": {"itsdangerous"},  # seals the link of a letter
    "views/_login.py": {"config"},  # the type of the settings
    "views/_round_trip.py": {"oidc"},  # the type of the provider that settings hold
    "views/_evidence.py": {"storage"},  # the type of the store that settings hold
    "views/_icons.py": {"markupsafe"},  # the one place that calls a string safe
}
# The roof joins the rooms and may import everything.
ROOF = {"__init__", "config", "cli", "demo"}


@dataclass(frozen=True)
class Import:
    """One imported module, as written in one line of one file."""

    path: Path
    line: int
    module: str  # absolute: app.domain.scoring, flask_login
    inside_function: bool

    @property
    def place(self) -> str:
        return f"{self.path.relative_to(ROOT)}:{self.line}"

    @property
    def room_reached(self) -> str | None:
        """«domain» for app.domain.scoring, «» for app itself, None for other packages."""
        parts = self.module.split(".")
        return None if parts[0] != "app" else (parts[1] if len(parts) > 1 else "")


def python_files() -> list[Path]:
    return sorted(APP.rglob("*.py"))


def room_of(path: Path) -> str:
    return path.relative_to(APP).parts[0].removesuffix(".py")


def is_roof(room: str) -> bool:
    return room in ROOF or room.startswith("cli")


def imports(path: Path) -> Iterator[Import]:
    tree = ast.parse(path.read_text(), str(path))
    functions = [
        n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
    ]
    inside = {id(node) for function in functions for node in ast.walk(function)}
    package = ["app", *path.relative_to(APP).parent.parts]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield Import(path, node.lineno, alias.name, id(node) in inside)
        elif isinstance(node, ast.ImportFrom):
            base = ".".join(package[: len(package) + 1 - node.level]) if node.level else ""
            module = ".".join(part for part in (base, node.module) if part)
            # «from app import models» reaches the room models as «import app.models» does.
            for alias in node.names if module == "app" or _is_room(module) else []:
                yield Import(path, node.lineno, f"{module}.{alias.name}", id(node) in inside)
            if module != "app" and not _is_room(module):
                yield Import(path, node.lineno, module, id(node) in inside)


def _is_room(module: str) -> bool:
    parts = module.split(".")
    return len(parts) == 2 and parts[0] == "app" and (APP / parts[1]).is_dir()


ALL_IMPORTS = [found for path in python_files() for found in imports(path)]


def report(problems: list[str], what_to_do: str) -> None:
    assert not problems, "\n".join(["", *problems, "", what_to_do])


def test_every_module_of_the_app_is_in_a_known_room() -> None:
    unknown = {room_of(path) for path in python_files()} - set(ROOMS)
    report(
        [f"app/{room}" for room in sorted(unknown) if not is_roof(room)],
        "Put the module into one of the rooms of ROOMS in this file, or give the new room a line there.",
    )


@pytest.mark.parametrize("room", sorted(ROOMS))
def test_a_room_imports_only_what_lies_below_it(room: str) -> None:
    rule = ROOMS[room]
    problems = []
    for found in ALL_IMPORTS:
        if room_of(found.path) != room:
            continue
        more = MORE_FOR_ONE_FILE.get(found.path.relative_to(APP).as_posix(), set())
        library = found.module.partition(".")[0]
        if found.room_reached is not None:
            allowed = found.room_reached in rule.rooms | more | {room}
        else:
            allowed = library in rule.libraries | more | sys.stdlib_module_names
        if not allowed:
            problems.append(f"{found.place} imports {found.module}")
    words = ", ".join(sorted(rule.libraries | rule.rooms)) or "the standard library only"
    report(problems, f"{room} may import: {words}. {rule.advice}")


def test_a_verb_calls_no_other_verb() -> None:
    """A module of services/ may use a helper module of services/ whose name begins with «_»."""
    report(
        [
            f"{found.place} imports {found.module}"
            for found in ALL_IMPORTS
            if room_of(found.path) == "services"
            and found.room_reached == "services"
            and not found.module.removeprefix("app.services.").startswith("_")
        ],
        "Each verb is one transaction. Put what both need into domain/ (a rule), queries/ (a read) "
        "or services/_<name>.py (a part of a transaction that never commits).",
    )


def test_a_view_knows_no_other_view() -> None:
    """Only views/__init__.py lists them; what views share lives in views/_<name>.py."""
    report(
        [
            f"{found.place} imports {found.module}"
            for found in ALL_IMPORTS
            if room_of(found.path) == "views"
            and found.path.name != "__init__.py"
            and found.room_reached == "views"
            and not found.module.removeprefix("app.views.").startswith("_")
        ],
        "Move what two views share into app/views/_<name>.py.",
    )


def test_nothing_is_imported_inside_a_function() -> None:
    report(
        [f"{found.place} imports {found.module}" for found in ALL_IMPORTS if found.inside_function],
        "Import at the top of the file. A cycle means that something lives on the wrong floor.",
    )


def test_views_and_forms_never_touch_the_session() -> None:
    problems = []
    for path in python_files():
        if room_of(path) not in {"views", "forms", "documents"}:
            continue
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr == "session" and ast.unparse(node.value) == "db":
                problems.append(f"{path.relative_to(ROOT)}:{node.lineno} uses db.session")
    report(problems, "Read through app/queries/, change through app/services/.")


def test_markup_is_made_by_templates_only() -> None:
    problems = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in python_files()
        if path != APP / "views" / "_icons.py"
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if re.search(r"\bMarkup\b|\bmarkupsafe\b", line)
    ]
    report(problems, "Only app/views/_icons.py may call a string safe; write HTML in a template.")


def test_a_file_is_short_enough_to_be_read() -> None:
    lengths = {path: len(path.read_text().splitlines()) for path in python_files()}
    report(
        [f"{path.relative_to(ROOT)}: {length} lines" for path, length in lengths.items() if length > 450],
        "A file over about 400 lines splits by noun, on its own floor.",
    )


def test_every_module_opens_with_a_sentence() -> None:
    report(
        [
            str(path.relative_to(ROOT))
            for path in python_files()
            if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text()))
        ],
        "Open the module with one sentence: what is in this room.",
    )


TEMPLATES = sorted((APP / "templates").rglob("*.html"))
FORBIDDEN_IN_TEMPLATES = {
    r"\|\s*safe\b": "The safe filter turns off escaping. Pass values, let the template escape them.",
    r"(?:src|href|action)\s*=\s*[\"'](?:https?:)?//": "No CDN: vendor the file under static/vendor/<name>@<version>/.",
    r"<script(?![^>]*\bsrc=)": "No inline script: write a small module under static/js/.",
    r"<style\b": "No inline style sheet: use static/app.css.",
    r"\sstyle\s*=": "No inline style: the security policy forbids it; use a class, or <progress>/<meter> for bars.",
    r"\s(?:on[a-z]+|hx-on[:a-z-]*)\s*=\s*[\"']": "No inline handler: listen in a module under static/js/.",
    r"javascript:": "No script in addresses.",
    r"\{%-?\s*autoescape\s+false": "Escaping stays on.",
}


@pytest.mark.parametrize("pattern", FORBIDDEN_IN_TEMPLATES)
def test_no_template_contains(pattern: str) -> None:
    problems = []
    for path in TEMPLATES:
        text = path.read_text()
        for match in re.finditer(pattern, text):
            line = text.count("\n", 0, match.start()) + 1
            problems.append(f"{path.relative_to(ROOT)}:{line}: {match.group().strip()}")
    report(problems, FORBIDDEN_IN_TEMPLATES[pattern])


def test_a_part_of_a_page_says_what_it_is_first() -> None:
    report(
        [
            str(path.relative_to(ROOT))
            for path in TEMPLATES
            if path.name.startswith("_") and not path.read_text().lstrip().startswith("{#")
        ],
        "Open the part with a comment {# … #}: what it is and what it needs.",
    )


def test_styles_and_scripts_come_from_this_house() -> None:
    problems = [
        f"{path.relative_to(ROOT)}: {match.group()}"
        for path in sorted((APP / "static").rglob("*"))
        if path.suffix in {".css", ".js"} and "vendor" not in path.parts
        for match in re.finditer(
            r"""(?:url\(|@import|from|import)\s*\(?["']?https?://[^\s"')]+""", path.read_text()
        )
    ]
    report(problems, "No CDN: vendor the file under static/vendor/<name>@<version>/.")


def test_htmx_is_the_pinned_file() -> None:
    """In htmx 4 a CSRF header on the body is no longer inherited and error bodies are swapped in."""
    [path] = (APP / "static" / "vendor").glob("htmx*/htmx.min.js")
    found = b64encode(hashlib.sha384(path.read_bytes()).digest()).decode()
    assert found == HTMX_SHA384, (
        f"{path.relative_to(ROOT)} is not the htmx 2.0.x file that was reviewed (sha384-{found}). "
        "Put the reviewed file back; after a deliberate update change HTMX_SHA384 in this test."
    )
