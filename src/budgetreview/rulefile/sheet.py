"""A workbook to entries: the sheets 规则, 样例 and 调整 (rules, examples, changes), with headers in either language."""

from __future__ import annotations

import difflib
import hashlib
from collections.abc import Sequence
from typing import Any, Final

import attrs

from budgetreview.errors import IntakeError, Problem
from budgetreview.expressions.columns import columns_of, find, plain
from budgetreview.intake.limits import column_letter
from budgetreview.rulefile.fields import CHANGE, EXAMPLE, RULE, SHEETS, Field, field_named
from budgetreview.rulefile.written import Entry, Place, Said, Sample, Samples, Written, problem
from budgetreview.tables import TABLES

_SCANNED: Final = 10
_LEAST: Final = 2
_HELP: Final = frozenset({"说明", "填写说明", "列名", "help", "columns", "函数"})
MOST_ROWS: Final = 5000


@attrs.frozen
class _Bytes:
    """A file's bytes under its name, for a reader that asks for a path."""

    data: bytes

    def read_bytes(self) -> bytes:
        return self.data


def read_sheets(data: bytes, name: str, digest: str) -> Written:
    """Read a workbook of rules."""
    from budgetreview.intake.workbook import read_workbook

    try:
        grids = read_workbook(_Bytes(data), name)  # type: ignore[arg-type]
    except IntakeError as error:
        return Written(name, None, digest, problems=error.problems)
    kinds = [(_kind(g.sheet), g) for g in grids]
    problems = [p for kind, g in kinds if kind is not None for p in g.problems]
    notices = [n for kind, g in kinds if (n := _notice(kind, g, name)) is not None]
    found = {key: [g for kind, g in kinds if kind == key] for key in SHEETS}
    if not found["rules"] and not found["changes"]:
        seen = "、".join(str(g.sheet) for g in grids)
        problems.append(
            problem(
                "no-rules",
                f"没有名为“规则”的工作表（有：{seen}）；用 budgetreview rules new 取得样板",
                f"there is no sheet named rules (there are: {seen}); budgetreview rules new writes a template",
                name,
                (None, None),
            )
        )
    rules = [e for g in found["rules"] for e in _entries(g, RULE, name, problems)]
    changes = [e for g in found["changes"] for e in _entries(g, CHANGE, name, problems)]
    samples = [s for g in found["examples"] if (s := _samples(g, name, problems)) is not None]
    return Written(name, None, digest, tuple(rules), tuple(changes), tuple(samples), tuple(problems), tuple(notices))


def _kind(title: str | None) -> str | None:
    """What a sheet holds, by its name."""
    return next((kind for kind, names in SHEETS.items() if plain(title or "") in names), None)


def _notice(kind: str | None, grid: Any, name: str) -> Problem | None:
    """That a sheet is hidden, or is of no kind and not read."""
    if kind is not None and grid.hidden:
        zh, en = "隐藏的工作表也读入了", "a hidden sheet is read all the same"
        return problem("hidden-sheet", zh, en, name, (grid.sheet, None))
    if kind is None and plain(grid.sheet or "") not in _HELP and len(grid.cells):
        zh = "工作表不是“规则”“样例”“调整”，未读入"
        en = "the sheet is none of rules, examples, changes and is not read"
        return problem("sheet-ignored", zh, en, name, (grid.sheet, None))
    return None


def _header(rows: Sequence[Sequence[str | None]], fields: Sequence[Field]) -> int | None:
    """The first row that names at least two fields, one of them the code."""
    for r, row in enumerate(rows[:_SCANNED]):
        named = {f.key for cell in row if cell and (f := field_named(fields, cell)) is not None}
        if "code" in named and len(named) >= _LEAST:
            return r
    return None


def _rows(grid: Any, fields: Sequence[Field], name: str, problems: list[Problem]) -> tuple[int, list[Any]] | None:
    rows = grid.cells.rows()
    if not rows:
        return None
    if len(rows) > MOST_ROWS:
        problems.append(
            problem(
                "too-large",
                f"有{len(rows)}行，最多{MOST_ROWS}行",
                f"{len(rows)} rows, at most {MOST_ROWS} are read",
                name,
                (grid.sheet, None),
            )
        )
        return None
    top = _header(rows, fields)
    if top is None:
        problems.append(
            problem(
                "no-header",
                f"没有找到表头；前{_SCANNED}行中应有一行写着 {fields[0].zh[0]}、{fields[1].zh[0]} 等",
                f"no header found; one of the first {_SCANNED} rows should name {fields[0].key}, {fields[1].key} …",
                name,
                (grid.sheet, None),
            )
        )
        return None
    return top, rows


def _entries(grid: Any, fields: Sequence[Field], name: str, problems: list[Problem]) -> list[Entry]:
    found = _rows(grid, fields, name, problems)
    if found is None:
        return []
    top, rows = found
    places: dict[int, Field] = {}
    for c, cell in enumerate(rows[top]):
        if not cell:
            continue
        field = field_named(fields, cell)
        here: Place = (grid.sheet, f"{column_letter(c)}{top + 1}")
        if field is None:
            problems.append(_unknown(cell, [w for f in fields for w in (f.zh[0], f.key)], name, here))
        elif field in places.values():
            problems.append(problem("two-columns", f"有两列“{field.zh[0]}”", f"two columns {field.key}", name, here))
        else:
            places[c] = field
    out = []
    for r, row in enumerate(rows[top + 1 :], top + 2):
        said = {
            f.key: Said(text.strip(), (grid.sheet, f"{column_letter(c)}{r}"))
            for c, f in places.items()
            if (text := row[c]) is not None and text.strip()
        }
        if said:
            out.append(Entry(said, (grid.sheet, f"A{r}")))
    return out


def _unknown(header: str, known: Sequence[str], name: str, place: Place) -> Problem:
    """The problem of a header that means nothing: what it should have said would silently not be read."""
    close = difflib.get_close_matches(header, known, 3, 0.5)
    zh = f"；相近的有：{'、'.join(close)}" if close else ""
    en = f"; near: {', '.join(close)}" if close else ""
    return problem(
        "unknown-column",
        f"表头“{header}”不认识{zh}；自己用的列请把表头写作“备注”",
        f"the header {header!r} is not known{en}; call a column of your own remark",
        name,
        place,
    )


def _samples(grid: Any, name: str, problems: list[Problem]) -> Samples | None:
    found = _rows(grid, EXAMPLE, name, problems)
    if found is None:
        return None
    top, rows = found
    own: dict[str, int] = {}
    headers: dict[int, str] = {}
    for c, cell in enumerate(rows[top]):
        if cell:
            field = field_named(EXAMPLE, cell)
            if field is not None and field.key not in own:
                own[field.key] = c
            elif any(find(table, cell) is not None for table in TABLES):
                headers[c] = cell
            else:
                here: Place = (grid.sheet, f"{column_letter(c)}{top + 1}")
                labels = [k.label for k in columns_of("lines").values()]
                if not difflib.get_close_matches(cell, labels, 1, 0.5):
                    labels = list(dict.fromkeys(k.label for t in TABLES for k in columns_of(t).values()))
                problems.append(_unknown(cell, labels, name, here))
    listed = []

    def cell_of(row: Sequence[str | None], key: str, r: int) -> Said | None:
        text = row[own[key]] if key in own else None
        return Said(text.strip(), (grid.sheet, f"{column_letter(own[key])}{r}")) if text and text.strip() else None

    for r, row in enumerate(rows[top + 1 :], top + 2):
        cells = {c: v for c in headers if (v := row[c]) is not None}
        code, expected = cell_of(row, "code", r), cell_of(row, "expected", r)
        if code is None:
            if cells or expected:
                problems.append(
                    problem(
                        "no-code",
                        "样例没有写规则编号",
                        "an example without the code of its rule",
                        name,
                        (grid.sheet, f"{column_letter(own['code'])}{r}"),
                    )
                )
            continue
        case = cell_of(row, "case", r)
        listed.append(Sample(code, expected, case.text if case else "", r, cells))
    return Samples(headers, tuple(listed), lambda r, c: (grid.sheet, f"{column_letter(c)}{r}"))


def digest_of(data: bytes) -> str:
    """The short hash that stands for a file's version."""
    return hashlib.sha256(data).hexdigest()[:12]
