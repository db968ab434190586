"""Sheet «PL6 Ảnh minh chứng»: the delegation's pictures, small, two beside each other, with their captions."""

from __future__ import annotations

from collections.abc import Mapping
from io import BytesIO

from openpyxl.drawing.image import Image
from openpyxl.drawing.spreadsheet_drawing import AnchorMarker, OneCellAnchor
from openpyxl.drawing.xdr import XDRPositiveSize2D
from openpyxl.utils.units import pixels_to_EMU
from PIL import UnidentifiedImageError

from app.domain.minutes import Minutes, PhotoLine

from . import words
from .paper import PIXEL, Block, Look, Paper, appendix_heading

TITLE = "PL6 Ảnh minh chứng"
NAME = "Ảnh minh chứng của Đoàn"
WIDTHS = (224, 224)
# Room of one picture, in points; what the frame keeps free around it.
HIGH, AIR = 168, 6
FRAME = Look(size=11, across="center", box=True)
CAPTION = Look(size=11, across="center", down="top", box=True)
# Enough to show what was found; a workbook must stay small enough for the post.
MOST = 60
GONE = "(không đọc được ảnh trong kho)"


def write(paper: Paper, minutes: Minutes, number: int, pictures: Mapping[str, bytes]) -> None:
    """``pictures``: the bytes of the small copies by their SHA-256; one that is missing leaves its caption."""
    appendix_heading(paper, number, NAME, words.appendix_reference(minutes))
    numbered = list(enumerate(minutes.photos[:MOST], 1))
    for start in range(0, len(numbered), len(WIDTHS)):
        pair = numbered[start : start + len(WIDTHS)]
        found = [_image(pictures.get(photo.sha256)) for _n, photo in pair]
        blank = [None] * (len(WIDTHS) - len(pair))
        row = paper.row(
            *(Block("" if image else GONE, FRAME) for image in found),
            *(Block(empty, FRAME) for empty in blank),
            height=HIGH,
            keep=True,
        )
        for column, image in enumerate(found):
            if image is not None:
                _place(paper, image, column, row)
        captions = (Block(_caption(n, photo), CAPTION) for n, photo in pair)
        paper.row(*captions, *(Block(empty, CAPTION) for empty in blank), air=6)
    left = len(minutes.photos) - MOST
    if left > 0:
        paper.paragraph(f"Còn {left} ảnh khác được lưu cùng hồ sơ cuộc {minutes.act} trên hệ thống.", Look())
    paper.finish()


def _caption(number: int, photo: PhotoLine) -> str:
    words_of = f": {photo.caption}" if photo.caption else ""
    return f"Ảnh {number} (mục {photo.place}){words_of}"


def _image(content: bytes | None) -> Image | None:
    if content is None:
        return None
    try:
        return Image(BytesIO(content))
    except (UnidentifiedImageError, OSError):
        return None


def _place(paper: Paper, image: Image, column: int, row: int) -> None:
    """In the middle of its cell, as large as fits."""
    room = ((WIDTHS[column] - 2 * AIR) / PIXEL, (HIGH - 2 * AIR) / PIXEL)
    scale = min(room[0] / image.width, room[1] / image.height)
    wide, high = int(image.width * scale), int(image.height * scale)
    corner = AnchorMarker(
        col=column,
        colOff=pixels_to_EMU(int((WIDTHS[column] / PIXEL - wide) / 2)),
        row=row - 1,
        rowOff=pixels_to_EMU(int((HIGH / PIXEL - high) / 2)),
    )
    image.anchor = OneCellAnchor(
        _from=corner, ext=XDRPositiveSize2D(pixels_to_EMU(wide), pixels_to_EMU(high))
    )
    paper.sheet.add_image(image)
