"""What a person had typed into a form whose post is refused: it stays on the page, so that nothing is lost."""

from __future__ import annotations

import re

from flask import request
from werkzeug.exceptions import HTTPException

# Fields that nobody types, and those that nobody may read again.
_HIDDEN = re.compile(
    r"csrf_token|op_id|.*version|device_at|.*password.*|old|new|again|name|.*code|token|sha256|next"
)
# What a list or a button sends: words of the program, numbers of rows.
_CHOSEN = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)+|[a-z]{1,12}|[0-9]{1,10}")
_ACCOUNT = {"login", "me", "second_step", "users"}
MOST_FIELDS, MOST_LETTERS = 60, 50_000


def typed_texts() -> list[str]:
    """The texts of the refused post in their order; none of a post that another site had the browser send."""
    if request.method != "POST" or request.headers.get("Sec-Fetch-Site", "same-origin") != "same-origin":
        return []
    account = (request.endpoint or "").partition(".")[0] in _ACCOUNT
    try:
        pairs = [] if account else list(request.form.items(multi=True))
    except HTTPException:
        return []  # too large to be read: that is what was refused
    texts = [
        value[:MOST_LETTERS]
        for name, value in pairs
        if value.strip() and not _HIDDEN.fullmatch(name) and not _CHOSEN.fullmatch(value.strip())
    ]
    return texts[:MOST_FIELDS]
