"""The how-to pages are played as printed in both languages, on the example county under the names that they use."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from tests.docs.player import DOCS, play

from budgetreview import example
from budgetreview.ledger import workbook
from budgetreview.rulefile.template import write_rules_template


def named(*names: str) -> Callable[[Path], None]:
    """The example county is there under these names."""

    def prepare(folder: Path) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            example.write(folder / name)

    return prepare


def mended(folder: Path) -> None:
    """Two drafts: in the second one figure that a finding rests on is gone, so that it can no longer be judged."""
    named("初稿.xlsx")(folder)
    opened = openpyxl.load_workbook(folder / "初稿.xlsx", data_only=True)
    opened["4.项目支出明细表"]["S16"].value = None
    opened.save(folder / "补正稿.xlsx")


def with_rules(folder: Path) -> None:
    """A budget, and the office's own rules in a sheet."""
    named("预算.xlsx", "2026.xlsx")(folder)
    write_rules_template(folder / "我们的规则.xlsx")


PREPARED: dict[str, Callable[[Path], None]] = {
    "annotate": named("county-2026.xlsx"),
    "calendar": named(),
    "compare": mended,
    "layers": with_rules,
    "ledger": named("budgetreview-demo.xlsx"),
    "opinion": named("预算.xlsx"),
    "replay": named("预算/county.xlsx", "档案/2026/搬来的/county.xlsx"),
    "what-if": named("预算.xlsx"),
}


def decided() -> None:
    """What the office fills in by hand before it hands the workbook back."""
    opened = openpyxl.load_workbook("处置.xlsx")
    opened.worksheets[0].cell(2, list(workbook.COLUMNS).index("to") + 1).value = "认定"
    opened.save("处置.xlsx")


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("name", PREPARED)
def test_the_page_runs_from_top_to_bottom(name: str, lang: str, tmp_path: Path) -> None:
    PREPARED[name](tmp_path)
    play(DOCS / lang / "how-to" / f"{name}.md", tmp_path, {"budgetreview ledger import": decided})
