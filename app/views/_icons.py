"""Icons: the vendored outline drawings as inline SVG, in the size and colour of the text around them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

from markupsafe import Markup, escape

FOLDER = Path(__file__).resolve().parent.parent / "static" / "vendor" / "tabler-icons@3.51.0"

# Tabler's drawings begin with an invisible square that only sets the size of the canvas.
_CANVAS = re.compile(r'<path stroke="none" d="M0 0h24v24H0z"[^>]*/>')
_DRAWING = re.compile(r"<svg[^>]*>(.*)</svg>", re.DOTALL)


@cache
def _drawing(name: str) -> str:
    """What stands inside the <svg> of one icon; ``FileNotFoundError`` tells a misspelt name."""
    text = (FOLDER / f"{name}.svg").read_text(encoding="utf-8")
    found = _DRAWING.search(text)
    if found is None:
        raise ValueError(f"{name}.svg holds no drawing")
    return "".join(line.strip() for line in _CANVAS.sub("", found[1]).splitlines())


@lru_cache(maxsize=1024)
def _svg(name: str, label: str, extra: str) -> Markup:
    css = f"icon {escape(extra)}" if extra else "icon"
    meaning = f'role="img" aria-label="{escape(label)}"' if label else 'aria-hidden="true"'
    return Markup(  # noqa: S704 – a vendored drawing and two escaped words
        f'<svg class="{css}" {meaning} viewBox="0 0 24 24" fill="none"'
        ' stroke="currentColor" stroke-width="2" stroke-linecap="round" stroke-linejoin="round">'
        f"{_drawing(name)}</svg>"
    )


def icon(name: str, label: object = None, extra: str = "") -> Markup:
    """The icon ``name``. Beside words it is decoration; alone it needs a ``label`` that is read out.

    ``extra`` adds a class: «large», «spin».
    """
    return _svg(name, "" if label is None else str(label), extra)


@lru_cache(maxsize=64)
def sprite(*names: str) -> Markup:
    """The drawings of ``names`` once, for pages that show them hundreds of times through :func:`drawn`."""
    symbols = "".join(
        f'<symbol id="i-{name}" viewBox="0 0 24 24">{_drawing(name)}</symbol>' for name in names
    )
    return Markup(f'<svg class="sprite" aria-hidden="true">{symbols}</svg>')  # noqa: S704 – vendored drawings


@cache
def drawn(name: str) -> Markup:
    """A decoration from the page's :func:`sprite`."""
    return Markup(f'<svg class="icon drawn" aria-hidden="true"><use href="#i-{escape(name)}"/></svg>')  # noqa: S704
