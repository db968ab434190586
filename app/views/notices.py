"""/notices: one's own digests of reminders; /me/reminders and /units/…/reminders: where mail goes, and when."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Missing, Refused, sentence
from ..domain.reminders import Recipient, by_unit
from ..forms.reminders import MailboxForm, SeenForm, WishesForm, shown
from ..models import Unit
from ..queries.addresses import address_card
from ..queries.news import my_news
from ..queries.notices import my_notice, my_notices, wishes_of
from ..queries.units import get_unit
from ..services import reminders as verbs
from ._address_mail import send_asked
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings

blueprint = Blueprint("notices", __name__)


@blueprint.get("/notices")
def index() -> str:
    allow(Action.OWN_ACCOUNT)
    page = request.args.get("page", "")
    number = int(page) if page.isascii() and page.isdecimal() and len(page) < 7 else 1
    return render_template(
        "notices/index.html",
        notices=my_notices(account().id, number),
        news=my_news(account().id, now()),
        until=now().isoformat(),
    )


@blueprint.get("/notices/<int:notice_id>")
def show(notice_id: int) -> str:
    allow(Action.OWN_ACCOUNT)
    notice = my_notice(account().id, notice_id)
    if notice is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return render_template("notices/page.html", notice=notice, groups=by_unit(notice.lines))


@blueprint.post("/notices/<int:notice_id>/read")
def read(notice_id: int) -> Response:
    """Opened from the list is read: a row not read yet is a button, since looking at an address writes nothing."""
    allow(Action.OWN_ACCOUNT)
    verbs.read_notice(account().id, notice_id, now())
    back = url_for("notices.index")
    return redirect(url_for("notices.show", notice_id=notice_id) if "open" in request.form else back, 303)


@blueprint.post("/notices/read")
def read_all() -> Response:
    allow(Action.OWN_ACCOUNT)
    verbs.read_all_notices(account().id, SeenForm().moment(now()), now())
    flash(_("Đã đánh dấu đã đọc tất cả."), "ok")
    return redirect(url_for("notices.index"), 303)


@blueprint.route("/me/reminders", methods=["GET", "POST"])
def wishes() -> str | tuple[str, int] | Response:
    allow(Action.OWN_ACCOUNT)
    kept = wishes_of(account().id)
    form = WishesForm(
        email=kept.email,
        mail_digest=kept.mail_digest,
        quiet_from=shown(kept.quiet_from),
        quiet_to=shown(kept.quiet_to),
    )
    usual = kept.unit or settings().quiet_hours

    def page() -> str:
        return render_template(
            "notices/wishes.html",
            form=form,
            usual=usual,
            card=address_card(Recipient(account().id)),
            mailer=settings().mailer,
        )

    if request.method == "GET":
        return page()
    if not form.validate():
        return page(), 422
    try:
        verbs.set_own_wishes(
            account().id,
            form.email.data,
            form.mail_digest.data,
            *form.hours,
            now(),
            with_mail=settings().mailer is not None,
        )
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return page(), refusal.status
    flash(_("Đã lưu."), "ok")
    if form.email.data != kept.email:
        send_asked(Recipient(account().id))
    return redirect(url_for("notices.wishes"), 303)


@blueprint.route("/units/<int:unit_id>/reminders", methods=["GET", "POST"])
def mailbox(unit_id: int) -> str | tuple[str, int] | Response:
    allow(Action.WRITE_UNITS)
    unit = get_unit(unit_id)
    if unit is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    before = unit.email
    form = MailboxForm(email=unit.email, quiet_from=shown(unit.quiet_from), quiet_to=shown(unit.quiet_to))
    if request.method == "GET":
        return _mailbox_page(form, unit)
    if not form.validate():
        return _mailbox_page(form, unit), 422
    try:
        with_mail = settings().mailer is not None
        verbs.set_mailbox(unit_id, form.email.data, *form.hours, account().id, now(), with_mail=with_mail)
    except Refused as refusal:
        form.refuse(refusal_text(refusal), refusal.field)
        return _mailbox_page(form, unit), refusal.status
    flash(_("Đã lưu."), "ok")
    if form.email.data != before:
        send_asked(Recipient(None, unit_id))
    return redirect(url_for("units.show", unit_id=unit_id), 303)


def _mailbox_page(form: MailboxForm, unit: Unit) -> str:
    return render_template(
        "notices/mailbox.html",
        form=form,
        unit=unit,
        card=address_card(Recipient(None, unit.id)),
        usual=settings().quiet_hours,
        mailer=settings().mailer,
    )
