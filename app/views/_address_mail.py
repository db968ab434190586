"""The letter that asks whether a mail address is right: its link, its words, and its way out of a request."""

from __future__ import annotations

from datetime import UTC, datetime
from threading import Thread

from flask import Flask, current_app, flash, render_template
from flask_babel import force_locale
from flask_babel import gettext as _
from itsdangerous import BadData, URLSafeTimedSerializer

from ..domain.addresses import LINK_LASTS
from ..domain.reminders import Recipient
from ..queries.addresses import LetterCard, address_card, letter_just_asked
from ..queries.reading import end_reading
from ..services.addresses import send_letters
from ._login import now, settings

# Mail servers answer at once or not at all: nobody waits for more at a page.
_PATIENCE = 4.0


def _seal() -> URLSafeTimedSerializer:
    return URLSafeTimedSerializer(str(current_app.secret_key), salt="address")


def letter_id_of(token: str) -> int | None:
    """The letter a link belongs to; none when somebody touched it or it is too old."""
    try:
        id_ = _seal().loads(token, max_age=int(LINK_LASTS.total_seconds()))
    except BadData:
        return None
    return id_ if isinstance(id_, int) else None


def token_of(letter_id: int) -> str:
    return str(_seal().dumps(letter_id))


def link_of(letter_id: int) -> str:
    """The address of the page where the word is given, as people open it."""
    path = current_app.url_map.bind("localhost").build("addresses.show", {"token": token_of(letter_id)})
    return settings().public_url + path


def write_letter(card: LetterCard) -> tuple[str, str, str]:
    """Subject, text and HTML, in the language of whose address it is."""
    values = {"card": card, "link": link_of(card.id), "until": card.asked_at + LINK_LASTS}
    # A command asks for no page: an empty request stands in, so that templates work as they do on pages.
    with current_app.test_request_context(base_url="http://localhost"), force_locale(card.locale):
        text = render_template("mail/address.txt", **values)
        html = render_template("mail/address.html", **values)
        return _("[Soát] Xác nhận địa chỉ thư"), text, html


def send_asked(recipient: Recipient) -> None:
    """Sends the letter that the verb of this request asked for, and says what became of it.

    A mail server may take its time: after a few seconds the page comes all the same.
    """
    mailer, card = settings().mailer, letter_just_asked(recipient, now())
    if card is None or mailer is None:
        if mailer is not None and address_card(recipient).state.value == "unconfirmed":
            flash(_("Địa chỉ chưa được xác nhận; thư xác nhận gửi được sau ít phút nữa."), "warn")
        return
    written = write_letter(card)
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    end_reading()
    sent: list[int] = []

    def hand_in() -> None:
        with app.app_context():
            sent.append(send_letters(mailer, [card], lambda _card: written, datetime.now(UTC)))

    work = Thread(target=hand_in, name=f"letter-{card.id}", daemon=True)
    work.start()
    work.join(None if app.testing else _PATIENCE)
    if sent == [1]:
        flash(
            _("Đã gửi thư xác nhận tới %(email)s; hãy mở thư và bấm vào đường dẫn.", email=card.address), "ok"
        )
    elif work.is_alive():
        flash(_("Thư xác nhận tới %(email)s đang được gửi.", email=card.address), "info")
    else:
        flash(
            _(
                "Chưa gửi được thư xác nhận tới %(email)s; nhắc việc vẫn hiện trong ứng dụng, thư được gửi lại ở "
                "lần nhắc việc sau.",
                email=card.address,
            ),
            "warn",
        )
