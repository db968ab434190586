"""Settings from ``SOAT_*`` variables; a wrong value stops the start with a sentence."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit

from sqlalchemy.engine import make_url
from sqlalchemy.exc import ArgumentError

from .domain.reminders import Hours, is_address
from .mail import Mailer, open_mailer
from .oidc import Provider, open_provider
from .storage import Store, open_store

T = TypeVar("T")


class WrongSetting(SystemExit):
    """A setting that cannot be used; the text is shown and the program ends."""

    def __init__(self, name: str, reason: str) -> None:
        super().__init__(f"SOAT_{name}: {reason}")


@dataclass(frozen=True)
class Settings:
    """What the operator may choose; every field has a safe default."""

    data_dir: Path
    database_url: str
    secret_key: str
    secret_key_fallbacks: tuple[str, ...]
    port: int
    session_hours: int
    session_idle_minutes: int
    require_totp: bool
    secure_cookies: bool
    proxies: int
    trusted_hosts: tuple[str, ...]
    upload_mb: int
    storage: Store
    keep_lists_days: int
    idle_days: int
    oidc: Provider | None
    password_login: bool
    public_url: str
    security_contact: str
    mailer: Mailer | None
    quiet_hours: Hours | None
    testing: bool
    fast_hashes: bool

    @property
    def secret_keys(self) -> tuple[str, ...]:
        """The key that signs and encrypts, then those before it, which are still believed."""
        return (self.secret_key, *self.secret_key_fallbacks)


def read_settings(overrides: Mapping[str, Any] | None = None) -> Settings:
    """Settings from the environment, then ``overrides`` (names without ``SOAT_``, as tests give them)."""
    given: dict[str, Any] = {
        name.removeprefix("SOAT_"): value for name, value in os.environ.items() if name.startswith("SOAT_")
    }
    given.update(overrides or {})
    data_dir = Path(given.get("DATA_DIR") or "instance").absolute()
    testing = _flag(given, "TESTING", False)
    oidc = _provider(given)
    public_url = _public_url(given)
    return Settings(
        data_dir=data_dir,
        database_url=_database_url(given, data_dir),
        secret_key=str(given.get("SECRET_KEY") or _kept_secret(data_dir)),
        secret_key_fallbacks=_words(given, "SECRET_KEY_FALLBACKS"),
        port=_number(given, "PORT", 8000, 1, 65535),
        session_hours=_number(given, "SESSION_HOURS", 12, 1, 168),
        session_idle_minutes=_number(given, "SESSION_IDLE_MINUTES", 600, 5, 10080),
        require_totp=_flag(given, "REQUIRE_TOTP", False),
        secure_cookies=_flag(given, "SECURE_COOKIES", False),
        proxies=_number(given, "PROXIES", 0, 0, 5),
        trusted_hosts=_words(given, "TRUSTED_HOSTS"),
        upload_mb=_number(given, "UPLOAD_MB", 15, 1, 100),
        storage=_store(given, data_dir),
        keep_lists_days=_number(given, "KEEP_LISTS_DAYS", 30, 1, 3650),
        idle_days=_number(given, "IDLE_DAYS", 45, 0, 3650),
        oidc=oidc,
        password_login=_password_login(given, oidc),
        public_url=public_url,
        security_contact=_security_contact(given),
        mailer=_mailer(given, public_url),
        quiet_hours=_quiet_hours(given),
        testing=testing,
        fast_hashes=testing,
    )


def _words(given: Mapping[str, Any], name: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in str(given.get(name) or "").split(",") if word.strip())


def _number(given: Mapping[str, Any], name: str, default: int, least: int, most: int) -> int:
    raw = given.get(name)
    if raw in (None, ""):
        return default
    try:
        value = int(str(raw))
    except ValueError:
        value = least - 1
    if not least <= value <= most:
        raise WrongSetting(name, f"phải là số nguyên từ {least} đến {most}, không phải «{raw}».")
    return value


def _flag(given: Mapping[str, Any], name: str, default: bool) -> bool:
    raw = given.get(name)
    if raw in (None, ""):
        return default
    words: Mapping[str, bool] = {
        "1": True,
        "true": True,
        "yes": True,
        "0": False,
        "false": False,
        "no": False,
    }
    try:
        return words[str(raw).lower()]
    except KeyError:
        raise WrongSetting(name, f"phải là 1 hoặc 0, không phải «{raw}».") from None


def _database_url(given: Mapping[str, Any], data_dir: Path) -> str:
    raw = given.get("DATABASE_URL")
    if not raw:
        _folder(data_dir)
        return f"sqlite:///{data_dir / 'soat.db'}"
    try:
        url = make_url(str(raw))
    except (ArgumentError, ValueError):
        raise WrongSetting("DATABASE_URL", "không đọc được địa chỉ cơ sở dữ liệu.") from None
    if url.get_backend_name() == "postgresql":
        # psycopg 3 is what is installed; a plain postgresql:// would ask for psycopg2.
        return url.set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
    if url.get_backend_name() == "sqlite":
        return str(raw)
    raise WrongSetting("DATABASE_URL", "chỉ dùng sqlite:/// hoặc postgresql://.")


def _store(given: Mapping[str, Any], data_dir: Path) -> Store:
    try:
        return open_store(str(given.get("STORAGE") or ""), data_dir)
    except ValueError as error:
        raise WrongSetting("STORAGE", str(error)) from None


def _provider(given: Mapping[str, Any]) -> Provider | None:
    issuer, client, secret, name = (
        str(given.get(f"OIDC_{word}") or "").strip()
        for word in ("ISSUER", "CLIENT_ID", "CLIENT_SECRET", "NAME")
    )
    if not issuer:
        for word, value in (("CLIENT_ID", client), ("CLIENT_SECRET", secret)):
            if value:
                raise WrongSetting(f"OIDC_{word}", "cần có SOAT_OIDC_ISSUER đi cùng.")
        return None
    for word, value in (("CLIENT_ID", client), ("CLIENT_SECRET", secret)):
        if not value:
            raise WrongSetting(f"OIDC_{word}", "cần có khi đã đặt SOAT_OIDC_ISSUER.")
    if len(name) > 60 or not name.isprintable():
        raise WrongSetting("OIDC_NAME", "là tên hiện trên nút đăng nhập, tối đa 60 ký tự trên một dòng.")
    try:
        return open_provider(issuer, client, secret, name or urlsplit(issuer).hostname or issuer)
    except ValueError as error:
        raise WrongSetting("OIDC_ISSUER", str(error)) from None


def _password_login(given: Mapping[str, Any], oidc: Provider | None) -> bool:
    allowed = _flag(given, "PASSWORD_LOGIN", True)
    if not allowed and oidc is None:
        raise WrongSetting(
            "PASSWORD_LOGIN", "chỉ tắt được khi đã đặt SOAT_OIDC_ISSUER, nếu không sẽ không ai vào được."
        )
    return allowed


def _public_url(given: Mapping[str, Any]) -> str:
    """Where people open the app; letters lead there."""
    raw = str(given.get("PUBLIC_URL") or "").strip()
    if not raw:
        return ""
    try:
        parts = urlsplit(raw)
        fits = parts.port is None or parts.port > 0
    except ValueError:
        parts, fits = urlsplit(""), False
    plain = not (parts.query or parts.fragment or parts.username) and raw.isascii() and raw.isprintable()
    if not (fits and plain and parts.scheme in {"http", "https"} and parts.hostname and " " not in raw):
        raise WrongSetting("PUBLIC_URL", "phải có dạng https://soat.example.vn.")
    return raw.rstrip("/")


def _security_contact(given: Mapping[str, Any]) -> str:
    """Whom to tell about a weakness, as an address that security.txt may hold."""
    raw = str(given.get("SECURITY_CONTACT") or "").strip()
    if not raw:
        return ""
    mail = raw.removeprefix("mailto:")
    if is_address(mail):
        return f"mailto:{mail}"
    if re.fullmatch(r"https://[!-~]+|tel:\+?[0-9-]+", raw):
        return raw
    raise WrongSetting(
        "SECURITY_CONTACT", "phải là một địa chỉ thư, https://… hoặc tel:+84…, ví dụ attt@haiphong.gov.vn."
    )


def _mailer(given: Mapping[str, Any], public_url: str) -> Mailer | None:
    url, sender = (str(given.get(word) or "").strip() for word in ("SMTP_URL", "MAIL_FROM"))
    if sender and not is_address(sender):
        raise WrongSetting("MAIL_FROM", "phải là một địa chỉ thư, ví dụ soat@haiphong.gov.vn.")
    if not url:
        return None
    if not sender:
        raise WrongSetting("MAIL_FROM", "cần có khi đã đặt SOAT_SMTP_URL.")
    if not public_url:
        raise WrongSetting("PUBLIC_URL", "cần có khi đã đặt SOAT_SMTP_URL, vì thư dẫn đến trang này.")
    try:
        return open_mailer(url, sender)
    except ValueError as error:
        raise WrongSetting("SMTP_URL", str(error)) from None


def _quiet_hours(given: Mapping[str, Any]) -> Hours | None:
    """«20-7»: from 20:00 until 7:00 nothing is mailed; «off»: at any hour."""
    raw = str(given.get("QUIET_HOURS") or "20-7").strip()
    if raw == "off":
        return None
    found = re.fullmatch(r"([0-9]{1,2})-([0-9]{1,2})", raw)
    hours = Hours(int(found[1]), int(found[2])) if found else Hours(24, 24)
    if max(hours) > 23 or hours.start == hours.end:
        raise WrongSetting(
            "QUIET_HOURS", f"phải là hai giờ khác nhau như 20-7, hoặc off, không phải «{raw}»."
        )
    return hours


def _kept_secret(data_dir: Path) -> str:
    """The signing key: made once, kept in the data folder, readable by the owner only."""
    path = data_dir / "secret-key"
    _folder(data_dir)
    try:
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
    except FileExistsError:
        pass
    return _using(path, path.read_text).strip()


def _folder(path: Path) -> None:
    _using(path, lambda: path.mkdir(parents=True, exist_ok=True))


def _using(path: Path, action: Callable[[], T]) -> T:
    try:
        return action()
    except OSError as error:
        raise WrongSetting("DATA_DIR", f"không dùng được «{path}» ({error.strerror}).") from None
