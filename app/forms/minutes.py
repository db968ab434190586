"""Forms about minutes: what people write into them, the unit's opinion, and the signature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime, time
from typing import Any

from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, HiddenField

from ..domain.access import Role
from ..domain.minutes import Details, Person
from ..vietnamese import HANOI, Unreadable, local
from ._base import Count, Day, Form, Given, LongText, NotLonger, Text, _Typed
from ._chosen import BaseVersion

_CLOCK = re.compile(r"([0-9]{1,2})\s*(?::|\.|h|giờ)\s*([0-9]{1,2})?(?:\s*(?:'|phút|ph))?", re.IGNORECASE)
_MOST_PEOPLE = 60
_MOST_DOCUMENTS = 100


class Clock(_Typed):
    """A time of day typed as «8:30», «8h30» or «8 giờ 30»; ``data`` is a ``time`` or ``None``."""

    def read(self, text: str) -> time:
        found = _CLOCK.fullmatch(text)
        hour, minute = (int(found[1]), int(found[2] or 0)) if found else (24, 0)
        if hour > 23 or minute > 59:
            raise Unreadable("Giờ ghi theo dạng 08:30, từ 00:00 đến 23:59.")
        return time(hour, minute)

    def show(self, value: time) -> str:
        return f"{value:%H:%M}"


def people_as_text(people: Sequence[Person]) -> str:
    """One person a line: «Họ và tên; chức vụ»; a missing name leaves its place empty."""
    return "\n".join(f"{person.name}; {person.post}" if person.post else person.name for person in people)


def _people(text: str, roles: Sequence[Role] = ()) -> tuple[Person, ...]:
    """The reverse of :func:`people_as_text`; the first of the unit signs for it."""
    people = []
    for number, line in enumerate(filter(None, (line.strip() for line in text.split("\n")))):
        name, _semicolon, post = line.partition(";")
        role = roles[min(number, len(roles) - 1)] if roles else None
        people.append(Person(name.strip(), post.strip(), role))
    return tuple(people)


class DetailsForm(Form):
    number = Text(_l("Số biên bản"), [NotLonger(11)])
    place = Text(_l("Địa danh"), [NotLonger(100)], render_kw={"placeholder": "Hải Phòng"})
    day = Day(_l("Ngày lập biên bản"))
    started = Clock(_l("Bắt đầu lúc"), render_kw={"placeholder": "08:00", "inputmode": "text"})
    ended = Clock(_l("Kết thúc lúc"), render_kw={"placeholder": "11:30", "inputmode": "text"})
    venue = Text(_l("Địa điểm làm việc"), [NotLonger(300)])
    unit_people = LongText(_l("Thành phần của đơn vị"), [NotLonger(6000)], render_kw={"rows": 4})
    other_people = LongText(_l("Thành phần khác"), [NotLonger(6000)], render_kw={"rows": 2})
    scope = LongText(_l("Phạm vi, nội dung"), [NotLonger(4000)], render_kw={"rows": 3})
    sampling = LongText(_l("Kết quả kiểm tra xác suất hồ sơ"), [NotLonger(4000)], render_kw={"rows": 3})
    strengths = LongText(_l("Ưu điểm (mục IV.1)"), [NotLonger(8000)], render_kw={"rows": 4})
    shortcomings = LongText(_l("Tồn tại, hạn chế (mục IV.2)"), [NotLonger(8000)], render_kw={"rows": 4})
    causes = LongText(_l("Nguyên nhân (mục IV.3)"), [NotLonger(8000)], render_kw={"rows": 4})
    documents = LongText(_l("Tài liệu kèm theo"), [NotLonger(8000)], render_kw={"rows": 4})
    tells_visits = BooleanField(_l("Nêu kết quả khảo sát từng nơi"))
    copies = Count(_l("Số bản"), [Given()])
    copies_each = Count(_l("Mỗi bên giữ"), [Given()])
    version = BaseVersion()

    @classmethod
    def of(cls, details: Details, version: int) -> DetailsForm:
        """The form filled with what stands in the minutes now (or with what was typed)."""
        started, ended = details.started_at, details.ended_at
        return cls(
            number=details.number,
            place=details.place,
            day=details.day,
            started=local(started).time() if started else None,
            ended=local(ended).time() if ended else None,
            venue=details.venue,
            unit_people=people_as_text(details.unit_people),
            other_people=people_as_text(details.other_people),
            scope=details.scope,
            sampling=details.sampling,
            strengths=details.strengths,
            shortcomings=details.shortcomings,
            causes=details.causes,
            documents="\n".join(details.documents),
            copies=details.copies,
            copies_each=details.copies_each,
            tells_visits=details.tells_visits,
            version=version,
        )

    def validate(self, extra_validators: Any = None) -> bool:
        fine = super().validate(extra_validators)
        if (self.started.data or self.ended.data) and self.day.data is None and not self.day.errors:
            self.refuse(_("Ghi giờ thì ghi cả ngày."), "day")
        if self.started.data and self.ended.data and self.ended.data < self.started.data:
            self.refuse(_("Giờ kết thúc không được trước giờ bắt đầu."), "ended")
        if self.copies.data is not None and not 1 <= self.copies.data <= 50:
            self.refuse(_("Số bản từ 1 đến 50."), "copies")
        elif None not in (self.copies.data, self.copies_each.data) and not (
            1 <= self.copies_each.data <= self.copies.data
        ):
            self.refuse(_("Mỗi bên giữ ít nhất 1 bản và không nhiều hơn số bản đã lập."), "copies_each")
        for field in (self.unit_people, self.other_people):
            if len(_people(field.data or "")) > _MOST_PEOPLE:
                self.refuse(_("Tối đa %(most)s người.", most=_MOST_PEOPLE), field.name)
        if len(self._documents()) > _MOST_DOCUMENTS:
            self.refuse(_("Tối đa %(most)s tài liệu.", most=_MOST_DOCUMENTS), "documents")
        return fine and not self.errors and not self.form_errors

    def details(self) -> Details:
        """What was typed; the unit's opinion has a form of its own."""
        return Details(
            number=self.number.data,
            place=self.place.data,
            day=self.day.data,
            venue=self.venue.data,
            started_at=self._moment(self.started.data),
            ended_at=self._moment(self.ended.data),
            unit_people=_people(self.unit_people.data, (Role.UNIT_HEAD, Role.OFFICER)),
            other_people=_people(self.other_people.data),
            scope=self.scope.data,
            sampling=self.sampling.data,
            strengths=self.strengths.data,
            shortcomings=self.shortcomings.data,
            causes=self.causes.data,
            documents=self._documents(),
            copies=self.copies.data,
            copies_each=self.copies_each.data,
            tells_visits=self.tells_visits.data,
        )

    def _moment(self, clock: time | None) -> datetime | None:
        if clock is None or self.day.data is None:
            return None
        return datetime.combine(self.day.data, clock, HANOI)

    def _documents(self) -> tuple[str, ...]:
        return tuple(filter(None, (line.strip() for line in (self.documents.data or "").split("\n"))))


class OpinionForm(Form):
    opinion = LongText(_l("Ý kiến của đơn vị"), [NotLonger(8000)], render_kw={"rows": 6})
    dissent = LongText(_l("Ý kiến bảo lưu"), [NotLonger(8000)], render_kw={"rows": 4})
    version = BaseVersion()


class SignForm(Form):
    """``sha256`` is the seal of the minutes that the person is looking at."""

    sha256 = HiddenField()
    number_by_hand = BooleanField(_l("Để trống số biên bản, văn thư ghi tay sau"))
