"""Pictures of strangers: decoded by a limited child process, and encoded anew without anything but pixels.

Cameras write where and when a picture was taken; decoders of pictures have had holes, and a few bytes can
ask for gigabytes. So the original file is never kept, never served, and never opened in the server's process.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from threading import BoundedSemaphore

import PIL

from ..domain.refusals import Invalid, Refused, sentence

LONGEST_SIDE = 2560
SMALL_SIDE = 320
# A phone's 48 and 50 megapixel modes pass.
MOST_PIXELS = 52_000_000
SECONDS = 20
PATIENCE = 10

_CHILD = Path(__file__).with_name("picture_child.py")
_TOO_MANY_PIXELS = 5
# Each child may take 1 GB; a third picture waits.
_children = BoundedSemaphore(2)


class Busy(Refused):
    """Too many pictures at once (503)."""

    status = 503


def clean_picture(data: bytes) -> tuple[bytes, bytes]:
    """A JPEG, PNG or WebP as a clean upright JPEG of at most 2560 px, and its copy of at most 320 px.

    Raises :class:`Invalid` with the one sentence that fits; takes at most 20 s and 1 GB outside this
    process whatever ``data`` holds.
    """
    if not _children.acquire(timeout=PATIENCE):
        raise Busy(sentence("Máy chủ đang xử lý các ảnh khác; hãy gửi lại sau ít phút."))
    library = Path(PIL.__file__).parent.parent
    limits = map(str, (LONGEST_SIDE, SMALL_SIDE, MOST_PIXELS))
    # -I: no start-up files, no paths from the environment; and none of the server's secrets in it.
    command = [sys.executable, "-I", "-X", "utf8", str(_CHILD), str(library), *limits]
    environment = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    try:
        ended = subprocess.run(  # noqa: S603  (our own script, our own arguments)
            command, input=data, capture_output=True, env=environment, timeout=SECONDS, check=False
        )
    except subprocess.TimeoutExpired:
        raise _damaged() from None
    finally:
        _children.release()
    if ended.returncode == _TOO_MANY_PIXELS:
        raise Invalid(
            sentence(
                "Ảnh quá lớn (tối đa %(most)s triệu điểm ảnh). Hãy chọn độ phân giải thấp hơn trong máy ảnh rồi chụp lại."
            ),
            field="file",
            most=50,
        )
    if ended.returncode != 0:
        raise _damaged()
    length, _, pictures = ended.stdout.partition(b"\n")
    return pictures[: int(length)], pictures[int(length) :]


def _damaged() -> Invalid:
    return Invalid(
        sentence("Không đọc được ảnh: tệp hỏng hoặc tải lên chưa hết. Hãy chụp lại hoặc lưu lại ảnh."),
        field="file",
    )
