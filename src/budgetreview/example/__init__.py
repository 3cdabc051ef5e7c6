"""The example that ships with the program: a made-up county, known faults in it, and the workbook of its bureau."""

from __future__ import annotations

from budgetreview.example.county import AS_OF, DAYS, clean

__all__ = ["AS_OF", "DAYS", "clean"]
