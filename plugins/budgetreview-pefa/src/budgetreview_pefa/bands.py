"""Letters of PEFA 2016: the bands of each dimension, two years out of three, and how dimensions make an indicator."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from types import MappingProxyType
from typing import Final, Literal

import attrs

import budgetreview as br

Letter = Literal["A", "B", "C", "D"]
LETTERS: Final[tuple[Letter, ...]] = ("A", "B", "C", "D")


def _page(node: int) -> str:
    return f"https://www.pefa.org/node/{node}"


@attrs.frozen
class Dimension:
    """One dimension: how its yearly figures become a letter, and how certain that is.

    Attributes:
        code: Its number in PEFA 2016.
        title: Its name.
        bands: For A, B and C the span allowed, both ends included (``low``, ``high``), or, without a low end, the
            value that must not be reached.
        marks: What is certain: formula, bands; S read, K known but not re-read.
        averaged: The mean of three years counts; else two years out of three must reach the letter.
        page: Where it was read, None where it was not.
    """

    code: str
    title: br.Text
    bands: tuple[tuple[Fraction | None, Fraction], ...]
    marks: str
    averaged: bool = False
    page: str | None = None

    def letter(self, figure: Fraction) -> Letter:
        """The letter that one figure reaches."""
        for letter, (low, high) in zip(LETTERS, self.bands, strict=False):
            if (low <= figure <= high) if low is not None else figure < high:
                return letter
        return "D"

    def score(self, figures: Sequence[Fraction]) -> Letter:
        """The letter of three years."""
        if self.averaged:
            return self.letter(sum(figures, Fraction(0)) / len(figures))
        return sorted(self.letter(f) for f in figures)[1]


def _span(*percents: tuple[int, int]) -> tuple[tuple[Fraction | None, Fraction], ...]:
    return tuple((Fraction(low, 100), Fraction(high, 100)) for low, high in percents)


def _below(*percents: int) -> tuple[tuple[Fraction | None, Fraction], ...]:
    return tuple((None, Fraction(p, 100)) for p in percents)


DIMENSIONS: Final = MappingProxyType(
    {
        d.code: d
        for d in (
            Dimension(
                code="PI-1",
                title=br.Text("支出总量", "aggregate expenditure outturn"),
                bands=_span((95, 105), (90, 110), (85, 115)),
                marks="K",
            ),
            Dimension(
                code="PI-2.1",
                title=br.Text("支出构成（按功能）", "expenditure composition by function"),
                bands=_below(5, 10, 15),
                marks="S formula, K bands",
                page=_page(4765),
            ),
            Dimension(
                code="PI-2.2",
                title=br.Text("支出构成（按经济分类）", "expenditure composition by economic type"),
                bands=_below(5, 10, 15),
                marks="S formula, K bands",
                page=_page(4872),
            ),
            Dimension(
                code="PI-2.3",
                title=br.Text("预备费的使用", "expenditure from contingency reserves"),
                bands=_below(3, 6, 10),
                averaged=True,
                marks="S averaging, K bands",
                page=_page(4766),
            ),
            Dimension(
                code="PI-3.1",
                title=br.Text("收入总量", "aggregate revenue outturn"),
                bands=_span((97, 106), (94, 112), (92, 116)),
                marks="S",
                page=_page(4770),
            ),
            Dimension(
                code="PI-3.2",
                title=br.Text("收入构成", "revenue composition"),
                bands=_below(5, 10, 15),
                marks="K",
            ),
        )
    }
)
"""Bands of PEFA 2016."""

INDICATORS: Final = MappingProxyType(
    {
        "PI-1": (br.Text("支出总量", "aggregate expenditure outturn"), ("PI-1",)),
        "PI-2": (br.Text("支出构成", "expenditure composition outturn"), ("PI-2.1", "PI-2.2", "PI-2.3")),
        "PI-3": (br.Text("收入执行", "revenue outturn"), ("PI-3.1", "PI-3.2")),
    }
)
"""Indicators and their dimensions."""


def weakest(letters: Sequence[Letter]) -> str:
    """Method M1: the weakest dimension, with ``+`` where another is better (M1 read, the plus known: S, K)."""
    worst = max(letters)
    return worst + ("+" if any(x < worst for x in letters) else "")


_AVERAGE: Final = MappingProxyType(
    {
        "DD": "D",
        "CD": "D+",
        "BD": "C",
        "AD": "C+",
        "CC": "C",
        "BC": "C+",
        "AC": "B",
        "BB": "B",
        "AB": "B+",
        "AA": "A",
    }
)


def averaged(first: Letter, second: Letter) -> str:
    """Method M2 for two dimensions, by PEFA's conversion table (known, not re-read: K)."""
    return _AVERAGE["".join(sorted((first, second)))]
