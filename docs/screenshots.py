"""Take the README's picture of the report anew: ``python docs/screenshots.py`` (needs ``.[test]`` and Chromium)."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path
from typing import Final

from playwright.sync_api import sync_playwright

from budgetreview import example, render
from budgetreview.engine import review
from budgetreview.intake import read
from budgetreview.plugins import load_rules

OUT: Final = Path(__file__).parent / "pictures"
BROWSERS: Final = ("chromium", "chromium-browser", "google-chrome")
WIDTH: Final = 1180
HEIGHT: Final = 1010


def main() -> None:
    """The first screen of the example county's report, in Chinese and in English."""
    found = next(b for n in BROWSERS if (b := shutil.which(n)))
    OUT.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as driver:
        workbook = Path(folder) / "budgetreview-demo.xlsx"
        example.write(workbook)
        report = review(read(workbook), load_rules(), stage="preliminary", as_of=example.AS_OF)
        browser = driver.chromium.launch(executable_path=found, chromium_sandbox=False, args=["--disable-gpu"])
        for lang in ("zh", "en"):
            page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
            path = Path(folder) / f"{lang}.html"
            render.write(report, path, lang=lang)
            page.goto(path.as_uri())
            page.wait_for_selector("html[data-ready]", state="attached")
            page.screenshot(path=OUT / f"report-{lang}.png")
            page.evaluate("document.getElementById('map').scrollIntoView()")
            page.wait_for_timeout(500)
            if lang == "zh":
                page.screenshot(path=OUT / "report-zh-map.png")
        browser.close()


if __name__ == "__main__":
    main()
