"""The words people read for the words the code uses: states, roles, kinds."""

from __future__ import annotations

from enum import StrEnum

from flask_babel import LazyString, lazy_pgettext
from flask_babel import lazy_gettext as _l

from ..domain.access import Role
from ..domain.areas import ReformArea
from ..domain.checklists import RuleKind, UnitLevel
from ..domain.dossiers import OnlinePractice
from ..domain.explanations import Stance
from ..domain.inspections import (
    CampaignKind,
    Direction,
    FindingKind,
    FindingState,
    InspectionKind,
    Severity,
    Side,
    State,
)
from ..domain.late_dossiers import CAUSE_WORDS, LateCause
from ..domain.minutes_blanks import Blank
from ..domain.series import Calendar, Repeat
from ..domain.signoffs import Decision, SignState
from ..domain.task_board import Group
from ..domain.task_steps import Action as TaskAction
from ..domain.tasks import DirectiveKind, Timeliness, Workflow
from ..domain.units import SuccessionType, UnitKind
from ..models import ReportSource, ReportStatus

# One shelf an enumeration: members of different enumerations with the same text are equal keys.
LABELS: dict[type[StrEnum], dict[str, LazyString]] = {
    Role: {
        Role.HEAD: _l("Trưởng đoàn"),
        Role.DEPUTY: _l("Phó Trưởng đoàn"),
        Role.SECRETARY: _l("Thư ký"),
        Role.MEMBER: _l("Thành viên"),
        Role.OFFICER: _l("Công chức đầu mối"),
        Role.UNIT_HEAD: _l("Thủ trưởng đơn vị"),
        Role.SUPERVISOR: _l("Lãnh đạo theo dõi"),
        Role.ADMIN: _l("Quản trị"),
    },
    Blank: {
        Blank.NUMBER: _l("Số biên bản"),
        Blank.PLACE: _l("Địa danh"),
        Blank.DAY: _l("Ngày lập biên bản"),
        Blank.STARTED: _l("Giờ bắt đầu"),
        Blank.ENDED: _l("Giờ kết thúc"),
        Blank.VENUE: _l("Địa điểm làm việc"),
        Blank.UNIT_SIGNER: _l("Họ tên người ký của đơn vị (ghi tay được)"),
    },
    SignState: {
        SignState.SIGNED: _l("Đã xác nhận"),
        SignState.CHANGED: _l("Đã đổi sau khi xác nhận"),
        SignState.UNSIGNED: _l("Chưa xác nhận"),
    },
    Decision: {
        Decision.TIEP_THU: _l("Tiếp thu"),
        Decision.GIU_NGUYEN: _l("Giữ nguyên kết quả"),
    },
    CampaignKind: {
        CampaignKind.KIEM_TRA: _l("Kiểm tra"),
        CampaignKind.GIAM_SAT: _l("Giám sát"),
    },
    InspectionKind: {
        InspectionKind.DINH_KY: _l("Định kỳ"),
        InspectionKind.DOT_XUAT: _l("Đột xuất"),
        InspectionKind.CHUYEN_DE: lazy_pgettext("kind", "Chuyên đề"),
        InspectionKind.PHUC_TRA: _l("Phúc tra"),
        InspectionKind.QUA_BAO_CAO: _l("Qua báo cáo"),
    },
    State: {
        State.DU_THAO: _l("Dự thảo"),
        State.DA_CO_QUYET_DINH: _l("Đã có quyết định"),
        State.CHO_DON_VI_BAO_CAO: _l("Chờ đơn vị báo cáo"),
        State.DANG_TU_CHAM: _l("Đơn vị đang tự chấm"),
        State.DA_CHOT_TU_CHAM: _l("Đã chốt tự chấm"),
        State.DANG_KIEM_TRA: _l("Đang kiểm tra"),
        State.CHO_GIAI_TRINH: _l("Chờ đơn vị giải trình"),
        State.DA_GIAI_TRINH: _l("Đơn vị đã giải trình"),
        State.THAM_DINH_LAN_2: _l("Thẩm định lần 2"),
        State.CHO_KY_BIEN_BAN: _l("Chờ ký biên bản"),
        State.DA_KY_BIEN_BAN: _l("Đã ký biên bản"),
        State.DU_THAO_KET_LUAN: _l("Dự thảo kết luận"),
        State.DA_BAN_HANH_KET_LUAN: _l("Đã ban hành kết luận"),
        State.THEO_DOI_KHAC_PHUC: _l("Theo dõi khắc phục"),
        State.KET_THUC: _l("Kết thúc"),
        State.HUY: _l("Đã hủy"),
    },
    Side: {
        Side.SELF: _l("Tự chấm"),
        Side.VERIFIED: _l("Thẩm định"),
    },
    Stance: {
        Stance.ACCEPT: _l("Đồng ý"),
        Stance.EXPLAIN: _l("Giải trình"),
    },
    FindingKind: {
        FindingKind.UU_DIEM: _l("Ưu điểm"),
        FindingKind.TON_TAI: _l("Tồn tại, hạn chế"),
    },
    Severity: {
        Severity.NHE: _l("Nhẹ"),
        Severity.TRUNG_BINH: _l("Trung bình"),
        Severity.NGHIEM_TRONG: _l("Nghiêm trọng"),
    },
    FindingState: {
        FindingState.MOI: _l("Mới"),
        FindingState.DA_THONG_BAO: _l("Đã thông báo"),
        FindingState.DANG_KHAC_PHUC: _l("Đang khắc phục"),
        FindingState.DA_BAO_CAO: _l("Đã báo cáo"),
        FindingState.CHUA_DAT: _l("Chưa đạt"),
        FindingState.DA_KHAC_PHUC: _l("Đã khắc phục"),
    },
    Direction: {
        Direction.TO_UNIT: _l("Đoàn → đơn vị"),
        Direction.TO_OTHERS: _l("Đoàn → cơ quan khác"),
        Direction.TO_SUPERIOR: _l("Đơn vị → cấp trên"),
    },
    RuleKind: {
        RuleKind.YES_NO: _l("Có/không"),
        RuleKind.LEVELS: _l("Theo mức"),
        RuleKind.RATIO: _l("Theo tỷ lệ"),
        RuleKind.PENALTY: _l("Trừ điểm"),
        RuleKind.FREE: _l("Điểm tự do"),
    },
    UnitLevel: {
        UnitLevel.XA: _l("Cấp xã"),
        UnitLevel.SO: _l("Cấp sở"),
        UnitLevel.HUYEN: _l("Cấp huyện (cũ)"),
    },
    DirectiveKind: {
        DirectiveKind.CONG_VAN: _l("Công văn"),
        DirectiveKind.KE_HOACH: _l("Kế hoạch"),
        DirectiveKind.KET_LUAN: _l("Kết luận"),
        DirectiveKind.QUYET_DINH: _l("Quyết định"),
        DirectiveKind.CHI_THI: _l("Chỉ thị"),
        DirectiveKind.THONG_BAO: _l("Thông báo"),
        DirectiveKind.KHAC: _l("Văn bản khác"),
    },
    Repeat: {
        Repeat.NONE: _l("Không lặp lại"),
        Repeat.MONTH: _l("Hằng tháng"),
        Repeat.QUARTER: _l("Hằng quý"),
        Repeat.YEAR: _l("Hằng năm"),
    },
    Calendar: {
        Calendar.PLAIN: _l("Tháng, quý, năm dương lịch"),
        Calendar.REPORTING: _l("Kỳ báo cáo (từ ngày 15 đến ngày 14)"),
    },
    ReformArea: {
        ReformArea.CDDH: _l("Chỉ đạo, điều hành"),
        ReformArea.TC: _l("Cải cách thể chế"),
        ReformArea.TTHC: _l("Cải cách thủ tục hành chính"),
        ReformArea.TCBM: _l("Cải cách tổ chức bộ máy"),
        ReformArea.CDCV: _l("Cải cách chế độ công vụ"),
        ReformArea.TCC: _l("Cải cách tài chính công"),
        ReformArea.CQS: _l("Chính quyền điện tử, chính quyền số"),
    },
    Group: {
        Group.OVERDUE: _l("Quá hạn"),
        Group.DUE_SOON: _l("Đến hạn trong 3 ngày"),
        Group.IN_TIME: _l("Trong hạn"),
        Group.NO_DUE: _l("Không hạn"),
        Group.AWAITING: _l("Chờ xác nhận"),
        Group.DONE: _l("Đã hoàn thành"),
        Group.UPCOMING: _l("Sắp tới"),
        Group.OUTSIDE: _l("Tạm dừng, hủy, đã chuyển"),
    },
    Workflow: {
        Workflow.NOT_STARTED: _l("Chưa thực hiện"),
        Workflow.IN_PROGRESS: _l("Đang thực hiện"),
        Workflow.AWAITING: _l("Chờ xác nhận"),
        Workflow.REDO: _l("Trả lại, thực hiện lại"),
        Workflow.DONE: _l("Đã hoàn thành"),
        Workflow.PAUSED: _l("Tạm hoãn"),
        Workflow.CANCELLED: _l("Hủy"),
        Workflow.MOVED: _l("Chuyển đơn vị khác"),
    },
    Timeliness: {
        Timeliness.NO_DUE: _l("Không hạn"),
        Timeliness.IN_TIME: _l("Trong hạn"),
        Timeliness.DUE_SOON: _l("Sắp quá hạn"),
        Timeliness.OVERDUE: _l("Quá hạn"),
        Timeliness.ON_TIME: _l("Đúng hạn"),
    },
    TaskAction: {
        TaskAction.ASSIGN: _l("Giao nhiệm vụ"),
        TaskAction.ACCEPT: _l("Tiếp nhận nhiệm vụ"),
        TaskAction.REPORT: _l("Báo cáo hoàn thành"),
        TaskAction.WITHDRAW: _l("Rút lại báo cáo"),
        TaskAction.PROGRESS: _l("Cập nhật tiến độ"),
        TaskAction.ASK_EXTENSION: _l("Đề nghị gia hạn"),
        TaskAction.REFUSE: _l("Từ chối nhiệm vụ"),
        TaskAction.CONFIRM: _l("Xác nhận hoàn thành"),
        TaskAction.RETURN: _l("Trả lại, yêu cầu thực hiện lại"),
        TaskAction.EXTEND: _l("Gia hạn"),
        TaskAction.DECLINE: _l("Không đồng ý đề nghị của đơn vị"),
        TaskAction.RESUME: _l("Cho tiếp tục thực hiện"),
        TaskAction.PAUSE: _l("Tạm hoãn nhiệm vụ"),
        TaskAction.MOVE: _l("Chuyển cho đơn vị khác"),
        TaskAction.CANCEL: _l("Hủy nhiệm vụ"),
        TaskAction.REOPEN: _l("Mở lại nhiệm vụ"),
        TaskAction.SETTLE: _l("Ghi nhận tại chỗ: đã khắc phục"),
        TaskAction.UNMET: _l("Ghi nhận tại chỗ: chưa đạt"),
        TaskAction.RECALL: _l("Rút đề nghị"),
        TaskAction.UNDO: _l("Hoàn tác quyết định"),
        TaskAction.CORRECT: _l("Đính chính nội dung nhiệm vụ"),
        TaskAction.ADJUST: _l("Điều chỉnh hạn"),
        TaskAction.ADOPT: _l("Đổi bên giao"),
        TaskAction.TAKE_BACK: _l("Thu hồi cùng cả danh sách đã nhập"),
    },
    UnitKind: {
        UnitKind.TRUNG_UONG: _l("Trung ương"),
        UnitKind.TINH: _l("Tỉnh"),
        UnitKind.THANH_PHO_TW: _l("Thành phố trực thuộc trung ương"),
        UnitKind.SO_NGANH: _l("Sở, ban, ngành"),
        UnitKind.QUAN: _l("Quận (cũ)"),
        UnitKind.HUYEN: _l("Huyện (cũ)"),
        UnitKind.THI_XA: _l("Thị xã (cũ)"),
        UnitKind.THANH_PHO_THUOC_TINH: _l("Thành phố thuộc tỉnh (cũ)"),
        UnitKind.XA: _l("Xã"),
        UnitKind.PHUONG: _l("Phường"),
        UnitKind.THI_TRAN: _l("Thị trấn (cũ)"),
        UnitKind.DAC_KHU: _l("Đặc khu"),
        UnitKind.PHONG_CHUYEN_MON: _l("Phòng chuyên môn"),
        UnitKind.TT_PVHCC: _l("Trung tâm Phục vụ hành chính công"),
        UnitKind.DON_VI_SU_NGHIEP: _l("Đơn vị sự nghiệp"),
    },
    SuccessionType: {
        SuccessionType.MERGE: _l("Sáp nhập"),
        SuccessionType.SPLIT: _l("Chia tách"),
        SuccessionType.PART: _l("Sáp nhập một phần"),
        SuccessionType.RENAME: _l("Đổi tên"),
        SuccessionType.UPGRADE: _l("Nâng cấp"),
        SuccessionType.DISSOLVE: _l("Giải thể"),
    },
    ReportSource: {
        ReportSource.UNIT: _l("Đơn vị báo cáo"),
        ReportSource.ONE_STOP: _l("Hệ thống một cửa"),
    },
    OnlinePractice: {
        OnlinePractice.RECEIVED_IN_PERIOD: _l("cột 4 / (cột 4 + cột 5)"),
        OnlinePractice.ALL: _l("cột 4 / cột 3"),
        OnlinePractice.ONLINE_SERVICE: _l("cột 4 / hồ sơ tiếp nhận của TTHC có DVC trực tuyến"),
    },
    LateCause: {cause: _l(words) for cause, words in CAUSE_WORDS.items()},
    ReportStatus: {
        ReportStatus.DRAFT: _l("Bản nháp"),
        ReportStatus.SUBMITTED: _l("Đã gửi"),
        ReportStatus.CONFIRMED: _l("Đã xác nhận"),
    },
}


def label(word: StrEnum) -> LazyString:
    """The Vietnamese (or translated) words for a member of an enumeration."""
    return LABELS[type(word)][word.value]


def choices(
    words: type[StrEnum], *, among: tuple[StrEnum, ...] | None = None
) -> list[tuple[str, LazyString]]:
    """Pairs for a select field: all members, or ``among`` them."""
    return [(word.value, label(word)) for word in (among or tuple(words))]
