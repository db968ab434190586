"""Which Chromium the tests start, and how: nothing is made for an address bar that nobody sees.

Every window of a Chromium with a face brings two hidden pages of its own for what drops down below the address
bar; they cost more than most of our pages. Their features are named here for what they are in Chromium's source.
"""

from __future__ import annotations

import os
from functools import cache
from shlex import quote

from tests import prepare

NOT_NEEDED = "WebUIOmniboxPopup,WebUIOmniboxAimPopup"
# Of several --disable-features Chromium believes the last alone: ours are added to Playwright's, whatever they are.
SCRIPT = """#!/bin/sh
for word do
  shift
  case $word in --disable-features=*) word=$word,{features} ;; esac
  set -- "$@" "$word"
done
exec {chromium} "$@"
"""


@cache
def program() -> str | None:
    """What is to be started; None: the Chromium that Playwright keeps, as it comes."""
    chromium = prepare.chromium()
    if chromium is None:
        return None
    script, new = prepare.BUILD / "chromium.sh", prepare.BUILD / f"chromium-{os.getpid()}.sh"
    prepare.BUILD.mkdir(exist_ok=True)
    new.write_text(SCRIPT.format(features=NOT_NEEDED, chromium=quote(chromium)))
    new.chmod(0o755)
    new.replace(script)  # all of it at once: another worker may be starting it
    return str(script)
