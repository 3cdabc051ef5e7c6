"""A submission: all tables handed over for one or thousands of entities and years, and what was read where."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

import attrs

from budgetreview.errors import Notice, Problem
from budgetreview.table import Period, Table
from budgetreview.tables import TABLES


@attrs.frozen
class Input:
    """One sheet, file or frame that was read, as the report lists it.

    Attributes:
        name: Relative to the argument given, ``/`` as separator; equal names get ``#2``.
        sha256: Of the file's bytes; None for frames.
        sheet: The sheet, or None.
        table: The table it was recognised as, or None.
        rows: Rows read into the table, total rows not counted.
        amount_column: For ``lines``, the column that a rule means by "the amount"; set by the review.
        notices: What the reader should know.
        problems: What stopped it.
        sources: Numbers of the table's sources that this input stands for.
    """

    name: str
    sha256: str | None = None
    sheet: str | None = None
    table: str | None = None
    rows: int = 0
    amount_column: str | None = None
    notices: tuple[Notice, ...] = ()
    problems: tuple[Problem, ...] = ()


@attrs.frozen(init=False, eq=False)
class Submission:
    """Tables by name, the entities and years they speak of, and the inputs they were read from.

    ``Submission(lines=frame, totals=frame)`` takes data frames (polars, pandas, pyarrow, anything with the Arrow C
    stream), money in 元 unless ``unit`` says otherwise.
    """

    tables: Mapping[str, Table]
    periods: tuple[Period, ...]
    inputs: tuple[Input, ...]
    totals_rows: Mapping[str, Table]

    def __init__(self, **frames: Any) -> None:
        """Read frames into a submission.

        Args:
            **frames: A frame by table name, and the options of ``budgetreview.read`` (``unit``, ``entity``,
                ``year``, ``layout``, ``round``).

        Raises:
            IntakeError: A frame could not be understood; every problem is listed.
        """
        # The one way up: CONTRACT promises Submission(lines=frame), and coding frames is intake's work.
        from budgetreview.intake.frames import read_frames

        read = read_frames(**frames)
        self.__attrs_init__(read.tables, read.periods, read.inputs, read.totals_rows)

    @classmethod
    def of(
        cls,
        tables: Mapping[str, Table],
        periods: tuple[Period, ...],
        inputs: tuple[Input, ...] = (),
        totals_rows: Mapping[str, Table] | None = None,
    ) -> Submission:
        """A submission of tables that are already coded.

        Args:
            tables: By name; tables that were not brought may be left out.
            periods: All entities and years, sorted; the tables' ``period`` numbers them.
            inputs: What was read.
            totals_rows: 合计, 小计 and 其中 rows kept beside their tables, outside every sum.
        """
        made = cls.__new__(cls)
        made.__attrs_init__(
            MappingProxyType(dict(tables)), periods, tuple(inputs), MappingProxyType(dict(totals_rows or {}))
        )
        return made

    def table(self, name: str) -> Table:
        """The named table, empty if it was not brought."""
        if name not in TABLES:
            msg = f"no table {name!r}; known: {', '.join(TABLES)}"
            raise KeyError(msg)
        return self.tables.get(name) or Table.empty(name, self.periods)

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem of every input."""
        return tuple(p for i in self.inputs for p in i.problems)

    @property
    def notices(self) -> tuple[Notice, ...]:
        """Every notice of every input."""
        return tuple(p for i in self.inputs for p in i.notices)
