"""/mail/confirm/…: the page a letter leads to; and asking for the letter once more."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from ..domain.access import Action
from ..domain.refusals import Conflict, Limited, Missing, sentence
from ..domain.reminders import Recipient
from ..queries.addresses import LetterCard, letter_card
from ..queries.units import get_unit
from ..services import addresses as verbs
from ._address_mail import letter_id_of, send_asked
from ._errors import refusal_text
from ._load import allow
from ._login import account, now, settings

blueprint = Blueprint("addresses", __name__)


def _load(token: str) -> LetterCard:
    """Public: the link itself is the proof. One that was touched, or is too old, is told apart from no other."""
    letter_id = letter_id_of(token)
    card = letter_card(letter_id) if letter_id else None
    if card is None:
        raise Missing(
            sentence(
                "Đường dẫn xác nhận này không đúng hoặc đã quá hạn. Hãy gửi lại thư xác nhận ở trang nhắc việc."
            )
        )
    return card


@blueprint.get("/mail/confirm/<token>")
def show(token: str) -> tuple[str, int]:
    """Looking changes nothing: mail programs open links by themselves."""
    card = _load(token)
    good = card.is_good(now())
    status = 200 if good or card.is_confirmed else 409
    return render_template("addresses/page.html", card=card, good=good, token=token), status


@blueprint.post("/mail/confirm/<token>")
def confirm(token: str) -> Response:
    verbs.confirm_address(_load(token).id, now())
    return redirect(url_for("addresses.show", token=token), 303)


@blueprint.post("/me/reminders/letter")
def ask_own() -> Response:
    allow(Action.OWN_ACCOUNT)
    return _ask(Recipient(account().id), url_for("notices.wishes"))


@blueprint.post("/units/<int:unit_id>/reminders/letter")
def ask_unit(unit_id: int) -> Response:
    allow(Action.WRITE_UNITS)
    if get_unit(unit_id) is None:
        raise Missing(sentence("Không tìm thấy nội dung này."))
    return _ask(Recipient(None, unit_id), url_for("notices.mailbox", unit_id=unit_id))


def _ask(recipient: Recipient, back: str) -> Response:
    if settings().mailer is None:
        raise Conflict(sentence("Máy chủ này chưa được đặt để gửi thư."))
    try:
        verbs.ask_again(recipient, account().id, now())
    except Limited as refusal:
        # Told on the page where the letter is asked for, beside the address.
        flash(refusal_text(refusal), "warn")
    else:
        send_asked(recipient)
    return redirect(back, 303)
