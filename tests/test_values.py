"""Unknown in, unknown out, except where a known value decides on its own."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from budgetreview.values import Exact, Keys, LateWords, Numbers, Ratio, Truth, growth

THREE = (True, False, None)


def truth(*answers: bool | None) -> Truth:
    return Truth(np.array([a is True for a in answers]), np.array([a is False for a in answers]))


def told(t: Truth) -> list[bool | None]:
    return [True if y else False if n else None for y, n in zip(t.yes, t.no, strict=True)]


@pytest.mark.parametrize("a", THREE)
@pytest.mark.parametrize("b", THREE)
def test_a_known_false_decides_an_and_and_a_known_true_an_or(a: bool | None, b: bool | None) -> None:
    both = False if a is False or b is False else None if a is None or b is None else True
    either = True if a is True or b is True else None if a is None or b is None else False
    assert told(truth(a) & truth(b)) == [both]
    assert told(truth(a) | truth(b)) == [either]
    assert told(~truth(a)) == [None if a is None else not a]


def test_comparing_with_an_unknown_amount_is_unknown() -> None:
    known = np.array([True, False])
    a = Exact.of([200, 200], known)
    assert told(a > Exact.of([100, 100])) == [True, None]
    assert told(a.equals(200)) == [True, None]


def test_exactly_half_is_not_below_half() -> None:
    executed, budget = Exact.of([50, 49, 51]), Exact.of([100, 100, 100])
    assert told(Ratio(executed, budget) < Fraction(1, 2)) == [False, True, False]
    assert told(executed < budget * Fraction(1, 2)) == [False, True, False]


def test_growth_from_zero_has_no_meaning_and_is_unknown() -> None:
    assert told(growth(Exact.of([5, 150]), Exact.of([0, 100])) > Fraction(1, 10)) == [None, True]


amounts = st.integers(-(10**17), 10**17)
shares = st.fractions(min_value=-3, max_value=3, max_denominator=1000)


@given(st.lists(st.tuples(amounts, amounts), min_size=1, max_size=8), shares)
def test_ratios_of_the_largest_amounts_compare_as_exact_fractions(pairs: list[tuple[int, int]], share: Fraction) -> None:
    a, b = Exact.of([p[0] for p in pairs]), Exact.of([p[1] for p in pairs])
    expected = [None if y <= 0 else Fraction(x, y) > share for x, y in pairs]
    assert told(Ratio(a, b) > share) == expected
    assert told(a > b * share) == [x > y * share for x, y in pairs]


@given(st.lists(st.tuples(amounts, amounts, amounts, amounts), min_size=1, max_size=5), shares)
def test_differences_of_ratios_compare_exactly(rows: list[tuple[int, int, int, int]], share: Fraction) -> None:
    a, b, c, d = (Exact.of([r[i] for r in rows]) for i in range(4))
    expected = [None if q <= 0 or s <= 0 else Fraction(p, q) - Fraction(r, s) > share for p, q, r, s in rows]
    assert told((Ratio(a, b) - Ratio(c, d)) > share) == expected


def test_sums_beyond_int64_are_kept_exactly() -> None:
    top = Exact.of([2**62])
    assert int((top + top + top).values[0]) == 3 * 2**62


def test_a_ratio_is_divided_once_from_whole_numbers() -> None:
    values, known = Ratio(Exact.of([1, 1]), Exact.of([3, 0])).floats()
    assert values[0] == 1 / 3
    assert known.tolist() == [True, False]


def test_texts_are_asked_once_each_and_blanks_stay_unknown() -> None:
    asked: list[str] = []
    keys = Keys.of(["30217", None, "30217", "30101"])
    found = keys.where(lambda w: asked.append(w) is None and w.startswith("302"))
    assert told(found) == [True, None, True, False]
    assert sorted(asked) == ["30101", "30217"]


def test_mapping_codes_to_their_class_keeps_blanks() -> None:
    keys = Keys.of(["2010101", None, "2050201"]).map(lambda c: c[:3])
    assert [keys.text(i) for i in range(3)] == ["201", None, "205"]


def test_scores_compare_with_limits_and_blanks_are_unknown() -> None:
    score = Numbers(np.array([59.9, 60.0, 0.0]), np.array([True, True, False]))
    assert told(score < 60) == [True, False, None]


@given(st.integers(0, 8), st.lists(st.integers(0, 2000), max_size=8))
def test_late_words_are_the_same_whether_asked_for_one_by_one_or_all_together(n: int, asked: list[int]) -> None:
    spelt = tuple(f"w{i}" for i in range(n))
    late = LateWords(n, spelt.__getitem__, lambda: spelt)
    if n:
        assert [late[i % n] for i in asked] == [spelt[i % n] for i in asked]
        assert late[-1] == spelt[-1]
    with pytest.raises(IndexError):
        late[n]
    assert (len(late), tuple(late), late[:3]) == (n, spelt, spelt[:3])


def test_late_words_are_spelt_out_together_once_many_have_been_asked_for() -> None:
    made: list[int] = []

    def all_of_them() -> tuple[str, ...]:
        made.append(1)
        return ("a", "b")

    late = LateWords(2, lambda i: "ab"[i], all_of_them)
    assert {late[1] for _ in range(5_000)} == {"b"}
    assert made == [1]


@pytest.mark.parametrize(
    ("before", "now"),
    [
        (["a", "b", None, "c"], ["a", "b", None, "c"]),
        (["a", "b", None, "c"], ["a", "bb", "c", None]),
        (["b", "c", "b"], ["a", "b", "c"]),
        (["c", "b"], ["x", "y"]),
        ([], []),
        ([None], [None]),
    ],
)
def test_texts_differ_whatever_their_numbers(before: list[str | None], now: list[str | None]) -> None:
    expected = [a != b for a, b in zip(before, now, strict=True)]
    assert Keys.of(before).unlike(Keys.of(now)).tolist() == expected
    assert Keys.of(now).unlike(Keys.of(before)).tolist() == expected


def test_spare_texts_have_no_other_words() -> None:
    some = Keys.of(["d", "a", None, "c", "b"]).take(np.array([3, 2, 0, 3]))
    assert (some.spare().words, some.spare().texts(np.arange(4))) == (("c", "d"), ["c", None, "d", "c"])
    late = Keys(some.codes, LateWords(4, "abcd".__getitem__, lambda: tuple("abcd"), lambda at: ["abcd"[i] for i in at]))
    assert late.spare().words == ("c", "d")
