"""Alike names are found as a comparison of all with all would find them."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.kernels import names


def slow_common(a: str, b: str) -> int:
    """The longest run of characters that stand in both in the same order."""
    row = [0] * (len(b) + 1)
    for x in a:
        above = row[:]
        for j, y in enumerate(b, start=1):
            row[j] = above[j - 1] + 1 if x == y else max(above[j], row[j - 1])
    return row[-1]


texts = st.lists(st.text("城乡道路改造", min_size=1, max_size=8), max_size=25, unique=True)
shares = st.sampled_from([Fraction(17, 20), Fraction(3, 4), Fraction(1, 2), Fraction(1)])


def slow_pairs(listed: list[str], block: list[int], least: Fraction) -> set[tuple[int, int]]:
    return {
        (i, j)
        for j in range(len(listed))
        for i in range(j)
        if block[i] == block[j] >= 0
        and Fraction(2 * slow_common(listed[i], listed[j]), len(listed[i]) + len(listed[j])) >= least
    }


@given(texts, shares, st.integers(1, 3))
def test_pairs_equal_a_comparison_of_all_with_all(listed: list[str], least: Fraction, blocks: int) -> None:
    block = np.array([i % (blocks + 1) - 1 for i in range(len(listed))], np.int64)
    found = names.alike(listed, block, least)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == slow_pairs(listed, block.tolist(), least)
    for i, j, common, total in zip(found.left, found.right, found.common, found.total, strict=True):
        assert (common, total) == (2 * slow_common(listed[i], listed[j]), len(listed[i]) + len(listed[j]))


@given(texts, shares)
def test_a_large_block_is_searched_by_rare_characters_without_missing_a_pair(listed: list[str], least: Fraction) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(names, "COMPARED_AT_ONCE", 3)
        found = names.alike(listed, np.zeros(len(listed), np.int64), least)
    pairs = set(zip(found.left.tolist(), found.right.tolist(), strict=True))
    assert pairs == slow_pairs(listed, [0] * len(listed), least)


def test_what_every_name_carries_is_taken_out() -> None:
    plain = names.plain("2026年度市教育局“智慧校园”建设专项经费", "市教育局")
    assert plain.text == "智慧校园建设"
    assert names.plain("智慧校园建设项目").text == plain.text


@pytest.mark.parametrize(("one", "other"), [
    ("第一小学操场改造", "第二小学操场改造"),
    ("3号泵站改造", "4号泵站改造"),
    ("污水管网建设一期", "污水管网建设二期"),
])  # fmt: skip
def test_names_that_differ_in_a_number_keep_it_apart(one: str, other: str) -> None:
    a, b = names.plain(one), names.plain(other)
    assert a.text == b.text
    assert a.numbers != b.numbers


def test_a_number_word_inside_a_name_stays() -> None:
    assert "一" in names.plain("城乡一体化").text
    assert "三" in names.plain("三农服务").text


@given(st.integers(0, 12), st.data())
def test_sets_tied_by_pairs_equal_a_slow_spreading(n: int, data) -> None:
    place = st.integers(0, max(n - 1, 0))
    ties = data.draw(st.lists(st.tuples(place, place), max_size=12)) if n else []
    label = list(range(n))
    for _ in range(n):
        for a, b in ties:
            label[a] = label[b] = min(label[a], label[b])
    left, right = (np.array([t[k] for t in ties], np.int64) for k in (0, 1))
    found = names.components(n, left, right)
    assert [[int(x) == int(y) for y in found] for x in found] == [[x == y for y in label] for x in label]


@given(st.lists(st.tuples(st.text("ᚠ第一期2026年度专项经费（）市学校 ㈠Ａ", max_size=12), st.sampled_from(["", "市学校", "ａ"])), max_size=8))
def test_many_names_at_once_have_the_plain_forms_of_each_by_itself(listed: list[tuple[str, str]]) -> None:
    found, carried = names.plain_names([n for n, _ in listed], [a for _, a in listed])
    assert list(zip(found, carried, strict=True)) == [tuple(names.plain(n, a)) for n, a in listed]
