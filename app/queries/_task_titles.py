"""What a task is called where it stands alone: a period of a regular task tells which one it is."""

from __future__ import annotations

from sqlalchemy import ColumnElement, case

from ..models import Task


def title_with_period() -> ColumnElement[str]:
    """«Báo cáo tháng – Tháng 11/2026»; what is given once has its title alone."""
    named = Task.title + " – " + Task.period_label
    return case((Task.period_label == "", Task.title), else_=named).label("title")
