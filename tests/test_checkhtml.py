"""The page checker sees what it should see; a checker that is always content is worse than none."""

import pytest

from tests.checkhtml import problems

SOUND = """<!doctype html><html lang="vi"><head><title>Soát</title><link rel="stylesheet" href="/app.css"></head>
<body><h1>Chấm điểm</h1><form action="/x" method="post"><label for="n">Điểm</label><input id="n" name="n">
<label><input type="checkbox" name="c"> Có</label><input type="hidden" name="t" value="1">
<button type="submit">Lưu</button></form><svg aria-hidden="true"><path d="M0 0"/></svg></body></html>"""


def test_a_sound_page_has_no_faults() -> None:
    assert problems(SOUND) == []


@pytest.mark.parametrize(
    ("old", "new", "part"),
    [
        ("<h1>Chấm điểm</h1>", "", "0 h1"),
        ("<h1>Chấm điểm</h1>", "<h1>A</h1><h1>B</h1>", "2 h1"),
        ("<h1>Chấm điểm</h1>", "<h1> </h1>", "no words"),
        ('lang="vi"', "", "no lang"),
        ("<title>Soát</title>", "", "no title"),
        (' action="/x"', "", "without action"),
        (' method="post"', "", "without method"),
        ('<label for="n">Điểm</label>', "", "name=n> has no label"),
        ('for="n"', 'for="m"', "points to «m»"),
        ("<label><input", '<label id="n"><input', "«n» is used 2 times"),
        ("</body>", "<script>alert(1)</script></body>", "inline script"),
        ("</head>", "<style>p {}</style></head>", "inline style sheet"),
        ("<body>", '<body onload="x()">', "inline handler"),
        ("<body>", '<body style="color: red">', "inline style"),
        ("Lưu</button>", "</button>", "no words"),
        ("</form>", "</form><button>Gửi</button>", "sends no form"),
        ("<body>", '<body><a href="javascript:x()">x</a>', "runs a script"),
        ("<body>", '<body><img src="/x.png">', "without alt"),
        ("<body>", "<body><div>", "<div>"),
        ("<body>", "<body></section>", "closes nothing"),
    ],
)
def test_a_faulty_page_is_noticed(old: str, new: str, part: str) -> None:
    assert old in SOUND
    assert any(part in problem for problem in problems(SOUND.replace(old, new, 1)))


def test_a_template_for_scripts_may_be_empty() -> None:
    assert problems('<template id="row"><li><a href="#"><span></span></a></li></template>') == []


def test_a_fragment_needs_no_heading() -> None:
    assert problems('<output id="points-3-4-1">4,00</output>') == []
