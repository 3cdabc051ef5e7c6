"""The ledger's summary in a real browser: it opens offline, draws, fits a phone, and axe finds no barrier."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from budgetreview.render import board
from budgetreview.render.board import Board, Chart, Column, Sheet

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install '.[browser]')")
HOSTILE = "</script><img src=x onerror=alert(1)>\u202e项目"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine; nothing is downloaded."""
    found = next((b for n in ("chromium", "chromium-browser", "google-chrome") if (b := shutil.which(n))), None)
    if found is None:
        pytest.skip("no Chromium on this machine (.ci/browser installs it)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found, chromium_sandbox=False, args=["--disable-gpu", "--disable-quic"], timeout=30_000
        )
        yield browser
        browser.close()


def sample(lang: str) -> Board:
    """A line over time, bars with an unknown amount, a folded table, and a hostile label."""
    flow = (Column("period", "期间"), Column("new", "新发现", "count"), Column("open", "未办结", "count"))
    parts = (Column("agency", "单位"), Column("open", "未办结", "count"), Column("amount", "金额", "money"))
    rows = tuple((f"{HOSTILE} {i}", i, None if i == 3 else i * 123_456) for i in range(20))
    return Board(
        "半年分析通报", lang, (("台账", HOSTILE),), ("本期到2026-06-30才结束",), (("未办结", "3", "期初2件"),),
        (
            Sheet("over_time", "历期变化", flow, (("2025年下半年", 2, 2), ("2026年上半年", 1, 3)), "一句话",
                  charts=(Chart("lines", ("new", "open")),)),
            Sheet("agency", "分单位", parts, rows, charts=(Chart("bars", ("open",)), Chart("bars", ("amount",)))),
            Sheet("late", "逾期案件", parts, (), "没有逾期的案件。"),
        ),
        ("口径一",),
    )  # fmt: skip


@pytest.mark.parametrize(("lang", "width"), [("zh", 1280), ("en", 360)])
def test_the_page_draws_offline_and_has_no_barrier(chromium: Any, tmp_path: Path, lang: str, width: int) -> None:
    path = tmp_path / "s.html"
    path.write_text(board.html(sample(lang)), encoding="utf-8")
    tab = chromium.new_page(viewport={"width": width, "height": 900})
    wrong: list[str] = []
    tab.on("console", lambda m: wrong.append(m.text) if m.type in {"error", "warning"} else None)
    tab.on("pageerror", lambda e: wrong.append(str(e)))
    tab.on("dialog", lambda d: (wrong.append(d.message), d.dismiss()))
    tab.on("request", lambda r: None if r.url.startswith("file:") else wrong.append(r.url))
    tab.goto(path.as_uri())
    assert tab.locator("[data-chart] svg").count() == 3
    assert tab.evaluate("document.querySelectorAll('img').length") == 0
    assert tab.evaluate("document.documentElement.scrollWidth") <= width
    assert "[U+202E]" in tab.inner_text("header")
    assert [d.get_attribute("open") is not None for d in tab.query_selector_all("details")] == [True, False]
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    found = axe.Axe().run(tab, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]})
    assert [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]] == []
    assert wrong == []
    tab.close()


def test_without_scripts_every_figure_is_still_there(chromium: Any, tmp_path: Path) -> None:
    path = tmp_path / "s.html"
    path.write_text(board.html(sample("zh")), encoding="utf-8")
    tab = chromium.new_page(java_script_enabled=False)
    tab.goto(path.as_uri())
    said = tab.inner_text("main")
    assert "2026年上半年" in said
    assert "没有逾期的案件。" in said
    assert "未知" in tab.text_content("#agency")
    tab.close()
