"""What a review of a dataset is asked for, small enough to travel with every task."""

from __future__ import annotations

import platform
from datetime import date
from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import Final

import attrs

from budgetreview.errors import PackError, Text
from budgetreview.lock import Lock
from budgetreview.plugins import load_rules, loaded
from budgetreview.rule import RuleSet

_LIBRARIES: Final = ("numpy", "polars", "pyarrow")
"""Libraries whose versions may show in a result: sums, hashes and the bytes of files."""


@attrs.frozen
class Chosen:
    """Which rules run: as of ``load_rules``, in a form that every worker can follow by itself.

    Attributes:
        require: Packages that must be there.
        without: Packages left out.
        select: Codes or prefixes that run, empty: those that are on by default.
        ignore: Codes or prefixes that do not run.
        files: Rule files; each worker reads them at the same path.
        codes: A file of complete tables of codes, likewise.
    """

    require: tuple[str, ...] = ()
    without: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    codes: str | None = None


@attrs.frozen
class Request:
    """A review of a dataset.

    Attributes:
        chosen: Which rules.
        stage: As of ``review``; so are ``as_of``, ``level`` and ``settings``.
        as_of: The as-of date.
        level: One level for all, or by code.
        settings: Parameter values set by the user.
        unit: Unit of money where the headers name none.
        year: Fiscal year of lines that name none.
        output: Folder of the results.
    """

    chosen: Chosen
    stage: str
    as_of: date
    level: str | tuple[tuple[str, str], ...] | None
    settings: tuple[tuple[str, str], ...]
    unit: str | None
    year: int | None
    output: str


@attrs.frozen
class Identity:
    """What a process reviews with."""

    lock: Lock
    versions: tuple[tuple[str, str], ...]

    def refuse(self, other: Identity, worker: str) -> None:
        """Refuse a worker that would not give the same results.

        Raises:
            PackError: naming the worker, the package or library, and the difference.
        """
        ours, theirs = dict(self.versions), dict(other.versions)
        for name, version in ours.items():
            if theirs.get(name) != version:
                raise PackError(name, Text(
                    f"计算节点 {worker} 上的版本为 {theirs.get(name)}，本机为 {version}；请在各节点安装相同的版本",
                    f"the worker {worker} has version {theirs.get(name)}, this machine {version}; install the same "
                    "everywhere",
                ), "worker-differs")  # fmt: skip
        try:
            self.lock.check(other.lock)
        except PackError as error:
            raise PackError(error.pack, Text(
                f"计算节点 {worker} 与本机不同（以本机为锁定）：{error.text.zh}",
                f"the worker {worker} is not as this machine (taken as the lock): {error.text.en}",
            ), "worker-differs") from None  # fmt: skip


def rules_of(chosen: Chosen) -> RuleSet:
    """The rules chosen; loaded once in a process.

    Raises:
        PackError: A package is missing or broken.
    """
    return _rules(chosen)


@lru_cache(maxsize=4)
def _rules(chosen: Chosen) -> RuleSet:
    from budgetreview.codes import tables_from_file

    tables = tuple(tables_from_file(Path(chosen.codes)).values()) if chosen.codes is not None else ()
    return load_rules(
        require=chosen.require, without=chosen.without, select=chosen.select, ignore=chosen.ignore, files=chosen.files,
        codes=tables,
    )  # fmt: skip


@lru_cache(maxsize=4)
def identity(chosen: Chosen) -> Identity:
    """What this process reviews with: the content of its packages, and the versions that may show in a result.

    Raises:
        PackError: A package cannot be loaded.
    """
    beside = [Path(chosen.codes)] if chosen.codes is not None else []
    packs = loaded(without=chosen.without, files=chosen.files)
    python = ".".join(platform.python_version_tuple()[:2])
    return Identity(Lock.of(packs, beside), (("python", python), *((n, metadata.version(n)) for n in _LIBRARIES)))
