"""The laws that every rule keeps, whatever it asks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Final

import attrs
import numpy as np

from budgetreview.amount import with_amount
from budgetreview.engine import bench
from budgetreview.errors import Text
from budgetreview.rule import Rule, RuleSet, split_column
from budgetreview.submission import Submission
from budgetreview.table import Table
from budgetreview.testing.asking import SAID, answers
from budgetreview.testing.case_files import AS_OF
from budgetreview.values import Ints, Keys, Truth

_BLANK_MEANS: Final = frozenset(
    {"agency", "basis_expires", "due", "end_year", "parent_id", "periods", "prior_current", "priority", "project"}
)
"""Columns where a blank says something of its own (READINGS), or moves a line out of its group."""


def check_rule(rule: Rule, given: Submission, *, as_of: date = AS_OF, seed: int = 0) -> None:
    """Check the laws that every rule keeps, on one submission.

    The same batch gives the same answers; row order means nothing; blanking cells never turns a flagged or grey unit
    clear; inputs are untouched.

    Raises:
        AssertionError: A law is broken.
    """
    for law, said in broken_laws(rule, given, stage=rule.stages[0], as_of=as_of, seed=seed):
        msg = f"{law}: {said.zh} / {said.en}"
        raise AssertionError(msg)


def broken_laws(
    rule: Rule, given: Submission, *, stage: str, as_of: date, level: str | None = None, seed: int = 0
) -> Iterator[tuple[str, Text]]:
    """The laws of :func:`check_rule` that a rule breaks on one submission, each by its name and what was seen.

    Args:
        rule: The rule.
        given: The submission.
        stage: The review.
        as_of: Its day.
        level: Level of government of all entities.
        seed: Of the order tried and the cells blanked.
    """
    random = np.random.default_rng(seed)
    before = {n: _bytes(t) for n, t in given.tables.items()}
    # Rules share the tables cut to their scope, so that is where one could spoil the next one's input.
    shared = bench(given, RuleSet(()), stage=stage, as_of=as_of, level=level)
    views = shared.views(rule)
    seen = [_bytes(v) for v in views]
    for _ in shared.assessments(rule):
        pass
    spoilt = seen != [_bytes(v) for v in views]

    def asked(submission: Submission) -> dict[str, str]:
        return answers(rule, submission, stage=stage, as_of=as_of, level=level)

    first = asked(given)
    if first != asked(given):
        yield "not-deterministic", Text(f"{rule.code} 两次运行的回答不同", f"{rule.code} answers two runs differently")
    mixed = _with(given, {n: _ordered(t, random.permutation(len(t))) for n, t in given.tables.items()})
    if first != asked(mixed):
        yield (
            "order-matters",
            Text(f"{rule.code} 的回答随行序而变", f"{rule.code} answers otherwise when rows are mixed"),
        )
    for name, blanked in _blanked(rule, given, stage, random):
        after = asked(blanked)
        for unit, said in first.items():
            if said in {"flagged", "not_assessed"} and after.get(unit) == "clear":
                yield "blank-clears", Text(
                    f"{rule.code}：抹去 {name} 后，{unit} 由“{SAID[said].zh}”变成“未见问题”",
                    f"{rule.code}: blanking {name} cleared {unit}, which was {SAID[said].en}",
                )
    if spoilt or before != {n: _bytes(t) for n, t in given.tables.items()}:
        yield "input-changed", Text(f"{rule.code} 改动了输入", f"{rule.code} changed its input")


def _blanked(
    rule: Rule, given: Submission, stage: str, random: np.random.Generator
) -> Iterator[tuple[str, Submission]]:
    """The submission with half of the cells blank, once for each column that the rule reads."""
    for name in rule.reads + rule.uses:
        table, column = split_column(name)
        target = given.tables.get(table)
        if target is None or column in _BLANK_MEANS:
            continue
        # "The amount" stands in the column that the stage chooses.
        chosen = {column}
        if (table, column) == ("lines", "amount"):
            chosen = set(with_amount(target, stage)[1].values())
        chosen &= set(target.columns)
        if chosen:
            keep = random.random(len(target)) < 0.5  # noqa: PLR2004 - half of the cells
            cut = {c: target.columns[c].only(keep) for c in sorted(chosen)}
            columns = {**target.columns, **cut}
            yield name, _with(given, {table: attrs.evolve(target, columns=columns, groups={}, mapped={})})


def _with(given: Submission, tables: Mapping[str, Table]) -> Submission:
    return Submission.of({**given.tables, **tables}, given.periods, given.inputs, given.totals_rows)


def _ordered(table: Table, order: Ints) -> Table:
    return attrs.evolve(
        table,
        columns={n: d.take(order) for n, d in table.columns.items()},
        period=table.period[order],
        source=table.source[order],
        row=table.row[order],
        record=table.record[order],
        groups={},
        mapped={},
    )


def _bytes(table: Table) -> dict[str, bytes]:
    """What every column holds."""
    out = {}
    for name, data in table.columns.items():
        if isinstance(data, Truth):
            out[name] = data.yes.tobytes() + data.no.tobytes()
        elif isinstance(data, Keys):
            out[name] = data.codes.tobytes()
        else:
            out[name] = data.values.tobytes() + data.known.tobytes()
    return out
