"""/healthz and /readyz: what machines ask."""

from __future__ import annotations

from app import create_app


def test_both_answer_without_an_account(client):
    for address in ("/healthz", "/readyz"):
        reply = client.get(address)
        assert (reply.status_code, reply.json) == (200, {"status": "ok"})


def test_the_process_answers_without_asking_the_database(client, count_statements):
    with count_statements() as statements:
        client.get("/healthz")
    assert statements == []


def test_without_its_database_the_app_lives_and_is_not_ready(tmp_path):
    url = f"sqlite:///{tmp_path}/không/có/soat.db"
    app = create_app({"TESTING": True, "SECRET_KEY": "x", "DATA_DIR": str(tmp_path), "DATABASE_URL": url})
    client = app.test_client()
    assert client.get("/healthz").status_code == 200
    reply = client.get("/readyz")
    assert (reply.status_code, reply.json) == (503, {"status": "database"})
    assert client.get("/login").status_code == 503


def test_they_take_no_post(client):
    for address in ("/healthz", "/readyz"):
        assert client.post(address).status_code == 405
