"""A rule file as it was written, cell by cell or key by key, before anybody knows whether it makes sense."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import attrs

from budgetreview.errors import Problem, Text

Place = tuple[str | None, str | None]
"""Sheet and cell; for TOML no sheet, and the path of the key."""


@attrs.frozen
class Said:
    """One text and where it stands."""

    text: str
    place: Place


@attrs.frozen
class Entry:
    """One rule or change: what is said in each field."""

    said: Mapping[str, Said]
    place: Place

    def get(self, key: str) -> str:
        """The text of a field, empty where nothing is said."""
        found = self.said.get(key)
        return found.text if found is not None else ""

    def where(self, key: str) -> Place:
        """The place of a field; that of the entry where nothing is said."""
        found = self.said.get(key)
        return found.place if found is not None else self.place


@attrs.frozen
class Sample:
    """One row of an example.

    Attributes:
        code: The rule it is for.
        expected: The answer that it must get, None for a row that only belongs to a group.
        case: Rows of one rule and case are judged together.
        row: Its number in the sheet, from 1.
        cells: What stands in it, by the place of the column.
    """

    code: Said
    expected: Said | None
    case: str
    row: int
    cells: Mapping[int, str]


@attrs.frozen
class Samples:
    """Examples: the headers of their columns by place, their rows, and where each cell is."""

    headers: Mapping[int, str]
    rows: tuple[Sample, ...]
    where: Callable[[int, int], Place]


@attrs.frozen
class Written:
    """A whole file.

    Attributes:
        name: Of the file, for messages.
        pack: The package that it says it is, None where it says nothing.
        version: A short hash of its content.
        rules: Its rules.
        changes: Its changes to rules of others.
        samples: Its examples.
        problems: What could not be read.
        notices: What the reader should know.
    """

    name: str
    pack: str | None
    version: str
    rules: tuple[Entry, ...] = ()
    changes: tuple[Entry, ...] = ()
    samples: tuple[Samples, ...] = ()
    problems: tuple[Problem, ...] = ()
    notices: tuple[Problem, ...] = ()


def problem(kind: str, zh: str, en: str, name: str, place: Place) -> Problem:
    """A problem of a file at a place."""
    return Problem(kind, Text(zh, en), name, *place)
