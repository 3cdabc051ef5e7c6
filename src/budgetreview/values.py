"""Columns of values that may be unknown, and three-valued conditions over them.

A rule is written with these as if every value were known: ``price > standard``, ``new & ~evaluated``. Unknown
goes in, unknown comes out, except where a known value decides on its own ("A and B" with A known false is
false whatever B is). Nobody writes a known-mask by hand.

Every array here has one element a unit (a line, a group of lines, a row of another table).
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Any, Final, Literal, Self, overload

import attrs
import numpy as np
import numpy.typing as npt

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]
ExactKind = Literal["money", "count", "year", "date", "days", "months"]

_INT64_MAX: Final = 2**63 - 1
_EXACT_IN_FLOAT: Final = 2**53
_COMPARED: Final = 6
"""Up to so many words are compared one by one; more are looked up."""
_ONE_BY_ONE: Final = 1_000
"""So many late words are spelt one by one before all are."""


@attrs.frozen(eq=False)
class Truth:
    """An answer a unit: known yes, known no, or neither (unknown)."""

    yes: Bools
    no: Bools

    @classmethod
    def known(cls, mask: Bools) -> Self:
        """A condition that is known everywhere."""
        return cls(mask, ~mask)

    @classmethod
    def unknown(cls, n: int) -> Self:
        """A condition that is known nowhere."""
        return cls(np.zeros(n, bool), np.zeros(n, bool))

    @classmethod
    def always(cls, n: int) -> Self:
        """A condition that holds for each of ``n`` units."""
        return cls(np.ones(n, bool), np.zeros(n, bool))

    def __and__(self, other: Truth) -> Truth:
        return Truth(self.yes & other.yes, self.no | other.no)

    def __or__(self, other: Truth) -> Truth:
        return Truth(self.yes | other.yes, self.no & other.no)

    def __invert__(self) -> Truth:
        return Truth(self.no, self.yes)

    def __len__(self) -> int:
        return len(self.yes)

    @property
    def open(self) -> Bools:
        """Where the answer is not known."""
        return ~(self.yes | self.no)

    def take(self, at: Ints | slice) -> Truth:
        """The answers of some units."""
        return Truth(_some(self.yes, at), _some(self.no, at))

    def only(self, mask: Bools) -> Truth:
        """The same answers where ``mask`` holds, unknown elsewhere."""
        return Truth(self.yes & mask, self.no & mask)


@attrs.frozen(eq=False)
class Exact:
    """Whole numbers (分, counts, years, days since 1970-01-01), each known exactly or bounded on one side.

    ``low`` tells where the true value is at least ``values``, ``high`` where it is at most ``values``; a value is
    known where both hold. Only sums over groups with unknown members are bounded on one side (READINGS: an unknown
    amount counts as ≥ 0 only where the column has no negative value).

    Attributes:
        values: ``int64``, or Python integers (``object``) where products outgrow ``int64``.
        bound: An upper bound of the magnitudes, so that products that outgrow ``int64`` are seen beforehand.
    """

    values: npt.NDArray[Any]
    low: Bools
    high: Bools
    kind: ExactKind = "money"
    bound: int = attrs.field(default=_INT64_MAX)

    @classmethod
    def of(cls, values: npt.ArrayLike, known: Bools | None = None, kind: ExactKind = "money") -> Self:
        """Values with a known-mask (None: all known)."""
        array = np.asarray(values)
        if array.dtype != object:
            array = array.astype(np.int64, copy=False)
        mask = np.ones(len(array), bool) if known is None else known
        return cls(array, mask, mask, kind, magnitude(array))

    @property
    def known(self) -> Bools:
        """Where the value is known exactly."""
        return self.low if self.low is self.high else self.low & self.high

    def __len__(self) -> int:
        return len(self.values)

    def take(self, at: Ints | slice) -> Exact:
        """The values of some units."""
        low = _some(self.low, at)
        high = low if self.low is self.high else _some(self.high, at)
        return Exact(_some(self.values, at), low, high, self.kind, self.bound)

    def only(self, mask: Bools) -> Exact:
        """The same values where ``mask`` holds, unknown elsewhere."""
        keep = self.known & mask
        return Exact(self.values, keep, keep, self.kind, self.bound)

    def or_else(self, other: Exact | int) -> Exact:
        """This value, where it is unknown the other one."""
        known = self.known
        fill = self.lifted(other)
        keep = known | fill.known
        return Exact(np.where(known, self.values, fill.values), keep, keep, self.kind, max(self.bound, fill.bound))

    def lifted(self, other: Exact | int) -> Exact:
        """A single figure as a column beside this one; a column as it is."""
        if isinstance(other, Exact):
            return other
        n = len(self.values)
        everywhere = np.ones(n, bool)
        wide = abs(other) > _INT64_MAX
        return Exact(np.full(n, other, object if wide else np.int64), everywhere, everywhere, self.kind, abs(other))

    def wide(self, needed: int) -> npt.NDArray[Any]:
        """The values in a type that holds magnitudes up to ``needed``."""
        return self.values if self.values.dtype == object or needed <= _INT64_MAX else self.values.astype(object)

    def __add__(self, other: Exact | int) -> Exact:
        b = self.lifted(other)
        bound = self.bound + b.bound
        total = self.wide(bound) + b.wide(bound)
        return Exact(total, self.low & b.low, self.high & b.high, self.kind, bound)

    def __sub__(self, other: Exact | int) -> Exact:
        return self + (-self.lifted(other))

    def __neg__(self) -> Exact:
        return Exact(-self.values, self.high, self.low, self.kind, self.bound)

    def __abs__(self) -> Exact:
        known = self.known
        return Exact(np.abs(self.values), known, known, self.kind, self.bound)

    def __mul__(self, factor: int | Fraction) -> Scaled:
        return Scaled(self, Fraction(factor))

    __rmul__ = __mul__

    def __gt__(self, other: Operand) -> Truth:
        return Scaled(self, Fraction(1)) > other

    def __ge__(self, other: Operand) -> Truth:
        return Scaled(self, Fraction(1)) >= other

    def __lt__(self, other: Operand) -> Truth:
        return Scaled(self, Fraction(1)) < other

    def __le__(self, other: Operand) -> Truth:
        return Scaled(self, Fraction(1)) <= other

    def equals(self, other: Operand) -> Truth:
        """Known equal, known different, or unknown."""
        if self.low is self.high and isinstance(other, int):
            same = np.asarray(self.values == other, bool)
            return Truth(same & self.low, ~same & self.low)
        return (self >= other) & (self <= other)

    def differs(self, other: Operand) -> Truth:
        """Known different, known equal, or unknown."""
        return ~self.equals(other)


@attrs.frozen(eq=False)
class Scaled:
    """Whole numbers times a fraction of small integers, compared by cross-multiplication and never divided."""

    exact: Exact
    factor: Fraction

    def _side(self, other: Operand) -> Scaled:
        return other if isinstance(other, Scaled) else Scaled(self.exact.lifted(other), Fraction(1))

    def crossed(self, other: Scaled) -> tuple[Exact, Exact]:
        """Both sides multiplied out to whole numbers, in a type that holds them."""
        a, b = self.factor, other.factor
        left, right = a.numerator * b.denominator, b.numerator * a.denominator
        return _times(self.exact, left), _times(other.exact, right)

    def _held(self, other: Operand, test: Callable[[Any, Any], Any]) -> Truth:
        """Where ``test`` of both sides holds, which it does if it holds of a lower and a higher figure."""
        if isinstance(other, int):
            a = _times(self.exact, self.factor.numerator)
            above = np.asarray(test(a.values, other * self.factor.denominator), bool)
            return Truth(above & a.low, ~above & a.high)
        a, b = self.crossed(self._side(other))
        above = np.asarray(test(a.values, b.values), bool)
        return Truth(above & a.low & b.high, ~above & a.high & b.low)

    def __gt__(self, other: Operand) -> Truth:
        return self._held(other, operator.gt)

    def __ge__(self, other: Operand) -> Truth:
        return self._held(other, operator.ge)

    def __lt__(self, other: Operand) -> Truth:
        return ~(self >= other)

    def __le__(self, other: Operand) -> Truth:
        return ~(self > other)

    @property
    def kind(self) -> ExactKind:
        """What the numbers are."""
        return self.exact.kind

    def __len__(self) -> int:
        return len(self.exact)

    def take(self, at: Ints | slice) -> Scaled:
        """The products of some units."""
        return Scaled(self.exact.take(at), self.factor)


Operand = Exact | Scaled | int


def _times(x: Exact, factor: int) -> Exact:
    if factor == 1:
        return x
    bound = x.bound * abs(factor)
    low, high = (x.low, x.high) if factor >= 0 else (x.high, x.low)
    return Exact(x.wide(bound) * factor, low, high, x.kind, bound)


def _some(array: npt.NDArray[Any], at: Ints | slice) -> npt.NDArray[Any]:
    """Some elements; those of a slice are not copied."""
    # numpy's own take is nearly twice as fast as an index of numbers
    return array.take(at) if isinstance(at, np.ndarray) and at.dtype != bool else array[at]


def magnitude(values: npt.NDArray[Any]) -> int:
    """The largest magnitude in an array, 0 for an empty one."""
    return max(abs(int(values.max())), abs(int(values.min()))) if len(values) else 0


@attrs.frozen(eq=False)
class Ratio:
    """A share ``num / den``, compared without dividing; divided once, from whole numbers, to be shown.

    Where the denominator is zero or negative the ratio has no meaning and every comparison is unknown: a rule
    excludes those units itself (READINGS: what is new has no base, ``not_applicable``).
    """

    num: Exact
    den: Exact
    kind: Literal["share"] = "share"

    @property
    def usable(self) -> Bools:
        """Where the denominator is known and above zero."""
        return np.asarray(self.den.values > 0, bool) & self.den.low

    def __len__(self) -> int:
        return len(self.num)

    def take(self, at: Ints | slice) -> Ratio:
        """The ratios of some units."""
        return Ratio(self.num.take(at), self.den.take(at))

    def _both(self, other: Ratio | Fraction | int) -> tuple[Exact, Exact, Bools]:
        if isinstance(other, Ratio):
            a = Exact(self.num.values.astype(object) * other.den.values.astype(object), *_product(self.num, other.den))
            b = Exact(other.num.values.astype(object) * self.den.values.astype(object), *_product(other.num, self.den))
            return a, b, self.usable & other.usable
        limit = Fraction(other)
        return _times(self.num, limit.denominator), _times(self.den, limit.numerator), self.usable

    def __gt__(self, other: Ratio | Fraction | int) -> Truth:
        a, b, usable = self._both(other)
        return (a > b).only(usable)

    def __ge__(self, other: Ratio | Fraction | int) -> Truth:
        a, b, usable = self._both(other)
        return (a >= b).only(usable)

    def __lt__(self, other: Ratio | Fraction | int) -> Truth:
        return ~(self >= other)

    def __le__(self, other: Ratio | Fraction | int) -> Truth:
        return ~(self > other)

    def __sub__(self, other: Ratio | Fraction | int) -> Ratio:
        if not isinstance(other, Ratio):
            f = Fraction(other)
            return Ratio(
                _times(self.num, f.denominator) - _times(self.den, f.numerator), _times(self.den, f.denominator)
            )
        usable = self.usable & other.usable
        num = self.num.values.astype(object) * other.den.values - other.num.values.astype(object) * self.den.values
        den = self.den.values.astype(object) * other.den.values
        known = self.num.known & self.den.known & other.num.known & other.den.known & usable
        return Ratio(
            Exact(num, known, known, "money", magnitude(num)), Exact(den, usable, usable, "money", magnitude(den))
        )

    def __abs__(self) -> Ratio:
        return Ratio(abs(self.num), self.den)

    def floats(self) -> tuple[Floats, Bools]:
        """The quotients, each divided once from exact integers, and where they are known."""
        known = self.usable & self.num.known & self.den.known
        num, den = self.num.values, self.den.values
        out = np.zeros(len(num))
        rest = known
        if max(self.num.bound, self.den.bound) <= _EXACT_IN_FLOAT:  # then one division rounds correctly
            np.divide(num.astype(np.float64), den.astype(np.float64), out=out, where=known)
            rest = np.zeros(0, bool)
        for i in np.flatnonzero(rest):
            out[i] = float(Fraction(int(num[i]), int(den[i])))
        return out, known


def _product(a: Exact, b: Exact) -> tuple[Bools, Bools, ExactKind, int]:
    known = a.known & b.known
    return known, known, a.kind, a.bound * b.bound


def growth(now: Exact, before: Exact) -> Ratio:
    """The change on last year as a share of last year: ``(now - before) / before``, divided once."""
    return Ratio(now - before, before)


@attrs.frozen(eq=False)
class Numbers:
    """Numbers that are no money (quantities, scores, statistics), with a known-mask."""

    values: Floats
    known: Bools
    kind: Literal["number", "score", "share", "count", "months"] = "number"

    def __len__(self) -> int:
        return len(self.values)

    def take(self, at: Ints | slice) -> Numbers:
        """The numbers of some units."""
        return Numbers(_some(self.values, at), _some(self.known, at), self.kind)

    def only(self, mask: Bools) -> Numbers:
        """The same numbers where ``mask`` holds, unknown elsewhere."""
        return Numbers(self.values, self.known & mask, self.kind)

    def or_else(self, other: float) -> Numbers:
        """This number, where it is unknown the other one."""
        return Numbers(np.where(self.known, self.values, other), np.ones(len(self.values), bool), self.kind)

    def _test(self, other: Numbers | float | Fraction, test: Callable[[Any, Any], Any]) -> Truth:
        if isinstance(other, Numbers):
            right, known = other.values, self.known & other.known
        else:
            right, known = np.float64(float(other)), self.known  # type: ignore[assignment]
        mask = np.asarray(test(self.values, right), bool)
        return Truth(mask & known, ~mask & known)

    def __gt__(self, other: Numbers | float | Fraction) -> Truth:
        return self._test(other, np.greater)

    def __ge__(self, other: Numbers | float | Fraction) -> Truth:
        return self._test(other, np.greater_equal)

    def __lt__(self, other: Numbers | float | Fraction) -> Truth:
        return self._test(other, np.less)

    def __le__(self, other: Numbers | float | Fraction) -> Truth:
        return self._test(other, np.less_equal)

    def __add__(self, other: Numbers) -> Numbers:
        return Numbers(self.values + other.values, self.known & other.known, self.kind)

    def __sub__(self, other: Numbers) -> Numbers:
        return Numbers(self.values - other.values, self.known & other.known, self.kind)


class LateWords(Sequence[str]):
    """Many words that are spelt out only when somebody goes through them; a few may be asked for one by one."""

    def __init__(
        self,
        n: int,
        one: Callable[[int], str],
        make: Callable[[], tuple[str, ...]],
        some: Callable[[Ints], list[str]] | None = None,
    ) -> None:
        """Words to be made.

        Args:
            n: How many there are.
            one: Spells one of them.
            make: Spells all.
            some: Spells several; None: all are spelt for them.
        """
        self._some = some
        self._n = n
        self._one = one
        self._make = make
        self._asked = 0
        self._made: tuple[str, ...] | None = None

    def _all(self) -> tuple[str, ...]:
        if self._made is None:
            self._made = self._make()
        return self._made

    @overload
    def __getitem__(self, at: int) -> str: ...
    @overload
    def __getitem__(self, at: slice) -> tuple[str, ...]: ...
    def __getitem__(self, at: int | slice) -> str | tuple[str, ...]:
        if self._made is None and not isinstance(at, slice) and self._asked < _ONE_BY_ONE:
            self._asked += 1
            return self._one(range(self._n)[at])
        return self._all()[at]

    def spelt(self, numbers: Ints) -> list[str]:
        """Several words."""
        if self._made is None and self._some is not None:
            return self._some(numbers)
        return list(map(self._all().__getitem__, numbers.tolist()))

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return self._n


@attrs.frozen(eq=False)
class Keys:
    """Texts as integer keys into a sorted vocabulary; -1 is unknown."""

    codes: npt.NDArray[np.int32]
    words: Sequence[str]
    kind: Literal["text"] = "text"
    _joined: list[tuple[str, Ints]] = attrs.field(factory=list, init=False, repr=False)
    _answered: dict[tuple[str, ...] | frozenset[str], Bools] = attrs.field(factory=dict, repr=False)
    """What words were asked, and what each answered; shared by all that is taken of these texts."""

    def __len__(self) -> int:
        return len(self.codes)

    @property
    def known(self) -> Bools:
        """Where there is a text."""
        return self.codes >= 0

    @property
    def marks(self) -> npt.NDArray[np.integer[Any]]:
        """A number a unit, the same for equal texts and -1 without one; late texts may share one though they differ."""
        return self.codes

    def take(self, at: Ints | slice) -> Keys:
        """The texts of some units."""
        return Keys(_some(self.codes, at), self.words, answered=self._answered)

    def only(self, mask: Bools) -> Keys:
        """The same texts where ``mask`` holds, unknown elsewhere."""
        return Keys(np.where(mask, self.codes, np.int32(-1)), self.words)

    def unlike(self, other: Keys) -> Bools:
        """Which units have another text in ``other``, which has as many units; no text is unlike any text."""
        same = self.words is other.words or self.words == other.words
        theirs = other.codes if same else _numbered_as(self.words, other.words)[other.codes]
        return np.asarray(self.codes != theirs, bool)

    def text(self, i: int) -> str | None:
        """The text of unit ``i``, None where unknown."""
        code = int(self.codes[i])
        return self.words[code] if code >= 0 else None

    def texts(self, at: Ints) -> list[str | None]:
        """The texts of some units, None where unknown."""
        words = self.words
        return [words[c] if c >= 0 else None for c in self.codes[at].tolist()]

    def where(self, test: Callable[[str], bool]) -> Truth:
        """Which units' texts pass ``test``, which is asked once a distinct text."""
        return self._told(self._asked(test))

    def _asked(self, test: Callable[[str], bool]) -> Bools:
        """What each word answers; the last stands for no text."""
        return np.array([*(bool(test(w)) for w in self.words), False])

    def _told(self, passed: Bools) -> Truth:
        """The answer of each unit, given that of each word; the last is for units without a text."""
        yes, no = np.flatnonzero(passed[:-1]), np.flatnonzero(~passed[:-1])
        if len(yes) > _COMPARED < len(no):
            answers = np.where(passed, np.int8(1), np.int8(0))
            answers[-1] = -1
            told = np.take(answers, self.codes, mode="wrap")  # -1, no text, is the last
            return Truth(told == 1, told == 0)
        known = self.known
        if len(yes) <= len(no):
            found = self._any_of(yes)
            return Truth(found, known & ~found)
        found = self._any_of(no)
        return Truth(known & ~found, found)

    def _any_of(self, numbers: Ints) -> Bools:
        """Which units have one of a few words."""
        found = np.zeros(len(self), bool)
        for number in numbers.tolist():
            found |= self.codes == number
        return found

    def isin(self, words: Iterable[str]) -> Truth:
        """Which units have one of these texts."""
        wanted = frozenset(words)
        if wanted not in self._answered:
            self._answered[wanted] = self._asked(wanted.__contains__)
        return self._told(self._answered[wanted])

    def is_(self, word: str) -> Truth:
        """Which units have this text."""
        return self.isin((word,))

    def containing(self, *parts: str) -> Truth:
        """Which units' texts have one of the parts somewhere in them; faster than ``where`` over many texts."""
        if not self._joined:
            # All words as one text, searched in one go; a part never runs over the mark between two words.
            ends = np.cumsum(np.fromiter(map(len, self.words), np.int64, len(self.words)) + 1)
            self._joined.append(("\0".join(self.words), ends))
        text, ends = self._joined[0]
        if any("\0" in p for p in parts):
            return self.where(lambda w: any(p in w for p in parts))
        found = np.full(len(self.words) + 1, "" in parts)
        for part in filter(None, parts):
            hits: list[int] = []
            at = text.find(part)
            while at >= 0:
                hits.append(at)
                at = text.find(part, at + len(part))
            found[np.searchsorted(ends, hits, "right")] = True
        found[-1] = False
        return self._told(found)

    def startswith(self, *prefixes: str) -> Truth:
        """Which units' texts begin with one of the prefixes."""
        if prefixes not in self._answered:
            self._answered[prefixes] = self._asked(lambda w: w.startswith(prefixes))
        return self._told(self._answered[prefixes])

    def spare(self) -> Keys:
        """The same texts without the words that no unit has."""
        used, codes = np.unique(self.codes, return_inverse=True)
        none = int(len(used) > 0 and used[0] < 0)
        at, words = used[none:].astype(np.int64), self.words
        spelt = words.spelt(at) if isinstance(words, LateWords) else map(words.__getitem__, at.tolist())
        return Keys((codes - none).astype(np.int32), tuple(spelt))

    def map(self, function: Callable[[str], str | None]) -> Keys:
        """Another text for each text (None: unknown), e.g. the class of a code."""
        mapped = [function(w) for w in self.words]
        words = tuple(sorted({m for m in mapped if m is not None}))
        place = {w: i for i, w in enumerate(words)}
        table = np.array([place[m] if m is not None else -1 for m in mapped] + [-1], np.int32)
        return Keys(table[self.codes], words)

    @classmethod
    def of(cls, texts: Iterable[str | None]) -> Self:
        """Keys of a short sequence of texts."""
        listed = list(texts)
        words = tuple(sorted({t for t in listed if t is not None}))
        place = {w: i for i, w in enumerate(words)}
        return cls(np.array([place[t] if t is not None else -1 for t in listed], np.int32), words)


def _numbered_as(words: Sequence[str], others: Sequence[str]) -> npt.NDArray[np.int64]:
    """For each of the others its number among the words, -2 if it is none of them; the last, of no text, is -1.

    The two are nearly the same as a rule, so only what stands between a common beginning and a common end is looked up.
    """
    a, b = tuple(words), tuple(others)
    n = min(len(a), len(b))
    begin = _longest(n, lambda k: a[:k] == b[:k])
    end = _longest(n - begin, lambda k: k == 0 or a[-k:] == b[-k:])
    out = np.arange(len(b) + 1)
    out[len(b) - end : len(b)] += len(a) - len(b)
    place = {w: i for i, w in enumerate(a[begin : len(a) - end], begin)}
    out[begin : len(b) - end] = [place.get(w, -2) for w in b[begin : len(b) - end]]
    out[-1] = -1
    return out


def _longest(n: int, holds: Callable[[int], bool]) -> int:
    """The largest number up to ``n`` that holds, where all smaller ones do; 0 holds."""
    if holds(n):
        return n
    low, high = 0, n
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if holds(middle) else (low, middle)
    return low


@attrs.define(eq=False)
class Late:
    """Texts that are not put to keys yet.

    Attributes:
        known: Where there is a text.
        read: Gives the texts of some units.
        make: Makes the keys of some units, or of all.
        mark: Gives the marks of all units (see :attr:`Keys.marks`).
        search: Tells which texts of some units, or of all, have one of some parts in them.
        held: The texts as the library that read them holds them, and for each unit which one; None: its own.
            None: nobody can tell.
        made: The keys, once somebody asked for them.
    """

    known: Bools
    read: Callable[[Ints], list[str | None]]
    make: Callable[[Ints | None], Keys]
    mark: Callable[[], Ints]
    search: Callable[[Sequence[str], Ints | None], Bools]
    held: tuple[Any, npt.NDArray[np.int32] | None] | None = None
    made: Keys | None = None


class LateKeys(Keys):
    """Texts that nearly all differ (ids, names): put to keys only when somebody compares or groups them."""

    __slots__ = ("_late",)
    _late: Late

    def __init__(self, late: Late) -> None:
        """Keys to be made of texts when they are first asked for."""
        object.__setattr__(self, "_late", late)
        object.__setattr__(self, "_answered", {})

    @property
    def _keys(self) -> Keys:
        late = self._late
        if late.made is None:
            late.made = late.make(None)
        return late.made

    @property
    def codes(self) -> npt.NDArray[np.int32]:
        """Keys of all units."""
        return self._keys.codes

    @property
    def words(self) -> Sequence[str]:
        """The vocabulary."""
        return self._keys.words

    def __len__(self) -> int:
        return len(self._late.known)

    @property
    def known(self) -> Bools:
        """Where there is a text."""
        return self._late.known

    @property
    def marks(self) -> npt.NDArray[np.integer[Any]]:
        """A number a unit, the same for equal texts and -1 without one; different texts may share one."""
        return self._late.mark()

    def texts(self, at: Ints) -> list[str | None]:
        """The texts of some units."""
        return self._late.read(at)

    def unlike(self, other: Keys) -> Bools:
        """Which units have another text in ``other``, which has as many units; no text is unlike any text."""
        mine = self._late.held
        theirs = other._late.held if isinstance(other, LateKeys) else None  # noqa: SLF001 - of the same kind
        if mine is None or theirs is None:
            return super().unlike(other)
        (a, runs), (b, other_runs) = mine, theirs
        if runs is not None and other_runs is not None and np.array_equal(runs, other_runs):
            unlike = np.asarray(a.ne_missing(b).to_numpy(), bool)
            return unlike[runs] if unlike.any() else np.zeros(len(self), bool)
        a, b = (c if at is None else c.gather(at) for c, at in (mine, theirs))
        return np.asarray(a.ne_missing(b).to_numpy(), bool)

    def containing(self, *parts: str) -> Truth:
        """Which units' texts have one of the parts somewhere in them."""
        if self._late.made is not None:
            return self._late.made.containing(*parts)
        found = self._late.search(parts, None)
        return Truth(found, self.known & ~found)

    def text(self, i: int) -> str | None:
        """The text of unit ``i``, None where unknown."""
        return self._late.read(np.array([i]))[0]

    def take(self, at: Ints | slice) -> Keys:
        """The texts of some units."""
        late = self._late
        if late.made is not None:
            return late.made.take(at)
        rows: Ints = np.arange(*at.indices(len(self))) if isinstance(at, slice) else at
        return LateKeys(
            Late(
                late.known[at],
                lambda some: late.read(rows[some]),
                lambda some: late.make(rows if some is None else rows[some]),
                lambda: late.mark()[at],
                lambda parts, some: late.search(parts, rows if some is None else rows[some]),
            )
        )


Values = Exact | Numbers | Keys | Ratio | Scaled | Truth
"""What an assessment may show of its units."""
