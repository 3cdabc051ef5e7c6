"""Pairs of texts that share a rare character: all that can be alike, found without comparing all with all.

Two texts that have at least a share of their characters in common, in the same order, cannot both miss each other among
their rarest characters. So each text is filed under its few rarest ones, and only those filed together are compared.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import Final

import attrs
import numpy as np
import numpy.typing as npt

from budgetreview.kernels import group as kernel

Ints = npt.NDArray[np.int64]

_AT_ONCE: Final = 4_000_000
"""So many pairs are held in memory at a time."""

_SPREAD: Final = np.uint64(0x9E3779B97F4A7C15)
"""Spreads characters over the 64 bits of a signature."""


@attrs.frozen(eq=False)
class Filed:
    """Texts filed under rare characters: for each file its members, one after the other.

    Attributes:
        member: Places of texts, file by file.
        size: For each file how many members it has, at least two.
        length: For each text its number of characters.
        signature: For each text 64 bits, one or more of its characters behind each.
    """

    member: Ints
    size: Ints
    length: Ints
    signature: npt.NDArray[np.uint64]

    def large(self, most: int) -> Iterator[Ints]:
        """The members of each file that has more than ``most``."""
        start = np.cumsum(self.size) - self.size
        for f in np.flatnonzero(self.size > most):
            yield self.member[start[f] : start[f] + self.size[f]]

    def pairs(self, most: int, least: Fraction) -> Iterator[tuple[Ints, Ints]]:
        """The pairs within files of up to ``most`` members that can reach the likeness ``least``, part by part."""
        inside = np.repeat(self.size <= most, self.size)
        member, size = self.member[inside], self.size[self.size <= most]
        start = np.repeat(np.cumsum(size) - size, size)
        after = np.repeat(size, size) - (np.arange(len(member)) - start) - 1
        done = np.cumsum(after)
        at = 0
        while at < len(member):
            end = max(int(np.searchsorted(done, (done[at - 1] if at else 0) + _AT_ONCE)), at + 1)
            count = after[at:end]
            left = np.repeat(np.arange(at, end), count)
            right = left + 1 + np.arange(len(left)) - np.repeat(np.cumsum(count) - count, count)
            yield self._possible(member[left], member[right], least)
            at = end

    def _possible(self, one: Ints, other: Ints, least: Fraction) -> tuple[Ints, Ints]:
        """The pairs whose lengths and characters allow the likeness."""
        a, b = self.length[one], self.length[other]
        wanted = (a + b) * least.numerator
        fits = 2 * np.minimum(a, b) * least.denominator >= wanted
        one, other, a, b, wanted = one[fits], other[fits], a[fits], b[fits], wanted[fits]
        x, y = self.signature[one], self.signature[other]
        # Every common character stands behind a common bit, or is a further one behind a bit of both texts.
        common = np.bitwise_count(x & y) + np.minimum(a - np.bitwise_count(x), b - np.bitwise_count(y))
        fits = 2 * common * least.denominator >= wanted
        return one[fits], other[fits]


def filed(texts: Sequence[str], block: Ints, least: Fraction) -> Filed:
    """File texts under their rarest characters, block by block; a repeated one counts as often as it stands there.

    Args:
        texts: Not empty.
        block: For each text its block, -1: left out.
        least: Above 0, at most 1: the likeness that pairs must be able to reach.
    """
    length = np.fromiter(map(len, texts), np.int64, len(texts))
    nothing = Filed(np.zeros(0, np.int64), np.zeros(0, np.int64), length, np.zeros(len(texts), np.uint64))
    crowd = np.append(np.bincount(block[block >= 0]), 0)
    kept = np.flatnonzero((block >= 0) & (crowd[block] > 1))
    if not len(kept):
        return nothing
    joined = "".join(texts[i] for i in kept.tolist())
    character = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), np.uint32).astype(np.int64)
    size = length[kept]
    start = np.cumsum(size) - size
    signature = np.zeros(len(texts), np.uint64)
    bit = np.uint64(1) << ((character.astype(np.uint64) * _SPREAD) >> np.uint64(58))
    signature[kept] = np.bitwise_or.reduceat(bit, start)
    owner = np.repeat(np.arange(len(kept)), size)
    span = int(character.max()) + 1
    packed = np.sort(owner * span + character)
    owner, character = packed // span, packed % span
    new = np.flatnonzero(np.r_[True, packed[1:] != packed[:-1]])
    again = np.arange(len(packed)) - np.repeat(new, np.diff(np.r_[new, len(packed)]))
    token, _ = kernel.combine([character, again])
    file, first = kernel.combine([block[kept][owner], token])
    often = np.bincount(file)
    rank = np.empty(len(first), np.int64)
    rank[np.lexsort((token[first], often, block[kept][owner[first]]))] = np.arange(len(first))
    order = np.argsort(owner * len(first) + rank[file])  # owners stay together, the rarest first
    file, owner = file[order], owner[order]
    needed = -(-size * least.numerator // (2 * least.denominator - least.numerator))
    rare = np.arange(len(owner)) - start[owner] < (size - needed + 1)[owner]
    file, owner = file[rare], owner[rare]
    often = np.bincount(file, minlength=len(first))
    shared = often[file] > 1
    file, owner = file[shared], owner[shared]
    return Filed(kept[owner[np.argsort(file, kind="stable")]], often[often > 1], length, signature)
