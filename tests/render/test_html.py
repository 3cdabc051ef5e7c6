"""The page: self-contained, harmless whatever the budget says, and loud where something was not judged."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from .sample import EVERYTHING, HOSTILE, hostile, sample

Rendered = Callable[..., bytes]


class _Page(HTMLParser):
    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = []
        self.open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in {"meta", "input", "br"}:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if not {"script", "style"} & set(self.open):
            self.texts.append(data)

    @property
    def text(self) -> str:
        return re.sub(r"\s+", " ", " ".join(self.texts))

    def count(self, name: str) -> int:
        return sum(name in (a.get("class") or "").split() for _, a in self.tags)


@pytest.fixture
def page(rendered: Rendered) -> Callable[..., _Page]:
    def make(*args: object, **options: object) -> _Page:
        made = _Page(rendered(*args, "html", **options).decode())
        assert made.open == []
        return made

    return make


def test_the_page_says_what_was_reviewed_and_what_was_found(page: Callable[..., _Page]) -> None:
    """County, stage, day, counts, questions, findings with law, numbers and cell."""
    text = page(sample()).text
    for said in (
        "430702 武陵区（县级）", "初审", "2026-01-10", "changde-12345（据公开资料的解读，非官方文本）", "! 审查完成，但有未能判断的部分",
        "预备费为何不足1%？", "《预算法》第40条（2018-12-29 修正）", "reserve < least * own_expenditure",
        "county-2026.xlsx 收支总表!B4", "法定下限 1%", "单位 101 县教育局 · 项目 信息化平台",
        "支付（表 payments）", "ab" * 32, "不认识的列“备用”，已保留",
    ):  # fmt: skip
        assert said in text


def test_every_finding_is_on_the_page_once(page: Callable[..., _Page]) -> None:
    """As many findings on the page as in the report."""
    assert page(sample(repeat=50)).count("finding") == len(sample(repeat=50).findings)


def test_an_incomplete_review_says_so_before_anything_else(page: Callable[..., _Page]) -> None:
    """The banner names each reason; a review without data is never shown as clean."""
    text = page(sample(codes=EVERYTHING, broken_input=True)).text
    assert text.index("✕ 审查不完整") < text.index("other.xlsx 未能读入") < text.index("红色")
    assert "ZeroDivisionError: division by <b>zero</b>" in text
    blind = page(sample(codes=("A06",))).text
    assert "没有任何规则得出判断：未发现问题不等于没有问题" in blind
    assert "✓" not in blind
    assert "✓ 审查完整" in page(sample(codes=("A01", "A02", "A04"))).text


def test_the_page_speaks_one_language(page: Callable[..., _Page]) -> None:
    """In English all that the program itself says is English; names of the budget stay."""
    made = page(sample(codes=EVERYTHING), lang="en", unit="万元")
    assert ("html", {"lang": "en"}) in made.tags
    assert "Incomplete" in made.text
    left = re.sub(
        r"county-2026|校舍维修|信息化平台|办公设备购置|下乡补助|县教育局|县农业农村局|武陵区|备用|预算法|修正|收支总表|项目|万元",
        "",
        made.text,
    )
    assert re.findall(r"[\u4e00-\u9fff]+", left) == []


def test_a_hostile_budget_adds_no_element_and_no_link(page: Callable[..., _Page]) -> None:
    """Script, quotes and links in names are text: the page has the elements of a harmless one and no others."""
    evil = page(hostile())
    plain = page(sample(names=[name for name in "甲乙丙丁戊己" for _ in range(4)], codes=EVERYTHING))
    assert [t for t, _ in evil.tags] == [t for t, _ in plain.tags]
    links = [a["href"] for t, a in evil.tags if t == "a"]
    assert all(link is not None and link.startswith("#") for link in links)
    assert not [a for _, a in evil.tags if any(name.startswith("on") or name == "style" for name in a)]


def test_hostile_text_stays_visible_text(page: Callable[..., _Page]) -> None:
    """What stands in a name is shown as it is; marks that hide or turn text are written out; long text is cut."""
    text = page(hostile()).text
    assert HOSTILE[0] in text
    assert HOSTILE[1] in text
    assert "总额[U+202E]000,1[U+202C]元[U+001B][31m红" in text
    assert "{{ 7*7 }} {0}" in text
    assert not set("\u202e\u202c\x1b\x07") & set(text)
    assert "100," in text
    assert len(text) < 40_000


def test_nothing_is_fetched_and_only_our_own_script_may_run(rendered: Rendered) -> None:
    """The page names no address, and its security policy admits exactly the style and the script that it holds."""
    text = rendered(sample(codes=EVERYTHING), "html").decode()
    assert not re.findall(r"(?:src|href)\s*=\s*[\"'](?!#)|@import|url\(|https?://", text)
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        content = re.search(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        assert content is not None
        digest = base64.b64encode(hashlib.sha256(content[1].encode()).digest()).decode()
        assert f"{rule} 'sha256-{digest}'" in text
    assert "default-src 'none'" in text


def test_a_colour_is_always_said_in_words_too(page: Callable[..., _Page]) -> None:
    """Whoever cannot tell the colours apart reads them."""
    text = page(sample()).text
    for said in ("红色（禁止或拦截）", "橙色（须附文件说明）", "黄色（须作说明）", "蓝色（提示）"):
        assert said in text


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def test_contrast_is_enough_to_read(rendered: Rendered) -> None:
    """Each text colour has at least 4.5 : 1 (WCAG AA) on its own ground and on white."""
    colours = dict(re.findall(r"--([a-z-]+): (#[0-9a-f]{6})", rendered(sample(), "html").decode()))
    pairs = [
        (colours[n], g) for n in ("red", "orange", "yellow", "blue", "grey") for g in (colours[f"{n}-bg"], "#ffffff")
    ]
    pairs += [(colours["ink"], "#ffffff"), (colours["soft"], "#ffffff"), (colours["soft"], colours["grey-bg"])]
    for text, ground in pairs:
        light, dark = sorted((_luminance(text), _luminance(ground)), reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 4.5, (text, ground)


@pytest.mark.slow
def test_the_filter_counts_right_in_a_browser(rendered: Rendered, tmp_path: Path) -> None:
    """In a real browser, typing an agency's name leaves exactly its findings."""
    browser = next((b for n in ("chromium", "chromium-browser", "google-chrome") if (b := shutil.which(n))), None)
    if browser is None:
        pytest.skip("no Chromium on this machine")
    text = rendered(sample(repeat=10), "html").decode()
    script = re.search("<script>(.*?)</script>", text, re.DOTALL)
    assert script is not None
    probe = script[1] + (
        '{ const typed = document.getElementById("filter"); typed.value = "县教育局 a02";'
        'typed.dispatchEvent(new Event("input")); }'
    )
    old, new = (base64.b64encode(hashlib.sha256(s.encode()).digest()).decode() for s in (script[1], probe))
    path = tmp_path / "probe.html"
    path.write_text(text.replace(script[1], probe).replace(old, new), encoding="utf-8")
    done = subprocess.run(
        [browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
         "--disable-background-networking", "--disable-component-update", "--disable-sync",
         f"--user-data-dir={tmp_path / 'profile'}", "--virtual-time-budget=5000", "--dump-dom", path.as_uri()],
        capture_output=True, timeout=120, check=True,
    )  # fmt: skip
    dom = done.stdout.decode()
    assert "显示 10 / 32" in dom
    assert len(re.findall(r'<details class="finding"(?! hidden)', dom)) == 10
