"""What every page of Soát must have, checked from its HTML: one h1, labels, forms that work without scripts."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache
from html import unescape
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)
CONTROLS = frozenset({"input", "select", "textarea"})
# Controls that say themselves what they do, or say nothing.
UNLABELLED_TYPES = frozenset({"hidden", "submit", "reset", "button", "image"})


# Pages that were sound, without what differs each time they are sent: walls of tests get the same one over and over.
_TOKEN = re.compile(r'("csrf-token" content|"csrf_token"[^>]*? value)="[^"]*"')
_sound: set[int] = set()
# HTML as our templates write it, token by token: text, a start, an end, a comment, the doctype.
_PLAIN = re.compile(
    r"""([^<]+)
    |<([a-zA-Z][a-zA-Z0-9-]*)((?:\s+[a-zA-Z][a-zA-Z0-9:-]*(?:="[^"]*"|='[^']*')?)*)\s*(/?)>
    |</([a-zA-Z][a-zA-Z0-9-]*)\s*>
    |<!--(?:(?!--)[^<>])*-->
    |<![dD][oO][cC][tT][yY][pP][eE]\ html>""",
    re.VERBOSE,
)
_ATTRIBUTE = re.compile(r"""([^\s=]+)(?:=(?:"([^"]*)"|'([^']*)'))?""")
# What parsers read in ways of their own.
_NOT_PLAIN = re.compile(
    r"&(?!#?\w+;)|<(script|style)\b[^>]*>(?!</\1>)|<(title|textarea)\b[^>]*>(?![^<]*</\2>)"
    r"|<(?:iframe|noembed|noframes|plaintext|xmp)\b",
    re.IGNORECASE,
)


def problems(html: str) -> list[str]:
    """Every fault of one HTML page or fragment, each as «line N: …»; an empty list when it is sound."""
    same = hash(_TOKEN.sub(r"\1", html))
    if same in _sound:
        return []
    whole = "<html" in html[:500].lower()
    page = _Page(whole)
    if page.reads_plain(html) and not page.faults():
        _sound.add(same)
        return []
    # Anything out of the ordinary is for Python's own parser, which knows all of HTML, and the lines of faults.
    page = _Page(whole)
    page.feed(html)
    page.close()
    faults = page.faults()
    if not faults:
        _sound.add(same)
    return faults


@lru_cache(4096)
def _attributes(text: str) -> list[tuple[str, str | None]]:
    """Those of a plain start; icons and lists have the same ones again and again."""
    return [(name.lower(), unescape(value or other)) for name, value, other in _ATTRIBUTE.findall(text)]


@dataclass
class _Control:
    line: int
    tag: str
    attributes: dict[str, str]
    inside_label: bool


@dataclass
class _Open:
    tag: str
    line: int
    attributes: dict[str, str]
    worded: bool = False  # whether there is more than white space in it


@dataclass
class _Page(HTMLParser):
    whole: bool
    found: list[str] = field(default_factory=list)
    ids: Counter[str] = field(default_factory=Counter)
    references: list[tuple[int, str, str]] = field(default_factory=list)
    labels_for: set[str] = field(default_factory=set)
    controls: list[_Control] = field(default_factory=list)
    headings: int = 0
    titles: int = 0
    language: str = ""
    stack: list[_Open] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(convert_charrefs=True)

    def reads_plain(self, html: str) -> bool:
        """Reads what has no surprises, with the same calls as ``feed`` and four times as fast; False: it has some."""
        if _NOT_PLAIN.search(html):
            return False
        place = 0
        for token in _PLAIN.finditer(html):
            if token.start() != place:
                return False
            place = token.end()
            text, start, attributes, slash, end = token.groups()
            if text:
                if self.stack:
                    self.handle_data(unescape(text))
            elif start:
                (self.handle_startendtag if slash else self.handle_starttag)(
                    start.lower(), _attributes(attributes)
                )
            elif end:
                self.handle_endtag(end.lower())
        return place == len(html)

    def fault(self, text: str) -> None:
        self.found.append(f"line {self.getpos()[0]}: {text}")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if len(attributes) != len(attrs):
            self.fault(f"<{tag}> has an attribute twice")
        self._check_attributes(tag, attributes)
        if tag == "html":
            self.language = attributes.get("lang", "")
        elif tag == "h1":
            self.headings += 1
        elif tag == "label":
            self.labels_for.add(attributes.get("for", ""))
        elif tag == "form":
            self._check_form(attributes)
        elif tag == "script" and "src" not in attributes:
            self.fault("an inline script: put it into static/js/")
        elif tag == "style":
            self.fault("an inline style sheet: put it into static/app.css")
        elif tag == "img" and "alt" not in attributes:
            self.fault('an image without alt (alt="" when it only decorates)')
        elif tag == "button" and "type" not in attributes and not self._in_form(attributes):
            self.fault('a button that sends no form: say type="button"')
        if tag in CONTROLS:
            inside = any(parent.tag == "label" for parent in self.stack)
            self.controls.append(_Control(line, tag, attributes, inside))
        if tag not in VOID:
            self.stack.append(_Open(tag, line, attributes))

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        if not any(parent.tag == tag for parent in reversed(self.stack)):
            self.fault(f"</{tag}> closes nothing")
            return
        while (closed := self.stack.pop()).tag != tag:
            # A paragraph or a list item may stay open in HTML; ours are closed, so that parts fit together.
            self.fault(f"<{closed.tag}> of line {closed.line} is not closed before </{tag}>")
        if self.stack and closed.worded:
            self.stack[-1].worded = True
        if tag == "title" and not any(parent.tag == "svg" for parent in self.stack):
            self.titles += closed.worded
        # What stands in a <template> is filled in by a script.
        if (
            tag in {"a", "button", "h1", "label"}
            and not _names_itself(closed)
            and not any(parent.tag == "template" for parent in self.stack)
        ):
            self.fault(f"<{tag}> of line {closed.line} has no words (text, aria-label or an image's alt)")

    def handle_data(self, data: str) -> None:
        if self.stack and not self.stack[-1].worded and not data.isspace():
            self.stack[-1].worded = True

    def _check_attributes(self, tag: str, attributes: dict[str, str]) -> None:
        for name, value in attributes.items():
            if name.startswith(("on", "hx-on")):
                self.fault(f"<{tag} {name}>: no inline handler, listen in static/js/")
            if name == "style":
                self.fault(f"<{tag} style>: no inline style, the security policy forbids it")
            if name in {"href", "src", "action", "formaction"} and value.strip().lower().startswith(
                "javascript:"
            ):
                self.fault(f"<{tag} {name}> runs a script")
            if name in {"for", "aria-labelledby", "aria-describedby", "aria-controls", "form", "list"}:
                self.references += [(self.getpos()[0], f"{tag} {name}", word) for word in value.split()]
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        if tag == "img" and attributes.get("alt") and self.stack:
            self.handle_data(attributes["alt"])
        if self.stack and tag != "html" and attributes.get("aria-label"):
            self.handle_data(attributes["aria-label"])

    def _in_form(self, attributes: dict[str, str]) -> bool:
        return "form" in attributes or any(parent.tag == "form" for parent in self.stack)

    def _check_form(self, attributes: dict[str, str]) -> None:
        if "action" not in attributes:
            self.fault("a form without action")
        if attributes.get("method", "").lower() not in {"get", "post", "dialog"}:
            self.fault("a form without method")
        if any(parent.tag == "form" for parent in self.stack):
            self.fault("a form inside a form")

    def faults(self) -> list[str]:
        found = list(self.found)
        found += [f"line {parent.line}: <{parent.tag}> is never closed" for parent in self.stack]
        found += [f"the id «{name}» is used {count} times" for name, count in self.ids.items() if count > 1]
        for control in self.controls:
            if not self._is_labelled(control):
                name = control.attributes.get("name", "?")
                found.append(f"line {control.line}: <{control.tag} name={name}> has no label")
        if self.whole:
            if self.headings != 1:
                found.append(f"the page has {self.headings} h1, not one")
            if not self.titles:
                found.append("the page has no title")
            if not self.language:
                found.append("<html> has no lang")
            found += [
                f"line {line}: {place} points to «{name}», which is not on the page"
                for line, place, name in self.references
                if name not in self.ids
            ]
        return found

    def _is_labelled(self, control: _Control) -> bool:
        attributes = control.attributes
        return (
            attributes.get("type") in UNLABELLED_TYPES
            or control.inside_label
            or bool(attributes.get("aria-label") or attributes.get("aria-labelledby"))
            or attributes.get("id", " ") in self.labels_for
        )


def _names_itself(element: _Open) -> bool:
    attributes = element.attributes
    return bool(
        element.worded
        or attributes.get("aria-label")
        or attributes.get("aria-labelledby")
        or attributes.get("title")
        or (element.tag == "a" and "href" not in attributes)
        or (element.tag == "label" and not attributes.get("for"))
    )
