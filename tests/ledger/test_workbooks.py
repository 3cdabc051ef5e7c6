"""Many cases decided at once: every row of the workbook is checked, and all are recorded or none."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from budgetreview.errors import IntakeError
from budgetreview.ledger import Decision, Ledger, workbook

from .reports import finding, report

D = date(2026, 1, 12)
Fill = Callable[..., Path]


@pytest.fixture
def three(book: Ledger) -> Ledger:
    book.add(
        report("2026-01-10", finding("a"), finding("b"), finding("c", message={"zh": "=1+1", "en": "=1+1"})), by="小李"
    )
    return book


@pytest.fixture
def fill(three: Ledger, tmp_path: Path) -> Fill:
    """Export, write into cells by row and column key, save as the office would."""

    def run(
        cells: dict[tuple[int, str], Any], *, delete: int | None = None, copy: int | None = None, lang: str = "zh"
    ) -> Path:
        out = io.BytesIO()
        workbook.write(three, three.cases(), out, lang)
        opened = openpyxl.load_workbook(out)
        sheet = opened.worksheets[0]
        keys = list(workbook.COLUMNS)
        if copy is not None:
            for c in range(1, len(keys) + 1):
                sheet.cell(5, c).value = sheet.cell(copy, c).value
        for (row, key), value in cells.items():
            sheet.cell(row, keys.index(key) + 1).value = value
        if delete is not None:
            sheet.delete_rows(delete)
        path = tmp_path / "处置.xlsx"
        opened.save(path)
        return path

    return run


def test_a_row_a_case_with_the_moves_that_are_possible_and_the_identity_locked(three: Ledger, fill: Fill) -> None:
    sheet = openpyxl.load_workbook(fill({})).worksheets[0]
    keys = list(workbook.COLUMNS)
    assert sheet.max_row == 4
    assert [sheet.cell(r, 1).value for r in (2, 3, 4)] == [1, 2, 3]
    assert sheet.protection.sheet
    locked = {k for k in keys if sheet.cell(2, keys.index(k) + 1).protection.locked}
    assert set(keys) - locked == {"to", "person", "reason", "document", "due_new", "department_new"}
    lists = [v.formula1 for v in sheet.data_validations.dataValidation]
    assert lists == ['"认定,认定正常"']
    assert sheet.cell(4, keys.index("message") + 1).data_type == "s"  # a text, never a formula


def test_the_decisions_of_the_office_are_recorded_with_who_decided_and_who_handed_them_in(
    three: Ledger, fill: Fill
) -> None:
    path = fill({(2, "to"): "认定", (3, "to"): "认定正常", (3, "person"): "主任", (3, "reason"): "有批复"})
    done = workbook.read(three, path, by="小李", on=D)
    assert done.moved == 2
    assert [n.text.zh for n in done.notices] == ["代主任录入1件，台账记明录入人为小李"]
    assert [c["state"] for c in three.cases()] == ["confirmed", "dismissed", "found"]
    last = three.case(2)[1][-1]
    assert (last.by, last.said["entered"], last.said["reason"]) == ("主任", "小李", "有批复")
    assert not three.verify().problems


def test_dates_and_departments_come_back_too_and_the_sheet_may_be_in_english(three: Ledger, fill: Fill) -> None:
    for no in (1, 2):
        three.move(no, Decision("confirmed"), by="小李", on=D)
    path = fill({(2, "to"): "assigned", (2, "department_new"): "101", (2, "due_new"): date(2026, 3, 31),
                 (3, "to"): "assigned", (3, "department_new"): "101", (3, "due_new"): "2026年4月30日"}, lang="en")  # fmt: skip
    workbook.read(three, path, by="主任", on=D)
    assert [c["due"] for c in three.cases()] == ["2026-03-31", "2026-04-30", None]


def test_only_a_role_that_may_enters_what_others_decided(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定", (2, "person"): "小李"})
    with pytest.raises(IntakeError) as refused:
        workbook.read(three, path, by="老王", on=D)
    assert "老王（" in refused.value.problems[0].text.zh
    assert "不能代录他人的决定" in refused.value.problems[0].text.zh


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_workbook_that_came_back_untouched_differs_in_no_grey_cell(three: Ledger, fill: Fill, lang: str) -> None:
    assert workbook.read(three, fill({}, lang=lang), by="小李", on=D).moved == 0


def test_whole_rows_may_be_sorted(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定"})
    book = openpyxl.load_workbook(path)
    sheet = book.worksheets[0]
    rows = [[c.value for c in row] for row in sheet.iter_rows(min_row=2)]
    for r, row in enumerate(reversed(rows), start=2):
        for c, value in enumerate(row, start=1):
            cell = sheet.cell(r, c)
            cell.value = value
            cell.data_type = "s" if isinstance(value, str) else cell.data_type  # a message may begin with "="
    book.save(path)
    assert workbook.read(three, path, by="小李", on=D).moved == 1
    assert [c["state"] for c in three.cases()] == ["confirmed", "found", "found"]


WRONG: dict[str, tuple[dict[str, Any], str, str]] = {
    "a move that is not allowed": ({"cells": {(2, "to"): "销号"}}, "N2", "可改为：认定"),
    "a decision that does not exist": ({"cells": {(2, "to"): "随便"}}, "N2", "随便"),
    "a reason that is missing": ({"cells": {(2, "to"): "认定正常", (2, "person"): "主任"}}, "N2", "还需要理由"),
    "a person nobody knows": ({"cells": {(2, "to"): "认定", (2, "person"): "路人"}}, "N2", "路人"),
    "an edited fingerprint": ({"cells": {(2, "to"): "认定", (2, "fingerprint"): "b"}}, "T2", "不符"),
    "an edited number": ({"cells": {(2, "to"): "认定", (2, "no"): 9}}, "A2", "没有案件 9"),
    "edited figures": ({"cells": {(2, "to"): "认定", (2, "facts"): "x"}}, "V2", "重新导出"),
    "a row twice": ({"cells": {(2, "to"): "认定"}, "copy": 2}, "A5", "重复"),
    "a reason without a decision": ({"cells": {(2, "reason"): "理由"}}, "N2", "没有填决定"),
    "an answer in the grey column of states": ({"cells": {(4, "state"): "认定"}}, "K4", "台账为“发现”，此处为“认定”"),
    "figures of another row beside a number": ({"cells": {(2, "to"): "认定", (2, "amount"): 1.23}}, "H2", "金额"),
    "a message written over": ({"cells": {(2, "to"): "认定", (2, "message"): "没有问题"}}, "I2", "没有问题"),
    "a deadline that is no date": ({"cells": {(2, "to"): "认定", (2, "due_new"): "下个月"}}, "R2", "下个月"),
}


@pytest.mark.parametrize("what", WRONG)
def test_one_wrong_row_is_named_with_its_cell_and_nothing_at_all_is_recorded(
    three: Ledger, fill: Fill, what: str
) -> None:
    how, cell, said = WRONG[what]
    how = {**how, "cells": {**how["cells"], (3, "to"): "认定"}}  # the row after it is fine
    head = three.head()
    with pytest.raises(IntakeError) as error:
        workbook.read(three, fill(**how), by="小李", on=D)
    assert [(p.sheet, p.cell) for p in error.value.problems] == [("处置", cell)]
    assert said in error.value.problems[0].text.zh
    assert three.head() == head


def test_every_wrong_row_is_listed_not_only_the_first(three: Ledger, fill: Fill) -> None:
    with pytest.raises(IntakeError) as error:
        workbook.read(three, fill({(2, "to"): "销号", (3, "to"): "随便", (4, "to"): "认定"}), by="小李", on=D)
    assert [p.cell for p in error.value.problems] == ["N2", "N3"]


def test_a_case_that_changed_since_the_export_is_not_decided_on_old_knowledge(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定"})
    three.add(report("2026-01-11", finding("a", "other"), finding("b"), finding("c")), by="小李")
    with pytest.raises(IntakeError, match="重新导出"):
        workbook.read(three, path, by="小李", on=D)


def test_a_case_that_a_review_no_longer_found_is_looked_at_again_before_it_is_decided(
    three: Ledger, fill: Fill
) -> None:
    three.move(1, Decision("confirmed"), by="小李", on=D)
    path = fill({(2, "to"): "交办", (2, "department_new"): "101"})
    three.add(report("2026-01-13", finding("b"), finding("c")), by="小李")
    with pytest.raises(IntakeError, match="重新导出"):
        workbook.read(three, path, by="主任", on=date(2026, 1, 14))


def test_a_review_that_saw_the_same_again_does_not_make_the_workbook_stale(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定"})
    three.add(report("2026-01-11", finding("a"), finding("b"), finding("c")), by="小李")
    assert workbook.read(three, path, by="小李", on=D).moved == 1


def test_rows_that_were_deleted_are_said_and_stay_as_they_are(three: Ledger, fill: Fill) -> None:
    done = workbook.read(three, fill({(2, "to"): "认定"}, delete=4), by="小李", on=D)
    assert done.moved == 1
    assert [(n.kind, n.text.zh[-1]) for n in done.notices] == [("rows-deleted", "3")]


def test_the_same_workbook_twice_is_refused_the_second_time(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定"})
    workbook.read(three, path, by="小李", on=D)
    with pytest.raises(IntakeError, match="重新导出"):
        workbook.read(three, path, by="小李", on=D)


def test_what_is_no_workbook_of_ours_is_refused(three: Ledger, tmp_path: Path) -> None:
    text = tmp_path / "x.xlsx"
    text.write_text("no workbook")
    with pytest.raises(IntakeError, match="无法读取"):
        workbook.read(three, text, by="小李", on=D)
    other = openpyxl.Workbook()
    other.save(text)
    with pytest.raises(IntakeError, match="处置"):
        workbook.read(three, text, by="小李", on=D)


def test_the_same_cases_give_the_same_bytes(three: Ledger) -> None:
    one, two = io.BytesIO(), io.BytesIO()
    for out in (one, two):
        workbook.write(three, three.cases(), out)
    assert one.getvalue() == two.getvalue()


@pytest.mark.parametrize("cells", [{(2, "to"): '="认定"'}, {(2, "to"): "认定正常", (2, "reason"): "=1+1"}],
                         ids=["a decision", "a reason"])  # fmt: skip
def test_a_formula_without_a_stored_result_is_refused_by_its_cell(three: Ledger, fill: Fill, cells: Any) -> None:
    with pytest.raises(IntakeError) as refused:
        workbook.read(three, fill(cells), by="主任", on=D)
    assert [p.kind for p in refused.value.problems] == ["formula-no-value"]
    assert {c["state"] for c in three.cases()} == {"found"}


def test_a_decision_merged_over_several_cases_is_refused_by_its_range(three: Ledger, fill: Fill) -> None:
    path = fill({(2, "to"): "认定"})
    opened = openpyxl.load_workbook(path)
    opened.worksheets[0].merge_cells("N2:N4")
    opened.save(path)
    with pytest.raises(IntakeError) as refused:
        workbook.read(three, path, by="小李", on=D)
    assert [(p.kind, p.cell) for p in refused.value.problems] == [("merged-cells", "N2:N4")]


def test_a_row_left_blank_holds_nobody_up_whatever_became_of_its_case(three: Ledger, fill: Fill) -> None:
    path = fill({(4, "to"): "认定"})
    three.move(1, Decision("confirmed"), by="小李", on=D)
    assert workbook.read(three, path, by="小李", on=D).moved == 1
