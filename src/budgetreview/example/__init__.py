"""The example that ships with the program: a made-up county, known faults in it, and the workbook of its bureau."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from budgetreview.example import faults as known
from budgetreview.example import workbook
from budgetreview.example.county import AS_OF, DAYS, clean
from budgetreview.example.figures import Tables

PLANTED: Final = known.named(known.DEMONSTRATED)
"""The faults in the workbook of the demonstration."""

__all__ = ["AS_OF", "DAYS", "PLANTED", "clean", "tables", "write"]


def tables(seed: int = 2026, stage: str = "preliminary", *, faults: bool = True) -> Tables:
    """The example as tables, ready for ``Submission(**tables)``: money in 元, None for a blank.

    Args:
        seed: Of the generator.
        stage: The review whose data are wanted.
        faults: Whether those faults of the demonstration are planted that belong to the stage.
    """
    wanted = [f for f in PLANTED if f.stage == stage] if faults else []
    return known.planted(stage, wanted, seed)[0]


def write(path: Path, *, seed: int = 2026, faults: bool = True) -> None:
    """Write the workbook of the demonstration; the same seed gives the same bytes.

    Args:
        path: Where to; an existing file is written over.
        seed: Of the generator.
        faults: Whether the faults in :data:`PLANTED` are in it.
    """
    workbook.write(tables(seed, faults=faults), path)
