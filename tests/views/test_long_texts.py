"""What somebody wrote at length is cut short on the page and unfolds; nothing of it is lost."""

from __future__ import annotations

import pytest

from app.domain.access import Role
from app.domain.tasks import Workflow
from tests import make

SENTENCE = "Đề nghị đơn vị rà soát lại toàn bộ hồ sơ đã trả kết quả trong kỳ. "
LONG = SENTENCE * 40 + "Hết."


@pytest.mark.parametrize(("text", "folded"), [(SENTENCE.strip(), False), (LONG, True)])
def test_a_very_long_text_of_a_task_unfolds(app, login, text, folded):
    ward = make.unit()
    task = make.task(ward, workflow=Workflow.DONE, completed_on=make.NOW.date(), detail=text, result=text)
    page = login(make.user(Role.OFFICER, unit=ward)).get(f"/tasks/{task.id}")
    assert page.status_code == 200
    assert page.text.count('class="long-text"') == (2 if folded else 0)
    assert page.text.count(f">{text}</p>") == 2


def test_a_very_long_finding_unfolds_in_the_list(app, login):
    delegation = make.delegation()
    inspection = make.inspection(delegation=delegation)
    head = make.member(delegation, Role.HEAD)
    make.finding(inspection, text=LONG)
    make.finding(inspection, text=SENTENCE.strip())
    page = login(head).get(f"/inspections/{inspection.id}/findings")
    assert page.status_code == 200
    assert page.text.count('class="long-text"') == 1
    assert f'<p class="pre-line row-title">{LONG}</p>' in page.text
    assert f'<p class="pre-line row-title">{SENTENCE.strip()}</p>' in page.text
