"""Sheet «Biên bản»: the minutes themselves, A4 portrait, as NĐ 30/2020/NĐ-CP lays documents out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from app import vietnamese as vi
from app.domain.minutes import Minutes, Person, RecommendationLine
from app.domain.minutes_scores import AreaLine

from . import carried, dossier_words, supervised, words
from .paper import BLANK, POINTS, Block, Formula, Look, Paper, Value, hundredths

TITLE = "Biên bản"
# Column edges in points serve the heading and its lines, both tables and the signatures alike.
EDGES = (0, 28, 60, 128, 188, 243, 260, 282, 316, 350, 393, 446)
WIDTHS = tuple(right - left for left, right in pairwise(EDGES))
LEFT, RIGHT = 4, 7  # columns of the two blocks of the heading

TEXT = Look(size=13, across="justify")
LEFT_TEXT = Look(size=13)
ITALIC = Look(size=13, italic=True, across="justify")
SECTION = Look(size=13, bold=True)
CENTRE = Look(size=13, across="center")
CENTRE_BOLD = Look(size=13, bold=True, across="center")
CENTRE_ITALIC = Look(size=13, italic=True, across="center")
HEAD = Look(size=11, bold=True, across="center", box=True)
CELL = Look(size=11, box=True)
CELL_CENTRE = Look(size=11, across="center", box=True)
SCORE = Look(size=11, across="center", box=True, number=POINTS)
BOLD_SCORE = Look(size=11, bold=True, across="center", box=True, number=POINTS)
TOP = Look(size=11, down="top", box=True)
TOP_CENTRE = Look(size=11, across="center", down="top", box=True)
PARENT = Look(size=12, across="center", down="bottom")
AGENCY = Look(size=12, bold=True, across="center", down="top")
NATION = Look(size=12, bold=True, across="center", down="bottom")
MOTTO = Look(size=13, bold=True, across="center", down="top")
DOCUMENT = Look(size=14, bold=True, across="center")
MANNER = Look(size=12, italic=True, across="center", down="top")
LINE = Look(size=1, line_above=True)
RECIPIENTS_HEAD = Look(size=12, bold=True, italic=True)
RECIPIENTS = Look(size=11)
SHORT = 5  # rows of a table that no page break goes through
INDENT = "\u2003\u2003"


def write(paper: Paper, minutes: Minutes, appendices: Sequence[str]) -> None:
    _heading(paper, minutes)
    _people(paper, minutes)
    _contents(paper, minutes)
    _results(paper, minutes)
    _assessment(paper, minutes)
    _demands(paper, minutes)
    _opinion(paper, minutes)
    _attached(paper, minutes, appendices)
    _signatures(paper, minutes)
    paper.finish()


def _heading(paper: Paper, minutes: Minutes) -> None:
    paper.row(
        Block(minutes.parent_agency.upper(), PARENT, LEFT),
        Block(
            "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
            NATION,
            RIGHT,
        ),
        air=2,
    )
    paper.row(
        Block(minutes.agency.upper(), AGENCY, LEFT), Block("Độc lập - Tự do - Hạnh phúc", MOTTO, RIGHT), air=2
    )
    # The lines: half of the agency's name, all of the motto.
    nothing = Block(None, BLANK)
    paper.row(
        nothing, nothing, Block(None, LINE), nothing, nothing, *[Block(None, LINE)] * 5, nothing, height=6
    )
    paper.row(
        Block(words.number_line(minutes), CENTRE, LEFT),
        Block(words.place_line(minutes), CENTRE_ITALIC, RIGHT),
    )
    paper.gap(12)
    _wide(paper, minutes.document_name.upper(), DOCUMENT, air=2)
    _wide(paper, minutes.subject, CENTRE_BOLD, air=3)
    paper.row(*[nothing] * 4, Block(None, LINE), Block(None, LINE), *[nothing] * 5, height=10)
    for line in words.bases(minutes):
        paper.paragraph(INDENT + line, ITALIC)
    paper.paragraph(INDENT + words.opening(minutes), TEXT)


def _people(paper: Paper, minutes: Minutes) -> None:
    act = minutes.act
    _section(paper, "I. THÀNH PHẦN")
    blank = words.blank_people(3)
    _heading_line(paper, f"1. Đoàn {act}:")
    _persons(paper, minutes.delegation or blank)
    _heading_line(paper, f"2. {supervised.unit_heading(minutes)}")
    _persons(paper, minutes.details.unit_people or blank[:2])
    if minutes.details.other_people:
        _heading_line(paper, "3. Thành phần khác:")
        _persons(paper, minutes.details.other_people)


def _contents(paper: Paper, minutes: Minutes) -> None:
    _section(paper, f"II. NỘI DUNG {minutes.act.upper()}")
    _text(paper, f"1. Phạm vi: {words.scope(minutes)}")
    _text(paper, f"2. Thời kỳ {minutes.act}: {words.period(minutes)}")
    _text(paper, f"3. Hình thức: {words.kind(minutes)}")


def _results(paper: Paper, minutes: Minutes) -> None:
    _section(paper, f"III. KẾT QUẢ {minutes.act.upper()}")
    if minutes.reinspected:
        _heading_line(paper, carried.REINSPECTED)
        _list(paper, map(carried.line, minutes.reinspected))
    number = 0
    for number, area in enumerate(minutes.areas, 1):
        _heading_line(paper, f"{number}. {area.name}")
        _area(paper, minutes, area)
    if not minutes.scored:
        number = _findings(paper, minutes)
    if not minutes.dossier_area:
        number += 1
        _heading_line(paper, f"{number}. Tiếp nhận, giải quyết hồ sơ thủ tục hành chính")
        _dossiers(paper, minutes)
    number += 1
    _heading_line(paper, f"{number}. Thực hiện nhiệm vụ được giao")
    for line in words.task_lines(minutes.tasks):
        _text(paper, line)
    if minutes.visits:
        number += 1
        _heading_line(paper, f"{number}. Khảo sát thực tế")
        _text(paper, supervised.visits_line(minutes))
        for title, lines in supervised.told_visits(minutes):
            _text(paper, title, keep=True)
            _list(paper, lines)
    if minutes.scored:
        number += 1
        _heading_line(paper, f"{number}. Tổng hợp điểm")
        _score_table(paper, minutes)


def _findings(paper: Paper, minutes: Minutes) -> int:
    """What was found where nothing is scored; the number of the last heading."""
    parts = (
        ("1. Kết quả đạt được", minutes.strengths, words.NOTHING_FOUND),
        ("2. Tồn tại, hạn chế", minutes.shortcomings, words.nothing_new(minutes)),
    )
    for title, found, nothing in parts:
        _heading_line(paper, title)
        _list(paper, [words.finding_line(f) for f in found] or [nothing])
    return len(parts)


def _area(paper: Paper, minutes: Minutes, area: AreaLine) -> None:
    strengths = [words.finding_line(f) for f in minutes.strengths_of(area)]
    shortcomings = [words.finding_line(f) for f in minutes.shortcomings_of(area)]
    _text(paper, "a) Kết quả:" + ("" if strengths else " nêu chi tiết tại Phụ lục 1."), keep=bool(strengths))
    _list(paper, strengths)
    if area.code == minutes.dossier_area:
        _dossiers(paper, minutes)
    _text(paper, "b) Tồn tại, hạn chế:" + ("" if shortcomings else " không."), keep=bool(shortcomings))
    _list(paper, shortcomings)
    _text(paper, f"c) Điểm: {words.score_line(area)}")


def _dossiers(paper: Paper, minutes: Minutes) -> None:
    for line in dossier_words.dossier_lines(minutes.dossiers):
        _text(paper, f"- {line}")
    if minutes.details.sampling:
        _text(paper, f"- Kết quả kiểm tra xác suất hồ sơ: {minutes.details.sampling}")


def _score_table(paper: Paper, minutes: Minutes) -> None:
    paper.row(
        Block("STT", HEAD),
        Block("Lĩnh vực", HEAD, 4),
        Block("Điểm tối đa", HEAD, 2),
        Block("Tối đa áp dụng", HEAD),
        Block("Tự chấm", HEAD),
        Block("Thẩm định", HEAD),
        Block("Tỷ lệ (%)", HEAD),
        keep=True,
    )
    first = paper.next_row
    for number, area in enumerate(minutes.areas, 1):
        own, verified = area.self_sum, area.verified_sum
        paper.row(
            Block(number, CELL_CENTRE),
            Block(area.name, CELL, 4),
            Block(hundredths(area.max_points), SCORE, 2),
            Block(hundredths(verified.max_points), SCORE),
            Block(hundredths(own.points) if own.answered else vi.NOTHING, SCORE),
            Block(hundredths(verified.points) if verified.answered else vi.NOTHING, SCORE),
            Block(vi.NOTHING if area.index is None else hundredths(area.index), SCORE),
            air=6,
            keep=True,
        )
    last = paper.next_row - 1

    def total(column: str, value: int, answered: int = 1) -> Value:
        if not answered:
            return vi.NOTHING
        return Formula(f"=SUM({column}{first}:{column}{last})", hundredths(value))

    own, verified = minutes.self_sum, minutes.verified_sum
    paper.row(
        Block(None, HEAD),
        Block("Tổng cộng", HEAD, 4),
        Block(total("F", minutes.max_points), BOLD_SCORE, 2),
        Block(total("H", verified.max_points), BOLD_SCORE),
        Block(total("I", own.points, own.answered), BOLD_SCORE),
        Block(total("J", verified.points, verified.answered), BOLD_SCORE),
        Block(vi.NOTHING if minutes.index is None else hundredths(minutes.index), BOLD_SCORE),
        height=20,
        keep=True,
    )
    paper.gap(5, keep=True)
    *others, last_line = words.result_lines(minutes)
    for line in others:
        _text(paper, line, keep=True)
    _text(paper, last_line)


def _assessment(paper: Paper, minutes: Minutes) -> None:
    _section(paper, "IV. NHẬN XÉT, ĐÁNH GIÁ")
    parts = (
        ("1. Ưu điểm", words.strengths(minutes)),
        ("2. Tồn tại, hạn chế", words.shortcomings(minutes)),
        ("3. Nguyên nhân", words.causes(minutes)),
    )
    for title, lines in parts:
        _heading_line(paper, title)
        for line in lines:
            _text(paper, line)


def _demands(paper: Paper, minutes: Minutes) -> None:
    _section(paper, f"V. {supervised.demands_heading(minutes)}")
    groups = supervised.demand_groups(minutes)
    if not groups:
        _text(paper, words.nothing_new(minutes))
    for title, demands in groups:
        if title:
            _heading_line(paper, title)
        _demand_table(paper, minutes, demands)


def _demand_table(paper: Paper, minutes: Minutes, demands: Sequence[RecommendationLine]) -> None:
    paper.row(
        Block("STT", HEAD),
        Block("Nội dung", HEAD, 4),
        Block(supervised.doer(minutes), HEAD, 3),
        Block("Thời hạn", HEAD, 2),
        Block("Báo cáo về", HEAD),
        keep=True,
    )
    for number, demand in enumerate(demands, 1):
        # A short table stays whole, with the names of its columns above it.
        _demand(paper, number, demand, keep=number < len(demands) <= SHORT)


def _demand(paper: Paper, number: int, demand: RecommendationLine, *, keep: bool) -> None:
    paper.long_row(
        Block(number, TOP_CENTRE),
        Block(demand.text, TOP, 4),
        Block(demand.addressee, TOP, 3),
        Block(vi.date_short(demand.due), TOP_CENTRE, 2),
        Block(demand.report_to, TOP),
        keep=keep,
    )


def _opinion(paper: Paper, minutes: Minutes) -> None:
    _section(paper, f"VI. Ý KIẾN, KIẾN NGHỊ CỦA ĐƠN VỊ ĐƯỢC {supervised.examined(minutes).upper()}")
    _heading_line(paper, "1. Ý kiến của đơn vị")
    for line in (minutes.details.opinion or words.NO_OPINION).split("\n"):
        _text(paper, line)
    _heading_line(paper, "2. Đề xuất, kiến nghị với cấp trên")
    if minutes.proposals:
        _list(paper, (words.proposal_line(p) for p in minutes.proposals))
    else:
        _text(paper, words.NOTHING_FOUND)
    _heading_line(paper, "3. Ý kiến bảo lưu")
    for line in (minutes.details.dissent or words.NOTHING_FOUND).split("\n"):
        _text(paper, line)


def _attached(paper: Paper, minutes: Minutes, appendices: Sequence[str]) -> None:
    _section(paper, "VII. HỒ SƠ, TÀI LIỆU KÈM THEO")
    for number, document in enumerate(words.documents(minutes, appendices), 1):
        _text(paper, f"{number}. {document}")


def _signatures(paper: Paper, minutes: Minutes) -> None:
    """One block with the closing sentence above it: it never stands alone on a page, nor apart."""
    paper.paragraph(INDENT + words.closing(minutes), TEXT, keep=True)
    paper.gap(8, keep=True)
    paper.row(
        Block(f"ĐẠI DIỆN ĐƠN VỊ\nĐƯỢC {supervised.examined(minutes).upper()}", MOTTO, 4),
        Block("THƯ KÝ", MOTTO, 4),
        Block("TRƯỞNG ĐOÀN", MOTTO, 3),
        keep=True,
    )
    paper.row(
        Block("(Ký, ghi rõ họ tên, đóng dấu)", MANNER, 4),
        Block("(Ký, ghi rõ họ tên)", MANNER, 4),
        Block("(Ký, ghi rõ họ tên)", MANNER, 3),
        keep=True,
    )
    paper.gap(70, keep=True)
    paper.row(
        Block(minutes.unit_signer.name, CENTRE_BOLD, 4),
        Block(minutes.secretary.name, CENTRE_BOLD, 4),
        Block(minutes.head.name, CENTRE_BOLD, 3),
        keep=bool(minutes.recipients),
    )
    lines = words.recipients(minutes)
    for number, line in enumerate(["Nơi nhận:", *lines] if lines else []):
        look = RECIPIENTS if number else RECIPIENTS_HEAD
        paper.paragraph(line, look, air=0 if number else 3, keep=number < len(lines))


def _section(paper: Paper, text: str) -> None:
    paper.paragraph(text, SECTION, air=10, keep=True)


def _heading_line(paper: Paper, text: str) -> None:
    paper.paragraph(INDENT + text, SECTION, keep=True)


def _text(paper: Paper, text: str, *, keep: bool = False) -> None:
    # Every line that people typed begins where the first does.
    paper.paragraph(INDENT + text.replace("\n", f"\n{INDENT}"), TEXT, keep=keep)


def _list(paper: Paper, texts: Iterable[str]) -> None:
    for text in texts:
        _text(paper, words.listed(text))


def _persons(paper: Paper, people: Iterable[Person]) -> None:
    for person in people:
        paper.paragraph(f"{INDENT}- {words.person_line(person)}", LEFT_TEXT)


def _wide(paper: Paper, text: str, look: Look, *, air: float) -> None:
    paper.row(Block(text, look, len(WIDTHS)), air=air)
