"""What a rule is: its words, law and figures (data), and one pure function from tables to an assessment."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from enum import StrEnum
from fractions import Fraction
from functools import lru_cache
from typing import Any, Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.authority import Authority
from budgetreview.errors import RuleError, Text
from budgetreview.layers import About, Change
from budgetreview.parameters import DatedValue, Parameter, Status, Value, held
from budgetreview.table import Groups, Table
from budgetreview.tables import BOOKS, NO_BOOK
from budgetreview.values import Bools, Exact, Keys, Truth, Values

ALL_BOOKS: Final = tuple(b for b in BOOKS if b != NO_BOOK)


class Severity(StrEnum):
    """Red: forbidden or to be blocked; orange: explain with a document; yellow: explain; blue: hint."""

    RED = "red"
    ORANGE = "orange"
    YELLOW = "yellow"
    BLUE = "blue"

    @property
    def rank(self) -> int:
        """0 is the gravest."""
        return _ORDER.index(self)


_ORDER = tuple(Severity)


@attrs.frozen(eq=False)
class Assessment:
    """What a rule says of each unit it looked at: lines, groups of lines, or rows of another table.

    Attributes:
        units: The rows or groups; every array below has one element for each.
        applies: Which units the rule speaks about; the others are not applicable.
        condition: Where it holds the unit is flagged.
        severity: For rules with steps the index of each unit's severity in :class:`Severity`; else None.
        measure: What was measured, and ``limit`` what it was held against; shown with a finding.
        values: The figures used, by the names that the formula and the messages use.
        about: The column whose cell a finding points at; keys where it is not the same for all units.
        members: Rows of the group that a finding names, None: all rows of the group.
        amount: The money at stake; by default the amount of the line or the sum over the group's lines.
        subject: More names of the unit than its keys, e.g. a book that the rule is about.
        lacks: Names of inputs that were missing, each with the units where it was.
    """

    units: Table | Groups
    applies: Truth
    condition: Truth
    severity: npt.NDArray[np.int8] | None = None
    measure: Values | None = None
    limit: Values | Fraction | int | None = None
    values: Mapping[str, Values | Fraction | int | str] = attrs.field(factory=dict)
    about: str | Keys | None = None
    members: Truth | None = None
    amount: Exact | None = None
    subject: Mapping[str, Values | str] = attrs.field(factory=dict)
    lacks: Mapping[str, Bools] = attrs.field(factory=dict)

    @classmethod
    def of(
        cls,
        units: Table | Groups,
        *,
        condition: Truth | None = None,
        applies: Truth | None = None,
        steps: Sequence[tuple[Truth, Severity]] = (),
        **shown: Any,
    ) -> Assessment:
        """An assessment; ``steps`` (gravest first) instead of ``condition`` where severities differ."""
        n = len(units)
        graded: npt.NDArray[np.int8] | None = None
        if steps:
            graded = np.full(n, len(_ORDER), np.int8)
            condition = steps[0][0]
            for truth, severity in steps:
                condition = condition | truth
                graded[truth.yes & (graded == len(_ORDER))] = severity.rank
        if condition is None:
            msg = "an assessment needs a condition or steps"
            raise RuleError(msg)
        everywhere = applies if applies is not None else Truth.always(n)
        if len(condition) != n or len(everywhere) != n:
            msg = f"condition and applies must have one answer a unit ({n}), not {len(condition)} and {len(everywhere)}"
            raise RuleError(msg)
        return cls(units, everywhere, condition, graded, **shown)


@attrs.frozen
class Context:
    """What a rule may know besides the tables: the review's stage and day, levels of government, code tables.

    Attributes:
        stage: A word of CONTRACT section 1.
        as_of: The as-of date; nobody asks the clock.
        levels: Level of government for each entity and year, None where unknown.
        codes: Classification tables by system (see ``budgetreview.codes``).
        total_rows: The 合计, 小计 and 其中 rows that stood among the lines, with the column ``amount``; they are
            outside every sum.
    """

    stage: str
    as_of: date
    levels: tuple[str | None, ...] = ()
    codes: Mapping[str, Any] = attrs.field(factory=dict)
    total_rows: Table | None = None

    def level_is(self, units: Table | Groups, *levels: str) -> Truth:
        """Whether the unit's entity is of one of the levels."""
        yes = np.array([x in levels for x in self.levels] + [False])[units.period]
        known = np.array([x is not None for x in self.levels] + [False])[units.period]
        return Truth(yes & known, ~yes & known)


Function = Callable[..., Assessment]


@attrs.frozen(eq=False)
class Rule:
    """One rule: what it says, on what authority, when it holds, and the function that decides.

    Built from a TOML entry and a function by :class:`budgetreview.RuleBook`. A rule is a value: nothing is looked up
    later.

    A rule with a ``territory`` speaks only of entities whose code starts with it: entities elsewhere are
    ``not_applicable``, and where the entity is not known nothing is assessed. ``changes`` is what packages changed, in
    the order of their layers, each in its own territory and time. A rule that is ``on_where_enabled`` is off by default
    and runs only where and while a package switched it on. ``across`` names what it compares units over, ``entities``
    or ``years``: its answers for one place are not those that it gives with others beside it.
    """

    code: str
    pack: str
    name: str
    title: Text
    severity: Severity
    status: Status
    authority: tuple[Authority, ...]
    stages: tuple[str, ...]
    books: tuple[str, ...]
    sides: tuple[str, ...]
    focus: tuple[str, ...]
    levels: tuple[str, ...]
    per: str
    tables: tuple[str, ...]
    optional_tables: tuple[str, ...]
    reads: tuple[str, ...]
    uses: tuple[str, ...]
    parameters: Mapping[str, Parameter]
    record: type | None
    function: Function
    takes: tuple[str, ...]
    formula: str
    message: Text
    question: Text
    page: Mapping[str, Text]
    in_force: tuple[date | None, date | None] = (None, None)
    territory: str | None = None
    default: bool = True
    since: str = "0.1.0"
    version: int = 1
    points: tuple[int, ...] = ()
    superseded_by: str | None = None
    waivable: bool = True
    across: tuple[str, ...] = ()
    changes: tuple[Override, ...] = ()
    on_where_enabled: bool = False

    def severity_at(self, entity: str | None, as_of: date) -> Override | None:
        """The package's change of severity that holds for the entity on the day, None if there is none.

        That of the smallest territory wins, the later layer among equals. Where the entity is not known, a change
        that is limited to a territory does not hold.
        """
        own = [
            c
            for c in self.changes
            if c.severity is not None and c.holds_on(as_of) and covers(c.territory, entity) is True
        ]
        return max(enumerate(own), key=lambda c: (len(c[1].territory or ""), c[0]))[1] if own else None

    def speaks_of(self, entity: str | None, as_of: date) -> bool | None:
        """Whether the rule speaks of the entity on the day; None: not known.

        It does in its territory, where no package retired it, and, if it runs only because a package switched it
        on, where that package did.
        """
        here = [covers(self.territory, entity)]
        switched: list[bool | None] = []
        for change in self.changes:
            if not change.holds_on(as_of):
                continue
            if change.retired is not None:
                gone = covers(change.territory, entity)
                here.append(None if gone is None else not gone)
            if change.enabled:
                switched.append(covers(change.territory, entity))
        if self.on_where_enabled:
            here.append(True if True in switched else None if None in switched else False)
        return False if False in here else None if None in here else True

    def holds_on(self, as_of: date) -> bool:
        """Whether the rule is in force on the day, and switched on if it has to be."""
        if not held(self.in_force[0], self.in_force[1], as_of):
            return False
        return not self.on_where_enabled or any(c.enabled and c.holds_on(as_of) for c in self.changes)

    def columns_of(self, table: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """The needed and the optional columns of one table, by their own names."""
        return _of_table(self.reads, table), _of_table(self.uses, table)


def covers(territory: str | None, entity: str | None) -> bool | None:
    """Whether an entity lies in a territory (None: everywhere); None where the entity is not known."""
    if not territory:
        return True
    return None if entity is None else entity.startswith(territory)


@lru_cache(maxsize=4096)
def _of_table(names: tuple[str, ...], table: str) -> tuple[str, ...]:
    return tuple(c for t, c in map(split_column, names) if t == table)


def split_column(name: str) -> tuple[str, str]:
    """``standard_value`` → ``("lines", "standard_value")``, ``totals.reserve`` → ``("totals", "reserve")``."""
    table, dot, column = name.partition(".")
    return (table, column) if dot else ("lines", name)


ACROSS: Final = ("entities", "years")
"""What a rule may compare units over, besides those of one entity and year."""
PAGE_PARTS: Final = ("flags", "why", "fine", "cannot")
"""What every rule's page says: what it flags, why it matters, when it is fine, what it cannot judge."""


@attrs.frozen
class Override:
    """A layer's change to somebody's rule: a parameter's value or limits, the severity, retirement, switching on.

    Values, limits and severities need an authority, a retirement its reason; loading refuses a change that says
    nothing, that names only half of a value, that reaches outside the package's territory, or that would be ignored.

    Attributes:
        rule: The code of the rule changed.
        origin: The package that changes it.
        parameter: The parameter, with ``value``, ``least`` or ``most``; None for the other kinds.
        value: Its dated value, within the limits of the rule and of the layers above; it takes ``territory`` and the
            days where it names none itself.
        severity: Another severity for every finding of the rule, also where the rule itself has several steps.
        retired: The reason why the rule does not speak of the territory (``not_applicable`` there); None: it does.
        enabled: Switches a rule on that is off by default, in the territory only; elsewhere it does not apply.
        territory: Division code prefix: the change holds only for entities whose code starts with it, and where the
            entity is not known neither value nor severity is changed; a unit of unknown entity is not assessed by a
            rule that is retired or switched on somewhere only. None: the package's territory, or wherever it is used.
        authority: What the change rests on.
        least: The smallest value that lower layers and users may set for the parameter in the territory.
        most: The largest.
        start: The first day on which the change holds; None: ever since.
        end: The last day; None: for good.
    """

    rule: str
    origin: str
    parameter: str | None = None
    value: DatedValue | None = None
    severity: Severity | None = None
    retired: Text | None = None
    enabled: bool = False
    territory: str | None = None
    authority: tuple[Authority, ...] = ()
    least: Value | None = None
    most: Value | None = None
    start: date | None = None
    end: date | None = None

    def holds_on(self, as_of: date) -> bool:
        """Whether the change is in force on the day."""
        return held(self.start, self.end, as_of)


@attrs.frozen(eq=False)
class RuleSet:
    """Everything that a review is handed: rules of all packages, resolved once, and what was left out.

    Attributes:
        rules: The rules that run, sorted by code.
        packs: Package to version.
        off: Codes of installed rules that do not run (outside the core and not named, or ignored).
        without: Packages left out on request.
        profiles: Mechanisms by key.
        layouts: Layouts by key.
        codes: Classification tables by system.
        about: What each package says of itself, in the order of loading.
        base: The core's rules that are on by default, as they are without any package.
        layers: What packages add, remove and modify, in the order of loading.
        readers: Readers of files that the core does not read (:class:`budgetreview.readers.Reader`).
    """

    rules: tuple[Rule, ...]
    packs: Mapping[str, str] = attrs.field(factory=dict)
    off: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    profiles: Mapping[str, Any] = attrs.field(factory=dict)
    layouts: Mapping[str, Any] = attrs.field(factory=dict)
    codes: Mapping[str, Any] = attrs.field(factory=dict)
    about: Mapping[str, About] = attrs.field(factory=dict)
    base: tuple[Rule, ...] = ()
    layers: tuple[Change, ...] = ()
    readers: tuple[Any, ...] = ()

    def __iter__(self) -> Iterator[Rule]:
        return iter(self.rules)

    def __len__(self) -> int:
        return len(self.rules)
