"""Giám sát: which places are visited, and what binds a visit and its session."""

from __future__ import annotations

from datetime import date

import pytest

from app.domain.campaigns import CampaignText
from app.domain.inspections import CampaignKind, State
from app.domain.periods import Period
from app.domain.refusals import Conflict, Invalid
from app.domain.supervision import (
    Place,
    check_places,
    has_been_there,
    is_open,
    require_closed,
    require_session,
    require_session_open,
    takes_visits,
)

BEFORE_SIGNING = {
    State.DU_THAO,
    State.DA_CO_QUYET_DINH,
    State.CHO_DON_VI_BAO_CAO,
    State.DANG_TU_CHAM,
    State.DA_CHOT_TU_CHAM,
    State.DANG_KIEM_TRA,
    State.CHO_GIAI_TRINH,
    State.DA_GIAI_TRINH,
    State.THAM_DINH_LAN_2,
}


def test_a_visit_is_open_until_its_minutes_are_signed_or_it_is_called_off():
    assert {state for state in State if is_open(state)} == BEFORE_SIGNING | {State.CHO_KY_BIEN_BAN}


def test_the_delegation_has_been_where_the_visit_has_begun():
    assert not has_been_there(State.DU_THAO)
    assert not has_been_there(State.DA_CO_QUYET_DINH)
    assert not has_been_there(State.HUY)
    for state in (State.DANG_KIEM_TRA, State.CHO_KY_BIEN_BAN, State.DA_KY_BIEN_BAN, State.KET_THUC):
        assert has_been_there(state)


@pytest.mark.parametrize("state", State)
def test_only_a_session_of_giam_sat_takes_visits_and_only_before_signing(state):
    assert takes_visits(CampaignKind.GIAM_SAT, False, state) is (state in BEFORE_SIGNING)
    assert not takes_visits(CampaignKind.GIAM_SAT, True, state)
    assert not takes_visits(CampaignKind.KIEM_TRA, False, state)


def test_each_no_has_its_reason():
    with pytest.raises(Conflict, match="Chỉ cuộc giám sát"):
        require_session(CampaignKind.KIEM_TRA, False, State.DANG_KIEM_TRA)
    with pytest.raises(Conflict, match="không có điểm khảo sát con"):
        require_session(CampaignKind.GIAM_SAT, True, State.DANG_KIEM_TRA)
    with pytest.raises(Conflict, match="ký biên bản"):
        require_session(CampaignKind.GIAM_SAT, False, State.CHO_KY_BIEN_BAN)
    require_session(CampaignKind.GIAM_SAT, False, State.DANG_KIEM_TRA)


def test_only_what_lies_below_the_sessions_unit_is_visited():
    check_places("/1/5/", [Place("Phường A", "/1/5/7/"), Place("Tổ B", "/1/5/7/9/")])
    for outside in (Place("Phường C", "/1/6/8/"), Place("Thành phố", "/1/5/"), Place("Tỉnh", "/1/")):
        with pytest.raises(Invalid) as refusal:
            check_places("/1/5/", [Place("Phường A", "/1/5/7/"), outside])
        assert refusal.value.field == "unit_ids"
        assert refusal.value.params == {"units": outside.name}
    with pytest.raises(Invalid):
        check_places("", [Place("Phường A", "/1/5/7/")])


def test_a_session_is_neither_signed_nor_called_off_before_its_visits():
    for to in (State.DA_KY_BIEN_BAN, State.HUY):
        with pytest.raises(Conflict) as refusal:
            require_closed(to, ["Phường A", "Phường B"])
        assert refusal.value.params == {"units": "Phường A; Phường B"}
        require_closed(to, [])
    require_closed(State.CHO_KY_BIEN_BAN, ["Phường A"])


def test_a_visit_comes_back_only_to_a_session_that_is_open():
    require_session_open(State.CHO_KY_BIEN_BAN)
    for state in (State.DA_KY_BIEN_BAN, State.HUY, State.KET_THUC):
        with pytest.raises(Conflict):
            require_session_open(state)


def test_a_giam_sat_has_a_theme_and_a_free_period():
    period = Period(date(2021, 1, 1), date(2022, 6, 30), "")
    with pytest.raises(Invalid) as refusal:
        CampaignText(CampaignKind.GIAM_SAT, "Giám sát", 2022, period, theme=" ")
    assert refusal.value.field == "theme"
    assert CampaignText(CampaignKind.GIAM_SAT, "Giám sát", 2022, period, theme="CCHC").period == period
    CampaignText(CampaignKind.KIEM_TRA, "Kiểm tra", 2022, period)
