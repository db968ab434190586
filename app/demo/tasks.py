"""The 27 tasks of the demonstration ward.

Public are the counts: 14 of 27 done on 15/9/2022. The report names neither the tasks nor their
deadlines; titles and dates here are made for the demonstration.
"""

from __future__ import annotations

from datetime import date

# Title, deadline (None: no deadline), day of completion (None: not done yet).
TASKS: tuple[tuple[str, date | None, date | None], ...] = (
    ("Ban hành Kế hoạch cải cách hành chính năm 2022", date(2022, 1, 31), date(2022, 1, 25)),
    ("Ban hành Kế hoạch kiểm soát thủ tục hành chính năm 2022", date(2022, 1, 31), date(2022, 1, 27)),
    ("Ban hành Kế hoạch tuyên truyền cải cách hành chính", date(2022, 2, 28), date(2022, 2, 22)),
    ("Phân công công chức đầu mối cải cách hành chính", date(2022, 2, 15), date(2022, 2, 14)),
    ("Rà soát văn bản do HĐND, UBND phường ban hành", date(2022, 3, 31), date(2022, 3, 30)),
    ("Niêm yết công khai thủ tục hành chính tại Bộ phận Một cửa", date(2022, 3, 31), date(2022, 3, 15)),
    ("Báo cáo cải cách hành chính quý I", date(2022, 3, 15), date(2022, 3, 14)),
    ("Công khai dự toán ngân sách năm 2022", date(2022, 3, 31), date(2022, 4, 6)),
    ("Lấy ý kiến khảo sát mức độ hài lòng đợt I", date(2022, 5, 31), date(2022, 5, 27)),
    ("Báo cáo cải cách hành chính 6 tháng đầu năm", date(2022, 6, 14), date(2022, 6, 13)),
    ("Tổ chức đối thoại giữa Chủ tịch UBND với Nhân dân", date(2022, 6, 30), date(2022, 6, 24)),
    ("Tập huấn nghiệp vụ cho công chức Bộ phận Một cửa", date(2022, 6, 30), date(2022, 6, 17)),
    ("Công bố phù hợp Hệ thống quản lý chất lượng ISO 9001:2015", date(2022, 7, 31), date(2022, 8, 4)),
    ("Kiện toàn tổ công nghệ số cộng đồng", None, date(2022, 7, 20)),
    ("Tự kiểm tra công tác cải cách hành chính tại các bộ phận", date(2022, 8, 31), None),
    ("Số hóa hồ sơ, kết quả giải quyết thủ tục hành chính còn hiệu lực", date(2022, 8, 31), None),
    ("Báo cáo cải cách hành chính quý III", date(2022, 9, 14), None),
    ("Cập nhật dữ liệu cán bộ, công chức trên hệ thống", date(2022, 9, 17), None),
    ("Tuyên truyền dịch vụ công trực tuyến đến tổ dân phố", date(2022, 9, 30), None),
    ("Lấy ý kiến khảo sát mức độ hài lòng đợt II", date(2022, 10, 31), None),
    ("Hoàn thành kế hoạch theo dõi thi hành pháp luật", date(2022, 11, 15), None),
    ("Rà soát Quy chế làm việc của UBND phường", date(2022, 11, 30), None),
    ("Đánh giá, xếp loại cán bộ, công chức năm 2022", date(2022, 12, 10), None),
    ("Báo cáo cải cách hành chính năm 2022", date(2022, 12, 14), None),
    ("Báo cáo kiểm soát thủ tục hành chính năm 2022", date(2022, 12, 14), None),
    ("Đề xuất phương án đơn giản hóa thủ tục hành chính", None, None),
    ("Đăng ký sáng kiến, mô hình mới về cải cách hành chính", None, None),
)
