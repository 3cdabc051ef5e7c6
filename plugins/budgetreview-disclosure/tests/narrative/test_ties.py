"""Which table cell a claim speaks of: the whole item and never a part of it."""

from __future__ import annotations

import pytest
from budgetreview_disclosure.document import Cell, Column, Document, Panel, Paragraph, Place, PrintedTable, Row
from budgetreview_disclosure.narrative import read_claims
from budgetreview_disclosure.narrative.ties import fold, tie, untied

WAN = 1_000_000
HERE = Place(page=1)


def official() -> PrintedTable:
    """A 三公 table with its items downwards."""
    rows = (
        ("合计", 24), ("1.因公出国（境）费", 0), ("2.公务用车购置及运行维护费", 20), ("（1）公务用车购置费", 5),
        ("（2）公务用车运行维护费", 15), ("3.公务接待费", 4),
    )  # fmt: skip
    columns = (Column("label", "项目", HERE), Column("total", "决算数", HERE, "actual"))
    body = tuple(
        Row(label, None, (Cell(label, HERE), Cell(f"{amount}.00", HERE, amount * WAN, 10_000)))
        for label, amount in rows
    )
    return PrintedTable("official", "“三公”经费支出决算表", (Panel(columns, body),), WAN, HERE)


def tied(*sentences: str) -> list[str]:
    """The labels of the rows that the sentences' amounts are tied to."""
    table = official()
    paragraphs = tuple(Paragraph(text, HERE, ("三公经费支出决算情况说明",)) for text in sentences)
    document = Document("x", "", "final_accounts", 2022, None, 1, (table,), paragraphs)
    claims = read_claims(document)
    assert [bool(why) for why in untied(document, claims)] == [
        number not in {one.claim for one in tie(document, claims)} for number in range(len(claims))
    ]
    return [table.panels[one.panel].rows[one.row].label for one in tie(document, claims)]


@pytest.mark.parametrize(
    ("sentence", "label"),
    [
        ("2022年度“三公”经费财政拨款支出决算为24.00万元。", "合计"),
        ("因公出国（境）费用支出0.00万元。", "1.因公出国（境）费"),
        ("公务用车购置及运行费支出20.00万元。", "2.公务用车购置及运行维护费"),
        ("公务用车购置和运行维护费支出20.00万元。", "2.公务用车购置及运行维护费"),
        ("公务用车购置费5.00万元。", "（1）公务用车购置费"),
        ("公务用车运行费15.00万元。", "（2）公务用车运行维护费"),
        ("公务接待费决算数4.00万元。", "3.公务接待费"),
    ],
)
def test_an_item_is_tied_to_its_row(sentence: str, label: str) -> None:
    """Regions name the items differently; each is the same row."""
    assert tied(sentence) == [label]


@pytest.mark.parametrize(
    "sentence",
    [
        "国内接待费3.00万元。",
        "外宾接待支出1.00万元。",
        "公务用车加油6.00万元，公务用车维修3.50万元，公务用车保险1.50万元。",
        "车均运行维护费2.20万元。",
        "会议费1.00万元。",
        "“三公”经费比上年减少3.00万元。",
        "2021年公务接待费支出5.00万元。",
        "公务接待费和会议费分别为4.00万元、1.00万元。",
    ],
)
def test_a_part_another_item_or_another_year_is_tied_to_nothing(sentence: str) -> None:
    """Nothing is tied because it sounds alike."""
    assert tied(sentence) == []


def test_a_name_is_folded_to_what_it_names() -> None:
    """Number, level mark and a closing 支出 are no part of a name."""
    assert fold("一、教育支出") == fold("教育（类）") == fold("教育支出") == "教育"
    assert fold("机关事业单位基本养老保险缴费支出") != fold("机关事业单位职业年金缴费支出")


def amount(wan: int | None) -> Cell:
    """A cell in 万元; None: blank."""
    return Cell("", HERE) if wan is None else Cell(f"{wan}.00", HERE, wan * WAN, 10_000)


def revenue() -> PrintedTable:
    """公开02表: revenue by its sources across and the functions it pays for downwards; there is no 其他收入."""
    columns = tuple(
        Column(role, text, HERE, "actual" if role != "label" else None)
        for role, text in (
            ("label", "项目"), ("total", "本年收入合计"), ("grant", "财政拨款收入"), ("other", "其他收入"),
        )
    )  # fmt: skip
    functions = (("合计", None, 154), ("教育支出", "205", 100), ("其他支出", "229", 54))
    body = tuple(
        Row(label, code, (Cell(label, HERE), amount(n), amount(n), amount(None))) for label, code, n in functions
    )
    return PrintedTable("revenue", "收入决算表", (Panel(columns, body),), WAN, HERE)


def balance() -> PrintedTable:
    """公开01表: revenue on one side, expenditure by function on the other; 其他收入 is blank."""
    sides = []
    for side, rows in (
        ("revenue", (("一、财政拨款收入", 154), ("二、其他收入", None), ("本年收入合计", 154))),
        ("expenditure", (("一、教育支出", 100), ("二、其他支出", 54))),
    ):
        columns = (Column("label", "项目", HERE), Column("total", "决算数", HERE, "actual"))
        body = tuple(Row(label, None, (Cell(label, HERE), amount(n))) for label, n in rows)
        sides.append(Panel(columns, body, side))
    return PrintedTable("balance", "收入支出决算总表", tuple(sides), WAN, HERE)


@pytest.mark.parametrize(
    ("table", "heading"), [(revenue(), "收入决算情况说明"), (balance(), "收入支出决算总体情况说明")], ids=["02", "01"]
)
def test_revenue_that_a_table_leaves_blank_is_not_answered_by_spending_of_a_like_name(
    table: PrintedTable, heading: str
) -> None:
    """其他收入0.00万元 is no word about the row 229 其他支出."""
    sentence = "本年收入合计154.00万元，其中：财政拨款收入154.00万元，占100%；其他收入0.00万元，占0%。"
    paragraphs = (Paragraph(sentence, HERE, (heading,)),)
    document = Document("x", "", "final_accounts", 2022, None, 1, (table,), paragraphs)
    claims = read_claims(document)
    assert [one.subject for one in claims] == ["本年收入合计", "财政拨款收入", "其他收入"]
    tied_claims = {one.claim for one in tie(document, claims)}
    assert 0 in tied_claims
    assert 2 not in tied_claims


def funds() -> PrintedTable:
    """公开07表: 政府性基金 from the opening balance to the closing one."""
    roles = (("label", "项目"), ("opening", "年初结转和结余"), ("revenue", "本年收入"), ("spending", "本年支出合计"))
    columns = tuple(Column(role, text, HERE, "actual" if role != "label" else None) for role, text in roles)
    body = tuple(
        Row(label, None, (Cell(label, HERE), amount(3), amount(40), amount(42))) for label in ("合计", "城乡社区支出")
    )
    return PrintedTable("fund_spending", "政府性基金预算财政拨款收入支出决算表", (Panel(columns, body),), WAN, HERE)


def test_revenue_and_spending_of_the_funds_are_columns_of_their_table() -> None:
    """本年收入 of the funds is the total's cell in the column of that name, never the opening balance."""
    sentence = "政府性基金预算财政拨款本年收入40.00万元，本年支出42.00万元。"
    paragraphs = (Paragraph(sentence, HERE, ("政府性基金预算财政拨款收入支出决算情况说明",)),)
    document = Document("x", "", "final_accounts", 2022, None, 1, (funds(),), paragraphs)
    (panel,) = document.tables[0].panels
    ties = tie(document, read_claims(document))
    found = {(panel.rows[one.row].label, panel.columns[one.column].role) for one in ties}
    assert found == {("合计", "revenue"), ("合计", "spending")}
