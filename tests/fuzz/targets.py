"""What is attacked: the addresses of the app's own map, and the fields its own pages and forms have there."""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from app import forms
from app.forms._base import Form
from tests.access.people import PRINCIPALS
from tests.access.requests import sent
from tests.access.sent import Sent, places
from tests.access.stage import Stage
from tests.access.test_matrix import address, ask, routes, rows
from tests.page_forms import forms_of


@dataclass
class Target:
    """One address and method. ``fields``: what a sound request has there, by name; files are (bytes, name)."""

    endpoint: str
    method: str
    rule: Rule
    path: Mapping[str, Any]
    case: str = ""
    query: dict[str, list[str]] = field(default_factory=dict)
    fields: dict[str, list[Any]] = field(default_factory=dict)
    session: Mapping[str, Any] = field(default_factory=dict)
    first: bool = True  # of its address and method

    def __str__(self) -> str:
        return " ".join(filter(None, (self.method, self.endpoint, self.case and f"({self.case})")))


def names_of_forms() -> list[str]:
    """Every field of every form class: what the server may read, whether a page shows it or not."""
    for module in pkgutil.iter_modules(forms.__path__):
        importlib.import_module(f"app.forms.{module.name}")
    names, classes = set(), [Form]
    while classes:
        one = classes.pop()
        classes += one.__subclasses__()
        names |= {name for name in dir(one) if hasattr(getattr(one, name), "field_class")}
    return sorted(names)


def targets(stage: Stage) -> list[Target]:
    """Each row of the matrix, and whatever address has none yet."""
    requests, usual = sent(stage.world), places(stage.world)
    wanted = {(row.endpoint, row.method, row.case) for row in rows()}
    known = {(endpoint, method) for endpoint, method, _case in wanted}
    wanted |= {(*pair, "") for pair in routes(stage.app) if pair not in known}
    found = []
    for endpoint, method, case in sorted(wanted):
        request = requests.get((endpoint, method, case), Sent())
        rule = routes(stage.app)[endpoint, method]
        path = {name: {**usual, **request.path}.get(name, "1") for name in rule.arguments}
        found.append(
            Target(
                endpoint,
                method,
                rule,
                path,
                case,
                {name: [str(value)] for name, value in request.query.items()},
                {name: _values(value) for name, value in request.form.items()},
                request.session,
                (endpoint, method) not in {(one.endpoint, one.method) for one in found},
            )
        )
    _read_pages(stage, found)
    return found


def _values(value: Any) -> list[Any]:
    made = value() if callable(value) else value
    if isinstance(made, tuple):
        file, name = made
        return [(file.read(), name)]
    return list(made) if isinstance(made, list) else [str(made)]


def _read_pages(stage: Stage, found: list[Target]) -> None:
    """Adds the fields of each form to the address it is sent to, as the first who may open its page sees it."""
    by_address: dict[tuple[str, str], list[Target]] = {}
    for target in found:
        by_address.setdefault((target.endpoint, target.method), []).append(target)
    adapter = stage.app.url_map.bind("localhost")
    for row in rows():
        people = [name for name in PRINCIPALS if row.expected[name] == "200"]
        if row.method != "GET" or not people:
            continue
        request = sent(stage.world).get((row.endpoint, row.method, row.case), Sent())
        page = address(stage, row.endpoint, row.method, request)
        # The one whose page has most to press is somewhere in the middle of the list.
        for person in {people[0], people[len(people) // 2], people[-1]}:
            reply = ask(stage, person, "GET", page, request)
            if reply.mimetype != "text/html":
                break
            for form in forms_of(reply.text, page):
                method = form.method.upper()
                try:
                    endpoint, _arguments = adapter.match(urlsplit(form.action).path, method=method)
                except HTTPException:
                    continue
                for target in by_address.get((endpoint, method), []):
                    place = target.query if method == "GET" else target.fields
                    for name, values in form.values.items():
                        if name != "csrf_token":
                            known = place.setdefault(name, [])
                            texts = (value.decode("utf-8", "replace") for value in values)
                            known += [text for text in texts if text not in known][:8]
