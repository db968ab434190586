"""Every place that a page, a letter or a view names is there: a wrong name is found here, not by who opens the page."""

from __future__ import annotations

import re
from pathlib import Path

import app as package

# «url_for('tasks.show', …)» on pages and in views, «address("tasks.show", …)» in what letters share with pages.
_NAMED = re.compile(r"""\b(?:url_for|address|list_file)\(\s*["']([a-z_0-9]+\.[a-z_0-9]+)["']""")


def test_every_named_endpoint_is_there(app):
    root = Path(package.__file__).parent
    files = [*root.glob("templates/**/*.html"), *root.glob("templates/**/*.txt"), *root.glob("views/*.py")]
    named = {(file.name, name) for file in files for name in _NAMED.findall(file.read_text("utf-8"))}
    assert ("digest.txt", "tasks.show") in named
    assert sorted((file, name) for file, name in named if name not in app.view_functions) == []
