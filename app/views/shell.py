"""What a browser needs to work without a network: /sw.js, the manifest, /offline, /outbox, the list of a kit."""

from __future__ import annotations

import json
from collections.abc import Iterator

from flask import Blueprint, Response, make_response, render_template, url_for
from flask_babel import gettext as _

from .. import vietnamese
from ..domain.access import Action
from ..domain.inspections import Direction, Side, allows
from ..queries.access import InspectionCard, inspection_card
from ..queries.checklists import checklist_value
from ..queries.findings import findings_of, recommendations_of
from ._build import STATIC, build, shell_files
from ._load import allow, load_inspection
from ._login import account

blueprint = Blueprint("shell", __name__)


@blueprint.get("/sw.js")
def worker() -> Response:
    """The service worker: at the root, so that it may look after every page; it names the build it belongs to."""
    files = [url_for("static", filename=name) for name in shell_files()]
    pages = [url_for("shell.offline"), url_for("shell.help_offline"), url_for("shell.outbox_offline")]
    head = f"const BUILD = {json.dumps(build())};\nconst FILES = {json.dumps(files)};\nconst PAGES = {json.dumps(pages)};\n"
    response = make_response(head + (STATIC / "js" / "worker.js").read_text(encoding="utf-8"))
    response.mimetype = "text/javascript"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/manifest.webmanifest")
def manifest() -> Response:
    def picture(name: str, size: int, purpose: str = "any") -> dict[str, str]:
        address = url_for("static", filename=f"icons/{name}.png")
        return {"src": address, "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}

    response = make_response(
        json.dumps(
            {
                "id": "/",
                "name": _("Soát"),
                "short_name": _("Soát"),
                "description": _("Kiểm tra công tác cải cách hành chính"),
                "lang": "vi",
                "dir": "ltr",
                "start_url": "/",
                "scope": "/",
                "display": "standalone",
                "background_color": "#f3f5f8",
                "theme_color": "#12305c",
                "icons": [
                    picture("soat-192", 192),
                    picture("soat-512", 512),
                    picture("soat-maskable-512", 512, "maskable"),
                ],
            },
            ensure_ascii=False,
        )
    )
    response.mimetype = "application/manifest+json"
    response.headers["Cache-Control"] = "no-cache"
    return response


@blueprint.get("/offline")
def offline() -> str:
    """Shown in the place of every page that cannot be fetched; it knows no account, the worker keeps it."""
    return render_template("shell/offline.html")


@blueprint.get("/help/offline")
def help_offline() -> str:
    """Also kept by the worker, so that it can be read when it is needed."""
    return render_template("shell/help.html")


@blueprint.get("/outbox")
def outbox() -> str:
    """What this account has not sent from this device; the device itself fills the page."""
    allow(Action.OWN_ACCOUNT)
    return render_template("shell/outbox.html", frame="base.html")


@blueprint.get("/offline/outbox")
def outbox_offline() -> str:
    """The same for the worker to keep: it knows no account until a script asks the device."""
    return render_template("shell/outbox.html", frame="shell/_bare.html")


@blueprint.get("/inspections/<int:inspection_id>/kit")
def kit(inspection_id: int) -> dict[str, object]:
    """What to fetch so that this person can work on this inspection without a network.

    ``pages`` are fetched as a person opens them, ``parts`` as htmx does. Only what they may open now.
    """
    card = load_inspection(inspection_id)
    return {
        "account": account().id,
        "inspection": card.id,
        "title": card.unit_name,
        "detail": vietnamese.date_short(card.inspected_on),
        "build": build(),
        "pages": list(_pages(card)),
        "parts": list(_parts(card)) if card.scoring else [],
    }


def _pages(card: InspectionCard) -> Iterator[str]:
    id_ = card.id
    yield url_for("inspections.show", inspection_id=id_)
    yield url_for("findings.index", inspection_id=id_)
    if card.scoring:
        yield url_for("score.show", inspection_id=id_)
        for side in _sides(card):
            yield url_for("score.show", inspection_id=id_, side=side)
            yield url_for("score.missing", inspection_id=id_, side=side)
    writes = _may(card, Action.WRITE_FINDINGS)
    if writes:
        yield url_for("findings.new", inspection_id=id_)
        for finding in findings_of(id_, card.shown_until):
            yield url_for("attachments.of_finding", inspection_id=id_, finding_id=finding.id)
            if card.standing.may_write_area(finding.area_code):
                yield url_for("findings.edit", inspection_id=id_, finding_id=finding.id)
    if _may(card, Action.WRITE_PROPOSALS):
        yield url_for("recommendations.new", inspection_id=id_)
        for one in recommendations_of(id_, card.shown_until):
            if writes or one.direction is Direction.TO_SUPERIOR:
                yield url_for("recommendations.edit", inspection_id=id_, recommendation_id=one.id)
    if card.previous_id and _sees(card.previous_id):
        yield url_for("inspections.show", inspection_id=card.previous_id)
        yield url_for("findings.index", inspection_id=card.previous_id)


def _parts(card: InspectionCard) -> Iterator[str]:
    """The drawers of the scoring page, for every criterion: no other request fills them."""
    yield url_for("score.figures", inspection_id=card.id)
    writes = _may(card, Action.WRITE_FINDINGS)
    for criterion in checklist_value(card.version_id).criteria:
        if writes:
            yield url_for("findings.new", inspection_id=card.id, criterion=criterion.code)
        for side in _sides(card):
            yield url_for("attachments.of_criterion", inspection_id=card.id, code=criterion.code, side=side)


def _sides(card: InspectionCard) -> tuple[Side, ...]:
    """The side one writes; for the unit also the delegation's, once it is published."""
    if card.standing.of_unit:
        return (Side.SELF, Side.VERIFIED) if card.sees_verified else (Side.SELF,)
    return (Side.VERIFIED,) if card.sees_verified else ()


def _may(card: InspectionCard, action: Action) -> bool:
    return card.standing.may(action) and allows(card.state, action)


def _sees(inspection_id: int) -> bool:
    before = inspection_card(account().principal, inspection_id)
    return before is not None and before.standing.may(Action.READ_INSPECTION)
