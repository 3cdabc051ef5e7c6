"""``lock``: write down what a review rests on, so that another day's review can refuse anything else."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import click

from budgetreview.cli import language
from budgetreview.cli.options import inputs, settings
from budgetreview.cli.output.destination import writable
from budgetreview.errors import OutputError
from budgetreview.lock import Lock
from budgetreview.plugins import loaded

_FILE: Final = Path("budgetreview.lock")


@click.command()
@click.option("--output", type=inputs.PATH, default=_FILE, show_default=True, metavar="FILE", help="锁定文件 / lock")
@click.option("--without", multiple=True, callback=settings.codes, metavar="PACK",
              help="不装载的规则包 / package to leave out")  # fmt: skip
@click.option("--rules", "rule_files", type=inputs.PATH, multiple=True, metavar="FILE",
              help="规则文件（工作簿或 TOML）/ rules written without Python")  # fmt: skip
@click.option("--profile", default=inputs.PROFILE, metavar="KEY|FILE", help="审查机制 / mechanism")
@click.option("--layout", metavar="KEY|FILE", help="布局 / how another system's export is read")
@click.option("--codes", type=inputs.PATH, metavar="FILE", help="完整的科目代码表 / complete tables of codes")
@language.option
def lock(
    output: Path,
    without: tuple[str, ...],
    rule_files: tuple[Path, ...],
    profile: str,
    layout: str | None,
    codes: Path | None,
) -> None:
    """锁定引擎、规则包及文件的内容，供 check --lock 核对 / pin engine, packages and files for ``check --lock``."""
    writable(output)
    found = loaded(without=without, files=rule_files)
    beside = (*inputs.toml_files(profile, layout), *([codes] if codes is not None else []))
    text = Lock.of(found, beside).toml()
    try:
        output.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        why = (f"{output} 无法写入：{error.strerror}", f"{output} cannot be written: {error.strerror}")
        raise OutputError(language.say_both(*why)) from None
    names = [p.name for p in found]
    count = "1 package" if len(names) == 1 else f"{len(names)} packages"
    language.tell(f"已锁定{len(names)}个规则包（{'、'.join(names)}），写入 {output}",
                  f"locked {count} ({', '.join(names)}), written: {output}")  # fmt: skip
