"""The checks of sentences: true accounts get nothing, and each slip is noticed by the check that is meant for it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import attrs
import pytest
from budgetreview_disclosure.checks.narrative import check
from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.document import Document, Paragraph, Place
from budgetreview_disclosure.narrative import read_claims
from budgetreview_disclosure.narrative.ties import tie, untied
from budgetreview_disclosure.reading.word import read_word

PLANTS = (
    # what is printed, what a slip makes of it, the check that must notice
    ("支总计均为1,100.00万元", "支总计均为1,210.00万元", "narrative-table"),
    ("收入合计1,000.00万元", "收入合计10,000,000.00万元", "narrative-unit"),
    ("占90.00%", "占80.00%", "narrative-share"),
    ("下降10.00%", "下降11.00%", "narrative-percent"),
    ("减少100.00万元，下降", "减少100.00万元，增长", "narrative-direction"),
    ("完成年初预算的112.50%", "完成年初预算的125.00%", "narrative-completion"),
    ("决算数大于年初预算数", "决算数小于年初预算数", "narrative-direction"),
    ("项目支出630.00万元", "项目支出530.00万元", "narrative-parts"),
    ("项目支出630.00万元", "项目支出530.00万元", "narrative-table"),
    ("人员经费250.00万元", "人员经费240.00万元", "narrative-table"),
    ("政府采购工程支出400.00万元", "政府采购工程支出440.00万元", "narrative-parts"),
    ("与2021年度相比，收、支", "与2020年度相比，收、支", "narrative-year"),
    ("2022年度支出合计", "2021年度支出合计", "narrative-year"),
    ("截至2022年12月31日", "截至2021年12月31日", "narrative-year"),
    ("第三部分 2022年度部门决算", "第三部分 2021年度部门决算", "narrative-year"),
    ("某县水利局2022年度收、支", "本表反映2021年度收入支出决算情况。某县水利局2022年度收、支", "narrative-year"),
    ("减少100.00万元，下降", "减少100.00亿元，下降", "narrative-unit"),
    ("支出总额600.00万元", "支出总额XX万元", "narrative-placeholder"),
    ("支出总额600.00万元", "支出总额万元", "narrative-blank-amount"),
    ("支出总额600.00万元", "XX县水利局支出总额600.00万元", "narrative-placeholder"),
    ("各增加100.00万元", "各增加（减少）100.00万元", "narrative-option"),
    ("某县水利局2022年度收、支总计", "邻县教育局2022年度收、支总计", "narrative-department"),
    ("公务接待费支出决算为4.00万元", "公务接待费支出决算为5.00万元", "narrative-table"),
    ("支出决算为24.00万元", "支出决算为26.40万元", "narrative-parts"),
    ("其他用车3辆", "其他用车4辆", "narrative-parts"),
)


Write = Callable[..., Path]


@pytest.fixture
def accounts(tmp_path: Path, write_accounts: Write) -> Document:
    return read_word(write_accounts(tmp_path / "accounts.docx"))


def spoken(*sentences: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text, Place(page=1)) for text in sentences)


def faults(document: Document) -> list[Statement]:
    return [one for one in check(document) if one.faulty]


def alone(text: str) -> Counter[str]:
    """The faults of one sentence in final accounts of 2022 without tables."""
    return Counter(
        one.check for one in faults(Document("x", "", "final_accounts", 2022, "某县水利局", 1, (), spoken(text)))
    )


def test_accounts_that_agree_get_nothing(accounts: Document) -> None:
    """Sentences true to the tables and to themselves give no finding, and the checks were made."""
    made = Counter(one.check for one in check(accounts))
    assert not faults(accounts)
    assert made["narrative-table"] >= 19
    assert made["narrative-share"] >= 5
    assert made["narrative-parts"] >= 5
    assert made["narrative-completion"] >= 6


@pytest.mark.parametrize(("printed", "slip", "name"), PLANTS)
def test_a_slip_is_noticed(
    tmp_path: Path, true_sentences: tuple[str, ...], write_accounts: Write, printed: str, slip: str, name: str
) -> None:
    """One wrong word or figure in true accounts is noticed by its check."""
    sentences = [one.replace(printed, slip) for one in true_sentences]
    assert list(true_sentences) != sentences, "the plant must be in the text"
    document = read_word(write_accounts(tmp_path / "slip.docx", sentences))
    assert name in {one.check for one in faults(attrs.evolve(document, year=2022))}


def test_rounded_and_truncated_percentages_are_right() -> None:
    """1/3 is 33.33, 33.34 or 33%; 34.5% is not."""
    for rate in ("33.33%", "33.34%", "33%", "33.3%"):
        assert not alone(f"培训费支出40.00万元，比上年增加10.00万元，增长{rate}，主要原因是培训增加。")
    assert alone("培训费支出40.00万元，比上年增加10.00万元，增长34.50%，主要原因是增加。") == {"narrative-percent": 1}


def test_rounded_amounts_leave_room() -> None:
    """3.4 亿元 that grew by 0.3 亿元 may have grown by 9.4 to 10.3 per cent."""
    assert not alone("培训费支出3.4亿元，比上年增加0.3亿元，增长9.5%，主要原因是培训增加。")
    assert alone("培训费支出3.4亿元，比上年增加0.3亿元，增长19.5%，主要原因是培训增加。") == {"narrative-percent": 1}


def test_growth_from_nothing_has_no_rate() -> None:
    """The whole amount is new: 增长100% says what cannot be said."""
    assert alone("培训费支出12.30万元，比上年增加12.30万元，增长100%，主要原因是新增培训。") == {
        "narrative-growth-from-zero": 1
    }
    assert not alone("培训费支出12.30万元，比上年增加12.30万元，主要原因是新增培训。")


def test_a_change_larger_than_what_it_led_to_is_a_slip() -> None:
    """What rose by 50 cannot be 30 now."""
    assert alone("培训费支出30.00万元，比上年增加50.00万元，增长20%。")["narrative-change"] == 1


def test_last_years_amount_in_the_sentence_is_held_against_the_change() -> None:
    """100 after 80 is 20 more, not 30."""
    right = "项目支出100.00万元，比2021年80.00万元增加20.00万元，增长25.00%。"
    assert not alone(right)
    assert alone(right.replace("增加20.00", "增加30.00"))["narrative-change"] == 1


def test_a_large_change_needs_a_reason() -> None:
    """From 30 per cent on; the reason may stand anywhere in the paragraph."""
    bare = "培训费支出20.00万元，比上年增加10.00万元，增长100%。"
    assert alone(bare) == {"narrative-unexplained": 1}
    assert not alone(bare + "主要原因是新增培训任务。")


def test_parts_announced_by_qizhong_may_be_less_but_never_more() -> None:
    """其中 need not name every part."""
    assert not alone("支出合计100.00万元，其中：教育支出30.00万元，卫生健康支出20.00万元。")
    assert alone("支出合计100.00万元，其中：教育支出80.00万元，卫生健康支出30.00万元。") == {"narrative-parts": 1}


def test_revenue_and_expenditure_are_no_parts_of_one_another() -> None:
    """收入包括 and 支出包括 are two divisions of one figure."""
    text = (
        "收支总预算100.00万元。收入包括：财政拨款收入90.00万元、其他收入10.00万元；"
        "支出包括：教育支出70.00万元、住房保障支出30.00万元。"
    )
    assert not alone(text)
    assert alone(text.replace("教育支出70", "教育支出60")) == {"narrative-parts": 1}


def test_a_share_of_the_whole_or_of_what_is_named() -> None:
    """占政府采购支出总额的 75% is of that, wherever it stands in the paragraph."""
    text = "政府采购支出总额200.00万元。授予中小企业合同金额150.00万元，占政府采购支出总额的75.00%。"
    assert not alone(text)
    assert alone(text.replace("75.00%", "70.00%")) == {"narrative-share": 1}


def test_a_share_whose_sentence_names_no_year_is_of_the_years_amount_before_it() -> None:
    """The year stands in the paragraph's first sentence only; 46.50 of 114.57 is 40.6 per cent."""
    text = "2022年度政府采购支出总额114.57万元。授予中小企业合同金额46.50万元，占政府采购支出总额的40.6%。"
    assert not alone(text)
    assert alone(text.replace("40.6%", "50.6%")) == {"narrative-share": 1}


def test_a_part_of_nothing_printed_without_its_share_completes_the_family() -> None:
    """出国费 is 0万元 and has no percentage; the other two of 三公 are then shares of all 20.00."""
    text = (
        "“三公”经费支出决算中，因公出国（境）费支出决算为0万元；公务用车购置及运行维护费支出决算为10.00万元，占50.0%；"
        "公务接待费支出决算为10.00万元，占50.0%。"
    )
    assert not alone(text)
    assert alone(text.replace("10.00万元，占50.0%。", "10.00万元，占60.0%。"))["narrative-share"] == 1


def test_expenses_without_their_number_are_a_number_left_out() -> None:
    """人员经费万元，主要包括: nobody filled the figure in; a number before 万元 or a unit line is none."""
    assert alone("基本支出50.00万元，其中：人员经费万元，主要包括基本工资。") == {"narrative-blank-amount": 1}
    for text in ("人员经费50.00万元，主要包括基本工资。", "经费万元以上的项目须评审。", "经费（万元）"):
        assert not alone(text), text


def test_shares_evened_to_make_a_hundred_are_right() -> None:
    """Three thirds are printed as 33.33, 33.33 and 33.34."""
    assert not alone(
        "支出合计90.00万元，其中：基本支出30.00万元，占33.33%；项目支出30.00万元，占33.33%；经营支出30.00万元，占33.34%。"
    )


def test_ordinary_words_are_no_placeholders() -> None:
    """An X-ray machine, a blank form's unit line and 某 in a name are none; XX and a missing amount are."""
    for text in (
        "购置X光机1台，支出20.00万元。",
        "单位：万元",
        "本表以万元为单位。",
        "主要用于某些专项工作。",
        "增加元件采购。",
    ):
        assert not alone(text), text
    for text in ("××局2022年度收入总计10.00万元。", "比上年增加XX万元。", "某单位2022年无此项支出。", "下降%。"):
        assert sum(alone(text).values()) == 1, text


def test_another_body_may_be_named_where_the_sentence_is_about_it() -> None:
    """The short form of the own name and a unit that the text introduces are no leftovers."""
    own = ("县水利局2022年度收入总计10.00万元。", "某县水利局本级2022年度收入总计10.00万元。")
    for text in own:
        assert not alone(text), text
    listed = ("下属单位：某县防汛办公室。", "某县防汛办公室2022年度收入总计5.00万元。")
    document = Document("x", "", "final_accounts", 2022, "某县水利局", 1, (), spoken(*listed))
    assert not faults(document)


def test_a_table_in_another_unit_is_told_once(tmp_path: Path, write_accounts: Write) -> None:
    """Tables headed 元 that print 万元 are one slip each, not one for every sentence."""
    document = read_word(write_accounts(tmp_path / "unit.docx", unit="元"))
    found = Counter(one.check for one in faults(document))
    assert set(found) == {"narrative-unit", "narrative-table"}
    assert found["narrative-unit"] <= len(document.tables) + 2


def test_a_doubtful_table_ties_nothing(accounts: Document) -> None:
    """Nothing rests on a table that was read with doubt; the claim says why it is not tied."""
    doubtful = tuple(attrs.evolve(table, doubts=("列线不清",)) for table in accounts.tables)
    document = attrs.evolve(accounts, tables=doubtful)
    claims = read_claims(document)
    assert not tie(document, claims)
    assert "这张表读得不确切" in untied(document, claims)


def test_a_claim_of_another_year_is_tied_to_nothing(accounts: Document) -> None:
    """2019年度支出合计 says nothing about this year's table."""
    document = attrs.evolve(accounts, paragraphs=spoken("三、支出决算情况说明", "2019年度支出合计777.00万元。"))
    claims = read_claims(document)
    assert not tie(document, claims)
    assert not faults(document)


def test_revenue_and_expenditure_that_are_equal_do_not_move_in_opposite_directions() -> None:
    """Both are equal this year and last, so one of the two words is wrong."""
    said = (
        "收入预算：2022年年初预算数100.00万元，收入较去年{}10.00万元，主要是人员增加。",
        "支出预算：2022年年初预算数100.00万元，支出较去年增加10.00万元，主要是人员增加。",
    )
    for word, wrong in (("增加", 0), ("减少", 1)):
        document = Document("x", "", "budget", 2022, "某县水利局", 1, (), spoken(said[0].format(word), said[1]))
        assert Counter(one.check for one in faults(document))["narrative-direction"] == wrong


def test_the_year_of_the_range_is_that_of_the_document() -> None:
    """纳入2021年部门预算编制范围 is left over from the year before."""
    for year, wrong in ((2022, 0), (2021, 1)):
        text = f"纳入{year}年部门预算编制范围的只有本级，没有其他下属单位。"
        document = Document("x", "", "budget", 2022, "某县水利局", 1, (), spoken(text))
        assert len([one for one in faults(document) if one.check == "narrative-year"]) == wrong


def test_another_department_that_is_said_to_have_targets_is_named() -> None:
    """The text of last year's neighbour was copied; a department's own name is none."""
    for name, wrong in (("某县水利局", 0), ("某县林业局", 1)):
        text = f"（四）预算绩效目标说明：{name}所有支出实行绩效目标管理。"
        document = Document("x", "", "budget", 2022, "某县水利局", 1, (), spoken(text))
        assert len([one for one in faults(document) if one.check == "narrative-department"]) == wrong


@pytest.mark.parametrize("text", ["王××同志任组长。", "规格为20×30厘米，型号XXL。", "3×4×5的展板。"])
def test_signs_that_are_no_placeholders_get_nothing(text: str) -> None:
    """A name withheld, a size and a model are meant so."""
    assert not alone(text)


def test_nothing_is_no_part_of_anything() -> None:
    """0万元 is 0 per cent, however coarsely it is printed."""
    text = (
        "三公经费支出决算6.85万元，其中：因公出国（境）费支出0万元，占0%；公务用车购置及运行维护费支出5.20万元，占75.91%；"
        "公务接待费支出1.65万元，占24.09%。"
    )
    assert not alone(text)
    assert alone(text.replace("占0%", "占10%"))


@pytest.mark.parametrize(("rate", "word", "wrong"), [
    ("97.17%", "小于", 0), ("97.17%", "大于", 1), ("103.20%", "大于", 0), ("103.20%", "小于", 1), ("100%", "等于", 0),
])  # fmt: skip
def test_short_of_the_budget_is_not_beyond_it(rate: str, word: str, wrong: int) -> None:
    """Completion by 97 per cent is less than the budget."""
    text = f"行政运行：支出决算为310.00万元，完成预算{rate}，决算数{word}预算数的主要原因是部分项目跨年实施。"
    assert alone(text)["narrative-direction"] == wrong
