"""The ways of doing the yardstick that are held against each other; each runs in a process of its own.

``python -m benchmarks.ways NAME FILE`` warms the way up on a small file, measures it on the file and prints one line of JSON:
seconds, the peak of memory, a hash of what was found.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

import attrs

from benchmarks.answers import LINE_RULES, YARDSTICK, Answers, fingerprint
from benchmarks.export import Export, written

WARM_LINES: Final = 12_000


@attrs.frozen
class Way:
    """One way of doing one piece of work.

    Attributes:
        title: As the table names it.
        module: Where it is; imported only in its own process.
        run: What is measured, given the module and what ``ready`` made.
        ready: What is done beforehand.
        found: The answers in what ``run`` returned; None: nothing is found.
        rules: Which rules it answers.
    """

    title: str
    module: str
    run: Callable[[Any, Any], Any]
    ready: Callable[[Any, Path], Any] = lambda _, path: path
    found: Callable[[Any, Any], Answers | None] = lambda _, result: result
    rules: tuple[str, ...] = YARDSTICK


def _duckdb_table(duck: Any, path: Path, *, groups: bool = True) -> Any:
    con = duck.connection()
    duck.load(con, path, kind="TABLE", groups=groups)
    return con


def _polars_lines(polars: Any, path: Path) -> Any:
    from benchmarks.answers import OF_LINE_RULES

    return polars.read(path, OF_LINE_RULES)


def _copies(copying: Any, path: Path, *, groups: bool = True) -> Any:
    columns = copying.coded(path, groups=groups)
    return columns, copying.targets(columns)


def _nothing(_module: Any, _result: Any) -> None:
    return None


_OURS, _POLARS, _DUCKDB, _PANDAS = (f"benchmarks.{m}" for m in ("ours", "peers.with_polars", "peers.with_duckdb", "peers.with_pandas"))  # fmt: skip
_PANDERA, _COPYING = "benchmarks.peers.with_pandera", "benchmarks.peers.copying"

WAYS: Final[Mapping[str, Way]] = MappingProxyType({
    # file to findings
    "ours": Way("budgetreview", _OURS, lambda m, path: m.findings(path)),
    "polars": Way("polars, eager", _POLARS, lambda m, path: m.eager(path)),
    "polars-lazy": Way("polars, one lazy scan", _POLARS, lambda m, path: m.lazy(path)),
    "duckdb": Way("DuckDB", _DUCKDB, lambda m, path: m.all_rules(path)),
    "pandas": Way("pandas", _PANDAS, lambda m, path: m.all_rules(path)),
    "read": Way("bare polars read", _POLARS, lambda m, path: m.read(path), found=_nothing),
    # the same, rules on single lines only
    "ours-lines": Way(
        "budgetreview, line rules", _OURS, lambda m, path: m.findings(path, LINE_RULES), rules=LINE_RULES
    ),
    "polars-lines": Way("polars, line rules", _POLARS, lambda m, path: m.only_lines(path), rules=LINE_RULES),
    "duckdb-lines": Way("DuckDB, line rules", _DUCKDB, lambda m, path: m.only_lines(path), rules=LINE_RULES),
    "pandas-lines": Way("pandas, line rules", _PANDAS, lambda m, path: m.only_lines(path), rules=LINE_RULES),
    "pandera-lines": Way("pandera, line rules", _PANDERA, lambda m, path: m.only_lines(path), rules=LINE_RULES),
    # rules on columns in memory
    "ours-rules": Way(
        "budgetreview", _OURS, lambda m, s: m.answers(m.review(s)), lambda m, path: m.read(path)
    ),
    "polars-rules": Way("polars", _POLARS, lambda m, lines: m.rules(lines), lambda m, path: m.read(path)),
    "duckdb-rules": Way("DuckDB", _DUCKDB, lambda m, con: m.rules(con), _duckdb_table),
    "pandas-rules": Way("pandas", _PANDAS, lambda m, lines: m.rules(lines), lambda m, path: m.read(path)),
    "memcpy": Way("memcpy of the coded columns", _COPYING, lambda m, c: m.memcpy(*c), _copies, _nothing),
    "ours-line-rules": Way(
        "budgetreview, line rules", _OURS, lambda m, s: m.answers(m.review(s, LINE_RULES)),
        lambda m, path: m.read(path), rules=LINE_RULES,
    ),
    "polars-line-rules": Way(
        "polars, line rules", _POLARS, lambda m, lines: m.line_rules(lines), _polars_lines, rules=LINE_RULES
    ),
    "duckdb-line-rules": Way(
        "DuckDB, line rules", _DUCKDB, lambda m, con: m.line_rules(con),
        lambda m, path: _duckdb_table(m, path, groups=False), rules=LINE_RULES,
    ),
    "memcpy-lines": Way(
        "memcpy, columns of the line rules", _COPYING, lambda m, c: m.memcpy(*c),
        lambda m, path: _copies(m, path, groups=False), _nothing,
    ),
    # all line rules of the rule book, with findings, messages and computation records
    "ours-core": Way("budgetreview, all line rules, findings written out", _OURS, lambda m, path: m.core(path), found=_nothing),
})  # fmt: skip


def peak_memory() -> int:
    """The most memory that this process held, in bytes.

    Linux hands ``ru_maxrss`` of the parent on to a new program; ``VmHWM`` begins anew with it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        held = next(line for line in status.read_text(encoding="ascii").splitlines() if line.startswith("VmHWM"))
        return int(held.split()[1]) * 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def measured(way: Way, path: Path, folder: Path) -> dict[str, Any]:
    """Run a way once, warm."""
    from importlib import import_module

    module = import_module(way.module)
    small = written(folder, Export(WARM_LINES))
    way.run(module, way.ready(module, small))
    ready = way.ready(module, path)
    gc.collect()
    started = time.perf_counter()
    result = way.run(module, ready)
    seconds = time.perf_counter() - started
    peak = peak_memory()
    answers = way.found(module, result)
    found = None if answers is None else fingerprint(answers, way.rules)
    flagged = None if answers is None else sum(answers[c].flagged for c in way.rules)
    return {"seconds": seconds, "peak": peak, "fingerprint": found, "flagged": flagged}


def main() -> None:
    """Measure the way named on the command line."""
    name, path = sys.argv[1], Path(sys.argv[2])
    print(json.dumps(measured(WAYS[name], path, path.parent)))


if __name__ == "__main__":
    main()
