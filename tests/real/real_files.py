"""Reading the real files without the program: rows as text, amounts as exact decimals, for tests to compare with."""

from __future__ import annotations

import csv
from collections.abc import Iterable
from decimal import Decimal
from pathlib import Path

HUNDRED = Decimal(100)


def rows(path: Path, *, encoding: str = "utf-8-sig", delimiter: str = ",") -> list[dict[str, str]]:
    """All rows of a text file by header, blanks around headers gone."""
    with path.open(encoding=encoding, newline="") as file:
        reader = csv.reader(file, delimiter=delimiter)
        heads = [h.strip() for h in next(reader)]
        return [dict(zip(heads, row, strict=False)) for row in reader if row]


def fen(text: str, *, comma: bool = False, unit: int = 1) -> int:
    """An amount in hundredths; brackets are a minus, a lone dash or a blank is nothing to add."""
    bare = text.strip()
    bare = bare.replace(".", "").replace(",", ".") if comma else bare.replace(",", "")
    if bare in {"", "-"}:
        return 0
    sign = -1 if bare.startswith("(") else 1
    value = Decimal(bare.strip("()")) * HUNDRED * unit * sign
    assert value == int(value), f"{text} is finer than a hundredth"
    return int(value)


def total(texts: Iterable[str], *, comma: bool = False, unit: int = 1) -> int:
    """The exact sum of amounts in hundredths."""
    return sum(fen(t, comma=comma, unit=unit) for t in texts)
