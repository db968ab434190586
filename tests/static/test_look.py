"""The look: readable colours in light and dark, icons that exist, nothing inline, vendored files untouched."""

import hashlib
import re
from itertools import product
from pathlib import Path

import pytest

APP = Path(__file__).resolve().parents[2] / "app"
STATIC = APP / "static"
TEMPLATES = sorted((APP / "templates").rglob("*.html"))
SHEETS = sorted(STATIC.glob("*.css"))
ICONS = next((STATIC / "vendor").glob("tabler-icons@*"))

GROUNDS = ("page", "surface", "sunken")
TEXTS = ("ink", "ink-soft", "accent-ink", "ok-ink", "warn-ink", "bad-ink")
SOFT = [(f"{tone}-ink", f"{tone}-soft") for tone in ("ok", "warn", "bad", "info")]
TEXT_PAIRS = [
    *product(TEXTS, GROUNDS),
    *SOFT,
    *product(("ink", "ink-soft"), ("ok-soft", "warn-soft", "bad-soft", "accent-soft")),
    *((("ink", f"heat-{step}")) for step in range(1, 6)),
    ("accent-ink", "accent-soft"),
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("on-bad", "bad"),
    ("ink-on-bar", "bar"),
    ("ink-on-bar-soft", "bar"),
]
EDGE_PAIRS = [
    *product(("control", "accent", "focus"), GROUNDS),
    *product(("ok", "warn", "bad"), ("surface",)),
]


def colour_lists() -> tuple[dict[str, str], list[dict[str, str]]]:
    """The colours of the light list, and of each of the two dark ones."""
    blocks = re.findall(r"([^{}]+)\{([^{}]*)\}", (STATIC / "tokens.css").read_text(encoding="utf-8"))
    colours = [(head.strip(), dict(re.findall(r"--([\w-]+): (#[0-9a-f]{6})", body))) for head, body in blocks]
    light = next(found for head, found in colours if head.endswith(":root") and "page" in found)
    return light, [found for head, found in colours if "data-theme" in head]


def luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dim, bright = sorted((luminance(one), luminance(other)))
    return (bright + 0.05) / (dim + 0.05)


def test_the_two_dark_lists_are_alike_and_name_every_colour_of_the_light_one():
    light, dark = colour_lists()
    assert len(dark) == 2
    assert dark[0] == dark[1]
    assert set(dark[0]) == set(light)


@pytest.mark.parametrize("look", ["light", "dark"])
def test_text_has_at_least_4_5_to_1_and_edges_of_controls_3_to_1(look):
    light, dark = colour_lists()
    colours = light if look == "light" else dark[0]
    weak = [
        f"{ink} on {ground}: {contrast(colours[ink], colours[ground]):.2f} < {least}"
        for pairs, least in ((TEXT_PAIRS, 4.5), (EDGE_PAIRS, 3.0))
        for ink, ground in pairs
        if contrast(colours[ink], colours[ground]) < least
    ]
    assert not weak


def test_every_icon_a_page_names_is_vendored():
    missing = {
        f"{path.relative_to(APP)}: {name}"
        for path in [*TEMPLATES, *sorted((APP / "views").glob("*.py"))]
        for name in re.findall(r"\bicon\(\s*[\"']([a-z0-9-]+)[\"']", path.read_text(encoding="utf-8"))
        if not (ICONS / f"{name}.svg").is_file()
    }
    assert not missing, f"copy these from @tabler/icons into {ICONS.name}: {sorted(missing)}"


def test_no_template_holds_a_style_or_a_script_of_its_own():
    inline = re.compile(
        r"<style|\sstyle=|\son(?!ly)[a-z]+=|<script(?![^>]*\bsrc=)|javascript:", re.IGNORECASE
    )
    found = [
        f"{path.relative_to(APP)}: {match[0].strip()}"
        for path in TEMPLATES
        for match in inline.finditer(path.read_text(encoding="utf-8"))
    ]
    assert not found, "the content security policy blocks these; use a class and a module in static/js"


def test_stylesheets_name_only_files_that_are_here():
    named = [
        (sheet, target)
        for sheet in SHEETS
        for target in re.findall(r"url\([\"']?([^)\"']+)", sheet.read_text(encoding="utf-8"))
    ]
    assert named
    assert not [f"{sheet.name}: {target}" for sheet, target in named if not (STATIC / target).is_file()]


def test_htmx_is_the_published_file():
    content = (STATIC / "vendor/htmx@2.0.11/htmx.min.js").read_bytes()
    assert hashlib.sha256(content).hexdigest() == (
        "d6fdc75f204e6bdefa99b69bf1e6d4ac69b8a364f77929f45c13476b4000f717"
    )


def test_every_vendored_folder_has_its_version_and_licence():
    for folder in (STATIC / "vendor").iterdir():
        assert re.search(r"@\d+\.\d+\.\d+$", folder.name), folder.name
        assert (folder / "LICENSE").is_file(), folder.name
