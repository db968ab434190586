"""/dossiers/<id>: form II.06 in use, checked, saved and kept from being overwritten."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.domain.dossiers import Extras
from app.queries.dossiers import report_card
from tests.cast import value_of, words
from tests.views.reported import CITY, World, stored, typed


@pytest.fixture
def world(app) -> World:
    return World()


def test_the_form_has_the_grouped_header_of_the_paper(world, login):
    text = words(login(world.officer).get(world.at))
    for heading in (
        "Số hồ sơ nhận giải quyết Số hồ sơ đã giải quyết Số hồ sơ đang giải quyết",
        "Trong đó",
        "Trực tiếp, dịch vụ bưu chính",
        "(3) = 4+5+6",
        "(11) = 12+13",
        "Từ ngày 01/01/2022 đến ngày 15/09/2022 · Đơn vị tính: Số hồ sơ TTHC",
    ):
        assert heading in text


def test_figures_typed_with_or_without_dots_are_saved_and_shown_again(world, login):
    client = login(world.officer)
    data = typed(
        rows=[("Hộ  tịch", {"received_total": "4.545"}), ("", {}), ("Đất đai", {"received_total": "04"})],
        received_total="4549",
        received_online="2.756",
    )
    data |= {"extras-postal_in": "1.247", "online_practice": "cot_3", "note": "Ghi chú", "late_ledger": "0"}
    response = client.post(world.at, data=data)
    assert response.status_code == 303
    report = stored(world)
    assert report.total.received_total == 4549
    assert [(line.field, line.figures.received_total) for line in report.lines] == [
        ("Hộ tịch", 4545),
        ("Đất đai", 4),
    ]
    assert report.extras == Extras(postal_in=1247)
    assert report.late_ledger == 0
    page = client.get(world.at)
    assert value_of(page, "total-received_total") == "4.549"
    assert value_of(page, "extras-postal_in") == "1.247"


def test_the_city_report_holds_everywhere_and_post_is_never_added(world, login):
    client = login(world.officer)
    extras = {"extras-postal_total": "1.247", "extras-postal_in": "390", "extras-postal_out": "857"}
    client.post(world.at, data=typed(**CITY) | extras)
    text = words(client.get(world.at))
    assert "Không có phép kiểm nào bị lệch" in text
    assert "10.261/10.261 100,00%" in text
    assert "không cộng thêm vào tổng" in text
    assert stored(world).total.received_total == 10363


def test_a_broken_identity_is_named_saved_and_explained(world, login):
    client = login(world.officer)
    sentence = (
        "Cột 3 ≠ 4 + 5 + 6: tổng tiếp nhận 10.363 ≠ trực tuyến 832 + trực tiếp 9.465 + kỳ trước 60 "
        "= 10.357, lệch 6."
    )
    assert client.post(world.at, data=typed(**CITY | {"carried_over": "60"})).status_code == 303
    page = client.get(world.at)
    assert sentence in words(page)
    assert value_of(page, "explanations-0-code") == "received"
    data = typed(2, explanations=[("received", "06 hồ sơ từ hệ thống cũ")], **CITY | {"carried_over": "60"})
    assert client.post(world.at, data=data).status_code == 303
    assert report_card(world.report.id).explanations == {"received": "06 hồ sơ từ hệ thống cũ"}
    assert "06 hồ sơ từ hệ thống cũ" in words(client.get(world.at))


@pytest.mark.parametrize("wrong", ["-4", "bốn", "1.5", "4,5", "9" * 40, "1000000000", "1.23"])
def test_a_refused_cell_has_its_sentence_and_nothing_typed_is_lost(world, login, wrong):
    data = typed(
        rows=[("Đất đai", {"resolved_late": wrong, "received_total": "7"})],
        explanations=[("received", "đang viết dở")],
        received_total="5",
    )
    data |= {"extras-postal_in": wrong, "note": "Ghi chú dở"}
    response = login(world.officer).post(world.at, data=data)
    assert response.status_code == 422
    assert 'id="rows-0-resolved_late-error"' in response.text
    assert 'id="extras-postal_in-error"' in response.text
    assert "Đất đai, cột 10:" in words(response)
    assert value_of(response, "rows-0-resolved_late") == wrong
    assert value_of(response, "rows-0-received_total") == "7"
    assert value_of(response, "extras-postal_in") == wrong
    assert "đang viết dở" in words(response)
    assert "Ghi chú dở" in words(response)
    assert stored(world).total.received_total is None


def test_rows_need_a_name_of_their_own(world, login):
    rows = [("Đất đai", {"received_total": "1"}), ("đất  ĐAI", {}), ("", {"received_total": "3"})]
    response = login(world.officer).post(world.at, data=typed(rows=rows))
    assert response.status_code == 422
    assert "Lĩnh vực này đã có ở dòng 1." in words(response)
    assert "Hãy ghi tên lĩnh vực của dòng này." in words(response)
    assert value_of(response, "rows-2-received_total") == "3"


def test_the_total_row_is_filled_without_script_and_a_typed_total_is_respected(world, login):
    rows = [
        ("Hộ tịch", {"received_total": "4.000", "resolved_late": "1"}),
        ("Y tế", {"received_total": "545", "resolved_late": "1"}),
    ]
    data = typed(rows=rows, resolved_late="9") | {"fill_total": "1"}
    response = login(world.officer).post(world.at, data=data)
    assert response.status_code == 200
    assert value_of(response, "total-received_total") == "4.545"
    assert value_of(response, "total-resolved_late") == "9"
    assert value_of(response, "total-received_online") == ""
    assert stored(world).total.received_total is None
    assert "Cột 10: giải quyết quá hạn 9 ≠ tổng các dòng 2, lệch 7." in words(response)


def test_checking_while_typing_answers_with_outputs_only(world, login):
    client = login(world.officer)
    data = typed(**CITY | {"carried_over": "60"}) | {"rows-0-field": "Y tế", "rows-0-received_online": "x"}
    response = client.post(f"{world.at}/check", data=data, headers={"HX-Request": "true"})
    assert response.status_code == 200
    assert not re.search(r"<(input|textarea|select|button)", response.text)
    assert 'data-broken="received"' in response.text
    assert "lệch 6" in response.text
    assert "Y tế, cột 4" in words(response)
    assert "10.261/10.261" in response.text
    assert report_card(world.report.id).version == 1


def test_the_slower_editor_gets_both_values_and_may_decide(world, login):
    officer, secretary = login(world.officer), login(world.secretary)
    assert (
        officer.post(
            world.at, data=typed(rows=[("Y tế", {"received_total": "9"})], received_total="100")
        ).status_code
        == 303
    )
    mine = typed(rows=[("Y tế", {"received_total": "8"})], received_total="200") | {"note": "của thư ký"}
    response = secretary.post(world.at, data=mine)
    assert response.status_code == 409
    text = words(response)
    assert "Công chức đầu mối lưu lúc" in text
    assert "đã lưu: 100" in text
    assert "đã lưu: 9" in text
    assert value_of(response, "total-received_total") == "200"
    assert "của thư ký" in text
    assert stored(world).total.received_total == 100
    again = mine | {"version": value_of(response, "version")}
    assert secretary.post(world.at, data=again).status_code == 303
    assert stored(world).total.received_total == 200


def test_saving_and_checking_ask_the_same_of_the_database_whatever_the_rows(world, login, count_statements):
    client = login(world.officer)
    client.post(world.at, data=typed(1))
    counts: dict[str, set[int]] = {"save": set(), "check": set(), "show": set()}
    for version, rows in ((2, 1), (3, 40)):
        data = typed(version, rows=[(f"Lĩnh vực {n}", {"received_total": "5"}) for n in range(rows)])
        for name, act in (
            ("check", lambda data=data: client.post(f"{world.at}/check", data=data)),
            ("save", lambda data=data: client.post(world.at, data=data)),
            ("show", lambda: client.get(world.at)),
        ):
            with count_statements() as statements:
                assert act().status_code in {200, 303}
            counts[name].add(len(statements))
    assert all(len(found) == 1 for found in counts.values()), counts
    assert max(counts["show"]) <= 8
    assert max(counts["check"]) <= 8
    assert max(counts["save"]) <= 15


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_a_person_can_send_makes_the_server_fail(world, login, data):
    client = world.__dict__.setdefault("client", None) or login(world.officer)
    world.client = client
    names = ["version", "online_practice", "note", "late_ledger", "fill_total", "explanations-0-code"]
    names += [
        "explanations-0-text",
        "total-received_total",
        "rows-0-field",
        "rows-1-field",
        "rows-0-resolved_late",
    ]
    names += ["rows-²-field", "rows-99999999999999999999-field", "rows--1-field", "rows-", "extras-reused"]
    text = st.text(max_size=30) | st.sampled_from(["0", "4.545", "1e9", "１２", "\x00", "9" * 5000])
    sent = data.draw(st.dictionaries(st.sampled_from(names), text, max_size=6))
    sent = {name: value.encode("utf-8", "replace").decode() for name, value in sent.items()}
    for path in (world.at, f"{world.at}/check", "/dossiers/new", f"{world.at}/return", f"{world.at}/submit"):
        assert client.post(path, data=sent).status_code < 500
