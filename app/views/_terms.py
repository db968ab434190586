"""The words that differ between kiểm tra and giám sát; whoever names one of them takes it from here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from ..domain.inspections import CampaignKind, State, Step
from ..vietnamese import paper
from ._labels import label

# Called off and brought back: steps with a word of their own, though they lead back.
_NOT_JUST_BACK = frozenset({State.HUY, State.DU_THAO})


@dataclass(frozen=True, slots=True)
class Terms:
    """``conclusion_of`` begins the title of the document itself, which is written in Vietnamese."""

    one: LazyString
    units: LazyString
    choose_units: LazyString
    period: LazyString
    period_from: LazyString
    day: LazyString
    previous: LazyString
    founded_by: LazyString
    findings_wait: LazyString
    called_off: LazyString
    conclusion: LazyString
    conclusion_of: str
    issue: LazyString
    end: LazyString
    states: Mapping[State, LazyString]
    steps: Mapping[State, LazyString]
    phases: Mapping[State, LazyString]

    def state(self, state: State) -> LazyString:
        return self.states.get(state) or label(state)

    @property
    def following(self) -> LazyString:
        """The page and the state after the conclusion."""
        return self.state(State.THEO_DOI_KHAC_PHUC)

    def step(self, step: Step) -> str:
        """The words on the button; giám sát finishes, restores and publishes other things."""
        words = self.steps.get(step.to)
        return str(words) if words and (not step.back or step.to in _NOT_JUST_BACK) else _(step.label)


INSPECTION = Terms(
    one=_l("Cuộc kiểm tra"),
    units=_l("Đơn vị được kiểm tra"),
    choose_units=_l("Chọn các đơn vị được kiểm tra, bộ tiêu chí và ngày làm việc."),
    period=_l("Thời kỳ kiểm tra"),
    period_from=_l("Thời kỳ kiểm tra từ"),
    day=_l("Ngày kiểm tra"),
    previous=_l("Lần kiểm tra trước"),
    founded_by=_l("Quyết định"),
    findings_wait=_l("Phát hiện của Đoàn kiểm tra hiện ra sau khi Trưởng đoàn công bố cho đơn vị."),
    called_off=_l("Cuộc kiểm tra này đã hủy."),
    conclusion=_l("Kết luận kiểm tra"),
    conclusion_of=paper("Kết luận"),
    issue=_l("Ban hành kết luận"),
    end=_l("Kết thúc cuộc kiểm tra"),
    states={},
    steps={},
    phases={},
)
SUPERVISION = Terms(
    one=_l("Cuộc giám sát"),
    units=_l("Đơn vị được giám sát"),
    choose_units=_l("Chọn các đơn vị được giám sát và ngày làm việc."),
    period=_l("Thời kỳ giám sát"),
    period_from=_l("Thời kỳ giám sát từ"),
    day=_l("Ngày làm việc"),
    previous=_l("Lần làm việc trước"),
    founded_by=_l("Nghị quyết, quyết định"),
    findings_wait=_l("Phát hiện của Đoàn giám sát hiện ra sau khi Trưởng đoàn chuyển sang ký biên bản."),
    called_off=_l("Cuộc giám sát này đã hủy."),
    conclusion=_l("Báo cáo kết quả giám sát"),
    conclusion_of=paper("Báo cáo kết quả"),
    issue=_l("Ban hành báo cáo kết quả giám sát"),
    end=_l("Kết thúc cuộc giám sát"),
    states={
        State.DANG_KIEM_TRA: _l("Đang giám sát"),
        State.DA_CO_QUYET_DINH: _l("Đã lập đoàn"),
        State.DU_THAO_KET_LUAN: _l("Dự thảo báo cáo kết quả giám sát"),
        State.DA_BAN_HANH_KET_LUAN: _l("Đã ban hành báo cáo kết quả giám sát"),
        State.THEO_DOI_KHAC_PHUC: _l("Theo dõi thực hiện kiến nghị"),
    },
    steps={
        State.DA_CO_QUYET_DINH: _l("Ghi nhận đã thành lập Đoàn giám sát"),
        State.THEO_DOI_KHAC_PHUC: _l("Theo dõi thực hiện kiến nghị"),
        State.DU_THAO_KET_LUAN: _l("Soạn báo cáo kết quả giám sát"),
        State.DA_BAN_HANH_KET_LUAN: _l("Ban hành báo cáo kết quả giám sát"),
        State.KET_THUC: _l("Kết thúc cuộc giám sát"),
        State.HUY: _l("Hủy cuộc giám sát"),
        State.DU_THAO: _l("Khôi phục cuộc giám sát"),
        State.DANG_KIEM_TRA: _l("Bắt đầu làm việc tại đơn vị"),
    },
    phases={
        State.DANG_KIEM_TRA: _l("Giám sát"),
        State.THEO_DOI_KHAC_PHUC: _l("Báo cáo kết quả, theo dõi kiến nghị"),
    },
)


def terms(kind: CampaignKind) -> Terms:
    return SUPERVISION if kind is CampaignKind.GIAM_SAT else INSPECTION
