"""Names that say the same: a plain form of project names, and pairs of alike names found without comparing all.

Likeness of two names is ``2 · L / (a + b)``: L characters stand in both in the same order, a and b are the lengths.
It is 1 for equal names and compared as a fraction of whole numbers.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final, NamedTuple

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.kernels import sharing

Ints = npt.NDArray[np.int64]

GENERIC: Final = ("经费", "项目", "工作", "专项", "补助", "资金")
"""Words that every project's name may carry."""

_YEAR: Final = re.compile(r"(?:19|20)\d{2}\s*(?:财政)?年?度?|(?:本|上|当)年度?|年度")
_MARK: Final = "ᚠ"
"""Stands between names that are worked on as one text: a letter that no budget uses and that folding leaves alone."""

_NUMBER: Final = re.compile(
    rf"\d+|(?<=第)[一二三四五六七八九十百]+|[一二三四五六七八九十百]+(?=[期批标段号区楼组片所中小幼队站）)、.{_MARK}]|$)"
)
_NUMBER_OR_MARK: Final = re.compile(f"{_MARK}|{_NUMBER.pattern}")
_PLAIN: Final = re.compile(r"[\W_]+")

COMPARED_AT_ONCE: Final = 1024
"""Up to so many names that share a rare character are all compared with each other."""

WINDOW: Final = 64
"""Of a larger set that shares a rare character each name is compared with so many neighbours in the alphabet."""


class PlainName(NamedTuple):
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


def plain_names(names: Sequence[str], agencies: Sequence[str]) -> tuple[list[str], list[str]]:
    """The plain form of many names, each with the name of its agency: the texts, and the numbers they carried."""
    distinct = dict.fromkeys(names)
    folded, texts, numbers = _plain_all(list(distinct))
    if len(distinct) < len(names):
        place = {name: i for i, name in enumerate(distinct)}
        at = [place[name] for name in names]
        folded, texts, numbers = ([column[i] for i in at] for column in (folded, texts, numbers))
    own = {a: unicodedata.normalize("NFKC", a).casefold() for a in set(agencies)}
    own.pop("", None)
    bearing = zip(folded, map(own.get, agencies), strict=True)
    for i in [i for i, (name, agency) in enumerate(bearing) if agency is not None and agency in name]:
        texts[i], numbers[i] = plain(names[i], agencies[i])
    return texts, numbers


def _plain_all(names: list[str]) -> tuple[list[str], list[str], list[str]]:
    """Each name folded, its plain text and its numbers, worked out over all names at once as one long text."""
    text = unicodedata.normalize("NFKC", _MARK.join(names)).casefold()
    folded = text.split(_MARK)
    if len(folded) != len(names):  # a name holds the mark itself
        forms = [plain(name) for name in names]
        whole = [unicodedata.normalize("NFKC", name).casefold() for name in names]
        return whole, [f.text for f in forms], [f.numbers for f in forms]
    text = _YEAR.sub("", text)
    numbers = [said.strip() for said in " ".join(_NUMBER_OR_MARK.findall(text)).split(_MARK)]
    text = _PLAIN.sub("", _NUMBER.sub("", text))
    for word in GENERIC:
        text = text.replace(word, "")
    return folded, text.split(_MARK), numbers


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

    Only texts that share one of their rarest characters can be alike (see ``sharing``) and are compared in full; only
    where such a character is shared by more than :data:`COMPARED_AT_ONCE` texts of one block each is compared with
    its neighbours in the alphabet, forwards and backwards, so that the work stays near-linear.

    Args:
        texts: Not empty, each once in its block.
        block: For each text its block, -1: left out.
        least: Above 0, at most 1.
    """
    files = sharing.filed(texts, block, least)
    found = [_close(left, right, texts, least) for left, right in files.pairs(COMPARED_AT_ONCE, least)]
    for some in files.large(COMPARED_AT_ONCE):
        found += _neighbours(np.array(sorted(some.tolist(), key=lambda i: (texts[i], i)), np.int64), texts, least)
    left, right = (np.concatenate([f[k] for f in found]) if found else np.zeros(0, np.int64) for k in (0, 1))
    low, high = np.minimum(left, right), np.maximum(left, right)
    packed = np.unique(low * len(texts) + high) if len(low) else low
    low, high = packed // max(len(texts), 1), packed % max(len(texts), 1)
    common, total = _likeness(low, high, texts)
    return Pairs(low, high, common, total)


def _close(left: Ints, right: Ints, texts: Sequence[str], least: Fraction) -> tuple[Ints, Ints]:
    """The pairs that reach the likeness."""
    if not len(left):
        return left, right
    packed = np.unique(np.minimum(left, right) * len(texts) + np.maximum(left, right))
    left, right = packed // len(texts), packed % len(texts)
    common, total = _likeness(left, right, texts)
    close = common * least.denominator >= total * least.numerator
    return left[close], right[close]


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
