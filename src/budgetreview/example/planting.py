"""A hand that changes the clean county in one place, so that a rule has something to find."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.errors import Text
from budgetreview.example.figures import Row, Tables, columns, money

_SCALED: Final = ("requested", "reviewed", "proposed", "prior_approved", "prior_current", "prior_executed",
                  "carryover", "procurement_amount", "approved", "current", "executed")  # fmt: skip
_PECULIAR: Final = ("is_investment", "is_key", "is_asset", "is_it", "is_special_fund", "debt_funded")
_ASKED: Final = ("requested", "reviewed", "proposed")


@attrs.define
class Hand:
    """The tables as rows, and which lines already carry a fault.

    Attributes:
        rows: Rows by table.
        rng: Chooses among lines that would do equally well.
        used: Line ids, agencies and projects that a fault was planted in; no second one is put there.
    """

    rows: dict[str, list[Row]]
    rng: np.random.Generator
    used: set[str] = attrs.field(factory=set)

    @classmethod
    def of(cls, tables: Tables, seed: int) -> Hand:
        """A hand on a county."""
        rows = {
            name: [dict(zip(table, values, strict=True)) for values in zip(*table.values(), strict=True)]
            for name, table in tables.items()
        }
        return cls(rows, np.random.Generator(np.random.PCG64([seed, 1])))

    def tables(self) -> Tables:
        """The county as it stands now."""
        return {name: columns(rows) for name, rows in self.rows.items()}

    def book(self, word: str) -> Row:
        """The row of a book in the table of totals."""
        return next(r for r in self.rows["totals"] if r["book"] == word)

    def fund(self, name: str) -> Row:
        """The row of a fund."""
        return next(r for r in self.rows["funds"] if r["fund"] == name)

    def lines(self, wanted: Callable[[Row], object]) -> list[Row]:
        """Expenditure lines that fit."""
        return [r for r in self.rows["lines"] if r["side"] == "expenditure" and wanted(r)]

    def project(self, wanted: Callable[[Row], object]) -> Row:
        """One project line of the general book that fits and carries no fault yet; by chance among several."""
        return self.one(lambda r: r.get("basic") is False and r["book"] == "general" and wanted(r))

    def one(self, wanted: Callable[[Row], object]) -> Row:
        """One expenditure line that fits and carries no fault yet."""
        fit = [r for r in self.lines(wanted) if r["line_id"] not in self.used]
        row = fit[int(self.rng.integers(0, len(fit)))]
        self.used.add(row["line_id"])
        return row

    def revenue(self, code: str, book: str = "general") -> Row:
        """A revenue line."""
        return next(r for r in self.rows["lines"] if r["side"] == "revenue" and r["function_code"].startswith(code)
                    and r["book"] == book)  # fmt: skip

    def event(self, name: str) -> Row:
        """An event of the calendar."""
        return next(r for r in self.rows["calendar"] if r["event"] == name)

    def move(self, name: str, day: date) -> None:
        """Put an event on another day."""
        self.event(name)["date"] = day

    def later(self, names: tuple[str, ...], days: int) -> None:
        """Put events so many days later."""
        for name in names:
            self.event(name)["date"] += timedelta(days=days)

    def drop(self, table: str, wanted: Callable[[Row], object]) -> None:
        """Take rows out of a table."""
        self.rows[table] = [r for r in self.rows[table] if not wanted(r)]

    def rank(self, agency: str) -> None:
        """Rank an agency's projects anew, those cut least first."""
        ours = self.lines(lambda r: r.get("agency") == agency and r.get("basic") is False and r["requested"])
        ours.sort(key=lambda r: (Fraction(r["requested"] - r["proposed"], r["requested"]), r["line_id"]))
        for place, row in enumerate(ours, 1):
            row["priority"] = place


def resize(row: Row, amount: int) -> None:
    """Give a line another size: all its amounts change in proportion, so cuts and growth stay what they were."""
    factor = Fraction(amount, row["proposed"])
    for column in _SCALED:
        if row.get(column) is not None:
            row[column] = money(row[column] * factor)


def raise_to(row: Row, amount: int) -> None:
    """Ask, review and propose more or less in proportion, last year's figures staying."""
    factor = Fraction(amount, row["proposed"])
    for column in _ASKED:
        row[column] = money(row[column] * factor)


def set_prior(row: Row, amount: int | Fraction, executed: Fraction = Fraction(95, 100)) -> None:
    """Another amount for last year, of which a share was paid."""
    row["prior_approved"] = row["prior_current"] = money(amount)
    row["prior_executed"] = money(amount * executed)


def plain(row: Row) -> bool:
    """A project without standard, carry-over, investment, own funds or other peculiarities."""
    return (
        row["project_kind"] == "targeted"
        and row.get("standard_code") is None
        and not any(row.get(mark) for mark in _PECULIAR)
        and not row.get("carryover")
        and bool(row["prior_approved"])
        and row["fund_source"] == "fiscal"
        and row["dept_economic_code"].startswith(("302", "310"))
        and not row["function_code"].startswith("205")
    )


def growing(row: Row) -> bool:
    """A plain project that gets clearly more than last year."""
    return plain(row) and row["proposed"] > row["prior_approved"] * Fraction(103, 100)


def basic(code: str) -> Callable[[Row], bool]:
    """Whether a line is basic expenditure under this economic code."""
    return lambda r: r.get("basic") is True and r["dept_economic_code"] == code


def called(name: str) -> Callable[[Row], bool]:
    """Whether a line is of the project with this name."""
    return lambda r: r.get("project_name") == name


def of_agency(hand: Hand, agency: str, code: str) -> Row:
    """One line of basic expenditure of an agency."""
    return hand.one(lambda r: r.get("agency") == agency and basic(code)(r))


def of_own(column: str, part: Fraction, book: str = "general") -> Callable[[Hand], str]:
    """A column of a book set to a part of its own expenditure."""
    def plant(hand: Hand) -> str:
        row = hand.book(book)
        row[column] = money(row["own_expenditure"] * part)
        return book

    return plant


def case(hand: Hand, **values: object) -> None:
    """A case of the ledger; what is not said is as in a case found this year and not yet due."""
    first = hand.rows["lines"][0]
    row = {"entity": first["entity"], "fiscal_year": first["fiscal_year"], "rule": "Z13", "agency": "109001",
           "state": "rectifying", "found": date(2026, 1, 10), "due": date(2026, 7, 10), "closed": None}  # fmt: skip
    hand.rows.setdefault("cases", []).append(row | values)


def no_adjustment(hand: Hand) -> None:
    """Take every adjustment of the year out of the calendar."""
    hand.drop("calendar", lambda r: r["event"].startswith("adjustment"))


@attrs.frozen
class Fault:
    """One fault that can be planted in the clean county.

    Attributes:
        code: The rule that finds it.
        stage: The review in which it is planted.
        what: What is wrong with the county then.
        plant: Plants it; the answer names the unit that the rule must flag: a line id, the values of its subject
            joined by ``/``, or ``""`` for the whole entity.
        also: Rules that must find the same fact as well, because one cannot be without the other.
        settings: Parameters that a territory sets, without which the rule does not run.
    """

    code: str
    stage: str
    what: Text
    plant: Callable[[Hand], str]
    also: tuple[str, ...] = ()
    settings: tuple[tuple[str, str], ...] = ()
