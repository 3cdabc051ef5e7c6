"""Rule books as a clerk writes them: the template with some cells changed, or sheets of rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import openpyxl

from budgetreview.rulefile import RuleFileError, rules_from_file
from budgetreview.rulefile.template import write_rules_template

Rows = Sequence[Sequence[object]]
RULE = ("编号", "名称", "条件", "等级")


def book(path: Path, sheets: Mapping[str, Rows]) -> Path:
    """A workbook of the rows given, sheet by sheet."""
    made = openpyxl.Workbook()
    made.remove(made.worksheets[0])
    for name, rows in sheets.items():
        sheet = made.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made.save(path)
    return path


def template(path: Path, rules: Mapping[tuple[int, str], object] | None = None,
             examples: Mapping[tuple[int, str], object] | None = None, without: int | None = None) -> Path:  # fmt: skip
    """The template with some cells of its rules and examples changed, named by row and header."""
    write_rules_template(path)
    made = openpyxl.load_workbook(path)
    for name, changes in (("规则", rules or {}), ("样例", examples or {})):
        sheet = made[name]
        places = {str(c.value).rstrip("*"): c.column for c in sheet[1]}
        for (row, header), value in changes.items():
            sheet.cell(row, places[header]).value = value  # type: ignore[assignment]
    if without is not None:
        made["样例"].delete_rows(without)
    made.save(path)
    return path


def problems(path: Path, pack: str | None = None) -> list[str]:
    """What a refused file is told, place first, in Chinese."""
    try:
        rules_from_file(path, pack=pack)
    except RuleFileError as error:
        return [p.line("zh").removeprefix(f"{path.name} ") for p in error.problems]
    return []
