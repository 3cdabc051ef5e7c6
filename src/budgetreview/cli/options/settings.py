"""What a review is asked for beyond its inputs: parameter values and levels from the command line and from a file.

A configuration file (TOML) may hold any option of the command under its long name and a table ``set``; what stands on
the command line wins. Its paths are relative to the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import click

from budgetreview.codes import entity_code
from budgetreview.errors import Text, UsageError
from budgetreview.mechanism import LEVELS

_SET: Final = "budgetreview.set"
_LEVEL: Final = "budgetreview.level"
_FILE: Final = "budgetreview.config"
_PATHS: Final = frozenset({"prior", "waivers", "codes", "lock", "output"})
_FILE_OR_KEY: Final = frozenset({"layout", "profile"})
_COMMAND_LINE_ONLY: Final = frozenset({"config", "help", "paths"})


def day(_: click.Context, __: click.Parameter, value: str | None) -> date | None:
    """A day, ``2026-01-10``."""
    if value is None:
        return None
    try:
        return date.fromisoformat(value.strip())
    except ValueError:
        msg = f"{value!r}：应为日期，如 2026-01-10 / expected a day such as 2026-01-10"
        raise click.BadParameter(msg) from None


def codes(_: click.Context, __: click.Parameter, value: tuple[str, ...]) -> tuple[str, ...]:
    """Comma separated words of a repeatable option."""
    return tuple(w.strip() for said in value for w in said.replace("，", ",").split(",") if w.strip())


def read(context: click.Context, _: click.Parameter, value: Path | None) -> Path | None:
    """Read a configuration file into the defaults of the command.

    Raises:
        UsageError: The file is no TOML, or names an option that does not exist.
    """
    if value is None:
        return None
    try:
        data = tomllib.loads(value.read_text(encoding="utf-8-sig"), parse_float=str)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        detail = (error.strerror or type(error).__name__) if isinstance(error, OSError) else str(error)
        raise _wrong(value, f"无法读取：{detail}", f"cannot be read: {detail}") from None
    options = {p.name.rstrip("_"): p for p in context.command.params if p.name and p.name not in _COMMAND_LINE_ONLY}
    defaults: dict[str, Any] = {}
    for said, raw in data.items():
        name = said.replace("-", "_")
        if name == "set":
            context.meta[_SET] = _flat(raw, value)
        elif name == "level" and isinstance(raw, dict):
            context.meta[_LEVEL] = {str(k): str(v) for k, v in raw.items()}
        elif name not in options:
            known = ", ".join(sorted(n.replace("_", "-") for n in options))
            raise _wrong(value, f"没有选项 {said}；可用：{known}", f"no option {said}; known: {known}")
        else:
            defaults[str(options[name].name)] = _default(name, raw, options[name], value)
    context.meta[_FILE] = value
    context.default_map = {**(context.default_map or {}), **defaults}
    return value


def _default(name: str, raw: Any, option: click.Parameter, file: Path) -> Any:
    """A value of the file in the form in which the command line would give it."""
    listed = [str(x) for x in raw] if isinstance(raw, list) else None
    if isinstance(raw, dict) or (listed is not None and not option.multiple):
        raise _wrong(file, f"{name} 的值不合规定", f"{name} has a value of the wrong kind")
    is_flag = isinstance(option, click.Option) and option.is_flag
    if isinstance(raw, bool) != is_flag:
        raise _wrong(file, f"{name} {'应为 true 或 false' if is_flag else '不能是 true 或 false'}",
                     f"{name} {'must be true or false' if is_flag else 'cannot be true or false'}")  # fmt: skip
    if is_flag:
        return raw
    if option.multiple:
        return listed if listed is not None else [str(raw)]
    beside = name in _PATHS or (name in _FILE_OR_KEY and str(raw).endswith(".toml"))
    beside = beside or (name == "ledger" and "://" not in str(raw))
    return str(file.parent / str(raw)) if beside else str(raw)


def _flat(raw: Any, file: Path) -> dict[str, str]:
    """``[set]`` as ``CODE.param`` to text; ``Z13.tolerance = "0.05"`` and ``"Z13.tolerance" = "0.05"`` are the same."""
    if not isinstance(raw, dict):
        raise _wrong(file, "set 应为一个表", "set must be a table")
    out: dict[str, str] = {}
    for key, value in raw.items():
        pairs = {f"{key}.{k}": v for k, v in value.items()} if isinstance(value, dict) else {key: value}
        for place, one in pairs.items():
            out[place] = ",".join(map(str, one)) if isinstance(one, list) else str(one)
    return out


def _wrong(file: Path, zh: str, en: str) -> UsageError:
    return UsageError(Text(f"配置文件 {file.name}：{zh}", f"configuration {file.name}: {en}"))


def file(context: click.Context) -> tuple[Path, ...]:
    """The configuration file, if there is one: an input that no report may overwrite."""
    found = context.meta.get(_FILE)
    return () if found is None else (found,)


def values(context: click.Context, said: Iterable[str]) -> dict[str, str]:
    """Parameter values by ``CODE.param``, those of the command line over those of the file.

    Raises:
        UsageError: One is not ``CODE.param=value``.
    """
    out = dict(context.meta.get(_SET, {}))
    for one in said:
        place, equals, value = one.partition("=")
        if not equals or "." not in place or not value.strip():
            raise UsageError(Text(f"--set {one}：应为 规则.参数=值，如 Z13.tolerance=0.05",
                                  f"--set {one}: expected CODE.param=value, e.g. Z13.tolerance=0.05"))  # fmt: skip
        out[place.strip()] = value.strip()
    return out


def levels(context: click.Context, said: Iterable[str]) -> tuple[str | None, dict[str, str]]:
    """The level of all entities, and levels by code.

    Raises:
        UsageError: A word that is no level.
    """
    everywhere: str | None = None
    named: dict[str, str] = dict(context.meta.get(_LEVEL, {}))
    for one in said:
        code, equals, level = one.rpartition("=")
        if equals:
            named[code.strip()] = level.strip()
        else:
            everywhere = level.strip()
    named = {entity_code(code): level for code, level in named.items()}
    for level in (*named.values(), *([everywhere] if everywhere is not None else [])):
        if level not in LEVELS:
            known = "、".join(LEVELS)
            raise UsageError(
                Text(f"没有 {level!r} 这个级次，可用：{known}", f"no level {level!r}; known: {', '.join(LEVELS)}")
            )
    return everywhere, named


def level_for(
    everywhere: str | None, named: Mapping[str, str], entities: Iterable[str | None]
) -> str | dict[str, str] | None:
    """The levels as a review takes them: one word, or by code."""
    if not named:
        return everywhere
    if everywhere is None:
        return dict(named)
    return {**{e: everywhere for e in entities if e is not None}, **named}
