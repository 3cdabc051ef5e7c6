"""Some flagged units of a rule as columns: everything that a finding says, one element for each unit."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property, partial
from itertools import repeat

import numpy as np

from budgetreview.recording.columns import Column, column, measured
from budgetreview.recording.flagged import Flagged
from budgetreview.recording.lines import named_lines
from budgetreview.recording.naming import Texts, group_identity, line_subject, row_identity, texts
from budgetreview.recording.places import Places, places
from budgetreview.recording.sentences import Named, Sentences
from budgetreview.recording.texts import digest, encoded, joined, members, quoted
from budgetreview.rule import Rule
from budgetreview.table import Groups, Table
from budgetreview.tables import NO_BOOK
from budgetreview.values import Ints, Keys
from budgetreview.wording import in_json


class Block:
    """Some flagged units of a rule: what says which they are, what was seen, and what is said of it."""

    def __init__(self, rule: Rule, part: Flagged, ks: Ints, prints: Sequence[str] | None = None) -> None:
        """Made at no cost; a column is made when it is asked for.

        Args:
            rule: The rule.
            part: Its flagged units.
            ks: Which of them.
            prints: Their fingerprints with the numbers that tell equal ones apart; None: without numbers.
        """
        self.rule, self.part, self.ks = rule, part, ks
        self._given = prints
        units = part.units
        self.table: Table = units.table
        self.grouped = isinstance(units, Groups)
        self.of_lines = not self.grouped and self.table.name == "lines"
        self.at = part.at[ks]
        first = part.rows[ks]
        self.inside = first < len(self.table)
        self.first = np.where(self.inside, first, 0) if not self.inside.all() else first
        self.period: list[int] = units.period[self.at].tolist()

    def __len__(self) -> int:
        return len(self.ks)

    # which they are

    @cached_property
    def extra(self) -> dict[str, list[str | int]]:
        """More names of the units than those of their rows."""
        columns = {n: measured(v, self.ks, self.part.kind) for n, v in self.part.subject.items()}
        return {n: c.each(partial(_plain, c.kind)) for n, c in columns.items() if c is not None}

    @cached_property
    def identity(self) -> dict[str, Sequence[str | int | None]]:
        """What says which unit each is."""
        units = self.part.units
        own = group_identity(units, self.at) if isinstance(units, Groups) else row_identity(self.table, self.first)
        return {**own, **self.extra}

    def at_row(self, name: str) -> Texts:
        """A column of texts at the rows that the units stand at; None where a unit stands at none."""
        found = texts(self.table.columns.get(name), self.first) if len(self.table) else None
        if found is None:
            return [None] * len(self)
        if not self.inside.all():
            return [t if i else None for t, i in zip(found, self.inside.tolist(), strict=True)]
        return found

    @cached_property
    def books(self) -> Texts:
        """The book of each unit: its own, its line's, or the only one that the rule speaks of."""
        if not self.grouped:
            books: Texts = [None if b == NO_BOOK else b for b in self.at_row("book")]
        else:
            books = [self.rule.books[0] if len(self.rule.books) == 1 else None] * len(self)
        # a line's identity has no book in it, so it need not be made for this
        said = self.extra.get("book") if self.of_lines else self.identity.get("book")
        return books if said is None else [b if s is None else str(s) for s, b in zip(said, books, strict=True)]

    @cached_property
    def fingerprints(self) -> Sequence[str]:
        """Which findings these are (CONTRACT section 5, Identity): rule, entity, year, book and subject."""
        if self._given is not None:
            return self._given
        keys = list(zip(self.period, self.books, strict=True))
        fronts = {key: self._front(*key) for key in dict.fromkeys(keys)}
        said = joined((members(n, t) for n, t in sorted(self.identity.items())), len(self))
        return [digest(f"{fronts[key]}{{{own}}}]") for key, own in zip(keys, said, strict=True)]

    def _front(self, period: int, book: str | None) -> str:
        p = self.table.periods[period]
        return encoded([self.rule.code, p.entity, p.fiscal_year, book]).removesuffix("]") + ","

    # what was seen

    @cached_property
    def values(self) -> dict[str, Column]:
        """The figures used, by name."""
        return {n: c for n, v in self.part.values.items() if (c := column(v, self.ks)) is not None}

    @cached_property
    def measure(self) -> Column | None:
        """What was measured."""
        return measured(self.part.measure, self.ks, self.part.kind)

    @cached_property
    def limit(self) -> Column | None:
        """What the measure was held against."""
        return measured(self.part.limit, self.ks, self.part.kind)

    @cached_property
    def facts(self) -> list[str]:
        """A hash of what was seen: the values and the limit."""
        fronts = [(f"{quoted(n)}:", c.json) for n, c in sorted(self.values.items())]
        said = joined(([f"{front}{t}," for t in texts] for front, texts in fronts), len(self))
        limits = repeat("null", len(self)) if self.limit is None else self.limit.json
        return [digest(f"[{{{seen}}},{limit}]") for seen, limit in zip(said, limits, strict=True)]

    # what a finding says besides

    @cached_property
    def ranks(self) -> list[int]:
        """The severity of each unit, as its rank."""
        ranks: list[int] = self.part.ranks[self.ks].tolist()
        return ranks

    @cached_property
    def line_ids(self) -> Texts:
        """The id of each line."""
        return self.at_row("line_id") if self.of_lines else [None] * len(self)

    @cached_property
    def rows(self) -> Sequence[int | None]:
        """The row of each unit in its input; a group has none."""
        return [None] * len(self) if self.grouped else self.table.row[self.first].tolist()

    @cached_property
    def agencies(self) -> Texts:
        """The agency of each unit."""
        return self._own("agency")

    @cached_property
    def projects(self) -> Texts:
        """The project of each unit."""
        return self._own("project")

    def _own(self, name: str) -> Texts:
        if not self.grouped:
            return self.at_row(name)
        said = self.subject.get(name)
        return [None] * len(self) if said is None else [None if t is None else str(t) for t in said]

    @cached_property
    def subject(self) -> Mapping[str, Sequence[str | int | None]]:
        """What each unit is called; what is about an entity and year as a whole is about its year."""
        if self.of_lines:
            return {**line_subject(self.table, self.first), **self.extra}
        if not self.grouped:
            return self.identity
        told = list(self.identity.values())
        bare = [all(t is None for t in row) for row in zip(*told, strict=True)] if told else [True] * len(self)
        if not any(bare):
            return self.identity
        years = [self.table.periods[p].fiscal_year if b else None for p, b in zip(self.period, bare, strict=True)]
        own = self.identity.get("fiscal_year")
        if own is not None:
            years = [y if b else o for y, b, o in zip(years, bare, own, strict=True)]  # type: ignore[misc]
        return {**self.identity, "fiscal_year": years}

    @cached_property
    def labels(self) -> dict[str, Texts]:
        """Names for people, of what the finding is about."""
        out: dict[str, Texts] = {}
        for name in ("agency_name", "project_name"):
            key = name.split("_")[0]
            if self.grouped and key not in self.subject:
                continue
            said = self.at_row(name)
            if self.grouped:
                said = [None if s is None else t for s, t in zip(self.subject[key], said, strict=True)]
            if any(t is not None for t in said):
                out[name] = said
        return out

    @cached_property
    def amounts(self) -> Sequence[int | None]:
        """The money of each unit in 分."""
        amount = self.part.amount
        if amount is None:
            return [None] * len(self)
        values: list[int | None] = amount.values[self.at].tolist()
        known = amount.known[self.at]
        if not known.all():
            for i in np.flatnonzero(~known).tolist():
                values[i] = None
        return values

    @cached_property
    def _named(self) -> Named:
        single = {"measure": self.measure, "limit": self.limit}
        return Named(len(self), self.values, self.part.parameters, self.subject, single, self.labels)

    @cached_property
    def messages(self) -> Sentences:
        """What is said of each unit."""
        return self._named.sentences(self.rule.message)

    @cached_property
    def questions(self) -> Sentences:
        """What is asked about each unit."""
        return self._named.sentences(self.rule.question)

    @cached_property
    def places(self) -> Places:
        """Where each unit stands."""
        about = self.part.about
        asked = about.texts(self.ks) if isinstance(about, Keys) else [about] * len(self)
        return places(self.table, asked, self.first, self.inside, self.period)

    @cached_property
    def lines(self) -> Sequence[tuple[tuple[str, ...], int] | None]:
        """The ids of the first lines that each group is about, and how many lines those are."""
        found = named_lines(self.part, self.at) if self.grouped and self.table.name == "lines" else None
        return [None] * len(self) if found is None else found


def _plain(kind: str, value: float | str | bool | None) -> str | int:  # noqa: FBT001 - a mark is a value too
    said = in_json(kind, value)
    return said if isinstance(said, int) else str(said)
