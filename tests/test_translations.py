"""Vietnamese is the source text, English is complete: the catalogue, its compiled form, and words nobody marked."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.frontend import CommandLineInterface
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po
from jinja2 import Environment, nodes

ROOT = Path(__file__).parent.parent
APP = ROOT / "app"
ENGLISH = APP / "translations" / "en" / "LC_MESSAGES" / "messages.po"
# As in CONTRIBUTING.md, «Translation».
KEYWORDS = "_l lazy_gettext lazy_pgettext:1c,2 sentence Unreadable"
ADVICE = "Run the three pybabel commands of CONTRIBUTING.md («Translation») and fill in messages.po."
VIETNAMESE = re.compile(r"[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", re.I)
PLACE = re.compile(r"%\((\w+)\)s")

MARKS_IN_PYTHON = {"_", "_l", "ngettext", "pgettext", "lazy_pgettext", "sentence", "Unreadable", "paper"}
MARKS_IN_TEMPLATES = {"_", "ngettext", "pgettext"}
REFUSALS = {"Invalid", "Conflict", "Forbidden", "Missing"}
# Vietnamese in views and forms that is no sentence to translate, each with the reason.
NOT_WORDS = {
    "Tiếng Việt": "a language names itself",
    "34/QĐ-SNV": "an example of a number",
    "Hải Phòng": "an example of a place",
    "Biên bản ": "the name of a file on paper",
}
# Names and numbers of documents, which English keeps.
NAMES = (
    "Soát",
    "Tiếng Việt",
    "NĐ-CP",
    "Quận Ngô Quyền, Sở Nội vụ thành phố Hải Phòng",
    "Nghị quyết 1669/NQ-UBTVQH15 ngày 16/6/2025",
)
# What stands on paper is Vietnamese in every language.
PAPER = re.compile(r"minutes/_\w+\.html")
ONLY_PAPERS = {"exports.py"}

Key = tuple[str, str]


def _key(message: Message) -> Key:
    """Context and the (singular) Vietnamese."""
    return message.context or "", message.id if isinstance(message.id, str) else message.id[0]


def _texts(value: Any) -> tuple[str, ...]:
    return (value,) if isinstance(value, str) else tuple(value)


@cache
def extracted() -> dict[Key, Message]:
    """What ``pybabel extract`` finds in the source."""
    with TemporaryDirectory() as folder:
        pot = Path(folder) / "messages.pot"
        options = ["-F", str(ROOT / "pyproject.toml"), "-k", KEYWORDS, "--add-location=file", "-o", str(pot)]
        CommandLineInterface().run(["pybabel", "-q", "extract", *options, str(APP)])
        with pot.open("rb") as file:
            return {_key(message): message for message in read_po(file) if message.id}


@cache
def catalogue() -> Catalog:
    with ENGLISH.open("rb") as file:
        return read_po(file, locale="en")


@cache
def english() -> dict[Key, Message]:
    return {_key(message): message for message in catalogue() if message.id}


def test_every_message_has_an_english_translation() -> None:
    missing = [
        key for key in extracted() if key not in english() or not all(_texts(english()[key].string or ""))
    ]
    assert not missing, f"{missing} {ADVICE}"


def test_no_translation_is_left_over() -> None:
    left = sorted(english().keys() - extracted().keys())
    assert not left, f"Nobody says {left} any more. {ADVICE}"
    assert not catalogue().obsolete, ADVICE


def test_no_translation_is_a_guess() -> None:
    assert not [message.id for message in catalogue() if message.id and message.fuzzy]


def test_translations_keep_the_places_for_values() -> None:
    wrong = [
        (key, text)
        for key, message in english().items()
        for text in _texts(message.string or "")
        if text and set(PLACE.findall(text)) != set(PLACE.findall(key[1]))
    ]
    assert not wrong


@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_percent_sign_beside_places_is_doubled(language: str) -> None:
    """Templates always fill in, Python only where values are given."""
    for message in english().values():
        in_template = any(place.endswith(".html") for place, _ in message.locations)
        for text in _texts(message.id) + _texts(message.string or "" if language == "en" else ()):
            if in_template or PLACE.search(text):
                filled = text % dict.fromkeys(PLACE.findall(text), "1")
                assert "%(" not in filled, text
            else:
                assert "%%" not in text, f"Nothing is filled in here, so «%%» would be shown: {text}"


def test_what_a_template_says_is_plain_text() -> None:
    """Jinja takes translations for safe markup, so they must not look like any."""
    for message in english().values():
        for text in _texts(message.id) + _texts(message.string or ""):
            assert not re.search(r"[<>&]", text), text


def test_plural_forms_are_both_given() -> None:
    for message in english().values():
        if not isinstance(message.id, str):
            assert len(_texts(message.string)) == 2, message.id


def test_english_holds_no_vietnamese_but_names() -> None:
    for message in english().values():
        for text in _texts(message.string or ""):
            for name in NAMES:
                text = text.replace(name, "")
            assert not VIETNAMESE.search(text), text


def test_the_compiled_catalogue_is_the_written_one() -> None:
    compiled = BytesIO()
    write_mo(compiled, catalogue())
    compiled.seek(0)
    with ENGLISH.with_suffix(".mo").open("rb") as file:
        assert _read(file) == _read(compiled), f"messages.mo is not messages.po. {ADVICE}"


def _read(file: Any) -> dict[Key, Any]:
    return {_key(message): message.string for message in read_mo(file) if message.id}


def _said_in(template: Path) -> Iterator[tuple[int, str]]:
    """Vietnamese in a template that no ``_()`` holds: line and text."""

    def walk(node: nodes.Node, marked: bool) -> Iterator[tuple[int, str]]:
        if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name):
            marked = marked or node.node.name in MARKS_IN_TEMPLATES
        text = getattr(node, "data", None) if isinstance(node, nodes.TemplateData) else None
        if isinstance(node, nodes.Const) and not marked:
            text = node.value
        if isinstance(text, str) and VIETNAMESE.search(text.replace("Soát", "")) and text not in NOT_WORDS:
            yield node.lineno, text.strip()
        for child in node.iter_child_nodes():
            yield from walk(child, marked)

    return walk(Environment(autoescape=True).parse(template.read_text()), False)


def test_templates_mark_every_word_for_translation() -> None:
    folder = APP / "templates"
    found = [
        f"{template.relative_to(ROOT)}:{line}: {text}"
        for template in sorted(folder.rglob("*.html"))
        if not PAPER.fullmatch(str(template.relative_to(folder)))
        for line, text in _said_in(template)
    ]
    assert not found, "\n".join(["Wrap in _():", *found])


def _name(call: ast.Call) -> str:
    return getattr(call.func, "id", getattr(call.func, "attr", ""))


def _unmarked(tree: ast.Module) -> Iterator[ast.Constant]:
    """Text with Vietnamese letters that is neither marked, nor a refusal's, nor a comment between quotes."""
    passed: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node) in MARKS_IN_PYTHON | REFUSALS:
            passed |= {id(part) for part in ast.walk(node)}
        elif isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            passed.add(id(node.value))
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in passed and _speaks(node.value):
            yield node


def _speaks(text: Any) -> bool:
    """Vietnamese for a person; a regular expression only reads what people type."""
    return (
        isinstance(text, str)
        and bool(VIETNAMESE.search(text))
        and text not in NOT_WORDS
        and "(?:" not in text
    )


@pytest.mark.parametrize("floor", ["views", "forms"])
def test_python_marks_every_word_for_translation(floor: str) -> None:
    found = [
        f"{module.relative_to(ROOT)}:{text.lineno}: {text.value}"
        for module in sorted((APP / floor).glob("*.py"))
        if module.name not in ONLY_PAPERS
        for text in _unmarked(ast.parse(module.read_text()))
    ]
    assert not found, "\n".join(["Wrap in _() or _l():", *found])


def test_every_refusal_has_a_sentence_that_can_be_translated() -> None:
    said = {vietnamese for _, vietnamese in extracted()}
    found = [
        f"{module.relative_to(ROOT)}:{call.lineno}"
        for module in sorted(APP.rglob("*.py"))
        for call in ast.walk(ast.parse(module.read_text()))
        if isinstance(call, ast.Call) and _name(call) in REFUSALS and call.args
        if isinstance(call.args[0], ast.JoinedStr)
        or (isinstance(call.args[0], ast.Constant) and call.args[0].value not in said)
    ]
    assert not found, f"Wrap in sentence(), with %(name)s places instead of an f-string: {found}"


def test_scripts_take_their_words_from_the_page() -> None:
    """Only the server knows the language: words come in data attributes."""
    comment = re.compile(r"/\*.*?\*/|//[^\n]*", re.S)
    for script in sorted((APP / "static" / "js").rglob("*.js")):
        found = VIETNAMESE.search(comment.sub("", script.read_text()))
        assert not found, f"{script.name}: pass the words in a data attribute of the template"
