"""What is measured: a function a table. Goals are those of the project's own plan; every row says what it is held against."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs
import polars as pl

from benchmarks.export import Export, frame, written
from benchmarks.measuring import Row, Table, agree, child, interleaved, row, way
from benchmarks.ways import WAYS

_SMALL: Final = 300
_COLUMNS_OF_A_SHEET: Final = 40
_WARM: Final = 20
_COUNTY: Final = 3_000


@attrs.frozen
class Settings:
    """How much is measured.

    Attributes:
        folder: Where files are kept from one run to the next.
        sizes: Numbers of lines.
        times: Runs of each.
        sheet_rows: Rows of the workbook.
    """

    folder: Path
    sizes: tuple[int, ...]
    times: int
    sheet_rows: int


def _compared(
    settings: Settings,
    names: Mapping[str, float | None],
    beside: str,
    heading: str,
    sizes: tuple[int, ...] | None = None,
    *,
    apart: bool = False,
) -> Table:
    """Several ways on files of all sizes, held against one of them."""
    rows: list[Row] = []
    for n in sizes or settings.sizes:
        path = written(settings.folder, Export(n, apart=apart))
        found = interleaved({name: way(name, path) for name in names}, settings.times)
        rows += [
            row(WAYS[name].title, n, runs, None if name == beside else WAYS[beside].title, names[name])
            for name, runs in found.items()
        ]
    agree(rows)
    return Table(heading, tuple(rows))


def _best(table: Table, title: str) -> Table:
    """The same rows, held against the quickest of those whose title begins so on as many lines."""
    quickest = {
        n: min((r for r in table.rows if r.lines == n and r.title.startswith(title)), key=lambda r: r.median).title
        for n in {r.lines for r in table.rows}
    }
    rows = [attrs.evolve(r, beside=None if r.title == quickest[r.lines] else quickest[r.lines]) for r in table.rows]
    return Table(table.heading, tuple(rows))


def files(settings: Settings) -> Table:
    """File to findings, all rules of the yardstick; what is found is the same in all ways, or this raises."""
    names: dict[str, float | None] = dict.fromkeys(("polars", "polars-lazy", "duckdb", "pandas", "read"))
    return _best(_compared(settings, {"ours": 0.8, **names}, "polars", "File to findings, 22 rules"), "polars")


def lines(settings: Settings) -> Table:
    """File to findings, rules on single lines only."""
    names = dict.fromkeys(("polars-lines", "duckdb-lines", "pandas-lines", "pandera-lines"))
    return _compared(settings, {"ours-lines": None, **names}, "polars-lines", "File to findings, 17 rules on single lines")


def rules(settings: Settings) -> Table:
    """Rules alone, on coded columns in memory; and how long it takes to copy those columns once."""
    names: dict[str, float | None] = {"ours-rules": 0.6, **dict.fromkeys(("polars-rules", "duckdb-rules", "pandas-rules"))}
    return _compared(settings, names, "polars-rules", "Rules alone, columns in memory, 22 rules")


def copies(settings: Settings) -> Table:
    """The same rules held against copying their columns once."""
    both = _compared(settings, {"ours-rules": 10, "polars-rules": None, "memcpy": None}, "memcpy", "")
    single = _compared(
        settings, {"ours-line-rules": 2, "polars-line-rules": None, "duckdb-line-rules": None, "memcpy-lines": None},
        "memcpy-lines", "",
    )  # fmt: skip
    return Table("Rules alone against one copy of their columns in memory", (*both.rows, *single.rows))


def core(settings: Settings) -> Table:
    """All line rules of the rule book, every finding written out, against the yardstick; some lines in a hundred flagged."""
    heading = "All line rules, findings written out"
    return _compared(settings, {"ours": None, "ours-core": 2.5}, "ours", heading, apart=True)


def flood(settings: Settings) -> Table:
    """The same where one rule flags nearly every fourth line."""
    return _compared(settings, {"ours": None, "ours-core": None}, "ours", "The same, every fourth line flagged by Z19")


def memory(settings: Settings) -> Table:
    """Peaks of memory, which do not grow with the number of rules."""
    names = dict.fromkeys(("polars", "polars-lazy", "duckdb", "pandas", "read", "ours", "ours-core"))
    once = attrs.evolve(settings, times=1)
    table = _compared(once, names, "polars", "")
    fewer = _compared(once, {"ours-lines": None}, "ours-lines", "")
    held = [attrs.evolve(r, seconds=((r.peak or 0) / 1e6,), fingerprint=None) for r in (*table.rows, *fewer.rows)]
    aimed = [attrs.evolve(r, goal=0.85) if r.title == WAYS["ours"].title else r for r in held]
    return Table("Peak memory of the process in MB (in place of seconds), one run each", tuple(aimed))


def shape(settings: Settings) -> Table:
    """Ten times the lines; many counties instead of one; lines in random order."""
    whole = max(settings.sizes)
    tenth, most = whole // 10, whole * 9 // 10 // _COUNTY * _COUNTY
    exports = {
        f"{tenth:,} lines": (Export(tenth), None, None),
        f"{whole:,} lines": (Export(whole), f"{tenth:,} lines", 11.0),
        "one county": (Export(most, entities=1), None, None),
        f"{most // _COUNTY:,} counties": (Export(most, entities=most // _COUNTY), "one county", 1.3),
        "in random order": (Export(whole, shuffled=True), f"{whole:,} lines", 1.5),
    }
    paths = {title: written(settings.folder, e) for title, (e, _, _) in exports.items()}
    found = interleaved({title: way("ours", path) for title, path in paths.items()}, settings.times)
    rows = [row(title, e.lines, found[title], beside, goal) for title, (e, beside, goal) in exports.items()]
    return Table("Ours on other shapes, file to findings", tuple(rows))


def again(settings: Settings) -> Table:
    """A second review, all rules, with the first at hand, after one line was edited or put in; the same report."""
    rows: list[Row] = []
    for n in settings.sizes[:1]:
        path = written(settings.folder, Export(n))
        found = child("-m", "benchmarks.sections", "again", str(path), str(settings.times))
        full = "a full review"
        rows += [
            row(title, n, [{"seconds": s} for s in found[title]], None if title == full else full, goal)
            for title, goal in ((full, None), ("again, a cell edited", 0.1), ("again, a line put in", None))
        ]
    return Table("A second review with the first at hand, all rules, tables in memory", tuple(rows))


def small(settings: Settings) -> Table:
    """A small submission, all rules, warm; imports and the command line in fresh processes."""
    runs = max(settings.times, 5)
    imported = "import sys, time; t = time.perf_counter(); import {}; print(time.perf_counter() - t)"
    plain, own = "import numpy, attrs, pluggy", "import budgetreview"
    codes = {t: imported.format(t.removeprefix("import ")) for t in (plain, own)}
    found = interleaved({title: lambda c=code: _spoken(c) for title, code in codes.items()}, runs)  # type: ignore[misc]
    bare = [_process("-c", "pass") for _ in range(runs)]
    command = [_process("-m", "budgetreview", "rules") for _ in range(runs)]
    started = sorted(bare)[len(bare) // 2]
    told = "budgetreview rules, less the interpreter's start"
    less = [{"seconds": c - started} for c in command]
    warm = child("-m", "benchmarks.sections", "small")
    return Table("Small", (
        row(f"{_SMALL} lines, all rules, warm", _SMALL, [{"seconds": s} for s in warm["seconds"]]),
        row(plain, 0, found[plain]),
        row(own, 0, found[own], plain, 2),
        row(told, 0, less, plain, 4),
    ))  # fmt: skip


def _spoken(code: str) -> dict[str, Any]:
    return {"seconds": float(child("-c", f"{code}".replace("print(", "print('{\"s\":', ").replace("- t)", "- t, '}')"))["s"])}


def _process(*arguments: str) -> float:
    import os
    import subprocess

    # Compiled modules are kept, as every installed package has them; the first run compiles.
    kept = {k: v for k, v in os.environ.items() if k != "PYTHONDONTWRITEBYTECODE"}
    started = time.perf_counter()
    subprocess.run([sys.executable, *arguments], capture_output=True, check=True, env=kept)
    return time.perf_counter() - started


def sheet(settings: Settings) -> Table:
    """A workbook to findings, against the reader library's own reading of its cells."""
    path = settings.folder / f"sheet-{settings.sheet_rows}.xlsx"
    if not path.exists():
        _workbook(path, settings.sheet_rows)
    names = ("bare", "ours")
    found = interleaved(
        {n: lambda n=n: child("-m", "benchmarks.sections", "sheet", n, str(path)) for n in names},  # type: ignore[misc]
        settings.times,
    )
    bare = "calamine's own read of the sheet"
    return Table(f"A workbook of {settings.sheet_rows:,} × {_COLUMNS_OF_A_SHEET}", (
        row(bare, settings.sheet_rows, found["bare"]),
        row("budgetreview, sheet to findings", settings.sheet_rows, found["ours"], bare, 1.5),
    ))  # fmt: skip


def _workbook(path: Path, rows: int) -> None:
    import xlsxwriter

    table = frame(Export(rows))
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    cells, day = book.add_worksheet("lines"), book.add_format({"num_format": "yyyy-mm-dd"})
    cells.write_row(0, 0, table.columns)
    for i, values in enumerate(table.iter_rows(), 1):
        for j, value in enumerate(values):
            if value is not None:
                cells.write(i, j, value, day if table.dtypes[j] == pl.Date else None)
    book.close()


SECTIONS: Final[Mapping[str, Callable[[Settings], Table]]] = MappingProxyType({
    "files": files, "lines": lines, "rules": rules, "copies": copies, "core": core, "flood": flood, "memory": memory, "shape": shape,
    "again": again, "small": small, "sheet": sheet,
})  # fmt: skip


# What runs in a process of its own


def _timed(run: Callable[[], object], times: int = 1) -> dict[str, Any]:
    taken = []
    for _ in range(times):
        started = time.perf_counter()
        run()
        taken.append(time.perf_counter() - started)
    return {"seconds": taken if times > 1 else taken[0]}


def _warm_small() -> dict[str, Any]:
    import budgetreview
    from benchmarks import ours

    rows, rules = frame(Export(_SMALL)), budgetreview.load_rules()
    ours.small(rows, rules)
    return _timed(lambda: ours.small(rows, rules), _WARM)


def _sheet_alone(who: str, path: Path) -> dict[str, Any]:
    import python_calamine as calamine

    from benchmarks import ours

    def bare() -> int:
        return sum(1 for _ in calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).iter_rows())

    if who == "bare":
        return _timed(bare)
    ours.small(frame(Export(_SMALL)))
    return _timed(lambda: ours.workbook(path))


def _again_alone(path: Path, times: int) -> dict[str, Any]:
    """Seconds of full and of second reviews in turn.

    Raises:
        RuntimeError: A second review found something else than a full one.
    """
    import budgetreview
    from benchmarks import ours

    lines, rules = pl.read_parquet(path), budgetreview.load_rules()
    middle = len(lines) // 2
    number = pl.int_range(pl.len())
    cell = pl.when(number == middle).then(pl.col("prior_approved").fill_null(0) + 100).otherwise(pl.col("prior_approved"))
    more = lines[middle : middle + 1].with_columns(pl.lit("put in").alias("line_id"))
    edits = {
        "again, a cell edited": lines.with_columns(cell.alias("prior_approved")),
        "again, a line put in": pl.concat([lines[:middle], more, lines[middle:]]),
    }
    taken: dict[str, list[float]] = {"a full review": [], **{title: [] for title in edits}}
    for title, edited in edits.items():
        other = path.with_name(f"again-{path.name}")
        edited.write_parquet(other, row_group_size=100_000)
        for k in range(times):
            first = ours.whole(ours.read(path), rules).report
            told = [ours.whole(ours.read(other), rules, p) for p in (None, first)]
            taken["a full review"] += [told[0].seconds]
            taken[title] += [told[1].seconds]
            same = k > 0 or told[0].report.findings.to_polars().equals(told[1].report.findings.to_polars())
            if not same or ours.counts(told[0].report) != ours.counts(told[1].report):
                msg = f"{title}: a second review found something else than a full one"
                raise RuntimeError(msg)
        other.unlink()
    return taken


if __name__ == "__main__":
    import json

    if sys.argv[1] == "again":
        print(json.dumps(_again_alone(Path(sys.argv[2]), int(sys.argv[3]))))
    else:
        print(json.dumps(_warm_small() if sys.argv[1] == "small" else _sheet_alone(sys.argv[2], Path(sys.argv[3]))))
