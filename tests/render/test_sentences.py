"""Sentences for people: one unit for all money, and nothing in them that the report's own sentence does not say."""

from __future__ import annotations

import re

import attrs
import pytest

from budgetreview.engine import review
from budgetreview.example import DAYS, tables
from budgetreview.money import FEN
from budgetreview.plugins import load_rules
from budgetreview.render.words.sentences import Sentences, in_unit
from budgetreview.report import Report
from budgetreview.submission import Submission

from .sample import sample

_MONEY = re.compile(r"(-?[\d,]+\.\d+) ?(亿元|百万元|万元|千元|元|yuan)")


@pytest.fixture(scope="module")
def county() -> Report:
    return review(Submission(**tables()), load_rules(), stage="preliminary", as_of=DAYS["preliminary"])


def _fen(said: tuple[str, str]) -> int:
    figure, unit = said
    whole, _, rest = figure.replace(",", "").lstrip("-").partition(".")
    digits = len(str(FEN[unit.replace("yuan", "元")])) - 1
    return int(whole + rest.ljust(digits, "0"))


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("unit", ["元", "万元", "亿元"])
def test_every_sum_in_every_sentence_is_in_the_unit_chosen_and_is_the_same_sum(
    county: Report, unit: str, lang: str
) -> None:
    """All sentences of the example: as many sums as before, each equal to the last 分, each in the one unit."""
    say = Sentences(county, lang, unit)
    sums = 0
    for f in county.findings:
        for before, after in ((f.message[lang], say.message(f)), (f.question[lang], say.question(f))):
            named, shown = _MONEY.findall(before), _MONEY.findall(after)
            assert [_fen(s) for s in named] == [_fen(s) for s in shown], f.rule
            assert {u for _, u in shown} <= {"yuan" if lang == "en" and unit == "元" else unit}
            assert _MONEY.sub("", before) == _MONEY.sub("", after)
            sums += len(shown)
    assert sums > 20


def test_a_sentence_that_was_written_otherwise_is_shown_as_it_is() -> None:
    """Where the template does not give the sentence (a report from elsewhere), not a character is touched."""
    report = sample()
    f = attrs.evolve(report.findings[0], message=report.findings[0].question)
    assert Sentences(report, "zh", "万元").message(f) == f.message.zh


def test_a_name_that_looks_like_money_is_not_money() -> None:
    """A project called 100.00万元 keeps its name in every unit."""
    report = sample(names=["100.00万元工程", "奖励5,000.00元", "甲", "乙"])
    said = " ".join(Sentences(report, "zh", "亿元").message(f) for f in report.findings)
    assert "项目“奖励5,000.00元”未填写设立依据" in said
    assert "单价0.00007亿元高于支出标准0.00006亿元" in said


def test_money_is_written_without_loss() -> None:
    """To the last 分, with at least two decimals."""
    assert in_unit(-123_456_789, "zh", "万元") == "-123.456789万元"
    assert in_unit(100_000_000, "zh", "元") == "1,000,000.00元"
    assert in_unit(5, "en", "元") == "0.05 yuan"
