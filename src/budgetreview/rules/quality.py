"""Family Q: quality of the data, and statistics that only hint (domain.md 8.9).

Q07 to Q09 are the extras of 8.10 that the tables can carry; ``docs/zh/explanation/rule-book.md`` says which not.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from typing import Final

import attrs
import numpy as np

from budgetreview.codes import GOVERNMENT_ECONOMIC_SINCE, CodeTable, economic_conflict
from budgetreview.kernels import group as kernel
from budgetreview.kernels.digits import Place, by_chance, categories, expected, frequencies, mean_deviation
from budgetreview.kernels.repeat import repeated
from budgetreview.kernels.spread import robust_z
from budgetreview.rule import Assessment, Context
from budgetreview.rules.laws import family
from budgetreview.rules.rounding import compare
from budgetreview.rules.sums import COLUMNS, sums_of
from budgetreview.table import Table
from budgetreview.values import Bools, Exact, Floats, Ints, Keys, Numbers, Truth
from budgetreview.wording import significant

book: Final = family("quality")


@book.rule("Q01", uses=COLUMNS, per="sum")
def parts_differ_from_sum(lines: Table, context: Context) -> Assessment:
    """A parent line or a total row shows another figure than its parts add up to, rounding apart."""
    found = sums_of(lines, context.total_rows)
    shown = found.rows.money("amount")
    result = compare(shown, found.total, Exact.of(found.span))
    different = result.different.only(~found.open)
    return Assessment.of(
        found.rows,
        condition=Truth(different.yes & ~found.fits, different.no | found.fits),
        measure=result.gap,
        limit=result.tolerance,
        values={
            "shown": shown,
            "parts_sum": found.total,
            "parts": Exact.of(found.parts, kind="count"),
            "tolerance": result.tolerance,
        },
        amount=abs(result.gap),
        about="amount",
        subject={"sum": found.kind},
        lacks={"amount": ~shown.known | (~found.total.known & (found.parts > 0))},
    )


@attrs.frozen
class CodeBooks:
    """Classes that stand in one book only."""

    insurance_only: tuple[str, ...]
    capital_only: tuple[str, ...]
    fund_only: tuple[str, ...]


_ECONOMIC: Final = ("dept_economic_code", "gov_economic_code")


@book.rule(
    "Q02",
    reads=("function_code",),
    uses=("function_name", *_ECONOMIC, "unit_kind", "agencies.agency", "agencies.unit_kind", "agency"),
    optional=("agencies",),
    parameters=CodeBooks,
)
def code_does_not_fit(lines: Table, agencies: Table, context: Context, p: CodeBooks) -> Assessment:
    """A code that its classification does not have, or that contradicts its name, its book or the codes beside it."""
    function, name = lines.key("function_code"), lines.key("function_name")
    department, government = (lines.key(c) for c in _ECONOMIC)
    years = np.array([x.fiscal_year or 0 for x in lines.periods] + [0])[lines.period]
    known = _exists(function, years, context, _FUNCTION_SYSTEMS)
    for column, system in zip(_ECONOMIC, ("department_economic", "government_economic"), strict=True):
        found = _exists(lines.key(column), years, context, {"3": system, "5": system}, system)
        known = known & Truth(found.yes | _column_absent(lines, column), found.no)
    named = _name_fits(function, name, context)
    named = Truth(named.yes | _column_absent(lines, "function_name"), named.no)
    asked = ~_column_absent(lines, "unit_kind") | agencies.has("unit_kind")
    fits = _economic_fits(lines, department, government, _unit_kind(lines, agencies), years, asked)
    held = _book_fits(lines, function, p)
    return Assessment.of(
        lines,
        condition=~(known & named & fits & held),
        values={
            "function_code": function,
            "function_name": name,
            "dept_economic_code": department,
            "gov_economic_code": government,
            "unknown_code": ~known,
            "other_name": ~named,
            "economic_conflict": ~fits,
            "other_book": ~held,
        },
        about="function_code",
        lacks={"codes": known.open & lines.known("function_code")},
    )


_FUNCTION_SYSTEMS: Final = {"1": "revenue", "2": "function"}


def _column_absent(lines: Table, column: str) -> Bools:
    absent = lines.absent(column)
    return np.zeros(len(lines), bool) if absent is None else absent


def _exists(codes: Keys, years: Ints, context: Context, systems: dict[str, str], otherwise: str = "function") -> Truth:
    """Whether each code exists in its year, by the table of the classification that its first digit names."""

    def ask(code: str, year: int) -> bool | None:
        table: CodeTable = context.codes[systems.get(code[:1], otherwise)]
        return table.exists(code, year) if year else None

    return _asked(ask, codes, years)


def _asked(ask: Callable[[str, int], bool | None], codes: Keys, years: Ints) -> Truth:
    """Ask once for each distinct code and year; a blank code is unknown."""
    group, first = kernel.combine([codes.codes.astype(np.int64), years - years.min(initial=0)])
    said = [ask(codes.words[codes.codes[i]], int(years[i])) for i in first.tolist()]
    return _told(said, group)


def _told(said: list[bool | None], group: Ints) -> Truth:
    yes = np.array([s is True for s in said] + [False])
    no = np.array([s is False for s in said] + [False])
    return Truth(yes[group], no[group])


def _name_fits(codes: Keys, names: Keys, context: Context) -> Truth:
    """Whether a name is one that the code bears or bore; a name that no table knows is not held against it."""
    group, first = kernel.combine([codes.codes.astype(np.int64), names.codes.astype(np.int64)])
    said: list[bool | None] = []
    for i in first.tolist():
        code = codes.words[codes.codes[i]]
        table: CodeTable = context.codes[_FUNCTION_SYSTEMS.get(code[:1], "function")]
        said.append(not table.name_conflict(code, names.words[names.codes[i]]))
    return _told(said, group)


def _unit_kind(lines: Table, agencies: Table) -> Keys:
    """The kind of unit of each line: its own; where the column is absent that of its agency in their table."""
    own = lines.key("unit_kind")
    if not len(agencies):
        return own
    listed, agency = agencies.key("unit_kind"), agencies.key("agency")
    kinds: dict[tuple[int, str], str | None] = {}
    for i in range(len(agencies)):
        name = agency.text(i)
        if name is not None:
            kinds[int(agencies.period[i]), name] = listed.text(i)
    ours = lines.key("agency")
    group, first = kernel.combine([lines.period, ours.codes.astype(np.int64)])
    found = Keys.of([kinds.get((int(lines.period[i]), ours.words[ours.codes[i]])) for i in first.tolist()] or [None])
    words = tuple(sorted({*own.words, *found.words}))
    place = {w: i for i, w in enumerate(words)}
    mine = np.array([place[w] for w in own.words] + [-1], np.int32)[own.codes]
    theirs = np.array([place[w] for w in found.words] + [-1], np.int32)[np.append(found.codes, -1)[group]]
    return Keys(np.where(_column_absent(lines, "unit_kind"), theirs, mine).astype(np.int32), words)


def _economic_fits(lines: Table, department: Keys, government: Keys, kind: Keys, years: Ints, asked: Bools) -> Truth:
    """Whether the economic codes and the kind of unit agree; unknown only where a blank cell could say otherwise."""
    group, first = kernel.combine(
        [k.codes.astype(np.int64) + 1 for k in (department, government, kind)]
        + [(years >= GOVERNMENT_ECONOMIC_SINCE).astype(np.int64)]
    )
    said: list[bool | None] = []
    for i in first.tolist():
        texts = [k.text(i) or "" for k in (government, department, kind)]
        conflict = economic_conflict(*texts) if years[i] >= GOVERNMENT_ECONOMIC_SINCE else False
        said.append(None if conflict is None else not conflict)
    told = _told(said, group)
    blank = ~kind.known & asked
    for column in _ECONOMIC:
        blank |= ~lines.known(column) & ~_column_absent(lines, column)
    return Truth(told.yes | (told.open & (~blank | _column_absent(lines, "gov_economic_code"))), told.no)


def _book_fits(lines: Table, function: Keys, p: CodeBooks) -> Truth:
    """Whether a class that stands in one book only stands in that book; lines of no book are left alone."""
    books = lines.key("book")
    fits = Truth.always(len(lines))
    if not lines.has("book"):
        return fits
    for prefixes, place in (
        (p.insurance_only, "social_insurance"), (p.capital_only, "state_capital"), (p.fund_only, "government_fund"),
    ):  # fmt: skip
        fits = fits & (~function.startswith(*prefixes) | books.isin((place, "none")))
    return Truth(fits.yes | _column_absent(lines, "book"), fits.no)


@attrs.frozen
class Jump:
    """How many times last year's amount looks like a slip of 万元, and what explains a negative amount."""

    least: int
    most: int
    words: tuple[str, ...]


@book.rule("Q03", reads=("amount",), uses=("prior_approved", "without_prior", "note", "project_name"), parameters=Jump)
def amount_looks_wrong(lines: Table, p: Jump) -> Assessment:
    """A negative amount without a word on what it reduces, or one ten thousand times off last year's."""
    amount, before = lines.money("amount"), lines.money("prior_approved")
    note, name = lines.key("note").containing(*p.words), lines.key("project_name").containing(*p.words)
    silent = Truth(note.no | lines.blank("note").yes, note.yes)
    unexplained = Truth(silent.yes & ~name.yes, silent.no | name.yes)
    up = (amount >= before * p.least) & (amount <= before * p.most)
    down = (before >= amount * p.least) & (before <= amount * p.most)
    jump = (amount > 0) & (before > 0) & (up | down)
    nothing = lines.mark("without_prior").yes & ~before.known  # new: there is no figure to be far from
    jump = Truth(jump.yes, jump.no | nothing | _column_absent(lines, "prior_approved"))
    return Assessment.of(
        lines,
        condition=(((amount < 0) & unexplained) | jump).only(amount.known),
        measure=amount,
        values={"amount": amount, "prior_approved": before, "negative": amount < 0, "jump": jump},
        about="amount",
        lacks={"note": (amount < 0).yes & unexplained.open},
    )


_REPEATED: Final = ("agency", "project", "function_code", *_ECONOMIC)
_APART: Final = ("project_name", "fund_source", "region")
"""What may lawfully tell two lines apart that agree in everything else."""


@book.rule("Q04", reads=("agency", "function_code", "amount"), uses=("project", *_ECONOMIC, *_APART, "basic"))
def line_repeated(lines: Table) -> Assessment:
    """Lines that agree in agency, project, function, both economic codes and amount."""
    amount = lines.money("amount")
    size = np.where(amount.known, amount.values - amount.values.min(initial=0), -1)
    keys = [lines.key(column) for column in (*_REPEATED, *_APART, "book", "side")]
    basic = lines.mark("basic")
    plain = [lines.period, np.where(basic.yes, 1, np.where(basic.no, 0, -1)).astype(np.int64), size]
    same, maybe = repeated([*plain, *(key.marks for key in keys)])
    likely = np.flatnonzero((same > 1) | maybe)  # by marks, which different texts may share: now by the texts
    same[likely], maybe[likely] = repeated(
        [*(x[likely] for x in plain), *(key.take(likely).codes.astype(np.int64) for key in keys)]
    )
    found = (same > 1) & amount.known
    return Assessment.of(
        lines,
        applies=amount.differs(0),
        condition=Truth(found, ~found & ~maybe & amount.known),
        measure=Exact.of(same, kind="count"),
        limit=1,
        values={"copies": Exact.of(same, kind="count"), "amount": amount, "function_code": lines.key("function_code")},
        about="amount",
    )


@attrs.frozen
class Outlier:
    """How far from its peers an amount may lie, and how many peers it takes to say so."""

    score: Fraction
    least: int


@book.rule("Q05", reads=("amount", "function_code", "dept_economic_code"), parameters=Outlier)
def amount_far_from_peers(lines: Table, p: Outlier) -> Assessment:
    """An amount far above or below those of the same function 款 and economic code, on a logarithmic scale."""
    amount = lines.money("amount")
    heading = lines.mapped("function_code", "heading", _heading)
    economic = lines.key("dept_economic_code")
    keys = [lines.period, heading.codes.astype(np.int64), economic.codes.astype(np.int64)]
    peers, first = kernel.combine(keys)
    counted = amount.known & (amount.values > 0)
    group = np.where(counted, peers, -1)
    size = np.append(kernel.counts(counted, group, len(first)), 0)[peers]
    logs = _logs(amount.values, counted)
    z, centre, enough = robust_z(logs, group, len(first), p.least, rounded_from=float(p.score) * 0.999)
    unsure = _may_have_more(keys, peers, first, ~amount.known)
    score = Numbers(z, enough & counted & ~unsure, "score")
    several = Truth((size >= p.least) & ~unsure, (size < p.least) & ~unsure & (peers >= 0))
    return Assessment.of(
        lines,
        applies=(amount > 0) & several,
        condition=(score > p.score) | (score < -p.score),
        measure=score,
        limit=p.score,
        values={
            "score_found": score,
            "amount": amount,
            "typical_amount": Exact.of(np.rint(np.exp(centre)).astype(np.int64), enough & ~unsure),
            "peers": Exact.of(size, kind="count"),
            "function_code": lines.key("function_code"),
            "dept_economic_code": economic,
        },
        about="amount",
    )


def _heading(code: str) -> str | None:
    return code[:5] if len(code) >= 5 else None  # noqa: PLR2004 - digits of a 款


def _logs(values: Ints, counted: Bools) -> Floats:
    return np.log(np.where(counted, values, 1).astype(np.float64))


def _may_have_more(keys: list[Ints], peers: Ints, first: Ints, unknown: Bools) -> Bools:
    """Lines whose peers are not all known: another line with a blank amount, or with a blank code, may belong there."""
    touched = np.zeros(len(first) + 1, bool)
    touched[peers[unknown]] = True
    bare = np.flatnonzero(peers < 0)
    for shared in ((0, 1), (0, 2), (0,)):  # a blank in exactly the keys that are left out
        rows = bare[np.all([(keys[i][bare] >= 0) == (i in shared) for i in range(len(keys))], axis=0)]
        if len(rows):
            width = int(keys[shared[-1]].max()) + 1
            theirs, ours = (keys[0][at] * width + keys[shared[-1]][at] for at in (rows, first))
            touched[:-1] |= np.isin(ours, theirs)
    touched[-1] = False
    return touched[peers]


@attrs.frozen
class Benford:
    """How far the shares of digits may lie from Benford's, and how many figures it takes to say so."""

    deviation: Fraction
    least: int


@attrs.frozen
class BenfordBeyondChance(Benford):
    """The same, and how many times the deviation of figures that follow the law it must be."""

    chance: Fraction


@book.rule("Q06", reads=("amount",), per="entity", parameters=Benford)
def first_digits_unusual(lines: Table, p: Benford) -> Assessment:
    """The first digits of an entity's amounts lie farther from Benford's law than growing figures do."""
    return _digits_unusual(lines, p, "first")


@book.rule("Q07", reads=("amount",), per="entity", parameters=BenfordBeyondChance)
def second_digits_unusual(lines: Table, p: BenfordBeyondChance) -> Assessment:
    """The second digits of an entity's amounts lie farther from Benford's law than growing figures do."""
    return _digits_unusual(lines, p, "second", p.chance)


@book.rule("Q08", reads=("amount",), per="entity", parameters=BenfordBeyondChance)
def first_two_digits_unusual(lines: Table, p: BenfordBeyondChance) -> Assessment:
    """The first two digits of an entity's amounts lie farther from Benford's law than growing figures do."""
    return _digits_unusual(lines, p, "first_two", p.chance)


def _digits_unusual(lines: Table, p: Benford, place: Place, chance: Fraction = Fraction(0)) -> Assessment:
    """The mean absolute deviation of an entity's digits in one place, against a limit and against chance.

    Args:
        lines: The budget lines.
        p: The limit, and the least number of figures.
        place: Which digits.
        chance: So many times the deviation that chance alone gives must be exceeded as well.
    """
    entity, amount = lines.by(), lines.money("amount")
    counts = frequencies(np.where(amount.known, amount.values, 0), entity.index, entity.n, place)
    n = counts.sum(axis=1)
    blank = kernel.counts(~amount.known, entity.index, entity.n)
    found = _rounded(mean_deviation(counts, place))
    shares = expected(place)
    # Each blank amount may have any digits: it moves the sum of all deviations by at most 2 figures.
    reach = 2 * blank / len(shares)
    lowest, highest = ((n * found + sign * reach) / np.maximum(n + blank, 1) for sign in (-1, 1))
    alone = _rounded(by_chance(n, place))
    # The more figures, the less is left to chance: with all blanks counted the limit is lowest.
    limit, least = (
        np.maximum(float(p.deviation), float(chance) * x) for x in (alone, _rounded(by_chance(n + blank, place)))
    )
    most = (counts - n[:, None] * shares).argmax(axis=1)
    return Assessment.of(
        entity,
        applies=Truth(n >= p.least, n + blank < p.least),
        condition=Truth(lowest > limit, highest <= least),
        measure=Numbers(found, n > 0),
        limit=Numbers(limit, n > 0) if chance else p.deviation,
        values={
            "mean_deviation": Numbers(found, n > 0),
            "by_chance": Numbers(alone, n > 0),
            "figures": Exact.of(n, kind="count"),
            "digits": Exact.of(categories(place)[most], kind="count"),
            "times": Exact.of(counts[np.arange(entity.n), most], kind="count"),
        },
        about="amount",
    )


def _rounded(statistic: Floats) -> Floats:
    # No figures at all: the deviation by chance is without bound, and nothing is judged by it.
    return np.array([significant(x) for x in np.nan_to_num(statistic, posinf=0).tolist()])


@attrs.frozen
class Bunching:
    """The limit below which amounts may crowd, how many times as many make a crowd, and how few say nothing."""

    limit: int
    ratio: Fraction
    least: int


_BELOW, _ABOVE = Fraction(9, 10), Fraction(11, 10)
"""The two bands beside a limit L: [0.9 L, L) and [L, 1.1 L]."""


@book.rule("Q09", reads=("amount",), per="entity", parameters=Bunching)
def amounts_crowd_below_limit(lines: Table, p: Bunching) -> Assessment:
    """Many more of an entity's amounts lie just below a limit than at it or just above."""
    entity, amount = lines.by(), lines.money("amount")
    edge = amount.lifted(p.limit)
    under = (amount >= edge * _BELOW) & (amount < edge)
    over = (amount >= edge) & (amount <= edge * _ABOVE)
    below, above, blank = (
        Exact.of(kernel.counts(rows, entity.index, entity.n), kind="count")
        for rows in (under.yes, over.yes, ~amount.known)
    )
    # A blank amount may lie in either band, or in none.
    crowded = (below > (above + blank) * p.ratio).yes
    even = (below + blank <= above * p.ratio).yes
    return Assessment.of(
        entity,
        applies=Truth((below + above >= p.least).yes, (below + above + blank < p.least).yes),
        condition=Truth(crowded, even),
        measure=below,
        values={"below": below, "above": above},
        members=under,
        amount=entity.sum(amount, under),
        about="amount",
    )
