"""Fiscal years, which are calendar years, and the dates of a review. Nothing here asks for today's date."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date
from typing import Final

from budgetreview.codes import clean

_DATE: Final = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_MIDNIGHT: Final = re.compile(r"[ T]0?0:00(:00(\.0+)?)?$")

MONTHS: Final = 12
"""Months of a fiscal year (1 January to 31 December)."""


def parse_date(text: str) -> date | None:
    """Read ``2026-01-10``, ``2026/1/10``, ``2026年1月10日``, ``20260110`` or ``2026.1.10``; None if it is no date.

    A midnight that spreadsheets add (``2026-01-10 00:00:00``) is dropped; any other time of day is not a date.
    """
    plain = clean(_MIDNIGHT.sub("", text.strip()))
    for form in _DATE:
        found = form.fullmatch(plain)
        if found:
            try:
                return date(int(found[1]), int(found[2]), int(found[3]))
            except ValueError:
                return None
    return None


def add_months(day: date, months: int) -> date:
    """The same day so many months later (earlier if negative); the last of the month where it has no such day."""
    year, month = divmod(day.year * MONTHS + day.month - 1 + months, MONTHS)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_elapsed(fiscal_year: int, as_of: date) -> int:
    """Full calendar months of the fiscal year that ended on or before ``as_of``: 0 before it, 12 after it.

    The last day of a month counts the month: on 31 March three months have passed, on 30 March two.
    """
    if as_of.year != fiscal_year:
        return 0 if as_of.year < fiscal_year else MONTHS
    return as_of.month - (as_of.day < monthrange(as_of.year, as_of.month)[1])
