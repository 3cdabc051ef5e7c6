"""Whether the figures of a sentence agree with one another: rates, shares, completion, directions, parts and wholes.

Percentages are worked out anew from the amounts printed beside them, with what the rounding of those amounts may hide;
a percentage rounded up, down or to the nearest in its last printed digit is right. A sentence that can be read in two
ways is not checked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise
from typing import TYPE_CHECKING

from budgetreview_disclosure.checks.statement import Statement
from budgetreview_disclosure.narrative.sentences import alike

if TYPE_CHECKING:
    from budgetreview_disclosure.narrative.claim import Amount, Change, Claim, Percent, Role

Span = tuple[Fraction, Fraction]
_YEARS_OWN: tuple[Role, ...] = ("outturn", "now", "budget")
_SAYS: dict[int, str] = {1: "增加", -1: "减少", 0: "持平"}
_EVENED = Fraction(3, 2)
"""Shares are evened by hand so that they make a hundred: one unit of the last digit, and what rounding adds to it."""
_THOUSANDS = 1_000
_FAMILIES: tuple[tuple[re.Pattern[str], ...], ...] = (
    (re.compile("人员经费"), re.compile("公用经费")),
    (re.compile("货物"), re.compile("工程"), re.compile("服务")),
    (re.compile("出国"), re.compile("(?:公务)?(?:用车|车辆)"), re.compile("接待")),
    (re.compile("用车购置(?!.*运行)|车辆购置(?!.*运行)"), re.compile("运行")),
)


def check_figures(claims: Sequence[Claim]) -> Iterator[Statement]:
    """Check every sure claim against its own figures and those of its whole.

    Args:
        claims: The claims of one document, as ``read_claims`` gives them.

    Yields:
        A statement for every comparison that could be made, true or not.
    """
    for number, claim in enumerate(claims):
        if claim.sure:
            yield from _changes(claim)
            yield from _completion(claim)
            yield from _short_or_beyond(claim)
            yield from _share(claims, number)
    yield from _parts(claims)


def _changes(claim: Claim) -> Iterator[Statement]:
    for change in claim.changes:
        now, base = _sides(claim, change)
        yield from _against_base(claim, change, now, base)
        if now is not None and change.amount is not None and _another_unit(now, change.amount):
            yield Statement(
                "narrative-unit", claim.subject, claim.place, f"增减写作{change.amount.text}", None,
                f"本数写作{now.text}", None, holds=False, quote=claim.quote,
            )  # fmt: skip
        if change.rate is None or change.direction is None or now is None:
            continue
        if change.amount is not None:
            yield from _rate(claim, change, change.rate, now, change.amount)
        elif base is not None and base.fen:
            span = _ratio(_gap(now, base), _around(base))
            yield _percent_row("narrative-percent", claim, change.rate, span, "增减幅度")
    for first, second in pairwise(claim.changes):
        if first.amount and first.amount.fen and first.rate is None and second.rate and second.amount is None:
            opposite = (first.direction or 0) * (second.direction or 0) < 0 and first.base == second.base
            if opposite and second.rate.value:
                yield Statement(
                    "narrative-direction", claim.subject, claim.place, f"金额写作{first.words}", None,
                    f"幅度写作{second.words}", None, holds=False, quote=claim.quote,
                )  # fmt: skip


def _another_unit(now: Amount, moved: Amount) -> bool:
    """Whether a change is printed in a larger unit than the amount and is thousands of times as much."""
    return now.fen > 0 and moved.fen >= _THOUSANDS * now.fen and _unit(now) != _unit(moved)


def _unit(amount: Amount) -> str:
    return amount.text.lstrip("-0123456789.,，")


def _sides(claim: Claim, change: Change) -> tuple[Amount | None, Amount | None]:
    """The amount that changed and, where it is printed too, the one it is compared with."""
    if change.base in {"opening", "adjusted", "budget"}:
        bases: tuple[Role, ...] = (change.base, "opening", "budget") if change.base == "budget" else (change.base,)
        return claim.amount("outturn", "now"), claim.amount(*bases)
    return claim.amount(*_YEARS_OWN), claim.amount("prior")


def _against_base(claim: Claim, change: Change, now: Amount | None, base: Amount | None) -> Iterator[Statement]:
    if now is None or base is None or now is base or change.direction is None:
        return
    gap = now.fen - base.fen
    slack = (now.step + base.step) // 2
    if change.amount is not None:
        yield Statement(
            "narrative-change", claim.subject, claim.place, f"写作{change.words}{change.amount.text}",
            change.direction * change.amount.fen, f"{now.text}减{base.text}", gap,
            slack + change.amount.step // 2, None, claim.quote,
        )  # fmt: skip
        return
    way = 0 if abs(gap) <= slack else 1 if gap > 0 else -1
    near = change.direction == 0 and abs(gap) <= 2 * slack
    yield Statement(
        "narrative-direction", claim.subject, claim.place, f"写作“{change.words}”", None,
        f"{now.text}比{base.text}{_SAYS[way]}", None, holds=way == change.direction or near or way == 0 == gap,
        quote=claim.quote,
    )  # fmt: skip


def _rate(claim: Claim, change: Change, rate: Percent, now: Amount, moved: Amount) -> Iterator[Statement]:
    """The printed rate against the amounts: change over what the item was before."""
    before = now.fen - (change.direction or 0) * moved.fen
    first, second = _steps(now, moved)
    step = (first + second) // 2
    if change.direction == 0 or not moved.fen:
        if moved.fen == 0:
            yield _holds("narrative-percent", claim, rate, "0", holds=abs(rate.value) < rate.step)
        return
    if before < -step and now.fen >= 0:
        yield Statement(
            "narrative-change", claim.subject, claim.place, f"写作{change.words}{moved.text}", None,
            f"本年只有{now.text}", None, holds=False, quote=claim.quote,
        )  # fmt: skip
    elif abs(before) <= step:
        yield Statement(
            "narrative-growth-from-zero", claim.subject, claim.place, f"写作{change.words}{rate.text}", None,
            "对比年度为0，没有增减幅度", None, holds=False, quote=claim.quote,
        )  # fmt: skip
    else:
        span = _ratio(_band(moved.fen, Fraction(second, 2)), _band(before, step))
        yield _percent_row("narrative-percent", claim, rate, span, "增减幅度")


def _short_or_beyond(claim: Claim) -> Iterator[Statement]:
    """完成预算97% is less than the budget, 完成预算103% more; one budget only may be meant."""
    if claim.completion is None or len(set(re.findall("年初|期初|全年|调整", claim.sentence))) > 1:
        return
    gap = Fraction(claim.completion.value) - 100
    way = 0 if abs(gap) < Fraction(claim.completion.step) else 1 if gap > 0 else -1
    for change in claim.changes:
        if way and change.direction and change.base in {"budget", "opening", "adjusted"} and change.rate is None:
            yield Statement(
                "narrative-direction", claim.subject, claim.place, f"写作{change.words}预算数", None,
                f"完成{claim.completion.text}", None, holds=change.direction == way, quote=claim.quote,
            )  # fmt: skip


def _completion(claim: Claim) -> Iterator[Statement]:
    done = claim.amount("outturn", "now")
    roles: tuple[Role, ...] = ("opening", "adjusted", "budget")
    bases = [one for one in map(claim.amount, roles) if one and one.fen]
    if claim.completion is None or done is None or not bases:
        return
    yield completion_row(claim, claim.completion, done, *bases)


def completion_row(claim: Claim, printed: Percent, done: Amount, *bases: Amount) -> Statement:
    """The printed completion against the outturn over the budget; with several budgets, the one that fits."""
    spans = [_ratio(_around(done), _around(base)) for base in bases]
    best = next((span for span in spans if _agrees(printed, span)), spans[0])
    return _percent_row("narrative-completion", claim, printed, best, "决算占预算")


def _share(claims: Sequence[Claim], number: int) -> Iterator[Statement]:
    claim = claims[number]
    part = claim.amount(*_YEARS_OWN)
    if claim.share is None or part is None:
        return
    wholes = _wholes(claims, number, part)
    spans = [_ratio(_around(part), whole) for whole in wholes if whole[0] > 0]
    if spans:
        best = next((span for span in spans if _agrees(claim.share, span, _EVENED)), spans[0])
        yield _percent_row("narrative-share", claim, claim.share, best, f"占{claim.share_of or '总数'}", _EVENED)


def _wholes(claims: Sequence[Claim], number: int, part: Amount) -> list[Span]:
    """What a share may be a share of: the whole (or the whole's whole), the item it names, or all parts together."""
    claim = claims[number]
    named = claim.share_of.strip("“”本部门的")
    found: list[Span] = []
    at = claim.part_of
    while at is not None and claims[at].sure:
        amount = claims[at].amount(part.role, *_YEARS_OWN)
        if amount is not None and (not named or alike(named, claims[at].subject)):
            found.append(_around(amount))
        at = claims[at].part_of
    if found:
        return found
    beside = [
        one for one in claims
        if one.paragraph == claim.paragraph and one.sentence == claim.sentence and one.part_of == claim.part_of
    ]  # fmt: skip
    brothers = [one for one in beside if one.share is not None and one.share_of == claim.share_of]
    amounts = [one.amount(part.role) for one in brothers]
    nothing = [one for one in beside if one.share is None and one.sure and _is_nothing(one.amount(part.role))]
    all_there = _is_all(brothers) or _family([*brothers, *nothing])  # 因公出国（境）费0万元 is printed without a share
    if len(brothers) > 1 and all(one.sure for one in brothers) and None not in amounts and all_there:
        printed = [one for one in amounts if one is not None]
        return [_sum(_band(one.fen, Fraction(step, 2)) for one, step in zip(printed, _steps(*printed), strict=True))]
    if named:
        before = [
            one.amount(part.role, *_YEARS_OWN) for one in claims[:number]
            if one.sure and (claim.year is None or one.year in {None, claim.year}) and _same_words(named, one.subject)
            and (one.paragraph == claim.paragraph or "合计" in named or "总计" in named)
        ]  # fmt: skip
        values = {one.fen: one for one in before if one is not None}
        if len(values) == 1:
            return [_around(one) for one in values.values()]
    return []


def _is_nothing(amount: Amount | None) -> bool:
    return amount is not None and amount.fen == 0


def _same_words(named: str, subject: str) -> bool:
    return subject.endswith(named) or named.endswith(subject)


def _is_all(parts: Sequence[Claim]) -> bool:
    """Whether parts are all there is: their shares make a hundred, or they are a family known to be whole."""
    return _shares_make_hundred(parts) or _family(parts)


def _shares_make_hundred(parts: Sequence[Claim]) -> bool:
    shares = [one.share for one in parts if one.share is not None]
    if len(shares) < len(parts) or len({one.share_of for one in parts}) > 1:
        return False
    total = sum((one.value for one in shares), Decimal(0))
    return abs(total - 100) <= sum((one.step for one in shares), Decimal(0))


def _family(parts: Sequence[Claim]) -> bool:
    names = [one.subject for one in parts]
    for family in _FAMILIES:
        hits = [[bool(pattern.search(name)) for pattern in family] for name in names]
        each_once = all(sum(hit) == 1 for hit in hits)
        seen = [sum(hit[place] for hit in hits) for place in range(len(family))]
        goods = len(family) == 3 and family[0].pattern == "货物"  # noqa: PLR2004
        if each_once and max(seen) == 1 and (min(seen) == 1 or (goods and sum(seen) > 1)):
            return True
    return False


def _parts(claims: Sequence[Claim]) -> Iterator[Statement]:
    groups: dict[tuple[int, str], list[int]] = {}
    for number, claim in enumerate(claims):
        if claim.part_of is not None:
            groups.setdefault((claim.part_of, claim.listed), []).append(number)
    for (at, listed), numbers in groups.items():
        whole, parts = claims[at], [claims[number] for number in numbers]
        contracts = [one for one in parts if "授予" in one.subject or "面向" in one.subject]
        if not whole.sure or contracts or not all(one.sure and one.amounts for one in parts):
            continue
        yield from _sum_rows(claims, at, parts, listed, numbers)


def _sum_rows(
    claims: Sequence[Claim], at: int, parts: Sequence[Claim], listed: str, numbers: Sequence[int]
) -> Iterator[Statement]:
    whole = claims[at]
    complete = _is_all(parts) or ("包括" in listed and len(parts) > 1)
    for role in _roles(whole, parts):
        total = whole.amount(role, *(_YEARS_OWN if role in _YEARS_OWN else ()))
        amounts = [one.amount(role, *(_YEARS_OWN if role in _YEARS_OWN else ())) for one in parts]
        printed = [one for one in amounts if one is not None]
        if total is None or len(printed) != len(parts):
            continue
        if sum(one.fen == total.fen for one in printed) > 1 and total.fen:
            continue  # 收入总计 and 支出总计 are no parts of 收支总计
        slack = (total.step + sum(_steps(*printed))) // 2
        together = sum(one.fen for one in printed)
        names = "、".join(one.subject for one in parts)
        nested = whole.part_of is not None or any(one.part_of in numbers for one in claims)
        both = re.search(r"收.*支", whole.subject) is not None and not re.match("收入|支出", listed)
        if complete:
            yield Statement(
                "narrative-parts", whole.subject, whole.place, f"{whole.subject}{total.text}", total.fen,
                f"{names}之和", together, slack, None, _quote(whole, parts),
            )  # fmt: skip
        elif not nested and not both and min(one.fen for one in printed) >= 0:
            yield Statement(
                "narrative-parts", whole.subject, whole.place, f"{whole.subject}{total.text}", None,
                f"{names}之和不大于总数", None, 0, together <= total.fen + slack, _quote(whole, parts),
            )  # fmt: skip


def _roles(whole: Claim, parts: Sequence[Claim]) -> list[Role]:
    """The figures that the whole and all its parts give; one for budget, now and outturn where only one is given."""
    own = [role for role in _YEARS_OWN if whole.amount(role)]
    shared: list[Role] = [role for role in own if all(one.amount(role) for one in parts)]
    alone = [sum(one.amount(role) is not None for role in _YEARS_OWN) == 1 for one in parts]
    if not shared and len(own) == 1 and all(alone):
        shared = own
    if whole.amount("opening") and all(one.amount("opening") for one in parts):
        shared.append("opening")
    return shared


def _quote(whole: Claim, parts: Sequence[Claim]) -> str:
    sentences = list(dict.fromkeys([whole.quote, *(one.quote for one in parts)]))
    return "".join(sentences)[:400]


def _steps(*amounts: Amount) -> list[int]:
    """The last digit that rounding may have changed in each.

    Who prints one amount to 0.01 has not rounded another to 15, but dropped its zeros; one digit less passes for
    rounding all the same.
    """
    finest = min(one.step for one in amounts)
    return [min(one.step, 10 * finest) for one in amounts]


def _around(amount: Amount) -> Span:
    return _band(amount.fen, Fraction(amount.step, 2))


def _band(fen: int, slack: Fraction | int) -> Span:
    return (Fraction(fen) - slack, Fraction(fen) + slack)


def _sum(spans: Iterator[Span]) -> Span:
    low, high = zip(*spans, strict=True)
    return (sum(low, Fraction(0)), sum(high, Fraction(0)))


def _gap(now: Amount, base: Amount) -> Span:
    slack = Fraction(now.step + base.step, 2)
    return _band(abs(now.fen - base.fen), slack)


def _ratio(top: Span, bottom: Span) -> Span:
    """Per cent, between the least and the most that the rounding of both allows."""
    if bottom[0] <= 0 <= bottom[1]:
        return (Fraction(0), Fraction(10**9))
    ends = [100 * one / other for one in top for other in bottom]
    return (min(ends), max(ends))


def _agrees(percent: Percent, span: Span, steps: Fraction = Fraction(1)) -> bool:
    step = Fraction(percent.step) * steps
    value = abs(Fraction(percent.value))
    low, high = sorted((abs(span[0]), abs(span[1])))
    if span[0] <= 0 <= span[1]:
        low = Fraction(0)  # nothing at all, printed as 0万元, is 0% of anything
    return low - step < value < high + step or low <= value <= high


def _percent_row(
    check: str, claim: Claim, percent: Percent, span: Span, what: str, steps: Fraction = Fraction(1)
) -> Statement:
    middle = (span[0] + span[1]) / 2
    places = max(2, -int(percent.step.as_tuple().exponent))
    worked_out = f"{float(abs(middle)):.{places}f}"
    return _holds(check, claim, percent, worked_out, what, holds=_agrees(percent, span, steps))


def _holds(
    check: str, claim: Claim, percent: Percent, worked_out: str, what: str = "增减幅度", *, holds: bool
) -> Statement:
    return Statement(
        check, claim.subject, claim.place, f"写作{percent.text}", None, f"按金额计算，{what}为{worked_out}%", None,
        holds=holds, quote=claim.quote,
    )  # fmt: skip
