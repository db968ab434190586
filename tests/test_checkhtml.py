"""The page checker sees what it should see; a checker that is always content is worse than none."""

import pytest

from tests.checkhtml import _Page, problems

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


class _Told(_Page):
    """What the checker is told, call by call."""

    def __init__(self) -> None:
        super().__init__(whole=True)
        self.told: list[tuple[object, ...]] = []

    def handle_starttag(self, tag, attrs):
        super().handle_starttag(tag, attrs)
        self.told.append((tag, [(name, value or "") for name, value in attrs]))

    def handle_endtag(self, tag):
        super().handle_endtag(tag)
        self.told.append(("/", tag))

    def handle_data(self, data):
        super().handle_data(data)
        self.told.append(("text", data))


@pytest.mark.parametrize(
    "html",
    [
        SOUND,
        "<p>a &amp; b&nbsp;<b title='\"&lt;\"' DATA-x>c</b>\n<BR></p>",
        "<ul\n  class='x'><li><a href=\"?a=1&amp;copy=2\">1</a></li></ul><!-- gone --><hr/>",
        '<p><textarea name="t">\n&lt;b&gt;</textarea><script src="/x.js"></script></p>',
    ],
)
def test_a_plain_page_is_read_as_python_reads_it(html: str) -> None:
    plain, whole = _Told(), _Told()
    assert plain.reads_plain(html)
    whole.feed(html)
    whole.close()
    assert plain.told == whole.told


@pytest.mark.parametrize(
    "html",
    [
        "<p class=x>a</p>",
        "<p>a < b</p>",
        "<p>a &copy b</p>",
        "<script>if (a) b()</script>",
        "<textarea><b></b></textarea>",
        "<!-- a --!> b -->",
        '<p title="a"class="b">c</p>',
        '<p title="a>b</p>',
        "<p",
    ],
)
def test_what_parsers_may_differ_about_is_left_to_pythons(html: str) -> None:
    assert not _Told().reads_plain(html)
