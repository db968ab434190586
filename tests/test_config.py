"""Settings: safe defaults, and a plain sentence for every value that cannot be used."""

from __future__ import annotations

import os
import stat

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app import create_app
from app.config import WrongSetting, read_settings


@pytest.fixture(autouse=True)
def no_settings_of_the_machine(monkeypatch, tmp_path):
    for name in list(os.environ):
        if name.startswith("SOAT_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_without_any_setting_everything_is_safe_and_local(tmp_path):
    settings = read_settings()
    assert settings.data_dir == tmp_path / "instance"
    assert settings.database_url == f"sqlite:///{tmp_path / 'instance' / 'soat.db'}"
    assert (settings.port, settings.session_hours, settings.testing) == (8000, 12, False)
    assert not settings.fast_hashes
    # A working day on a tablet, with its lunch, without signing in again.
    assert settings.session_idle_minutes >= 8 * 60
    assert (settings.oidc, settings.password_login) == (None, True)
    assert len(settings.secret_key) >= 48


def test_the_secret_key_is_made_once_and_is_the_owners_alone(tmp_path):
    first = read_settings({"DATA_DIR": str(tmp_path / "a")})
    assert read_settings({"DATA_DIR": str(tmp_path / "a")}).secret_key == first.secret_key
    assert read_settings({"DATA_DIR": str(tmp_path / "b")}).secret_key != first.secret_key
    mode = stat.S_IMODE((tmp_path / "a" / "secret-key").stat().st_mode)
    assert mode == 0o600


def test_the_environment_is_read_and_what_is_given_directly_wins(monkeypatch, tmp_path):
    monkeypatch.setenv("SOAT_PORT", "9000")
    monkeypatch.setenv("SOAT_DATA_DIR", str(tmp_path / "data"))
    monkeypatch.setenv("SOAT_TRUSTED_HOSTS", "soat.vi.du, localhost ,")
    settings = read_settings({"PORT": 9001})
    assert settings.port == 9001
    assert settings.data_dir == tmp_path / "data"
    assert settings.trusted_hosts == ("soat.vi.du", "localhost")


def test_an_empty_value_is_the_default():
    settings = read_settings({"PORT": "", "DATABASE_URL": "", "SECURE_COOKIES": "", "SECRET_KEY": ""})
    assert settings.port == 8000
    assert settings.database_url.startswith("sqlite:///")


@pytest.mark.parametrize(
    ("word", "on"), [("1", True), ("true", True), ("YES", True), ("0", False), ("No", False)]
)
def test_a_switch_takes_plain_words(word, on):
    assert read_settings({"SECURE_COOKIES": word}).secure_cookies is on


def test_postgresql_is_opened_with_the_driver_that_is_installed():
    for url in ("postgresql://soat@db/soat", "postgresql+psycopg2://soat@db/soat"):
        assert read_settings({"DATABASE_URL": url}).database_url == "postgresql+psycopg://soat@db/soat"
    kept = read_settings(
        {"DATABASE_URL": "postgresql://soat:m%40t@db:5433/soat?sslmode=require"}
    ).database_url
    assert kept == "postgresql+psycopg://soat:m%40t@db:5433/soat?sslmode=require"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "0"),
        ("PORT", "65536"),
        ("PORT", "tám nghìn"),
        ("PORT", "80.5"),
        ("SESSION_HOURS", "0"),
        ("SESSION_IDLE_MINUTES", "-1"),
        ("SECURE_COOKIES", "có"),
        ("TESTING", "2"),
        ("DATABASE_URL", "soat.db"),
        ("DATABASE_URL", "mysql://soat@db/soat"),
        ("DATABASE_URL", "oracle://x"),
        ("DATABASE_URL", "postgresql://soat@db:cổng/soat"),
        ("DATABASE_URL", "postgresql://[::1/soat"),
        ("DATABASE_URL", "://"),
    ],
)
def test_a_wrong_value_stops_the_start_with_a_sentence(name, value):
    with pytest.raises(WrongSetting) as stop:
        create_app({"SECRET_KEY": "x", name: value})
    sentence = str(stop.value)
    assert sentence.startswith(f"SOAT_{name}: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence


OIDC = {"OIDC_ISSUER": "https://id.vi.du", "OIDC_CLIENT_ID": "soat", "OIDC_CLIENT_SECRET": "bi-mat"}


def test_a_provider_of_identities_is_known_by_its_settings_and_not_asked_at_the_start():
    settings = read_settings({"SECRET_KEY": "x", **OIDC})
    assert settings.oidc
    assert (settings.oidc.issuer, settings.oidc.client_id) == ("https://id.vi.du", "soat")
    assert settings.oidc.name == "id.vi.du", "without a name of its own"
    assert "bi-mat" not in repr(settings)
    assert not read_settings({"SECRET_KEY": "x", "PASSWORD_LOGIN": "0", **OIDC}).password_login


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("OIDC_ISSUER", OIDC | {"OIDC_ISSUER": "http://id.vi.du"}),
        ("OIDC_ISSUER", OIDC | {"OIDC_ISSUER": "id.vi.du"}),
        ("OIDC_ISSUER", OIDC | {"OIDC_ISSUER": "https://a:b@id.vi.du"}),
        ("OIDC_ISSUER", OIDC | {"OIDC_ISSUER": "https://id.vi.du:cổng"}),
        ("OIDC_ISSUER", OIDC | {"OIDC_ISSUER": "https://id.vi.du/?x=1"}),
        ("OIDC_CLIENT_ID", OIDC | {"OIDC_CLIENT_ID": ""}),
        ("OIDC_CLIENT_SECRET", OIDC | {"OIDC_CLIENT_SECRET": " "}),
        ("OIDC_CLIENT_ID", OIDC | {"OIDC_ISSUER": ""}),
        ("OIDC_NAME", OIDC | {"OIDC_NAME": "x" * 61}),
        ("PASSWORD_LOGIN", {"PASSWORD_LOGIN": "0"}),
    ],
)
def test_a_provider_that_is_half_set_stops_the_start_with_a_sentence(name, given):
    with pytest.raises(WrongSetting) as stop:
        read_settings({"SECRET_KEY": "x", **given})
    assert str(stop.value).startswith(f"SOAT_{name}: ")
    assert str(stop.value).endswith(".")
    assert "bi-mat" not in str(stop.value)


def test_a_data_folder_that_cannot_be_used_is_named(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(WrongSetting, match=r"^SOAT_DATA_DIR: không dùng được .*file") as stop:
        read_settings({"DATA_DIR": str(tmp_path / "file" / "data")})
    assert isinstance(stop.value, SystemExit), "the program ends, without a traceback"


def test_a_password_in_a_wrong_address_is_not_shown():
    with pytest.raises(WrongSetting) as stop:
        read_settings({"DATABASE_URL": "mysql://soat:bi-mat@db/soat", "SECRET_KEY": "x"})
    assert "bi-mat" not in str(stop.value)


words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=40)


@given(
    st.sampled_from(
        ["PORT", "SESSION_HOURS", "SESSION_IDLE_MINUTES", "SECURE_COOKIES", "TESTING", "DATABASE_URL"]
    ),
    words | words.map("postgresql://{}".format) | words.map("sqlite:///{}".format),
)
def test_any_text_is_either_taken_or_refused_with_a_sentence(tmp_path_factory, name, value):
    folder = tmp_path_factory.getbasetemp() / "any"
    try:
        read_settings({"SECRET_KEY": "x", "DATA_DIR": str(folder), name: value})
    except WrongSetting as stop:
        assert str(stop).startswith(f"SOAT_{name}: ")
