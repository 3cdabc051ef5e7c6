"""Measure the HTML page with twenty thousand findings: ``python -m benchmarks.page`` (needs ``.[test]`` and Chromium).

The county is made up and the same at every run; what is measured is said in docs/zh/explanation/report.md.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from datetime import date
from pathlib import Path
from typing import Any, Final

from playwright.sync_api import sync_playwright

from budgetreview import Report, Submission, load_rules, review, write

FINDINGS: Final = 20_000
TIMES: Final = 5
_BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
_NAMES: Final = ("校舍维修", "信息化平台运行维护", "办公设备购置", "下乡补助")
_COUNT: Final = "n => document.querySelector(`#list[data-rows='${n}']`) !== null"


def county(findings: int) -> Report:
    """A review with so many findings: as many lines without a basis, and as many that are in order."""
    n = 2 * findings
    lines = {
        "line_id": [f"L{i:06}" for i in range(n)],
        "entity": ["430702"] * n,
        "fiscal_year": [2026] * n,
        "book": ["general"] * n,
        "agency": [f"{101 + i % 60:03}" for i in range(n)],
        "agency_name": [f"县属第{i % 60 + 1}单位" for i in range(n)],
        "project": [f"P{i:06}" for i in range(n)],
        "project_name": [f"{_NAMES[i % 4]}{i}号" for i in range(n)],
        "project_kind": ["targeted"] * n,
        "basic": [False] * n,
        "function_code": [("2010101", "2050201", "2130108", "2240101")[i % 4] for i in range(n)],
        "proposed": [1_000 * (i % 997) + 35_000.5 for i in range(n)],
        "basis": ["" if i % 2 else f"县政办发〔2025〕{i}号" for i in range(n)],
    }
    return review(Submission(lines=lines), load_rules(select=["Z01"]), stage="preliminary", as_of=date(2026, 1, 10))


def main() -> None:
    """Print a table of size and seconds."""
    found = next((b for n in _BROWSERS if (b := shutil.which(n))), None)
    if found is None:
        sys.exit("no Chromium on this machine")
    report = county(FINDINGS)
    total = len(report.findings)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        path = Path(folder) / "report.html"
        writing = [_seconds(lambda: write(report, path)) for _ in range(TIMES)]
        browser = driver.chromium.launch(executable_path=found, chromium_sandbox=False, args=["--disable-gpu"])
        opening, searching, filtering = [], [], []
        for _ in range(TIMES):
            page = browser.new_page(viewport={"width": 1280, "height": 900})
            opening.append(_seconds(lambda page=page: _opened(page, path, total)))
            searching.append(_seconds(lambda page=page: _searched(page, "4321号")))
            page.fill("#f-q", "")
            page.wait_for_function(_COUNT, arg=total)
            n = sum(f.agency == "102" for f in report.findings)
            filtering.append(_seconds(lambda page=page, n=n: _filtered(page, "102", n)))
            page.close()
        size = path.stat().st_size
        version = browser.version
        browser.close()
    print(f"Chromium {version}, {total:,} findings\n")
    print(f"file                     {size / 1e6:6.1f} MB")
    for name, seconds in (
        ("writing", writing), ("open until filterable", opening), ("first search", searching), ("filter", filtering),
    ):  # fmt: skip
        middle, low, high = statistics.median(seconds), min(seconds), max(seconds)
        print(f"{name:<24} {middle:6.2f} s   (median of {TIMES}; {low:.2f} to {high:.2f})")


def _seconds(do: Any) -> float:
    start = time.perf_counter()
    do()
    return time.perf_counter() - start


def _opened(page: Any, path: Path, total: int) -> None:
    page.goto(path.as_uri())
    page.wait_for_function(_COUNT, arg=total)


def _searched(page: Any, words: str) -> None:
    before = page.get_attribute("#list", "data-rows")
    page.fill("#f-q", words)
    page.wait_for_function("before => document.getElementById('list').dataset.rows !== before", arg=before)


def _filtered(page: Any, agency: str, n: int) -> None:
    page.select_option("#f-agency", agency)
    page.wait_for_function(_COUNT, arg=n)


if __name__ == "__main__":
    main()
