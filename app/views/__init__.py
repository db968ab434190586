"""Addresses: one module is one noun in the address bar is one blueprint."""

from . import (
    campaigns,
    checklists,
    delegations,
    directives,
    dossiers,
    health,
    inspections,
    login,
    me,
    minutes,
    overview,
    tasks,
    units,
    users,
)

BLUEPRINTS = (
    health.blueprint,
    login.blueprint,
    me.blueprint,
    overview.blueprint,
    campaigns.blueprint,
    delegations.blueprint,
    inspections.blueprint,
    minutes.blueprint,
    tasks.blueprint,
    directives.blueprint,
    dossiers.blueprint,
    units.blueprint,
    checklists.blueprint,
    users.blueprint,
)
