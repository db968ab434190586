"""The pages that are looked at from all sides: at every size, by every role, in light and dark."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.database import rows, ward_inspection
from tests.server import Server


def addresses(server: Server) -> dict[str, str]:
    """Name → address of the pages; the ward's own where a page is about one thing."""
    inspection = ward_inspection(server)
    (report,) = rows(server, "SELECT id FROM dossier_reports WHERE inspection_id = ?", inspection)
    (ward,) = rows(server, "SELECT id FROM units WHERE name = 'Phường Cầu Tre'")
    (task,) = rows(server, "SELECT min(id) AS id FROM tasks")
    (version,) = rows(server, "SELECT checklist_id, id FROM checklist_versions")
    return {
        "overview": "/",
        "score": f"/inspections/{inspection}/score?side=verified",
        "score-self": f"/inspections/{inspection}/score?side=self&area=3",
        "missing": f"/inspections/{inspection}/score/missing?side=verified",
        "criterion": f"/inspections/{inspection}/answers/3.4.1?side=verified",
        "inspections": "/inspections",
        "inspection": f"/inspections/{inspection}",
        "signoffs": f"/inspections/{inspection}/signoffs",
        "findings": f"/inspections/{inspection}/findings",
        "finding-new": f"/inspections/{inspection}/findings/new?criterion=3.4.1",
        "minutes": f"/inspections/{inspection}/minutes",
        "minutes-edit": f"/inspections/{inspection}/minutes/edit",
        "tasks": "/tasks",
        "task-figures": "/tasks/figures?day=15/9/2022",
        "task": f"/tasks/{task['id']}",
        "dossiers": "/dossiers",
        "dossier": f"/dossiers/{report['id']}",
        "campaigns": "/campaigns",
        "campaign": "/campaigns/1",
        "units": "/units",
        "unit": f"/units/{ward['id']}",
        "checklists": "/checklists",
        "checklist": f"/checklists/{version['checklist_id']}/versions/{version['id']}",
        "me": "/me",
        "outbox": "/outbox",
    }


def open_page(page: Page, address: str) -> int:
    """The status; the page is open and its pictures and fonts are there."""
    reply = page.goto(address)
    assert reply is not None
    page.evaluate("document.fonts.ready.then(() => true)")
    return reply.status
