"""Runs in Canaille's own environment: ``python serve.py``, with what it shall know as JSON on standard input.

Nothing of the protocol is ours: this file only registers one client and a few people, and opens the port.
"""

from __future__ import annotations

import json
import sys

from canaille import create_app
from canaille.app import models
from canaille.backends import Backend
from werkzeug.serving import make_server


def main() -> None:
    wanted = json.load(sys.stdin)
    app = create_app(
        {
            "SECRET_KEY": "for tests only",
            "SERVER_NAME": wanted["host"],
            "PREFERRED_URL_SCHEME": "http",
            "CANAILLE": {
                "DATABASE": "sql",
                # Its scripts break its own policy, which a browser test of ours would report.
                "JAVASCRIPT": False,
                "SMTP": None,
                "CAPTCHA_ENABLED": False,
                "ENABLE_PASSWORD_COMPROMISSION_CHECK": False,
                "ACL": {"DEFAULT": {"PERMISSIONS": ["use_oidc"]}},
            },
            # Hashes as quick as they come: these passwords guard nothing.
            "CANAILLE_SQL": {
                "DATABASE_URI": f"sqlite:///{wanted['database']}",
                "PASSWORD_HASH_PARAMS": {"pbkdf2_sha512__rounds": 1},
            },
            "CANAILLE_OIDC": {"ACTIVE_JWKS": [wanted["key"]], "TRUSTED_DOMAINS": ["khac.vi.du"]},
        },
        env_file="",
    )
    with app.app_context():
        for name in wanted["people"]:
            person = models.User(
                user_name=name,
                formatted_name=name,
                family_name=name,
                emails=[f"{name}@vi.du"],
                password=wanted["password"],
            )
            Backend.instance.save(person)
        client = models.Client(
            client_id=wanted["client_id"],
            client_secret=wanted["client_secret"],
            client_name="Soát",
            client_uri="https://soat.vi.du",
            redirect_uris=wanted["redirect_uris"],
            grant_types=["authorization_code"],
            response_types=["code"],
            scope=["openid"],
            token_endpoint_auth_method="client_secret_basic",
        )
        # As Canaille's own page for new clients does: its tokens are for the client itself.
        Backend.instance.save(client)
        client.audience = [client]
        Backend.instance.save(client)
    host, port = wanted["host"].split(":")
    make_server(host, int(port), app, threaded=True).serve_forever()


main()
