"""The page in a real browser: what a deputy clicks, types, prints and links to, compared with the report itself."""

from __future__ import annotations

import csv
import io
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from budgetreview import render
from budgetreview.report import Finding, Report

from ..render.sample import EVERYTHING, HOSTILE, hostile, sample  # noqa: TID252 - the same small review as there

playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed (pip install '.[browser]')")

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
READY = "html[data-ready]"


@pytest.fixture(scope="module")
def chromium() -> Iterator[Any]:
    """A headless Chromium of this machine; nothing is downloaded."""
    found = next((b for n in BROWSERS if (b := shutil.which(n))), None)
    if found is None:
        pytest.skip("no Chromium on this machine (.ci/browser installs it)")
    with playwright.sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=found, chromium_sandbox=False, args=["--disable-gpu", "--disable-quic"], timeout=30_000
        )
        yield browser
        browser.close()


class Page:
    """A report opened from disk, and everything that went wrong or left the machine while it was open."""

    def __init__(self, tab: Any, path: Path, report: Report) -> None:
        self.tab, self.path, self.report = tab, path, report
        self.wrong: list[str] = []
        tab.set_default_timeout(20_000)
        tab.on("console", lambda m: self.wrong.append(m.text) if m.type in {"error", "warning"} else None)
        tab.on("pageerror", lambda e: self.wrong.append(str(e)))
        tab.on("dialog", lambda d: (self.wrong.append(f"dialog {d.message}"), d.dismiss()))
        tab.on("request", lambda r: None if r.url.startswith(("file:", "blob:")) else self.wrong.append(r.url))

    def go(self, fragment: str = "") -> Page:
        self.tab.goto("about:blank")
        self.tab.goto(self.path.as_uri() + fragment)
        self.tab.wait_for_selector(READY, state="attached")
        if len(self.report.findings):
            self.tab.wait_for_selector("#list[data-rows]", state="attached")
        return self

    def counts(self, n: int) -> None:
        """The count on the page becomes so many of all."""
        said = f"显示 {n:,} / 共 {len(self.report.findings):,} 条"
        self.tab.wait_for_function("said => document.getElementById('count').value === said", arg=said)
        self.tab.wait_for_selector(f"#list[data-rows='{n}']", state="attached")

    def rows(self) -> list[str]:
        return self.tab.eval_on_selector_all(".tabulator-row", "rows => rows.map(r => r.innerText)")

    def dialog(self) -> str:
        self.tab.wait_for_selector("dialog[open]")
        return str(self.tab.inner_text("dialog[open]"))


@pytest.fixture
def opened(chromium: Any, tmp_path: Path) -> Iterator[Callable[..., Page]]:
    """Write a report, open it, and see at the end that nothing was complained of or fetched."""
    pages: list[Page] = []

    def run(report: Report, *, lang: str = "zh", width: int = 1280, scripts: bool = True) -> Page:
        path = tmp_path / f"report-{len(pages)}.html"
        render.write(report, path, lang=lang)
        tab = chromium.new_page(viewport={"width": width, "height": 900}, java_script_enabled=scripts)
        page = Page(tab, path, report)
        pages.append(page)
        if scripts:
            page.go()
        else:
            tab.goto(path.as_uri())
        return page

    yield run
    for page in pages:
        page.tab.close()
        assert page.wrong == []


def test_it_opens_offline_without_complaint_and_counts_all_findings(opened: Callable[..., Page]) -> None:
    """Opened from a disk: no error, no address asked for, every finding counted."""
    page = opened(sample(repeat=5, codes=EVERYTHING))
    page.counts(len(page.report.findings))


Test = Callable[[Finding], bool]
FILTERS: tuple[tuple[str, Callable[[Any], object], Test], ...] = (
    ("severity", lambda tab: tab.check("#f-orange"), lambda f: f.severity.value == "orange"),
    ("rule", lambda tab: tab.select_option("#f-rule", "A03"), lambda f: f.rule == "A03"),
    ("agency", lambda tab: tab.select_option("#f-agency", "102"), lambda f: f.agency == "102"),
    ("book", lambda tab: tab.select_option("#f-book", "general"), lambda f: f.book == "general"),
    ("focus", lambda tab: tab.select_option("#f-focus", "totals"), lambda f: f.rule == "A01"),
    ("stage", lambda tab: tab.select_option("#f-stage", "plenary"), lambda f: True),
    ("least money", lambda tab: tab.fill("#f-min", "86000.50"), lambda f: f.amount is not None and abs(f.amount) >= 8_600_050),
    ("most money", lambda tab: tab.fill("#f-max", "86,000.49"), lambda f: f.amount is not None and abs(f.amount) <= 8_600_049),
    ("words", lambda tab: tab.fill("#f-q", "县教育局 a02"), lambda f: f.rule == "A02" and f.agency == "101"),
    ("waived", lambda tab: tab.select_option("#f-waived", "1"), lambda f: f.waived is not None),
)  # fmt: skip


def test_each_filter_leaves_exactly_the_findings_it_names(opened: Callable[..., Page]) -> None:
    """The count beside the list is the count in the report, and no filter is a filter of nothing."""
    waived = {sample(repeat=5).findings[0].fingerprint: "县人大财经委同意"}
    page = opened(sample(repeat=5, waived=waived))
    for name, act, fits in FILTERS:
        expected = sum(fits(f) for f in page.report.findings)
        assert expected > 0, name
        act(page.tab)
        page.counts(expected)
        page.tab.click("button:has-text('清除筛选')")
        page.counts(len(page.report.findings))


def test_money_sorts_from_large_to_small_and_unknown_last(opened: Callable[..., Page]) -> None:
    """Sorted by money the list starts with the largest amounts of the report."""
    page = opened(sample(repeat=5))
    page.tab.select_option("#f-sort", "amount")
    largest = sorted((abs(f.amount) for f in page.report.findings if f.amount is not None), reverse=True)
    page.tab.wait_for_function(
        "said => document.querySelector('.tabulator-row .sum')?.textContent === said", arg=f"{largest[0] / 100:,.2f}"
    )
    shown = [r.splitlines() for r in page.rows()[:5]]
    assert len(shown) == 5
    for amount, lines in zip(largest, shown, strict=False):
        assert any(line.startswith(f"{amount / 100:,.2f}") for line in lines)


def test_a_finding_opens_to_its_numbers_formula_authority_question_and_cell(opened: Callable[..., Page]) -> None:
    """One click shows what a clerk needs to check the finding by hand."""
    page = opened(sample())
    page.tab.click("a.message:has-text('预备费')")
    said = page.dialog()
    for expected in (
        "预备费为何不足1%？", "1,000,000.00 元", "200,000,000.00 元", "reserve < least * own_expenditure",
        "1,000,000.00 元 < 1% * 200,000,000.00 元", "《预算法》第40条（2018-12-29 修正；原文已查阅）",
        "county-2026.xlsx 收支总表!B4", page.report.findings[0].fingerprint,
    ):  # fmt: skip
        assert expected in said


def test_a_link_to_a_finding_opens_it_and_filters_survive_a_reload(opened: Callable[..., Page]) -> None:
    """#fingerprint and #rule=… can be sent to a colleague."""
    page = opened(sample(repeat=5))
    f = page.report.findings[3]
    page.go(f"#{f.fingerprint}")
    assert f.fingerprint in page.dialog()
    page.go("#rule=A02&q=%E4%BF%A1%E6%81%AF")
    expected = sum(g.rule == "A02" and "信息" in g.labels["project_name"] for g in page.report.findings)
    page.counts(expected)
    page.tab.reload()
    page.tab.wait_for_selector(READY, state="attached")
    page.counts(expected)
    page.tab.fill("#f-q", "")
    page.counts(sum(g.rule == "A02" for g in page.report.findings))
    assert page.tab.url.endswith("#rule=A02")


def test_a_question_leads_to_its_findings(opened: Callable[..., Page]) -> None:
    """“查看” beside a question filters the list to the findings behind it."""
    page = opened(sample(repeat=5))
    page.tab.click("#questions a[href='#rule=A03']")
    page.counts(sum(f.rule == "A03" for f in page.report.findings))


def test_a_cell_of_the_map_leads_to_exactly_its_findings(opened: Callable[..., Page]) -> None:
    """The number in a cell is the number of findings behind its link, those that name no book among them."""
    page = opened(sample(repeat=5))
    cells = page.tab.eval_on_selector_all(
        ".heat td.found a", "cells => cells.map(a => [a.getAttribute('href'), Number(a.querySelector('b').textContent)])"
    )
    assert len(cells) > 2
    for href, n in cells:
        page.tab.click(f".heat a[href='{href}'] >> nth=0")
        page.counts(n)


def test_the_keyboard_is_enough(opened: Callable[..., Page]) -> None:
    """Tab, Enter, Escape: skip link first, a finding opened, walked on from and closed, the focus back on its row."""
    page = opened(sample(repeat=3))
    keys = page.tab.keyboard
    keys.press("Tab")
    assert page.tab.evaluate("document.activeElement.className") == "skip"
    page.tab.focus("#f-sort")
    for _ in range(20):
        keys.press("Tab")
        if page.tab.evaluate("document.activeElement.className") == "message":
            break
    first = page.tab.evaluate("document.activeElement.textContent")
    keys.press("Enter")
    assert first in page.dialog()
    page.tab.focus("dialog button:has-text('下一条')")
    keys.press("Enter")
    assert "第 2 / " in page.dialog()
    keys.press("Escape")
    page.tab.wait_for_selector("dialog[open]", state="detached")
    assert page.tab.evaluate("document.activeElement.textContent") == first


def test_a_row_reached_by_keyboard_from_afar_keeps_the_focus(opened: Callable[..., Page]) -> None:
    """The list may not be drawn anew when it comes into sight: the reader's key would go nowhere."""
    page = opened(sample(repeat=3))
    page.tab.focus("a.message >> nth=0")
    page.tab.wait_for_timeout(300)
    page.tab.keyboard.press("Enter")
    assert "预备费" in page.dialog()


def test_it_prints_the_questions_and_the_filtered_findings(opened: Callable[..., Page], tmp_path: Path) -> None:
    """On paper: the questions, and each finding that the filters leave, with its question and cell."""
    if shutil.which("pdftotext") is None:
        pytest.skip("no pdftotext on this machine (.ci/browser installs poppler-utils)")
    page = opened(sample(repeat=3))
    page.tab.select_option("#f-rule", "A03")
    expected = [f for f in page.report.findings if f.rule == "A03"]
    page.counts(len(expected))
    page.tab.pdf(path=tmp_path / "page.pdf", format="A4", prefer_css_page_size=True)
    done = subprocess.run(["pdftotext", "-raw", tmp_path / "page.pdf", "-"], capture_output=True, check=True, timeout=60)
    text = "".join(done.stdout.decode().split())
    assert "最值得问的4个问题" in text
    assert "预备费为何不足1%？" in text
    assert f"显示{len(expected)}/共{len(page.report.findings)}条" in text
    for f in expected:
        assert f.source.cell is not None
        assert f"项目!{f.source.cell}" in text
    assert page.tab.query_selector(".paper") is None


def test_the_export_is_what_is_filtered_and_no_cell_is_a_formula(opened: Callable[..., Page], tmp_path: Path) -> None:
    """The CSV has the filtered findings, and a name that starts with = comes out as text."""
    page = opened(hostile())
    page.tab.select_option("#f-rule", "A02")
    expected = [f for f in page.report.findings if f.rule == "A02"]
    page.counts(len(expected))
    with page.tab.expect_download() as download:
        page.tab.click("button:has-text('CSV')")
    download.value.save_as(tmp_path / "findings.csv")
    text = (tmp_path / "findings.csv").read_bytes().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert {r[0] for r in rows[1:]} == {f.fingerprint for f in expected}
    assert not [c for r in rows for c in r if c.startswith(("=", "+", "@"))]


def test_a_hostile_budget_runs_nothing(opened: Callable[..., Page]) -> None:
    """Script, markup and direction marks in names are text in the list, in a finding, in the charts and on paper."""
    page = opened(hostile())
    page.tab.fill("#f-q", "<script>alert")
    page.counts(sum(HOSTILE[0] in f.labels.get("project_name", "") for f in page.report.findings))
    page.tab.click("a.message >> nth=0")
    assert HOSTILE[0] in page.dialog()
    page.tab.keyboard.press("Escape")
    page.tab.evaluate("dispatchEvent(new Event('beforeprint'))")
    everything = page.tab.inner_text("body")
    assert not set("\u202e\u202c\x1b\x07") & set(everything)
    assert page.tab.evaluate("document.querySelectorAll('img, iframe, object, [onerror]').length") == 0
    assert page.tab.evaluate("document.querySelectorAll('script').length") == 4


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_barrier_that_axe_can_find(opened: Callable[..., Page], lang: str) -> None:
    """axe-core finds no violation of WCAG 2 A and AA, neither on the page nor in an opened finding."""
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe-playwright-python is not installed")
    page = opened(sample(repeat=3, codes=EVERYTHING), lang=lang)
    options = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
    for opened_one in (False, True):
        if opened_one:
            page.tab.focus("a.message >> nth=0")
            page.tab.keyboard.press("Enter")
            page.dialog()
        found = axe.Axe().run(page.tab, options=options)
        wrong = [(v["id"], [n["html"][:160] for n in v["nodes"]][:3]) for v in found.response["violations"]]
        assert wrong == []


def test_a_phone_shows_it_without_sideways_scrolling(opened: Callable[..., Page]) -> None:
    """Nothing is wider than a small screen."""
    page = opened(sample(repeat=3), width=360)
    assert page.tab.evaluate("document.documentElement.scrollWidth") <= 360


def test_on_a_phone_no_sum_is_parted_from_its_unit(opened: Callable[..., Page]) -> None:
    """元 never stands alone on a line: each sum in the page and in an opened finding is on one line."""
    page = opened(sample(repeat=3), width=360)
    sums = "all => all.filter(e => e.offsetParent !== null && e.getClientRects().length !== 1).map(e => e.textContent)"
    assert page.tab.eval_on_selector_all(".nb", "all => all.length") > 8
    assert page.tab.eval_on_selector_all(".nb", sums) == []
    page.tab.focus("a.message >> nth=0")
    page.tab.keyboard.press("Enter")
    assert "1,000,000.00元" in page.dialog()
    assert page.tab.eval_on_selector_all("dialog .nb", sums) == []


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_orders_of_the_list_can_be_read(opened: Callable[..., Page], lang: str, width: int) -> None:
    """No text of the chooser is cut: it is as wide as its longest choice."""
    page = opened(sample(), lang=lang, width=width)
    room, needed = page.tab.evaluate("""() => {
        const shown = document.getElementById("f-sort"), free = shown.cloneNode(true);
        free.style.cssText = "position:absolute; width:auto; max-width:none; min-width:0";
        shown.after(free);
        const widths = [shown.offsetWidth, free.offsetWidth];
        free.remove();
        return widths;
    }""")
    assert room >= needed


def test_counts_and_links_leave_the_waived_out(opened: Callable[..., Page]) -> None:
    """Tile and map say how many are open, and what they lead to is as many; waived ones have a tile of their own."""
    waived = [f for f in sample(repeat=3).findings if f.rule in {"A01", "A02"}][:4]
    page = opened(sample(repeat=3, waived={f.fingerprint: "经主任会议同意" for f in waived}))
    cells = page.tab.eval_on_selector_all(
        ".tiles a[href^='#severity'], .heat td.found a",
        "links => links.map(a => [a.getAttribute('href'), Number(a.querySelector('b').textContent)])",
    )
    for href, n in cells:
        page.tab.click(f"[href='{href}'] >> nth=0")
        page.counts(n)
    page.tab.click("[href='#waived=1']")
    page.counts(4)


def test_without_scripts_the_first_screen_questions_and_findings_are_there(opened: Callable[..., Page]) -> None:
    """A browser that runs no script still shows what matters, and says what it cannot do."""
    page = opened(sample(), scripts=False)
    text = page.tab.inner_text("body")
    for said in ("最值得问的", "预备费为何不足1%？", "审查矩阵", "需要浏览器运行脚本", "county-2026.xlsx 收支总表!B4"):
        assert said in text


def test_an_empty_report_opens_as_well(opened: Callable[..., Page]) -> None:
    """No finding, no list, no complaint."""
    page = opened(sample(codes=("A06",)))
    assert "没有任何规则得出判断" in page.tab.inner_text("main")


@pytest.mark.slow
def test_twenty_thousand_findings_filter_right(opened: Callable[..., Page]) -> None:
    """A province's worth: every row can be reached by search, and the count is still exact."""
    names = [f"{name}{i}号" for i in range(6250) for name in ("校舍维修", "信息化平台", "办公设备购置", "下乡补助")]
    page = opened(sample(names=names))
    assert len(page.report.findings) > 18_000
    page.tab.fill("#f-q", "6249号")
    page.counts(sum("6249号" in f.message.zh + f.labels.get("project_name", "") for f in page.report.findings))
    assert len(page.rows()) < 200
