"""Icons are decoration beside words and have a name of their own when alone."""

import pytest

from app.views._icons import FOLDER, icon


def test_an_icon_beside_words_is_hidden_from_screen_readers():
    assert 'aria-hidden="true"' in icon("check")
    assert "aria-label" not in icon("check")


def test_an_icon_alone_is_read_out_and_its_label_is_escaped():
    drawing = icon("x", 'Đóng "<b>"')
    assert 'role="img"' in drawing
    assert "<b>" not in drawing
    assert "Đóng" in drawing


def test_a_misspelt_icon_fails_loudly():
    with pytest.raises(FileNotFoundError):
        icon("no-such-drawing")


def test_every_vendored_drawing_can_be_shown():
    for path in FOLDER.glob("*.svg"):
        assert "<path" in icon(path.stem)
