"""Names that say the same: a plain form of project names, and pairs of alike names found without comparing all.

Likeness of two names is ``2 · L / (a + b)``: L characters stand in both in the same order, a and b are the lengths.
It is 1 for equal names and compared as a fraction of whole numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

GENERIC: Final = ("经费", "项目", "工作", "专项", "补助", "资金")
"""Words that every project's name may carry."""

_YEAR: Final = re.compile(r"(?:19|20)\d{2}\s*(?:财政)?年?度?|(?:本|上|当)年度?|年度")
_NUMBER: Final = re.compile(
    r"\d+|(?<=第)[一二三四五六七八九十百]+|[一二三四五六七八九十百]+(?=[期批标段号区楼组片所中小幼队站）)、.]|$)"
)
_PLAIN: Final = re.compile(r"[\W_]+")

COMPARED_AT_ONCE: Final = 1024
"""Up to so many names are all compared with each other."""

WINDOW: Final = 64
"""Of a larger set that shares a rare character each name is compared with so many neighbours in the alphabet."""


@attrs.frozen
class PlainName:
    """What is left of a project's name for comparing.

    Attributes:
        text: Without year, agency, punctuation and generic words; numbers are left out as well.
        numbers: The numbers it carried (第二, 3号, 一期): names that differ in them mean different things.
    """

    text: str
    numbers: str


def plain(name: str, agency: str = "") -> PlainName:
    """The plain form of a project's name.

    Args:
        name: As it stands in the budget.
        agency: The name of its agency, which is taken out.
    """
    text = unicodedata.normalize("NFKC", name).casefold()
    own = unicodedata.normalize("NFKC", agency).casefold()
    if own:
        text = text.replace(own, "")
    text = _YEAR.sub("", text)
    numbers = _NUMBER.findall(text)
    text = _PLAIN.sub("", _NUMBER.sub("", text))
    for word in GENERIC:
        text = text.replace(word, "")
    return PlainName(text, " ".join(numbers))


def plain_names(listed: Iterable[tuple[str, str]]) -> list[PlainName]:
    """The plain form of many names, each with the name of its agency; what repeats is worked out once."""
    without: dict[str, PlainName] = {}
    out = []
    for name, agency in listed:
        own = unicodedata.normalize("NFKC", agency).casefold()
        if own and own in unicodedata.normalize("NFKC", name).casefold():
            out.append(plain(name, agency))
        else:
            if name not in without:
                without[name] = plain(name)
            out.append(without[name])
    return out


@attrs.frozen(eq=False)
class Pairs:
    """Pairs of alike texts, each once, ``left < right``, in order.

    Attributes:
        left: Place of one text.
        right: Place of the other.
        common: Characters that stand in both in the same order, twice.
        total: Characters of both together; the likeness is ``common / total``.
    """

    left: Ints
    right: Ints
    common: Ints
    total: Ints


def alike(texts: Sequence[str], block: Ints, least: Fraction) -> Pairs:
    """Pairs of texts of one block whose likeness is at least ``least``.

    Blocks of up to :data:`COMPARED_AT_ONCE` texts are compared in full. In larger ones only texts that share one of
    their rarest characters can be alike (so many characters must be common that two alike texts cannot miss each other
    there); only where one such character is shared by very many texts each is compared with its neighbours in the
    alphabet, forwards and backwards, so that the work stays near-linear.

    Args:
        texts: Not empty, each once in its block.
        block: For each text its block, -1: left out.
        least: Above 0, at most 1.
    """
    members: dict[int, list[int]] = defaultdict(list)
    for i in sorted(range(len(texts)), key=lambda i: (texts[i], i)):
        if block[i] >= 0:
            members[int(block[i])].append(i)
    found: list[tuple[Ints, Ints]] = []
    for place in sorted(members):
        for some in _candidates(members[place], texts, least):
            found += _compared(some, texts, least)
    left, right = (np.concatenate([f[k] for f in found]) if found else np.zeros(0, np.int64) for k in (0, 1))
    low, high = np.minimum(left, right), np.maximum(left, right)
    packed = np.unique(low * len(texts) + high) if len(low) else low
    low, high = packed // max(len(texts), 1), packed % max(len(texts), 1)
    common, total = _likeness(low, high, texts)
    return Pairs(low, high, common, total)


def _candidates(block: list[int], texts: Sequence[str], least: Fraction) -> Iterator[list[int]]:
    """Sets of texts that hold every pair that can be alike."""
    if len(block) <= COMPARED_AT_ONCE:
        yield block
        return
    often = Counter(token for i in block for token in _tokens(texts[i]))
    buckets: dict[tuple[str, int], list[int]] = defaultdict(list)
    for i in block:
        tokens = sorted(_tokens(texts[i]), key=lambda t: (often[t], t))
        needed = -(-len(tokens) * least.numerator // (2 * least.denominator - least.numerator))
        for token in tokens[: len(tokens) - needed + 1]:
            buckets[token].append(i)
    yield from (buckets[token] for token in sorted(buckets))


def _tokens(text: str) -> list[tuple[str, int]]:
    """The characters of a text; a repeated one counts as often as it stands there."""
    seen: Counter[str] = Counter()
    out = []
    for c in text:
        seen[c] += 1
        out.append((c, seen[c]))
    return out


def _compared(some: list[int], texts: Sequence[str], least: Fraction) -> Iterable[tuple[Ints, Ints]]:
    """The alike pairs of a set of texts, by place."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cdist

    at = np.array(some, np.int64)
    if len(some) < 2:  # noqa: PLR2004 - a pair needs two
        return
    if len(some) > COMPARED_AT_ONCE:
        yield from _neighbours(at, texts, least)
        return
    words = [texts[i] for i in some]
    length = np.array([len(w) for w in words], np.int64)
    common = 2 * cdist(words, words, scorer=LCSseq.similarity, dtype=np.int32).astype(np.int64)
    close = common * least.denominator >= (length[:, None] + length[None, :]) * least.numerator
    i, j = np.nonzero(np.triu(close, 1))
    yield at[i], at[j]


def _neighbours(forwards: Ints, texts: Sequence[str], least: Fraction) -> Iterator[tuple[Ints, Ints]]:
    """The alike pairs among neighbours in the alphabet, read forwards and backwards."""
    backwards = np.array(sorted(forwards.tolist(), key=lambda i: (texts[i][::-1], i)), np.int64)
    near = np.arange(1, WINDOW + 1)
    for order in (forwards, backwards):
        step = (np.arange(len(order))[:, None] + near).ravel()
        inside = step < len(order)
        left, right = np.repeat(order, WINDOW)[inside], order[step[inside]]
        common, total = _likeness(left, right, texts)
        close = common * least.denominator >= total * least.numerator
        yield left[close], right[close]


def _likeness(left: Ints, right: Ints, texts: Sequence[str]) -> tuple[Ints, Ints]:
    """For pairs of places, twice the common characters and all characters."""
    from rapidfuzz.distance import LCSseq
    from rapidfuzz.process import cpdist

    if not len(left):
        return np.zeros(0, np.int64), np.zeros(0, np.int64)
    places, inverse = np.unique(np.concatenate([left, right]), return_inverse=True)
    words = np.array([texts[i] for i in places.tolist()], object)
    length = np.array([len(w) for w in words], np.int64)
    one, other = inverse[: len(left)], inverse[len(left) :]
    common = 2 * cpdist(words[one], words[other], scorer=LCSseq.similarity, dtype=np.int32).astype(np.int64)
    return common, length[one] + length[other]


def components(n: int, left: Ints, right: Ints) -> Ints:
    """Number the sets that pairs tie together; every place belongs to one set, sets in order of their first place."""
    parent = list(range(n))

    def root(i: int) -> int:
        while parent[i] != i:
            parent[i] = parent[parent[i]]
            i = parent[i]
        return i

    for a, b in zip(left.tolist(), right.tolist(), strict=True):
        x, y = root(a), root(b)
        parent[max(x, y)] = min(x, y)
    roots = np.array([root(i) for i in range(n)], np.int64)
    return np.unique(roots, return_inverse=True)[1].astype(np.int64)
