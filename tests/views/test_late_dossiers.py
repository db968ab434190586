"""/dossiers/<id>/late: the ledger of late dossiers, entry by entry and pasted, and who may write it."""

from __future__ import annotations

from datetime import date
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import select

from app.db import db
from app.domain.access import Role
from app.domain.late_dossiers import LateCause
from app.models import DossierLine, LateDossier, ReportStatus
from tests import make
from tests.cast import fault_at, words

GOOD = {
    "version": "0",
    "code": "H24.11-220901-0001",
    "field": "Đất đai",
    "due_on": "05/09/2022",
    "returned_on": "08/09/2022",
    "days_late": "",
    "cause_kind": "tai_chinh",
    "cause": "Chờ thông báo thuế",
    "apology_number": "12/PXL",
    "apology_on": "05/09/2022",
    "reappointed_on": "08/09/2022",
    "reappointed_times": "1",
}


class World:
    def __init__(self) -> None:
        self.ward = make.unit("Phường Cầu Tre")
        self.officer = make.user(Role.OFFICER, unit=self.ward, title="Công chức đầu mối")
        self.stranger = make.user(Role.OFFICER, unit=make.unit("Phường Đằng Giang"))
        delegation, version = make.delegation(), make.checklist_version()
        self.inspection = make.inspection(unit=self.ward, delegation=delegation, version=version)
        self.member = make.member(delegation, Role.MEMBER)
        self.report = make.dossier_report(self.ward)
        db.session.add(
            DossierLine(
                report_id=self.report.id,
                place=0,
                field="",
                is_total=True,
                resolved_total=4545,
                resolved_late=4,
                processing_total=0,
            )
        )
        db.session.commit()
        self.at = f"/dossiers/{self.report.id}/late"

    def entry(self, code: str = "H24.11-220901-0009", **rest) -> LateDossier:
        row = LateDossier(
            report_id=self.report.id, code=code, **({"due_on": date(2022, 9, 5), "field": "Xây dựng"} | rest)
        )
        db.session.add(row)
        db.session.commit()
        return row


@pytest.fixture
def world(app) -> World:
    return World()


def entries() -> list[LateDossier]:
    db.session.expire_all()
    return list(db.session.scalars(select(LateDossier).order_by(LateDossier.code)))


def status(world: World, status: ReportStatus) -> None:
    world.report.status = status
    db.session.commit()


# --- the ledger ---------------------------------------------------------------------------------


def test_an_empty_ledger_says_what_the_form_counts(world, login):
    page = words(login(world.officer).get(world.at))
    assert "Sổ có 0 hồ sơ, biểu ghi 4 hồ sơ quá hạn (cột 10 + cột 13), lệch 4." in page
    assert "Sổ chưa có hồ sơ nào" in page
    assert "Sổ không ghi họ tên" in page


def test_the_ledger_says_what_each_entry_lacks_and_how_many_there_are(world, login):
    world.entry(
        "H24.11-220901-0001", returned_on=date(2022, 9, 9), cause="Mất điện", cause_kind=LateCause.SYSTEM
    )
    world.entry(
        "H24.11-220901-0002",
        cause="Chờ ý kiến",
        apology_number="3/PXL",
        apology_on=date(2022, 9, 4),
        reappointed_on=date(2022, 9, 20),
        reappointed_times=2,
    )
    browser = login(world.officer)
    page = words(browser.get(world.at))
    assert "Sổ có 2 hồ sơ, biểu ghi 4 hồ sơ quá hạn (cột 10 + cột 13), lệch 2." in page
    assert "Lỗi hệ thống, đồng bộ Mất điện" in page
    assert "thiếu văn bản xin lỗi" in page
    assert "2/4" in page.replace(" ", "")
    assert "chỉ được hẹn lại một lần" in page
    missing = words(browser.get(f"{world.at}?only=1"))
    assert "H24.11-220901-0001" in missing
    assert "H24.11-220901-0002" not in missing
    assert browser.get(f"{world.at}?only=maybe&page=x").status_code == 200


def test_the_ledger_takes_the_same_statements_for_one_entry_and_for_forty(world, login, count_statements):
    browser = login(world.officer)
    world.entry()
    browser.get(world.at)
    with count_statements() as one:
        browser.get(world.at)
    for number in range(40):
        world.entry(f"H24.11-220902-{number:04}")
    with count_statements() as many:
        browser.get(world.at)
    assert len(one) == len(many)


def test_long_ledgers_have_pages(world, login):
    for number in range(60):
        world.entry(f"H24.11-220902-{number:04}")
    page = login(world.officer).get(f"{world.at}?page=2")
    assert "0059" in page.text
    assert "0001" not in words(page).split("Tình trạng")[1]


# --- one entry ----------------------------------------------------------------------------------


def test_an_entry_is_written_corrected_and_taken_out(world, login):
    browser = login(world.officer)
    assert browser.get(f"{world.at}/new").status_code == 200
    page = browser.post(f"{world.at}/new", data=GOOD, follow_redirects=True)
    assert "Đã ghi hồ sơ H24.11-220901-0001 vào sổ." in words(page)
    (row,) = entries()
    assert (row.days_late, row.cause_kind, row.apology_on) == (3, LateCause.FINANCE, date(2022, 9, 5))
    at = f"{world.at}/{row.id}"
    assert "Chờ thông báo thuế" in browser.get(at).text
    saved = browser.post(at, data=GOOD | {"version": "1", "returned_on": "10/09/2022"})
    assert saved.status_code == 303
    (row,) = entries()
    assert (row.days_late, row.version) == (5, 2)
    removed = browser.post(f"{at}/remove", data={"version": "2"}, follow_redirects=True)
    assert "Đã bỏ hồ sơ H24.11-220901-0001 khỏi sổ." in words(removed)
    assert entries() == []


def test_one_more_may_follow_at_once(world, login):
    reply = login(world.officer).post(f"{world.at}/new", data=GOOD | {"another": "1"})
    assert reply.location.endswith("/late/new")


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"code": ""}, "Mã hồ sơ: Hãy điền mục này."),
        ({"code": "Nguyễn Văn A"}, "Mã hồ sơ chỉ gồm chữ không dấu"),
        ({"due_on": ""}, "Ngày hẹn trả: Hãy điền mục này."),
        ({"due_on": "31/02/2022"}, "Ngày hẹn trả:"),
        ({"due_on": "15/09/2022", "returned_on": ""}, "Đến hết kỳ báo cáo hồ sơ này chưa quá hạn."),
        ({"returned_on": "05/09/2022"}, "Trả vào hoặc trước ngày hẹn thì không phải hồ sơ trễ hạn."),
        ({"returned_on": "04/09/2022"}, "Trả vào hoặc trước ngày hẹn thì không phải hồ sơ trễ hạn."),
        ({"returned_on": "01/01/2099"}, "Ngày trả không được sau hôm nay."),
        ({"received_on": "06/09/2022"}, "Ngày hẹn trả trước ngày tiếp nhận."),
        ({"days_late": "7"}, "Ghi trễ 7 ngày nhưng theo ngày hẹn và ngày trả thì trễ 3 ngày."),
        ({"days_late": "x"}, "Số ngày trễ:"),
        ({"days_late": "999999999"}, "Số ngày trễ: Lớn nhất là 99.999."),
        ({"cause_kind": "troi_mua"}, "Nguyên nhân: Hãy chọn một mục trong danh sách."),
        ({"apology_on": "31/08/2022"}, "trước ngày tiếp nhận hồ sơ (01/09/2022)"),
        ({"apology_on": "01/01/2099"}, "Ngày văn bản xin lỗi không được sau hôm nay."),
        ({"reappointed_on": "04/09/2022"}, "Ngày hẹn lại phải sau ngày hẹn trả ban đầu."),
        ({"reappointed_on": ""}, "Đã ghi số lần hẹn lại thì phải ghi ngày hẹn lại."),
    ],
)
def test_what_cannot_be_true_is_said_at_its_field_and_nothing_is_lost(world, login, typed, said):
    reply = login(world.officer).post(f"{world.at}/new", data=GOOD | typed)
    assert reply.status_code == 422
    assert said in words(reply)
    assert "Chờ thông báo thuế" in reply.text
    assert entries() == []


def test_a_code_stands_once_in_the_ledger_however_it_is_typed(world, login):
    row = world.entry("H24.11-220901-0001")
    browser = login(world.officer)
    reply = browser.post(f"{world.at}/new", data=GOOD | {"code": " h24.11 - 220901 - 0001"})
    assert reply.status_code == 409
    assert "Mã hồ sơ: Mã hồ sơ H24.11-220901-0001 đã có trong sổ của kỳ này." in words(reply)
    other = world.entry("H24.11-220901-0002")
    reply = browser.post(f"{world.at}/{other.id}", data=GOOD | {"version": "1"})
    assert reply.status_code == 409
    assert row.version == other.version == 1


def test_who_comes_second_keeps_everything_typed_and_sees_the_other_version(world, login):
    row = world.entry(cause="Bản của người khác", version=3)
    browser = login(world.officer)
    typed = GOOD | {"version": "2", "code": row.code, "cause": "Bản của tôi"}
    reply = browser.post(f"{world.at}/{row.id}", data=typed)
    assert reply.status_code == 409
    assert "Dòng này đã được người khác sửa trước khi bạn lưu." in words(reply)
    assert "Giải trình: Bản của người khác" in words(reply)
    assert "Bản của tôi" in reply.text
    assert 'name="version" value="3"' in reply.text
    assert browser.post(f"{world.at}/{row.id}", data=typed | {"version": "3"}).status_code == 303
    assert browser.post(f"{world.at}/{row.id}/remove", data={"version": "1"}).status_code == 409
    assert len(entries()) == 1


@pytest.mark.parametrize(
    ("field", "text"),
    [
        ("cause", "Ông Nguyễn Văn Ví Dụ chậm nộp giấy tờ"),
        ("cause", "Nguyễn Thị Ví Dụ chậm nộp, CMND 031234567"),
        ("apology_number", "bà Ví 0912345678"),
    ],
)
def test_persons_are_refused_at_the_field_and_nothing_typed_is_lost(world, login, field, text):
    reply = login(world.officer).post(f"{world.at}/new", data=GOOD | {field: text})
    assert reply.status_code == 422
    assert "Sổ không lưu những thông tin đó" in fault_at(reply, field)
    assert text in unescape(reply.text)
    assert not entries()


def test_persons_in_pasted_lines_are_refused_too(world, login):
    lines = HEAD + "H24.11-220901-0001\t05/09/2022\t08/09/2022\tNguyễn Thị Ví Dụ nộp thiếu"
    reply = login(world.officer).post(f"{world.at}/paste", data={"text": lines, "take": "1"})
    assert reply.status_code == 422
    assert "Sổ không lưu những thông tin đó" in words(reply)
    assert not entries()


def test_what_was_written_before_is_still_pointed_at(world, login):
    world.entry(cause="Ông Nguyễn Văn Ví Dụ chậm nộp giấy tờ")
    assert "có thể có thông tin cá nhân" in words(login(world.officer).get(world.at))


# --- paste --------------------------------------------------------------------------------------


HEAD = "Mã hồ sơ\tNgày hẹn trả\tNgày trả kết quả\tGiải trình\n"


def test_lines_from_excel_are_looked_at_first_and_then_all_written(world, login):
    browser = login(world.officer)
    text = HEAD + 'H24.11-220901-0001\t05/09/2022\t08/09/2022\t"Hai dòng\ngiải trình"\n'
    text += "H24.11-220901-0002\t05/09/2022\t\t\n"
    assert browser.get(f"{world.at}/paste").status_code == 200
    preview = browser.post(f"{world.at}/paste", data={"text": text})
    assert preview.status_code == 200
    assert "2 dòng đọc được cả; chưa ghi vào sổ." in words(preview)
    assert entries() == []
    done = browser.post(f"{world.at}/paste", data={"text": text, "take": "1"}, follow_redirects=True)
    assert "Đã ghi 2 hồ sơ vào sổ." in words(done)
    first, second = entries()
    assert (first.cause, first.days_late) == ("Hai dòng\ngiải trình", 3)
    assert (second.returned_on, second.days_late) == (None, 10)


@pytest.mark.parametrize("take", [{}, {"take": "1"}])
def test_one_bad_line_keeps_all_out_and_each_fault_is_named(world, login, take):
    world.entry("H24.11-220901-0009")
    text = (
        HEAD + "H24.11-220901-0001\t05/09/2022\t08/09/2022\tTốt\n"
        "H24.11-220901-0001\t32/09/2022\t\t\n"
        "h24.11-220901-0009\t05/09/2022\t01/09/2022\t\n"
    )
    reply = login(world.officer).post(f"{world.at}/paste", data={"text": text, **take})
    assert reply.status_code == 422
    said = words(reply)
    assert "2/3 dòng phải sửa; chưa dòng nào được ghi." in said
    assert "Mã hồ sơ này đã ghi ở dòng 2." in said
    assert "Mã hồ sơ này đã có trong sổ." in said
    assert "Ngày trả kết quả: Trả vào hoặc trước ngày hẹn" in said
    assert "Tốt" in reply.text
    assert len(entries()) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "Hãy dán ít nhất một dòng."),
        ("\t\t\n", "Hãy dán ít nhất một dòng."),
        (HEAD, "Chưa có dòng nào dưới hàng tiêu đề."),
        ("A1\t" * 30 + "x", "nhiều hơn số cột của sổ"),
        ("x" * 400_001, "Dán quá dài"),
        ("\n".join(f"H24-{n}" for n in range(501)), "Mỗi lần dán tối đa 500 dòng; đã dán 501 dòng."),
        ('"' + "y" * 200_000, "Không đọc được các dòng đã dán"),
        ("H24-1\0\ud800\t\x1b", "Ngày hẹn trả: Hãy ghi ngày hẹn trả."),
    ],
)
def test_what_cannot_be_read_is_a_sentence(world, login, text, said):
    reply = login(world.officer).post(
        f"{world.at}/paste", data={"text": text.encode("utf-8", "replace").decode()}
    )
    assert reply.status_code == 422
    assert said in words(reply)


def test_the_workbook_can_be_pasted_again(world, login):
    browser = login(world.officer)
    browser.post(f"{world.at}/new", data=GOOD | {"published": "y", "cause": "=1+1\n«&»"})
    reply = browser.get(f"{world.at}.xlsx")
    sheet = load_workbook(BytesIO(reply.data)).active
    rows = [
        ["" if v is None else v.strftime("%d/%m/%Y") if hasattr(v, "strftime") else str(v) for v in row]
        for row in sheet.iter_rows(values_only=True)
    ]
    browser.post(f"{world.at}/{entries()[0].id}/remove", data={"version": "1"})
    text = "\n".join("\t".join(f'"{cell}"' for cell in row) for row in rows)
    assert browser.post(f"{world.at}/paste", data={"text": text, "take": "1"}).status_code == 303
    (row,) = entries()
    assert (row.cause, row.published, row.reappointed_times) == ("=1+1\n«&»", True, 1)
    assert row.cause_kind is LateCause.FINANCE


# --- who ----------------------------------------------------------------------------------------


def test_what_was_handed_in_is_read_and_not_changed(world, login):
    row = world.entry()
    status(world, ReportStatus.SUBMITTED)
    browser = login(world.officer)
    page = browser.get(world.at)
    assert "Biểu đã gửi nên sổ không sửa được" in words(page)
    assert "/late/new" not in page.text
    for address in ("new", "paste", str(row.id)):
        assert browser.get(f"{world.at}/{address}").status_code == 409
    typed = GOOD | {"version": "1"}
    for address in ("new", str(row.id)):
        reply = browser.post(f"{world.at}/{address}", data=typed)
        assert reply.status_code == 409
        assert "Chờ thông báo thuế" in reply.text
    assert browser.post(f"{world.at}/{row.id}/remove", data={"version": "1"}).status_code == 409
    pasted = {"text": "H24.11-220901-0001\t\t\t05/09/2022", "take": "1"}
    reply = browser.post(f"{world.at}/paste", data=pasted)
    assert reply.status_code == 409
    assert "H24.11-220901-0001" in reply.text
    assert len(entries()) == 1


def test_a_member_reads_a_stranger_finds_nothing_and_nobody_puts(world, login):
    row = world.entry()
    member, stranger, officer = login(world.member), login(world.stranger), login(world.officer)
    for address in ("", ".xlsx"):
        assert member.get(world.at + address).status_code == 200
        assert stranger.get(world.at + address).status_code == 404
    for address in ("/new", "/paste", f"/{row.id}", f"/{row.id}/remove"):
        assert member.post(world.at + address, data=GOOD).status_code == 403
        assert stranger.post(world.at + address, data=GOOD).status_code == 404
        assert officer.put(world.at + address).status_code == 405
    assert officer.post(world.at).status_code == 405
    assert officer.get(f"{world.at}/{row.id}/remove").status_code == 405
    assert officer.get("/dossiers/99999/late").status_code == 404
    assert officer.get(f"{world.at}/99999").status_code == 404
    other = make.dossier_report(world.ward, period_from=date(2021, 1, 1))
    assert officer.get(f"/dossiers/{other.id}/late/{row.id}").status_code == 404
    assert (
        officer.post(f"/dossiers/{other.id}/late/{row.id}/remove", data={"version": "1"}).status_code == 404
    )


# --- elsewhere ----------------------------------------------------------------------------------


def test_the_ledger_wins_over_the_typed_figure_and_the_report_says_so(world, login):
    world.report.extra = {"apologies": 4, "late_ledger": 4}
    db.session.commit()
    for number in range(4):
        world.entry(f"H24.11-220901-000{number}", apology_number="1/PXL", apology_on=date(2022, 9, 5))
    entries()[0].apology_number = ""
    db.session.commit()
    browser = login(world.officer)
    page = words(browser.get(f"/dossiers/{world.report.id}"))
    assert "văn bản xin lỗi 3/4" in page
    assert "Sổ hồ sơ trễ hạn ghi 3; số của sổ được dùng để tính tỷ lệ." in page
    saved = browser.post(f"/dossiers/{world.report.id}", data={"version": "1", "extras-apologies": "4"})
    assert saved.status_code == 303
    db.session.expire_all()
    assert world.report.extra == {"apologies": 4, "late_ledger": 4}


def test_the_inspection_leads_to_its_ledger(world, login):
    reply = login(world.member).get(f"/inspections/{world.inspection.id}/late-dossiers")
    assert reply.status_code == 303
    assert reply.location.endswith(world.at)


def test_the_minutes_tell_the_ledger_on_their_page(world, login):
    world.entry()
    page = words(login(world.member).get(f"/inspections/{world.inspection.id}/minutes"))
    assert "H24.11-220901-0009 Xây dựng 05/09/2022 Chưa trả" in page
    assert "Chưa có giải trình" in page
