"""``new-pack``: a county package that passes its own tests at once."""

from __future__ import annotations

from pathlib import Path

import click

from budgetreview.cli import language


@click.command("new-pack")
@click.argument("name")
@click.option("--territory", metavar="CODE", help="区划代码，如 430702、430700、430000 / division code of the place")
@click.option(
    "--layer", metavar="LAYER", help="national province city county；缺省由代码得出 / by default from the code"
)
@click.option("--title", help="地方名称，如 青石县 / the place's name in Chinese")
@click.option("--title-en", help="地方的英文名称 / the place's name in English")
@click.option("--prefix", help="规则编号的前缀，如 QS / prefix of rule codes")
@click.option("--output", type=click.Path(path_type=Path), metavar="FOLDER",
              help="文件夹，缺省为 budgetreview-NAME / the folder, by default budgetreview-NAME")  # fmt: skip
@language.option
def new_pack(
    name: str, territory: str | None, layer: str | None, title: str | None, title_en: str | None, prefix: str | None,
    output: Path | None,
) -> None:  # fmt: skip
    """一个新的规则包，测试当场通过 / a new rule package whose tests pass at once."""
    from budgetreview.newpack import Answers, write

    answers = Answers.of(name, territory=territory, layer=layer, title=title, title_en=title_en, prefix=prefix)
    folder = output or Path(answers.distribution)
    for path in write(answers, folder):
        click.echo(str(path))
    language.tell(
        f'已建好 {answers.distribution}。接下来：\n  cd {folder}\n  pip install -e ".[test]"\n  pytest\n'
        f"然后按 README.md 填写“待填”处；规则在填好之前默认不运行",
        f'{answers.distribution} is ready. Next:\n  cd {folder}\n  pip install -e ".[test]"\n  pytest\n'
        "then fill in what says 待填, as README.md tells; until then its rules do not run by default",
    )  # fmt: skip
