"""Which money column a rule means by "the amount", chosen for each input at each stage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from budgetreview.table import Table
from budgetreview.tables import AMOUNT_BY_STAGE, AMOUNT_ORDER
from budgetreview.values import Exact


def with_amount(
    lines: Table, stage: str, settled: Mapping[tuple[str, str | None], str] | None = None
) -> tuple[Table, Mapping[tuple[str, str | None], str]]:
    """The lines with the column ``amount``: what a rule means by "the amount" at this stage.

    Chosen once for each input, a file or a sheet of one: the stage's own column, or when it is absent or wholly empty
    the next one with a value to its left (CONTRACT, ``lines``). A blank cell in the chosen column is unknown.

    Args:
        lines: The lines.
        stage: A word of CONTRACT section 1.
        settled: The column of each input and sheet, where that was settled over more lines than these: a part in
            which a column is wholly blank must not choose otherwise than the whole.

    Returns:
        The lines, and the column chosen for each input and sheet.
    """
    own = AMOUNT_BY_STAGE[stage]
    order = ("requested", "proposed") if own == "requested" else AMOUNT_ORDER[AMOUNT_ORDER.index(own) :: -1]
    if len({(s.name, s.sheet) for s in lines.sources}) == 1:
        return _with_one(lines, order, settled)
    values = np.zeros(len(lines), np.int64)
    known = np.zeros(len(lines), bool)
    bound = 0
    given: dict[int, str] = {}
    chosen: dict[tuple[str, str | None], str] = {}
    for place in dict.fromkeys((s.name, s.sheet) for s in lines.sources):
        members = [i for i, s in enumerate(lines.sources) if (s.name, s.sheet) == place]
        rows = np.isin(lines.source, members) if len(lines.sources) > 1 else np.ones(len(lines), bool)
        for column in order if settled is None else [settled[place]] if place in settled else []:
            data = lines.columns.get(column)
            if isinstance(data, Exact) and (settled is not None or (data.known & rows).any()):
                values = np.where(rows, data.values, values)
                known |= rows & data.known
                bound = max(bound, data.bound)
                for i in members:
                    if column in lines.sources[i].given:
                        given[i] = column
                chosen[place] = column
                break
    return lines.with_column("amount", Exact(values, known, known, "money", bound), given), chosen


def _with_one(
    lines: Table, order: Sequence[str], settled: Mapping[tuple[str, str | None], str] | None
) -> tuple[Table, Mapping[tuple[str, str | None], str]]:
    """The same for lines of a single input, whose column is taken as it is."""
    source = lines.sources[0]
    place = (source.name, source.sheet)
    for column in order if settled is None else [settled[place]] if place in settled else []:
        data = lines.columns.get(column)
        if isinstance(data, Exact) and (settled is not None or data.known.any()):
            given = {i: column for i, s in enumerate(lines.sources) if column in s.given}
            known = data.known
            amount = Exact(data.values, known, known, "money", data.bound)
            return lines.with_column("amount", amount, given), {place: column}
    nowhere = np.zeros(len(lines), bool)
    return lines.with_column("amount", Exact(np.zeros(len(lines), np.int64), nowhere, nowhere, "money", 0), {}), {}


def totals_with_amount(totals: Table, chosen: Mapping[tuple[str, str | None], str]) -> Table:
    """The total rows kept beside the lines, with the column that was chosen for the lines of their input."""
    values, known = np.zeros(len(totals), np.int64), np.zeros(len(totals), bool)
    for i, source in enumerate(totals.sources):
        data = totals.columns.get(chosen.get((source.name, source.sheet), ""))
        if isinstance(data, Exact):
            rows = (totals.source == i) & data.known
            values, known = np.where(rows, data.values, values), known | rows
    return totals.with_column("amount", Exact.of(values, known), {})
