"""One word for one thing, in both languages, for every word of the contract; leads are put as questions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

import pytest

from budgetreview.parameters import Status
from budgetreview.render import words
from budgetreview.render.words.figures import money
from budgetreview.report import Outcome
from budgetreview.rule import Severity
from budgetreview.rules import core
from budgetreview.wording import places

from .sample import rules

LISTS: Mapping[str, Mapping[str, words.Pair]] = {
    n: getattr(words, n)
    for n in (
        "SEVERITY",
        "ASKED",
        "NATURE",
        "STATUS",
        "OUTCOME",
        "ANSWER",
        "PER",
        "NAME",
        "FIGURES",
        "REPORT",
        "UNITS",
    )
}
GUILT = (
    "违法",
    "违规",
    "腐败",
    "贪",
    "挪用",
    "套取",
    "舞弊",
    "illegal",
    "fraud",
    "corrupt",
    "embezzl",
    "guilt",
    "abuse",
)


def test_every_word_of_the_contract_has_a_label() -> None:
    """Severities, statuses and outcomes are all named."""
    assert set(words.SEVERITY) == set(words.ASKED) == {s.value for s in Severity}
    assert set(get_args(Status)) <= set(words.STATUS)
    assert set(words.OUTCOME) == set(get_args(Outcome))


@pytest.mark.parametrize("name", LISTS)
def test_no_word_of_a_report_charges_anybody(name: str) -> None:
    """Reports state and ask; words of guilt are in neither language."""
    said = " ".join(w for pair in LISTS[name].values() for w in pair).lower()
    assert [g for g in GUILT if g in said] == []


def test_what_a_finding_is() -> None:
    """Only statutory rules with an article that was read state a departure; heuristics and policies ask; blue informs."""
    of = {r.code: r for r in rules()}
    assert words.nature(of["A01"], Severity.RED) == "breach"
    assert words.nature(of["A02"], Severity.ORANGE) == "lead"
    assert words.nature(of["A03"], Severity.YELLOW) == "lead"
    assert words.nature(of["A04"], Severity.BLUE) == "information"


def test_every_figure_of_a_core_rule_has_a_chinese_name() -> None:
    """A report shows no figure under its name in the code; a new one gets its name in ``render/words/names.py``."""
    nameless = {
        f"{r.code}: {n}"
        for r in core.budgetreview_rules()
        for n in (places(r.message.zh) | places(r.question.zh)) - set(r.parameters)
        if not words.has_name(n)
    }
    assert sorted(nameless) == []


def test_every_unit_that_a_core_rule_counts_has_a_name() -> None:
    """What a rule counts is named in both languages; a new kind gets its name in ``words.PER``."""
    assert {r.per for r in core.budgetreview_rules()} <= set(words.PER)


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("unit_price", "单价", "unit price"),
        ("prior_three_public", "上年“三公”经费", "last year's three public expenses"),
        ("session_opened", "大会开幕", "session opened"),
        ("own_word_of_a_package", "own word of a package", "own word of a package"),
    ],
)
def test_names_of_figures(key: str, zh: str, en: str) -> None:
    """A column by its header, an event by its word, a figure of a rule by its name, last year's with 上年."""
    assert (words.name(key, "zh"), words.name(key, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("key", "zh", "en"),
    [
        ("standard_value", "支出标准（standard_value）", "standard_value"),
        ("totals.reserve", "收支总表·预备费（totals.reserve）", "totals.reserve"),
        ("amount", "金额（amount）", "amount"),
        ("payments", "支付（表 payments）", "table payments"),
        ("targets", "绩效指标数（targets）", "targets"),
        ("parameter:ceiling", "参数 ceiling 未设定", "parameter ceiling is not set"),
        ("own_column", "own_column", "own_column"),
    ],
)
def test_missing_inputs_by_the_names_that_clerks_know(key: str, zh: str, en: str) -> None:
    """A missing column is named by its header and its table."""
    assert (words.input_name(key, "zh"), words.input_name(key, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("fen", "unit", "shown"),
    [
        (0, "元", "0.00"),
        (-120050, "元", "-1,200.50"),
        (123456789, "万元", "123.456789"),
        (1, "亿元", "0.0000000001"),
        (10**15 + 1, "元", "10,000,000,000,000.01"),
    ],
)
def test_money_is_shown_to_the_last_fen(fen: int, unit: str, shown: str) -> None:
    """No unit loses a 分."""
    assert money(fen, unit) == shown
