"""The tables of codes that a user hands over: CSV or TOML, every problem named with its row."""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Any

from budgetreview.codes.table import CodeTable, Complete, Entry
from budgetreview.codes.text import SYSTEM_OF, SYSTEMS, System, clean, level
from budgetreview.errors import IntakeError, Problem, Text


def tables_from_file(path: str | Path, *, complete: bool = True) -> Mapping[System, CodeTable]:
    """Read the code tables of a user: CSV, or TOML with ``[[code]]`` entries.

    Columns: ``system`` (function, revenue, department_economic, government_economic; blank: by the first digit),
    ``code``, ``name``, and the fiscal years ``valid_from``, ``valid_to`` (blank: open). CSV is UTF-8 or GB18030.

    Args:
        path: The file.
        complete: Whether the file lacks no code of the systems it names, in the years from its first to its last;
            a TOML file may say ``complete = false`` itself.

    Raises:
        IntakeError: The file cannot be read as such a table; every problem is listed.
    """
    path = Path(path)
    rows, complete = _read_rows(path, complete=complete)
    problems: list[Problem] = []
    entries: dict[System, list[Entry]] = {}
    for number, row in enumerate(rows, start=2):
        place = f"row {number}" if path.suffix.lower() != ".toml" else f"code #{number - 1}"
        found = _user_entry(row, path.name, place, problems)
        if found:
            entries.setdefault(found[0], []).append(found[1])
    if not rows and not problems:
        problems.append(_problem(path.name, "", "文件中没有科目代码。", "The file holds no codes."))
    if problems:
        raise IntakeError(problems)
    return MappingProxyType(
        {
            system: CodeTable(system, tuple(found), (_span(found),) if complete else ())
            for system, found in entries.items()
        }
    )


def _read_rows(path: Path, *, complete: bool) -> tuple[list[dict[str, Any]], bool]:
    try:
        raw = path.read_bytes()
        if path.suffix.lower() == ".toml":
            content = tomllib.loads(raw.decode("utf-8"))
            rows = content.get("code", [])
            if not isinstance(rows, list) or not all(isinstance(r, dict) for r in rows):
                rows = []
            return rows, bool(content.get("complete", complete))
        reader = csv.DictReader(io.StringIO(_decode(raw)))
        missing = {"code", "name"} - set(reader.fieldnames or ())
        if missing:
            names = ", ".join(sorted(missing))
            raise IntakeError([_problem(path.name, "", f"缺少列：{names}。", f"These columns are missing: {names}.")])
        return list(reader), complete
    except (OSError, UnicodeDecodeError, csv.Error, tomllib.TOMLDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        text_en = f"The code table cannot be read ({reason}); expected CSV or TOML."
        raise IntakeError(
            [_problem(path.name, "", f"科目代码表无法读取（{reason}），应为 CSV 或 TOML。", text_en)]
        ) from error


def _decode(raw: bytes) -> str:
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("gb18030")


def _user_entry(
    row: Mapping[str, object], file: str, place: str, problems: list[Problem]
) -> tuple[System, Entry] | None:
    def text(column: str) -> str:
        value = row.get(column)
        return "" if value is None else str(value).strip()

    code, name = clean(text("code")), text("name")
    said = text("system") or SYSTEM_OF.get(code[:1], "")
    system = next((s for s in SYSTEMS if s == said), None)
    found: list[tuple[str, str]] = []
    if not level(code):
        found.append(
            (f"代码“{text('code')}”应为 3、5、7 或 9 位数字。", f"Code {text('code')!r}: expected 3, 5, 7 or 9 digits.")
        )
    elif system is None:
        known = ", ".join(SYSTEMS)
        found.append((f"分类“{said}”应为 {known} 之一。", f"System {said!r}: expected one of {known}."))
    elif SYSTEM_OF.get(code[:1]) != system:
        found.append((f"代码 {code} 不属于 {system}。", f"Code {code} does not belong to {system}."))
    if not name:
        found.append((f"代码 {code} 没有名称。", f"Code {code} has no name."))
    years: list[int | None] = []
    for column in ("valid_from", "valid_to"):
        value = clean(text(column))
        if value and not (value.isascii() and value.isdigit() and len(value) == 4):  # noqa: PLR2004 - a year
            found.append((f"{column}“{value}”应为四位年度。", f"{column} {value!r}: expected a four-digit year."))
            value = ""
        years.append(int(value) if value else None)
    problems += [_problem(file, place, zh, en) for zh, en in found]
    if found or system is None:
        return None
    return system, Entry(code, name, years[0], years[1], "S", file)


def _span(entries: Sequence[Entry]) -> Complete:
    """The years from the first to the last that a user's table speaks of; a blank leaves that end open."""
    firsts = [e.valid_from for e in entries if e.valid_from is not None]
    lasts = [e.valid_to for e in entries if e.valid_to is not None]
    return Complete(
        "all",
        min(firsts) if len(firsts) == len(entries) else None,
        max(lasts) if len(lasts) == len(entries) else None,
        "S",
    )


def _problem(file: str, place: str, zh: str, en: str) -> Problem:
    return Problem("bad-code-table", Text(zh, en), name=file, cell=place or None)
