"""Pictures come out upright, small enough, and with nothing of the old file but its pixels."""

from __future__ import annotations

from io import BytesIO

import pytest
from PIL import Image

from app.documents.images import LONGEST_SIDE, SMALL_SIDE, clean_picture
from app.domain.refusals import Invalid
from tests.documents.hostile import picture

RED, BLUE = (220, 30, 30), (30, 30, 220)
SECRETS = (b"Canon EOS Bi Mat", b"Nguyen Van A", b"21.02,105.85", b"XMP-BI-MAT", b"2026:11:22 01:02:03")


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def two_halves(size: tuple[int, int] = (80, 40)) -> Image.Image:
    """Red on the left, blue on the right."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image


def with_secrets() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0110] = SECRETS[0].decode()
    exif[0x013B] = SECRETS[1].decode()
    exif[0x0132] = SECRETS[4].decode()
    gps = exif.get_ifd(0x8825)
    gps[1], gps[2], gps[3], gps[4] = "N", (21.0, 1.0, 12.0), "E", (105.0, 51.0, 0.0)
    gps[29] = SECRETS[2].decode()
    return exif


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_time_camera_and_person_are_gone(kind):
    xmp = b"<x:xmpmeta>" + SECRETS[3] + b"</x:xmpmeta>"
    options = {"exif": with_secrets()} | ({} if kind == "PNG" else {"xmp": xmp})
    data = saved(two_halves(), kind, **options)
    assert SECRETS[0] in data, "the test's own picture must hold what is to be removed"
    for out in clean_picture(data):
        image = opened(out)
        assert image.format == "JPEG"
        assert not image.getexif()
        assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
        assert not any(secret in out for secret in SECRETS)


def test_comments_and_what_stands_behind_a_picture_are_gone():
    data = saved(two_halves(), "JPEG", comment=b"Nguyen Van A") + b"Nguyen Van A"
    assert all(b"Nguyen" not in out for out in clean_picture(data))


@pytest.mark.parametrize("turn", range(1, 9))
def test_a_picture_stands_upright_whatever_the_camera_noted(turn):
    upright = two_halves()
    # The camera stores the picture turned, and notes how to turn it back.
    undo = {2: 0, 3: 3, 4: 1, 5: 5, 6: 2, 7: 6, 8: 4}
    stored = upright.transpose(Image.Transpose(undo[turn])) if turn in undo else upright
    exif = Image.Exif()
    exif[0x0112] = turn
    out = opened(clean_picture(saved(stored, "JPEG", exif=exif, quality=95))[0])
    assert out.size == upright.size
    left, right = out.getpixel((10, 20)), out.getpixel((70, 20))
    assert left[0] > 150 > left[2]
    assert right[2] > 150 > right[0]


@pytest.mark.parametrize("note", [0, 9, 65535])
def test_a_strange_note_of_the_camera_changes_nothing(note):
    exif = Image.Exif()
    exif[0x0112] = note
    assert opened(clean_picture(saved(two_halves(), "JPEG", exif=exif))[0]).size == (80, 40)


def test_a_damaged_note_of_the_camera_does_not_lose_the_picture():
    data = saved(two_halves(), "JPEG", exif=with_secrets())
    place = data.index(b"Exif\0\0") + 10
    spoilt = data[:place] + b"\xff\xff\xff\xff" + data[place + 4 :]
    assert opened(clean_picture(spoilt)[0]).size == (80, 40)


@pytest.mark.parametrize(
    ("size", "kept"),
    [((4000, 3000), (2560, 1920)), ((3000, 4000), (1920, 2560)), ((2560, 10), (2560, 10)), ((1, 1), (1, 1))],
)
def test_a_large_picture_becomes_small_and_a_small_one_stays(size, kept):
    whole, tiny = clean_picture(picture(size=size))
    assert opened(whole).size == kept
    assert max(opened(whole).size) <= LONGEST_SIDE
    assert max(opened(tiny).size) <= SMALL_SIDE


def test_a_picture_of_a_phones_48_megapixels_comes_through():
    data = saved(Image.new("RGB", (8064, 6048), RED), "JPEG")
    assert opened(clean_picture(data)[0]).size == (2560, 1920)


def test_a_large_transparent_picture_comes_through():
    data = saved(Image.new("RGBA", (7000, 7000), (0, 0, 0, 0)), "PNG")
    assert opened(clean_picture(data)[0]).getpixel((5, 5)) == (255, 255, 255)


def test_more_pixels_than_any_phone_takes_are_refused():
    with pytest.raises(Invalid, match="tối đa 50 triệu"):
        clean_picture(saved(Image.new("1", (9000, 9000)), "PNG"))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGB", "RGBA", "I;16"])
def test_every_mode_of_png_comes_through(mode):
    image = Image.new(mode, (20, 10))
    assert opened(clean_picture(saved(image, "PNG"))[0]).mode == "RGB"


@pytest.mark.parametrize("mode", ["L", "CMYK"])
def test_grey_and_printers_jpegs_come_through(mode):
    assert opened(clean_picture(picture(mode=mode))[0]).mode == "RGB"


def test_what_is_transparent_lies_on_white_paper():
    image = Image.new("RGBA", (20, 20), (0, 0, 0, 0))
    assert opened(clean_picture(saved(image, "PNG"))[0]).getpixel((5, 5)) == (255, 255, 255)


def test_sixteen_bits_of_grey_keep_their_shades():
    image = Image.new("I;16", (20, 20), 32768)
    assert 120 <= opened(clean_picture(saved(image, "PNG"))[0]).getpixel((5, 5))[0] <= 136


def test_of_a_moving_picture_the_first_moment_is_kept():
    frames = [Image.new("RGB", (20, 20), colour) for colour in (RED, BLUE)]
    data = saved(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    assert opened(clean_picture(data)[0]).getpixel((5, 5))[0] > 150


def test_the_same_picture_comes_out_the_same():
    assert clean_picture(picture()) == clean_picture(picture())
