"""Fixtures for the tests of reports."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest

from budgetreview import render
from budgetreview.report import Report


@pytest.fixture
def rendered() -> Callable[..., bytes]:
    """Render a report in one format and give the bytes of its main file, or of the one with ``suffix``."""

    def run(report: Report, name: str, lang: str = "zh", unit: str = "元", suffix: str = "") -> bytes:
        out = io.BytesIO()
        render.writers(name, lang, unit)[suffix](report, out)
        return out.getvalue()

    return run
