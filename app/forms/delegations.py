"""Forms about delegations: what the decision says, and one small form per member."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField

from ..domain.access import Role
from ..domain.delegations import Candidate, DelegationText, Member
from ..vietnamese import clean_number_of_document
from ._base import Day, Form, Given, LongText, NotLonger, Text
from ._chosen import BaseVersion, Numbers, OneOf, SomeOf, read_id

Choices = Sequence[tuple[Any, Any]]


class MemberForm(Form):
    """One member. Its fields are named «m3-user»: the number stays with the row while others come and go."""

    class Meta:
        csrf = False

    number: int = 0
    # Whom ``user`` means, who else was found, and how many more there are; the view looks them up.
    person: Candidate | None = None
    found: Sequence[Candidate] | None = None
    more: int = 0
    user = OneOf(_l("Người"), [Given()], coerce=read_id)
    # What the row's search holds; whom it found. Only one row is looked for at a time.
    user_q = Text(_l("Tìm người"))
    role = OneOf(_l("Vai trò trong đoàn"))
    post = Text(_l("Chức vụ ghi trong biên bản"), [NotLonger(200)])
    areas = SomeOf(_l("Lĩnh vực được giao"))

    def member(self) -> Member:
        return Member(self.user.data, Role(self.role.data), tuple(self.areas.data or ()), self.post.data)


class DelegationForm(Form):
    name = Text(_l("Tên đoàn"), [Given(), NotLonger(200)])
    agency = Text(_l("Cơ quan ra quyết định"), [NotLonger(200)])
    decision_number = Text(
        _l("Số quyết định thành lập"), [NotLonger(100)], render_kw={"placeholder": "34/QĐ-SNV"}
    )
    decision_date = Day(_l("Ngày quyết định"))
    note = LongText(_l("Ghi chú"), [NotLonger(2000)], render_kw={"rows": 2})
    # Asked once the visit has begun.
    reason = Text(_l("Lý do đổi người, phân công lại"), [NotLonger(500)])
    version = BaseVersion()
    # Numbers of the rows on the page, and the buttons that add one, take one away or look for its person.
    row = Numbers(default=list)
    add = BooleanField()
    remove = Numbers(default=list)
    find = Numbers(default=list)

    def __init__(self, roles: Choices, areas: Choices, members: Sequence[Member] = (), **more: Any) -> None:
        super().__init__(**more)
        self._roles, self._areas = roles, areas
        if self.is_submitted():
            self.rows = [self._row(number) for number in self.row.data or ()]
        else:
            self.rows = [self._row(number, member) for number, member in enumerate(members)]

    def _row(self, number: int, member: Member | None = None, blank: bool = False) -> MemberForm:
        start: dict[str, Any] = {"formdata": None} if blank or member else {}
        if member:
            start |= {"user": member.user_id, "role": member.role.value, "areas": list(member.areas)}
            start["post"] = member.post
        row = MemberForm(prefix=f"m{number}-", **start)
        row.number = number
        row.user.choices = [("", "")]
        row.role.choices = list(self._roles)
        row.areas.choices = list(self._areas)
        if blank:
            row.role.data = Role.MEMBER.value
            row.areas.data = []
        return row

    def people(self) -> list[int]:
        """The accounts that are chosen in its rows; whether they exist, the view looks up."""
        return [row.user.data for row in self.rows if row.user.data]

    def know(self, people: Mapping[int, Candidate]) -> None:
        """Who of the chosen may be chosen: anybody else is refused at their row."""
        for row in self.rows:
            row.person = people.get(row.user.data)
            row.user.choices = [("", ""), *((id_, person.title) for id_, person in people.items())]

    def seeking(self) -> MemberForm | None:
        """The row whose person is looked for: where «Tìm» was pressed, else the first that has nobody."""
        pressed = set(self.find.data or ())
        empty = (row for row in self.rows if row.person is None)
        return next((row for row in self.rows if row.number in pressed), next(empty, None))

    def changed_rows(self) -> bool:
        """Does what «Thêm thành viên», «Bỏ» and «Tìm» ask for; whether one of them was pressed."""
        gone = set(self.remove.data or ())
        self.rows = [row for row in self.rows if row.number not in gone]
        if self.add.data:
            number = 1 + max((row.number for row in self.rows), default=-1)
            self.rows.append(self._row(number, blank=True))
        return bool(gone or self.add.data or self.find.data)

    def validate(self, extra_validators: Any = None) -> bool:
        sound = super().validate(extra_validators)
        faulty = [row for row in self.rows if not row.validate()]
        if faulty:
            self.form_errors.append(_("Danh sách thành viên còn chỗ chưa đúng, xem bên dưới."))
        return sound and not faulty

    def refuse(self, sentence: str, field: str = "") -> None:
        """Also takes «role-2»: the field of the third member."""
        name, _dash, place = field.partition("-")
        if place.isdecimal() and int(place) < len(self.rows):
            self.rows[int(place)].refuse(sentence, name)
            self.form_errors.append(_("Danh sách thành viên còn chỗ chưa đúng, xem bên dưới."))
        else:
            super().refuse(sentence, field)

    def text(self) -> DelegationText:
        return DelegationText(
            name=" ".join(self.name.data.split()),
            agency=self.agency.data,
            decision_number=clean_number_of_document(self.decision_number.data),
            decision_date=self.decision_date.data,
            note=self.note.data,
        )

    def members(self) -> list[Member]:
        return [row.member() for row in self.rows]
