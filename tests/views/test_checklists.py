"""/checklists: list, version, import, publish, delete, download."""

from io import BytesIO

import pytest

from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.domain.access import Role
from app.queries.checklists import forget_checklists, version_cards
from tests import make
from tests.documents.workbook_edits import edited, put, put_info

GOOD = DEFAULT_WORKBOOK.read_bytes()


@pytest.fixture(autouse=True)
def _forget():
    forget_checklists()
    yield
    forget_checklists()


@pytest.fixture
def admin(login):
    return login(make.user(Role.ADMIN))


@pytest.fixture
def member(login):
    return login(make.user(Role.MEMBER))


def send(client, data, name="cap-xa-2026.xlsx", **fields):
    return client.post("/checklists/import", data={"file": (BytesIO(data), name), **fields})


def address(version, tail=""):
    return f"/checklists/{version.checklist_id}/versions/{version.id}{tail}"


# --- import


def test_a_good_workbook_becomes_a_draft_that_can_be_published_and_downloaded(admin, member):
    response = send(admin, GOOD)
    assert response.status_code == 303
    page = admin.get(response.location)
    assert "Bản nháp" in page.text
    assert member.get(response.location).status_code == 404
    assert admin.post(response.location + "/publish").status_code == 303
    assert "Đã công bố" in member.get(response.location).text
    workbook = member.get(response.location + ".xlsx")
    assert workbook.mimetype == "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    assert "cap-xa-2026-2026-1.xlsx" in workbook.headers["Content-Disposition"]
    assert read_checklist(workbook.data) == read_checklist(GOOD)


def test_a_good_workbook_can_be_published_at_once(admin):
    assert send(admin, GOOD, publish="y").status_code == 303
    assert [card.published for card in version_cards(drafts=True)] == [True]


def test_every_fault_is_shown_at_once_and_nothing_is_stored(admin):
    response = send(admin, edited(put("D12", "1,5"), put_info("B3", "<b>phuong"), put("C4", None)))
    assert response.status_code == 422
    assert "Tệp có 3 lỗi, chưa lưu gì" in response.text
    assert "Sheet «Tiêu chí», ô D12: «1,5» là chữ, không phải số." in response.text
    assert "Sheet «Tiêu chí», ô C4: thiếu nội dung." in response.text
    assert "Sheet «Thông tin», ô B3: cấp đơn vị «&lt;b&gt;phuong» không có" in response.text
    assert version_cards(drafts=True) == []


def test_only_checking_tells_what_would_be_stored_and_stores_nothing(admin):
    response = send(admin, edited(lambda book: book.create_sheet("Nháp")), check="y")
    assert response.status_code == 200
    assert "7 lĩnh vực, 77 tiêu chí thành phần, 100 điểm" in response.text
    assert "Đã bỏ qua sheet «Nháp»." in response.text
    assert version_cards(drafts=True) == []


def test_what_was_ignored_is_told_after_the_import(admin):
    response = send(admin, edited(lambda book: book.create_sheet("Nháp")))
    assert "Đã bỏ qua sheet «Nháp»." in admin.get(response.location).text


@pytest.mark.parametrize("fields", [{}, {"check": "y"}])
def test_a_stored_name_and_version_are_refused(admin, fields):
    send(admin, GOOD)
    response = send(admin, GOOD, **fields)
    assert response.status_code == 422
    assert "phiên bản 2026.1 đã có; hãy đặt phiên bản mới." in response.text


@pytest.mark.parametrize("data", [b"", b"<html>", b"PK\x03\x04", b"\xd0\xcf\x11\xe0" * 9, GOOD[:9000]])
def test_files_that_are_no_workbook_are_refused_with_a_sentence(admin, data):
    response = send(admin, data)
    assert response.status_code == 422
    assert "Tệp có 1 lỗi" in response.text or "Hãy chọn tệp Excel." in response.text


def test_no_file_at_all_is_refused(admin):
    response = admin.post("/checklists/import", data={"publish": "y"})
    assert response.status_code == 422
    assert "Hãy chọn tệp Excel." in response.text
    assert admin.post("/checklists/import", data={"file": "chữ"}).status_code == 422


def test_a_file_over_the_limit_is_refused(admin):
    head = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a.xlsx"\r\n\r\n'
    for size, status in ((5_500_000, 422), (7_000_000, 413)):
        body = head + b"PK" + b"0" * size + b"\r\n--x--\r\n"
        response = admin.post("/checklists/import", data=body, content_type="multipart/form-data; boundary=x")
        assert response.status_code == status
        assert "quá lớn" in response.text


# --- pages


def test_the_page_of_a_version_shows_areas_groups_criteria_and_their_rules(admin):
    page = admin.get(send(admin, GOOD).location).text
    assert "1. Công tác chỉ đạo, điều hành cải cách hành chính" in page
    assert "1.1. Kế hoạch cải cách hành chính năm<" in page
    assert "Đúng thời hạn: <strong" in page
    assert "Từ 100%: 2 điểm" in page
    assert "Ở giữa: tỷ lệ % × 2 / 100" in page
    assert "Dưới 80%: 0 điểm" in page
    assert "Mẫu số bằng 0: không áp dụng" in page
    assert "không xuống dưới 0." in page
    assert page.count('id="c-') == 77


def test_the_list_shows_drafts_only_to_those_who_may_write(admin, member):
    assert "Chưa có bộ tiêu chí" in member.get("/checklists").text
    make.checklist_version(version="2026.7")
    make.checklist_version(version="2026.8", published=False)
    assert "2026.7" in member.get("/checklists").text
    assert "2026.8" not in member.get("/checklists").text
    assert "2026.8" in admin.get("/checklists").text
    assert "Nhập từ Excel" not in member.get("/checklists").text


def test_the_list_asks_no_more_for_many_versions_than_for_one(admin, count_statements):
    make.checklist_version()
    with count_statements() as one:
        admin.get("/checklists")
    for _ in range(8):
        make.checklist_version()
    with count_statements() as many:
        admin.get("/checklists")
    assert len(many) == len(one)


def test_a_draft_can_be_deleted(admin):
    version = make.checklist_version(published=False)
    page = address(version)
    assert admin.post(page + "/delete").status_code == 303
    assert admin.get(page).status_code == 404


def test_a_published_version_is_neither_published_again_nor_deleted(admin):
    version = make.checklist_version()
    assert admin.post(address(version, "/publish")).status_code == 409
    assert admin.post(address(version, "/delete")).status_code == 409


def test_the_sample_is_the_default_workbook(admin):
    assert admin.get("/checklists/sample.xlsx").data == GOOD


# --- 404, 403, 405


def test_versions_that_are_missing_or_of_another_set_are_404(admin):
    one, other = make.checklist_version(), make.checklist_version()
    for tail in ("", ".xlsx"):
        assert admin.get(f"/checklists/{one.checklist_id}/versions/{other.id}{tail}").status_code == 404
        assert admin.get(f"/checklists/{one.checklist_id}/versions/99999999{tail}").status_code == 404
        assert admin.get(f"/checklists/{one.checklist_id}/versions/{10**30}{tail}").status_code == 404
    assert admin.post(f"/checklists/{one.checklist_id}/versions/{other.id}/publish").status_code == 404
    assert admin.get("/checklists/1/versions/abc").status_code == 404


@pytest.mark.parametrize("role", [role for role in Role if role not in (Role.ADMIN, Role.DEPUTY)])
def test_only_the_admin_may_write(login, role):
    client = login(make.user(role, unit=make.unit()))
    draft, published = make.checklist_version(published=False), make.checklist_version()
    assert client.get("/checklists").status_code == 200
    assert client.get(address(published)).status_code == 200
    assert client.get(address(published, ".xlsx")).status_code == 200
    assert client.get(address(draft)).status_code == 404
    assert client.get(address(draft, ".xlsx")).status_code == 404
    assert client.get("/checklists/import").status_code == 403
    assert client.get("/checklists/sample.xlsx").status_code == 403
    assert send(client, GOOD).status_code == 403
    assert client.post(address(draft, "/publish")).status_code == 403
    assert client.post(address(draft, "/delete")).status_code == 403


def test_a_stranger_is_sent_to_the_login_page(client):
    version = make.checklist_version()
    for path in ("/checklists", "/checklists/import", address(version), address(version, ".xlsx")):
        response = client.get(path)
        assert response.status_code in (302, 303)
        assert response.location.startswith("/login")


def test_wrong_methods_are_405(admin):
    version = make.checklist_version()
    assert admin.post("/checklists").status_code == 405
    assert admin.post(address(version)).status_code == 405
    assert admin.put("/checklists/import").status_code == 405
    for tail in ("/publish", "/delete"):
        assert admin.get(address(version, tail)).status_code == 405


def test_a_post_without_the_token_is_refused(admin):
    version = make.checklist_version(published=False)
    assert admin.post(address(version, "/publish"), csrf=False).status_code == 400
