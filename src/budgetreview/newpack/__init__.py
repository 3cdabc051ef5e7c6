"""A new rule package from one template, the same that the example under ``plugins/`` is made of.

The template is filled by jinja2, strictly: a name that is not given is an error, and nothing is written before
everything is made.
"""

from __future__ import annotations

import keyword
import re
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import attrs

from budgetreview.errors import OutputError, Text, UsageError
from budgetreview.layers import LAYERS, Layer
from budgetreview.report import ENGINE
from budgetreview.rules import core

_NAME: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_PREFIX: Final = re.compile(r"[A-Z][A-Z0-9]{1,7}")
_LONGEST: Final = 40
_TAKEN: Final = frozenset({"core", "testing", "test"})
_WHOLE: Final = 6
_LENGTHS: Final[Mapping[str, tuple[int, ...]]] = {"province": (2,), "city": (4,), "county": (6, 9)}
_ALONE: Final = "430702"
"""The county of the cases where a package has no territory."""


@attrs.frozen
class Answers:
    """What a new package is made from.

    Attributes:
        name: Of the entry point, such as ``qingshi``.
        territory: The first digits of its codes (``43``, ``4307``, ``430702``), None: none.
        layer: Whose rules it brings.
        title: Of the place, in both languages.
        prefix: Of its rules' codes.
        document: The circular that the rules rest on.
        sample: Whether it is the sample with every hook used once, all figures made up.
    """

    name: str
    territory: str | None
    layer: Layer
    title: Text
    prefix: str
    document: str
    sample: bool = False

    @classmethod
    def of(
        cls, name: str, *, territory: str | None = None, layer: str | None = None, title: str | None = None,
        title_en: str | None = None, prefix: str | None = None, document: str | None = None, sample: bool = False,
    ) -> Answers:  # fmt: skip
        """Answers from what a person said; what was left out is made up from the name.

        Raises:
            UsageError: The name, the territory, the layer or the prefix is none.
        """
        _check_name(name)
        digits, found = _place(territory, layer)
        own = prefix or _letters(name)
        if not _PREFIX.fullmatch(own):
            raise UsageError(
                Text(
                    f"规则编号的前缀 {own} 应为两个以上大写字母或数字，如 QS",
                    f"the prefix {own} should be two or more capitals or digits, such as QS",
                )
            )
        if any(r.code.startswith(own) for r in core.budgetreview_rules()):
            raise UsageError(
                Text(
                    f"前缀 {own} 已被核心规则使用，请用 --prefix 另取",
                    f"the core uses the prefix {own}; name another with --prefix",
                )
            )
        zh = (title or name).strip()
        for text in (zh, title_en or "", document or ""):
            if len(text) > _LONGEST:
                raise UsageError(
                    Text(f"名称过长：{text}（至多 {_LONGEST} 字）", f"at most {_LONGEST} characters: {text}")
                )
            if re.search(r'["\\{}\x00-\x1f]', text):
                raise UsageError(
                    Text(
                        f"名称不能含引号、反斜杠或花括号：{text}", f"no quotes, backslashes or braces in a name: {text}"
                    )
                )
        return cls(
            name,
            digits,
            found,
            Text(zh, (title_en or name.replace("-", " ").title()).strip()),
            own,
            document or f"{zh}预算编制办法（待填）",
            sample,
        )

    @property
    def distribution(self) -> str:
        """The name that pip knows."""
        return f"budgetreview-{self.name}"

    @property
    def module(self) -> str:
        """The name that Python imports."""
        return f"budgetreview_{self.name.replace('-', '_')}"


def _check_name(name: str) -> None:
    if not _NAME.fullmatch(name) or len(name) > _LONGEST or keyword.iskeyword(name):
        raise UsageError(
            Text(
                f"名称 {name} 不能用：小写字母开头，只含小写字母、数字和连字符，例如 qingshi 或 qingshi-xian",
                f"the name {name} cannot be used: small letters, digits and hyphens, such as qingshi",
            )
        )
    if name in _TAKEN or name.startswith("budgetreview"):
        raise UsageError(
            Text(
                f"名称 {name} 已有他用，请另取（不必写 budgetreview- 前缀）",
                f"the name {name} is taken; name another one, without budgetreview- before it",
            )
        )


def _letters(name: str) -> str:
    """A prefix from a name: the first letters of its parts, or its first two letters."""
    parts = name.split("-")
    made = "".join(p[0] for p in parts) if len(parts) > 1 else name[:2]
    return (made if len(made) > 1 else made + "X").upper()


def _place(territory: str | None, layer: str | None) -> tuple[str | None, Layer]:
    """The digits of a territory, and the layer that fits them."""
    if layer is not None and layer not in LAYERS:
        raise UsageError(
            Text(f"没有 {layer} 这一级；可用：{'、'.join(LAYERS)}", f"no layer {layer}; known: {', '.join(LAYERS)}")
        )
    if territory is None:
        return None, next((x for x in LAYERS if x == layer), "county")
    if not (territory.isascii() and territory.isdigit() and len(territory) in {2, 4, 6, 9} and territory[0] != "0"):
        raise UsageError(
            Text(
                f"{territory} 不是区划代码：应为六位数字，如 430702（县）、430700（市）、430000（省）",
                f"{territory} is no division code: six digits, as 430702 (county), 430700 (city), 430000 (province)",
            )
        )
    digits = territory
    if len(digits) == _WHOLE:
        digits = digits[:2] if digits.endswith("0000") else digits[:4] if digits.endswith("00") else digits
    found = next(x for x in LAYERS if len(digits) in _LENGTHS.get(x, ()))
    if layer is not None and layer != found:
        raise UsageError(
            Text(
                f"代码 {territory} 属于 {found}，与 --layer {layer} 不一致",
                f"the code {territory} is of the layer {found}, not {layer}",
            )
        )
    return digits, found


def made(answers: Answers) -> dict[str, str]:
    """Every file of the package, by its place in the package's folder."""
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    folder = files(__name__) / "template"
    # Text and TOML, no web page: nothing is to be escaped, and Answers lets no quote through.
    environment = Environment(  # noqa: S701
        loader=FunctionLoader(lambda name: (folder / name).read_text(encoding="utf-8")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    words = _words(answers)
    return {place: environment.get_template(name).render(words) for place, name in _files(answers).items()}


def _files(a: Answers) -> dict[str, str]:
    """The files of the package, each with its template."""
    home = f"src/{a.module}"
    found = {
        ".gitignore": "gitignore.jinja",
        "README.md": "README.md.jinja",
        "pyproject.toml": "pyproject.toml.jinja",
        f"{home}/__init__.py": "src/__init__.py.jinja",
        f"{home}/no_python.toml": "src/no_python.toml.jinja",
        f"{home}/py.typed": "src/py.typed.jinja",
        f"{home}/rules.toml": "src/rules.toml.jinja",
        f"tests/cases/{a.prefix}01.toml": "tests/cases/01.toml.jinja",
        "tests/test_package.py": "tests/test_package.py.jinja",
    }
    if a.sample:
        found |= {
            f"{home}/layout.toml": "src/layout.toml.jinja",
            f"{home}/profile.toml": "src/profile.toml.jinja",
            f"tests/cases/{a.prefix}02.toml": "tests/cases/02.toml.jinja",
        }
    return dict(sorted(found.items()))


def _words(a: Answers) -> dict[str, Any]:
    home = _ALONE if a.territory is None else a.territory + _ALONE[len(a.territory) :]
    home = a.territory if a.territory is not None and len(a.territory) > _WHOLE else home
    major, minor = ENGINE.split(".")[:2]
    codes = [f"{a.prefix}01", *([f"{a.prefix}02"] if a.sample else []), f"{a.prefix}11"]
    return {
        "name": a.name,
        "distribution": a.distribution,
        "module": a.module,
        "alias": "county" if a.sample else "package",
        "title_zh": a.title.zh,
        "title_en": a.title.en,
        "title_short": a.title.zh.split("（")[0],
        "ours_zh": "本县" if a.layer == "county" else "本地",
        "ours_en": "the county's" if a.layer == "county" else "the local",
        "territory": a.territory,
        "home": home,
        "layer": a.layer,
        "prefix": a.prefix,
        "document": a.document,
        "elsewhere": _ALONE if home.startswith("11") else "110105",
        "engine": f">={major}.{minor},<{major}.{int(minor) + 1}",
        "draft": not a.sample,
        "full": a.sample,
        "own_codes": ", ".join(f'"{c}"' for c in codes),
        "pad": " " * max(1, 13 - len(a.name)),
        "pad01": " " * max(1, 15 - len(a.prefix)),
    }


def write(answers: Answers, folder: Path) -> list[Path]:
    """Write a new package into a folder that does not exist yet.

    Returns:
        The files written.

    Raises:
        OutputError: The folder exists, or cannot be written.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        zh, en = "已存在，不覆盖；请换一个文件夹（--output）", "exists and is not written over; name another folder"
        msg = f"{folder} {zh} / {en}"
        raise OutputError(msg)
    texts = made(answers)
    try:
        for place, text in texts.items():
            target = folder / place
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        msg = f"{folder} 无法写入（{error.strerror}） / {folder} cannot be written ({error.strerror})"
        raise OutputError(msg) from error
    return [folder / place for place in texts]


EXAMPLE: Final = {
    "name": "example",
    "territory": "430798",
    "title": "青石县（虚构）",
    "title_en": "Qingshi (fictional)",
    "prefix": "EX",
    "document": "青石县本级部门预算编制办法（虚构）",
    "sample": True,
}
"""The answers of ``plugins/budgetreview-example``."""

__all__ = ["EXAMPLE", "Answers", "made", "write"]
