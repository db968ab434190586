"""Which browser it is, in words its owner knows again; from the User-Agent line, which may say anything."""

from __future__ import annotations

# The first that is found names it: nearly every browser also says «Chrome», «Safari» and «Mozilla».
_BROWSERS = (
    ("coc_coc", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser", "Samsung Internet"),
    ("Firefox", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS = (
    ("iPad", "iPad"),
    ("iPhone", "iPhone"),
    ("Android", "Android"),
    ("CrOS", "ChromeOS"),
    ("Windows", "Windows"),
    ("Mac OS X", "macOS"),
    ("Linux", "Linux"),
)


def browser_words(user_agent: str) -> str:
    """«Chrome, Android»; empty when it says nothing we know."""
    names = (
        next((name for mark, name in table if mark in user_agent), "") for table in (_BROWSERS, _SYSTEMS)
    )
    return ", ".join(name for name in names if name)


def is_handheld(user_agent: str) -> bool:
    return any(mark in user_agent for mark in ("iPad", "iPhone", "Android", "Mobile"))
