"""A form that met the end of its session: sign in, see what was typed, send it again."""

from __future__ import annotations

from flask import Response, current_app, g, make_response, render_template
from flask_login import current_user

from ..forms.users import LoginForm
from ..queries.users import demo_accounts
from ._typed import Parcel, packed


def sign_in_again() -> Response | None:
    """The door with the refused post in it; ``None`` when there is nothing to keep."""
    found = packed()
    if found is None:
        return None
    parcel, sealed = found
    page = login_page(LoginForm(formdata=None), parcel, sealed)
    return make_response(page, 401)


def login_page(form: LoginForm, parcel: Parcel | None = None, sealed: str = "") -> str:
    chosen = current_app.config["SOAT"]
    return render_template(
        "login/page.html",
        form=form,
        demo_accounts=demo_accounts() if chosen.password_login else [],
        provider=chosen.oidc,
        with_password=chosen.password_login,
        parcel=parcel,
        sealed=sealed,
    )


def send_again(parcel: Parcel, code: int = 200) -> Response:
    """What was typed, with a button that sends it to where it was going, under the session of now."""
    # The session may be younger than this request's first token.
    g.pop("csrf_token", None)
    return make_response(render_template("login/typed.html", parcel=parcel), code)


def with_a_new_token() -> Response | None:
    """For a post whose token is not this session's; ``None`` when it cannot simply be sent again."""
    if not current_user.is_authenticated:
        return sign_in_again()
    found = packed()
    mine = found and found[0].person in {None, current_user.principal.id}
    return send_again(found[0], 400) if found and mine else None
