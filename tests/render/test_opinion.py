"""The draft of the opinion: what it says, in which order, and that it judges nobody."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import date
from decimal import Decimal

import attrs
import pytest

from budgetreview.engine import review
from budgetreview.example import DAYS, clean, tables
from budgetreview.example.faults import FAULTS
from budgetreview.example.planting import Hand
from budgetreview.mechanism import FOCUS_NAMES
from budgetreview.plugins import load_rules
from budgetreview.render.opinion import opinion
from budgetreview.render.opinion.pen import number
from budgetreview.render.opinion.tree import Annex, Block, Heading, Opinion, Paragraph, Table
from budgetreview.report import Report
from budgetreview.submission import Submission

from .sample import EVERYTHING, sample

GUILT = re.compile(r"违规|违法|违纪|舞弊|腐败|造假|虚报|套取|挪用|查处|问责|guilty|fraud|offen[cs]e|violat", re.IGNORECASE)


@pytest.fixture(scope="module")
def county() -> Report:
    return review(Submission(**tables()), load_rules(), stage="preliminary", as_of=DAYS["preliminary"])


def texts(blocks: tuple[Block, ...]) -> list[str]:
    out: list[str] = []
    for b in blocks:
        out += [c for row in (b.head, *b.rows) for c in row] if isinstance(b, Table) else [b.text]
    return out


def chapters(draft: Opinion) -> list[str]:
    return [b.text for b in draft.blocks if isinstance(b, Annex) or (isinstance(b, Heading) and b.level == 1)]


def test_the_chapters_of_a_preliminary_opinion(county: Report) -> None:
    """Overview, the focuses, questions, suggestions, what could not be judged, two annexes; numbered as offices do."""
    assert chapters(opinion(county, "zh", "万元")) == [
        "一、概述", "二、按重点内容的审查情况", "三、主要问题", "四、建议", "五、尚无法判断的事项和需要补充的材料",
        "附件1　审查事项清单", "附件2　审查运行情况",
    ]  # fmt: skip
    assert chapters(opinion(county, "en", "元"))[0] == "1. Overview"


def test_the_draft_opens_with_the_books(county: Report) -> None:
    """Income and outgoings of the four books, exactly as the submission states them."""
    first = next(b for b in opinion(county, "zh", "元").blocks if isinstance(b, Table))
    stated = {row[0]: row[1:] for row in first.rows}
    assert list(stated) == ["一般公共预算", "政府性基金预算", "国有资本经营预算", "社会保险基金预算"]
    totals = tables()["totals"]
    whole = next(v for b, v in zip(totals["book"], totals["total_in"], strict=True) if b == "general")
    assert stated["一般公共预算"][0] == f"{whole:,.2f}"


def test_without_totals_no_figure_is_invented() -> None:
    """A submission that states no totals gets no table of totals."""
    draft = opinion(sample(), "zh", "元")
    assert not any("收入总计（元）" in b.head for b in draft.blocks if isinstance(b, Table))


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        ("pre", "预算编制情况的预审意见"), ("preliminary", "预算草案初步方案的初步审查意见"), ("plenary", "预算草案的审查结果报告"),
        ("execution", "预算执行情况的审查意见"), ("adjustment", "预算调整初步方案的意见"), ("final", "决算草案的意见"),
        ("rectify", "整改情况的审查意见"),
    ],
)  # fmt: skip
def test_every_stage_has_its_document(stage: str, title: str) -> None:
    """The document is the one that the stage calls for."""
    report = attrs.evolve(sample(), stage=stage)
    assert opinion(report, "zh", "元").title == f"关于武陵区2026年{'度' if stage in {'pre', 'rectify'} else ''}{title}"
    assert "2026" in opinion(report, "en", "元").title


@pytest.mark.parametrize(
    ("level", "stage", "title"),
    [
        ("province", "final", "决算草案的初步审查意见"), ("city", "adjustment", "预算调整初步方案的初步审查意见"),
        ("county", "final", "决算草案的意见"), ("township", "final", "决算草案的审查意见"),
        ("township", "preliminary", "预算草案的审查意见"), ("township", "adjustment", "预算调整初步方案的审查意见"),
    ],
)  # fmt: skip
def test_only_who_makes_a_preliminary_review_gets_a_paper_called_so(level: str, stage: str, title: str) -> None:
    """A county's office studies adjustments and accounts and comments; for townships the law names no body (BL 22)."""
    draft = opinion(attrs.evolve(sample(), stage=stage, levels={"430702": level}), "zh", "元")
    assert draft.title == f"关于武陵区2026年{title}"


@pytest.mark.parametrize(
    ("level", "body"), [("county", "县级人民代表大会常务委员会"), ("city", "市人民代表大会有关专门委员会"), ("province", "省人民代表大会")]
)
def test_the_body_of_the_preliminary_review_depends_on_the_level(level: str, body: str) -> None:
    """Preliminary review: a committee at province and city, the standing committee itself in a county (BL 22)."""
    said = "".join(texts(opinion(attrs.evolve(sample(), levels={"430702": level}), "zh", "元").blocks))
    assert body in said


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_it_states_and_asks_and_never_accuses(county: Report, lang: str) -> None:
    """No word of guilt anywhere, titles of documents and quoted names of rules apart."""
    for text in texts(opinion(county, lang, "元").blocks):
        assert not GUILT.search(re.sub(r"《[^》]*》", "", text)), text


def test_questions_come_gravest_first_with_figures_and_ground(county: Report) -> None:
    """Ten questions, by severity and money; each with a figure, its extent and its authority with certainty."""
    blocks = opinion(county, "zh", "万元").blocks
    start = next(i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.text == "三、主要问题")
    end = next(i for i, b in enumerate(blocks) if isinstance(b, Heading) and b.text == "四、建议")
    asked = [b for b in blocks[start:end] if isinstance(b, Heading) and b.level == 2]
    assert len(asked) == 10
    assert asked[0].text.startswith("（一）")
    assert asked[9].text.startswith("（十）")
    grounds = [b.text for b in blocks[start:end] if isinstance(b, Paragraph) and b.text.startswith("规模：")]
    assert len(grounds) == 10
    assert "依据：法律法规、《预算法》第35条（原文已查阅）" in grounds[0]


def test_law_stands_apart_from_heuristics(county: Report) -> None:
    """The annex lists what rests on an article and what rests on experience in two tables."""
    blocks = list(opinion(county, "zh", "元").blocks)
    start = next(i for i, b in enumerate(blocks) if isinstance(b, Annex))
    headings = [b.text for b in blocks[start:] if isinstance(b, Heading)]
    assert headings[:2] == ["（一）有法律法规条文依据的事项", "（二）依据勾稽关系、政策、地方规定或经验判断的事项"]
    law, others = [b for b in blocks[start:] if isinstance(b, Table)][:2]
    status = {r.rule.code: r.rule.status for r in county.results}
    assert {status[row[0]] for row in law.rows} == {"statutory"}
    assert "statutory" not in {status[row[0]] for row in others.rows}
    assert len(law.rows) + len(others.rows) == len(county.findings)


def test_the_annex_says_what_it_leaves_out() -> None:
    """Ten findings of a rule are listed, the number of the others is said."""
    blocks = opinion(sample(repeat=20), "zh", "元").blocks
    assert "……另有30项未列出" in texts(blocks)


def test_what_was_not_judged_is_asked_for() -> None:
    """A missing table becomes material to ask for, a failed rule is named, an unread input makes it incomplete."""
    said = texts(opinion(sample(codes=EVERYTHING, broken_input=True), "zh", "元").blocks)
    assert "支付（表 payments）" in said
    assert any("审查不完整" in t and "other.xlsx" in t for t in said)
    assert any("A05" in t and "运行失败" in t for t in said)


def test_waived_findings_are_not_asked_again() -> None:
    """They stand in the annex with their reason and in no question."""
    everything = {f.fingerprint: "经主任会议同意" for f in sample().findings}
    draft = opinion(sample(waived=everything), "zh", "元")
    said = texts(draft.blocks)
    assert "没有需要提出的问题；未能判断的部分见下文。" in said
    assert sum("豁免理由：经主任会议同意" in t for t in said) == len(everything)


def test_nothing_judged_is_not_clean() -> None:
    """A review in which no rule could judge says so."""
    said = "".join(texts(opinion(sample(codes=("A06", "A07")), "zh", "元").blocks))
    assert "未发现问题不等于没有问题" in said


@pytest.mark.parametrize(("n", "said"), [(1, "一"), (10, "十"), (11, "十一"), (20, "二十"), (35, "三十五")])
def test_chinese_numbers(n: int, said: str) -> None:
    """Numbers of chapters as written."""
    assert number(n, "zh") == said


def test_the_day_is_the_reviews_day() -> None:
    """No clock: the day named is the as-of date."""
    said = "".join(texts(opinion(attrs.evolve(sample(), as_of=date(2025, 12, 3)), "zh", "元").blocks))
    assert "2025年12月3日" in said


def test_the_books_are_counted_as_the_findings_say(county: Report) -> None:
    """The table by book has, for each book and severity, as many as there are findings of it."""
    table = next(b for b in opinion(county, "zh", "元").blocks if isinstance(b, Table) and "红色" in b.head)
    found = list(county.findings)
    names = {"一般公共预算": "general", "政府性基金预算": "government_fund", "国有资本经营预算": "state_capital", "社会保险基金预算": "social_insurance"}
    for row in table.rows:
        mine = [f for f in found if f.book == names.get(row[0])]
        assert [int(c) for c in row[1:5]] == [sum(f.severity == s for f in mine) for s in ("red", "orange", "yellow", "blue")]
        money = sum(abs(f.amount or 0) for f in mine)
        assert row[5] == (f"{money // 100:,}.{money % 100:02}" if money else "–")


STAGES = ("pre", "preliminary", "plenary", "execution", "adjustment", "final", "rectify")
SUM = re.compile(r"(\d[\d,]*\.\d+) ?(?:元|yuan)")


@pytest.fixture(scope="module", params=STAGES)
def stage_and_lines(request: pytest.FixtureRequest) -> tuple[str, Submission]:
    """The example county at a stage, with every fault in it that can be planted beside the others."""
    stage = request.param
    hand = Hand.of(clean(2026, stage), 2026)
    for fault in FAULTS:
        if fault.stage == stage:
            with suppress(ValueError, KeyError, StopIteration):
                fault.plant(hand)
    return stage, Submission(**hand.tables())


@pytest.mark.parametrize("level", ["province", "city", "county", "township"])
def test_every_stage_at_every_level_reads_whole(stage_and_lines: tuple[str, Submission], level: str) -> None:
    """No heading without a text below it, no word of guilt, no sum and no count that is not in the report."""
    stage, submission = stage_and_lines
    report = review(submission, load_rules(select=["all"]), stage=stage, as_of=DAYS[stage], level=level)
    sums = _sums(report)
    for lang in ("zh", "en"):
        draft = opinion(report, lang, "元")
        _no_empty_section(draft)
        for text in texts(draft.blocks):
            assert not GUILT.search(re.sub(r"《[^》]*》", "", text)), text
            assert set(SUM.findall(text)) <= sums, text
        for table in (b for b in draft.blocks if isinstance(b, Table)):
            for k in (k for k, head in enumerate(table.head) if re.search(r"[（(](元|yuan)[）)]", head)):
                assert {row[k].lstrip("-") for row in table.rows} - {"–", "", "未知", "unknown"} <= sums
    said = "".join(texts(opinion(report, "zh", "元").blocks))
    assert f"共有{len(report.results)}条规则，其中{sum(r.outcome == 'ran' for r in report.results)}条已运行" in said
    n = len(report.findings)
    assert (f"标出需要核对或了解的事项{n}项" if n else "没有标出事项") in said
    for focus in (FOCUS_NAMES[f].zh for f in ("totals", "key", "departmental", "transfers", "debt")):
        assert focus in said


def _no_empty_section(draft: Opinion) -> None:
    blocks = list(draft.blocks)
    for one, after in zip(blocks, [*blocks[1:], None], strict=True):
        if isinstance(one, Heading | Annex):
            depth = one.level if isinstance(one, Heading) else 0
            assert after is not None, one.text
            assert not isinstance(after, Annex), one.text
            assert not isinstance(after, Heading) or after.level > depth, one.text


def _sums(report: Report) -> set[str]:
    """All money of the report, and its sums by rule, severity and book, as the draft writes it."""
    found = list(report.findings)
    fen: set[int] = {w for whole in report.outline.wholes for w in (whole.total_in, whole.total_out) if w is not None}
    for f in found:
        figures = (*f.values.values(), *f.parameters.values(), f.measure, f.limit)
        fen |= {int(x.value) for x in figures if x is not None and x.kind == "money" and x.value is not None}
        fen.add(f.amount or 0)
    for key in (lambda f: (f.rule, f.severity), lambda f: f.book):
        groups: dict[object, int] = {}
        for f in found:
            groups[key(f)] = groups.get(key(f), 0) + abs(f.amount or 0)
        fen |= set(groups.values())
    set_to = {
        int(Decimal(str(v)) * 100)
        for r in report.results
        for n, v in r.parameters.items()
        if v is not None and n in r.rule.parameters and r.rule.parameters[n].unit == "money"
    }
    return {f"{abs(v) // 100:,}.{abs(v) % 100:02}" for v in fen | set_to}
