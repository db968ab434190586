"""The words paper has for the words the code uses; paper is Vietnamese only."""

from __future__ import annotations

from app.domain.access import Role
from app.domain.inspections import InspectionKind, Severity
from app.domain.tasks import Timeliness, Workflow

ROLES: dict[Role | None, str] = {
    Role.HEAD: "Trưởng đoàn",
    Role.DEPUTY: "Phó Trưởng đoàn",
    Role.SECRETARY: "Thư ký",
    Role.MEMBER: "Thành viên",
}
KINDS = {
    InspectionKind.DINH_KY: "định kỳ",
    InspectionKind.DOT_XUAT: "đột xuất",
    InspectionKind.CHUYEN_DE: "chuyên đề",
    InspectionKind.PHUC_TRA: "phúc tra",
    InspectionKind.QUA_BAO_CAO: "qua báo cáo",
}
SEVERITIES = {
    Severity.NHE: "Nhẹ",
    Severity.TRUNG_BINH: "Trung bình",
    Severity.NGHIEM_TRONG: "Nghiêm trọng",
}
WORKFLOWS = {
    Workflow.NOT_STARTED: "Chưa thực hiện",
    Workflow.IN_PROGRESS: "Đang thực hiện",
    Workflow.AWAITING: "Chờ xác nhận",
    Workflow.REDO: "Trả lại, thực hiện lại",
    Workflow.DONE: "Đã hoàn thành",
    Workflow.PAUSED: "Tạm hoãn",
    Workflow.CANCELLED: "Hủy",
    Workflow.MOVED: "Chuyển đơn vị khác",
}
TIMELINESS = {
    Timeliness.NO_DUE: "Không hạn",
    Timeliness.IN_TIME: "Trong hạn",
    Timeliness.DUE_SOON: "Sắp quá hạn",
    Timeliness.OVERDUE: "Quá hạn",
    Timeliness.ON_TIME: "Đúng hạn",
}
