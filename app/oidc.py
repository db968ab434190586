"""Speaks with a provider of identities by OpenID Connect (code with PKCE), and believes nothing unchecked."""

from __future__ import annotations

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

from authlib.common.security import generate_token
from authlib.common.urls import add_params_to_uri
from authlib.integrations.base_client import OAuthError
from authlib.integrations.requests_client import OAuth2Session
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import KeySet
from joserfc.jws import JWSRegistry
from requests import ConnectionError, RequestException, Session, Timeout  # noqa: A004 – of this library

from .domain.identities import Proof, check_subject
from .domain.refusals import Invalid, Refused, sentence

log = logging.getLogger(__name__)

TIMEOUT = 5
# Where the provider's addresses and keys are asked again; a new key is asked for at once, but not at each forgery.
_FRESH = 3600
_KEYS_AGAIN = 60
# A provider that does not answer is left alone for a while: threads that wait for it serve nobody.
_LEFT_ALONE = 15
_LEEWAY = 60
_LARGEST = 2**20
# Signed with a key of the provider's own; neither «none» nor a secret that we share.
ALGORITHMS = ["RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512"]


class Unreachable(Refused):
    """The provider does not answer, or not as a provider does; not the person's fault."""

    status = 503


@dataclass(frozen=True, slots=True)
class Asked:
    """What we keep of a question until its answer comes."""

    address: str
    state: str
    nonce: str
    verifier: str


@dataclass
class Provider:
    """One provider. It is asked when somebody comes, never at the start."""

    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    name: str
    _metadata: dict[str, Any] = field(default_factory=dict, repr=False)
    _asked_at: float = field(default=-_FRESH, repr=False)
    _keys: KeySet | None = field(default=None, repr=False)
    _keys_at: float = field(default=0, repr=False)
    _failed_at: float = field(default=-_LEFT_ALONE, repr=False)
    _lock: Lock = field(default_factory=Lock, repr=False)

    def ask(self, back: str, locale: str) -> Asked:
        """Where the person is sent to, to come ``back`` here."""
        verifier, nonce = generate_token(64), generate_token(32)
        with self._session(redirect_uri=back) as session:
            address, state = session.create_authorization_url(
                self._discovered()["authorization_endpoint"],
                state=generate_token(32),
                nonce=nonce,
                code_verifier=verifier,
                ui_locales=locale,
            )
        return Asked(address, state, nonce, verifier)

    def prove(self, code: str, back: str, nonce: str, verifier: str, now: datetime) -> Proof:
        """Who came back with this code. :class:`Invalid` when the provider or its words say no."""
        address = self._discovered()["token_endpoint"]
        self._leave_alone()
        try:
            with self._session(redirect_uri=back) as session:
                token = session.fetch_token(
                    address,
                    grant_type="authorization_code",
                    code=code,
                    code_verifier=verifier,
                    allow_redirects=False,
                    timeout=TIMEOUT,
                )
        except RequestException as error:
            # A strange answer to a strange code does not shut the door for the others.
            raise self._unreachable(error, isinstance(error, (ConnectionError, Timeout))) from None
        except (OAuthError, ValueError, TypeError, KeyError) as error:
            raise self._not_proven(error) from None
        if not isinstance(token, Mapping) or not isinstance(token.get("id_token"), str):
            raise self._not_proven("no id_token")
        access_token = token.get("access_token")
        return self.read(token["id_token"], nonce, now, access_token if isinstance(access_token, str) else "")

    def read(self, id_token: str, nonce: str, now: datetime, access_token: str = "") -> Proof:
        """What an ID token proves: signed by the provider, for us, for this question, now."""
        registry = JWSRegistry(algorithms=ALGORITHMS, strict_check_header=False)
        try:
            try:
                token = jwt.decode(id_token, self._key_set(), registry=registry)
            except InvalidKeyIdError:
                token = jwt.decode(id_token, self._key_set(again=True), registry=registry)
            claims = CodeIDToken(
                token.claims,
                token.header,
                {
                    "iss": {"essential": True, "value": self.issuer},
                    "aud": {"essential": True, "value": self.client_id},
                    "sub": {"essential": True},
                },
                {"nonce": nonce, "client_id": self.client_id, "access_token": access_token},
            )
            claims.validate(now=int(now.timestamp()), leeway=_LEEWAY)
            subject = claims["sub"]
            if not nonce or not isinstance(subject, str):
                raise self._not_proven("no nonce, or a subject that is no text")
            check_subject(subject)
        except (JoseError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise self._not_proven(error) from None
        return Proof(self.issuer, subject, nonce)

    def speaks(self, issuer: str | None) -> bool:
        """Whether an answer that names this issuer may be from this provider (RFC 9207: no mix-up of two)."""
        if issuer is None:
            return not self._metadata.get("authorization_response_iss_parameter_supported")
        return issuer == self.issuer

    def sign_out_address(self) -> str | None:
        """Where one signs out at the provider too; only if that is known already."""
        address = self._metadata.get("end_session_endpoint")
        return add_params_to_uri(address, [("client_id", self.client_id)]) if address else None

    def _session(self, **options: Any) -> OAuth2Session:
        ways = self._discovered().get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        return OAuth2Session(
            self.client_id,
            self.client_secret,
            token_endpoint_auth_method=way,
            scope="openid",
            code_challenge_method="S256",
            default_timeout=TIMEOUT,
            **options,
        )

    def _discovered(self) -> dict[str, Any]:
        """The provider's own description, read again once an hour; the old one serves while it is down."""
        if time.monotonic() - self._asked_at < _FRESH:
            return self._metadata
        with self._lock:
            if time.monotonic() - self._asked_at < _FRESH:
                return self._metadata
            try:
                self._metadata = self._description()
                self._asked_at = time.monotonic()
            except Unreachable:
                if not self._metadata:
                    raise
            return self._metadata

    def _description(self) -> dict[str, Any]:
        found = self._get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        if found.get("issuer") != self.issuer:
            raise self._unreachable(f"describes itself as {found.get('issuer')!r}")
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            if not _is_safe(found.get(name)):
                raise self._unreachable(f"{name} is {found.get(name)!r}")
        if not _is_safe(found.get("end_session_endpoint")):
            found.pop("end_session_endpoint", None)
        return found

    def _key_set(self, again: bool = False) -> KeySet:
        known, age = self._keys, time.monotonic() - self._keys_at
        if known is not None and age < (_KEYS_AGAIN if again else _FRESH):
            return known
        address = self._discovered()["jwks_uri"]
        with self._lock:
            if self._keys is known:
                try:
                    self._keys = KeySet.import_key_set(self._get(address))  # type: ignore[arg-type]
                except (JoseError, ValueError, TypeError, KeyError) as error:
                    raise self._unreachable(error) from None
                self._keys_at = time.monotonic()
        assert self._keys is not None  # noqa: S101 – for the type checker
        return self._keys

    def _get(self, address: str) -> dict[str, Any]:
        """A JSON object from the provider; once it has failed, it is not asked again for a while."""
        self._leave_alone()
        try:
            with Session() as session:
                reply = session.get(address, timeout=TIMEOUT, allow_redirects=False)
            if reply.status_code != 200 or len(reply.content) > _LARGEST:
                raise self._unreachable(f"{address} answers {reply.status_code}")
            found = reply.json()
        except (RequestException, ValueError) as error:
            raise self._unreachable(error) from None
        if not isinstance(found, dict):
            raise self._unreachable(f"{address} answers something else")
        return found

    def _leave_alone(self) -> None:
        if time.monotonic() - self._failed_at < _LEFT_ALONE:
            raise self._unreachable("left alone", failed=False)

    def _unreachable(self, reason: object, failed: bool = True) -> Unreachable:
        if failed:
            self._failed_at = time.monotonic()
            log.warning("OpenID provider %s: %r", self.issuer, reason)
        return Unreachable(
            sentence("Không liên lạc được với «%(name)s». Hãy thử lại sau ít phút."), name=self.name
        )

    def _not_proven(self, reason: object) -> Invalid:
        log.warning("OpenID provider %s: not proven: %r", self.issuer, reason)
        return Invalid(sentence("«%(name)s» không xác nhận được bạn. Hãy bấm đăng nhập lại."), name=self.name)


def open_provider(issuer: str, client_id: str, client_secret: str, name: str) -> Provider:
    """:class:`ValueError` with a sentence when the issuer cannot be one."""
    if not _is_safe(issuer) or urlsplit(issuer).query or urlsplit(issuer).fragment:
        raise ValueError("phải là địa chỉ https://… của nhà cung cấp, không có «?» và «#».")
    return Provider(issuer, client_id, client_secret, name)


def _is_safe(address: object) -> bool:
    """HTTPS; plain HTTP only on this machine, for trying out."""
    if not isinstance(address, str) or any(c.isspace() for c in address):
        return False
    try:
        parts = urlsplit(address)
        _ = parts.port
    except ValueError:
        return False
    if parts.username or parts.password or not parts.hostname:
        return False
    return parts.scheme == "https" or (
        parts.scheme == "http" and parts.hostname in {"127.0.0.1", "localhost", "::1"}
    )
