"""Read a Frictionless ``datapackage.json``: which files make up the submission, and how they are written.

Understood of a resource: ``name``, ``path`` (one or several, relative to the package), ``encoding``, and of its
``dialect`` the ``delimiter``. Nothing is fetched from the net, and no path leads out of the package's folder.
"""

from __future__ import annotations

import json
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any, Final

import attrs

from budgetreview.intake import limits
from budgetreview.intake.limits import problem

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budgetreview.errors import Problem

FILE_NAME: Final = "datapackage.json"
_DELIMITERS: Final = (",", "\t", ";", "|")


@attrs.frozen
class Resource:
    """One file of a data package.

    Attributes:
        title: The resource's name, as written.
        path: Its path as written, or empty where it has none.
        file: Where it lies, or None when ``problems`` says why it must not be read.
        options: ``encoding`` and ``delimiter`` as far as the package states them.
        problems: What is wrong with it.
    """

    title: str
    path: str
    file: Path | None
    options: Mapping[str, str]
    problems: tuple[Problem, ...] = ()


def read_datapackage(path: Path, name: str) -> tuple[list[Resource], list[Problem]]:
    """The files of a data package, in its order, and what is wrong with the package itself.

    Args:
        path: The ``datapackage.json``.
        name: How the report names it.

    Raises:
        OSError: If the file itself cannot be read.
    """
    if path.stat().st_size > 16 * limits.MIB:
        return [], [_bad(name, "文件过大", "it is too large")]
    try:
        package = json.loads(path.read_bytes().decode("utf-8-sig"))
    except (UnicodeDecodeError, ValueError, RecursionError) as error:
        return [], [_bad(name, f"不是有效的 JSON：{error}", f"it is not valid JSON: {error}")]
    listed = package.get("resources") if isinstance(package, dict) else None
    if not isinstance(listed, list) or not listed:
        return [], [_bad(name, "缺少 resources 列表", "it has no list of resources")]
    found: list[Resource] = []
    problems: list[Problem] = []
    for number, resource in enumerate(listed, 1):
        if not isinstance(resource, dict):
            problems.append(_bad(name, f"第 {number} 个 resource 不是对象", f"resource {number} is no object"))
            continue
        found += _files(resource, number, path.parent, name)
    return found, problems


def _files(resource: Mapping[str, Any], number: int, folder: Path, name: str) -> list[Resource]:
    title = str(resource.get("name") or "")
    paths = resource.get("path")
    paths = [paths] if isinstance(paths, str) else paths
    where = title or f"#{number}"
    if not isinstance(paths, list) or not paths or not all(isinstance(p, str) and p for p in paths):
        return [
            Resource(
                title,
                "",
                None,
                {},
                (
                    _bad(
                        name,
                        f"resource {where} 没有 path（不支持内嵌 data）",
                        f"resource {where} has no path (inline data is not read)",
                    ),
                ),
            )
        ]
    options, problems = _options(resource, where, name)
    return [_resolved(title, p, folder, options, problems, name) for p in paths]


def _options(resource: Mapping[str, Any], where: str, name: str) -> tuple[dict[str, str], tuple[Problem, ...]]:
    options: dict[str, str] = {}
    problems: list[Problem] = []
    encoding = resource.get("encoding")
    if encoding is not None:
        if isinstance(encoding, str) and _known(encoding):
            options["encoding"] = encoding
        else:
            problems.append(
                _bad(
                    name,
                    f"resource {where} 的编码 {encoding!r} 未知",
                    f"resource {where} has the unknown encoding {encoding!r}",
                )
            )
    dialect = resource.get("dialect")
    dialect = dialect.get("csv", dialect) if isinstance(dialect, dict) else {}
    delimiter = dialect.get("delimiter") if isinstance(dialect, dict) else None
    if delimiter is not None:
        if delimiter in _DELIMITERS:
            options["delimiter"] = delimiter
        else:
            problems.append(
                _bad(
                    name,
                    f"resource {where} 的分隔符 {delimiter!r} 不支持",
                    f"resource {where} has the delimiter {delimiter!r}, which is not understood",
                )
            )
    quote = dialect.get("quoteChar", '"') if isinstance(dialect, dict) else '"'
    if quote != '"':
        problems.append(
            _bad(
                name,
                f"resource {where} 的引号 {quote!r} 不支持",
                f"resource {where} has the quotation mark {quote!r}, which is not understood",
            )
        )
    return options, tuple(problems)


def _known(encoding: str) -> bool:
    try:
        "".encode(encoding)
    except (LookupError, ValueError):
        return False
    return True


def _resolved(
    title: str, written: str, folder: Path, options: dict[str, str], problems: tuple[Problem, ...], name: str
) -> Resource:
    plain = written.replace("\\", "/")
    pure = PurePosixPath(plain)
    home = folder.resolve()
    inside = (
        "://" not in plain
        and not pure.is_absolute()
        and ".." not in pure.parts
        and ":" not in plain
        and "\0" not in plain
    )
    file = folder / pure if inside else None
    try:
        if file is not None and not file.resolve().is_relative_to(home):
            file = None
    except (OSError, RuntimeError):
        file = None
    if file is None:
        problems = (
            *problems,
            problem(
                "unsafe-path",
                f"路径 {written!r} 指向数据包文件夹之外，未读取；路径应相对于 datapackage.json 且在同一文件夹内。",
                f"the path {written!r} leads out of the package's folder and was not followed; paths are relative to "
                "datapackage.json and stay inside its folder.",
                name=name,
            ),
        )
    return Resource(title, pure.as_posix(), file, options, problems)


def _bad(name: str, zh: str, en: str) -> Problem:
    return problem(
        "bad-datapackage",
        f"数据包描述文件有误：{zh}；请按 Frictionless Data Package 改正。",
        f"the data package is wrong: {en}; correct it after Frictionless Data Package.",
        name=name,
    )
