"""The flagged units of a rule made into findings, column by column.

A review of a province may flag a million lines, so nothing here is done line by line that can be done once for a
column: texts, figures and sentences are made once for each distinct value of a block and then put in their places.
Formats that have columns or texts of their own (``render.records.frames``, ``render.records.json``) take the columns
of a :class:`Block`; who wants records gets a :class:`~budgetreview.finding.Finding` for each unit.
"""

from __future__ import annotations

from typing import Final

from budgetreview.recording.block import Block
from budgetreview.recording.flagged import Flagged, Shown
from budgetreview.recording.lines import MOST_LINES
from budgetreview.recording.records import findings, units

__all__ = ["BLOCK", "MOST_LINES", "Block", "Flagged", "Shown", "findings", "units"]

BLOCK: Final = 2048
"""Findings that are made at a time."""
