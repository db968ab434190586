"""Rules about accounts: what a name may be, who needs a unit, who needs a second step."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta

from .access import Role
from .refusals import Invalid, sentence

UNIT_ROLES = frozenset({Role.OFFICER, Role.UNIT_HEAD, Role.SUPERVISOR})
# Whose mistakes reach furthest: with SOAT_REQUIRE_TOTP=1 they sign in with a second step.
SECOND_STEP_ROLES = frozenset({Role.ADMIN, Role.HEAD})

# Whom an administrator should look at, where no setting says so.
LONG_IDLE_DAYS = 45

# A one-time password lies on a desk or in a chat: it does not work for ever.
ONE_TIME_PASSWORD_LASTS = timedelta(days=7)

_NAME = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,48}[a-z0-9])?")


@dataclass(frozen=True, slots=True)
class AccountText:
    """What an administrator writes about an account."""

    title: str
    post: str
    role: Role
    unit_id: int | None
    email: str = ""


def check_name(name: str) -> None:
    """A name can be typed on every keyboard and read out on the telephone."""
    if not _NAME.fullmatch(name):
        raise Invalid(
            sentence(
                "Tên đăng nhập gồm chữ thường không dấu, chữ số, dấu chấm, gạch nối; bắt đầu và kết thúc bằng "
                "chữ hoặc số; tối đa 50 ký tự."
            ),
            field="name",
        )


# Whose home is what their unit has to do.
AT_UNIT_ROLES = frozenset({Role.OFFICER, Role.UNIT_HEAD})


def check_office(role: Role, office: str, commune: str, office_only: bool) -> None:
    """For an account placed in an office inside a commune (Văn phòng HĐND và UBND, phòng chuyên môn).

    It does not stand for the commune: nothing in the list of units says which of its offices does, and a head of a
    phòng must not lock the self-score of a phường. Who does is placed in the commune itself.
    """
    if role in AT_UNIT_ROLES and not office_only:
        raise Invalid(
            sentence(
                "«%(office)s» ở trong «%(commune)s»: tài khoản đặt ở đó không thấy các cuộc kiểm tra, nhiệm vụ và "
                "hồ sơ của %(commune)s. Hãy chọn đơn vị «%(commune)s», hoặc đánh dấu rằng tài khoản chỉ làm việc "
                "riêng của %(office)s."
            ),
            field="unit",
            office=office,
            commune=commune,
        )


def check_unit(role: Role, unit_id: int | None) -> None:
    if role in UNIT_ROLES and unit_id is None:
        raise Invalid(sentence("Vai trò này cần một đơn vị."), field="unit")
