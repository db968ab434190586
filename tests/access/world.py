"""Two wards, two delegations, one of everything: the people, the things, and the secrets planted in them."""

from __future__ import annotations

from app.queries.checklists import forget_checklists
from app.queries.minutes import minutes_card
from tests.access.papers import Papers
from tests.access.people import Person, Secret


class World(Papers):
    """``self.people`` by principal; ids of things as attributes; ``self.secrets`` planted in their texts."""

    def __init__(self) -> None:
        self.secrets: list[Secret] = []
        self._units()
        self._people()
        self._plan()
        self._checklists()
        self._inspections()
        self._supervision()
        self._scores()
        self._signoffs()
        self._findings()
        self._tasks()
        self._follow_up()
        self._relations()
        self._dossiers()
        self._minutes()
        self._files()
        self._reminders()
        self._lists()
        self._doors()
        # Plain values: requests expire and close the session that the rows came with.
        self.people = {
            name: Person(row.id, row.name, row.title, row.unit_id) for name, row in self._accounts.items()
        }
        self.sha256 = minutes_card(self.waiting).minutes.sha256
        forget_checklists()
