"""Codes are read the same way however a spreadsheet spells them (CONTRACT, section 2)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.codes import ancestors, class_of, clean, join_three, level, parent, same_name, system_of

CODES = st.from_regex(r"[1-5][0-9]{2}([0-9]{2}){0,3}", fullmatch=True)


@pytest.mark.parametrize(
    "spelling",
    [
        "2010101",
        "2010101.0",
        "２０１０１０１",
        "201 01 01",
        " 2010101\t",
        "201\u3000\xa001\u200b01",
        "'2010101",
        "２０１０１０１．０",
    ],
)
def test_every_spelling_of_a_code_is_one_code(spelling: str) -> None:
    """Full-width digits, inner blanks and the .0 of a number cell do not make another code."""
    assert clean(spelling) == "2010101"


def test_what_is_not_a_number_cell_keeps_its_zeros() -> None:
    """Leading zeros and a dot that is part of a code stay."""
    assert clean("001") == "001"
    assert clean("A.0") == "A.0"
    assert clean("101.05") == "101.05"


@given(CODES)
def test_cleaning_twice_is_cleaning_once(code: str) -> None:
    """A cleaned code is already clean, and full width or narrow makes no difference."""
    wide = code.translate({ord(d): ord(d) + 0xFEE0 for d in "0123456789"})
    assert clean(code) == clean(clean(wide)) == code


@pytest.mark.parametrize(
    ("columns", "code"),
    [
        (("201", "01", "01"), "2010101"),
        (("201", "1", "1"), "2010101"),
        (("201.0", "01.0", "１"), "2010101"),
        (("201", "1", ""), "20101"),
        (("227", "", ""), "227"),
        (("", "", ""), ""),
        (("201", "20101", "2010101"), "2010101"),
        (("201", "01", "2010150"), "2010150"),
    ],
)
def test_three_columns_are_one_code(columns: tuple[str, str, str], code: str) -> None:
    """类, 款, 项 in columns of their own are joined; blanks at the end give the shorter code."""
    assert join_three(*columns) == code


@pytest.mark.parametrize(
    "columns", [("201", "", "01"), ("", "01", "01"), ("20", "01", "01"), ("201", "001", ""), ("201", "x", "")]
)
def test_three_columns_that_do_not_fit_are_refused(columns: tuple[str, str, str]) -> None:
    """A 项 without its 款, or a part of the wrong length, is an error, never a guess."""
    with pytest.raises(ValueError, match="expected"):
        join_three(*columns)


@given(CODES)
def test_a_code_hangs_on_the_codes_above_it(code: str) -> None:
    """The last of the ancestors is the parent, the first the class, and there is one a level."""
    above = ancestors(code)
    assert len(above) == level(code) - 1
    assert parent(code) == (above[-1] if above else "")
    assert class_of(code) == [*above, code][0]


@given(st.text(max_size=9).filter(lambda t: not (t.isascii() and t.isdigit() and len(t) in (3, 5, 7, 9))))
def test_other_text_has_no_level(text: str) -> None:
    """What has not the shape of a code has level 0 and nothing above it."""
    assert level(text) == 0
    assert ancestors(text) == ()
    assert parent(text) == class_of(text) == ""
    assert system_of(text) is None


def test_the_first_digit_names_the_classification() -> None:
    """1 is revenue, 2 function, 3 department economic, 5 government economic."""
    assert [system_of(c) for c in ("10101", "2010101", "30201", "50201", "401")] == [
        "revenue",
        "function",
        "department_economic",
        "government_economic",
        None,
    ]


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("教育支出", "教育"),
        ("维修（护）费", "维修(护)费"),
        ("维修（护）费", "维修费"),
        ("行政运行（人大）", "行政运行"),
        ("因公出国（境）费用", "因公出国(境)费"),
        ("2010101-行政运行", "行政运行"),
        ("[30201]办公费", "办公费"),
        (" 公务 接待费", "公务接待费"),
        ("化解农村“普九”债务试点支出", '化解农村"普九"债务试点'),
    ],
)
def test_spelling_variants_are_the_same_name(a: str, b: str) -> None:
    """Endings, brackets, blanks and a leading code do not make another name."""
    assert same_name(a, b)
    assert same_name(b, a)


@pytest.mark.parametrize(
    ("a", "b"),
    [
        ("行政运行（人大）", "行政运行（政协）"),
        ("会议费", "培训费"),
        ("国内债务付息", "国外债务付息"),
        ("", ""),
        ("教育支出", ""),
    ],
)
def test_different_names_stay_different(a: str, b: str) -> None:
    """Two units in brackets are two names, and nothing is the same as a blank."""
    assert not same_name(a, b)


@given(st.text(max_size=12))
def test_a_name_is_itself(name: str) -> None:
    """A name that is not blank is the same as itself."""
    assert same_name(name, name) or not same_name(name, "教育")
