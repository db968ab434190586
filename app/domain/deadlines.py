"""Until when a unit may be asked to remedy what was found, or to explain: not before, nor in another life."""

from __future__ import annotations

from datetime import date, timedelta

from .refusals import Invalid, sentence

MOST_YEARS = 5
# Longer than this nobody gives a unit: it is a slip of the pen.
MOST_DAYS_TO_EXPLAIN = 90


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
            day=written(inspected_on),
        )
    last = _years_after(max(today, inspected_on or today), MOST_YEARS)
    if due > last:
        raise Invalid(
            sentence("Hạn quá xa, muộn nhất là %(day)s. Hãy kiểm tra lại năm."),
            field="due_on",
            day=written(last),
        )


def check_explain_due(due_on: date | None, today: date) -> date:
    """The deadline for explanations, from today to 90 days on; raises :class:`Invalid` for others."""
    if due_on is None:
        raise Invalid(sentence("Hãy ghi hạn giải trình."), field="due_on")
    if due_on < today:
        raise Invalid(sentence("Hạn giải trình không được ở trong quá khứ."), field="due_on")
    latest = today + timedelta(days=MOST_DAYS_TO_EXPLAIN)
    if due_on > latest:
        raise Invalid(
            sentence("Hạn giải trình muộn nhất là %(day)s (90 ngày)."), field="due_on", day=written(latest)
        )
    return due_on


def _years_after(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return day.replace(year=day.year + years, day=28)


def written(day: date) -> str:
    """A day as it stands in a sentence."""
    return f"{day.day:02}/{day.month:02}/{day.year}"
