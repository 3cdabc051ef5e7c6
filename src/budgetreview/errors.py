"""Everything that budgetreview raises on purpose: one root, few leaves, each carrying its data."""

from __future__ import annotations

from typing import TYPE_CHECKING

import attrs

if TYPE_CHECKING:
    from collections.abc import Sequence


@attrs.frozen
class Text:
    """A sentence in Chinese and in English; both are required."""

    zh: str = attrs.field(validator=attrs.validators.min_len(1))
    en: str = attrs.field(validator=attrs.validators.min_len(1))

    def __getitem__(self, lang: str) -> str:
        return self.zh if lang == "zh" else self.en


@attrs.frozen
class Problem:
    """Something in an input that stops it, or (as a notice) that the reader should know.

    Attributes:
        kind: A stable word for programs, e.g. ``bad-cell``, ``unit-missing``, ``unknown-column``.
        text: What was read, what was expected, what to do.
        name: The input, relative to the argument given; never an absolute path.
        sheet: The sheet, or None.
        cell: The A1 address, or the csv column letter and record number, or None.
    """

    kind: str
    text: Text
    name: str = ""
    sheet: str | None = None
    cell: str | None = None

    def line(self, lang: str) -> str:
        """The problem as one line: place first, then the sentence."""
        place = "!".join(p for p in (self.sheet, self.cell) if p)
        where = f"{self.name} {place}".strip()
        return f"{where}: {self.text[lang]}" if where else self.text[lang]


Notice = Problem
"""A notice has the same fields as a problem; it only does not stop the submission."""


class BudgetReviewError(Exception):
    """The root of all errors of this package."""


class IntakeError(BudgetReviewError):
    """An input could not be read. Lists every problem found, not only the first."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(p.line("zh") + " / " + p.text.en for p in problems))
        self.problems = tuple(problems)


class PackError(BudgetReviewError):
    """A rule package is missing, broken, incompatible or clashes with another one.

    Attributes:
        pack: The package.
        text: What is wrong and what to do.
        code: A stable word for programs, such as ``pack-missing``; docs/zh/how-to/layers.md lists all of them.
    """

    def __init__(self, pack: str, text: Text, code: str = "pack-unsound") -> None:
        super().__init__(f"{pack}: {text.zh} / {text.en}")
        self.pack = pack
        self.text = text
        self.code = code


class RuleError(BudgetReviewError):
    """A rule is written wrongly, or asked for something that it did not declare."""


class ParameterError(BudgetReviewError):
    """A parameter is unknown, of the wrong kind, or outside the limits set for it."""

    def __init__(self, text: Text | str) -> None:
        said = text if isinstance(text, Text) else Text(text, text)
        super().__init__(said.zh if said.zh == said.en else f"{said.zh} / {said.en}")
        self.text = said


class UsageError(BudgetReviewError):
    """An option or argument is wrong; on the command line this is exit status 2."""

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text


class OutputError(BudgetReviewError):
    """A report could not be written; whatever was there before is untouched."""

    def __init__(self, text: Text | str) -> None:
        said = text if isinstance(text, Text) else Text(text, text)
        super().__init__(said.zh if said.zh == said.en else f"{said.zh} / {said.en}")
        self.text = said


class LedgerError(BudgetReviewError):
    """A ledger cannot be used: missing, cut off, damaged, of another version, read-only, or its disk is full."""

    def __init__(self, text: Text) -> None:
        super().__init__(f"{text.zh} / {text.en}")
        self.text = text
