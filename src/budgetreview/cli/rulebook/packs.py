"""``packs``: what is installed and what is wrong with it; ``packs check``: whether a package keeps every promise."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

import attrs
import click

from budgetreview.cli import exits, language
from budgetreview.cli.output.columns import table
from budgetreview.errors import PackError, Text, UsageError
from budgetreview.plugins import CORE, Pack, installed, load_rules

if TYPE_CHECKING:
    from budgetreview.conformance import Result

_FORMAT = click.option("--format", "format_", type=click.Choice(("text", "json")), default="text", show_default=True,
                       help="格式 / format")  # fmt: skip
_FOLDER: Final = click.Path(exists=True, file_okay=False, path_type=Path)


@click.group(invoke_without_command=True)
@_FORMAT
@language.option
@click.pass_context
def packs(ctx: click.Context, format_: str) -> None:
    """已安装的规则包及其问题 / installed packages, and what is wrong with any of them."""
    if ctx.invoked_subcommand is not None:
        return
    listed = checked()
    if format_ == "json":
        said = {"packs": [
            {"name": p.name, "version": p.version, "rules": codes, "error": _error(error)} for p, codes, error in listed
        ]}  # fmt: skip
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        header = (
            ("规则包", "版本", "规则", "问题")
            if language.of_messages() == "zh"
            else ("package", "version", "rules", "wrong")
        )
        click.echo(table(header, [
            (p.name, p.version, str(len(codes)), language.say(error.text) if error else "-")
            for p, codes, error in listed
        ]))  # fmt: skip
    if any(error for _, _, error in listed):
        ctx.exit(exits.INCOMPLETE)


def _error(error: PackError | None) -> dict[str, str] | None:
    return {"code": error.code, **attrs.asdict(error.text)} if error else None


def checked() -> list[tuple[Pack, list[str], PackError | None]]:
    """Every installed package with its rules, and what is wrong with it: alone, or beside the others."""
    found = installed()
    core = [p for p in found if p.name == CORE][:1]
    listed: list[tuple[Pack, list[str], PackError | None]] = []
    sound = list(core)
    for pack in found:
        beside = sound if pack in sound else [*sound, pack]
        try:
            mine = [r.code for r in load_rules(select=("all",), packs=beside) if r.pack == pack.name]
        except PackError as error:
            listed.append((pack, [], error))
        else:
            listed.append((pack, mine, None))
            sound = beside
    return listed


@packs.command()
@click.argument("name")
@click.option("--cases", multiple=True, type=_FOLDER, metavar="FOLDER",
              help="案例文件夹，缺省为随包发布的 / folder with case files, by default those shipped")  # fmt: skip
@_FORMAT
@language.option
@click.pass_context
def check(ctx: click.Context, name: str, cases: Sequence[Path], format_: str) -> None:
    """一个规则包是否守住全部约定 / whether a package keeps every promise."""
    from importlib import metadata

    from budgetreview import conformance
    from budgetreview.hookspecs import GROUP

    names = sorted({p.name for p in metadata.entry_points(group=GROUP)})
    if name == CORE:
        raise UsageError(Text("core 由本项目自己的测试检查", "core is checked by the project's own tests"))
    if name not in names:
        raise UsageError(Text(
            f"没有安装规则包 {name}；已安装：{'、'.join(names) or '无'}",
            f"no package {name} is installed; installed: {', '.join(names) or 'none'}",
        ))  # fmt: skip
    found = conformance.check(name, cases=cases)
    passed = all(r.passed for r in found)
    if format_ == "json":
        said = {"pack": name, "passed": passed, "checks": [_check(r) for r in found]}
        click.echo(json.dumps(said, ensure_ascii=False, indent=2))
    else:
        _print(name, found)
    if not passed:
        ctx.exit(exits.INCOMPLETE)


def _check(r: Result) -> dict[str, object]:
    return {
        "code": r.code, "title": attrs.asdict(r.title), "passed": r.passed,
        "found": [attrs.asdict(t) for t in r.found],
        "remedy": attrs.asdict(r.remedy) if r.remedy and not r.passed else None,
    }  # fmt: skip


def _print(name: str, found: Sequence[Result]) -> None:
    header = (
        language.say_both("结果", "result"),
        language.say_both("检查", "check"),
        language.say_both("应当", "must hold"),
    )
    marks = language.say_both("通过", "pass"), language.say_both("未过", "FAIL")
    click.echo(table(header, [(marks[not r.passed], r.code, language.say(r.title)) for r in found]))
    failed = [r for r in found if not r.passed]
    for r in failed:
        click.echo()
        click.echo(f"{r.code}  {language.say(r.title)}")
        for text in r.found:
            click.echo("  - " + language.say(text).replace("\n", "\n    "))
        if r.remedy:
            click.echo(language.say_both(f"  怎么办：{r.remedy.zh}", f"  what to do: {r.remedy.en}"))
    click.echo()
    passed = len(found) - len(failed)
    click.echo(language.say_both(
        f"{name}：{len(found)} 项检查，通过 {passed} 项，未过 {len(failed)} 项",
        f"{name}: {len(found)} checks, {passed} passed, {len(failed)} failed",
    ))  # fmt: skip
