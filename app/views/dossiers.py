"""/dossiers: the reports by unit and period, form II.06 of one of them, and its checks as one types."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import LazyString
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response

from ..domain import dossier_checks, dossier_rates, dossiers
from ..domain.access import Action, Standing
from ..domain.dossier_checks import Check
from ..domain.dossiers import OnlinePractice, Report
from ..domain.periods import ReportKind, reporting_period_of, today
from ..domain.refusals import Conflict, Forbidden, Missing, Refused, sentence
from ..forms.dossiers import (
    MOST_ROWS,
    NewReportForm,
    ReportFilterForm,
    ReportForm,
    ReturnForm,
    StepForm,
    SuggestionForm,
    report_form_data,
)
from ..models import ReportSource, ReportStatus
from ..queries.access import visible_units
from ..queries.dossiers import (
    ReportCard,
    ReportFilter,
    inspection_periods,
    list_reports,
    report_card,
    report_value,
    reportable_units,
    years_with_reports,
)
from ..services.dossiers import (
    Filled,
    confirm_report,
    create_report,
    return_report,
    save_report,
    submit_report,
)
from ..vietnamese import count, datetime_short
from ._errors import refusal_text
from ._labels import choices
from ._load import allow, load_standing
from ._login import account, now

blueprint = Blueprint("dossiers", __name__)

# The extra figures as the page groups them; the last word says what must be known about the group.
EXTRA_GROUPS: tuple[tuple[LazyString, LazyString, tuple[str, ...]], ...] = (
    (
        _l("Bưu chính công ích"),
        _l(
            "Đơn vị tính là lượt. Hồ sơ nhận qua bưu chính đã nằm trong cột 5, hồ sơ trả qua bưu chính đã nằm trong "
            "số đã giải quyết; không cộng thêm vào biểu."
        ),
        ("postal_total", "postal_in", "postal_out", "postal_target", "procedures_total", "procedures_postal"),
    ),
    (
        _l("Trực tuyến và thanh toán"),
        _l("Hồ sơ trực tuyến lấy ở cột 4; các số dưới đây không cộng thêm vào biểu."),
        (
            "online_service_received",
            "procedures_online_service",
            "procedures_online",
            "with_fee",
            "paid_online",
        ),
    ),
    (
        _l("Số hóa"),
        _l("Các hồ sơ này đã nằm trong cột 3 hoặc cột 7; không cộng thêm vào biểu."),
        ("to_digitise", "digitised_in", "resolved_with_document", "digitised_out", "reused"),
    ),
    (
        _l("Hồ sơ quá hạn"),
        _l("Đối chiếu với cột 10 + 13; không cộng thêm vào biểu."),
        ("apologies",),
    ),
)


@blueprint.get("/dossiers")
def index() -> str:
    allow(Action.READ_DOSSIERS)
    form, units = ReportFilterForm(request.args), visible_units(account().principal)
    form.year.choices = [("", _("Mọi năm")), *((year, str(year)) for year in years_with_reports(units))]
    form.status.choices = [("", _("Mọi trạng thái")), *choices(ReportStatus)]
    wanted = ReportFilter(
        words=form.words,
        year=form.year.data,
        status=next((word for word in ReportStatus if word == form.status.data), None),
    )
    return render_template(
        "dossiers/index.html",
        form=form,
        wanted=wanted,
        page=list_reports(units, wanted, form.page.data or 1),
        rates=dossier_rates,
        may_create=bool(reportable_units(account().principal)),
    )


@blueprint.route("/dossiers/new", methods=["GET", "POST"])
def create() -> Response | str | tuple[str, int]:
    allow(Action.READ_DOSSIERS)
    units = reportable_units(account().principal)
    if not units:
        raise Forbidden(sentence("Bạn không có quyền làm việc này."))
    sources = choices(ReportSource)
    if request.method == "GET":
        return _new_page(NewReportForm(units, sources, formdata=None, **_suggested()))
    form = NewReportForm(units, sources)
    if not form.validate_on_submit():
        return _new_page(form), 422
    load_standing(form.unit.data, Action.WRITE_DOSSIERS)
    rows = dossiers.COMMUNE_FIELDS if form.with_rows.data else ()
    try:
        report_id = create_report(
            form.unit.data, form.period, ReportSource(form.source.data), rows, account().id, now()
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _new_page(form), refusal.status
    return redirect(url_for("dossiers.show", report_id=report_id), 303)


def _suggested() -> dict[str, object]:
    """What a link to the new form carries in its address; nonsense suggests nothing."""
    form = SuggestionForm(request.args)
    return {"source": ReportSource.UNIT.value, "with_rows": True, **form.suggested}


def _new_page(form: NewReportForm) -> str:
    day = today(now())
    return render_template(
        "dossiers/new.html",
        form=form,
        inspections=inspection_periods(account().principal),
        periods=[reporting_period_of(kind, day) for kind in ReportKind],
    )


@blueprint.get("/dossiers/<int:report_id>")
def show(report_id: int) -> str:
    return _stored_page(*_load(report_id, Action.READ_DOSSIERS))


@blueprint.post("/dossiers/<int:report_id>")
def save(report_id: int) -> Response | str | tuple[str, int]:
    """Form II.06 as typed; «Tính dòng tổng» gives it back with the total row filled and saves nothing."""
    card, standing = _load(report_id, Action.WRITE_DOSSIERS)
    form, stored = ReportForm(_practices()), report_value(card)
    good = form.validate_on_submit()
    typed = form.report(stored)
    if not good:
        return _page(card, standing, form, typed), 422
    if "fill_total" in request.form:
        form.fill_total()
        return _page(card, standing, form, form.report(stored))
    try:
        filled = Filled(typed, form.explained, form.note.data)
        save_report(report_id, form.version_number, filled, account().id, now())
    except Conflict as refusal:
        return _conflict(report_id, form, refusal), refusal.status
    flash(_("Đã lưu biểu."), "ok")
    return redirect(url_for("dossiers.show", report_id=report_id), 303)


@blueprint.post("/dossiers/<int:report_id>/check")
def check(report_id: int) -> str:
    """What the typed figures come to: outputs only, never an input."""
    card, _standing = _load(report_id, Action.WRITE_DOSSIERS)
    form = ReportForm(_practices())
    form.validate()
    outputs = _outputs(form.report(report_value(card)))
    return render_template("dossiers/_reply.html", faults=list(form.faults()), may_write=True, **outputs)


@blueprint.post("/dossiers/<int:report_id>/submit")
def submit(report_id: int) -> Response | tuple[str, int]:
    card, standing = _load(report_id, Action.WRITE_DOSSIERS)
    try:
        submit_report(report_id, StepForm().version_number, account().id, now())
    except Refused as refusal:
        return _refused(card, standing, refusal)
    flash(_("Đã gửi biểu của %(unit)s.", unit=card.unit_name), "ok")
    return redirect(url_for("dossiers.show", report_id=report_id), 303)


@blueprint.post("/dossiers/<int:report_id>/confirm")
def confirm(report_id: int) -> Response | tuple[str, int]:
    card, standing = _load(report_id, Action.CONFIRM_DOSSIERS)
    try:
        confirm_report(report_id, StepForm().version_number, account().id, now())
    except Refused as refusal:
        return _refused(card, standing, refusal)
    flash(_("Đã xác nhận số liệu."), "ok")
    return redirect(url_for("dossiers.show", report_id=report_id), 303)


@blueprint.post("/dossiers/<int:report_id>/return")
def give_back(report_id: int) -> Response | tuple[str, int]:
    card, standing = _load(report_id, Action.CONFIRM_DOSSIERS)
    form = ReturnForm()
    if not form.validate_on_submit():
        return _stored_page(card, standing, returning=form), 422
    try:
        return_report(report_id, form.version_number, form.reason.data, account().id, now())
    except Refused as refusal:
        return _refused(card, standing, refusal)
    flash(_("Đã trả lại biểu để đơn vị sửa."), "ok")
    return redirect(url_for("dossiers.show", report_id=report_id), 303)


def _load(report_id: int, action: Action) -> tuple[ReportCard, Standing]:
    """The report and the asker's standing to its unit: 404 for strangers, 403 without the right."""
    card = report_card(report_id)
    if card is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return card, load_standing(card.unit_id, action)


def _practices() -> list[tuple[str, object]]:
    return [*choices(OnlinePractice)]


def _stored_form(card: ReportCard, report: Report) -> ReportForm:
    codes = [one.code for one in dossier_checks.broken(report)]
    data = report_form_data(report, card.explanations, codes, version=card.version, note=card.note)
    return ReportForm(_practices(), formdata=None, data=data)


@dataclass(frozen=True, slots=True)
class Told:
    """One check as it is shown: its state and its sentence."""

    code: str
    outcome: str
    text: str


def _told(one: Check) -> Told:
    return Told(one.code, one.outcome.value, dossier_checks.sentence_of(one, count, _))


def _outputs(report: Report) -> dict[str, object]:
    """Checks and rates of the figures, stored or just typed."""
    found = dossier_checks.checks(report)
    main = dossier_checks.checks_of_row(report.total)
    others = [one for one in found if one not in main and one.outcome is dossier_checks.Outcome.HOLDS]
    return {
        "report": report,
        "main_checks": [_told(one) for one in main],
        "held": len(others),
        "broken": [_told(one) for one in found if one.broken],
        "rates": dossier_rates.rates(report),
    }


def _page(
    card: ReportCard,
    standing: Standing,
    form: ReportForm,
    report: Report,
    stored: dict[str, str] | None = None,
    returning: ReturnForm | None = None,
) -> str:
    """The page of one report. ``stored``: cell id → what somebody else saved there meanwhile."""
    form.explain([one.code for one in dossier_checks.broken(report)])
    return render_template(
        "dossiers/page.html",
        card=card,
        form=form,
        stored=stored or {},
        returning=returning or ReturnForm(formdata=None),
        may_write=standing.may(Action.WRITE_DOSSIERS) and card.status is ReportStatus.DRAFT,
        may_confirm=standing.may(Action.CONFIRM_DOSSIERS),
        columns=dossiers.COLUMNS,
        extra_groups=EXTRA_GROUPS,
        extra_words=dossiers.EXTRA_WORDS,
        most_rows=MOST_ROWS,
        **_outputs(report),
    )


def _stored_page(
    card: ReportCard, standing: Standing, refused: str = "", returning: ReturnForm | None = None
) -> str:
    """The page as stored; ``refused`` says why a button did nothing."""
    report = report_value(card)
    form = _stored_form(card, report)
    if refused:
        form.refuse(refused)
    return _page(card, standing, form, report, returning=returning)


def _refused(card: ReportCard, standing: Standing, refusal: Refused) -> tuple[str, int]:
    return _stored_page(report_card(card.id) or card, standing, refusal_text(refusal)), refusal.status


def _conflict(report_id: int, form: ReportForm, refusal: Conflict) -> str:
    """Both values in sight: what was typed stays in the cells, what is stored stands below them."""
    card, standing = _load(report_id, Action.WRITE_DOSSIERS)
    stored = report_value(card)
    typed = form.report(stored)
    form.refuse(refusal_text(refusal))
    form.refuse(
        _(
            "%(who)s lưu lúc %(when)s. Ô nào khác thì số đã lưu hiện ngay dưới ô; bấm «Lưu biểu» lần nữa để ghi "
            "số của bạn.",
            who=card.updated_by or _("Người khác"),
            when=datetime_short(card.updated_at),
        )
    )
    missing = {line.field for line in stored.lines} - {line.field for line in typed.lines}
    if missing:
        form.refuse(_("Dòng chỉ có trong bản đã lưu: %(rows)s.", rows=", ".join(sorted(missing))))
    form.version.data, form.version.raw_data = str(card.version), None
    return _page(card, standing, form, typed, form.compared_with(stored))
