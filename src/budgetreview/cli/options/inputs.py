"""The options by which inputs are read and rules are chosen, shared by the commands that look at a submission."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import attrs
import click

from budgetreview.cli import language
from budgetreview.cli.options import settings
from budgetreview.cli.progress import Bar
from budgetreview.codes import tables_from_file
from budgetreview.errors import Text, UsageError
from budgetreview.mechanism import Profile
from budgetreview.money import FEN
from budgetreview.plugins import load_rules
from budgetreview.rule import RuleSet
from budgetreview.submission import Submission

F = TypeVar("F", bound=Callable[..., Any])
PATH: Final = click.Path(path_type=Path)
PROFILE: Final = "changde-12345"


def _listed(name: str, metavar: str, help_: str) -> Callable[[F], F]:
    return click.option(name, multiple=True, callback=settings.codes, metavar=metavar, help=help_)


_OPTIONS = (
    click.argument("paths", nargs=-1, type=PATH, metavar="PATH..."),
    click.option(
        "--as-of", callback=settings.day, metavar="YYYY-MM-DD", help="审查基准日，默认今天 / as-of date: today"
    ),
    click.option(
        "--entity", metavar="CODE|地名", help="区划代码或地名，输入未写明时用 / entity where the input names none"
    ),
    click.option("--year", type=int, help="预算年度，输入未写明时用 / fiscal year where the input names none"),
    click.option("--prior", type=PATH, metavar="PATH", help="上年明细 / last year's lines"),
    click.option("--profile", default=PROFILE, show_default=True, metavar="KEY|FILE", help="审查机制 / mechanism"),
    click.option("--level", multiple=True, metavar="LEVEL|CODE=LEVEL", help="政府级次 / level of government"),
    click.option("--layout", metavar="KEY|FILE", help="布局，见 layouts / how another system's export is read"),
    click.option("--unit", type=click.Choice(tuple(FEN)), help="金额单位 / unit of money where the sheet names none"),
    click.option("--round", "round_", is_flag=True, help="不足一分的金额四舍五入 / round money finer than 分"),
    click.option("--codes", type=PATH, metavar="FILE", help="完整的科目代码表 / complete tables of codes"),
    click.option("--rules", "rule_files", type=PATH, multiple=True, metavar="FILE",
                 help="规则文件（工作簿或 TOML）/ rules written without Python"),
    click.option("--lock", type=PATH, metavar="FILE", help="规则包须与锁定文件相符 / packages must be what was locked"),
    _listed("--require", "PACK", "必须有的规则包 / package that must be there"),
    _listed("--without", "PACK", "不装载的规则包 / package to leave out"),
    _listed("--select", "CODES", "只运行这些规则，或 all / rules to run, or all"),
    _listed("--ignore", "CODES", "不运行这些规则 / rules not to run"),
    click.option(
        "--config", type=click.Path(path_type=Path, exists=True, dir_okay=False), is_eager=True, expose_value=False,
        callback=settings.read, metavar="FILE", help="配置文件（TOML）/ options in a TOML file",
    ),
)  # fmt: skip


def options(command: F) -> F:
    """The options of :class:`Asked`, and the paths."""
    for one in reversed(_OPTIONS):
        command = one(command)
    return command


@attrs.frozen
class Asked:
    """What the command line says about inputs and rules."""

    paths: tuple[Path, ...]
    as_of: date
    entity: str | None
    year: int | None
    prior: Path | None
    profile: str
    level: tuple[str, ...]
    layout: str | None
    unit: str | None
    round_: bool
    codes: Path | None
    rule_files: tuple[Path, ...]
    lock: Path | None
    require: tuple[str, ...]
    without: tuple[str, ...]
    select: tuple[str, ...]
    ignore: tuple[str, ...]

    @classmethod
    def of(cls, said: dict[str, Any]) -> Asked:
        """Take the options of :func:`options` out of a command's arguments; the day is today unless one is named."""
        given = {f.name: said.pop(f.name) for f in attrs.fields(cls)}
        if given["as_of"] is None:
            given["as_of"] = datetime.now().astimezone().date()
        return cls(**given)

    @property
    def files(self) -> tuple[Path, ...]:
        """Everything that is read and must not be written over."""
        more = (p for p in (self.prior, self.codes, self.lock) if p is not None)
        return (*self.paths, *self.rule_files, *more, *toml_files(self.layout, self.profile))

    def rules(self) -> RuleSet:
        """The rules chosen.

        Raises:
            PackError: A package is missing or broken.
            IntakeError: The tables of codes cannot be read.
        """
        tables = tuple(tables_from_file(self.codes).values()) if self.codes is not None else ()
        return load_rules(
            require=self.require, without=self.without, select=self.select, ignore=self.ignore, codes=tables,
            files=self.rule_files, lock=self.lock,
            beside=(*toml_files(self.layout, self.profile), *([self.codes] if self.codes is not None else [])),
        )

    def submission(self, rules: RuleSet, bar: Bar, jobs: int = 1) -> Submission:
        """Everything that could be read, and the problems of what could not."""
        from budgetreview.intake import read_batch

        bar.step(language.say_both("读取", "reading"))
        return read_batch(
            self.paths, unit=self.unit, entity=self.entity, year=self.year, prior=self.prior, layout=self.layout,
            layouts=rules.layouts.values(), readers=rules.readers, jobs=jobs, round=self.round_,
        )  # fmt: skip


def toml_files(*said: str | None) -> tuple[Path, ...]:
    """Those of the options that name a TOML file and no key."""
    return tuple(Path(n) for n in said if n is not None and n.endswith(".toml"))


def profile(rules: RuleSet, said: str) -> Profile:
    """The mechanism of that name, or in that TOML file.

    Raises:
        UsageError: There is none.
    """
    found = rules.profiles.get(said)
    if isinstance(found, Profile):
        return found
    if said.endswith(".toml"):
        try:
            return Profile.from_toml(Path(said).read_text(encoding="utf-8-sig"), Path(said).name)
        except (OSError, UnicodeDecodeError) as error:
            reason = error.strerror if isinstance(error, OSError) else "UTF-8?"
            raise UsageError(
                Text(f"机制 {said} 无法读取：{reason}", f"profile {said} cannot be read: {reason}")
            ) from None
    known = "、".join(rules.profiles)
    raise UsageError(Text(f"没有机制 {said}；可用：{known}，或一个 .toml 文件",
                          f"no profile {said}; known: {', '.join(rules.profiles)}, or a .toml file"))  # fmt: skip
