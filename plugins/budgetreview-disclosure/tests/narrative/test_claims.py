"""What a sentence says: sentences in the forms of several regions and the claims that must be read in them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from budgetreview_disclosure.document import Paragraph, Place
from budgetreview_disclosure.narrative import Claim, read_paragraphs
from budgetreview_disclosure.narrative.flat import flatten

CASES = tomllib.loads((Path(__file__).parent / "claims.toml").read_text(encoding="utf-8"))["case"]
OPEN = 9


def paragraphs(*texts: str) -> tuple[Paragraph, ...]:
    return tuple(Paragraph(text, Place(page=1)) for text in texts)


def plain(claim: Claim, asked: dict[str, Any]) -> dict[str, Any]:
    """A claim in the words of the case, with what the case asks for."""
    change = claim.changes[0] if claim.changes else None
    said: dict[str, Any] = {
        "subject": claim.subject,
        "path": "/".join(name + level for name, level in claim.path),
        "amounts": {one.role: one.text for one in claim.amounts},
        "share": claim.share.text if claim.share else "",
        "completion": claim.completion.text if claim.completion else "",
        "reason": claim.reason,
        "year": claim.year,
        "part_of": claim.part_of,
        "sure": claim.sure,
        "change": change
        and [
            OPEN if change.direction is None else change.direction,
            change.amount.text if change.amount else "",
            change.rate.text if change.rate else "",
            change.base or "",
        ],
    }
    return {key: said[key] for key in asked}


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_a_sentence_is_read_as_it_is_meant(case: dict[str, Any]) -> None:
    """Every item with a figure is one claim, with its amounts, its change, its share and its reason, and no other."""
    claims = read_paragraphs(paragraphs(case["text"]))
    assert [plain(one, asked) for one, asked in zip(claims, case["claims"], strict=False)] == case["claims"]
    assert len(claims) == len(case["claims"])
    for claim, asked in zip(claims, case["claims"], strict=True):
        if "change" not in asked:
            assert not claim.changes
        if "part_of" not in asked:
            assert claim.part_of is None


def test_numbered_items_are_parts_of_the_paragraph_that_announces_them() -> None:
    """（二）支出总计…包括： is the whole of 1．, 2．; what follows without a number is no part."""
    claims = read_paragraphs(
        paragraphs(
            "（二）支出预算总计100.00万元。包括：",
            "1．教育（类）支出60.00万元，主要用于学校。",
            "2．住房保障（类）支出40.00万元。",
            "此外，基本支出预算数为70.00万元。",
            "1．另一处的一项支出5.00万元。",
        )
    )
    assert [one.part_of for one in claims] == [None, 0, 0, None, None]
    assert {one.listed for one in claims[1:3]} == {"包括"}


def test_the_headings_give_a_name_its_class_and_group() -> None:
    """（三）住房保障支出（类） over 住房改革支出（款）住房公积金（项） makes the whole path."""
    (claim,) = read_paragraphs(
        paragraphs("（三）住房保障支出（类）", "1．住房改革支出（款）住房公积金（项）支出492.87万元，与上年持平。")
    )
    assert claim.path == (("住房保障支出", "类"), ("住房改革支出", "款"), ("住房公积金", "项"))
    assert claim.changes[0].direction == 0


def test_an_amount_is_fen_and_knows_its_last_digit() -> None:
    """183.6万元 is 1,836,000 元, exact to 0.1万元."""
    (claim,) = read_paragraphs(paragraphs("培训费183.6万元。"))
    assert (claim.amounts[0].fen, claim.amounts[0].step) == (183_600_000, 100_000)


def test_digits_that_a_blank_tears_are_not_sure() -> None:
    """1 234.56万元 may be 1234.56 or 234.56: no check may rest on it."""
    (claim,) = read_paragraphs(paragraphs("培训费1 234.56万元。"))
    assert not claim.sure


def test_blanks_and_full_width_digits_change_nothing() -> None:
    """Justified text with blanks between the letters is read as the same sentence."""
    spaced = "培 训 费 支 出 １，２３４．５６ 万元 ， 占 ２０ ％ 。"
    assert flatten(spaced).text.replace("1，2", "1,2") == "培训费支出1,234.56万元，占20%。"
    (claim,) = read_paragraphs(paragraphs(spaced))
    assert claim.amounts[0].fen == 1_234_560_000


def test_a_claim_stands_at_the_lines_of_its_sentence() -> None:
    """The box is that of the printed lines that the sentence touches, not of the whole paragraph."""
    text = "第一句没有金额。培训费30.00万元，比上年增加1.00万元。"
    lines = ((0, Place(1, (10, 10, 90, 20))), (8, Place(1, (10, 22, 90, 32))), (20, Place(1, (10, 34, 60, 44))))
    (claim,) = read_paragraphs((Paragraph(text, Place(1, (10, 10, 90, 44)), (), lines),))
    assert claim.place == Place(1, (10, 22, 90, 44))
