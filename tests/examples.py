"""A full example of minutes: the ward's 77 criteria, findings, tasks at 14/27, its dossier figures."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import cache

from app.documents.checklist_xlsx import DEFAULT_WORKBOOK, read_checklist
from app.domain import dossiers, tasks
from app.domain.access import Role
from app.domain.checklists import Checklist, Criterion
from app.domain.inspections import Direction, FindingKind, InspectionKind, Severity
from app.domain.minutes import (
    Details,
    DossierPart,
    Explanation,
    FindingLine,
    Minutes,
    Person,
    RecommendationLine,
)
from app.domain.minutes_scores import AreaLine, CriterionLine, GroupLine
from app.domain.minutes_tasks import TaskLine, TaskPart
from app.domain.scoring import Scored
from app.vietnamese import HANOI

DAY = date(2022, 9, 15)


@cache
def ward_checklist() -> Checklist:
    """The checklist that ships with the app."""
    return read_checklist(DEFAULT_WORKBOOK.read_bytes())


def _scores(number: int, criterion: Criterion) -> dict[str, object]:
    """Most criteria agreed on, some cut down with a reason, one not applicable."""
    full = criterion.max_points
    if criterion.may_be_na and number % 7 == 3:
        na = Scored(None, True)
        return {"self_score": na, "verified": na, "na_reason": "Không phát sinh trong kỳ kiểm tra."}
    if number % 5 == 2:
        return {
            "self_score": Scored(full),
            "verified": Scored(full * 3 // 4),
            "reason": "Thiếu tài liệu kiểm chứng của quý II; mới cung cấp bản chụp không có dấu, chưa khớp số liệu trên phần mềm một cửa.",
        }
    if number % 11 == 4:
        return {"self_score": Scored(0), "verified": Scored(0)}
    return {"self_score": Scored(full), "verified": Scored(full)}


def area_lines(checklist: Checklist) -> tuple[AreaLine, ...]:
    numbers = {criterion.code: n for n, criterion in enumerate(checklist.criteria)}
    return tuple(
        AreaLine(
            area.code,
            area.name,
            tuple(
                GroupLine(
                    group.code,
                    group.text,
                    tuple(
                        CriterionLine(
                            c.code, c.text, c.max_points, evidence=c.evidence, **_scores(numbers[c.code], c)
                        )
                        for c in group.criteria
                    ),
                )
                for group in area.groups
            ),
        )
        for area in checklist.areas
    )


FINDINGS = (
    FindingLine(
        FindingKind.UU_DIEM,
        "Ban hành kế hoạch CCHC năm đúng hạn, phân công rõ người, rõ việc, rõ thời gian hoàn thành.",
        "1",
        "1.1.1",
    ),
    FindingLine(
        FindingKind.UU_DIEM,
        "Bộ phận Một cửa bố trí gọn gàng, niêm yết đầy đủ thủ tục hành chính thuộc thẩm quyền.",
        "3",
    ),
    FindingLine(
        FindingKind.TON_TAI,
        "Mới hoàn thành 14/27 nhiệm vụ được giao trong năm; một số nhiệm vụ quá hạn chưa có báo cáo giải trình.",
        "1",
        "1.4.1",
        Severity.NGHIEM_TRONG,
        "Phân công chưa cụ thể; chưa theo dõi tiến độ hằng tuần.",
        "UBND phường; công chức Văn phòng – Thống kê",
        "Quyết định số 42/2014/QĐ-TTg",
        date(2022, 10, 15),
    ),
    FindingLine(
        FindingKind.TON_TAI,
        "- Chưa có văn bản xin lỗi đối với 04 hồ sơ giải quyết quá hạn.",
        "3",
        "3.4.3",
        Severity.TRUNG_BINH,
        "Công chức chưa nắm quy định tại khoản 9 Điều 19 Nghị định số 61/2018/NĐ-CP.",
        "Bộ phận Một cửa",
        "Khoản 9 Điều 19 Nghị định số 61/2018/NĐ-CP",
        date(2022, 9, 30),
    ),
    FindingLine(
        FindingKind.TON_TAI,
        "Trang thông tin điện tử chậm cập nhật danh mục thủ tục hành chính mới công bố.",
        "7",
        "7.1.1",
        Severity.NHE,
        "Chưa phân công công chức phụ trách.",
        "Công chức Văn hóa – Xã hội",
        "",
        date(2022, 10, 31),
    ),
)

RECOMMENDATIONS = (
    RecommendationLine(
        Direction.TO_UNIT,
        "Rà soát 13 nhiệm vụ chưa hoàn thành, phân công lại, báo cáo tiến độ hằng tuần; hoàn thành dứt điểm các nhiệm vụ quá hạn.",
        "Chủ tịch UBND phường",
        date(2022, 10, 15),
        "Sở Nội vụ",
    ),
    RecommendationLine(
        Direction.TO_UNIT,
        "Thực hiện xin lỗi bằng văn bản đối với 04 hồ sơ quá hạn và công khai theo quy định.",
        "Bộ phận Một cửa",
        date(2022, 9, 30),
        "Đoàn kiểm tra",
    ),
    RecommendationLine(
        Direction.TO_SUPERIOR,
        "Bổ sung máy quét và đường truyền cho Bộ phận Một cửa để số hóa hồ sơ.",
        "UBND quận",
    ),
    RecommendationLine(
        Direction.TO_SUPERIOR,
        "Tập huấn phần mềm một cửa phiên bản mới cho công chức phường.",
        "Sở Thông tin và Truyền thông",
    ),
)

_WORK = (
    "Rà soát, cập nhật quy trình nội bộ giải quyết thủ tục hành chính",
    "Báo cáo kết quả cải cách hành chính quý",
    "Tuyên truyền dịch vụ công trực tuyến tại các tổ dân phố",
    "Số hóa sổ hộ tịch giai đoạn 2014–2022",
    "Đối thoại với người dân, doanh nghiệp về thủ tục hành chính",
)


def task_part() -> TaskPart:
    """27 tasks, 14 of them done: 11 on time, 2 late, 1 without a deadline."""
    workflow, timely = tasks.Workflow, tasks.Timeliness
    lines = []
    for n in range(27):
        due: date | None = DAY - timedelta(days=100 - 5 * n) if n % 13 != 12 else None
        done = DAY - timedelta(days=101 - 5 * n) if n < 14 else None
        if n in (3, 8):
            done = DAY - timedelta(days=90 - 5 * n)
        state = workflow.DONE if done else workflow.IN_PROGRESS
        lines.append(
            TaskLine(
                f"{_WORK[n % 5]} (nhiệm vụ số {n + 1})",
                f"Văn bản số {100 + n}/UBND-NV ngày {10 + n % 18:02}/02/2022 của UBND quận",
                "UBND phường",
                due,
                state,
                tasks.timeliness(state, due, done, DAY),
                done,
                "Đã ban hành kế hoạch và báo cáo kết quả" if done else "",
            )
        )
    kinds = [(line.workflow is workflow.DONE, line.timeliness) for line in lines]
    counts = tasks.Counts(
        done_on_time=kinds.count((True, timely.ON_TIME)),
        done_late=kinds.count((True, timely.OVERDUE)),
        done_no_due=kinds.count((True, timely.NO_DUE)),
        open_in_time=kinds.count((False, timely.IN_TIME)) + kinds.count((False, timely.DUE_SOON)),
        open_overdue=kinds.count((False, timely.OVERDUE)),
        open_no_due=kinds.count((False, timely.NO_DUE)),
    )
    due_by = [line for line in lines if line.due and line.due <= DAY]
    rate = tasks.Rate(sum(line.workflow is workflow.DONE for line in due_by), len(due_by))
    return TaskPart(counts, rate, DAY, tuple(lines))


def dossier_part() -> DossierPart:
    """4.545 received and resolved, 4 late, 2.756 online, spread over fields; one line does not add up."""
    fields = dossiers.COMMUNE_FIELDS[:6]
    online, direct, late = [900, 800, 500, 300, 156, 100], [500, 600, 300, 200, 109, 80], [1, 0, 2, 1, 0, 0]
    lines = []
    for name, on, di, la in zip(fields, online, direct, late, strict=True):
        total = on + di
        lines.append(
            dossiers.Line(
                name,
                dossiers.Figures(total, on, di, 0, total, total // 3, total - total // 3 - la, la, 0, 0, 0),
            )
        )
    total = dossiers.total_of(line.figures for line in lines)
    extras = dossiers.Extras(postal_total=1250, postal_in=390, postal_out=857, apologies=4)
    report = dossiers.Report(total, tuple(lines), extras)
    note = Explanation("postal", "03 lượt trả kết quả ghi trùng trên phần mềm của bưu điện.")
    return DossierPart(date(2022, 1, 1), DAY, report, (note,))


def details() -> Details:
    return Details(
        number="5",
        place="Hải Phòng",
        day=DAY,
        venue="trụ sở UBND phường Cầu Tre",
        started_at=datetime(2022, 9, 15, 8, 0, tzinfo=HANOI),
        ended_at=datetime(2022, 9, 15, 11, 30, tzinfo=HANOI),
        unit_people=(
            Person("", "Chủ tịch UBND phường", Role.UNIT_HEAD),
            Person("", "Công chức Văn phòng – Thống kê", Role.OFFICER),
        ),
        other_people=(Person("", "Đại diện Phòng Nội vụ quận"),),
        sampling="rút ngẫu nhiên 20 hồ sơ, 19 hồ sơ đúng trình tự; mã hồ sơ H24.17-220815-0041 thiếu phiếu kiểm soát.",
        opinion="Đơn vị thống nhất với kết quả kiểm tra.\n- Đề nghị Đoàn xem xét tiêu chí 1.4.1 vì một số nhiệm vụ chưa đến hạn.",
        documents=("Báo cáo tự kiểm tra của UBND phường", "Danh sách 04 hồ sơ quá hạn"),
    )


def full_minutes() -> Minutes:
    checklist = ward_checklist()
    return Minutes(
        parent_agency="UBND thành phố Hải Phòng",
        agency="Đoàn kiểm tra CCHC",
        symbol="BB-ĐKT",
        subject="Kiểm tra công tác cải cách hành chính năm 2022\ntại phường Cầu Tre, quận Ngô Quyền",
        unit_name="UBND phường Cầu Tre",
        kind=InspectionKind.DINH_KY,
        period_from=date(2022, 1, 1),
        period_to=DAY,
        details=details(),
        legal_bases=(
            "Căn cứ Quyết định số 123/QĐ-UBND ngày 20/01/2022 của Ủy ban nhân dân thành phố về việc thành lập Đoàn kiểm tra công tác cải cách hành chính năm 2022",
            "Căn cứ Kế hoạch số 12/KH-UBND ngày 10/01/2022 của Ủy ban nhân dân thành phố về kiểm tra công tác cải cách hành chính năm 2022",
        ),
        delegation=(
            Person("", "Trưởng phòng Cải cách hành chính, Sở Nội vụ", Role.HEAD),
            Person("", "Chuyên viên Sở Nội vụ", Role.SECRETARY),
            Person("", "Chuyên viên Văn phòng UBND thành phố", Role.MEMBER),
        ),
        checklist_name=checklist.name,
        checklist_version=checklist.version,
        bonus_max=checklist.bonus_max,
        deduction_max=checklist.deduction_max,
        bands=checklist.bands,
        areas=area_lines(checklist),
        findings=FINDINGS,
        recommendations=RECOMMENDATIONS,
        tasks=task_part(),
        dossiers=dossier_part(),
        dossier_area="3",
    )
