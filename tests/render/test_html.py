"""The page: self-contained, harmless whatever the budget says, and loud where something was not judged."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from collections.abc import Callable
from html.parser import HTMLParser
from importlib.resources import files
from typing import Any

import pytest

from budgetreview.render.words.sentences import Sentences

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


def data_of(text: str) -> dict[str, Any]:
    """What the page hands to its script."""
    found = re.search('<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found is not None
    return json.loads(found[1])


def test_every_finding_travels_with_the_page_word_for_word(rendered: Rendered) -> None:
    """The parts that the page keeps, put together again, are the report's own sentences, money and fingerprints."""
    report = sample(repeat=50)
    data = data_of(rendered(report, "html").decode())
    columns, parts = data["columns"], data["parts"]

    def text(i: int) -> str:
        cut = data["texts"][i]
        return parts[cut] if isinstance(cut, int) else "".join(parts[p] for p in cut)

    findings = list(report.findings)
    assert data["n"] == len(findings)
    assert columns["id"] == [f.fingerprint for f in findings]
    say = Sentences(report, "zh", "元")
    assert [text(i) for i in columns["message"]] == [say.message(f) for f in findings]
    assert [text(i) for i in columns["question"]] == [say.question(f) for f in findings]
    assert columns["amount"] == [f.amount for f in findings]
    ranks = [rank for rank, times in columns["rank"] for _ in range(times)]
    assert ranks == [f.severity.rank for f in findings]


def test_twenty_thousand_findings_stay_a_small_file(rendered: Rendered) -> None:
    """A finding costs the page some hundred bytes, not the kilobyte that it has in JSON."""
    few, many = (len(rendered(sample(repeat=n), "html")) for n in (100, 600))
    findings = len(sample(repeat=600).findings) - len(sample(repeat=100).findings)
    assert (many - few) / findings < 300


def test_without_script_the_first_findings_are_listed_and_the_page_says_so(page: Callable[..., _Page]) -> None:
    """A reader whose browser runs no script gets questions, map, coverage and the first findings in full."""
    made = page(sample(repeat=100))
    assert made.count("finding") == 200
    assert "脚本被禁用时，以下列出前 200 条" in made.text
    assert "代入数字： 1,000,000.00 元 < 1% * 200,000,000.00 元" in made.text


def test_ten_different_questions_come_first_and_the_page_says_how_they_are_ranked(page: Callable[..., _Page]) -> None:
    """Severity × money: an orange question about much money comes before a red one about little; one a rule."""
    made = page(sample(repeat=3))
    assert "次序＝严重程度×金额：红色按8" in made.text
    assert "另有 5 条同类" in made.text
    assert made.text.index("预备费为何不足1%？") < made.text.index("单位101增长的原因？") < made.text.index("单价为何高于标准？")


def test_the_map_shows_what_was_judged_found_and_not_looked_at(page: Callable[..., _Page]) -> None:
    """Each of the 120 cells says in words what its colour shows."""
    made = page(sample())
    cells = [a for t, a in made.tags if t == "td" and "title" in a]
    assert len(cells) == 3 * 4 * 5 * 2
    said = [str(a["title"]) for a in cells]
    assert "初审 · 总量与结构 · 一般公共预算 · 支：1 条发现，1 条规则中 1 条作出判断" in said
    assert "初审 · 政府债务 · 一般公共预算 · 支：没有规则" in said
    assert sum("本次未审查" in s for s in said) > 0


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
    policy = re.search('http-equiv="Content-Security-Policy" content="([^"]*)"', text)
    assert policy is not None
    own = text
    for tag, rule, number in (("script", "script-src", 3), ("style", "style-src", 2)):
        contents = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digests = " ".join(f"'sha256-{base64.b64encode(hashlib.sha256(c.encode()).digest()).decode()}'" for c in contents)
        assert len(contents) == number
        assert f"{rule} {digests};" in policy[1]
        own = own.replace(contents[0], "")
        own = own.replace(contents[1], "") if tag == "script" else own
    assert not re.findall(r"(?:src|href)\s*=\s*[\"'](?!#)|@import|url\(|https?://", own)
    assert "default-src 'none'" in policy[1]
    assert "unsafe" not in policy[1]


def test_the_libraries_in_the_page_are_the_ones_noted() -> None:
    """Each vendored file has the version, licence and SHA-256 that the page beside it states, and no other is there."""
    folder = files("budgetreview.render") / "page" / "vendor"
    noted = dict(re.findall(r"`([\w.-]+)` +\| .*? \| `([0-9a-f]{64})`", (folder / "VENDORED.md").read_text(encoding="utf-8")))
    there = {f.name: hashlib.sha256(f.read_bytes()).hexdigest() for f in folder.iterdir() if f.name.endswith(("js", "css"))}
    assert noted == there


def test_the_script_never_makes_markup_of_text() -> None:
    """Our own script has no way to turn a text of the budget into markup or code."""
    script = (files("budgetreview.render") / "page" / "report.js").read_text(encoding="utf-8")
    assert not re.findall(r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\b|new Function|setTimeout\(\s*[\"']", script)


def test_a_colour_is_always_said_in_words_too(page: Callable[..., _Page]) -> None:
    """Whoever cannot tell the colours apart reads them."""
    text = page(sample()).text
    for said in ("红色 禁止或拦截", "橙色 须附文件说明", "黄色 须作说明", "蓝色 提示"):
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
