"""The language: chosen at the door, kept in the account, changed without leaving the page."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from app.domain.access import Role
from tests import make
from tests.conftest import Client

Login = Callable[..., Client]
ENGLISH = {"locale": "en", "theme": "auto"}


def test_the_login_page_speaks_vietnamese_first_whatever_the_browser_prefers(client: Client) -> None:
    page = client.get("/login", headers={"Accept-Language": "en"}).text
    assert '<html lang="vi"' in page
    assert "Tên đăng nhập" in page


def test_a_visitor_changes_the_language_and_still_goes_where_he_was_going(client: Client) -> None:
    reply = client.post("/login/language?next=/units?q=cau", data={"locale": "en"})
    assert reply.status_code == 303
    assert reply.location == "/login?next=/units?q%3Dcau"
    page = client.get(reply.location).text
    assert '<html lang="en"' in page
    assert "User name" in page
    assert "Tên đăng nhập" not in page
    user = make.user(Role.ADMIN)
    reply = client.post(reply.location, data={"name": user.name, "password": make.PASSWORD})
    assert reply.location == "/units?q=cau"


def test_a_wrong_password_is_told_in_the_chosen_language(client: Client) -> None:
    client.post("/login/language", data={"locale": "en"})
    reply = client.post("/login", data={"name": "nobody", "password": "wrong"})
    assert reply.status_code == 422
    assert "User name or password is wrong." in reply.text


def test_the_language_chosen_at_the_door_is_the_accounts_from_then_on(client: Client, login: Login) -> None:
    user = make.user(Role.ADMIN, theme="dark")
    client.post("/login/language", data={"locale": "en"})
    client.post("/login", data={"name": user.name, "password": make.PASSWORD})
    assert '<html lang="en"' in client.get("/me").text
    assert (user.locale, user.theme) == ("en", "dark")
    assert '<html lang="en"' in login(user).get("/me").text


def test_without_a_choice_at_the_door_the_account_keeps_its_language(login: Login) -> None:
    user = make.user(Role.ADMIN, locale="en")
    assert '<html lang="en"' in login(user).get("/me").text
    assert user.locale == "en"


@pytest.mark.parametrize("locale", ["", "de", "VI", "../en"])
def test_a_language_there_is_not_is_refused(client: Client, locale: str) -> None:
    assert client.post("/login/language", data={"locale": locale}).status_code == 422
    assert '<html lang="vi"' in client.get("/login").text


def test_the_language_needs_a_token_and_a_post(client: Client) -> None:
    assert client.post("/login/language", data={"locale": "en"}, csrf=False).status_code == 400
    assert client.get("/login/language").status_code == 405


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example", "evil"])
def test_the_language_leads_nobody_out_of_the_app(client: Client, login: Login, target: str) -> None:
    reply = client.post("/login/language", query_string={"next": target}, data={"locale": "en"})
    assert reply.location == "/login"
    person = login(make.user(Role.ADMIN))
    assert person.post("/me/preferences", data=ENGLISH | {"next": target}).location == "/me"


def test_the_menu_changes_the_language_and_comes_back_to_the_page(login: Login) -> None:
    person = login(make.user(Role.ADMIN))
    assert 'name="next" value="/units?q=cau&amp;page=1"' in person.get("/units?q=cau&page=1").text
    reply = person.post("/me/preferences", data=ENGLISH | {"next": "/units?q=cau&page=1"})
    assert (reply.status_code, reply.location) == (303, "/units?q=cau&page=1")
    page = person.get(reply.location).text
    assert '<html lang="en"' in page
    # The page itself says that it worked.
    assert "Saved." not in page


@pytest.mark.parametrize("target", ["/logout", "/nowhere", "/units/close", ""])
def test_an_address_that_cannot_be_opened_leads_to_the_own_account(login: Login, target: str) -> None:
    person = login(make.user(Role.ADMIN))
    assert person.post("/me/preferences", data=ENGLISH | {"next": target}).location == "/me"


def test_on_the_own_account_the_answer_already_speaks_the_new_language(login: Login) -> None:
    person = login(make.user(Role.ADMIN))
    reply = person.post("/me/preferences", data=ENGLISH, follow_redirects=True)
    assert "Saved." in reply.text
