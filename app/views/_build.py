"""Which build of the app this is: a hash of its files, part of the address of every static file.

The version stands in the path, not behind «?», so that modules and stylesheets that name each other by
relative addresses stay within one build. Templates and translations count too: a page and its scripts belong
together, and a tablet that holds pages of an older build has to learn that there is a newer one.
"""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app

_APP = Path(__file__).resolve().parent.parent
STATIC = _APP / "static"
# The drawings are part of the pages; pictures of the home screen are fetched by the system, not by pages.
_NOT_IN_SHELL = ("vendor/tabler-icons@", "icons/", "js/worker.js")
_IN_SHELL = {".css", ".js", ".woff2", ".svg"}
_FOREVER = "public, max-age=31536000, immutable"


@cache
def build() -> str:
    """The same for the same files, on every worker and machine."""
    digest = hashlib.sha256()
    for folder, pattern in (("static", "*"), ("templates", "*.html"), ("translations", "*.mo")):
        for path in sorted((_APP / folder).rglob(pattern)):
            if path.is_file():
                digest.update(f"{path.relative_to(_APP).as_posix()}\0{path.stat().st_size}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


@cache
def shell_files() -> tuple[str, ...]:
    """The static files that pages need, by their names."""
    names = (path.relative_to(STATIC).as_posix() for path in sorted(STATIC.rglob("*")) if path.is_file())
    return tuple(
        name for name in names if Path(name).suffix in _IN_SHELL and not name.startswith(_NOT_IN_SHELL)
    )


def init_app(app: Flask) -> None:
    app.url_defaults(_name_build)
    app.view_functions["static"] = _static
    app.jinja_env.globals["build"] = build


def _name_build(endpoint: str, values: dict[str, Any]) -> None:
    if endpoint == "static" and "filename" in values:
        values["filename"] = f"v-{build()}/{values['filename']}"


def _static(filename: str) -> Response:
    """A file by its bare name, or by its name in a build; a build that is gone gives today's file."""
    version, _, rest = filename.partition("/")
    named = version.startswith("v-") and bool(rest)
    response = current_app.send_static_file(rest if named else filename)
    if version == f"v-{build()}" and not current_app.debug:
        response.headers["Cache-Control"] = _FOREVER
    return response
