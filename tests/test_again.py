"""A second review that has the first at hand reports what a full one reports, to the byte."""

from __future__ import annotations

import gc
import io
import random
import weakref
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import attrs
import polars as pl
import pytest

import budgetreview as br
from budgetreview.conformance import batches
from budgetreview.engine import with_settings
from budgetreview.render.records.json import json_document
from budgetreview.rule import Rule, RuleSet
from budgetreview.rules.core import budgetreview_rules
from budgetreview.tables import TABLES
from budgetreview.values import LateKeys

Tables = dict[str, dict[str, list[Any]]]
RULES = RuleSet(tuple(sorted(budgetreview_rules(), key=lambda r: r.code)))
NAMES = ("lines", "prior", "funds", "targets", "calendar", "transfers", "payments", "agencies", "totals")


def reviewed(given: br.Submission, previous: br.Report | None = None, rules: RuleSet = RULES, **options: Any) -> br.Report:
    options = {"stage": "pre", "as_of": batches.LATE, "level": "county", **options}
    return br.review(given, rules, previous=previous, **options)


def told(report: br.Report) -> tuple[str, list[Any], list[list[str]]]:
    """Everything that a report holds, but for the time it took."""
    timeless = [attrs.evolve(r, seconds=0.0) for r in report.results]
    report = attrs.evolve(report, results=tuple(timeless))
    out = io.BytesIO()
    json_document(report, out)
    return out.getvalue().decode(), list(report.coverage), [r.grey_prints() for r in report.results]


def rows(tables: Tables, name: str, keep: Callable[[int], bool]) -> Tables:
    """The same tables with some rows of one of them."""
    n = len(next(iter(tables[name].values())))
    return {**tables, name: {c: [v[i] for i in range(n) if keep(i)] for c, v in tables[name].items()}}


def edited(tables: Tables, rnd: random.Random) -> Tables:
    """A cell emptied or filled, a row struck out or written twice, in one table or another."""
    name = rnd.choice(NAMES)
    columns = tables[name]
    n = len(columns["entity"])
    i = rnd.randrange(n)
    kind = rnd.choice(["cell", "cell", "cell", "row out", "row in"] if "line_id" in columns else ["cell", "row out"])
    if kind == "row out":
        return rows(tables, name, lambda k: k != i)
    if kind == "row in":
        again = {c: [*v[: i + 1], *v[i:]] for c, v in columns.items()}
        again["line_id"][i + 1] = f"{again['line_id'][i]}x{rnd.random()}"
        return {**tables, name: again}
    column = rnd.choice([c for c in columns if c not in {"entity", "fiscal_year", "line_id", *TABLES[name].key}])
    value = rnd.choice([None, rnd.choice(columns[column])])
    return {**tables, name: {**columns, column: [*columns[column][:i], value, *columns[column][i + 1 :]]}}


@pytest.mark.parametrize(("stage", "seed"), [("pre", 1), ("preliminary", 2), ("execution", 3), ("final", 4), ("pre", 5)])
def test_edit_after_edit_the_report_is_that_of_a_full_review(stage: str, seed: int) -> None:
    """Each review has the one before at hand, which itself was made with one at hand."""
    rnd = random.Random(seed)
    tables = batches.county(seed, times=2)
    report = reviewed(br.Submission(**tables), stage=stage)
    taken_over = 0
    for _ in range(8):
        tables = edited(tables, rnd)
        report = reviewed(br.Submission(**tables), report, stage=stage)
        taken_over += report.taken_over
        assert told(report) == told(reviewed(br.Submission(**tables), stage=stage))
    assert taken_over > 8


def test_only_the_places_that_differ_are_asked_again() -> None:
    asked: list[set[str]] = []

    def watched(rule: Rule) -> Rule:
        whole = rule.function

        def function(**handed: Any) -> Any:
            lines = handed["lines"]
            asked.append({lines.periods[p].entity for p in set(lines.period.tolist())})
            return whole(**handed)

        return attrs.evolve(rule, function=function)

    (z13,) = (rule for rule in RULES if rule.code == "Z13")
    rules = RuleSet((watched(z13),))
    tables = batches.county(7, times=2)
    first = reviewed(br.Submission(**tables), rules=rules)
    place = tables["lines"]["entity"][0]
    tables["lines"]["unit_price"][0] = "123456"
    second = reviewed(br.Submission(**tables), first, rules)
    assert asked == [set(batches.PLACES), {place}]
    assert second.taken_over == len(first.periods) - 1


def test_a_column_that_no_rule_reads_changes_nothing_but_what_is_shown() -> None:
    (z01,) = (rule for rule in RULES if rule.code == "Z01")
    tables = batches.county(7, times=2)
    first = reviewed(br.Submission(**tables), rules=RuleSet((z01,)))
    tables["lines"]["evaluation_score"] = ["77"] * len(tables["lines"]["entity"])
    assert reviewed(br.Submission(**tables), first, RuleSet((z01,))).taken_over == len(first.periods)


def other_day(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    given, day = br.Submission(**tables), date(2026, 5, 1)
    return reviewed(given, first, as_of=day), reviewed(given, as_of=day)


def other_stage(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    given = br.Submission(**tables)
    return reviewed(given, first, stage="final"), reviewed(given, stage="final")


def other_level(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    given = br.Submission(**tables)
    return reviewed(given, first, level="city"), reviewed(given, level="city")


def other_value(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    given, rules = br.Submission(**tables), RuleSet(tuple(with_settings(RULES.rules, {"Z13.tolerance": "0.5"})))
    return reviewed(given, first, rules), reviewed(given, None, rules)


def other_standards(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    tables["standards"]["value"] = ["1"] * len(tables["standards"]["value"])
    given = br.Submission(**tables)
    return reviewed(given, first), reviewed(given)


def a_place_more(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    tables["lines"]["entity"][:9] = ["430703"] * 9
    given = br.Submission(**tables)
    return reviewed(given, first), reviewed(given)


def a_place_less(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    for name in [n for n in tables if "entity" in tables[n]]:
        tables = rows(tables, name, lambda k, own=tables[name]["entity"]: own[k] != "430702")  # type: ignore[misc]
    given = br.Submission(**tables)
    return reviewed(given, first), reviewed(given)


def a_column_less(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    del tables["lines"]["unit_price"]
    given = br.Submission(**tables)
    return reviewed(given, first), reviewed(given)


def mixed_rows(first: br.Report, tables: Tables) -> tuple[br.Report, br.Report]:
    order = list(range(len(tables["lines"]["entity"])))
    random.Random(1).shuffle(order)
    tables["lines"] = {c: [v[i] for i in order] for c, v in tables["lines"].items()}
    given = br.Submission(**tables)
    return reviewed(given, first), reviewed(given)


@pytest.mark.parametrize(
    "change",
    [other_day, other_stage, other_level, other_value, other_standards, a_place_more, a_place_less, a_column_less,
     mixed_rows],
)  # fmt: skip
def test_whatever_else_has_changed(change: Callable[[br.Report, Tables], tuple[br.Report, br.Report]]) -> None:
    tables = batches.county(11, times=2)
    again, full = change(reviewed(br.Submission(**tables)), tables)
    assert told(again) == told(full)


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_cells_are_those_where_the_rows_stand_now(tmp_path: Path, where: str, suffix: str) -> None:
    """A row put into a sheet moves all rows below it: their findings name their new cells."""
    columns = batches.county(2, times=4)["lines"]
    order = sorted(range(len(columns["entity"])), key=columns["entity"].__getitem__)
    columns = {c: [v[i] for i in order] for c, v in columns.items()}
    n = len(order)
    at = {"first": 0, "middle": n // 2, "last": n}[where]
    more = {c: [*v[:at], v[min(at, n - 1)], *v[at:]] for c, v in columns.items()}
    more["line_id"][at] = "put in"

    def read(name: str, given: dict[str, list[Any]]) -> br.Submission:
        path = tmp_path / name / f"预算明细.{suffix}"
        path.parent.mkdir()
        frame = pl.DataFrame(given)
        frame.write_csv(path) if suffix == "csv" else frame.write_parquet(path)
        return br.read(path)

    first, given = reviewed(read("1", columns)), read("2", more)
    again, full = reviewed(given, first), reviewed(given)
    assert any(f.source.cell for f in full.findings) == (suffix == "csv")
    assert told(again) == told(full)
    assert again.taken_over == len(first.periods) - 1


def test_texts_that_are_not_put_to_keys_are_compared_as_they_stand(tmp_path: Path) -> None:
    """A large clean parquet file, where projects lie in runs and hardly any column is made before a rule asks."""
    n = 12_000
    lines = pl.DataFrame({
        "line_id": [f"L{i}" for i in range(n)],
        "entity": [batches.PLACES[i * 4 // n] for i in range(n)],
        "fiscal_year": [2026] * n,
        "agency": [f"{100 + i * 40 // n}" for i in range(n)],
        "project": [f"P{i // 3}" for i in range(n)],
        "project_name": [f"项目{i // 3}" for i in range(n)],
        "proposed": [100 + i % 7 for i in range(n)],
        "basis": [None if i % 50 == 0 else "某条例" for i in range(n)],
    })  # fmt: skip

    def read(name: str, frame: pl.DataFrame) -> br.Submission:
        path = tmp_path / name / "lines.parquet"
        path.parent.mkdir()
        frame.write_parquet(path)
        return br.read(path)

    first = reviewed(read("1", lines), stage="preliminary")
    renamed = lines.with_columns(
        pl.when(pl.int_range(n) == n // 2).then(pl.lit("另一项目")).otherwise("project_name").alias("project_name")
    )
    given = read("2", renamed)
    assert isinstance(given.table("lines").columns["project_name"], LateKeys)
    again, full = reviewed(given, first, stage="preliminary"), reviewed(given, stage="preliminary")
    assert told(again) == told(full)
    assert again.taken_over == 3


def test_a_failing_rule_fails_in_both() -> None:
    tables = batches.county(3, times=2)
    first = reviewed(br.Submission(**tables))

    def fails(**_: Any) -> Any:
        msg = "a mistake of the rule"
        raise ValueError(msg)

    broken = RuleSet(tuple(attrs.evolve(r, function=fails) if r.code == "Z13" else r for r in RULES))
    given = br.Submission(**tables)
    assert told(reviewed(given, first, broken)) == told(reviewed(given, None, broken))
    assert told(reviewed(given, reviewed(given, None, broken))) == told(reviewed(given))


def test_a_report_read_back_or_merged_is_no_help_and_no_harm() -> None:
    tables = batches.county(3, times=2)
    first = attrs.evolve(reviewed(br.Submission(**tables)), judged=None)
    again = reviewed(br.Submission(**tables), first)
    assert again.taken_over == 0
    assert told(again) == told(first)


def test_who_reviews_again_and_again_keeps_only_the_last_two_submissions() -> None:
    rnd = random.Random(1)
    tables = batches.county(1, times=2)
    alive: list[weakref.ref[Any]] = []
    report = None
    for _ in range(6):
        tables = edited(tables, rnd)
        given = br.Submission(**tables)
        alive.append(weakref.ref(given.table("lines").period))
        report = reviewed(given, report)
        del given
    gc.collect()
    assert [a() is not None for a in alive[:-1]] == [False] * 5
