"""Write the generated pages of the documentation: the columns of every table and the handbook of rules.

Run ``python docs/generate.py`` after a change to rules, parameters or columns; a test fails while a page is stale.
"""

from __future__ import annotations

import importlib.util
import re
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from budgetreview.conformance import CHECKS
from budgetreview.engine import review
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, FOCUSES, STAGE_NAMES, STAGES
from budgetreview.plugins import Pack, load_rules
from budgetreview.render.pages import page
from budgetreview.report import Finding
from budgetreview.rule import ALL_BOOKS, Rule, RuleSet
from budgetreview.rules import core
from budgetreview.tables import TABLES
from budgetreview.testing import Case, cases, submission

HERE = Path(__file__).resolve().parent
NOTE = "<!-- 由 docs/generate.py 生成，请勿手改 / made by docs/generate.py, not by hand -->\n\n"


def core_rules() -> list[Rule]:
    """All rules of the core, also those that are off by default, without whatever else is installed here."""
    return list(load_rules(select=["all"], packs=[Pack("core", "0", core)]))


def columns_page() -> str:
    """The reference of all tables and columns."""
    out = [NOTE, "# 表和列 / Tables and columns\n\n"]
    for spec in TABLES.values():
        out.append(f"## `{spec.name}` {spec.zh[0]}\n\n")
        out.append(f"一行是{spec.row_zh}。A row is {spec.row_en}.")
        out.append(f" 键 / key: {', '.join(f'`{k}`' for k in spec.key)}.\n\n" if spec.key else "\n\n")
        if spec.name == "prior":
            out.append("列与 `lines` 相同。The columns of `lines`.\n\n")
            continue
        out.append("| 列 / column | 种类 / kind | 中文表头 / headers | 平台字段 / platform |\n|---|---|---|---|\n")
        for c in spec.columns.values():
            kind = c.kind + (": " + ", ".join(c.words) if c.words else "")
            out.append(f"| `{c.name}` | {kind} | {'、'.join(c.zh)} | {', '.join(c.platform)} |\n")
        out.append("\n")
    return "".join(out)


def rule_page(rule: Rule) -> str:
    """One rule in Chinese, then in English, each with a worked example."""
    case, findings = worked(rule)
    out = NOTE
    for lang, title, says in (("zh", "算例", "报出"), ("en", "Worked example", "It says")):
        out += page(rule, lang).rstrip() + f"\n\n## {title}\n\n"
        for name, text in case.tables.items():
            out += f"`{name}`\n\n```text\n{text.strip()}\n```\n\n"
        if case.settings:
            out += "".join(f"`--set {place}={value}` " for place, value in case.settings.items()) + "\n\n"
        for f in findings[:MOST_SHOWN]:
            named = f.line_id or "/".join(str(v) for v in f.subject.values())
            out += f"- {says} `{named}` ({f.severity.value}): {f.message[lang]}\n"
        out += "\n---\n\n" if lang == "zh" else ""
    return out


MOST_SHOWN = 3
CASES = HERE.parent / "tests" / "rules" / "cases"


def worked(rule: Rule) -> tuple[Case, list[Finding]]:
    """The first case of the rule's case file that it flags, and what it finds there."""
    case = next(c for c in cases(CASES / f"{rule.code}.toml") if c.expected["flagged"])
    stage = case.stage or rule.stages[0]
    given = submission(case.tables, case.unit)
    report = review(given, RuleSet((rule,)), stage=stage, as_of=case.as_of, level=case.level, settings=case.settings)
    return case, list(report.findings)


def _link(code: str) -> str:
    return f"[{code}]({code}.md)"


def _by(rules: Iterable[Rule], names: Iterable[str], has: str) -> Mapping[str, list[str]]:
    return {n: [r.code for r in rules if n in getattr(r, has)] for n in names}


def index_page(rules: list[Rule]) -> str:
    """The rule book as a table, and by stage, book, focus and article."""
    out = [NOTE, "# 规则手册 / The rule book\n\n"]
    out.append(f"{len(rules)} 条规则，其中默认运行 {sum(r.default for r in rules)} 条。")
    out.append(f"{len(rules)} rules, {sum(r.default for r in rules)} of them on by default.\n\n")
    out.append("| 编号 | 名称 | Title | 级别 | 性质 | 默认 |\n|---|---|---|---|---|---|\n")
    for r in rules:
        on = "开 on" if r.default else "关 off"
        out.append(f"| {_link(r.code)} | {r.title.zh} | {r.title.en} | {r.severity.value} | {r.status} | {on} |\n")
    for zh, en, has, names, label in (
        ("按阶段", "By stage", "stages", STAGES, STAGE_NAMES),
        ("按预算", "By book", "books", ALL_BOOKS, BOOK_NAMES),
        ("按重点", "By focus", "focus", FOCUSES, FOCUS_NAMES),
    ):
        out.append(f"\n## {zh} / {en}\n\n")
        for name, codes in _by(rules, names, has).items():
            out.append(f"- **{label[name].zh}** `{name}`: {' '.join(map(_link, codes)) or '—'}\n")
    articles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in rules:
        for a in r.authority:
            if _link(r.code) not in articles[a.document, a.article or ""]:
                articles[a.document, a.article or ""].append(_link(r.code))
    out.append("\n## 按条文 / By article\n\n")
    for (document, article), links in sorted(articles.items()):
        place = f"《{document}》" + (f"第{article}条" if article else "")
        out.append(f"- {place}: {' '.join(links)}\n")
    return "".join(out)


def bad_packages_page() -> str:
    """Each defect of a package with the code of its refusal and the sentence that says what to do."""
    place = HERE.parent / "tests" / "packs" / "bad_packages.py"
    spec = importlib.util.spec_from_file_location("bad_packages", place)
    if spec is None or spec.loader is None:
        msg = f"{place} is not there"
        raise FileNotFoundError(msg)
    packages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(packages)
    checks = {c.code: c for c in CHECKS}
    loading, checking = [], []
    for bad in packages.listed():
        cells = [bad.what["zh"], bad.what["en"], f"`{bad.code}`"]
        if bad.code in checks:
            c = checks[bad.code]
            checking.append([*cells, f"{c.title.zh}：{c.remedy.zh}", f"{c.title.en}: {c.remedy.en}"])
            continue
        with tempfile.TemporaryDirectory() as folder:
            (text,) = packages.refusal(bad, Path(folder), data=False)[bad.code]
        loading.append([*cells, *(re.sub(r" in plugin <module [^>]*>", "", text[lang]) for lang in ("zh", "en"))])
    out = [NOTE, "# 坏包一览 / Bad packages\n\n"]
    out.append("每一种缺陷都有一个只坏在这一处的包，放在 `tests/packs/bad.toml`，由测试逐个证明它被拒绝。\n")
    out.append("For each defect there is a package with this defect alone; the tests prove that it is refused.\n")
    for title, about, rows in (
        ("装载时拒绝 / Refused when loaded", "审查不会开始；退出状态 4。No review starts; exit status 4.", loading),
        ("`budgetreview packs check` 拒绝 / Refused by the check",
         "装得上，但守不住约定；退出状态 4。It loads and does not keep the promises; exit status 4.", checking),
    ):  # fmt: skip
        out.append(f"\n## {title}\n\n{about}\n\n")
        out.append("| 缺陷 | Defect | 代码 code | 说什么、怎么办 | What it says |\n|---|---|---|---|---|\n")
        out += ["| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in row) + " |\n" for row in rows]
    return "".join(out)


def pages() -> dict[Path, str]:
    """Every generated page by its place."""
    rules = core_rules()
    book = HERE / "reference" / "rules"
    made = {HERE / "reference" / "columns.md": columns_page(), book / "index.md": index_page(rules)}
    made[HERE / "reference" / "bad-packages.md"] = bad_packages_page()
    return made | {book / f"{r.code}.md": rule_page(r) for r in rules}


def main() -> None:
    """Write all pages, and remove pages of rules that are gone."""
    made = pages()
    for old in (HERE / "reference" / "rules").glob("*.md"):
        if old not in made:
            old.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
