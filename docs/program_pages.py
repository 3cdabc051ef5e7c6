"""The reference pages that are read off the program itself: commands, public names, hooks, errors, layouts, schema."""

from __future__ import annotations

import ast
import inspect
import json
import re
from collections import defaultdict
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any, Final

import click

import budgetreview
from budgetreview import errors, hookspecs
from budgetreview.cli import program
from budgetreview.layout import parse_layout
from budgetreview.render.pages import _cell, _value_row
from budgetreview.rule import Rule
from budgetreview.tables import TABLES

DOCS: Final = Path(__file__).resolve().parent
SOURCE: Final = Path(inspect.getfile(budgetreview)).parent
_CHINESE: Final = re.compile(r"[\u3400-\u9fff]")
_CODE: Final = re.compile(r"[a-z]+(-[a-z]+)+")
_WORD: Final = re.compile(r"[a-z]+")


def said(text: str, lang: str) -> str:
    """One language's half of a help that says ``中文 / English``; whole where it speaks to both at once."""
    halves = re.split(r"\s/\s|(?<=[）。])/ |/ (?=[a-z])", text, maxsplit=1)
    if len(halves) != len(("zh", "en")) or not _CHINESE.search(halves[0]):
        return text
    return halves[0 if lang == "zh" else 1].strip().rstrip(".")


def _row(*cells: str) -> str:
    return "| " + " | ".join(" ".join(c.replace("|", "\\|").split()) for c in cells) + " |\n"


def _table(*heads: str) -> str:
    return _row(*heads) + "|" + "---|" * len(heads) + "\n"


def _commands(command: click.Command, context: click.Context, path: str) -> Iterator[tuple[str, click.Command]]:
    yield path, command
    if isinstance(command, click.Group):
        for name in command.list_commands(context):
            below = command.get_command(context, name)
            if below is not None and not below.hidden:
                inner = click.Context(below, info_name=name, parent=context)
                yield from _commands(below, inner, f"{path} {name}")


def _help(command: click.Command, lang: str) -> str:
    """The paragraphs of a command's help in one language."""
    parts = []
    for part in re.split(r"\n\s*\n", inspect.cleandoc(command.help or "")):
        if "\b" in part:
            title, *lines = [line.strip() for line in part.replace("\b", "").splitlines() if line.strip()]
            listed = [re.fullmatch(r"(\d+\s+)?(.*)", line) for line in lines]
            shown = "\n".join(f"- {m[1] or ''}{said(m[2], lang)}" for m in listed if m)
            parts.append(f"{said(title, lang).rstrip(':')}{'：' if lang == 'zh' else ':'}\n\n{shown}")
        elif " / " in part:
            parts.append(said(" ".join(part.split()), lang))
        elif bool(_CHINESE.search(part)) == (lang == "zh") or len(command.help or "") == len(part):
            parts.append(" ".join(part.split()))
    return "\n\n".join(parts).replace("``", "`")


def _option(o: click.Parameter, lang: str) -> str:
    kind = "|".join(map(str, o.type.choices)) if isinstance(o.type, click.Choice) else ""
    named = ", ".join(f"`{n}`" for n in (*o.opts, *o.secondary_opts)) + (f" `{kind}`" if kind else "")
    more = []
    if o.required:
        more.append("必填" if lang == "zh" else "required")
    if o.multiple:
        more.append("可重复" if lang == "zh" else "may be repeated")
    if isinstance(o.default, str | int | float) and not isinstance(o.default, bool) and o.default != "":
        more.append((f"默认 `{o.default}`") if lang == "zh" else f"default `{o.default}`")
    return _row(named, said(getattr(o, "help", "") or "", lang), ("；" if lang == "zh" else "; ").join(more))


def commands_page(lang: str) -> str:
    """Every command with every option, from the parser."""
    out = ["# 命令行\n\n" if lang == "zh" else "# Command line\n\n"]
    context = click.Context(program, info_name="budgetreview")
    for path, command in _commands(program, context, "budgetreview"):
        out.append(f"## `{path}`\n\n{_help(command, lang)}\n\n")
        pieces = [p for piece in command.params for p in piece.get_usage_pieces(context)]
        out.append(f"```text\n{' '.join([path, *(['[OPTIONS]'] if command.params else []), *pieces])}\n```\n\n")
        options = [o for o in command.params if isinstance(o, click.Option) and not o.hidden]
        if options:
            out.append(_table("选项", "含义", "说明") if lang == "zh" else _table("option", "meaning", "more"))
            out += [_option(o, lang) for o in options]
            out.append("\n")
    return "".join(out)


_GROUPS: Final = (
    ("审查", "Reviewing", ("read", "read_batch", "load_rules", "review", "write", "annotate")),
    ("数据与报告", "Data and reports", ("Submission", "Report", "Finding", "Table", "Groups")),
    ("写规则", "Writing rules", ("Rule", "RuleBook", "RuleSet", "Severity", "Assessment", "Context", "Authority")),
    (
        "列与数",
        "Columns and figures",
        ("Exact", "Keys", "Numbers", "Ratio", "Truth", "growth", "PROJECT", "is_project"),
    ),
    ("规则文件", "Rules in a file", ("RuleFile", "rules_from_file")),
    ("规则包", "Packages", ("hookimpl", "About", "Override", "DatedValue", "Profile", "Text")),
    (
        "读入",
        "Reading",
        ("Layout", "parse_layout", "Reader", "Given", "Opened", "Note", "CodeTable", "Entry", "load_tables"),
    ),
    (
        "错误",
        "Errors",
        (
            "BudgetReviewError",
            "IntakeError",
            "Problem",
            "PackError",
            "RuleError",
            "ParameterError",
            "UsageError",
            "OutputError",
            "LedgerError",
        ),
    ),
)  # fmt: skip


def undocumented() -> list[str]:
    """Public names, and public members of public classes, that say nothing about themselves or stand in no group."""
    grouped = {name for *_, names in _GROUPS for name in names}
    missing = sorted(set(budgetreview.__all__) ^ grouped)
    for name in budgetreview.__all__:
        value = getattr(budgetreview, name)
        if not (inspect.isclass(value) or inspect.isfunction(value)):
            continue
        if not inspect.getdoc(value):
            missing.append(name)
        if inspect.isclass(value):
            own = {
                n: m
                for n, m in vars(value).items()
                if not n.startswith("_") and (inspect.isfunction(m) or isinstance(m, property))
            }
            missing += [f"{name}.{n}" for n, m in own.items() if not inspect.getdoc(m)]
    return missing


def names_page(lang: str) -> str:
    """The public names; their docstrings are set by Sphinx."""
    out = ["# 编程接口\n\n" if lang == "zh" else "# Python interface\n\n"]
    out.append(
        "`import budgetreview as br` 之后可用的全部名称。名称、参数和返回值的说明为英文，取自程序；"
        "约定见[手册](index.md)。"
        "不在本页的名称不作承诺。\n\n"
        if lang == "zh"
        else "All names there are after `import budgetreview as br`. A name that is not on this "
        "page is promised to nobody.\n\n"
    )
    for zh, en, names in _GROUPS:
        out.append(f"## {zh if lang == 'zh' else en}\n\n```{{eval-rst}}\n")
        for name in names:
            value = getattr(budgetreview, name)
            home = f"budgetreview.{name}"
            if inspect.isclass(value):
                members = "" if hasattr(value, "_fields") else "   :members:\n"  # fields of a tuple say it all above
                out.append(f".. autoclass:: {home}\n{members}\n")
            elif inspect.isfunction(value):
                out.append(f".. autofunction:: {home}\n\n")
            else:
                out.append(f".. py:data:: {home}\n\n   {said_of(name)}\n\n")
        out.append("```\n\n")
    return "".join(out).rstrip() + "\n"


def said_of(name: str) -> str:
    """What is written below a constant in its module."""
    module = SOURCE / (budgetreview._HOME[name].replace(".", "/") + ".py")  # noqa: SLF001 - where it is written
    path = module if module.is_file() else module.with_suffix("") / "__init__.py"
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for node, after in pairwise(body):
        targets = [*getattr(node, "targets", []), getattr(node, "target", None)]
        named = any(isinstance(t, ast.Name) and t.id == name for t in targets)
        if named and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant):
            return " ".join(str(after.value.value).split())
    return {"hookimpl": "The marker of a package's hooks; see the page on hooks."}.get(name, "A value of its type.")


_HOOKS_ZH: Final = {
    "budgetreview_about": "规则包代表谁：层、地区、以哪些包为基础、适用于引擎的哪些版本。",
    "budgetreview_rules": "本包的规则，逐条列明。",
    "budgetreview_parameters": "对别的包的规则：带日期的取值、严重程度、停用，各有依据。",
    "budgetreview_profiles": "审查机制：阶段、审查主体、期限、文件。",
    "budgetreview_layouts": "别的系统的表怎样读。",
    "budgetreview_codes": "各年度的分类科目表，补充或替换随附的表。",
    "budgetreview_readers": "核心读不了的文件（如公开的 PDF）由谁来读。",
}


def hooks_page(lang: str) -> str:
    """The seven hooks, from their specification."""
    hooks = [(n, f) for n, f in vars(hookspecs).items() if n.startswith("budgetreview_") and inspect.isfunction(f)]
    out = ["# 挂钩\n\n" if lang == "zh" else "# Hooks\n\n"]
    out.append(
        "规则包是一个装在本机的发行包，入口点组为 `budgetreview`，指向一个模块；"
        "模块里的下列函数各用 `@budgetreview.hookimpl` 标记，"
        "都可以不写。逐步说明见[本地规则包](../how-to/county-package.md)。\n\n"
        if lang == "zh"
        else "A package is an installed distribution with an entry point in the group "
        "`budgetreview` that names a module; these "
        "functions of it, each marked `@budgetreview.hookimpl`, are called. All are optional. Step by step: "
        "[a county's package](../how-to/county-package.md).\n\n"
    )
    for name, function in hooks:
        returns = str(inspect.signature(function).return_annotation)
        says = _HOOKS_ZH[name] if lang == "zh" else (inspect.getdoc(function) or "").replace("``", "`")
        out.append(f"## `{name}`\n\n{says}\n\n```text\n{name}() -> {returns}\n```\n\n")
    return "".join(out).rstrip() + "\n"


_STATUS: Final = (
    ("0", "没有达到 `--fail-on` 的发现", "no finding at or above `--fail-on`"),
    ("1", "有这样的发现", "there is one"),
    ("2", "用法有误：`UsageError`、`ParameterError`", "wrong usage: `UsageError`, `ParameterError`"),
    ("3", "有输入无法读取：`IntakeError`", "an input could not be read: `IntakeError`"),
    ("4", "审查不完整，或规则包缺失、损坏：`PackError`", "incomplete, or a package is missing or broken: `PackError`"),
)
_ERRORS_ZH: Final = {
    "BudgetReviewError": "本程序有意抛出的一切错误的根。",
    "IntakeError": "输入无法读取；`problems` 列出全部问题，不只第一个。",
    "PackError": "规则包缺失、损坏、不相配或与别的包冲突；`pack` 是哪个包，`code` 是给程序用的固定代码。",
    "RuleError": "规则写得不对，或用了没有声明的列。",
    "ParameterError": "参数不存在、类型不对或超出所定范围。",
    "UsageError": "选项或参数有误。",
    "OutputError": "报告写不出去；原有的文件不动。",
    "LedgerError": "台账不能用：不存在、不完整、损坏、版本不符、只读或磁盘已满。",
}


def _literal(node: ast.expr) -> str | None:
    """A sentence written in the source, with ``…`` where a value is put in."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.JoinedStr):
        return "".join(str(p.value) if isinstance(p, ast.Constant) else "…" for p in node.values)
    return None


def _named(tree: ast.Module) -> dict[str, list[tuple[int, ast.expr]]]:
    """What is written down under a name before it is said, with its line."""
    found: dict[str, list[tuple[int, ast.expr]]] = defaultdict(list)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign):
            continue
        target, value = node.targets[0], node.value
        both = isinstance(target, ast.Tuple) and isinstance(value, ast.Tuple)
        for name, said in zip(target.elts, value.elts, strict=False) if both else [(target, value)]:  # type: ignore[attr-defined]
            if isinstance(name, ast.Name):
                found[name.id].append((node.lineno, said))
    return found


def _meant(node: ast.expr, named: dict[str, list[tuple[int, ast.expr]]]) -> ast.expr:
    """What stands under a name, written down last before it is used."""
    if not isinstance(node, ast.Name):
        return node
    before = [value for line, value in named.get(node.id, ()) if line < node.lineno]
    return before[-1] if before else node


def _helpers(tree: ast.Module) -> dict[str, str]:
    """Functions that are handed both sentences and say them under one code."""
    found: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and {"zh", "en"} <= {a.arg for a in node.args.args}:
            for call in ast.walk(node):
                name = getattr(call.func, "id", "") if isinstance(call, ast.Call) else ""
                if name in _SAYS and isinstance(call.args[0], ast.Constant):  # type: ignore[attr-defined]
                    found[node.name] = str(call.args[0].value)  # type: ignore[attr-defined]
    return found


PROBLEMS: Final = {
    ("intake", "engine.py", "dataset", "codes/given.py"): ("读入和审查", "Reading and review"),
    ("waivers.py",): ("豁免清单", "Lists of waivers"),
    ("rulefile",): ("表格和 TOML 里的规则", "Rules in a sheet or in TOML"),
    ("ledger", "readback.py"): ("台账：审查报告和返还的工作簿", "The ledger: reports and workbooks that come back"),
}
"""Where problems and notices are made, and how the page calls them."""
_SAYS: Final = frozenset({"problem", "Problem", "Notice", "_not_read", "_problem"})
"""What makes a problem or a notice, with its code first."""


def problems(*folders: str) -> dict[str, list[tuple[str, str]]]:
    """Each code of a problem with the sentences that are said with it, read off the source of folders and files."""
    found: dict[str, list[tuple[str, str]]] = defaultdict(list)
    paths = [p for f in folders for p in ((SOURCE / f).rglob("*.py") if (SOURCE / f).is_dir() else [SOURCE / f])]
    for path in sorted(paths):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        named, helpers = _named(tree), _helpers(tree)
        for call in ast.walk(tree):
            if not isinstance(call, ast.Call):
                continue
            says = (call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")) in _SAYS
            for i, code in enumerate(call.args):
                if not (isinstance(code, ast.Constant) and isinstance(code.value, str)):
                    continue
                if not (_CODE.fullmatch(code.value) or (says and i == 0 and _WORD.fullmatch(code.value))):
                    continue
                rest = call.args[i + 1 :]
                if rest and isinstance(rest[0], ast.Call) and getattr(rest[0].func, "id", "") == "Text":
                    rest = rest[0].args
                said_ = [t for node in rest if (t := _literal(_meant(node, named)))]
                zh = next((t for t in said_ if _CHINESE.search(t)), None)
                en = next((t for t in said_ if t != zh and " " in t and (not _CHINESE.search(t) or "…" in t)), None)
                if zh and en and (zh, en) not in found[code.value]:
                    found[code.value].append((zh, en))
            code_said = helpers.get(getattr(call.func, "id", ""))
            if code_said is not None:
                both = tuple(t for node in call.args if (t := _literal(_meant(node, named))))[-2:]
                if len(both) == len(("zh", "en")) and _CHINESE.search(both[0]) and both not in found[code_said]:
                    found[code_said].append((both[0], both[1]))
    return {k: v for k, v in sorted(found.items()) if v}


def errors_page(lang: str) -> str:
    """What is raised, with which exit status, and the codes of problems in inputs."""
    zh = lang == "zh"
    out = ["# 错误\n\n" if zh else "# Errors\n\n", "## 退出状态\n\n" if zh else "## Exit status\n\n"]
    out.append(_table("状态", "含义") if zh else _table("status", "meaning"))
    out += [_row(code, a if zh else b) for code, a, b in _STATUS]
    out.append("\n## 异常\n\n" if zh else "\n## Exceptions\n\n")
    out.append(_table("名称", "含义") if zh else _table("name", "meaning"))
    for name in _ERRORS_ZH:
        doc = (inspect.getdoc(getattr(errors, name)) or "").partition("\n")[0]
        out.append(_row(f"`{name}`", _ERRORS_ZH[name] if zh else doc.replace("``", "`")))
    out.append("\n## 输入的问题和注意事项\n\n" if zh else "\n## Problems and notices of inputs\n\n")
    out.append(
        "`Problem.kind` 是给程序用的固定代码；同一代码可能有几种说法，`…` 处是读到的值。\n\n"
        if zh
        else "`Problem.kind` is a stable word for programs. One code may be said in several "
        "sentences; `…` is what was read.\n\n"
    )
    for folders, head in PROBLEMS.items():
        out.append(f"### {head[0 if zh else 1]}\n\n")
        out.append(_table("代码", "说什么") if zh else _table("code", "what it says"))
        out += [
            _row(f"`{k}`", "<br>".join(dict.fromkeys(_plain(t[0 if zh else 1]) for t in v)))
            for k, v in problems(*folders).items()
        ]
        out.append("\n")
    out.append(
        "规则包被拒绝时的代码见[各层规则](../how-to/layers.md)和[坏包一览](bad-packages.md)。\n"
        if zh
        else "The codes with which a package is refused: [layers](../how-to/layers.md) and [bad "
        "packages](bad-packages.md).\n"
    )
    return "".join(out)


def _plain(text: str) -> str:
    return re.sub(r"([<>*_\[\]])", r"\\\1", text)


def layouts_page(lang: str) -> str:
    """The layouts that ship with the core."""
    zh = lang == "zh"
    out = ["# 随附的布局\n\n" if zh else "# Layouts that come along\n\n"]
    out.append(
        "用 `--layout` 指名；标“自动”的，表头相符就用。怎样写自己的布局见[别的系统的表](../how-to/layouts.md)。\n\n"
        if zh
        else "Named with `--layout`; automatic ones are used where the headers fit. To write one: "
        "[layouts](../how-to/layouts.md).\n\n"
    )
    out.append(_table("名称", "读什么", "读成", "自动") if zh else _table("name", "reads", "into", "automatic"))
    for path in sorted((SOURCE / "data" / "layouts").glob("*.toml")):
        one = parse_layout(path.read_text(encoding="utf-8"), path.name)
        into = ", ".join(dict.fromkeys(f"`{t.table}`" for t in one.tables))
        yes = ("是" if zh else "yes") if one.automatic else ""
        out.append(_row(f"`{one.key}`", one.title[lang], into, yes))
    return "".join(out)


def parameters_page(lang: str, rules: list[Rule]) -> str:
    """Every parameter of every rule: value, from when to when, where, on whose authority."""
    zh = lang == "zh"
    out = ["# 参数\n\n" if zh else "# Parameters\n\n"]
    out.append(
        "核心规则的全部参数及其取值、起止日期、适用地区和依据。各地的数值由规则包设定，装上以后用 "
        "`budgetreview layers --entity 区划代码` 查看"
        "此地此日的取值。“未设定”的参数没有全国统一数值，没有人设定就不判断。\n\n"
        if zh
        else "All parameters of the core's rules, with value, days, place and authority. Packages "
        "set those of their places; "
        "`budgetreview layers --entity CODE` shows what is in force there and then. Where a "
        "parameter is “not set” no nationwide "
        "value exists, and nothing is assessed until somebody sets one.\n\n"
    )
    heads = (
        ("规则", "参数", "含义", "值", "何时", "何地", "依据")
        if zh
        else ("rule", "parameter", "meaning", "value", "when", "where", "authority")
    )
    out.append(_table(*heads))
    for rule in rules:
        for p in rule.parameters.values():
            for v in p.values or (None,):
                cells = [f"[{rule.code}](rules/{rule.code}.md)", *map(_cell, _value_row(rule, p, v, lang))]
                out += ["| " + " | ".join(cells) + " |\n"]
    return "".join(out)


def _types(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return f"`{schema['$ref'].rpartition('/')[2]}`"
    if "enum" in schema:
        return " ".join(f"`{json.dumps(v)}`" for v in schema["enum"])
    if "const" in schema:
        return f"`{json.dumps(schema['const'])}`"
    for many in ("anyOf", "oneOf"):
        if many in schema:
            return " / ".join(_types(s) for s in schema[many])
    kind = schema.get("type", "")
    named = " / ".join(kind) if isinstance(kind, list) else str(kind)
    return f"{named} [{_types(schema['items'])}]" if isinstance(schema.get("items"), dict) else named


def _objects(schema: dict[str, Any], name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if schema.get("properties"):
        yield name, schema
    for key, below in (schema.get("$defs") or {}).items():
        yield from _objects(below, key)


def schema_page(lang: str) -> str:
    """The fields of the JSON report and of a line of JSON Lines."""
    zh = lang == "zh"
    out = ["# JSON 报告\n\n" if zh else "# The JSON report\n\n"]
    out.append(
        "字段由 JSON Schema（2020-12）规定，文件是项目里的 `docs/reference/report.schema.json` 和 "
        "`docs/reference/report-line.schema.json`，"
        "测试用它们校验每一种报告。\n\n"
        if zh
        else "The fields are set by JSON Schema (2020-12), in the project's `docs/reference/report.schema.json` and "
        "`docs/reference/report-line.schema.json`; tests hold every kind of report against them.\n\n"
    )
    for file in ("report", "report-line"):
        schema = json.loads((DOCS / "reference" / f"{file}.schema.json").read_text(encoding="utf-8"))
        for name, part in _objects(schema, file):
            out.append(f"## {file}: `{name}`\n\n")
            out.append(_table("字段", "类型", "必有") if zh else _table("field", "type", "always"))
            required = set(part.get("required", ()))
            out += [
                _row(f"`{k}`", _types(v), ("是" if zh else "yes") if k in required else "")
                for k, v in part["properties"].items()
            ]
            out.append("\n")
    return "".join(out).rstrip() + "\n"


def columns_page(lang: str) -> str:
    """The reference of all tables and columns."""
    zh = lang == "zh"
    out = ["# 表和列\n\n" if zh else "# Tables and columns\n\n"]
    for spec in TABLES.values():
        out.append(f"## `{spec.name}`" + (f" {spec.zh[0]}\n\n" if zh else "\n\n"))
        out.append(f"一行是{spec.row_zh}。" if zh else f"A row is {spec.row_en}.")
        keys = (", ".join(f"`{k}`" for k in spec.key)) if spec.key else ""
        out.append((f"键：{keys}。\n\n" if zh else f" Key: {keys}.\n\n") if keys else "\n\n")
        if spec.name == "prior":
            out.append("列与 `lines` 相同。\n\n" if zh else "The columns of `lines`.\n\n")
            continue
        out.append(
            _table("列", "种类", "中文表头", "平台字段")
            if zh
            else _table("column", "kind", "Chinese headers", "platform field")
        )
        for c in spec.columns.values():
            kind = c.kind + (": " + ", ".join(c.words) if c.words else "")
            out.append(_row(f"`{c.name}`", kind, "、".join(c.zh), ", ".join(c.platform)))
        out.append("\n")
    return "".join(out).rstrip() + "\n"
