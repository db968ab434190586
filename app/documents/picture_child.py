"""Run as a process of its own: an untrusted picture on stdin, the picture as a clean JPEG and a small copy on stdout.

Arguments: the folder that holds Pillow, the longest side, the longest side of the small copy, the most
pixels. Out: the length of the first JPEG as a line of text, then both JPEGs. Status 5: too many pixels,
6: Pillow cannot read it. Nothing of the original file but its pixels comes out: no EXIF, no place, no comment.
"""

import contextlib
import os
import sys
import warnings
from io import BytesIO

try:
    import resource
except ImportError:  # Windows: the parent's clock and the size limits remain
    resource = None  # type: ignore[assignment]

if __name__ == "__main__":
    sys.path.append(sys.argv[1])
from PIL import Image

TOO_MANY_PIXELS = 5
UNREADABLE = 6

# What each note of a camera (EXIF 0x0112) asks for.
TURNS: dict[object, Image.Transpose] = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}


def limit_resources() -> None:
    """1 GB of memory, 20 s of processor time, no files."""
    if resource is None:
        return
    for what, most in (
        (resource.RLIMIT_AS, 2**30),
        (resource.RLIMIT_CPU, 20),
        (resource.RLIMIT_FSIZE, 64 * 2**20),
        (resource.RLIMIT_CORE, 0),
    ):
        # Some systems refuse one of them; the others and the parent's clock remain.
        with contextlib.suppress(ValueError, OSError):
            resource.setrlimit(what, (most, most))


def clean(data: bytes, longest: int, small: int, most_pixels: int) -> tuple[bytes, bytes]:
    """The picture upright, at most ``longest`` wide or high, and its small copy."""
    # The size is checked below before a pixel is decoded; Pillow's own limit would only warn up to twice of it.
    Image.MAX_IMAGE_PIXELS = None
    with Image.open(BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as image:
        if image.width * image.height > most_pixels:
            sys.exit(TOO_MANY_PIXELS)
        # A JPEG is decoded at a half or a quarter where that is enough.
        image.draft(None, (longest, longest))
        image.load()
        turn = orientation_of(image)
        picture = on_paper(image, longest)
    upright = turned(picture, turn)
    tiny = upright.copy()
    tiny.thumbnail((small, small), Image.Resampling.LANCZOS)
    return as_jpeg(upright, 86), as_jpeg(tiny, 78)


def on_paper(image: Image.Image, longest: int) -> Image.Image:
    """Red, green and blue; what is transparent lies on white. A fresh picture, without a word of the old file."""
    if image.mode.startswith("I;16"):
        image = image.convert("I").point(lambda value: value / 256).convert("L")
    clear = image.mode in {"RGBA", "LA", "PA", "RGBa", "La"} or "transparency" in image.info
    picture = image.convert("RGBA" if clear else "RGB")
    if max(picture.size) > longest:
        picture.thumbnail((longest, longest), Image.Resampling.LANCZOS, reducing_gap=3.0)
    paper = Image.new("RGB", picture.size, "white")
    paper.paste(picture, mask=picture.getchannel("A") if clear else None)
    return paper


def turned(image: Image.Image, orientation: object) -> Image.Image:
    """Upright, as the camera's note says."""
    return image.transpose(TURNS[orientation]) if orientation in TURNS else image


def orientation_of(image: Image.Image) -> object:
    """The camera's note; a damaged one is as good as none."""
    try:
        return image.getexif().get(0x0112)
    except Exception:  # Pillow's reader of untrusted notes raises whatever their bytes lead it to
        return None


def as_jpeg(image: Image.Image, quality: int) -> bytes:
    out = BytesIO()
    image.save(out, "JPEG", quality=quality, optimize=True)
    return out.getvalue()


def main(longest: int, small: int, most_pixels: int) -> None:
    data = sys.stdin.buffer.read()
    limit_resources()
    warnings.simplefilter("ignore")
    try:
        picture, tiny = clean(data, longest, small, most_pixels)
    except MemoryError:
        sys.exit(TOO_MANY_PIXELS)
    except Exception:  # damaged pictures raise a dozen kinds of exceptions, all of one meaning
        sys.exit(UNREADABLE)
    sys.stdout.buffer.write(b"%d\n" % len(picture) + picture + tiny)
    sys.stdout.buffer.flush()
    # Libraries that a hostile picture has confused get no chance to clean up.
    os._exit(0)


if __name__ == "__main__":
    main(*map(int, sys.argv[2:5]))
