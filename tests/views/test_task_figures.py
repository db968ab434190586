"""/tasks/figures: as of any day, split three ways, and the same as a workbook."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from io import BytesIO

import pytest
from openpyxl import load_workbook

from app.domain.access import Role
from app.domain.areas import ReformArea
from app.domain.periods import today
from app.domain.tasks import Workflow
from app.domain.units import UnitKind
from tests import make
from tests.cast import words

PAGE = "/tasks/figures"
AS_OF = f"{PAGE}?day=15/9/2022"


@pytest.fixture
def place(app):
    """A province with two districts, three wards: 14 of 27 tasks done, one of them by nobody's directive."""
    province = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
    one = make.unit("Quận Ngô Quyền", kind=UnitKind.QUAN, parent=province)
    two = make.unit("Quận Lê Chân", kind=UnitKind.QUAN, parent=province)
    wards = [make.unit(name, parent=one) for name in ("Phường Cầu Tre", "Phường Lạch Tray")]
    wards.append(make.unit("Phường An Biên", parent=two))
    directive = make.directive(number="12/KH-UBND", title="Kế hoạch cải cách hành chính")
    areas = (ReformArea.TTHC, ReformArea.CQS, None)
    for number in range(27):
        done = number < 14
        make.task(
            wards[number % 3],
            directive_id=directive.id if number else None,
            area=areas[number % 3],
            due_current=None if number % 9 == 0 else date(2022, 8, 20) + timedelta(days=2 * number),
            workflow=Workflow.DONE if done else Workflow.IN_PROGRESS,
            completed_on=date(2022, 8, 25) + timedelta(days=number) if done else None,
        )
    make.task(wards[0], workflow=Workflow.CANCELLED)
    make.task(wards[0], lead=False)
    make.task(one, title="Việc của chính quận")
    return province, one, two, wards, directive


def watcher(unit):
    return make.user(Role.SUPERVISOR, unit=unit)


def rows(reply) -> list[list[object]]:
    sheet = load_workbook(BytesIO(reply.data), data_only=True)["Số liệu nhiệm vụ"]
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def test_a_province_sums_its_communes_and_leads_down_to_them(place, login):
    province, one, two, wards, _directive = place
    browser = login(watcher(province))
    top = browser.get(AS_OF)
    text = words(top)
    assert "Quận Ngô Quyền" in text
    assert "Phường Cầu Tre" not in text
    assert "14/28" in text
    assert f"unit={one.id}" in top.text
    below = words(browser.get(f"{AS_OF}&unit={one.id}"))
    assert "Quận Ngô Quyền (giao cho chính đơn vị)" in below
    assert "Phường Cầu Tre" in below
    assert "Phường An Biên" not in below
    leaf = words(browser.get(f"{AS_OF}&unit={wards[2].id}"))
    assert "Phường An Biên (giao cho chính đơn vị)" in leaf
    assert two.name in leaf


def test_the_rows_add_up_however_they_are_split(place, login):
    browser = login(watcher(place[0]))
    for by, names in (
        ("don_vi", ["Quận Lê Chân", "Quận Ngô Quyền"]),
        ("van_ban", ["12/KH-UBND – Kế hoạch cải cách hành chính", "Không theo văn bản nào"]),
        (
            "linh_vuc",
            ["Cải cách thủ tục hành chính", "Chính quyền điện tử, chính quyền số", "Chưa phân lĩnh vực"],
        ),
    ):
        query = f"?day=15/9/2022&by={by}"
        page = words(browser.get(PAGE + query))
        table = rows(browser.get(f"{PAGE}.xlsx{query}"))
        at = next(place for place, row in enumerate(table) if row[0] == "TT")
        sum_at = next(place for place, row in enumerate(table) if row[1] == "Tổng cộng")
        lines, total = table[at + 1 : sum_at], table[sum_at]
        assert [row[1] for row in lines] == names
        assert all(name in page for name in names)
        for column in range(2, 13):
            assert sum(row[column] for row in lines) == total[column]
        assert (total[2], total[3], total[7]) == (28, 14, 14)
        assert total[3] == sum(total[4:7])
        assert total[7] == sum(total[8:11])
        assert total[13] == pytest.approx(14 / 28)


def test_an_earlier_day_shows_what_was_done_by_then(place, login):
    browser = login(watcher(place[0]))
    assert "4/28" in words(browser.get(f"{PAGE}?day=28/8/2022"))
    assert "Chưa có nhiệm vụ nào để tính" in words(browser.get(f"{PAGE}?day=9/1/2022"))
    assert "14/28" in words(browser.get(f"{PAGE}?day=15/9/2022&start=1/7/2022"))


def test_both_due_dates_can_be_counted(app, login):
    ward = make.unit()
    make.task(ward, due_original=date(2022, 9, 1), due_current=date(2022, 9, 30))
    browser = login(make.user(Role.OFFICER, unit=ward))
    assert "0 = 0%" in words(browser.get(AS_OF)).replace("0,00%", "0%")
    assert "1 = 100" in words(browser.get(f"{AS_OF}&basis=original"))


def test_months_are_shown_one_below_the_other(place, login):
    page = login(watcher(place[0])).get(f"{PAGE}?day=15/9/2022")
    text = words(page)
    assert "Xu hướng theo tháng" in text
    assert "10/2021" in text
    assert "7/28" in text  # the end of August
    assert 'value="14" max="28"' in page.text


def test_nobody_sees_the_tasks_of_units_that_are_not_theirs(place, login):
    _province, one, _two, wards, _directive = place
    browser = login(make.user(Role.OFFICER, unit=wards[2]))
    assert "Phường An Biên" in words(browser.get(AS_OF))
    for unit in (wards[0].id, 999_999, "abc"):
        for by in ("don_vi", "van_ban", "linh_vuc"):
            assert "Chưa có nhiệm vụ nào để tính" in words(browser.get(f"{AS_OF}&unit={unit}&by={by}"))
    assert "Phường Cầu Tre" not in words(browser.get(f"{AS_OF}&unit={one.id}"))


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("day=31/2/2022", "Tháng 2 năm 2022 không có ngày 31."),
        ("day=tomorrow", "Chưa có số liệu của ngày sau hôm nay."),
        ("start=2/9/2022&end=1/9/2022", "Ngày kết thúc kỳ không được trước ngày bắt đầu."),
    ],
)
def test_a_day_that_does_not_fit_is_refused_with_a_sentence(place, login, query, sentence):
    browser = login(watcher(place[0]))
    later = today(datetime.now(UTC)) + timedelta(days=1)
    query = query.replace("tomorrow", f"{later:%d/%m/%Y}")
    page = browser.get(f"{PAGE}?{query}")
    assert page.status_code == 422
    assert sentence in words(page)
    assert browser.get(f"{PAGE}.xlsx?{query}").status_code == 422


@pytest.mark.parametrize(
    "query", ["year=0000", "year=9999", "day=1/1/0001", "by=x&basis=y&year=z", "unit=-5"]
)
def test_odd_questions_get_an_answer(place, login, query):
    assert login(watcher(place[0])).get(f"{PAGE}?{query}").status_code in {200, 422}


def test_the_figures_cannot_be_posted_to_and_strangers_sign_in_first(place, login, client):
    assert login(watcher(place[0])).post(PAGE).status_code == 405
    assert client.get(PAGE).status_code == 302 or "/login" in client.get(PAGE).location


def test_statements_do_not_grow_with_the_units_and_tasks(place, login, count_statements):
    province, one, *_rest = place
    browser = login(watcher(province))
    browser.get(AS_OF)

    def asked(query: str) -> int:
        with count_statements() as statements:
            assert browser.get(f"{AS_OF}{query}").status_code == 200
        return len(statements)

    queries = ("", "&by=van_ban", "&by=linh_vuc", f"&unit={one.id}")
    before = [asked(query) for query in queries]
    for number in range(8):
        ward = make.unit(f"Phường thứ {number}", parent=one)
        make.task(ward, directive_id=make.directive(number=f"{number}/CV").id, area=ReformArea.TC)
    assert [asked(query) for query in queries] == before
    assert max(before) <= 9


def test_the_table_and_the_trend_print_a_rate_in_one_way(app, login):
    ward = make.unit("Phường Cầu Tre")
    for number in range(27):
        done = {"workflow": Workflow.DONE, "completed_on": date(2022, 3, 1)} if number < 14 else {}
        make.task(ward, **done)
    page = login(make.user(Role.OFFICER, unit=ward)).get("/tasks/figures?day=30/09/2022").text
    cards, tables = page.split('id="table"')
    assert "= 51,85%" in cards
    assert "51,8%" not in cards
    assert "51,85%" in tables
    assert "51,8%" not in tables


def test_the_trend_of_a_year_gone_by_is_that_of_its_months(app, login):
    """Not of the months of today, whose tasks the table above does not count."""
    ward = make.unit("Phường Cầu Tre")
    for number in range(27):
        done = {"workflow": Workflow.DONE, "completed_on": date(2022, 9, 1)} if number < 14 else {}
        make.task(ward, **done)
    browser = login(make.user(Role.OFFICER, unit=ward))
    for query in ("", "?year=2022"):
        trend = words(browser.get(f"{PAGE}{query}")).split("Xu hướng theo tháng")[1]
        assert "8/2022 0/27 0,00% 9/2022 14/27 51,85%" in trend
        assert "12/2022 14/27 51,85%" in trend
        assert str(today(datetime.now(UTC)).year) not in trend
    sheet = load_workbook(BytesIO(browser.get(f"{PAGE}.xlsx?year=2022").data), data_only=True)["Theo tháng"]
    last = [row for row in sheet.iter_rows(values_only=True) if isinstance(row[0], datetime)][-1]
    assert (last[0].date(), *last[1:3]) == (date(2022, 12, 31), 14, 27)


def test_the_workbook_is_vietnamese_for_who_reads_english(app, login):
    ward = make.unit("Phường Cầu Tre")
    make.task(ward, area=ReformArea.TTHC)
    make.task(ward)
    browser = login(make.user(Role.OFFICER, unit=ward, locale="en"))
    assert "Reform of administrative procedures" in words(browser.get(f"{PAGE}?by=linh_vuc"))
    names = {row[1] for row in rows(browser.get(f"{PAGE}.xlsx?by=linh_vuc"))}
    assert {"Cải cách thủ tục hành chính", "Chưa phân lĩnh vực", "Tổng cộng"} <= names
    assert "Không theo văn bản nào" in {row[1] for row in rows(browser.get(f"{PAGE}.xlsx?by=van_ban"))}
