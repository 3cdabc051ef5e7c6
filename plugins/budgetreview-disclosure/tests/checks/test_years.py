"""Several documents at once: last year's, the budget of the same year, and the body above, by small printed tables."""

from __future__ import annotations

import attrs
import pytest
from budgetreview_disclosure.checks import above, years
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.document import Cell, Column, Document, Panel, Place, PrintedTable, Row, Stage

HERE = Place(page=1, box=(0.0, 0.0, 10.0, 10.0))
WAN = 1_000_000
Headers = tuple[tuple[str | None, str, str | None], ...]


def cell(text: str) -> Cell:
    return Cell(text, HERE, round(float(text) * WAN) if text.replace(".", "").isdecimal() else None, WAN // 100)


def table(kind: str, headers: Headers, *rows: tuple[str, ...], scheme: str | None = None) -> PrintedTable:
    """A table in 万元: headers as role, text and basis; first the code (or nothing), then the label."""
    columns = tuple(Column(role, text, HERE, basis) for role, text, basis in headers)
    made = tuple(
        Row(r[1], r[0] or None, tuple(cell(x) for x in r), scheme if r[0] else None)  # type: ignore[arg-type]
        for r in rows
    )
    return PrintedTable(kind, kind, (Panel(columns, made),), WAN, HERE)


def document(
    name: str, *tables: PrintedTable, year: int = 2025, stage: Stage = "budget", department: str = "临江县水利局"
) -> Document:
    return Document(name, name, stage, year, department, 1, tables)


def faults(found: list[Statement]) -> list[tuple[str, int | None, int | None]]:
    return [(s.check, s.left, s.right) for s in found if s.faulty]


SPENDING: Headers = (("code", "科目编码", None), ("label", "科目名称", None), ("total", "本年预算", "budget"))
WITH_LAST: Headers = (*SPENDING, ("total", "上年预算", "prior_budget"))


def coded(headers: Headers, *figures: str) -> PrintedTable:
    return table("general_spending", headers, ("2130304", "管理", *figures), scheme="function")


@pytest.mark.parametrize(("repeated", "wrong"), [("100.00", 0), ("100.01", 0), ("110.00", 1)])
def test_last_years_figures_are_those_of_last_years_document(repeated: str, wrong: int) -> None:
    """One 分 of the last digit on either side is rounding; a tenth is not."""
    now = document("2025.pdf", coded(WITH_LAST, "120.00", repeated))
    last = document("2024.pdf", coded(SPENDING, "100.00"), year=2024)
    found = [s for _, s in years.check([now, last])]
    assert len(found) == 1
    assert len(faults(found)) == wrong
    assert all(d is now for d, _ in years.check([last, now]))


def test_another_department_or_another_year_is_not_compared() -> None:
    """Only the same department, one year apart."""
    own, last = coded(WITH_LAST, "120.00", "110.00"), coded(SPENDING, "100.00")
    now = document("2025.pdf", own)
    for other in (document("x.pdf", last, year=2023), document("y.pdf", last, year=2024, department="临江县教育局")):
        assert not list(years.check([now, other]))


def test_a_table_in_doubt_is_not_compared() -> None:
    """A reading that is not sure accuses nobody."""
    own, last = coded(WITH_LAST, "120.00", "110.00"), coded(SPENDING, "100.00")
    doubted = attrs.evolve(last, doubts=("表头不清",))
    assert not list(years.check([document("2025.pdf", own), document("2024.pdf", doubted, year=2024)]))


OFFICIAL: Headers = (
    ("label", "单位名称", None), ("official", "“三公”经费合计", None), ("abroad", "因公出国（境）费", None),
    ("reception", "公务接待费", None),
)  # fmt: skip


def official(*figures: str, opening: str = "") -> PrintedTable:
    basis = "budget" if opening else None
    headers = tuple((role, f"{opening}{text}", basis if role != "label" else None) for role, text, _ in OFFICIAL)
    columns = tuple(Column(role, text, HERE, b) for role, text, b in headers)
    row = Row("临江县水利局", None, tuple(cell(x) for x in ("临江县水利局", *figures)))
    return PrintedTable("official", "三公经费表", (Panel(columns, (row,)),), WAN, HERE)


@pytest.mark.parametrize(("budgeted", "wrong"), [("24.00", 0), ("25.00", 1)])
def test_the_opening_budget_in_the_final_account_is_the_budgets(budgeted: str, wrong: int) -> None:
    """决算里的年初预算数 is what the budget said; the head must say 年初."""
    accounts = document("决算.pdf", official(budgeted, "0", "8.00", opening="年初预算数/"), stage="final_accounts")
    budget = document("预算.pdf", official("24.00", "0", "8.00"))
    assert len(faults([s for _, s in years.check([accounts, budget])])) == wrong


LISTED: Headers = (("code", "单位代码", None), ("label", "单位名称", None), ("total", "合计", None))


def government(*rows: tuple[str, ...]) -> Document:
    return document("政府.xlsx", table("expenditure", LISTED, *rows, scheme="agency"), department="临江县财政局")


def own(total: str, name: str = "临江县水利局") -> Document:
    whole = table("expenditure", SPENDING, ("", "合计", total), ("2130304", "管理", total), scheme="function")
    return document(f"{name}.pdf", whole, department=name)


ROWS = (("", "合计", "300.00"), ("405", "临江县水利局", "120.00"), ("406", "临江县教育局", "180.00"))


@pytest.mark.parametrize(("published", "wrong"), [("120.00", 0), ("130.00", 1)])
def test_a_departments_own_total_is_its_row_in_the_governments_table(published: str, wrong: int) -> None:
    """Each department is held against its row; the finding points into the government's table."""
    above_it = government(*ROWS)
    found = list(above.check([above_it, own(published), own("180.00", "临江县教育局")]))
    assert len(found) == 2
    assert all(d is above_it for d, _ in found)
    assert len(faults([s for _, s in found])) == wrong


@pytest.mark.parametrize("rows", [
    (*ROWS, ("407", "临江县水利局", "9.00")),
    (("", "合计", "120.00"), ("405", "临江县水利局", "120.00")),
    (("", "合计", "300.00"), ("405", "临江县水利局机关", "120.00"), ("406", "临江县教育局", "180.00")),
])  # fmt: skip
def test_a_name_listed_twice_a_single_body_and_another_name_are_not_compared(rows: tuple[tuple[str, ...], ...]) -> None:
    """Only where it is sure who is meant."""
    assert not list(above.check([government(*rows), own("130.00")]))
