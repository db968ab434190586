"""What a browser needs to work without a network, as the server gives it."""

from __future__ import annotations

import json
import re

from app.db import db
from app.domain.access import Role
from app.domain.inspections import State
from app.models import Unit
from app.queries.checklists import checklist_value
from tests import make

BUILD = re.compile(r'const BUILD = "([0-9a-f]{16})";')


def staged():
    delegation = make.delegation()
    inspection = make.inspection(delegation=delegation, state=State.DANG_KIEM_TRA)
    areas = tuple(checklist_value(inspection.version_id).areas_by_code)
    return inspection, make.member(delegation, Role.MEMBER, areas=areas)


def test_the_worker_is_public_asked_anew_each_time_and_names_its_build(client):
    reply = client.get("/sw.js")
    assert reply.status_code == 200
    assert reply.mimetype == "text/javascript"
    assert reply.headers["Cache-Control"] == "no-cache"
    assert "Set-Cookie" not in reply.headers
    assert "worker-src 'self'" in reply.headers["Content-Security-Policy"]
    build = BUILD.search(reply.text)
    assert build
    files = json.loads(reply.text.split("const FILES = ")[1].split(";\n")[0])
    assert all(name.startswith(f"/static/v-{build[1]}/") for name in files)
    assert all(client.get(name).status_code == 200 for name in files)


def test_a_file_of_this_build_may_be_kept_for_ever_any_other_is_asked_for(client):
    build = BUILD.search(client.get("/sw.js").text)
    assert build
    named = client.get(f"/static/v-{build[1]}/js/app.js")
    assert "immutable" in named.headers["Cache-Control"]
    for address in ("/static/js/app.js", "/static/v-0123456789abcdef/js/app.js"):
        reply = client.get(address)
        assert reply.data == named.data
        assert "immutable" not in reply.headers["Cache-Control"]
    assert client.get(f"/static/v-{build[1]}/../../config.py").status_code == 404
    assert client.get("/static/v-x").status_code == 404


def test_pages_tell_whose_they_are_only_when_somebody_is_signed_in(app, client, login):
    inspection, member = staged()
    page = login(member).get(f"/inspections/{inspection.id}")
    assert page.headers["Soat-Page"] == str(member.id)
    assert "Soat-Page" not in client.get("/login").headers
    assert "Soat-Page" not in client.get(f"/inspections/{inspection.id}").headers
    for public in ("/offline", "/help/offline", "/sw.js", "/manifest.webmanifest"):
        assert "Soat-Page" not in login(member).get(public).headers


def test_the_pages_kept_for_everybody_know_nobody(app, login):
    _inspection, member = staged()
    for address in ("/offline", "/help/offline"):
        page = login(member).get(address)
        assert page.status_code == 200
        assert member.name not in page.text
        assert 'name="csrf_token"' not in page.text


def test_the_manifest_leads_to_pictures_that_exist(client):
    reply = client.get("/manifest.webmanifest")
    manifest = json.loads(reply.text)
    assert reply.mimetype == "application/manifest+json"
    assert (manifest["lang"], manifest["display"], manifest["start_url"]) == ("vi", "standalone", "/")
    assert {picture["purpose"] for picture in manifest["icons"]} == {"any", "maskable"}
    assert all(client.get(picture["src"]).mimetype == "image/png" for picture in manifest["icons"])


def test_everything_in_a_kit_can_be_opened_by_who_asked(app, login):
    inspection, member = staged()
    client = login(member)
    kit = client.get(f"/inspections/{inspection.id}/kit").json
    assert (kit["account"], kit["inspection"]) == (member.id, inspection.id)
    assert f"/inspections/{inspection.id}/score" in kit["pages"]
    for address in kit["pages"]:
        assert client.get(address).status_code == 200, address
    for address in kit["parts"]:
        assert client.get(address, headers={"HX-Request": "true"}).status_code == 200, address


def test_the_unit_gets_nothing_of_the_delegation_before_publication(app, login):
    inspection, _member = staged()
    officer = make.user(Role.OFFICER, unit=db.session.get_one(Unit, inspection.unit_id))
    kit = login(officer).get(f"/inspections/{inspection.id}/kit").json
    assert not [address for address in kit["pages"] + kit["parts"] if "verified" in address]
    client = login(officer)
    assert all(client.get(address).status_code == 200 for address in kit["pages"])


def test_a_kit_is_for_who_may_read_the_inspection(app, login):
    inspection, _member = staged()
    assert login(make.user(Role.MEMBER)).get(f"/inspections/{inspection.id}/kit").status_code == 404
    assert login(make.user(Role.ADMIN)).get("/inspections/999999/kit").status_code == 404
    assert login(make.user(Role.ADMIN)).post(f"/inspections/{inspection.id}/kit").status_code == 405


def test_the_kit_costs_as_many_statements_for_any_checklist(app, login, count_statements):
    inspection, member = staged()
    client = login(member)
    client.get(f"/inspections/{inspection.id}/kit")
    with count_statements() as statements:
        client.get(f"/inspections/{inspection.id}/kit")
    assert len(statements) <= 5, statements
