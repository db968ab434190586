"""``python -m tests.fuzz --seconds 120``: every address as each role for so long; the figures, and any 500.

``--people`` names some of the people of tests/access/people.py, ``--seed`` another course of requests,
``--db`` sqlite or postgresql.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from contextlib import ExitStack
from pathlib import Path

from tests.access.people import PRINCIPALS
from tests.access.stage import Stage
from tests.databases import KINDS, Databases
from tests.fuzz.attack import Attack
from tests.fuzz.targets import targets

# One for each role, and nobody.
ROLES = (
    "anonymous",
    "member_in_area",
    "secretary",
    "deputy",
    "head",
    "officer_own",
    "unit_head_own",
    "supervisor_above",
    "admin",
)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=120)
    parser.add_argument("--people", nargs="+", choices=PRINCIPALS, default=ROLES)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--db", choices=KINDS, default="sqlite")
    wanted = parser.parse_args()
    failed = 0
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="soat-fuzz-")))
        database = Databases(folder, stack).migrated(wanted.db)
        with database.app.app_context():
            stage = Stage(database.app)
            with stage.open():
                attack = Attack(stage, targets(stage))
                with attack.listening():
                    for person in wanted.people:
                        attack.for_seconds(person, wanted.seconds, wanted.seed)
                        figures = attack.figures[person]
                        print(f"{person}: {figures}; failures: {len(figures.failures)}", flush=True)
                        for where, failure in figures.failures.items():
                            print(f"\n{where}\n{failure}\n", flush=True)
                        failed += len(figures.failures)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
