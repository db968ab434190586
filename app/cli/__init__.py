"""The flask commands: each a few lines around a service; one module a noun."""

from __future__ import annotations

from flask import Flask

from . import audit, checklists, demo, minutes, remind, sweep, tasks, units, users

GROUPS = (
    users.group,
    units.group,
    checklists.group,
    minutes.group,
    tasks.group,
    audit.group,
    demo.command,
    remind.command,
    sweep.command,
)


def init_app(app: Flask) -> None:
    for group in GROUPS:
        app.cli.add_command(group)
