"""Who comes to the tests of access: two wards and everybody's relation to them, and secrets meant for some of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from uuid import uuid4

from app import models, totp
from app.db import db
from app.domain.access import Role
from app.domain.units import SuccessionType, UnitKind
from app.queries.handovers import estate_of
from app.services.users import token_digest
from tests import make

# In the order of the columns of matrix.csv. The last three relations need no rows of their own to be refused.
PRINCIPALS = (
    "anonymous",
    "stranger_member",
    "member_in_area",
    "member_other_area",
    "secretary",
    "deputy",
    "head",
    "head_of_other_delegation",
    "officer_own",
    "officer_other_unit",
    "unit_head_own",
    "supervisor_above",
    "supervisor_elsewhere",
    "admin",
    "head_of_own_unit",
    "ex_member",
)

# Relations that a column would only repeat: each gets what its example gets, but for the rows of relations.csv.
RELATIONS = {
    # Holds a place of a deputy, though the account is a member's by now.
    "deputy_turned_member": "stranger_member",
    # Holds a place of a member, though the account is an officer's of another ward by now.
    "member_turned_officer": "officer_other_unit",
    # Works in an office inside the inspected ward.
    "member_of_office_inside": "member_in_area",
    # Wrote down a plan, a delegation and a draft inspection of the ward that nobody decided on.
    "planner_of_a_draft": "head_of_other_delegation",
}

EVERYBODY = (*PRINCIPALS, *RELATIONS)

DELEGATION = {
    "member_of_office_inside",
    "member_in_area",
    "member_other_area",
    "secretary",
    "deputy",
    "head",
    "head_of_own_unit",
}

UNIT = {"officer_own", "unit_head_own"}

ABOVE = {"supervisor_above", "admin"}

# Searching for this word finds whatever one may find; the secrets themselves are longer.
WORD = "bimat"

# The telephone of everybody here; these few have proved it, the others are about to.
SECOND_STEP = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

ISSUER = "http://127.0.0.1:9"

SECOND_STEP_ON = ("deputy", "unit_head_own", "admin")


@dataclass(frozen=True)
class Secret:
    """A text that only these people may ever read, anywhere."""

    text: str
    for_whom: frozenset[str]


@dataclass(frozen=True)
class Person:
    id: int
    name: str
    title: str
    unit_id: int | None = None


class People:
    """Accounts and what belongs to an account alone; the texts that only some may read."""

    secrets: list[Secret]
    people: dict[str, Person]

    def secret(self, *groups: set[str]) -> str:
        text = f"{WORD} {uuid4().hex}"
        whom = frozenset().union(*groups)
        # In every respect an officer of that ward, and nothing else.
        if "officer_other_unit" in whom:
            whom |= {"member_turned_officer"}
        self.secrets.append(Secret(text, whom))
        return text

    def _units(self) -> None:
        city = make.unit("Thành phố Hải Phòng", kind=UnitKind.THANH_PHO_TW)
        district = make.unit("Quận Ngô Quyền", parent=city, kind=UnitKind.QUAN)
        elsewhere = make.unit("Quận Lê Chân", parent=city, kind=UnitKind.QUAN)
        ward = make.unit("Phường Cầu Tre", parent=district)
        neighbour = make.unit("Phường An Biên", parent=elsewhere)
        free = make.unit("Phường Đằng Giang", parent=district)
        spare = make.unit("Phường Vạn Mỹ", parent=district)
        self.district, self.elsewhere = district.id, elsewhere.id
        self.ward, self.neighbour, self.free, self.spare = ward.id, neighbour.id, free.id, spare.id
        self._of = {unit.id: unit for unit in (district, elsewhere, ward, neighbour)}
        ended = make.unit("Phường Lạch Tray", parent=district, valid_to=date(2020, 12, 31))
        merged = {"effective_date": date(2021, 1, 1), "type": SuccessionType.MERGE}
        db.session.add(models.UnitSuccession(from_unit_id=ended.id, to_unit_id=free.id, **merged))
        make.task(ended)
        self.ended, self.ended_seal = ended.id, estate_of(ended, date(2026, 1, 1)).seal

    def _people(self) -> None:
        of = self._of
        office = make.unit(
            "Văn phòng HĐND và UBND phường", kind=UnitKind.PHONG_CHUYEN_MON, parent=of[self.ward]
        )
        self._accounts: dict[str, models.User] = {
            "stranger_member": make.user(Role.MEMBER),
            "member_in_area": make.user(Role.MEMBER),
            "member_other_area": make.user(Role.MEMBER),
            "secretary": make.user(Role.SECRETARY),
            "deputy": make.user(Role.HEAD),
            "head": make.user(Role.HEAD),
            "head_of_other_delegation": make.user(Role.HEAD),
            "officer_own": make.user(Role.OFFICER, unit=of[self.ward]),
            "officer_other_unit": make.user(
                Role.OFFICER,
                unit=of[self.neighbour],
                title=self.secret(
                    {"officer_other_unit", "head_of_other_delegation", "admin", "supervisor_elsewhere"}
                ),
            ),
            "unit_head_own": make.user(Role.UNIT_HEAD, unit=of[self.ward]),
            "supervisor_above": make.user(Role.SUPERVISOR, unit=of[self.district]),
            "supervisor_elsewhere": make.user(Role.SUPERVISOR, unit=of[self.elsewhere]),
            "admin": make.user(Role.ADMIN),
            "head_of_own_unit": make.user(Role.HEAD, unit=of[self.ward]),
            "ex_member": make.user(Role.MEMBER),
            "deputy_turned_member": make.user(Role.MEMBER),
            "member_turned_officer": make.user(Role.OFFICER, unit=of[self.neighbour]),
            "member_of_office_inside": make.user(Role.MEMBER, unit=office),
            "planner_of_a_draft": make.user(Role.SECRETARY),
        }

    def _doors(self) -> None:
        """Accounts to be administered, one that waits for its code, and a second browser of the officer's."""
        self.account, self.closed_account = make.user().id, make.user(active=False).id
        # Of no use to anybody but its telephone.
        self.waiting_secret, self.waiting_token = totp.new_secret(), self.secret()
        self.secrets.append(Secret(self.waiting_secret, frozenset()))
        waiting = make.user(totp_secret=self.waiting_secret, totp_since=make.NOW)
        self.waiting_account = waiting.id
        for account in self._accounts.values():
            account.totp_secret = SECOND_STEP
        self.secrets.append(Secret(SECOND_STEP, frozenset(EVERYBODY) - {"anonymous", *SECOND_STEP_ON}))
        times = {"created_at": make.NOW, "seen_at": make.NOW, "expires_at": datetime(2100, 1, 1, tzinfo=UTC)}
        other = models.UserSession(
            token_sha256=token_digest("another browser"), user_id=self._accounts["officer_own"].id, **times
        )
        waits = models.UserSession(
            token_sha256=token_digest(self.waiting_token), user_id=waiting.id, awaits_code=True, **times
        )
        # One may read whom one is elsewhere, and so may the administrator.
        self.taken_subject, self.linked_account = "da-noi", self._accounts["officer_own"].id
        known = models.Identity(
            user_id=self.linked_account,
            issuer=ISSUER,
            subject=self.secret({"officer_own", "admin"}),
            linked_at=make.NOW,
        )
        taken = models.Identity(
            user_id=waiting.id, issuer=ISSUER, subject=self.taken_subject, linked_at=make.NOW
        )
        db.session.add_all([other, waits, known, taken])
        db.session.commit()
        self.other_session, self.identity = other.id, known.id

    def turn_second_step_on(self) -> None:
        """After everybody has signed in."""
        ids = [self.people[name].id for name in SECOND_STEP_ON]
        db.session.execute(db.update(models.User).where(models.User.id.in_(ids)).values(totp_since=make.NOW))
        db.session.commit()

    def forbidden_to(self, principal: str) -> list[str]:
        """The secrets this principal may read nowhere."""
        return [secret.text for secret in self.secrets if principal not in secret.for_whom]
