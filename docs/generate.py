"""Write the generated pages of the documentation: the whole reference, in both languages.

Run ``python docs/generate.py`` after a change to rules, parameters or columns; a test fails while a page is stale.
"""

from __future__ import annotations

import importlib.util
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from budgetreview.conformance import CHECKS
from budgetreview.engine import review
from budgetreview.errors import Text
from budgetreview.mechanism import BOOK_NAMES, FOCUS_NAMES, FOCUSES, STAGE_NAMES, STAGES
from budgetreview.plugins import Pack, load_rules
from budgetreview.render import words
from budgetreview.render.pages import page
from budgetreview.report import Finding
from budgetreview.rule import ALL_BOOKS, Rule, RuleSet
from budgetreview.rules import core
from budgetreview.testing import Case, cases, submission

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

import glossary  # noqa: E402 - they lie beside this file
import program_pages  # noqa: E402

LANGUAGES = ("zh", "en")
NOTE = {
    "zh": "<!-- 由 docs/generate.py 生成，请勿手改 -->\n\n",
    "en": "<!-- made by docs/generate.py, not by hand -->\n\n",
}
SEVERITY = {k: Text(*v) for k, v in words.SEVERITY.items()}
STATUS = {k: Text(*v) for k, v in words.STATUS.items()}
FAMILIES = {
    "L": Text("合法与平衡", "Legality and balance"),
    "T": Text("时限", "Time limits"),
    "S": Text("总量与结构", "Totals and structure"),
    "V": Text("收入", "Revenue"),
    "K": Text("重点支出与重大投资", "Key spending and major investment"),
    "Z": Text("零基预算与部门预算", "Zero-base and departmental budgets"),
    "X": Text("转移支付", "Transfers"),
    "B": Text("政府债务", "Government debt"),
    "E": Text("执行与决算", "Execution and final accounts"),
    "C": Text("闭环整改", "The closed loop"),
    "N": Text("外部监督与统计", "Evidence from outside"),
    "Q": Text("数据质量", "Quality of data"),
}


def core_rules() -> list[Rule]:
    """All rules of the core, also those that are off by default, without whatever else is installed here."""
    return list(load_rules(select=["all"], packs=[Pack("core", "0", core)]))


def rule_page(rule: Rule, lang: str) -> str:
    """One rule with a worked example."""
    case, findings = worked(rule)
    zh = lang == "zh"
    out = page(rule, lang).rstrip() + ("\n\n## 算例\n\n" if zh else "\n\n## Worked example\n\n")
    for name, text in case.tables.items():
        out += f"`{name}`\n\n```text\n{text.strip()}\n```\n\n"
    if case.settings:
        out += "".join(f"`--set {place}={value}` " for place, value in case.settings.items()) + "\n\n"
    for f in findings[:MOST_SHOWN]:
        named = f.line_id or "/".join(str(v) for v in f.subject.values())
        grade = SEVERITY[f.severity.value][lang]
        says = f"报出 `{named}`（{grade}）：" if zh else f"It says `{named}` ({grade}): "
        out += f"- {says}{f.message[lang]}\n"
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


def index_page(rules: list[Rule], lang: str) -> str:
    """The rule book as a table, and by family, severity, stage, book, focus and article."""
    zh = lang == "zh"
    on = sum(r.default for r in rules)
    out = [f"# 规则手册\n\n{len(rules)} 条规则，其中默认运行 {on} 条。编号、性质和严重程度的含义见"
           "[规则手册说明](../../explanation/rule-book.md)。\n\n" if zh else
           f"# The rule book\n\n{len(rules)} rules, {on} of them on by default. What codes, "
           f"statuses and severities mean: "
           "[about the rule book](../../explanation/rule-book.md).\n\n"]  # fmt: skip
    heads = "| 编号 | 名称 | 严重程度 | 性质 | 默认 |\n" if zh else "| code | title | severity | status | default |\n"
    out.append(heads)
    out.append("|---|---|---|---|---|\n")
    for r in rules:
        default = ("开" if zh else "on") if r.default else ("关" if zh else "off")
        severity, status = SEVERITY[r.severity.value][lang], STATUS[r.status][lang]
        out.append(f"| {_link(r.code)} | {r.title[lang]} | {severity} | {status} | {default} |\n")
    severities = {s: [r.code for r in rules if r.severity.value == s] for s in SEVERITY}
    letters = {f: [r.code for r in rules if r.code[0] == f] for f in FAMILIES}
    groups = [
        (Text("按类别", "By family"), letters, FAMILIES),
        (Text("按严重程度", "By severity"), severities, SEVERITY),
        (Text("按阶段", "By stage"), _by(rules, STAGES, "stages"), STAGE_NAMES),
        (Text("按预算", "By book"), _by(rules, ALL_BOOKS, "books"), BOOK_NAMES),
        (Text("按重点", "By focus"), _by(rules, FOCUSES, "focus"), FOCUS_NAMES),
    ]
    for title, found, label in groups:
        out.append(f"\n## {title[lang]}\n\n")
        for name, codes in found.items():
            if codes or label is not SEVERITY:
                colon = "：" if zh else ": "
                out.append(f"- **{label[name][lang]}** `{name}`{colon}{' '.join(map(_link, codes)) or '—'}\n")
    articles: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in rules:
        for a in r.authority:
            if _link(r.code) not in articles[a.document, a.article or ""]:
                articles[a.document, a.article or ""].append(_link(r.code))
    out.append("\n## 按条文\n\n" if zh else "\n## By article\n\n")
    for (document, article), links in sorted(articles.items()):
        place = (
            f"《{document}》" + (f"第{article}条" if article else "")
            if zh
            else document + (f", art. {article}" if article else "")
        )
        out.append(f"- {place}{'：' if zh else ': '}{' '.join(links)}\n")
    out.append("\n```{toctree}\n:hidden:\n:glob:\n\n[A-Z][0-9][0-9]\n```\n")
    return "".join(out)


def bad_packages() -> dict[bool, list[tuple[Text, str, Text]]]:
    """Each defect of a package, the code of its refusal and the sentence about it; True: refused only by the check."""
    place = HERE.parent / "tests" / "packs" / "bad_packages.py"
    spec = importlib.util.spec_from_file_location("bad_packages", place)
    if spec is None or spec.loader is None:
        msg = f"{place} is not there"
        raise FileNotFoundError(msg)
    packages = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(packages)
    checks = {c.code: c for c in CHECKS}
    found: dict[bool, list[tuple[Text, str, Text]]] = {False: [], True: []}
    for bad in packages.listed():
        what = Text(bad.what["zh"], bad.what["en"])
        if bad.code in checks:
            c = checks[bad.code]
            says = Text(f"{c.title.zh}：{c.remedy.zh}", f"{c.title.en}: {c.remedy.en}")
        else:
            with tempfile.TemporaryDirectory() as folder:
                (text,) = packages.refusal(bad, Path(folder), data=False)[bad.code]
            says = Text(*(re.sub(r" in plugin <module [^>]*>", "", text[lang]) for lang in LANGUAGES))
        found[bad.code in checks].append((what, bad.code, says))
    return found


def bad_packages_page(found: Mapping[bool, list[tuple[Text, str, Text]]], lang: str) -> str:
    """All defects as two tables: refused when loaded, and refused by the check."""
    zh = lang == "zh"
    out = ["# 坏包一览\n\n"
           "每一种缺陷都有一个只坏在这一处的包，放在 `tests/packs/bad.toml`，由测试逐个证明它被拒绝。\n" if zh else
           "# Bad packages\n\nFor each defect there is a package with this defect alone, in "
           "`tests/packs/bad.toml`; the tests prove "
           "that it is refused.\n"]  # fmt: skip
    titles = {
        False: Text("装载时拒绝", "Refused when loaded"),
        True: Text("`budgetreview packs check` 拒绝", "Refused by `budgetreview packs check`"),
    }
    about = {
        False: Text("审查不会开始；退出状态 4。", "No review starts; exit status 4."),
        True: Text("装得上，但守不住约定；退出状态 4。", "It loads and does not keep the promises; exit status 4."),
    }
    for late, rows in found.items():
        out.append(f"\n## {titles[late][lang]}\n\n{about[late][lang]}\n\n")
        out.append(
            "| 缺陷 | 代码 | 说什么、怎么办 |\n|---|---|---|\n"
            if zh
            else "| defect | code | what it says |\n|---|---|---|\n"
        )
        for what, code, says in rows:
            cells = (what[lang], f"`{code}`", says[lang])
            out.append("| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in cells) + " |\n")
    return "".join(out)


def pages() -> dict[Path, str]:
    """Every generated page by its place, in both languages."""
    rules, bad = core_rules(), bad_packages()
    profile = load_rules(packs=[Pack("core", "0", core)]).profiles["changde-12345"]
    made: dict[Path, str] = {}
    for lang in LANGUAGES:
        place = HERE / lang / "reference"
        made |= {
            place / "columns.md": program_pages.columns_page(lang),
            place / "command-line.md": program_pages.commands_page(lang),
            place / "python.md": program_pages.names_page(lang),
            place / "hooks.md": program_pages.hooks_page(lang),
            place / "errors.md": program_pages.errors_page(lang),
            place / "layouts.md": program_pages.layouts_page(lang),
            place / "parameters.md": program_pages.parameters_page(lang, rules),
            place / "json.md": program_pages.schema_page(lang),
            place / "glossary.md": glossary.page(lang, profile),
            place / "bad-packages.md": bad_packages_page(bad, lang),
            place / "rules" / "index.md": index_page(rules, lang),
        }
        made |= {place / "rules" / f"{r.code}.md": rule_page(r, lang) for r in rules}
    return {path: NOTE[path.relative_to(HERE).parts[0]] + text for path, text in made.items()}


def main() -> None:
    """Write all pages, and remove pages of rules that are gone."""
    made = pages()
    for old in HERE.glob("*/reference/rules/*.md"):
        if old not in made:
            old.unlink()
    for path, text in made.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
