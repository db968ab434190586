"""Until when something found may be asked to be remedied: not before it was found, nor in another life."""

from __future__ import annotations

from datetime import date

from .refusals import Invalid, sentence

MOST_YEARS = 5


def require_deadline(due: date | None, inspected_on: date | None, today: date) -> None:
    """Raises :class:`Invalid` at ``due_on`` for a deadline that can only be a slip of the finger.

    ``inspected_on``: ``None`` for what the unit asks of its superior, which has nothing to do with the visit.
    """
    if due is None:
        return
    if inspected_on is not None and due < inspected_on:
        raise Invalid(
            sentence("Hạn không được trước ngày kiểm tra (%(day)s)."),
            field="due_on",
            day=_written(inspected_on),
        )
    last = _years_after(max(today, inspected_on or today), MOST_YEARS)
    if due > last:
        raise Invalid(
            sentence("Hạn quá xa, muộn nhất là %(day)s. Hãy kiểm tra lại năm."),
            field="due_on",
            day=_written(last),
        )


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def _written(day: date) -> str:
    return f"{day.day:02}/{day.month:02}/{day.year}"
